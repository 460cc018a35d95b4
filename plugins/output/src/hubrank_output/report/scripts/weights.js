// Sliders for the weights of every dimension's members, and a choice of its aggregation.

const METHOD_CHOICES = Object.keys(MEANS);
const controls = [];

/** Build the controls once; `changed` is called with a choice of weights and methods, and with the slider's name. */
function buildWeights(changed) {
  const reached = live() ? reachable(ROOT) : [];
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
  made.append(element("summary", { "data-saying": TITLES.get(node.name) }, node.title), body);
  return made;
}

function slider(node, member, at, changed) {
  const id = `w-${controls.length}`;
  const published = node.weights[node.weights.length - 1];
  const most = 3 * Math.max(...published);
  const step = 10 ** Math.floor(Math.log10(most / 30));
  const input = element("input", {
    type: "range",
    id,
    min: 0,
    max: most,
    step,
    "data-node": node.name,
    "data-member": member,
  });
  const output = element("output", { for: id });
  const label = element("label", { for: id, "data-saying": TITLES.get(member) }, TITLE.get(member));
  input.addEventListener("input", () => changed(withWeight(node, member, Number(input.value)), id));
  controls.push(() => {
    const weights = weightsIn(node, view.edition);
    const share = shownShare(sharesOf(weights)[at]);
    input.value = weights[at];
    input.style.setProperty("--filled", `${(100 * Math.min(weights[at], most)) / most}%`);
    input.setAttribute("aria-valuetext", share);
    output.textContent = share;
    input.classList.toggle("moved", node.name in view.weights);
  });
  return element("div", { class: "slider" }, label, output, input);
}

function methodChoice(node, changed) {
  const id = `a-${controls.length}`;
  const select = element("select", { id, "data-node": node.name });
  const names = METHOD_CHOICES.includes(node.method) ? METHOD_CHOICES : [node.method, ...METHOD_CHOICES];
  select.addEventListener("change", () => changed(withMethod(node, select.value)));
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

/** Bring the controls in line with the view. */
function showWeights() {
  for (const control of controls) control();
  const published = isPublished();
  byId("back").disabled = published;
  byId("clear").hidden = !view.selected.length;
  byId("state").textContent = words(published ? "state.published" : "state.modified");
  document.body.classList.toggle("changed", !published);
}
