// From scores to ranks, tiers and the order of the table.

/** Scores that lie no farther apart than this share of the largest are equal: sums in another order differ so. */
const NOISE = 2 ** -44;

/**
 * Ranks of scores, 1 the best; a missing score has none.
 *
 * Scores that differ by the noise of computing them tie.
 *
 * @param scores One for each unit; NaN where there is none.
 * @param choice Rounding, the rank that equal scores share, and which end is best.
 */
function ranksOf(scores, { decimals, rounding, ties, best }) {
  const sign = best === "lowest" ? 1 : -1;
  const keys = new Float64Array(scores);
  const all = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at += 1) {
    keys[at] = sign * (decimals === null ? keys[at] : rounded(settled(keys[at]), decimals, rounding));
    all[at] = at;
  }
  const order = sortedBy(keys, all);
  const count = order.length;
  const ranks = new Float64Array(keys.length).fill(NaN);
  const noise = count ? NOISE * Math.max(Math.abs(keys[order[0]]), Math.abs(keys[order[count - 1]])) : 0;
  let distinct = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && keys[order[end]] - keys[order[end - 1]] <= noise) end += 1;
    distinct += 1;
    const rank = { min: start + 1, max: end, average: (start + 1 + end) / 2, dense: distinct }[ties];
    for (let at = start; at < end; at += 1) ranks[order[at]] = rank;
    start = end;
  }
  return ranks;
}

/**
 * Positions by their keys, ascending, without those of missing keys; equal keys stay in their order.
 *
 * The bits of the numbers are sorted digit by digit, the last first, which needs no comparisons.
 */
function sortedBy(keys, positions) {
  const bits = sortableWords(keys);
  let order = present(keys, positions);
  let next = new Int32Array(order.length);
  for (const [word, shift] of [0, 1].flatMap((each) => [0, 11, 22].map((bits) => [each, bits]))) {
    const starts = new Int32Array(2049);
    for (const at of order) starts[((bits[2 * at + word] >>> shift) & 2047) + 1] += 1;
    for (let digit = 1; digit < 2048; digit += 1) starts[digit] += starts[digit - 1];
    for (const at of order) next[starts[(bits[2 * at + word] >>> shift) & 2047]++] = at;
    [order, next] = [next, order];
  }
  return order;
}

/** The positions whose key is not missing. */
function present(keys, positions) {
  const there = new Int32Array(positions.length);
  let count = 0;
  for (let at = 0; at < positions.length; at += 1) {
    if (keys[positions[at]] === keys[positions[at]]) there[count++] = positions[at];
  }
  return there.subarray(0, count);
}

/** The bits of numbers as pairs of words, low before high, that are ordered as the numbers are. */
function sortableWords(keys) {
  const copy = new Float64Array(keys);
  for (let at = 0; at < copy.length; at += 1) copy[at] += 0;
  const bits = new Uint32Array(copy.buffer);
  for (let at = 0; at < bits.length; at += 2) {
    const below = bits[at + 1] >>> 31;
    bits[at] ^= below ? 0xffffffff : 0;
    bits[at + 1] ^= below ? 0xffffffff : 0x80000000;
  }
  return bits;
}

/** The values that are there, ascending. */
function ascending(values) {
  const there = new Float64Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (values[at] === values[at]) there[count++] = values[at];
  return there.subarray(0, count).sort();
}

/** The ranked units, best first, ties by name. */
function orderOf(ranks) {
  return Array.from(sortedBy(ranks, BY_NAME));
}

/** The ends of the tiers that countries are counted in; all units where there are none smaller. */
function tierEnds(count) {
  const tiers = payload.ranking.tiers.length ? payload.ranking.tiers : [10, 30, 100];
  return tiers.filter((tier) => tier < count);
}

function tierOf(rank, score) {
  const reached = payload.ranking.classes.filter((each) => score >= each.at_least);
  if (payload.ranking.classes.length) {
    return reached.length ? reached.reduce((a, b) => (b.at_least > a.at_least ? b : a)).name : "";
  }
  const tier = payload.ranking.tiers.find((end) => rank <= end);
  return tier === undefined ? "" : words("tier.top", { tier });
}
