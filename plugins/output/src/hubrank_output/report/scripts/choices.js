// Which choice decides: one weight or method of the view changed at a time, and how far ranks move by it.

const TOP = 10;

/** Every other choice: without a member, with equal weights, by another mean. */
function alternatives(edition, weights, methods) {
  return NODES.filter((node) => node.live).flatMap((node) => {
    const own = weights[node.name];
    const weighing = own.filter((each) => each > 0);
    const made = [];
    const put = (kind, said, changed) => made.push({ kind, node: node.name, ...said, weights, methods, ...changed });
    if (weighing.length > 1) {
      own.forEach((each, at) => {
        if (!(each > 0)) return;
        const less = own.map((weight, other) => (other === at ? 0 : weight));
        put("without", { member: node.members[at] }, { weights: { ...weights, [node.name]: less } });
      });
      if (weighing.some((each) => each !== own[0]))
        put("equal", {}, { weights: { ...weights, [node.name]: own.map(() => 1) } });
      for (const method of Object.keys(MEANS)) {
        if (method === (methods[node.name] ?? node.method)) continue;
        put("method", { method }, { methods: { ...methods, [node.name]: method } });
      }
    }
    return made;
  });
}

/** How far ranks move from some to others. */
function movedBy(before, after) {
  let [sum, both, most, unit, kept, first] = [0, 0, 0, -1, 0, -1];
  for (let at = 0; at < UNITS; at += 1) {
    if (after[at] === after[at] && (first < 0 || after[at] < after[first])) first = at;
    if (before[at] <= TOP && after[at] <= TOP) kept += 1;
    const moved = Math.abs(after[at] - before[at]);
    if (moved !== moved) continue;
    sum += moved;
    both += 1;
    if (moved > most) [most, unit] = [moved, at];
  }
  return { shift: both ? sum / both : 0, most, unit, kept, first };
}

/**
 * Try every other choice, a slice at a time.
 *
 * @param asked `{ edition, weights, methods }`, as `drawIntervals` takes it.
 * @param done Called with the choices, the most decisive first; those without an answer are left out.
 * @returns A function that stops it.
 */
function decide({ edition, weights, methods }, done) {
  const ranked = (choice) => {
    const { scores } = scoreEdition(edition, (node) => choice.weights[node.name], choice.methods);
    return ranksOf(scores, payload.ranking);
  };
  const waiting = alternatives(edition, weights, methods);
  const found = [];
  let before = null;
  let timer = setTimeout(slice, 0);
  function slice() {
    const until = performance.now() + SLICE;
    while (waiting.length && performance.now() < until) {
      try {
        before ??= ranked({ weights, methods });
        const { kind, node, member, method, ...choice } = waiting.shift();
        found.push({ kind, node, member, method, ...movedBy(before, ranked(choice)) });
      } catch (error) {
        if (!(error instanceof Undefined)) throw error;
      }
    }
    if (waiting.length) timer = setTimeout(slice, 0);
    else done(found.sort((a, b) => b.shift - a.shift));
  }
  return () => clearTimeout(timer);
}
