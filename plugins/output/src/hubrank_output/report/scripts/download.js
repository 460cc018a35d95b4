// Downloads: the view as CSV and as a workbook, with its intervals; as a link; as a scenario.

/** Beginnings that a spreadsheet takes for a formula. */
const FORMULA = /^(?:[\t\r]|[ \n\t\u00a0\u1680\u2000-\u200a\u200c\u200d\u202f\u205f\u3000]*[=+\-@＝＋－＠])/;

/** Control characters and marks of direction, except line ends, tabs and joiners of letters. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}|\p{Cs}/gu;

/** A text that steers nothing, as Python's own exits write it. */
function inert(text) {
  return text.replace(STEERING, (sign) => (/\p{Cf}/u.test(sign) ? "" : /\p{Cs}/u.test(sign) ? "?" : " "));
}

/** A field: quoted where it must be, with an apostrophe before what would be taken for a formula. */
function field(value) {
  if (value !== value) return "";
  let text = inert(String(value));
  if (typeof value === "string" && FORMULA.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The columns of `ranking.csv` for a unit, without its dimensions' scores. */
function cellsOf(unit, now) {
  const agreement = isPublished() ? (PUBLISHED.agreement?.[view.edition][unit] ?? NaN) : NaN;
  return {
    edition: EDITIONS[view.edition],
    unit: CODES[unit],
    name: NAMES[unit],
    country: countryOf(unit),
    rank: now.ranks[unit],
    low: intervals.low?.[unit] ?? NaN,
    high: intervals.high?.[unit] ?? NaN,
    joint_low: intervals.jointLow?.[unit] ?? NaN,
    joint_high: intervals.jointHigh?.[unit] ?? NaN,
    outside: isOutside(unit) ? "*" : "",
    ranked_share: isPublished() ? (PUBLISHED.rankedShare?.[view.edition][unit] ?? NaN) : NaN,
    score: now.scores[unit],
    tier: tierOf(now.ranks[unit], now.scores[unit]),
    evidence_tier: evidenceTier(unit),
    rank_change: view.edition === 0 ? NaN : change(unit),
    agreement,
    robust_change: agreement !== agreement ? "" : isDoubtful(unit) ? "False" : "True",
    sample: "yes",
    published_rank: PUBLISHED.ranks[view.edition][unit],
    published_score: PUBLISHED.scores[view.edition][unit],
  };
}

/** The table of the view: the columns of `ranking.csv`, and under other weights the published rank and score. */
function viewTable() {
  const now = results[view.edition];
  const heads = [...payload.columns, ...(isPublished() ? [] : ["published_rank", "published_score"])];
  const lines = listed(columns()).map((unit) => {
    const cells = cellsOf(unit, now);
    return heads.map((head) => (Object.hasOwn(cells, head) ? cells[head] : scoresOf(head, now)[unit]));
  });
  return { heads, lines };
}

function viewCsv({ heads, lines }) {
  return [heads, ...lines].map((line) => `${line.map(field).join(",")}\n`).join("");
}

/** The notes for readers of the workbook: weights, intervals, caveats and sources, in the words of the page. */
function viewNotes() {
  const weights = NODES.filter((node) => node.live).flatMap((node) => {
    const shares = sharesOf(Array.from(weightsIn(node, view.edition)));
    return node.members.map((name, at) => [words("notes.weight", { title: TITLE.get(name), of: node.title }), shares[at]]);
  });
  return {
    heads: [words("notes.what"), words("notes.value")],
    lines: [
      [words("notes.title"), saying(payload.title)],
      [words("notes.edition"), EDITIONS[view.edition]],
      [words("notes.state"), words(isPublished() ? "state.published" : "state.modified")],
      [words("notes.ranges"), uncertaintyText()],
      ...weights,
      ...payload.caveats.map((number) => [words("notes.caveat"), saying(number)]),
      ...payload.sources.map((each) => [
        words("notes.source"),
        [`${each.producer}, ${each.title}`, each.licence, each.url].filter(Boolean).join("; "),
      ]),
    ],
  };
}

/** The ranges of the view, once they are drawn. */
async function whenRanged() {
  while (intervals.from === "none" && live()) await new Promise((done) => setTimeout(done, 50));
}

/** Hand a file to the reader. */
function handOver(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

async function downloadCsv() {
  await whenRanged();
  handOver("ranking.csv", [viewCsv(viewTable())], "text/csv");
}

async function downloadWorkbook() {
  await whenRanged();
  const table = viewTable();
  const sheets = [
    { name: words("sheet.ranking"), ...table, widths: table.heads.map((name) => (name === "name" ? 30 : 14)) },
    { name: words("sheet.notes"), ...viewNotes(), widths: [50, 90] },
  ];
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  handOver("ranking.xlsx", await workbook(sheets), type);
}

/** Copy a text, or show it to be copied by hand where the browser does not allow that. */
async function copy(text, done, place = "copied") {
  try {
    await navigator.clipboard.writeText(text);
    byId(place).textContent = done;
    say(done);
  } catch {
    byId(place).textContent = "";
    byId("by-hand-text").value = text;
    byId("by-hand").showModal();
    byId("by-hand-text").select();
  }
}

/** The reader's weights as a file to send back, with their name. */
function saveAnswer() {
  const name = inert(byId("answer-name").value).trim();
  handOver(`${name.replace(/[^\p{L}\p{N}_-]+/gu, "-") || "weights"}.toml`, [viewToml(name)], "application/toml");
}

function copyLink() {
  save("");
  copy(location.href, words("copied.link"));
}

function buildDownload() {
  byId("download").addEventListener("click", downloadCsv);
  byId("download-workbook").addEventListener("click", downloadWorkbook);
  byId("copy-link").addEventListener("click", copyLink);
  byId("copy-citation").hidden = false;
  byId("copy-citation").addEventListener("click", () =>
    copy(byId("citation").textContent, words("copied.citation"), "copied-citation"),
  );
  byId("save-answer").addEventListener("click", saveAnswer);
  byId("copy-toml").addEventListener("click", () => copy(viewToml(), words("copied.toml")));
  for (const button of document.querySelectorAll("button[data-picture]")) {
    const { picture, form } = button.dataset;
    button.addEventListener("click", () => downloadPicture(byId(picture), picture, form));
  }
}
