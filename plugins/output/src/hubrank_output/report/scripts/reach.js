// The change for the next rank: for each indicator alone the least value, among those of other units, with which a unit
// would score better than the one before it.

/** The steps whose answer for a unit does not depend on the other units. */
const ALONE = ["reciprocal", "scale", "shift", "power", "cap", "round"];

/** The last of the units that are ranked before a unit; none before the first. */
function unitBefore(unit) {
  const { ranks } = results[view.edition];
  const before = orderNow().filter((each) => ranks[each] < ranks[unit]);
  return before.length ? before[before.length - 1] : -1;
}

function isAlone(step) {
  return ALONE.includes(step.step) || (step.step === "reverse" && step.around != null);
}

/** Whether a unit's score depends on its own values alone. */
function scoresAlone() {
  return live() && [...payload.after, ...NODES.filter((node) => node.live).flatMap((node) => node.after)].every(isAlone);
}

/** The final scores that a unit would have with each of some normalised values of one indicator. */
function scoresWith(unit, key, values) {
  const passed = new Map();
  for (const node of NODES) {
    const fixed = (score) => new Float64Array(values.length).fill(score);
    if (!node.live) {
      passed.set(node.name, fixed(node.passed[view.edition][unit]));
      continue;
    }
    const columns = node.members.map((name) => {
      if (name === key) return values;
      return passed.get(name) ?? fixed(LEAVES.get(name)[view.edition][unit]);
    });
    const weights = within(node, view.edition, weightsIn(node, view.edition));
    const before = aggregated(node, columns, weights, methodOf(node, view.methods));
    const after = node.after.length ? stepped(before, node.after) : before;
    passed.set(node.name, node.passesBefore ? before : after);
  }
  return stepped(passed.get(ROOT.name), payload.after);
}

/** Whether a score ranks before another. */
function ranksBefore(score, other) {
  const [own, its] = ranksOf(Float64Array.of(score, other), payload.ranking);
  return own < its;
}

/**
 * The steps to the next rank, each by one indicator alone, the smallest share of the indicator's spread first.
 *
 * @returns Each `{ at, like, step }`: the indicator's position, a unit with the value that is enough, and how far that is
 *   on the common scale, as a share of the spread of all.
 */
function stepsUp(unit) {
  const before = unitBefore(unit);
  if (before < 0 || !scoresAlone()) return [];
  const goal = results[view.edition].scores[before];
  const found = INDICATORS.map((each, at) => stepUp(unit, each.key, at, goal)).filter(Boolean);
  return found.sort((a, b) => a.step - b.step);
}

function stepUp(unit, key, at, goal) {
  const values = LEAVES.get(key)[view.edition];
  const own = values[unit];
  const sign = payload.ranking.best === "lowest" ? -1 : 1;
  const others = orderNow().filter((each) => own !== own || sign * (values[each] - own) > 0);
  const levels = ascending(Float64Array.from(others, (each) => sign * values[each]));
  const enough = (level) => ranksBefore(scoresWith(unit, key, Float64Array.of(sign * level))[0], goal);
  if (!levels.length || !enough(levels[levels.length - 1])) return null;
  let [low, high] = [0, levels.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (enough(levels[middle])) high = middle;
    else low = middle + 1;
  }
  const like = others.find((each) => sign * values[each] === levels[high]);
  const [least, most] = extent(values);
  return { at, like, step: own === own ? Math.abs(values[like] - own) / (most - least || 1) : 1 };
}
