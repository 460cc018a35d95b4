// What a reader has chosen, and what follows from it. The address's fragment says it, so that a view can be shared.

const MOST_SELECTED = 4;
const SPREADS = [...(PUBLISHED.low ? ["published"] : []), "0.1", "0.25", "0.5", "any"];
const USUAL_SPREAD = PUBLISHED.low ? "published" : "0.25";
const view = {
  edition: EDITIONS.length - 1,
  weights: {},
  methods: {},
  selected: [],
  sort: "rank",
  descending: false,
  query: "",
  spread: USUAL_SPREAD,
  detail: "makeup",
};
/** For each edition `{ shown, scores, ranks, order }` under the view's weights and methods. */
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
    const { shown, scores } = scoreEdition(edition, weightsOf, choice.methods);
    if (!Object.keys(choice.weights).length && !Object.keys(choice.methods).length) {
      return { shown, scores: PUBLISHED.scores[edition], ranks: PUBLISHED.ranks[edition] };
    }
    return { shown, scores, ranks: ranksOf(scores, payload.ranking) };
  });
}

/** Other weights and methods; what is wrong with them, or nothing. */
function rerank(choice) {
  const none = Object.entries(choice.weights).find(([, weights]) => !weights.some((each) => each > 0));
  if (none) return `At least one weight of “${TITLE.get(none[0])}” must be above 0.`;
  try {
    results = computed(choice);
  } catch (error) {
    if (error instanceof Undefined) return `This method is undefined here: ${error.message}.`;
    throw error;
  }
  view.weights = choice.weights;
  view.methods = choice.methods;
  return "";
}

/** The weights with one member's changed. */
function withWeight(node, member, weight) {
  const own = Array.from(weightsIn(node, view.edition));
  own[node.members.indexOf(member)] = weight;
  return { weights: { ...view.weights, [node.name]: own }, methods: view.methods };
}

/** The methods with one dimension's changed; the published one is no change. */
function withMethod(node, method) {
  const methods = { ...view.methods, [node.name]: method };
  if (method === node.method) delete methods[node.name];
  return { weights: view.weights, methods };
}

function toggleSelected(unit) {
  const others = view.selected.filter((each) => each !== unit);
  view.selected = others.length < view.selected.length ? others : [...others, unit].slice(-MOST_SELECTED);
}

/** The selected units; the first three where none are selected. */
function compared() {
  return view.selected.length ? view.selected : orderNow().slice(0, 3);
}

/** The view as the address's fragment; empty for the page as it opens. */
function fragment() {
  const said = new URLSearchParams();
  if (view.edition !== EDITIONS.length - 1) said.set("edition", EDITIONS[view.edition]);
  for (const [name, weights] of Object.entries(view.weights)) said.set(`w.${name}`, weights.join("_"));
  for (const [name, method] of Object.entries(view.methods)) said.set(`a.${name}`, method);
  for (const unit of view.selected) said.append("unit", CODES[unit]);
  if (view.sort !== "rank" || view.descending) said.set("sort", (view.descending ? "-" : "") + view.sort);
  if (view.query) said.set("q", view.query);
  if (view.spread !== USUAL_SPREAD) said.set("spread", view.spread);
  if (view.detail !== "makeup") said.set("detail", view.detail);
  return said.toString();
}

/** Take the view from a fragment; what it says wrongly is left out. */
function readFragment(text) {
  const said = new URLSearchParams(text.replace(/^#/, ""));
  const edition = EDITIONS.indexOf(Number(said.get("edition")));
  view.edition = edition < 0 ? EDITIONS.length - 1 : edition;
  const weights = {};
  const methods = {};
  for (const node of NODES.filter((each) => live() && each.live)) {
    const own = (said.get(`w.${node.name}`) ?? "").split("_").map(Number);
    const good = own.length === node.members.length && own.every((each) => each >= 0 && each < 1e9);
    if (said.has(`w.${node.name}`) && good) weights[node.name] = own;
    const method = said.get(`a.${node.name}`);
    if (METHOD_CHOICES.includes(method) && method !== node.method) methods[node.name] = method;
  }
  const units = said.getAll("unit").map((code) => POSITION.get(code));
  view.selected = [...new Set(units.filter((each) => each !== undefined))].slice(0, MOST_SELECTED);
  const sort = said.get("sort") ?? "rank";
  view.descending = sort.startsWith("-");
  view.sort = sort.replace(/^-/, "");
  view.query = said.get("q") ?? "";
  view.spread = SPREADS.includes(said.get("spread")) ? said.get("spread") : USUAL_SPREAD;
  view.detail = said.get("detail") === "scores" ? "scores" : "makeup";
  if (rerank({ weights, methods })) rerank({ weights: {}, methods: {} });
}
