// The tree of dimensions and indicators: moved, renamed, weighed; the share of each in the whole, and in effect.

const ROOT_KEY = "index";
/** Milliseconds after which a movement is another one, and without a change before influence is asked for. */
const SAME_HAND = 1000;
const QUIET = 700;
/** Points that siblings share, in tenths. */
const TENTHS = 1000;

const branches = new Map();
const lockedMembers = new Set();
let builtTree = "";
let byPoints = false;
let openBranch = "";
let influences = { step: -1, members: {} };

onState(({ tree, choices }) => {
  if (!tree) {
    byId("tree").replaceChildren();
    builtTree = "";
    return;
  }
  const outline = JSON.stringify([tree.left_out, byPoints, outlineOf(tree)]);
  if (outline !== builtTree) keepingFocus(() => buildTree(tree));
  builtTree = outline;
  updateBranches(tree, null, choices);
  askForEffects();
});

function outlineOf({ key, kind, title, members = [] }) {
  return [key, kind, title, members.map(outlineOf)];
}

/** Rebuild a part of the page; who types or stands in it goes on there. */
function keepingFocus(render) {
  const { id, value, selectionStart } = document.activeElement ?? {};
  render();
  const again = id ? byId(id) : null;
  if (!again || again === document.activeElement) return;
  if (again.type === "text") again.value = value;
  again.focus();
  if (again.type === "text") again.setSelectionRange(selectionStart, selectionStart);
}

function buildTree(tree) {
  branches.clear();
  const ways = ["relative", "points"].map((name) => [name, words(`studio.weights.${name}`)]);
  const how = selectOf({ id: "weights-as" }, ways, byPoints ? "points" : "relative", (way) => {
    byPoints = way === "points";
    redraw();
  });
  const dimensions = [...dimensionsIn(tree)];
  const zone = dropZone();
  byId("tree").replaceChildren(
    labelled(words("studio.weights.as"), how),
    element("p", { class: "note", hidden: byPoints ? null : "" }, words("studio.weights.note")),
    element("ul", { class: "tree" }, branch(tree, null, dimensions)),
    zone,
    ...leftOut(tree.left_out),
  );
}

function* dimensionsIn(part, depth = 0, above = []) {
  if (part.kind !== "dimension") return;
  yield { key: part.key, title: part.title, depth, above };
  for (const member of part.members) yield* dimensionsIn(member, depth + 1, [...above, part.key]);
}

/** A member with all that lies in it. */
function branch(part, home, dimensions) {
  const name = element("span", { class: "title", dir: "auto", id: `title-${part.key}` }, part.title);
  const grip = home ? element("span", { class: "grip", draggable: "true", title: words("studio.tree.drag") }, "⠿") : null;
  const turn = () => {
    openBranch = openBranch === part.key ? "" : part.key;
    for (const other of branches.values()) other.open();
  };
  const about = { id: `more-${part.key}`, "aria-controls": `panel-${part.key}`, "aria-label": words("studio.tree.more", { title: part.title }) };
  const more = buttonOf("⋯", turn, { class: "more", ...about });
  const panel = element("div", { class: "panel", id: `panel-${part.key}` });
  const chips = element("div", { class: "chips" });
  const controls = home && home.members.length > 1 ? weightControls(part, home) : null;
  const share = element("span", { class: "note share" });
  const head = element("div", { class: "branch" }, ...(grip ? [grip] : []), name, share, more);
  const made = element("li", { "data-key": part.key, class: part.kind }, head, ...(controls ? [controls.place] : []), chips, panel);
  if (part.members) {
    made.append(element("ul", { class: "tree" }, ...part.members.map((member) => branch(member, part, dimensions))));
    acceptDrops(made, head, part, dimensions);
  }
  if (grip) beginDrags(grip, made, part, home);
  const row = { controls, share, chips, panel };
  row.open = () => {
    const isOpen = openBranch === part.key;
    more.setAttribute("aria-expanded", String(isOpen));
    panel.hidden = !isOpen;
    panel.replaceChildren(...(isOpen ? panelOf(part, home, dimensions) : []));
  };
  branches.set(part.key, row);
  row.open();
  return made;
}

