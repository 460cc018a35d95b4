// Uncertainty: each unit's rank with the range that it keeps to in nine draws of ten.

const SHOWN_RANGES = 30;
let cancel = () => {};
let resting = 0;

/** Draw the intervals anew when the view has come to rest; published ones stand while nothing is changed. */
function scheduleIntervals() {
  cancel();
  clearTimeout(resting);
  if (isPublished() && view.spread === "published") {
    intervals = { low: PUBLISHED.low[view.edition], high: PUBLISHED.high[view.edition], from: "published" };
    return;
  }
  intervals = { low: null, high: null, from: "none" };
  if (!live()) return;
  resting = setTimeout(askNow, 200);
}

function askNow() {
  const { edition, methods } = view;
  const weights = Object.fromEntries(
    NODES.filter((node) => node.live).map((node) => [node.name, Array.from(weightsIn(node, edition))]),
  );
  cancel = askForIntervals(
    { edition, weights, methods, spread: drawnSpread() },
    (draws) => {
      intervals.draws = draws;
      byId("uncertainty-text").textContent = uncertaintyText();
    },
    (made) => settle(made ? { ...made, from: "drawn" } : { low: null, high: null, from: "undefined" }),
    (why) => settle({ low: null, high: null, from: "failed", why }),
  );
}

function settle(made) {
  intervals = made;
  showTable();
  showUncertainty();
}

/** The uncertainty that is drawn: for other weights than the published ones the published ranges say nothing. */
function drawnSpread() {
  return view.spread === "published" ? "0.25" : view.spread;
}

function uncertaintyText() {
  const share = `±${Math.round(100 * Number(drawnSpread()))} %`;
  const spread = view.spread === "any" ? "all weights are equally likely" : `each weight varies by up to ${share}`;
  const words = {
    published: "Published ranges, drawn from the uncertainties that the scenario declares.",
    drawn: `${DRAWS} draws made in this page; ${spread}. The range covers 90 % of the draws.`,
    undefined: "No ranges: the method is undefined for some of these weights.",
    failed: `No ranges: this browser could not draw them (${intervals.why}).`,
    none: live() ? `Computing ranges: ${intervals.draws ?? 0} of ${DRAWS} draws …` : "This ranking has no ranges.",
  };
  const marked = orderNow().some(isOutside);
  return `${words[intervals.from]}${marked ? " * marks a rank outside its own range: nearly every draw moves it." : ""}`;
}

/** Bring the chart in line with the view. */
function showUncertainty() {
  byId("uncertainty-text").textContent = uncertaintyText();
  const picture = byId("uncertainty");
  picture.toggleAttribute("hidden", intervals.low === null);
  if (intervals.low === null) return;
  const { ranks } = results[view.edition];
  const order = orderNow();
  const first = order.slice(0, SHOWN_RANGES);
  const units = [...first, ...view.selected.filter((unit) => !first.includes(unit))];
  const most = Math.max(...units.map((unit) => intervals.high[unit] || ranks[unit] || 1));
  const wide = widthOf(picture);
  const [left, right, gap] = [wide < 500 ? 150 : 190, wide - 20, 20];
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
  picture.replaceChildren(
    ...axis,
    ...units.map((unit, at) => rangeLine(unit, ranks[unit], x, 36 + gap * at, left - 12)),
  );
}

function rangeLine(unit, rank, x, y, end) {
  const made = drawing("g", { class: "range", "data-selected": view.selected.indexOf(unit) });
  made.append(drawing("text", { x: end, y: y + 4, "text-anchor": "end" }, cut(NAMES[unit], end < 150 ? 18 : 22)));
  const [low, high] = [intervals.low[unit], intervals.high[unit]];
  if (low === low) made.append(drawing("path", { d: `M${x(low).toFixed(1)},${y}H${(x(high) + 0.01).toFixed(2)}` }));
  if (rank === rank) made.append(drawing("circle", { cx: x(rank), cy: y, r: 4.5 }));
  made.addEventListener("click", () => select(unit));
  return made;
}
