// An open unit: its rank, its profile against similar units or another one, every value with its origin, the next rank.

const PEERS = 5;
const WIDE = window.matchMedia("(min-width: 1200px)");
/** How long a unit of a large page rests, in milliseconds, before its steps to the next rank are worked out. */
const REST = UNITS > 5000 ? 300 : 0;
let reaching = 0;

/** The units ranked just before and behind a unit. */
function peersOf(unit) {
  const order = orderNow();
  const at = order.indexOf(unit);
  return at < 0 ? [] : order.slice(Math.max(0, at - PEERS), at + PEERS + 1).filter((each) => each !== unit);
}

/** The units that a unit is compared with: one that was chosen, or its peers. */
function references() {
  return view.against >= 0 ? [view.against] : peersOf(view.open);
}

/** The middle of units' values; NaN where none has one. */
function medianOf(units, values) {
  const own = scoresAmong(units, values);
  return own.length ? median(own) : NaN;
}

/** How many ranked units have a better value, how many a worse, and how many have one. */
function placeAmong(unit, values) {
  const own = values[unit];
  if (own !== own) return null;
  const sign = payload.ranking.best === "lowest" ? -1 : 1;
  const [low, high] = extent(values);
  const noise = NOISE * Math.max(Math.abs(low), Math.abs(high));
  let [better, worse, among] = [0, 0, 0];
  for (const each of orderNow()) {
    if (values[each] !== values[each]) continue;
    among += 1;
    if (sign * (values[each] - own) > noise) better += 1;
    if (sign * (values[each] - own) < -noise) worse += 1;
  }
  return { place: better + 1, worse, among };
}

/** The place of a unit's value among all, and the share of the others that have a worse one. */
function placeCell(unit, values) {
  const found = placeAmong(unit, values);
  if (!found) return element("td", { class: "number" }, "–");
  const place = words("unit.place", { place: grouped(found.place), among: grouped(found.among) });
  return element("td", { class: "number place" }, place, element("span", { class: "flag" }, betterText(found)));
}

function betterText({ worse, among }) {
  return among > 1 ? words("unit.better", { share: shownShare(worse / (among - 1)).replace(" ", "\u00a0") }) : "";
}

/** Open a unit, or another one in its place. */
function openUnit(unit) {
  view.open = unit;
  if (view.against === unit) view.against = -1;
  stop = unit;
  refresh();
  showUnit();
  byId("unit-name").focus();
}

function closeUnit() {
  const unit = view.open;
  view.open = -1;
  view.against = -1;
  refresh();
  showUnit();
  const place = places.find((each) => each.unit === unit);
  place?.button.focus({ preventScroll: true });
}

/** Bring the opened unit in line with the view. */
function showUnit() {
  const sheet = byId("unit");
  document.body.classList.toggle("beside", view.open >= 0 && WIDE.matches);
  clearTimeout(reaching);
  if (view.open < 0) {
    if (sheet.open) sheet.close();
    return;
  }
  if (!sheet.open) sheet[WIDE.matches ? "show" : "showModal"]();
  const unit = view.open;
  byId("unit-name").textContent = NAMES[unit];
  byId("unit-place").textContent = unitText(unit);
  byId("unit-pin").textContent = words(view.selected.includes(unit) ? "unit.unpin" : "unit.pin");
  showNeighbours(unit);
  showAgainst(unit);
  showShape(unit);
  showParts(unit);
  showLead(unit);
  showHistory(unit);
  showFigures(unit);
  reaching = setTimeout(() => showReach(unit), REST);
}

/** A unit's rank, range, score, tier and move in a sentence. */
function unitText(unit) {
  const now = results[view.edition];
  const [rank, score] = [now.ranks[unit], now.scores[unit]];
  if (rank !== rank) return words("unit.unranked", { edition: EDITIONS[view.edition] });
  const said = [words("unit.rank", { rank: shownRank(rank), among: grouped(orderNow().length) })];
  if (betterText(placeAmong(unit, now.scores))) said.push(betterText(placeAmong(unit, now.scores)));
  if (rangeText(unit)) said.push(words("unit.range", { range: rangeText(unit) }));
  said.push(words("unit.score", { score: shownScore(score) }));
  if (tierOf(rank, score)) said.push(tierOf(rank, score));
  if (evidenceTier(unit) >= 1) said.push(words("unit.evidence", { tier: evidenceTier(unit) }));
  if (view.edition > 0) said.push(words("unit.since", { change: changeText(unit), edition: EDITIONS[view.edition - 1] }));
  if (countryOf(unit)) said.push(countryOf(unit));
  return said.join(" · ");
}

