// The ranked units: ranks with their ranges, scores; of many units only the rows in sight are made.

const ROW = 34;
let shownRows = "";

onState((now, why) => {
  if (why !== "ranges") buildRanking(now);
  fillRanking();
});

function buildRanking({ result, ranked, step, problems }) {
  const place = byId("ranking");
  if (!result) {
    place.replaceChildren(...dropPlace(problems));
    return;
  }
  byId("title").textContent = result.title;
  document.title = `${result.title} · hubrank studio`;
  const stale = ranked !== step;
  const editions = element("select", { id: "edition" });
  options(editions, result.editions.map((year) => [String(year), String(year)]), String(result.edition));
  editions.addEventListener("change", () => {
    chosenEdition = Number(editions.value);
    refreshState();
  });
  const heads = [words("studio.rank"), words("studio.range"), "", words("studio.unit"), words("studio.score"), ""];
  const scroller = element("div", { id: "rows", tabindex: 0, role: "region", "aria-label": words("studio.ranking") });
  const body = element("tbody");
  const table = element(
    "table",
    { class: "ranking", "aria-rowcount": result.codes.length + 1 },
    element("thead", {}, element("tr", {}, ...heads.map((text) => element(text ? "th" : "td", text ? { scope: "col" } : {}, text)))),
    body,
  );
  scroller.append(table);
  scroller.addEventListener("scroll", fillRanking, { passive: true });
  const before = byId("rows")?.scrollTop ?? 0;
  place.replaceChildren(
    ...(stale ? [element("p", { class: "problem", role: "alert" }, words("studio.stale"))] : []),
    ...(problems.length ? [element("ul", { class: "problem" }, ...problems.map(problemLine))] : []),
    element(
      "p",
      { class: "row" },
      ...(result.editions.length > 1 ? [element("label", { for: "edition" }, words("studio.edition")), editions] : []),
      element("span", { class: "note" }, words("studio.units", { count: result.codes.length })),
      element("span", { class: "note", id: "draws" }),
    ),
    scroller,
    element("ul", { class: "note", id: "caveats" }, ...result.caveats.map((text) => element("li", { dir: "auto" }, text))),
  );
  scroller.scrollTop = before;
  shownRows = "";
}

function problemLine({ where, what }) {
  return element("li", {}, where ? `${where}: ${what}` : what);
}

/** Make the rows that are in sight, and say how certain the ranges are. */
function fillRanking() {
  const result = state?.result;
  const scroller = byId("rows");
  if (!result || !scroller) return;
  byId("draws").textContent = drawsText(result);
  byId("draws").dataset.growing = String(result.growing);
  const first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - 10);
  const last = Math.min(result.codes.length, first + Math.ceil(scroller.clientHeight / ROW) + 20);
  const key = `${state.step} ${first} ${last} ${result.draws} ${result.low !== null}`;
  if (key === shownRows) return;
  shownRows = key;
  const rows = [];
  for (let row = first; row < last; row += 1) rows.push(rankedRow(result, row));
  const gap = (height) => element("tr", { "aria-hidden": "true" }, element("td", { colspan: 6, class: "gap" }));
  const [above, below] = [gap(), gap()];
  above.firstChild.style.height = `${first * ROW}px`;
  below.firstChild.style.height = `${(result.codes.length - last) * ROW}px`;
  scroller.querySelector("tbody").replaceChildren(above, ...rows, below);
}

function drawsText({ uncertain, growing, draws, low }) {
  if (!uncertain) return words("studio.certain");
  if (growing) return words("studio.growing", { count: draws });
  return low ? "" : words("studio.noRanges");
}

function rankedRow(result, row) {
  const [low, high] = result.low ? [result.low[row], result.high[row]] : [null, null];
  const count = result.codes.length;
  const whisker = element("span", { class: "whisker", "aria-hidden": "true" });
  if (low === null) whisker.hidden = true;
  else {
    const part = (rank) => `${(100 * (rank - 1)) / Math.max(1, count - 1)}%`;
    whisker.style.setProperty("--low", part(low));
    whisker.style.setProperty("--high", part(high));
    whisker.style.setProperty("--at", part(result.ranks[row]));
  }
  const button = element("button", { type: "button", class: "unit", dir: "auto" }, result.names[row]);
  button.addEventListener("click", () => openUnit(result.codes[row]));
  return element(
    "tr",
    { "aria-rowindex": row + 2, "data-code": result.codes[row] },
    element("td", { class: "number" }, marked(String(result.ranks[row]))),
    element("td", { class: "number range" }, rangeText(low, high)),
    element("td", { class: "whiskers" }, whisker),
    element("th", { scope: "row" }, button),
    element("td", { class: "number" }, shownScore(result.scores[row] ?? NaN)),
    element("td", {}, result.tiers[row]),
  );
}

function rangeText(low, high) {
  if (low === null || low === undefined) return "";
  if (low === high) return marked(String(low));
  return words("studio.to", { low: marked(String(low)), high: marked(String(high)) });
}

/** Where a table is dropped, as long as there is none. */
function dropPlace(problems) {
  const paste = element("textarea", { id: "paste", rows: 5, placeholder: words("studio.paste.example") });
  const go = element("button", { type: "button", class: "plain" }, words("studio.paste.take"));
  go.addEventListener("click", () => take("paste.txt", paste.value));
  return [
    ...(problems.length ? [element("ul", { class: "problem" }, ...problems.map(problemLine))] : []),
    element("div", { class: "drop" }, element("h2", {}, words("studio.drop")), element("p", { class: "note" }, words("studio.drop.note"))),
    element("p", {}, element("label", { for: "paste" }, words("studio.paste"))),
    paste,
    element("p", {}, go),
  ];
}
