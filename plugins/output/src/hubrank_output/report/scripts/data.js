// The data of the page: the tree, its methods, the normalised values, the published scores.

/** The same script runs in the page and, up to `worker.js`, in the worker that draws. */
const IN_PAGE = typeof document !== "undefined";
const SOURCE = IN_PAGE ? document.currentScript.textContent : "";
const LARGE = 1e6;
const KINDS = { Float64Array, Float32Array, Int32Array, Uint8Array };

/** The bytes behind a text of base64. */
function bytesOf(text) {
  const letters = atob(text);
  const made = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) made[at] = letters.charCodeAt(at);
  return made;
}

/** The page's data, uncompressed; what a large page is waiting for is said, and why one cannot be opened. */
async function opened() {
  const text = document.getElementById("payload").textContent.trim();
  const said = document.getElementById("opening");
  said.hidden = text.length < LARGE && typeof DecompressionStream !== "undefined";
  said.textContent = words("opening");
  try {
    const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
    const made = await new Response(stream).arrayBuffer();
    said.hidden = true;
    return made;
  } catch (error) {
    said.hidden = false;
    said.textContent = words("opening.failed", { why: error.message });
    throw error;
  }
}

/** In the worker the page's first message is the data. */
function handedOver() {
  return new Promise((done) => {
    self.onmessage = (message) => done(message.data);
  });
}

const DATA = IN_PAGE ? await opened() : await handedOver();
const STEP = 8;
const HEAD = new DataView(DATA).getUint32(0, true);
const payload = JSON.parse(new TextDecoder().decode(new Uint8Array(DATA, STEP, HEAD)));

/** A text that came with the data, by its number, in the page's language. */
function saying(number) {
  return payload.sayings[language]?.[number] ?? payload.sayings.en[number];
}

/** A column of numbers behind the head. */
function numbers({ kind, at, count }) {
  return new KINDS[kind](DATA, STEP + HEAD + at, count);
}

const EDITIONS = payload.editions;
/** How many of 100 draws an interval of ranks holds. */
const HELD = Math.round(100 * (payload.range[1] - payload.range[0]));
const UNITS = payload.units.code.length;
const NAMES = payload.units.name;
const CODES = payload.units.code;
const POSITION = new Map(CODES.map((code, at) => [code, at]));

/** The units by name, and the place of each unit among them. */
const BY_NAME = numbers(payload.units.alphabetical);
const ALPHABETICAL = new Int32Array(UNITS);
BY_NAME.forEach((unit, at) => (ALPHABETICAL[unit] = at));

/** One array of units for each edition, from `(editions, units)`. */
function byEdition(whole) {
  return EDITIONS.map((_, at) => whole.subarray(at * UNITS, (at + 1) * UNITS));
}

/** The part of `(indicators, editions, units)` that an indicator has. */
function columnOf(whole, at) {
  const size = EDITIONS.length * UNITS;
  return whole.subarray(at * size, (at + 1) * size);
}

const normalised = numbers(payload.normalised);
const measured = numbers(payload.measured);
const imputed = numbers(payload.imputed);
const INDICATORS = payload.indicators.map((each) => ({
  ...each,
  get title() {
    return saying(each.title);
  },
  get unit() {
    return saying(each.unit);
  },
}));
const LEAVES = new Map(INDICATORS.map((each, at) => [each.key, byEdition(columnOf(normalised, at))]));
const PUBLISHED = {
  scores: byEdition(numbers(payload.scores)),
  ranks: byEdition(numbers(payload.ranks)),
  low: payload.low && byEdition(numbers(payload.low)),
  high: payload.high && byEdition(numbers(payload.high)),
  jointLow: payload.joint_low && byEdition(numbers(payload.joint_low)),
  jointHigh: payload.joint_high && byEdition(numbers(payload.joint_high)),
  rankedShare: payload.ranked_share && byEdition(numbers(payload.ranked_share)),
  evidenceTiers: payload.evidence_tiers && byEdition(numbers(payload.evidence_tiers)),
  doubtful: payload.doubtful && numbers(payload.doubtful),
  agreement: payload.agreement && byEdition(numbers(payload.agreement)),
};

/** The notes on each value: its producer, its state and year, how it was made. */
const NOTES = Object.fromEntries(Object.entries(payload.notes).map(([name, each]) => [name, { ...each, of: numbers(each.of) }]));

/** The dimensions, leaves before the root; those that the page cannot compute keep the scores that were composed. */
const NODES = payload.nodes.map((node) => {
  const composed = node.passed
    ? { passed: byEdition(numbers(node.passed)), scores: byEdition(numbers(node.scores)) }
    : {};
  const stands = node.stands ? { said: node.stands } : null;
  return {
    ...node,
    ...composed,
    stands,
    live: !stands,
    get title() {
      return saying(node.title);
    },
  };
});
const NODE = new Map(NODES.map((node) => [node.name, node]));
const ROOT = NODES[NODES.length - 1];
/** The numbers of the titles by the names of indicators and dimensions. */
const TITLES = new Map([
  ...payload.indicators.map((each) => [each.key, each.title]),
  ...payload.nodes.map((node) => [node.name, node.title]),
]);
const TITLE = { get: (name) => saying(TITLES.get(name)) };

/** The first dimension from the root down that has several members: a flat table has one dimension above them all. */
let SPLIT = ROOT;
while (SPLIT.members.length === 1 && NODE.has(SPLIT.members[0])) SPLIT = NODE.get(SPLIT.members[0]);

/** Its members: dimensions or indicators. */
const PARTS = SPLIT.members;

/** The position of a unit's indicator in `(indicators, editions, units)`. */
function cell(edition, unit, indicator) {
  return (indicator * EDITIONS.length + edition) * UNITS + unit;
}

/** The notes on a value, by the kind of note; empty if there are none. */
function noted(kind, edition, unit, indicator) {
  const { texts, of } = NOTES[kind];
  const text = texts[of[cell(edition, unit, indicator)]];
  return typeof text === "number" ? saying(text) : text;
}
