// Uncertainty: each unit's rank with the range that it keeps to in most draws.

const SHOWN_RANGES = 30;
let cancel = () => {};
let resting = 0;
/** The effect of other choices on the ranks, the largest first; null until they are tried. */
let choices = null;
const SHOWN_CHOICES = 6;

/** Draw the intervals again when the view has come to rest; published ones stay while nothing is changed. */
function scheduleIntervals() {
  cancel();
  clearTimeout(resting);
  choices = null;
  const published = isPublished() && view.spread === "published";
  if (published) {
    const [low, high, jointLow, jointHigh] = ["low", "high", "jointLow", "jointHigh"].map(
      (end) => PUBLISHED[end]?.[view.edition],
    );
    intervals = { low, high, jointLow, jointHigh, from: "published" };
  } else intervals = { low: null, high: null, from: "none" };
  if (live()) resting = setTimeout(() => askNow(published ? null : drawnSpread()), published ? 600 : 200);
}

function askNow(spread) {
  const { edition, methods } = view;
  const weights = Object.fromEntries(
    NODES.filter((node) => node.live).map((node) => [node.name, Array.from(weightsIn(node, edition))]),
  );
  cancel = askForIntervals(
    { edition, weights, methods, spread },
    (draws) => {
      intervals.draws = draws;
      byId("uncertainty-text").textContent = uncertaintyText();
    },
    (made) => settle(made ? { ...made, from: "drawn" } : { low: null, high: null, from: "undefined" }),
    (found) => {
      choices = found;
      showChoices();
    },
    (why) => {
      if (spread !== null) settle({ low: null, high: null, from: "failed", why });
    },
  );
}

function settle(made) {
  intervals = made;
  showTable();
  showUncertainty();
  showUnit();
  showViews();
}

/** The uncertainty that is drawn: for other weights than the published ones the published ranges say nothing. */
function drawnSpread() {
  return view.spread === "published" ? "0.25" : view.spread;
}

function uncertaintyText() {
  const share = Math.round(100 * Number(drawnSpread()));
  const said = {
    published: () => words("ranges.published"),
    drawn: () => words(view.spread === "any" ? "ranges.drawnAny" : "ranges.drawn", { draws: DRAWS, share, held: HELD }),
    undefined: () => words("ranges.undefined"),
    failed: () => words("ranges.failed", { why: intervals.why }),
    none: () => (live() ? words("ranges.drawing", { made: intervals.draws ?? 0, draws: DRAWS }) : words("ranges.none")),
  }[intervals.from]();
  return orderNow().some(isOutside) ? `${said} ${words("ranges.outside")}` : said;
}

/** Say which choices move ranks most. */
function showChoices() {
  byId("choices-part").hidden = choices === null;
  if (choices === null) return;
  byId("choices-text").textContent = words(choices.length ? "choices.text" : "choices.none");
  byId("choices").replaceChildren(...choices.slice(0, SHOWN_CHOICES).map((each) => element("li", {}, choiceText(each))));
}

function choiceText({ kind, node, member, method, shift, most, unit, kept, first }) {
  const choice = words(`choices.${kind}`, { title: TITLE.get(node), member: TITLE.get(member), method: methodName(method) });
  const top = Math.min(TOP, orderNow().length);
  if (unit < 0) return words("choices.same", { choice });
  const moved = { shift: marked(shift.toFixed(1)), most: shownRank(most), name: NAMES[unit] };
  return words("choices.moved", { choice, ...moved, kept, top, first: NAMES[first] });
}

/** Say what holds of all units at once, which is known of the published ranges alone. */
function showJoint() {
  const said = intervals.from === "published" ? payload.joint[view.edition].map(saying) : [];
  byId("joint").hidden = said.length === 0;
  byId("joint").replaceChildren(...said.map((text) => element("li", {}, text)));
}

/** The first units of the edition, and the selected. */
function drawnRangeUnits() {
  const first = orderNow().slice(0, SHOWN_RANGES);
  return [...first, ...view.selected.filter((unit) => !first.includes(unit))];
}

