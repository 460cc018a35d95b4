// What is embedded in the page: the tree, its methods, the normalised values, the published scores.

const payload = JSON.parse(document.getElementById("payload").textContent);
const EDITIONS = payload.editions;
const UNITS = payload.units.code.length;
const NAMES = payload.units.name;
const CODES = payload.units.code;
const POSITION = new Map(CODES.map((code, at) => [code, at]));

/** Numbers from base64. */
function unpacked(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/** One array of units for each edition, from `(editions, units)`. */
function byEdition(text) {
  const whole = unpacked(text, Float64Array);
  return EDITIONS.map((_, at) => whole.subarray(at * UNITS, (at + 1) * UNITS));
}

/** One array of units for each edition, for the indicator at a position of `(editions, units, indicators)`. */
function columnOf(whole, column) {
  const width = payload.indicators.length;
  return EDITIONS.map((_, edition) => {
    const made = new Float64Array(UNITS);
    for (let unit = 0; unit < UNITS; unit += 1) made[unit] = whole[(edition * UNITS + unit) * width + column];
    return made;
  });
}

const normalised = unpacked(payload.normalised, Float64Array);
const measured = unpacked(payload.measured, Float32Array);
const imputed = unpacked(payload.imputed, Uint8Array);
const INDICATORS = payload.indicators;
const LEAVES = new Map(INDICATORS.map((each, at) => [each.key, columnOf(normalised, at)]));
const PUBLISHED = {
  scores: byEdition(payload.scores),
  ranks: byEdition(payload.ranks),
  low: payload.low && byEdition(payload.low),
  high: payload.high && byEdition(payload.high),
  doubtful: payload.doubtful && unpacked(payload.doubtful, Uint8Array),
};

/** The dimensions, leaves before the root; those that the page cannot compute keep the scores that were composed. */
const NODES = payload.nodes.map((node) => {
  const composed = node.passed ? { passed: byEdition(node.passed), scores: byEdition(node.scores) } : {};
  return { ...node, ...composed, live: !node.stands };
});
const NODE = new Map(NODES.map((node) => [node.name, node]));
const ROOT = NODES[NODES.length - 1];
const TITLE = new Map([
  ...INDICATORS.map((each) => [each.key, each.title]),
  ...NODES.map((node) => [node.name, node.title]),
]);

/** The members of a dimension that are dimensions, or their indicators where there are none. */
const PARTS = ROOT.members;

/** Where a unit's indicator lies in `(editions, units, indicators)`. */
function cell(edition, unit, indicator) {
  return (edition * UNITS + unit) * INDICATORS.length + indicator;
}
