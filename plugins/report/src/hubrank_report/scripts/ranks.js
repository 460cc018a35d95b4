// From scores to ranks, tiers and the order of the table.

/**
 * Ranks of scores, 1 the best; a gap stays one.
 *
 * Scores are equal where they are the same number once they are rounded; no tolerance makes a tie.
 *
 * @param scores One for each unit; NaN where there is none.
 * @param choice Rounding, the rank that equal scores share, and which end is best.
 */
function ranksOf(scores, { decimals, rounding, ties, best }) {
  const sign = best === "lowest" ? 1 : -1;
  const keys = scores.map((each) => sign * rounded(each, decimals, rounding));
  const order = [];
  for (let unit = 0; unit < keys.length; unit += 1) if (keys[unit] === keys[unit]) order.push(unit);
  order.sort((a, b) => keys[a] - keys[b]);
  const ranks = new Float64Array(keys.length).fill(NaN);
  let distinct = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && keys[order[end]] === keys[order[start]]) end += 1;
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
