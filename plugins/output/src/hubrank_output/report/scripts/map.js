// The map: a unit is its outline, as strong in colour as its score is good, or a dot, as large as its score and in the
// colour of its tier. Of many units the best are dots, and all others points of one picture, which costs a slider's step
// nothing. A list beside it has the best of the part that is shown.

const SHADED = OUTLINES.size > 0;
const MAP_NOTE = SHADED ? "map.shades" : "map.dots";
const MOST_DOTS = 1000;
const MOST_SMALL_DOTS = 300;
const MOST_LISTED = 10;
const MOST_NAMED = 24;
const MOST_SMALL_NAMED = 8;
/** The name of the region that is the whole world, where the units lie closer together. */
const WHOLE = "*";
/** The shade of the worst score, in per cent; units without a rank have none. */
const PALEST = 12;
const shapes = new Map();
const regions =
  payload.groups.find((group) => group.column === "continent") ??
  payload.groups.find((group) => group.column === "country");
const regionAt = regions && numbers(regions.of);
let current = -1;
let reached = [];
let pointed = "";
let mapListed = "";
/** The filters by groups that the shown part of the map follows. */
let framedBy = "{}";

function buildMap() {
  if (!XS.some((x) => x === x)) {
    byId("map-section").hidden = true;
    return;
  }
  for (const [unit, outline] of OUTLINES) shapes.set(unit, interactive(outline, unit));
  buildFrame();
  MAP.append(drawing("image", { class: "points", "aria-hidden": "true" }), drawing("g", { class: "dots" }));
  byId("map-readout").textContent = words(MAP_NOTE);
  byId("region").addEventListener("change", (event) => zoom(event.target.value));
  nameRegions();
  setFrame(...HOME);
}

/** Name the parts of the map in the page's language. */
function nameRegions() {
  const names = regions?.names.filter(Boolean).map((name) => [name, regions.titles[regions.names.indexOf(name)]]) ?? [];
  const parts = HOME[2] < MAP_WIDTH ? [["", words("map.all")], [WHOLE, words("map.world")]] : [["", words("map.world")]];
  options(byId("region"), [...parts, ...names], byId("region").value);
}

/** A unit's shape: its outline, or a dot that is made when it is first wanted. */
function shapeOf(unit) {
  if (!shapes.has(unit)) shapes.set(unit, interactive(drawing("circle", { cx: XS[unit], cy: YS[unit] }), unit));
  return shapes.get(unit);
}

/** Whether a unit lies in the visible part of the map. */
function inFrame() {
  const { x, y, width, height } = MAP.viewBox.baseVal;
  if (width >= MAP_WIDTH) return () => true;
  return (unit) => XS[unit] >= x && XS[unit] <= x + width && YS[unit] >= y && YS[unit] <= y + height;
}

/** The names of the tiers or classes, the best first, without what lies below them all. */
function tierNames() {
  const { classes } = payload.ranking;
  if (classes.length) return [...classes].sort((a, b) => b.at_least - a.at_least).map((each) => each.name);
  return tierEnds(orderNow().length).map((tier) => words("tier.top", { tier }));
}

/** The position of a unit's tier among them; -1 below them all. */
function tierPlaces() {
  const { ranks, scores } = results[view.edition];
  const names = tierNames();
  if (payload.ranking.classes.length) return (unit) => names.indexOf(tierOf(ranks[unit], scores[unit]));
  const ends = tierEnds(orderNow().length);
  return (unit) => ends.findIndex((end) => ranks[unit] <= end);
}

/** A shape that can be clicked, and reached by the arrow keys in the order of the ranks. */
function interactive(shape, unit) {
  shape.setAttribute("role", "button");
  shape.setAttribute("tabindex", "-1");
  shape.dataset.unit = CODES[unit];
  shape.append(drawing("title"));
  shape.addEventListener("click", () => select(unit));
  shape.addEventListener("focus", () => read(unit));
  shape.addEventListener("pointerenter", () => read(unit));
  shape.addEventListener("keydown", (event) => walk(event, unit));
  return shape;
}

function walk(event, unit) {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    select(unit);
    return;
  }
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = reached[(reached.indexOf(unit) + step + reached.length) % reached.length];
  arrive(next);
  shapes.get(next).focus();
}

/** Make a unit the one that the tab key reaches. */
function arrive(unit) {
  shapes.get(current)?.setAttribute("tabindex", "-1");
  current = unit;
  shapes.get(unit)?.setAttribute("tabindex", "0");
}

