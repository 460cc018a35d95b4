// From members to one score. The order of operations is that of the core: shares first, then the sum over the
// members in their order, so that the same weights give the same scores.

/** Raised where a method has no answer for the values that it is given. */
class Undefined extends Error {}

/** The score as it enters a mean: shifted, or counted down from a mark. */
function entering(score, options) {
  if (options.counted_from != null) return options.counted_from - score + options.shift;
  return options.shift ? score + options.shift : score;
}

function leaving(mean, options) {
  if (options.counted_from != null) return options.counted_from - (mean - options.shift);
  return options.shift ? mean - options.shift : mean;
}

/** What becomes of a mean that meets a score of 0 or below. */
function atZero(score, options) {
  if (options.at_zero === "missing") return NaN;
  if (options.at_zero === "zero" && score === 0) return 0;
  throw new Undefined("a score is not above 0");
}

function logarithmic(scores, weights, count, options) {
  let sum = 0;
  let zero = null;
  for (let at = 0; at < count; at += 1) {
    const score = entering(scores[at], options);
    if (score > 0) sum += Math.log(score) * weights[at];
    else if (weights[at] > 0) zero = zero === null ? score : Math.min(zero, score);
  }
  return leaving(zero === null ? Math.exp(sum) : atZero(zero, options), options);
}

function power(scores, weights, count, options, exponent) {
  let top = 0;
  let zero = null;
  for (let at = 0; at < count; at += 1) {
    const score = entering(scores[at], options);
    if (score > top) top = score;
    if (score <= 0 && weights[at] > 0) zero = zero === null ? score : Math.min(zero, score);
  }
  if (zero !== null && exponent < 0) return leaving(atZero(zero, options), options);
  if (zero !== null && zero < 0) throw new Undefined("a score is below 0");
  if (top === 0) top = 1;
  let sum = 0;
  for (let at = 0; at < count; at += 1) {
    if (weights[at] > 0) sum += (entering(scores[at], options) / top) ** exponent * weights[at];
  }
  return leaving(sum ** (1 / exponent) * top, options);
}

function added(scores, weights, count) {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += scores[at] * weights[at];
  return sum;
}

function generalised(scores, weights, count, options) {
  if (options.p === 0) return logarithmic(scores, weights, count, options);
  if (options.p === 1) {
    return leaving(
      added(
        scores.map((each) => entering(each, options)),
        weights,
        count,
      ),
      options,
    );
  }
  return power(scores, weights, count, options, options.p);
}

function multiplied(scores, weights, count) {
  let sum = 0;
  for (let at = 0; at < count; at += 1) {
    if (weights[at] === 0) continue;
    if (scores[at] < 0) throw new Undefined("a score is below 0");
    sum += weights[at] * Math.log(scores[at]);
  }
  return Math.exp(sum);
}

function extreme(better, start) {
  return (scores, weights, count) => {
    let found = start;
    for (let at = 0; at < count; at += 1) if (weights[at] > 0) found = better(found, scores[at]);
    return found;
  };
}

/** `raw` methods take the weights as they are given, the others as shares. */
const METHODS = {
  arithmetic: { apply: added, raw: false },
  geometric: { apply: logarithmic, raw: false },
  harmonic: { apply: (x, w, count, options) => power(x, w, count, options, -1), raw: false },
  "generalised-mean": { apply: generalised, raw: false },
  sum: { apply: added, raw: true },
  product: { apply: multiplied, raw: true },
  minimum: { apply: extreme(Math.min, Infinity), raw: false },
  maximum: { apply: extreme(Math.max, -Infinity), raw: false },
};