/** What else can be done with a member: another name, another place, equal weights, leaving it out. */
function panelOf(part, home, dimensions) {
  const id = `name-${part.key}`;
  const field = element("input", { type: "text", id, value: part.title });
  field.addEventListener("change", () => act({ do: "rename", member: part.key, title: field.value }));
  const lines = [labelled(words("studio.tree.name"), field)];
  if (home) lines.push(moving(part, home, dimensions));
  const buttons = [];
  if (part.members?.length > 1) {
    const share = () => {
      const equal = byPoints ? tenths(part.members.map(() => 1)).map((points) => points / 10) : part.members.map(() => 1);
      sendWeights(part, Object.fromEntries(part.members.map(({ key }, at) => [key, equal[at]])), "");
    };
    buttons.push(buttonOf(words("studio.tree.equal"), share, { id: `equal-${part.key}` }));
  }
  if (!part.members) buttons.push(spreadButton(part.key, part.title));
  if (home) buttons.push(buttonOf(words("studio.tree.leave"), () => act({ do: "leave_out", member: part.key }), { id: `leave-${part.key}` }));
  return [...lines, ...(buttons.length ? [element("p", { class: "row" }, ...buttons)] : [])];
}

/** Where a member can go: by the keyboard, or where dragging is difficult. */
function moving(part, home, dimensions) {
  const places = dimensions.filter(({ key, above }) => key !== home.key && mayGo(part, key, above));
  const pairs = places.map(({ key, title, depth }) => [key, `${"\u2003".repeat(depth)}${title}`]);
  const all = [["", words("studio.tree.stay", { title: home.title })], ...pairs, [NEW_PLACE, words("studio.tree.new")]];
  return labelled(words("studio.tree.move"), selectOf({ id: `move-${part.key}` }, all, "", (to) => moveTo(part, to)));
}

/** The place of a dimension that is not there yet; no key is written so. */
const NEW_PLACE = "+";

function mayGo(part, key, above) {
  if (part.kind === "indicator") return key !== ROOT_KEY;
  return key !== part.key && !above.includes(part.key);
}

async function moveTo(part, to) {
  if (to === "") return;
  const action = to === NEW_PLACE ? { do: "group", member: part.key, title: words("studio.tree.newName") } : { do: "move", member: part.key, to };
  const before = new Set(branches.keys());
  if (!(await act(action))) return;
  const made = [...branches.keys()].find((key) => !before.has(key));
  say(words("studio.tree.moved", { title: part.title }));
  if (to !== NEW_PLACE || !made) return byId(`more-${part.key}`)?.focus();
  openBranch = made;
  for (const other of branches.values()) other.open();
  byId(`name-${made}`).select();
}

let dragged = null;

function beginDrags(grip, row, part, home) {
  grip.addEventListener("dragstart", (event) => {
    dragged = { part, home };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", part.title);
    event.dataTransfer.setDragImage(row, 0, 0);
    byId("tree").classList.add("dragging");
  });
  grip.addEventListener("dragend", () => {
    dragged = null;
    byId("tree").classList.remove("dragging");
  });
}

/** Have something take a member that is dropped onto it. */
function takesDrops(place, takes, drop) {
  place.addEventListener("dragover", (event) => {
    if (!dragged || !takes(dragged)) return;
    event.preventDefault();
    event.stopPropagation();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    place.classList.remove("over");
    if (!dragged || !takes(dragged)) return;
    event.preventDefault();
    event.stopPropagation();
    drop(dragged.part);
  });
}

function acceptDrops(row, head, { key }, dimensions) {
  const { above } = dimensions.find((each) => each.key === key);
  const takes = ({ part, home }) => home.key !== key && mayGo(part, key, above);
  takesDrops(row, takes, (part) => moveTo(part, key));
}

function dropZone() {
  const zone = element("p", { class: "newplace" }, words("studio.tree.new"));
  takesDrops(zone, () => true, (part) => moveTo(part, NEW_PLACE));
  return zone;
}

