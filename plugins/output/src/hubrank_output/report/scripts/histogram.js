// A histogram, and how skewed values are.

const BINS = 24;

/** The sample skewness G1, as in the core; NaN below three values and for equal ones. */
function skewness(values) {
  const count = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / count;
  const [second, third] = [2, 3].map((power) => values.reduce((sum, each) => sum + (each - mean) ** power, 0));
  if (count < 3 || !second) return NaN;
  return ((Math.sqrt(count) * third) / second ** 1.5) * (Math.sqrt(count * (count - 1)) / (count - 2));
}

function shownSkew(value) {
  return value === value ? marked(value.toFixed(2).replace("-", "−")) : "–";
}

/** Bars of how many of some sorted values lie where, with the ends below, and marks: pairs of a value and a series. */
function histogram(own, spots, left, top, wide, tall) {
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
  const marks = spots.map(([value, series]) => {
    const x = left + (wide * (value - low)) / (high - low || 1);
    return drawing("path", { d: `M${x.toFixed(1)},${top}v${tall + 3}`, class: "spot", "data-series": series });
  });
  const end = (x, value, anchor) => drawing("text", { x, y: top + tall + 12, class: "end-of-axis", "text-anchor": anchor }, shownValue(value));
  return [drawing("path", { d: bars.join(""), class: "bars" }), ...marks, end(left, low, "start"), end(left + wide, high, "end")];
}