/** Bring the chart in line with the view. */
function showUncertainty() {
  showChoices();
  showJoint();
  const said = [uncertaintyText()];
  if (intervals.jointLow?.some((end) => end >= 1)) said.push(words("ranges.joint"));
  if (intervals.from === "published") said.push(words("ranges.shapeless"));
  byId("uncertainty-text").textContent = said.join(" ");
  const picture = byId("uncertainty");
  picture.toggleAttribute("hidden", intervals.low === null);
  if (intervals.low === null) return;
  const { ranks } = results[view.edition];
  const units = drawnRangeUnits();
  const most = Math.max(...units.map((unit) => intervals.jointHigh?.[unit] || intervals.high[unit] || ranks[unit] || 1));
  const wide = widthOfPictures();
  const [left, right, gap] = [wide < 500 ? 150 : 190, wide - 20, intervals.all ? 26 : 20];
  const x = (rank) => left + ((right - left) * (rank - 1)) / Math.max(most - 1, 1);
  const height = 30 + gap * units.length;
  picture.setAttribute("viewBox", `0 0 ${wide} ${height}`);
  const step = [1, 5, 10, 20, 25, 50, 100, 200, 500].find((each) => most / each <= wide / 80) ?? 1000;
  const marks = [1, ...Array.from({ length: Math.floor(most / step) }, (_, at) => (at + 1) * step)].filter(
    (each, at) => !(at && each === 1),
  );
  const axis = marks.map((rank) =>
    drawing(
      "g",
      { class: "axis" },
      drawing("path", { d: `M${x(rank).toFixed(1)},22V${height}` }),
      drawing("text", { x: x(rank), y: 14, "text-anchor": "middle" }, String(rank)),
    ),
  );
  const lines = units.map((unit, at) => rangeLine(unit, ranks[unit], x, 36 + gap * at, left - 12));
  picture.replaceChildren(...axis, ...lines);
  roving(picture, lines, units.map(rangeTip));
}

function rangeLine(unit, rank, x, y, end) {
  const made = drawing("g", { class: "range", "data-selected": view.selected.indexOf(unit) });
  made.append(drawing("text", { x: end, y: y + 4, "text-anchor": "end" }, fitted(NAMES[unit], end - 4)));
  const [low, high] = [intervals.low[unit], intervals.high[unit]];
  if (intervals.all) made.append(drawing("path", { d: densityPath(unit, x, y), class: "density" }));
  const [first, last] = [intervals.jointLow?.[unit], intervals.jointHigh?.[unit]];
  if (first >= 1) made.append(drawing("path", { d: `M${x(first).toFixed(1)},${y}H${(x(last) + 0.01).toFixed(2)}`, class: "joint" }));
  if (low === low) made.append(drawing("path", { d: `M${x(low).toFixed(1)},${y}H${(x(high) + 0.01).toFixed(2)}` }));
  if (rank === rank) made.append(drawing("circle", { cx: x(rank), cy: y, r: 4.5 }));
  made.addEventListener("click", () => select(unit));
  return made;
}

/** How often each rank was drawn, as a shape on a unit's line, as tall as its own most frequent rank. */
function densityPath(unit, x, y) {
  const counts = new Map();
  const wide = Math.max(1, Math.ceil(1.5 / (x(2) - x(1))));
  for (let at = unit; at < intervals.all.length; at += UNITS) {
    const rank = intervals.all[at];
    if (!rank) continue;
    const bin = Math.floor((rank - 1) / wide);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return Array.from(counts, ([bin, count]) => {
    const [from, to] = [x(1 + (bin - 0.5) * wide + (wide - 1) / 2), x(1 + (bin + 0.5) * wide + (wide - 1) / 2)];
    const top = y - (16 * count) / most;
    return `M${from.toFixed(1)},${y}V${top.toFixed(1)}H${to.toFixed(1)}V${y}Z`;
  }).join("");
}
