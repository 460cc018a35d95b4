// The ranked units: ranks with their ranges, what the last change moved, scores; only the rows in sight are made.

/** The height of a row in pixels, and the rows made above and below those in sight. */
const [ROW, SPARE] = [36, 10];
/** The most units that share the first rank and are named. */
const MOST_FIRST = 3;
/** The rows that are listed, by their place in the result; and the one of them that arrow keys move from. */
let listed = [];
let activeRow = 0;
let lookedFor = "";
let withDimensions = false;
let rowsShown = "";
/** The score whose length is the whole, if scores have lengths; and whether units have tiers. */
let longest = null;
let haveTiers = false;
/** The ranks before the last change, and the places by which it moved each unit. */
let ranksBefore = null;
let moves = new Map();
const spelt = new Map();

onState((now, isRanges) => {
  if (!isRanges) buildRanking(now);
  if (now.result) fillRanking();
}, { ranges: true });

function buildRanking(now) {
  const { result } = now;
  byId("ranked").hidden = !result;
  if (!result) return;
  if (!byId("rows")) buildRankingFrame();
  noteMoves(now);
  [longest, haveTiers] = [longestOf(result.scores), result.tiers.some(Boolean)];
  const stale = now.ranked !== now.step;
  byId("ranking-problems").replaceChildren(
    ...(stale ? [element("p", {}, words("studio.stale"))] : []),
    ...(now.problems.length ? [problemList(now.problems)] : []),
  );
  options(byId("edition"), result.editions.map((year) => [String(year), String(year)]), String(result.edition));
  byId("edition-part").hidden = result.editions.length < 2;
  byId("dimensions-part").hidden = [...dimensionsIn(now.tree)].length < 3;
  byId("caveats").replaceChildren(...result.caveats.map((text) => element("li", { dir: "auto" }, text)));
  const unranked = result.unranked.map(unrankedLine);
  byId("unranked").hidden = !unranked.length;
  byId("unranked").replaceChildren(element("summary", {}, words("studio.unranked", { count: result.unranked_count })), element("ul", {}, ...unranked));
  buildHead(result);
  listRows();
}

/** What stays while the ranking changes, so that nobody who types or reads in it is disturbed. */
function buildRankingFrame() {
  const search = element("input", { type: "search", id: "search", placeholder: words("studio.search"), maxlength: 200, autocomplete: "off", spellcheck: "false" });
  search.addEventListener("input", () => {
    lookedFor = search.value;
    listRows();
    byId("rows").scrollTop = 0;
    fillRanking();
  });
  const editions = selectOf({ id: "edition" }, [], "", (year) => {
    chosenEdition = Number(year);
    refreshState();
  });
  const dimensions = element("input", { type: "checkbox", id: "dimensions-too" });
  dimensions.addEventListener("change", () => {
    withDimensions = dimensions.checked;
    refreshState();
  });
  const table = element("table", { class: "ranking" }, element("caption", { class: "hidden" }, words("studio.ranking")), element("thead"), element("tbody"));
  const scroller = element("div", { id: "rows", tabindex: -1 }, table);
  scroller.addEventListener("scroll", fillRanking, { passive: true });
  scroller.addEventListener("keydown", moveInRows);
  new ResizeObserver(fillRanking).observe(scroller);
  byId("ranked").replaceChildren(
    element("h2", { class: "hidden" }, words("studio.ranking")),
    element("div", { id: "ranking-problems", class: "problem", role: "alert" }),
    element(
      "div",
      { class: "row", id: "ranking-tools" },
      element("label", { for: "search", class: "hidden" }, words("studio.search")),
      search,
      element("span", { class: "row", id: "edition-part" }, element("label", { for: "edition" }, words("studio.edition")), editions),
      element("span", { class: "row", id: "dimensions-part" }, dimensions, element("label", { for: "dimensions-too" }, words("studio.dimensions"))),
      element("span", { class: "note", id: "found", role: "status" }),
      element("span", { class: "note", id: "draws" }),
    ),
    scroller,
    element("details", { id: "unranked" }),
    element("ul", { class: "note", id: "caveats" }),
  );
}

/** A unit without a rank: its name, which opens it as a ranked one's does, and the reason. */
function unrankedLine({ code, name, why }) {
  return element("li", { dir: "auto" }, buttonOf(name, () => openUnit(code), { class: "link", dir: "auto" }), ` ${why}`);
}

