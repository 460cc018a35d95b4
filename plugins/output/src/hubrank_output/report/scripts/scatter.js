// Any two values of the units against each other.

const MOST_POINTS = 1000;
const NAMED_POINTS = 14;

/** The two values: each with its reader for a unit. */
function axes() {
  const known = figures();
  const first = PARTS.length > 1 ? [`s.${PARTS[0]}`, `s.${PARTS[1]}`] : ["rank", "score"];
  return ["x", "y"].map((key, at) => {
    const figure = known.find(({ name }) => name === view[key]) ?? known.find(({ name }) => name === first[at]);
    return { ...figure, read: figure.reads() };
  });
}

/** The units that have both values and pass the filters, best first. */
function pointsOf([x, y]) {
  const passes = inFilters();
  return orderNow().filter((unit) => passes(unit) && Number.isFinite(x.read(unit)) && Number.isFinite(y.read(unit)));
}

function scatterText([x, y], unit) {
  const said = { name: NAMES[unit], x: x.title, y: y.title, a: shownValue(x.read(unit)), b: shownValue(y.read(unit)) };
  return words("scatter.point", said);
}

function drawScatter(picture) {
  const both = axes();
  const [x, y] = both;
  figureChoice("scatter-x", "x", x.name);
  figureChoice("scatter-y", "y", y.name);
  const units = pointsOf(both);
  const [xs, ys] = both.map(({ read }) => Float64Array.from(units, read));
  const wide = widthOfPictures();
  const [below, above] = both.map(({ title }, at) => wrapped(at ? `↑ ${title}` : `${title} →`, wide - 76));
  const frame = { x: 60, y: 16 * above.length + 8, width: wide - 76, height: Math.max(250, Math.min(500, 0.6 * wide)) };
  const foot = frame.y + frame.height;
  const height = foot + 26 + 16 * below.length;
  const place = (value, [low, high], from, length) => from + (length * (value - low + 0.03 * (high - low))) / (1.06 * (high - low) || 1);
  const [wideOf, tallOf] = [extent(xs), extent(ys)];
  const across = (value) => place(value, wideOf, frame.x, frame.width);
  const up = (value) => foot - place(value, tallOf, 0, frame.height);
  picture.setAttribute("viewBox", `0 0 ${wide} ${height}`);
  byId("scatter-text").textContent = units.length > 2
    ? words("scatter.text", { count: units.length, pearson: marked(pearson(xs, ys).toFixed(2)), spearman: marked(spearman(xs, ys).toFixed(2)) })
    : words("scatter.few");
  if (!units.length) {
    picture.replaceChildren();
    return;
  }
  const axis = [
    ...ticks(...wideOf, wide / 110).map((value) =>
      drawing("g", { class: "axis" }, drawing("path", { d: `M${across(value)},${frame.y}V${foot}` }),
        drawing("text", { x: across(value), y: foot + 16, "text-anchor": "middle" }, shownValue(value)))),
    ...ticks(...tallOf, 6).map((value) =>
      drawing("g", { class: "axis" }, drawing("path", { d: `M${frame.x},${up(value)}H${frame.x + frame.width}` }),
        drawing("text", { x: frame.x - 8, y: up(value) + 4, "text-anchor": "end" }, shownValue(value)))),
    textLines(below, { x: frame.x + frame.width, y: foot + 30 + 8 * (below.length - 1), "text-anchor": "end" }),
    textLines(above, { x: frame.x, y: 12 + 8 * (above.length - 1) }),
  ];
  const shown = [...new Set([...units.slice(0, MOST_POINTS), ...view.selected.filter((unit) => units.includes(unit))])];
  const spot = new Map(units.map((unit, at) => [unit, [across(xs[at]), up(ys[at])]]));
  const rest = units.slice(MOST_POINTS).map((unit) => `M${spot.get(unit).map((each) => each.toFixed(1))}h0`).join("");
  const dots = shown.map((unit) => {
    const [cx, cy] = spot.get(unit);
    return drawing("circle", { cx, cy, r: view.selected.includes(unit) ? 6 : 4, class: "point", "data-selected": view.selected.indexOf(unit) });
  });
  roving(picture, dots, shown.map((unit) => scatterText(both, unit)), 1, (at) => select(shown[at]));
  const named = view.selected.length ? shown.filter((unit) => view.selected.includes(unit)) : shown.slice(0, NAMED_POINTS);
  const wanted = named.map((unit) => ({ text: cut(NAMES[unit], 24), x: spot.get(unit)[0], y: spot.get(unit)[1], away: 10 }));
  const taken = named.map((unit) => ({ left: spot.get(unit)[0] - 4, top: spot.get(unit)[1] - 4, wide: 8, tall: 8 }));
  picture.replaceChildren(...axis, drawing("path", { d: rest, class: "rest" }), ...dots, ...placedNames(wanted, frame, 12, taken));
}

function scatterTable() {
  const both = axes();
  const lines = pointsOf(both).map((unit) => [NAMES[unit], ...both.map(({ read }) => shownValue(read(unit)))]);
  return { heads: [words("table.name"), ...both.map(({ title }) => title)], lines };
}
