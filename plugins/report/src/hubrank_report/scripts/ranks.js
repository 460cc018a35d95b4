// From scores to ranks, tiers and the order of the table.

/** Scores that lie no farther apart than this share of the largest are equal: sums in another order differ so. */
const NOISE = 2 ** -44;

/**
 * Ranks of scores, 1 the best; a gap stays one.
 *
 * Scores that differ by the noise of computing them tie.
 *
 * @param scores One for each unit; NaN where there is none.
 * @param choice Rounding, the rank that equal scores share, and which end is best.
 */
function ranksOf(scores, { decimals, rounding, ties, best }) {
  const sign = best === "lowest" ? 1 : -1;
  const keys = new Float64Array(scores);
  for (let at = 0; at < keys.length; at += 1) {
    keys[at] = sign * (decimals === null ? keys[at] : rounded(settled(keys[at]), decimals, rounding));
  }
  const sorted = ascending(keys);
  const shared = sharedRanks(sorted, ties);
  const ranks = new Float64Array(keys.length).fill(NaN);
  for (let at = 0; at < keys.length; at += 1) if (keys[at] === keys[at]) ranks[at] = shared[firstAt(sorted, keys[at])];
  return ranks;
}

/** The values that are there, ascending. */
function ascending(values) {
  const there = new Float64Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (values[at] === values[at]) there[count++] = values[at];
  return there.subarray(0, count).sort();
}

/** The rank of each of the sorted keys; those that differ by noise share one. */
function sharedRanks(sorted, ties) {
  const count = sorted.length;
  const noise = count ? NOISE * Math.max(Math.abs(sorted[0]), Math.abs(sorted[count - 1])) : 0;
  const shared = new Float64Array(count);
  let distinct = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && sorted[end] - sorted[end - 1] <= noise) end += 1;
    distinct += 1;
    const rank = { min: start + 1, max: end, average: (start + 1 + end) / 2, dense: distinct }[ties];
    shared.fill(rank, start, end);
    start = end;
  }
  return shared;
}

/** Where a key first stands among the sorted ones. */
function firstAt(sorted, key) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ranked units, best first, ties by name. */
function orderOf(ranks) {
  const keys = new Float64Array(UNITS);
  let count = 0;
  for (let unit = 0; unit < UNITS; unit += 1) {
    if (ranks[unit] === ranks[unit]) keys[count++] = 2 * ranks[unit] * UNITS + ALPHABETICAL[unit];
  }
  keys.subarray(0, count).sort();
  const order = new Array(count);
  for (let at = 0; at < count; at += 1) order[at] = BY_NAME[keys[at] % UNITS];
  return order;
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
  return tier === undefined ? "" : `top ${tier}`;
}
