// The reader's choices, and their results.

const MOST_SELECTED = 4;
const SPREADS = [...(PUBLISHED.low ? ["published"] : []), "0.1", "0.25", "0.5", "any"];
const USUAL_SPREAD = PUBLISHED.low ? "published" : "0.25";
const DETAILS = ["makeup", "scores", "values", "measured"];
/**
 * The view: the edition's position, changed weights and aggregations by dimension, whether weights are shown as
 * importance, the pinned units, the open unit and the one that it is compared with (-1: none), the table's order,
 * search, filters by a group's column, the limits by a value's name (null if an end is open), the intervals, the
 * table's columns, and the section in view. Further the folded views that are open, the values of the scatter (empty:
 * the usual), the correlation, the section shown alone.
 */
const view = {
  edition: EDITIONS.length - 1,
  weights: {},
  methods: {},
  mine: false,
  selected: [],
  open: -1,
  against: -1,
  sort: "rank",
  descending: false,
  query: "",
  filters: {},
  limits: {},
  spread: USUAL_SPREAD,
  detail: DETAILS[0],
  section: "",
  see: [],
  x: "",
  y: "",
  kind: "pearson",
  embed: "",
};
/** For each edition `{ shown, passed, scores, ranks, order }` under the view's weights and methods. */
let results = [];
/** The ranks' intervals: published, drawn in the page, or not there yet. */
let intervals = { low: null, high: null, from: "none" };

/** The ranked units of the view's edition, best first, ties by name. */
function orderNow() {
  const now = results[view.edition];
  now.order ??= orderOf(now.ranks);
  return now.order;
}

/** Whether weights can be moved at all. */
function live() {
  return ROOT.live && !payload.stands;
}

function isPublished() {
  return !Object.keys(view.weights).length && !Object.keys(view.methods).length;
}

/** A dimension's weights in the view. */
function weightsIn(node, edition) {
  return view.weights[node.name] ?? publishedWeights(node, edition);
}

/** Scores and ranks of every edition under a choice of weights and methods; published ones where nothing is changed. */
function computed(choice) {
  return EDITIONS.map((_, edition) => {
    const weightsOf = (node) => choice.weights[node.name] ?? publishedWeights(node, edition);
    const { shown, passed, scores } = scoreEdition(edition, weightsOf, choice.methods);
    if (!Object.keys(choice.weights).length && !Object.keys(choice.methods).length) {
      return { shown, passed, scores: PUBLISHED.scores[edition], ranks: PUBLISHED.ranks[edition] };
    }
    return { shown, passed, scores, ranks: ranksOf(scores, payload.ranking) };
  });
}

/** Other weights and methods; returns their error, or nothing. */
function rerank(choice) {
  const none = Object.entries(choice.weights).find(([, weights]) => !weights.some((each) => each > 0));
  if (none) return words("problem.weights", { title: TITLE.get(none[0]) });
  try {
    results = computed(choice);
  } catch (error) {
    if (error instanceof Undefined) return words("problem.method", { why: error.message });
    throw error;
  }
  view.weights = choice.weights;
  view.methods = choice.methods;
  view.mine = Boolean(choice.mine) && !isPublished();
  return "";
}

/** The weights with one member's changed. */
function withWeight(node, member, weight) {
  const own = Array.from(weightsIn(node, view.edition));
  own[node.members.indexOf(member)] = weight;
  return { weights: { ...view.weights, [node.name]: own }, methods: view.methods, mine: view.mine };
}

/** The methods with one dimension's changed; the published one is no change. */
function withMethod(node, method) {
  const methods = { ...view.methods, [node.name]: method };
  if (method === node.method) delete methods[node.name];
  return { weights: view.weights, methods, mine: view.mine };
}

function toggleSelected(unit) {
  const others = view.selected.filter((each) => each !== unit);
  view.selected = others.length < view.selected.length ? others : [...others, unit].slice(-MOST_SELECTED);
}

/** The selected units; the first three where none are selected. */
function compared() {
  return view.selected.length ? view.selected : orderNow().slice(0, 3);
}
