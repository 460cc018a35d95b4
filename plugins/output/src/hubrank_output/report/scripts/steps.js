// Steps on a dimension's or the final score, edition by edition; a unit without a score stays so.

function extent(scores) {
  let low = Infinity;
  let high = -Infinity;
  for (const score of scores) {
    if (score < low) low = score;
    if (score > high) high = score;
  }
  return [low, high];
}

const STEPS = {
  reverse: (scores, { around }) => {
    const [low, high] = extent(scores);
    return scores.map((each) => (around == null ? low + high - each : around - each));
  },
  reciprocal: (scores) => {
    if (extent(scores)[0] <= 0) throw new Undefined(words("undefined.notAbove", { mark: 0 }));
    return scores.map((each) => 1 / each);
  },
  scale: (scores, { by }) => scores.map((each) => each * by),
  shift: (scores, { by }) => scores.map((each) => each + by),
  power: (scores, { exponent }) => {
    if (extent(scores)[0] < 0) throw new Undefined(words("undefined.below", { mark: 0 }));
    return scores.map((each) => each ** exponent);
  },
  cap: (scores, { low, high }) =>
    scores.map((each) => {
      const raised = low == null || !(each < low) ? each : low;
      return high == null || !(raised > high) ? raised : high;
    }),
  "best-100": (scores, { best }) => {
    const top = extent(scores)[1];
    if (!(top > 0)) throw new Undefined(words("undefined.best"));
    return scores.map((each) => (each / top) * best);
  },
  "min-max": (scores, { range: [from, to] }) => {
    const [low, high] = extent(scores);
    const share = (each) => (high === low ? 0 * each + 0.5 : (each - low) / (high - low));
    return scores.map((each) => from + share(each) * (to - from));
  },
  round: (scores, { decimals, mode }) => scores.map((each) => rounded(settled(each), decimals, mode)),
};

/** The scores after steps, one after the other. */
function stepped(scores, steps) {
  return steps.reduce((made, each) => STEPS[each.step](made, each), scores);
}
