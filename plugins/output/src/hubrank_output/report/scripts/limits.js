// Filters by values: the least and the greatest rank, score or measured value of listed units.

/** The value whose limits the fields show. */
let limited = "rank";

/** A score as the table shows it. */
function seenScore(score) {
  return score === score ? Number(written(score, payload.ranking.decimals, payload.ranking.rounding)) : NaN;
}

/** A measured value as the table shows it. */
function seenValue(value) {
  if (Math.abs(value) >= 1000) return Math.sign(value) * Math.round(Math.abs(value));
  return Number(value.toPrecision(4));
}

/**
 * The values that units can be filtered by: names, titles, and a function that returns a reader of a unit's value.
 *
 * A value is compared as the table shows it: a displayed 50 is at least 50 and at most 50.
 */
function figures() {
  const now = () => results[view.edition];
  const score = (name) => ({
    name: `s.${name}`,
    title: words("limits.score", { title: TITLE.get(name) }),
    reads: () => {
      const scores = scoresOf(name, now());
      return (unit) => seenScore(scores[unit]);
    },
  });
  const value = ({ key, title }, at) => ({
    name: `m.${key}`,
    title: words("limits.measured", { title }),
    reads: () => (unit) => seenValue(measured[cell(view.edition, unit, at)]),
  });
  const below = NODES.filter((node) => node !== ROOT && !PARTS.includes(node.name)).reverse();
  const dimensions = [...PARTS.filter((name) => NODE.has(name)), ...below.map((node) => node.name)];
  return [
    { name: "rank", title: words("table.rank"), reads: () => (unit) => now().ranks[unit] },
    { name: "score", title: words("table.score"), reads: () => (unit) => seenScore(now().scores[unit]) },
    ...dimensions.map(score),
    ...INDICATORS.map(({ key }) => score(key)),
    ...INDICATORS.map(value),
  ];
}

/** Whether a unit is within all limits; one without the value is not. */
function inLimits() {
  const wanted = figures()
    .filter(({ name }) => name in view.limits)
    .map(({ name, reads }) => [reads(), ...view.limits[name]]);
  return (unit) =>
    wanted.every(([read, least, most]) => {
      const figure = read(unit);
      return figure === figure && (least === null || figure >= least) && (most === null || figure <= most);
    });
}

/** A limit in words. */
function limitText(title, [least, most]) {
  const ends = { title, least: limitNumber(least), most: limitNumber(most) };
  if (least === null) return words("limits.to", ends);
  return words(most === null ? "limits.from" : "limits.between", ends);
}

function limitNumber(end) {
  return end === null ? "" : end.toLocaleString(language, { maximumSignificantDigits: 15 });
}

/** The number in a field; nothing where there is none. */
function endIn(id) {
  const text = byId(id).value;
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** Filter by a value, or stop if both ends are open. */
function limitBy(name, least, most, by) {
  view.limits = { ...view.limits, [name]: [least, most] };
  if (least === null && most === null) delete view.limits[name];
  toTop();
  refresh(by);
  say(byId("count").textContent);
}

/** Name the values in the page's language. */
function nameFigures() {
  options(
    byId("limit-figure"),
    figures().map(({ name, title }) => [name, title]),
    limited,
  );
}

/** Update the fields and the list of limits from the view. */
function showLimits() {
  const ends = view.limits[limited] ?? [null, null];
  ["limit-least", "limit-most"].forEach((id, at) => {
    if (endIn(id) !== ends[at]) byId(id).value = ends[at] ?? "";
  });
  const items = figures()
    .filter(({ name }) => name in view.limits)
    .map(({ name, title }) => {
      const text = limitText(title, view.limits[name]);
      const label = words("limits.remove", { filter: text });
      const away = element("span", { "aria-hidden": "true" }, " ×");
      const button = element("button", { type: "button", class: "plain", "aria-label": label }, text, away);
      button.addEventListener("click", () => limitBy(name, null, null));
      return element("li", {}, button);
    });
  byId("limits-set").hidden = !items.length;
  if (items.length || byId("limits-set").children.length) keepingFocus(byId("limits-set"), items);
}

function buildLimits() {
  nameFigures();
  byId("limit-figure").addEventListener("change", (event) => {
    limited = event.target.value;
    showLimits();
  });
  for (const id of ["limit-least", "limit-most"])
    byId(id).addEventListener("input", () => limitBy(limited, endIn("limit-least"), endIn("limit-most"), id));
}
