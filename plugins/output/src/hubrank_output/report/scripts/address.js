// The view in the page's address: a link, a reload and the back button bring it back.

const SECTIONS = Array.from(document.querySelectorAll("main section"), (each) => each.id.replace(/-section$/, ""));
const LONGEST_QUERY = 200;
const CORRELATIONS = ["pearson", "spearman"];
let saving = 0;
/** The origin of the latest change; a change of the same origin is no new step for the back button. */
let hand = "";

/** The view as the address's fragment; empty for the page as it opens. */
function fragment(section = view.section) {
  const said = new URLSearchParams();
  if (view.edition !== EDITIONS.length - 1) said.set("edition", EDITIONS[view.edition]);
  for (const [name, weights] of Object.entries(view.weights)) said.set(`w.${name}`, weights.join("_"));
  for (const [name, method] of Object.entries(view.methods)) said.set(`a.${name}`, method);
  if (view.mine) said.set("mine", 1);
  for (const unit of view.selected) said.append("unit", CODES[unit]);
  if (view.open >= 0) said.set("open", CODES[view.open]);
  if (view.open >= 0 && view.against >= 0) said.set("against", CODES[view.against]);
  if (view.sort !== "rank" || view.descending) said.set("sort", (view.descending ? "-" : "") + view.sort);
  if (view.query) said.set("q", view.query);
  for (const [column, value] of Object.entries(view.filters)) said.set(`f.${column}`, value);
  for (const [name, ends] of Object.entries(view.limits)) said.set(`n.${name}`, ends.map((each) => each ?? "").join("_"));
  if (view.spread !== USUAL_SPREAD) said.set("spread", view.spread);
  if (view.detail !== DETAILS[0]) said.set("detail", view.detail);
  if (language !== PAGE_TEXTS.language) said.set("lang", language);
  if (view.see.length) said.set("see", view.see.join("_"));
  for (const key of ["x", "y"]) if (view[key]) said.set(key, view[key]);
  if (view.kind !== CORRELATIONS[0]) said.set("kind", view.kind);
  if (view.embed) said.set("embed", view.embed);
  if (section) said.set("section", section);
  return said.toString();
}

/** Take the view from a fragment; what it says wrongly is left out. A fragment may also be the name of a section. */
function readFragment(text) {
  const bare = text.replace(/^#/, "");
  const named = bare.replace(/-section$/, "");
  const said = new URLSearchParams(SECTIONS.includes(named) ? `section=${named}` : bare);
  speak(said.get("lang"));
  const edition = EDITIONS.indexOf(Number(said.get("edition")));
  view.edition = edition < 0 ? EDITIONS.length - 1 : edition;
  const unitOf = (code) => POSITION.get(code) ?? -1;
  const units = said.getAll("unit").map(unitOf);
  view.selected = [...new Set(units.filter((each) => each >= 0))].slice(0, MOST_SELECTED);
  view.open = unitOf(said.get("open"));
  view.against = unitOf(said.get("against"));
  view.query = (said.get("q") ?? "").slice(0, LONGEST_QUERY);
  view.filters = readFilters(said);
  view.limits = readLimits(said);
  view.spread = oneOf(SPREADS, said.get("spread")) ?? USUAL_SPREAD;
  view.detail = oneOf(DETAILS, said.get("detail")) ?? DETAILS[0];
  view.section = oneOf(SECTIONS, said.get("section")) ?? "";
  view.embed = oneOf(SECTIONS, said.get("embed")) ?? "";
  view.see = Object.keys(VIEWS).filter((name) => (said.get("see") ?? "").split("_").includes(name));
  const names = figures().map(({ name }) => name);
  for (const key of ["x", "y"]) view[key] = oneOf(names, said.get(key)) ?? "";
  view.kind = oneOf(CORRELATIONS, said.get("kind")) ?? CORRELATIONS[0];
  const choice = readChoice(said);
  if (rerank(choice)) rerank({ weights: {}, methods: {} });
  const sort = said.get("sort") ?? "rank";
  const sortable = columns().filter((each) => each.key).map((each) => each.name);
  view.sort = oneOf(sortable, sort.replace(/^-/, "")) ?? "rank";
  view.descending = sort === `-${view.sort}`;
}

function oneOf(known, value) {
  return known.includes(value) ? value : null;
}

/** The weights and methods that a fragment says: as many weights as members, none below 0, not all 0. */
function readChoice(said) {
  const weights = {};
  const methods = {};
  for (const node of NODES.filter((each) => live() && each.live)) {
    const texts = (said.get(`w.${node.name}`) ?? "").split("_");
    const own = texts.map((each) => (/^[\d.]+(e-?\d+)?$/.test(each) ? Number(each) : NaN));
    const good = own.length === node.members.length && own.every((each) => each >= 0 && each < 1e9);
    if (good && own.some((each) => each > 0)) weights[node.name] = own;
    const method = said.get(`a.${node.name}`);
    if (METHOD_CHOICES.includes(method) && method !== node.method) methods[node.name] = method;
  }
  return { weights, methods, mine: said.get("mine") === "1" };
}

function readFilters(said) {
  const filters = {};
  for (const { column, names } of payload.groups) {
    const value = oneOf(names, said.get(`f.${column}`));
    if (value) filters[column] = value;
  }
  return filters;
}

/** The limits that a fragment says: two ends, of which one may be open. */
function readLimits(said) {
  const limits = {};
  for (const { name } of figures()) {
    const ends = (said.get(`n.${name}`) ?? "").match(/^([^_]*)_([^_]*)$/)?.slice(1) ?? [];
    const read = ends.map((text) => (text === "" ? null : /^-?[\d.]+(e[+-]?\d+)?$/.test(text) ? Number(text) : NaN));
    const good = read.every((each) => each === null || Number.isFinite(each));
    if (good && read.some((each) => each !== null)) limits[name] = read;
  }
  return limits;
}

/** Have the address say the view in a moment; what one hand goes on moving is one step for the back button. */
function saveSoon(by) {
  clearTimeout(saving);
  saving = setTimeout(() => save(by), 250);
}

/** Save the view in the address, and tell it to a page that frames this one, so that it can load it anew as it was. */
function save(by) {
  clearTimeout(saving);
  const text = fragment();
  showLinks();
  const same = by !== "" && by === hand;
  if (text !== location.hash.replace(/^#/, "")) history[same ? "replaceState" : "pushState"](null, "", `#${text}`);
  hand = by;
  if (view.embed && window.parent !== window) window.parent.postMessage({ hubrank: text, sections: shownSections() }, "*");
}

/** The sections that have something to show. */
function shownSections() {
  return SECTIONS.filter((name) => !byId(`${name}-section`).hidden);
}

/** Links to sections keep the view, also where they are copied or opened in another tab. */
function showLinks() {
  for (const link of document.querySelectorAll("nav a[data-section]")) link.hash = fragment(link.dataset.section);
}

function buildAddress() {
  for (const link of document.querySelectorAll("a[data-section]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      view.section = link.dataset.section;
      save("");
      goToSection();
    });
  }
  window.addEventListener("pagehide", () => save(hand));
}

/** Bring the view's section into sight and let the tab key go on from there. */
function goToSection() {
  const section = byId(`${view.section}-section`);
  if (!section) return;
  section.tabIndex = -1;
  section.focus({ preventScroll: true });
  section.scrollIntoView();
}