function showNeighbours(unit) {
  const order = orderNow();
  const at = order.indexOf(unit);
  for (const [id, step] of [["unit-before", -1], ["unit-behind", 1]]) {
    const next = at < 0 ? undefined : order[at + step];
    byId(id).disabled = next === undefined;
    byId(id).dataset.next = next ?? -1;
  }
}

/** Whom a unit can be compared with: its peers, the pinned, those next to it, and the one that is chosen. */
function showAgainst(unit) {
  const known = new Set([...view.selected, view.against, ...peersOf(unit)]);
  const others = [...known].filter((each) => each >= 0 && each !== unit);
  const pairs = [["-1", words("unit.peers")], ...others.map((each) => [String(each), NAMES[each]])];
  options(byId("unit-against"), pairs, String(view.against));
}

function referenceName() {
  return view.against >= 0 ? NAMES[view.against] : words("unit.peersMedian");
}

/** The position of a score between the least and the greatest of all, from 0 to 1. */
function shareIn(scores) {
  const [low, high] = extent(orderNow().map((unit) => scores[unit]));
  return (score) => (score === score ? (high > low ? (score - low) / (high - low) : 1) : 0);
}

/** The dimensions as a star, the unit's over that of its reference; of fewer than three there is none. */
function showShape(unit) {
  const picture = byId("unit-shape");
  picture.toggleAttribute("hidden", PARTS.length < 3);
  if (PARTS.length < 3) return;
  const [middle, radius] = [[240, 140], 84];
  const now = results[view.edition];
  const angle = (at) => (2 * Math.PI * at) / PARTS.length - Math.PI / 2;
  const point = (at, share) => [
    middle[0] + radius * share * Math.cos(angle(at)),
    middle[1] + radius * share * Math.sin(angle(at)),
  ];
  const corner = (share, at) => point(at, share).map((each) => each.toFixed(1)).join();
  const ring = (shares) => `M${shares.map(corner).join("L")}Z`;
  const all = PARTS.map((part) => scoresOf(part, now));
  const within = all.map(shareIn);
  const shares = (valueOf) => all.map((scores, at) => within[at](valueOf(scores)));
  const own = shares((scores) => scores[unit]);
  const other = shares((scores) => medianOf(references(), scores));
  const labels = PARTS.map((part, at) => {
    const [x, y] = point(at, 1.13);
    const anchor = Math.abs(x - middle[0]) < 20 ? "middle" : x > middle[0] ? "start" : "end";
    const lines = wrapped(TITLE.get(part), { middle: 180, start: 480 - x, end: x }[anchor], 12);
    const shift = anchor === "middle" ? 7.5 * (lines.length - 1) * Math.sign(y - middle[1]) : 0;
    return textLines(lines, { x, y: y + 4 + shift, "text-anchor": anchor, class: "axis" }, 15);
  });
  picture.replaceChildren(
    ...[0.25, 0.5, 0.75, 1].map((share) => drawing("path", { d: ring(PARTS.map(() => share)), class: "ring" })),
    ...PARTS.map((_, at) => drawing("path", { d: `M${middle}L${point(at, 1)}`, class: "ring" })),
    drawing("path", { d: ring(other), class: "star", "data-series": 1 }),
    drawing("path", { d: ring(own), class: "star", "data-series": 0 }),
    ...labels,
  );
  picture.setAttribute("aria-label", words("unit.shape", { name: NAMES[unit], other: referenceName() }));
}

/** The dimensions as bars, with a mark where the reference stands. */
function showParts(unit) {
  const table = byId("unit-parts");
  const now = results[view.edition];
  heads(table, [words("table.dimension"), "", [words("table.score"), 0], [words("unit.placeHead")], [referenceName(), 1]]);
  const lines = [ROOT.name, ...PARTS].map((part) => {
    const scores = part === ROOT.name ? now.scores : scoresOf(part, now);
    const within = shareIn(scores);
    const other = medianOf(references(), scores);
    const marks = ["own", "other"].map((name) => element("i", { class: name }));
    const title = part === ROOT.name ? words("table.score") : TITLE.get(part);
    const said = words("makeup.score", { title, score: `${NAMES[unit]} ${shownScore(scores[unit])}, ${referenceName()} ${shownScore(other)}` });
    const bar = element("div", { class: "level", role: "img", tabindex: 0, "aria-label": said }, ...marks);
    tell(bar, () => said);
    bar.style.setProperty("--own", `${(100 * within(scores[unit])).toFixed(1)}%`);
    bar.style.setProperty("--other", `${(100 * within(other)).toFixed(1)}%`);
    const number = (text) => element("td", { class: "number" }, text);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      element("td", { class: "levels" }, bar),
      number(shownScore(scores[unit])),
      placeCell(unit, scores),
      number(shownScore(other)),
    );
  });
  table.tBodies[0].replaceChildren(...lines);
}

