// Sliders for the weights of every dimension's members, and a choice of its aggregation.

const METHOD_CHOICES = Object.keys(MEANS);
const controls = [];
/** Importance is said in whole steps up to this; a reader begins with all in the middle. */
const MOST_IMPORTANT = 5;
const MIDDLE = 3;

/** Build the controls once; `changed` is called with a choice of weights and methods, and with the slider's name. */
function buildWeights(changed) {
  const reached = live() ? reachable(ROOT) : [];
  byId("preset").parentElement.hidden = !reached.includes(SPLIT);
  byId("preset").addEventListener("change", () => changed(presetChoice(byId("preset").value), "preset"));
  byId("weights").replaceChildren(...reached.map((node) => nodePanel(node, changed)), ...standingNotes(reached));
}

/** A sentence for each dimension whose weights cannot be moved though those above it can. */
function standingNotes(reached) {
  const below = reached.flatMap((node) => node.members.filter((name) => NODE.has(name) && !NODE.get(name).live));
  const root = [ROOT.name, ROOT.stands ?? { said: payload.stands }];
  const standing = reached.length ? below.map((name) => [name, NODE.get(name).stands]) : [root];
  return standing.map(([name, why]) => {
    const values = { title: { said: TITLES.get(name) }, why };
    return element(
      "p",
      { class: "note standing", ...spoken("weights.stand", values) },
      words("weights.stand", values),
    );
  });
}

/** The dimensions whose weights matter, from the root down: not those below one that the page cannot compute. */
function reachable(node) {
  if (!node.live) return [];
  return [node, ...node.members.filter((name) => NODE.has(name)).flatMap((name) => reachable(NODE.get(name)))];
}

function nodePanel(node, changed) {
  const isRoot = node === ROOT;
  const sliders = node.members.length > 1 ? node.members.map((name, at) => slider(node, name, at, changed)) : [];
  const body = element("div", { class: "node" }, ...sliders, methodChoice(node, changed));
  if (isRoot) return body;
  const made = element("details", { class: "inner" });
  made.open = node === SPLIT;
  made.append(element("summary", { "data-saying": TITLES.get(node.name) }, node.title), body);
  return made;
}

function slider(node, member, at, changed) {
  const id = `w-${controls.length}`;
  const published = node.weights[node.weights.length - 1];
  const usual = { max: 3 * Math.max(...published) };
  usual.step = 10 ** Math.floor(Math.log10(usual.max / 30));
  const input = element("input", {
    type: "range",
    id,
    min: 0,
    "data-node": node.name,
    "data-member": member,
  });
  const output = element("output", { for: id });
  const label = element("label", { for: id }, element("span", { "data-saying": TITLES.get(member) }, TITLE.get(member)));
  if (node === SPLIT) label.prepend(swatch(at));
  input.addEventListener("input", () => changed(withWeight(node, member, Number(input.value)), id));
  controls.push(() => {
    const weights = weightsIn(node, view.edition);
    const mine = view.mine && node === SPLIT;
    const { max, step } = mine ? { max: MOST_IMPORTANT, step: 1 } : usual;
    const said = { weight: shownWeight(weights[at]), most: max };
    const text = mine ? words("preset.importance", said) : shownShare(sharesOf(weights)[at]);
    Object.assign(input, { max, step, value: weights[at] });
    input.style.setProperty("--filled", `${(100 * Math.min(weights[at], max)) / max}%`);
    input.setAttribute("aria-valuetext", text);
    output.textContent = text;
    input.classList.toggle("moved", node.name in view.weights);
  });
  return element("div", { class: "slider" }, label, output, input);
}

function methodChoice(node, changed) {
  const id = `a-${controls.length}`;
  const select = element("select", { id, "data-node": node.name });
  const names = METHOD_CHOICES.includes(node.method) ? METHOD_CHOICES : [node.method, ...METHOD_CHOICES];
  select.addEventListener("change", () => changed(withMethod(node, select.value), id));
  controls.push(() => {
    const pairs = names.map((name) => {
      const title = methodName(name);
      return [name, name === node.method ? words("method.published", { method: title }) : title];
    });
    options(select, pairs, view.methods[node.name] ?? node.method);
  });
  const key = node === ROOT ? "method.index" : "method.dimension";
  return element("div", { class: "method" }, element("label", { for: id, ...spoken(key) }, words(key)), select);
}

function shownWeight(weight) {
  return weight.toLocaleString(language, { maximumSignificantDigits: 3 });
}

/** The choice of a preset; its own weights are those of the first dimension with several members. */
function presetChoice(name) {
  const own = (weights) => ({ weights: { [SPLIT.name]: weights }, methods: {}, mine: name === "mine" });
  if (name === "published") return { weights: {}, methods: {} };
  if (name === "mine") return own(PARTS.map(() => MIDDLE));
  return own(PARTS.map((part) => (name === "equal" || name === `only.${part}` ? 1 : 0)));
}

/** The preset that the view is, or that it is none. */
function presetNow() {
  if (isPublished()) return "published";
  if (view.mine) return "mine";
  const said = JSON.stringify([Object.keys(view.weights), view.weights[SPLIT.name]]);
  const same = (name) => JSON.stringify([[SPLIT.name], presetChoice(name).weights[SPLIT.name]]) === said;
  const found = ["equal", ...PARTS.map((part) => `only.${part}`)].find(same);
  return Object.keys(view.methods).length ? "moved" : (found ?? "moved");
}

/** The presets, with one for weights that were moved by hand while they are. */
function showPresets() {
  const now = presetNow();
  const names = ["published", "equal", "mine", ...(now === "moved" ? ["moved"] : [])];
  const pairs = names.map((name) => [name, words(`preset.${name}`)]);
  const only = PARTS.map((part) => [`only.${part}`, words("preset.only", { title: TITLE.get(part) })]);
  options(byId("preset"), [...pairs.slice(0, 2), ...only, ...pairs.slice(2)], now);
  byId("mine-note").hidden = now !== "mine";
}

/** Show the error in a choice at the control by which it was made. */
function showProblem(problem, by) {
  const control = problem && document.getElementById(by)?.closest(".slider, .method");
  if (control) control.after(byId("problem"));
  byId("problem").textContent = problem;
}

/** Bring the controls in line with the view. */
function showWeights() {
  for (const control of controls) control();
  showPresets();
  const published = isPublished();
  byId("back").disabled = published;
  byId("clear").hidden = !view.selected.length;
  byId("state").textContent = words(published ? "state.published" : "state.modified");
  document.body.classList.toggle("changed", !published);
}
