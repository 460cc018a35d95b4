// The means that the core calls forms. The order of operations is that of the core: shares first, then the sum over
// the members in their order, so that the same weights give the same scores.

/** Raised where a method has no answer for the values that it is given. */
class Undefined extends Error {}

/** The means that a reader can choose for any dimension. */
const MEANS = {
  arithmetic: { power: 1, shift: 0, counted_from: null, nonpositive: "error" },
  geometric: { power: 0, shift: 0, counted_from: null, nonpositive: "error" },
};

/** The function of a form: from a unit's scores, its weights and the form to its score. */
function meanOf(form) {
  if (form.power === 1) return added;
  return form.power === 0 ? logarithmic : powers;
}

/** The score as it enters a mean: shifted, or counted down from a mark. */
function entering(score, form) {
  if (form.counted_from !== null) return form.counted_from - score + form.shift;
  return form.shift ? score + form.shift : score;
}

function leaving(mean, form) {
  if (form.counted_from !== null) return form.counted_from - (mean - form.shift);
  return form.shift ? mean - form.shift : mean;
}

/** The limit of a mean: the score that enters it as 0, and whether its form reverses the sides. */
function ending(form) {
  if (form.counted_from === null) return { mark: form.shift ? -form.shift : 0, turned: false };
  return { mark: form.counted_from + form.shift, turned: true };
}

/** The result of a mean for a score of 0 or below. */
function atZero(score, form) {
  if (form.nonpositive === "missing") return NaN;
  if (form.nonpositive === "zero" && score === 0) return leaving(0, form);
  const { mark, turned } = ending(form);
  throw new Undefined(words(turned ? "undefined.notBelow" : "undefined.notAbove", { mark }));
}

/** A weighted sum; 0 where its terms cancel and only the noise of adding them up is left, as in the core. */
function added(scores, weights) {
  let sum = 0;
  let size = 0;
  for (let at = 0; at < scores.length; at += 1) {
    const term = scores[at] * weights[at];
    sum += term;
    size += Math.abs(term);
  }
  return Math.abs(sum) <= NOISE * size ? 0 : sum;
}

function logarithmic(scores, weights, form) {
  let sum = 0;
  let zero = null;
  for (let at = 0; at < scores.length; at += 1) {
    const score = entering(scores[at], form);
    if (score > 0) sum += Math.log(score) * weights[at];
    else if (weights[at] > 0) zero = zero === null ? score : Math.min(zero, score);
  }
  return zero === null ? leaving(Math.exp(sum), form) : atZero(zero, form);
}

function powers(scores, weights, form) {
  let top = 0;
  let zero = null;
  for (let at = 0; at < scores.length; at += 1) {
    const score = entering(scores[at], form);
    if (score > top) top = score;
    if (score <= 0 && weights[at] > 0) zero = zero === null ? score : Math.min(zero, score);
  }
  if (zero !== null && form.power < 0) return atZero(zero, form);
  if (zero !== null && zero < 0) {
    const { mark, turned } = ending(form);
    throw new Undefined(words(turned ? "undefined.above" : "undefined.below", { mark }));
  }
  if (top === 0) top = 1;
  let sum = 0;
  for (let at = 0; at < scores.length; at += 1) {
    if (weights[at] > 0) sum += (entering(scores[at], form) / top) ** form.power * weights[at];
  }
  return leaving(sum ** (1 / form.power) * top, form);
}