/** Heads of a table: texts, or pairs of a number column's text and the series that it is of. */
function heads(table, titles) {
  const made = titles.map((title) => {
    if (typeof title === "string") return element(title ? "th" : "td", title ? { scope: "col" } : {}, title);
    return element("th", { scope: "col", dir: "auto", class: "number", "data-series": title[1] ?? null }, title[0]);
  });
  table.tHead.rows[0].replaceChildren(...made);
}

/** Every indicator of the unit: its value and rank, those of the reference, and the notes on the value. */
function showFigures(unit) {
  const table = byId("unit-figures");
  const against = view.against;
  const titles = [words("table.indicator"), [words("unit.value"), 0], [words("unit.placeHead")], [referenceName(), 1]];
  if (against >= 0) titles.push([words("unit.placeHead")]);
  heads(table, titles);
  const lines = INDICATORS.flatMap((each, at) => {
    const values = LEAVES.get(each.key)[view.edition];
    const others = columnOf(measured, at).subarray(view.edition * UNITS, (view.edition + 1) * UNITS);
    const head = element("th", { scope: "row" }, each.title, element("span", { class: "unit-of-measure" }, each.unit));
    const cells = [valueCell(unit, at), placeCell(unit, values)];
    if (against >= 0) cells.push(valueCell(against, at), placeCell(against, values));
    else cells.push(element("td", { class: "number" }, shownValue(medianOf(references(), others))));
    const note = element("td", { colspan: titles.length, class: "source" }, ...figureNote(unit, at));
    return [element("tr", { class: "figure" }, head, ...cells), element("tr", { class: "source" }, note)];
  });
  table.tBodies[0].replaceChildren(...lines);
}

/** The producer and terms of a value, its state and year, and how it was made. */
function figureNote(unit, indicator) {
  const kinds = ["origin", "vintage", "method", "age"];
  const [origin, vintage, method, age] = kinds.map((kind) => noted(kind, view.edition, unit, indicator));
  const names = origin ? origin.split(" + ") : [];
  const state = vintage ? words("unit.vintage", { vintage }) : "";
  const said = [...names.map(sourceOf), ...[state, age, method].filter(Boolean).map((text) => [text])];
  return said.flatMap((each, at) => (at ? ["; ", ...each] : each));
}

/** A producer with its data's title and licence, linked; the bare name where the page knows no such source. */
function sourceOf(name) {
  const source = payload.sources.find((each) => each.name === name);
  if (!source) return [name];
  return [linked(source.producer, source.url), ` (${source.title}; `, linked(source.licence, source.licence_url), ")"];
}

/** A text as a link where its address is one of the web. */
function linked(text, address) {
  if (!/^https?:\/\//.test(address)) return text;
  return element("a", { href: address, rel: "noreferrer" }, text);
}

/** The change needed to pass the unit before. */
function showReach(unit) {
  const before = unitBefore(unit);
  const { ranks } = results[view.edition];
  byId("unit-reach-section").hidden = ranks[unit] !== ranks[unit];
  const found = before < 0 ? [] : stepsUp(unit);
  const key = before < 0 ? "reach.first" : !scoresAlone() ? "reach.unknown" : found.length ? "reach.lead" : "reach.none";
  const above = before < 0 ? {} : { name: NAMES[before], rank: shownRank(ranks[before]) };
  byId("unit-reach-text").textContent = words(key, above);
  byId("unit-reach").replaceChildren(...found.slice(0, 8).map((each) => element("li", {}, reachText(unit, each))));
}

function reachText(unit, { at, like }) {
  const [now, wanted] = [unit, like].map((each) => measured[cell(view.edition, each, at)]);
  const values = { title: INDICATORS[at].title, now: shownValue(now), wanted: shownValue(wanted), name: NAMES[like] };
  if (wanted !== wanted) return words("reach.imputed", values);
  return words(now === now ? "reach.line" : "reach.gap", values);
}

function buildUnit() {
  const sheet = byId("unit");
  byId("unit-close").addEventListener("click", closeUnit);
  byId("unit-pin").addEventListener("click", () => select(view.open));
  byId("unit-against").addEventListener("change", (event) => {
    view.against = Number(event.target.value);
    refresh();
  });
  for (const id of ["unit-before", "unit-behind"])
    byId(id).addEventListener("click", () => openUnit(Number(byId(id).dataset.next)));
  sheet.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeUnit();
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    closeUnit();
  });
  WIDE.addEventListener("change", () => {
    if (!sheet.open) return;
    sheet.close();
    showUnit();
  });
}
