// The view as a CSV that a spreadsheet can open without harm.

/** A field: quoted where it must be, with an apostrophe before what would be taken for a formula. */
function field(value) {
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function viewCsv() {
  const now = results[view.edition];
  const heads = ["edition", "unit", "name", "country", "rank", "published_rank", "low", "high", "outside", "score", ...PARTS];
  const lines = orderNow().map((unit) => [
    EDITIONS[view.edition],
    CODES[unit],
    NAMES[unit],
    countryOf(unit),
    now.ranks[unit],
    PUBLISHED.ranks[view.edition][unit] || "",
    intervals.low?.[unit] || "",
    intervals.high?.[unit] || "",
    isOutside(unit) ? "*" : "",
    now.scores[unit],
    ...PARTS.map((part) => scoresOf(part, now)[unit]).map((score) => (score === score ? score : "")),
  ]);
  return [heads, ...lines].map((line) => `${line.map(field).join(",")}\n`).join("");
}

function buildDownload() {
  byId("download").addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([viewCsv()], { type: "text/csv" }));
    const link = element("a", { href: address, download: "ranking.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
}