/** A problem, with buttons of what mends it. */
function problemLine(problem) {
  return element("li", { dir: "auto" }, problemText(problem), ...remedyButtons(problem));
}

function problemList(problems) {
  return element("ul", { class: "problem" }, ...problems.map(problemLine));
}

function problemText({ where, what }) {
  return where ? `${where}: ${what}` : what;
}

/** Compare the ranks with those before, and say what changed. */
function noteMoves({ result, ranked }) {
  if (ranksBefore?.ranked === ranked && ranksBefore.edition === result.edition) return;
  const ranks = new Map(result.codes.map((code, at) => [code, result.ranks[at]]));
  const first = firstOf(result);
  const before = ranksBefore?.edition === result.edition ? ranksBefore : { ranks: new Map() };
  ranksBefore = { ranked, edition: result.edition, ranks, first };
  const known = result.codes.filter((code) => before.ranks.has(code));
  moves = new Map(known.map((code) => [code, before.ranks.get(code) - ranks.get(code)]).filter(([, places]) => places));
  if (!known.length) say(words("studio.moves.new", { first, count: result.codes.length }));
  else if (first !== before.first) say(words("studio.moves.first", { first, count: moves.size }));
  else say(moves.size ? words("studio.moves.same", { first, count: moves.size }) : words("studio.moves.none", { first }));
}

/** The names of those with the first rank. */
function firstOf({ names, ranks }) {
  const count = ranks.findIndex((rank) => rank !== ranks[0]);
  const first = names.slice(0, count < 0 ? names.length : count);
  return first.length > MOST_FIRST ? words("studio.moves.many", { count: first.length }) : joined(first);
}

/** The columns in their order: the class of each, and its head. */
function buildHead(result) {
  const titles = new Map([...dimensionsIn(state.tree)].map(({ key, title }) => [key, title]));
  const shown = Object.keys(result.dimensions);
  const heads = [
    ["rank number", words("studio.rank")],
    ["range", words("studio.range")],
    ["whiskers", element("span", { class: "hidden" }, words("studio.whiskers"))],
    ["moved", element("span", { class: "hidden" }, words("studio.moved"))],
    ["name", words("studio.unit")],
    ["score number", words("studio.score")],
    ...shown.map((name) => ["dimension number", titles.get(name) ?? name]),
    ...(haveTiers ? [["tier", element("span", { class: "hidden" }, words("studio.tier"))]] : []),
  ];
  const table = byId("rows").firstChild;
  table.tHead.replaceChildren(element("tr", {}, ...heads.map(([kind, text]) => element("th", { scope: "col", class: kind, dir: "auto" }, text))));
  table.style.setProperty("--digits", String(result.codes.length).length);
  table.style.setProperty("--dimensions", shown.length);
  table.toggleAttribute("data-moves", moves.size > 0);
}

/** Which units are listed: those in whose names what is looked for occurs. */
function listRows() {
  const { result } = state;
  const wanted = folded(lookedFor.trim());
  const all = result.codes.map((_, row) => row);
  listed = wanted ? all.filter((row) => speltAs(result.names[row]).some((text) => text.includes(wanted))) : all;
  activeRow = Math.max(0, Math.min(activeRow, listed.length - 1));
  byId("rows").firstChild.setAttribute("aria-rowcount", listed.length + 1);
  const count = result.codes.length;
  byId("found").textContent = wanted ? words("studio.found", { found: grouped(listed.length), count }) : words("studio.units", { count });
  rowsShown = "";
}

function speltAs(name) {
  if (!spelt.has(name)) spelt.set(name, spellings(name));
  return spelt.get(name);
}

/** Make the rows that are in sight, or only what grows in them; and say how certain the ranges are. */
function fillRanking() {
  const { result } = state;
  const scroller = byId("rows");
  if (!result) return;
  byId("draws").textContent = drawsText(result);
  byId("draws").dataset.growing = String(result.growing);
  const first = Math.max(0, Math.min(Math.floor(scroller.scrollTop / ROW), listed.length) - SPARE);
  const last = Math.min(listed.length, first + Math.ceil(scroller.clientHeight / ROW) + 2 * SPARE);
  const body = scroller.firstChild.tBodies[0];
  const key = `${first} ${last}`;
  if (key === rowsShown) {
    for (const made of body.children) if (made.dataset.code) fillRange(made, result, Number(made.dataset.row));
    return;
  }
  rowsShown = key;
  const within = body.contains(document.activeElement);
  activeRow = Math.max(Math.min(first + SPARE, activeRow), Math.min(activeRow, last - 1));
  const rows = listed.slice(first, last).map((row, at) => rankedRow(result, row, first + at));
  body.replaceChildren(gap(first), ...rows, gap(listed.length - last));
  if (within) body.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
}

