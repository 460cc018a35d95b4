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
  const keys = scores.map((each) => sign * (decimals === null ? each : rounded(settled(each), decimals, rounding)));
  const order = [];
  for (let unit = 0; unit < keys.length; unit += 1) if (keys[unit] === keys[unit]) order.push(unit);
  order.sort((a, b) => keys[a] - keys[b]);
  const ranks = new Float64Array(keys.length).fill(NaN);
  const noise = NOISE * order.reduce((largest, unit) => Math.max(largest, Math.abs(keys[unit])), 0);
  let distinct = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && keys[order[end]] - keys[order[end - 1]] <= noise) end += 1;
    distinct += 1;
    const rank = { min: start + 1, max: end, average: (start + 1 + end) / 2, dense: distinct }[ties];
    for (let at = start; at < end; at += 1) ranks[order[at]] = rank;
    start = end;
  }
  return ranks;
}

/** The ranked units, best first, ties by name. */
function orderOf(ranks) {
  const ranked = payload.units.alphabetical.filter((unit) => ranks[unit] === ranks[unit]);
  return ranked.sort((a, b) => ranks[a] - ranks[b]);
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