/** What was left out, to be taken back. */
function leftOut(members) {
  if (!members.length) return [];
  const lines = members.map(({ key, title }) => {
    const named = { id: `back-${key}`, "aria-label": words("studio.tree.backOf", { title }) };
    const back = buttonOf(words("studio.tree.back"), () => act({ do: "take_back", member: key }), named);
    return element("li", { class: "row" }, element("span", { dir: "auto" }, title), back);
  });
  return [element("h3", {}, words("studio.tree.left")), element("ul", { class: "left-out" }, ...lines)];
}

/** A number, a slider and, where points are shared, a lock. */
function weightControls(part, home) {
  const about = { title: part.title };
  const number = element("input", { type: "number", min: 0, step: "any", id: `weight-${part.key}`, "aria-label": words("studio.weight.of", about) });
  const slider = element("input", { type: "range", min: 0, id: `slide-${part.key}`, "aria-label": words("studio.weight.of", about) });
  const effect = element("span", { class: "note effect" });
  const turn = () => {
    if (!lockedMembers.delete(part.key)) lockedMembers.add(part.key);
    redraw();
  };
  const lock = buttonOf(padlock(), turn, { class: "lock", id: `lock-${part.key}` });
  number.addEventListener("change", () => number.reportValidity() && weigh(part, home, Number(number.value), `${part.key} ${Date.now()}`));
  slider.addEventListener("pointerdown", () => {
    hand = { key: "", last: 0, down: true };
    window.addEventListener("pointerup", () => (hand.down = false), { once: true });
  });
  slider.addEventListener("input", () => {
    number.value = slider.value;
    weigh(part, home, Number(slider.value), handOf(part.key, home));
  });
  return {
    number,
    slider,
    effect,
    lock,
    place: element("div", { class: "weighing" }, slider, number, ...(byPoints ? [lock] : []), effect),
  };
}