/** The highest score; null if scores have no length, as one is below 0. */
function longestOf(scores) {
  const most = scores.reduce((high, score) => (score < 0 ? Infinity : Math.max(high, score)), 0);
  return Number.isFinite(most) && most > 0 ? most : null;
}

/** The room of rows that are not made. */
function gap(count) {
  const made = element("tr", { "aria-hidden": "true" }, element("td", { class: "gap" }));
  made.firstChild.style.height = `${count * ROW}px`;
  return made;
}

function drawsText({ uncertain, growing, draws, low }) {
  if (!uncertain) return words("studio.certain");
  if (growing) return words("studio.growing", { count: draws });
  return low ? "" : words("studio.noRanges");
}

function rankedRow(result, row, place) {
  const code = result.codes[row];
  const name = result.names[row];
  const open = () => {
    activeRow = place;
    openUnit(code);
  };
  const button = buttonOf(name, open, { class: "unit", dir: "auto", title: name, tabindex: place === activeRow ? 0 : -1 });
  const score = element("span", {}, shownScore(result.scores[row] ?? NaN));
  const scored = longest ? element("span", { class: "scored" }, score) : score;
  if (longest) scored.style.setProperty("--length", `${(100 * result.scores[row]) / longest}%`);
  const places = moves.get(code) ?? 0;
  const sign = places > 0 ? "▲" : "▼";
  const shown = Object.values(result.dimensions);
  const made = element(
    "tr",
    { "aria-rowindex": place + 2, "data-code": code, "data-row": row },
    element("td", { class: "rank number" }, shownRank(result.ranks[row] ?? NaN)),
    element("td", { class: "range" }),
    element("td", { class: "whiskers" }, element("span", { class: "whisker", "aria-hidden": "true" })),
    element("td", { class: "moved change", "data-moved": places ? sign : null }, places ? `${sign}\u2009${marked(String(Math.abs(places)))}` : ""),
    element("th", { scope: "row", class: "name" }, button),
    element("td", { class: "score number" }, scored),
    ...shown.map((scores) => element("td", { class: "dimension number" }, shownScore(scores[row] ?? NaN))),
    ...(haveTiers ? [element("td", { class: "tier" }, result.tiers[row])] : []),
  );
  fillRange(made, result, row);
  return made;
}

/** A row's range as text and as a line on the axis of all ranks. */
function fillRange(made, result, row) {
  const [low, high] = result.low ? [result.low[row], result.high[row]] : [null, null];
  const whisker = made.cells[2].firstChild;
  const text = rangeText(low, high);
  if (made.cells[1].textContent !== text) made.cells[1].textContent = text;
  whisker.hidden = !text;
  if (!text) return;
  const part = (rank) => `${(100 * (rank - 1)) / Math.max(1, result.codes.length - 1)}%`;
  whisker.style.setProperty("--low", part(low));
  whisker.style.setProperty("--high", part(high));
  whisker.style.setProperty("--at", part(result.ranks[row]));
}

function rangeText(low, high) {
  if (low === null || low === undefined) return "";
  if (low === high) return marked(String(low));
  return words("studio.to", { low: marked(String(low)), high: marked(String(high)) });
}

/** Arrows, Home, End and the page keys go from unit to unit; rows out of sight are made on the way. */
function moveInRows(event) {
  const scroller = byId("rows");
  const head = scroller.firstChild.tHead.offsetHeight;
  const window = scroller.clientHeight - head;
  const page = Math.max(1, Math.floor(window / ROW) - 1);
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  activeRow = Math.max(0, Math.min(listed.length - 1, activeRow + step));
  const top = activeRow * ROW;
  scroller.scrollTop = Math.max(top + ROW - window, Math.min(top, scroller.scrollTop));
  rowsShown = "";
  fillRanking();
}