function read(unit) {
  const now = results[view.edition];
  byId("map-readout").textContent =
    words("map.readout", { name: NAMES[unit], rank: shownRank(now.ranks[unit]), score: shownScore(now.scores[unit]) });
}

/** Bring the map in line with the view. */
function showMap() {
  if (byId("map-section").hidden) return;
  followFilters();
  const now = results[view.edition];
  const [low, high] = extent(now.scores);
  const order = drawnUnits();
  const scale = MAP.viewBox.baseVal.width / (MAP.clientWidth || MAP_WIDTH);
  const small = MAP.clientWidth < 500;
  const drawn = new Set(order);
  const tierPlace = tierPlaces();
  showMapKey(low, high);
  for (const unit of new Set([...order, ...OUTLINES.keys()])) {
    const shape = shapeOf(unit);
    const share = high > low ? (now.scores[unit] - low) / (high - low) : 1;
    const better = payload.ranking.best === "lowest" ? 1 - share : share;
    if (SHADED) shape.style.setProperty("--share", `${drawn.has(unit) ? Math.round(shade(better)) : 0}%`);
    else shape.dataset.tier = tierPlace(unit);
    if (!OUTLINES.has(unit)) shape.setAttribute("r", radius(better, scale).toFixed(2));
    shape.dataset.selected = view.selected.indexOf(unit);
    shape.querySelector("title").textContent = NAMES[unit];
    shape.setAttribute("aria-label", words("map.label", { name: NAMES[unit], rank: shownRank(now.ranks[unit]) }));
    shape.setAttribute("aria-pressed", view.selected.includes(unit));
  }
  for (const unit of view.selected) if (OUTLINES.has(unit)) raise(OUTLINES.get(unit));
  redraw(MAP.querySelector(".dots"), [...drawnLast(order), ...namesOf(order, scale, small)]);
  reached = order;
  if (!order.includes(current)) arrive(order[0]);
  showMapList(order);
}

/** Show the part of the map where the units lie that a new filter by a group lets through. */
function followFilters() {
  const wanted = JSON.stringify(view.filters);
  if (wanted === framedBy) return;
  framedBy = wanted;
  byId("region").value = "";
  setFrame(...(wanted === "{}" ? HOME : frameOf(placedUnits())));
}

/** How strong a colour is, in per cent, for a share of the best score. */
function shade(share) {
  return PALEST + (100 - PALEST) * share;
}

function radius(better, scale) {
  return SHADED ? 4.5 * scale : scale ** 0.7 * (2 + 7 * better ** 1.5);
}

/** Which colour is which tier, or how strong a colour is how good a score. */
function showMapKey(low, high) {
  const ends = payload.ranking.best === "lowest" ? [high, low] : [low, high];
  const names = SHADED ? ends.map(shownScore) : [...tierNames(), words("map.rest")];
  const said = names.join("|");
  if (byId("map-key").dataset.said === said) return;
  byId("map-key").dataset.said = said;
  const scale = element("span", { class: "scale", "aria-hidden": "true" });
  const items = SHADED
    ? [element("li", {}, names[0], scale, names[1])]
    : names.map((name, at) => element("li", {}, swatchOf(at < names.length - 1 ? at : -1), name));
  byId("map-key").replaceChildren(...items);
}

function swatchOf(tier) {
  return element("span", { class: "swatch", "data-tier": tier, "aria-hidden": "true" });
}

/** The best units of the part that is shown, as a list. */
function showMapList(order) {
  const now = results[view.edition];
  const best = order.filter(inFrame()).slice(0, MOST_LISTED);
  const wanted = best.map((unit) => [unit, now.ranks[unit], shownScore(now.scores[unit]), view.selected.indexOf(unit)]).join() + language;
  if (wanted === mapListed) return;
  mapListed = wanted;
  const items = best.map((unit) => {
    const name = element("button", { type: "button", class: "unit", dir: "auto" }, NAMES[unit]);
    name.addEventListener("click", () => openUnit(unit));
    const said = words("pin.said", { rank: shownRank(now.ranks[unit]), score: shownScore(now.scores[unit]) });
    return element("li", { "data-selected": view.selected.indexOf(unit) }, name, " ", element("span", { class: "note" }, said));
  });
  keepingFocus(byId("map-list"), items);
}

/** The ranked units that have a place and that the filters let through, best first; the selected stay. */
function placedUnits() {
  const placed = orderNow().filter(isPlaced);
  if (!hasFilters()) return placed;
  const passes = inFilters();
  return placed.filter((unit) => passes(unit) || view.selected.includes(unit));
}