function padlock() {
  const body = drawing("rect", { x: 3, y: 7, width: 10, height: 7, rx: 1 });
  const shackle = drawing("path", { d: "M5 7V5a3 3 0 0 1 6 0v2", class: "shackle" });
  return drawing("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, body, shackle);
}

let hand = { key: "", last: 0, down: false };

/** The name of a movement; it goes on while the pointer is down, or a key is pressed again soon. */
function handOf(key, home) {
  const now = Date.now();
  if (hand.key !== key || (!hand.down && now - hand.last > SAME_HAND)) {
    hand = { ...hand, key, name: `${key} ${now}`, points: pointsOf(partOf(home.key)) };
  }
  hand.last = now;
  return hand.name;
}

function partOf(key, part = state.tree) {
  if (part.key === key) return part;
  for (const member of part.members ?? []) {
    const found = partOf(key, member);
    if (found) return found;
  }
  return null;
}

/** Weigh a member: alone, against its siblings if they share points, with them if a method made their weights. */
function weigh(part, { key: homeKey }, wanted, name) {
  const home = partOf(homeKey);
  const keys = home.members.map(({ key }) => key);
  if (!byPoints) {
    const own = home.fixed ? {} : Object.fromEntries(home.members.map((member) => [member.key, weightOf(member, home)]));
    return sendWeights(home, { ...own, [part.key]: wanted }, name);
  }
  const points = hand.name === name ? hand.points : pointsOf(home);
  const made = allotted(points, keys.indexOf(part.key), Math.round(10 * wanted), keys.map((key) => lockedMembers.has(key)));
  return sendWeights(home, Object.fromEntries(keys.map((key, at) => [key, made[at] / 10])), name);
}

/** The weight that counts: the scenario's, or the one that the dimension's method made. */
function weightOf(part, home) {
  return Number((home.fixed ? part.weight : part.share / home.share).toPrecision(4));
}

function pointsOf(part) {
  return tenths(part.members.map(({ share }) => share));
}

/** Whole tenths of points that add up to 100 points, in proportion to some shares; equal if all are 0. */
function tenths(shares, whole = TENTHS) {
  const sum = shares.reduce((total, share) => total + share, 0);
  const exact = shares.map((share) => (sum > 0 ? (whole * share) / sum : whole / shares.length));
  const made = exact.map(Math.floor);
  const order = exact.map((value, at) => [made[at] - value, at]).sort(([one, first], [two, second]) => one - two || first - second);
  const left = whole - made.reduce((total, points) => total + points, 0);
  for (const [, at] of order.slice(0, Math.round(left))) made[at] += 1;
  return made;
}

/** Tenths of points once one member gets some: locked ones stay, and the others share the rest as before. */
function allotted(points, at, wanted, isLocked) {
  const others = points.map((_, place) => place).filter((place) => place !== at);
  const free = others.filter((place) => !isLocked[place]);
  const fixed = others.filter((place) => isLocked[place]).reduce((total, place) => total + points[place], 0);
  const mine = free.length ? Math.min(Math.max(wanted, 0), TENTHS - fixed) : TENTHS - fixed;
  const made = [...points];
  made[at] = mine;
  tenths(free.map((place) => points[place]), TENTHS - fixed - mine).forEach((value, index) => (made[free[index]] = value));
  return made;
}

let waitingWeights = null;
let weighing = false;

/** Send weights, the last ones where several wait; the ranking follows meanwhile. */
async function sendWeights(home, weights, name) {
  waitingWeights = { do: "weigh", dimension: home.key, weights, hand: name };
  if (weighing) return;
  weighing = true;
  while (waitingWeights) {
    const action = waitingWeights;
    waitingWeights = null;
    await act(action);
  }
  weighing = false;
  if (state.tree) updateBranches(state.tree, null, state.choices);
}

function updateBranches(part, home, choices) {
  const row = branches.get(part.key);
  row.share.textContent = home ? words("studio.tree.whole", { share: shownShare(part.share) }) : "";
  if (row.controls) updateWeight(row.controls, part, home);
  if (home) updateChips(row.chips, part, choices?.of[part.key] ?? []);
  if (openBranch === part.key && !row.panel.contains(document.activeElement)) row.open();
  for (const member of part.members ?? []) updateBranches(member, part, choices);
}

function updateWeight({ number, slider, lock, effect }, part, home) {
  const at = home.members.indexOf(part);
  const value = byPoints ? pointsOf(home)[at] / 10 : weightOf(part, home);
  const usual = 3 * Math.max(...home.members.map((member) => weightOf(member, home)), Number.MIN_VALUE);
  const isMoved = hand.key === part.key && (hand.down || weighing);
  if (!isMoved) {
    slider.max = byPoints ? 100 : Math.max(Number(slider.dataset.most ?? 0), value, slider.dataset.most ? 0 : usual);
    slider.dataset.most = slider.max;
    slider.step = byPoints ? 1 : 10 ** Math.floor(Math.log10(slider.max / 30));
    slider.value = value;
    if (document.activeElement !== number) number.value = value;
  }
  const shareText = shownShare(part.share / home.share);
  slider.setAttribute("aria-valuetext", shareText);
  slider.style.setProperty("--filled", `${(100 * slider.value) / slider.max}%`);
  lock.setAttribute("aria-pressed", String(lockedMembers.has(part.key)));
  lock.setAttribute("aria-label", words("studio.weight.lock", { title: part.title }));
  number.disabled = slider.disabled = byPoints && lockedMembers.has(part.key);
  effect.textContent = effectText(part, shareText);
  effect.classList.toggle("stale", influences.step !== state.ranked);
}

/** A member's share of its dimension: by weight, and in effect. */
function effectText({ key }, share) {
  const [effect, low, high] = influences.members[key] ?? [];
  if (effect === undefined || effect === null) return words("studio.effect.weight", { share }); // unknown, or too few values
  const said = { share, effect: shownShare(effect) };
  if (low === null) return words("studio.effect.few", { ...said, count: influences.fewest });
  return words("studio.effect.range", { ...said, low: shownShare(low), high: shownShare(high) });
}

let askingEffects = 0;
/** Ask for the influence of each member a moment after the last change. */
function askForEffects() {
  if (influences.step === state.ranked) return;
  clearTimeout(askingEffects);
  askingEffects = setTimeout(async () => {
    try {
      influences = await asked("view/importance");
      if (state.tree) updateBranches(state.tree, null, state.choices);
    } catch (error) {
      if (!error.problems) throw error;
    }
  }, QUIET);
}
