// From the leaves to the root, for one edition: what `compose` does in the core.

/** The published weights of a dimension's members in an edition, relative to one another. */
function publishedWeights(node, edition) {
  return node.weights[node.weights.length > 1 ? edition : 0];
}

/** The method of a dimension under a choice: its own with its options, or a plain one. */
function methodOf(node, methods) {
  const name = methods[node.name];
  if (name === undefined || name === node.method) return { ...METHODS[node.method], options: node.options };
  return { ...METHODS[name], options: { shift: 0, counted_from: null, at_zero: "refuse" } };
}

/**
 * All scores of an edition.
 *
 * @param edition Its position.
 * @param weightsOf Called with a dimension; gives its members' weights.
 * @param methods Another aggregation than the published one, by dimension.
 * @returns For each dimension its scores, and the final scores; NaN for units without one.
 */
function scoreEdition(edition, weightsOf, methods) {
  const passed = new Map();
  const shown = new Map();
  for (const node of NODES) {
    if (!node.live) {
      passed.set(node.name, node.passed[edition]);
      shown.set(node.name, node.scores[edition]);
      continue;
    }
    const columns = node.members.map((name) => passed.get(name) ?? LEAVES.get(name)[edition]);
    const before = aggregated(node, columns, weightsOf(node), methodOf(node, methods));
    const after = node.after.length ? stepped(before, node.after) : before;
    shown.set(node.name, after);
    passed.set(node.name, node.passesBefore ? before : after);
  }
  const root = passed.get(ROOT.name);
  return { shown, scores: payload.after.length ? stepped(root, payload.after) : root };
}

/** A dimension's scores from its members' columns; a missing member's weight is shared out or the unit has none. */
function aggregated(node, columns, weights, method) {
  const count = columns.length;
  const made = new Float64Array(UNITS);
  const scores = new Float64Array(count);
  const all = sharesOf(weights, method.raw);
  const some = new Float64Array(count);
  const wanted = weights.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0);
  for (let unit = 0; unit < UNITS; unit += 1) {
    let there = 0;
    let counted = 0;
    let total = 0;
    for (let at = 0; at < count; at += 1) {
      const score = columns[at][unit];
      if (score !== score) continue;
      scores[there] = score;
      some[there] = weights[at];
      total += weights[at];
      counted += weights[at] > 0 ? 1 : 0;
      there += 1;
    }
    if (there === count) {
      made[unit] = method.apply(scores, all, count, method.options);
    } else if (enough(node.missing, counted, wanted)) {
      if (!method.raw) for (let at = 0; at < there; at += 1) some[at] /= total;
      made[unit] = method.apply(scores, some, there, method.options);
    } else {
      made[unit] = NaN;
    }
  }
  return made;
}

function sharesOf(weights, raw) {
  if (raw) return weights;
  let total = 0;
  for (const each of weights) total += each;
  return weights.map((each) => each / total);
}

/** Whether a unit has as many of the members that weigh something as the rule wants. */
function enough(rule, counted, wanted) {
  if (rule.rule === "refuse") return counted === wanted;
  return counted >= rule.at_least_share * wanted - 1e-12 && counted >= Math.max(rule.at_least_count, 1);
}
