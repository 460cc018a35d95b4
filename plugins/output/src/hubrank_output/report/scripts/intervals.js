// How far ranks move when the weights of the view are uncertain: many draws, a slice at a time.

/** The most ranks drawn, so that a large page's intervals take seconds; never fewer than 100 draws. */
const MOST_RANKS = 4e6;
const DRAWS = Math.min(UNITS > 400 ? 400 : 1000, Math.max(100, 100 * Math.floor(MOST_RANKS / UNITS / 100)));
const SLICE = 50;

/** Numbers from 0 to 1 from a seed: Bob Jenkins's small fast counting generator. */
function generator(seed) {
  let [a, b, c, counter] = [0, seed | 0, 0x9e3779b9 | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let at = 0; at < 20; at += 1) next();
  return next;
}

/** Weights around others: each up and down by a share, or any at all. */
function drawn(weights, spread, random) {
  if (spread === "any") return weights.map(() => -Math.log(1 - random()));
  const share = Number(spread);
  return weights.map((each) => each * (1 - share + 2 * share * random()));
}

/**
 * Draw in slices, between which a new request can stop it.
 *
 * @param asked `{ edition, weights, methods, spread }`: the edition's position, the weights of each dimension and the
 *   aggregations of the view, and the share by which each weight is uncertain, or "any".
 * @param tell Called after each slice with the number of draws made so far.
 * @param done Called with the ends of the ranks' intervals, or null if a draw has no result.
 * @returns A function that stops it.
 */
function drawIntervals({ edition, weights, methods, spread }, tell, done) {
  const random = generator(payload.seed + 1);
  const all = new Float32Array(DRAWS * UNITS);
  let made = 0;
  let timer = setTimeout(slice, 0);
  function slice() {
    const until = performance.now() + SLICE;
    try {
      do {
        const { scores } = scoreEdition(edition, (node) => drawn(weights[node.name], spread, random), methods);
        const ranks = ranksOf(scores, payload.ranking);
        for (let unit = 0; unit < UNITS; unit += 1) all[made * UNITS + unit] = ranks[unit] || 0;
        made += 1;
      } while (made < DRAWS && performance.now() < until);
    } catch (error) {
      if (!(error instanceof Undefined)) throw error;
      done(null);
      return;
    }
    tell(made);
    if (made < DRAWS) timer = setTimeout(slice, 0);
    else done(quantiles(all));
  }
  return () => clearTimeout(timer);
}

/** The ends of the interval of each unit's rank, and all ranks drawn, draw by draw; 0 for none. */
function quantiles(all) {
  const low = new Float64Array(UNITS).fill(NaN);
  const high = new Float64Array(UNITS).fill(NaN);
  const own = new Float32Array(DRAWS);
  for (let unit = 0; unit < UNITS; unit += 1) {
    for (let draw = 0; draw < DRAWS; draw += 1) own[draw] = all[draw * UNITS + unit];
    own.sort();
    if (own[DRAWS - 1] === 0) continue;
    low[unit] = own[Math.ceil(payload.range[0] * DRAWS) - 1];
    high[unit] = own[Math.ceil(payload.range[1] * DRAWS) - 1];
  }
  return { low, high, all };
}