/** The units drawn one by one, best first: all of a few, else the region's best and the selected. */
function drawnUnits() {
  const placed = placedUnits();
  const many = placed.length - OUTLINES.size > MOST_DOTS;
  byId("map-sample").hidden = !many;
  showPoints(many ? placed : []);
  if (!many) return placed;
  const inside = placed.filter(inFrame());
  const best = inside.slice(0, MAP.clientWidth < 500 ? MOST_SMALL_DOTS : MOST_DOTS);
  byId("map-sample").textContent =
    words(MAP.viewBox.baseVal.width < MAP_WIDTH ? "map.sampleRegion" : "map.sample", { placed: grouped(placed.length), best: grouped(best.length) });
  const drawn = new Set([...best, ...view.selected]);
  return placed.filter((unit) => drawn.has(unit));
}

/** All units as points of a picture, drawn again only if the picture would change. */
function showPoints(units) {
  const { x, y, width, height } = MAP.viewBox.baseVal;
  const pixels = Math.round((MAP.clientWidth || MAP_WIDTH) * (window.devicePixelRatio || 1));
  const colour = getComputedStyle(MAP).getPropertyValue("--accent");
  const filters = JSON.stringify([view.filters, view.limits]);
  const wanted = [x, y, width, pixels, colour, view.edition, units.length, filters].join();
  if (wanted === pointed) return;
  pointed = wanted;
  const picture = MAP.querySelector(".points");
  if (!units.length) {
    picture.removeAttribute("href");
    return;
  }
  const canvas = element("canvas", { width: pixels, height: Math.round((pixels * height) / width) });
  const pen = canvas.getContext("2d");
  const size = 1.5 * (window.devicePixelRatio || 1);
  pen.fillStyle = colour;
  pen.globalAlpha = 0.4;
  for (const unit of units) {
    pen.fillRect(((XS[unit] - x) * pixels) / width - size / 2, ((YS[unit] - y) * pixels) / width - size / 2, size, size);
  }
  for (const [name, value] of Object.entries({ x, y, width, height, href: canvas.toDataURL() }))
    picture.setAttribute(name, value);
}

/** Put an outline above the others, and the focus back where it was. */
function raise(outline) {
  const focused = document.activeElement;
  outline.parentNode.append(outline);
  if (focused === outline) outline.focus({ preventScroll: true });
}

/** Put shapes in their order and keep the focus where it was. */
function redraw(layer, shapes) {
  const focused = document.activeElement;
  const inside = layer.contains(focused);
  layer.replaceChildren(...shapes);
  if (inside && focused.isConnected) focused.focus({ preventScroll: true });
}

/** The dots: low scores lie above high ones, which are larger; the selected above all. */
function drawnLast(order) {
  const points = order.filter((unit) => !OUTLINES.has(unit));
  const chosen = view.selected.filter((unit) => points.includes(unit));
  return [...points.filter((unit) => !chosen.includes(unit)), ...chosen].map((unit) => shapes.get(unit));
}

/** Names of the selected, and of the first where none are selected. */
function namesOf(order, scale, small) {
  const size = (small ? 11 : 13) * scale;
  const away = (unit) => (OUTLINES.has(unit) ? 0 : Number(shapes.get(unit).getAttribute("r")) + 3 * scale);
  const first = order.filter(inFrame()).slice(0, small ? MOST_SMALL_NAMED : MOST_NAMED);
  const named = view.selected.length ? view.selected.filter((unit) => order.includes(unit)) : first;
  const dots = first.filter((unit) => !OUTLINES.has(unit)).map((unit) => {
    const half = away(unit) - 3 * scale;
    return { left: XS[unit] - half, top: YS[unit] - half, wide: 2 * half, tall: 2 * half };
  });
  const wanted = named.map((unit) => ({
    text: cut(NAMES[unit], small ? 24 : 32), x: XS[unit], y: YS[unit], away: away(unit), room: 1.5 * (PIECES.get(unit)?.wide ?? 0),
  }));
  return placedNames(wanted, MAP.viewBox.baseVal, size, dots);
}

/** Show the part of the map where a region's units lie. */
function zoom(name) {
  const inside = (unit) => isPlaced(unit) && regions.names[regionAt[unit]] === name;
  if (!name) setFrame(...HOME);
  else if (name === WHOLE) setFrame(0, 0, MAP_WIDTH);
  else setFrame(...frameOf(Array.from(BY_NAME).filter(inside)));
  showMap();
}
