// How each indicator's values are spread: as they were measured, and as they enter the score.

const BINS = 24;

/** The sample skewness G1, as in the core; NaN below three values and for equal ones. */
function skewness(values) {
  const count = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / count;
  const [second, third] = [2, 3].map((power) => values.reduce((sum, each) => sum + (each - mean) ** power, 0));
  if (count < 3 || !second) return NaN;
  return ((Math.sqrt(count) * third) / second ** 1.5) * (Math.sqrt(count * (count - 1)) / (count - 2));
}

/** Of each indicator its measured and its final values, of the ranked units of the edition. */
function spreads() {
  const units = orderNow();
  return INDICATORS.map((indicator, at) => {
    const whole = columnOf(measured, at).subarray(view.edition * UNITS, (view.edition + 1) * UNITS);
    return { ...indicator, title: indicator.title, pair: [whole, LEAVES.get(indicator.key)[view.edition]].map((values) => ({ values, own: scoresAmong(units, values) })) };
  });
}

function shownSkew(value) {
  return value === value ? marked(value.toFixed(2).replace("-", "−")) : "–";
}

function drawDistribution(picture) {
  const wide = widthOfPictures();
  const room = Math.min(230, 0.36 * wide);
  const each = (wide - room - 40) / 2;
  const titles = ["distribution.before", "distribution.after"].map((key) => wrapped(words(key), each, 12));
  const top = 15 * Math.max(...titles.map((lines) => lines.length));
  let y = top + 9;
  const [rows, texts] = [[], []];
  for (const { title, pair } of spreads()) {
    const lines = wrapped(title, room, 12);
    const tall = Math.max(46, 15 * lines.length + 8);
    const row = drawing("g", { class: "spread" }, textLines(lines, { x: 0, y: y + tall / 2, class: "axis" }, 15));
    pair.forEach(({ values, own }, side) => row.append(...histogram(values, own, room + 10 + side * (each + 20), y, each, tall - 14)));
    row.prepend(drawing("rect", { x: 0, y, width: wide, height: tall, class: "ground" }));
    rows.push(row);
    const [before, after] = pair.map(({ own }) => shownSkew(skewness(own)));
    texts.push(words("distribution.row", { title, count: pair[0].own.length, before, after }));
    y += tall + 4;
  }
  roving(picture, rows, texts);
  picture.setAttribute("viewBox", `0 0 ${wide} ${y}`);
  const heads = titles.map((lines, side) => textLines(lines, { x: room + 10 + side * (each + 20), y: 7 + top / 2, class: "axis" }, 15));
  picture.replaceChildren(...heads, ...rows);
}

/** Bars of how many values lie where, with the ends below, and a mark for each pinned unit. */
function histogram(values, own, left, top, wide, tall) {
  if (!own.length) return [drawing("text", { x: left, y: top + tall, class: "axis" }, "–")];
  const [low, high] = [own[0], own[own.length - 1]];
  const bin = (value) => Math.min(BINS - 1, Math.floor((BINS * (value - low)) / (high - low || 1)));
  const counts = new Array(BINS).fill(0);
  for (const value of own) counts[bin(value)] += 1;
  const most = Math.max(...counts);
  const width = wide / BINS;
  const bars = counts.flatMap((count, at) => {
    if (!count) return [];
    const height = Math.max(1, (tall * count) / most);
    return [`M${(left + at * width).toFixed(1)},${(top + tall).toFixed(1)}v${(-height).toFixed(1)}h${(width - 0.5).toFixed(1)}v${height.toFixed(1)}z`];
  });
  const marks = view.selected.filter((unit) => values[unit] === values[unit]).map((unit) => {
    const x = left + (wide * (values[unit] - low)) / (high - low || 1);
    return drawing("path", { d: `M${x.toFixed(1)},${top}v${tall + 3}`, class: "spot", "data-series": view.selected.indexOf(unit) });
  });
  const end = (x, value, anchor) => drawing("text", { x, y: top + tall + 12, class: "end-of-axis", "text-anchor": anchor }, shownValue(value));
  return [drawing("path", { d: bars.join(""), class: "bars" }), ...marks, end(left, low, "start"), end(left + wide, high, "end")];
}

function distributionTable() {
  const names = ["count", "least", "median", "most", "skewBefore", "skewAfter"];
  const lines = spreads().map(({ title, unit, pair: [{ own }, after] }) => {
    const figures = own.length ? [own[0], median(own), own[own.length - 1]].map(shownValue) : ["–", "–", "–"];
    return [unit ? `${title} (${unit})` : title, grouped(own.length), ...figures, shownSkew(skewness(own)), shownSkew(skewness(after.own))];
  });
  return { heads: [words("table.indicator"), ...names.map((name) => words(`distribution.${name}`))], lines };
}
