// Rounding as a person does it who reads the number: a half is one in its shortest decimal, which is how it is written.

/** A number's digits as a whole number, and the power of ten that they are multiplied by. */
function digitsOf(number) {
  const [written, exponent = "0"] = Math.abs(number).toString().split("e");
  const [whole, rest = ""] = written.split(".");
  return { digits: BigInt(whole + rest), power: Number(exponent) - rest.length };
}

/**
 * Rounded to decimals; away from a half at once, and near one by the digits.
 *
 * @param number A number; missing and infinite ones do not change.
 * @param decimals How many stay; below 0 the tens, hundreds ... that do; all where it is null.
 * @param mode Where a half goes: "half-even" or "half-up" (away from 0).
 */
function rounded(number, decimals, mode) {
  if (decimals === null || !Number.isFinite(number)) return number;
  if (decimals >= 0 && decimals <= 15) {
    const whole = Math.abs(number) * 10 ** decimals;
    const rest = whole % 1;
    if (whole < 1e9 && Math.abs(rest - 0.5) > 1e-3) return (Math.sign(number) * Math.round(whole)) / 10 ** decimals;
  }
  const { digits, power } = digitsOf(number);
  const dropped = -decimals - power;
  if (dropped <= 0) return number;
  const unit = 10n ** BigInt(dropped);
  const below = digits / unit;
  const twice = 2n * (digits % unit);
  const rises = twice > unit || (twice === unit && (mode === "half-up" || below % 2n === 1n));
  return Math.sign(number) * Number(`${rises ? below + 1n : below}e${-decimals}`);
}

/** A computed score to 14 digits: what lies behind them is noise. */
function settled(score) {
  return Number.isFinite(score) ? Number(score.toPrecision(14)) : score;
}

/** A score as people read it, settled and rounded; by default to 3 decimals, and to 2 from 10 on. */
function written(score, decimals, mode) {
  const places = decimals ?? (Math.abs(score) >= 10 ? 2 : 3);
  return (rounded(settled(score), places, mode) + 0).toFixed(Math.max(places, 0));
}
