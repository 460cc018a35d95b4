// From the leaves to the root, for one edition: what `compose` does in the core.

/** The published weights of a dimension's members in an edition, relative to one another. */
function publishedWeights(node, edition) {
  return node.weights[edition] ?? node.weights[0];
}

/** Weights, 0 for members that are not part of the edition. */
function within({ partOf }, edition, weights) {
  return partOf ? weights.map((each, at) => each * partOf[edition][at]) : weights;
}

/** The method of a dimension under a choice: its own, or a plain mean. */
function methodOf(node, methods) {
  const name = methods[node.name] ?? node.method;
  if (name !== node.method) return { apply: meanOf(MEANS[name]), options: MEANS[name], raw: false };
  if (node.form) return { apply: meanOf(node.form), options: node.form, raw: node.raw };
  return { apply: careful(hubrankMethods[node.method]), options: node.options, raw: node.raw };
}

/** A plugin's script, whose errors say that it has no answer. */
function careful(script) {
  return (scores, weights, options) => {
    try {
      return script(scores, weights, options);
    } catch (error) {
      throw new Undefined(error.message);
    }
  };
}

/**
 * All scores of an edition.
 *
 * @param edition Its position.
 * @param weightsOf Called with a dimension; gives its members' weights.
 * @param methods Another aggregation than the published one, by dimension.
 * @returns For each dimension its scores and what it hands its parent, and the final scores; NaN for units without one.
 */
function scoreEdition(edition, weightsOf, methods) {
  const passed = new Map();
  const shown = new Map();
  for (const node of NODES) {
    const made = node.live
      ? scoreNode(node, edition, passed, weightsOf(node), methods)
      : { passed: node.passed[edition], shown: node.scores[edition] };
    shown.set(node.name, made.shown);
    passed.set(node.name, made.passed);
  }
  const root = passed.get(ROOT.name);
  if (payload.stands) return { shown, passed, scores: PUBLISHED.scores[edition] };
  return { shown, passed, scores: payload.after.length ? stepped(root, payload.after) : root };
}

const scored = new Map();

/**
 * A dimension's scores in an edition, and those for its parent, from the scores of its members.
 *
 * Those of last time stand where nothing that enters them is another: a slider computes only its dimension and those
 * above it.
 */
function scoreNode(node, edition, passed, given, methods) {
  const weights = within(node, edition, given);
  const columns = node.members.map((name) => passed.get(name) ?? LEAVES.get(name)[edition]);
  const entering = [methods[node.name] ?? node.method, ...weights, ...columns];
  const place = `${edition} ${node.name}`;
  const last = scored.get(place);
  if (last && last.entering.every((each, at) => each === entering[at])) return last;
  const before = aggregated(node, columns, weights, methodOf(node, methods));
  const after = node.after.length ? stepped(before, node.after) : before;
  const made = { shown: after, passed: node.passesBefore ? before : after, entering };
  scored.set(place, made);
  return made;
}

/** A dimension's scores from its members' columns; a missing member's weight is shared out or the unit has none. */
function aggregated(node, columns, weights, method) {
  const count = columns.length;
  const units = columns[0].length;
  const made = new Float64Array(units);
  const scores = new Float64Array(count);
  const all = Float64Array.from(method.raw ? weights : sharesOf(weights));
  const some = new Float64Array(count);
  const parts = [];
  const wanted = weights.filter((each) => each > 0).length;
  for (let unit = 0; unit < units; unit += 1) {
    let there = 0;
    let counted = 0;
    let total = 0;
    for (let at = 0; at < count; at += 1) {
      const score = columns[at][unit];
      if (score !== score) continue;
      scores[there] = score;
      some[there] = weights[at];
      total += weights[at];
      counted += weights[at] > 0;
      there += 1;
    }
    if (!enough(node.missing, counted, wanted)) {
      made[unit] = NaN;
    } else if (there === count) {
      made[unit] = method.apply(scores, all, method.options);
    } else {
      if (!method.raw) for (let at = 0; at < there; at += 1) some[at] /= total;
      parts[there] ??= [scores.subarray(0, there), some.subarray(0, there)];
      made[unit] = method.apply(parts[there][0], parts[there][1], method.options);
    }
  }
  return made;
}

/** Weights that sum to 1; all 0 where they sum to 0, as in the core. */
function sharesOf(weights) {
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => (total ? each / total : 0));
}

/** Whether a unit has as many of the members that weigh something as it needs: `MissingRule.enough` in the core. */
function enough(rule, counted, wanted) {
  if (!counted || counted === wanted) return counted > 0;
  if (rule.rule === "unranked") return false;
  return counted >= rule.at_least_share * wanted - 1e-12 && counted >= rule.at_least_count;
}

/** Let a dimension stand as it was composed where its plugin's script cannot be run or gives other scores. */
function tryScripts() {
  if (NODES.every((node) => node.form || !node.live)) return;
  for (let edition = 0; edition < EDITIONS.length; edition += 1) {
    const passed = new Map();
    for (const node of NODES) {
      if (node.live && !node.form) node.stands = scriptProblem(node, edition, passed);
      node.live = !node.stands;
      const handed = node.passed
        ? node.passed[edition]
        : scoreNode(node, edition, passed, publishedWeights(node, edition), {}).passed;
      passed.set(node.name, handed);
    }
  }
}

/** Why a dimension stands, as `words` takes it in a value; nothing where its script gives the composed scores. */
function scriptProblem(node, edition, passed) {
  if (typeof hubrankMethods[node.method] !== "function") {
    return { key: "stands.loaded", values: { method: node.method } };
  }
  try {
    const { shown } = scoreNode(node, edition, passed, publishedWeights(node, edition), {});
    const same = shown.every((each, unit) => alike(each, node.scores[edition][unit]));
    return same ? null : { key: "stands.differs", values: { method: node.method } };
  } catch (error) {
    return { key: "stands.fails", values: { method: node.method, why: error.message } };
  }
}

/** Whether two scores are the same but for rounding, or both are none. */
function alike(one, other) {
  return one === other || (one !== one && other !== other) || Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));
}
