// The world map: a dot a unit, as large as its score and in the colour of its tier, or a shade a country where units are
// countries without a place of their own. Of many units the best are dots, and all others points of one picture, which
// costs a slider's step nothing. A list beside it has the best of the part that is shown.

const MAP = byId("map");
const HAS_PLACES = "x" in payload.units;
const XS = HAS_PLACES ? numbers(payload.units.x) : null;
const YS = HAS_PLACES ? numbers(payload.units.y) : null;
const MOST_DOTS = 1000;
const MOST_SMALL_DOTS = 300;
const [MAP_WIDTH, MAP_HEIGHT] = [MAP.viewBox.baseVal.width, MAP.viewBox.baseVal.height];
const MOST_LISTED = 10;
const dots = new Map();
const regions =
  payload.groups.find((group) => group.column === "continent") ??
  payload.groups.find((group) => group.column === "country");
const regionAt = regions && numbers(regions.of);
let region = "";
let current = -1;
let reached = [];
let pointed = "";
let mapListed = "";

function buildMap() {
  const shades = HAS_PLACES ? [] : outlinesOfUnits();
  if (!HAS_PLACES && !shades.length) {
    byId("map-section").hidden = true;
    return;
  }
  if (HAS_PLACES) {
    buildFrame();
    MAP.append(drawing("image", { class: "points", "aria-hidden": "true" }), drawing("g", { class: "dots" }));
    byId("region").addEventListener("change", (event) => zoom(event.target.value));
    const names =
      regions && HAS_PLACES
        ? regions.names.filter(Boolean).map((name) => [name, regions.titles[regions.names.indexOf(name)]])
        : [];
    options(byId("region"), [["", words("map.world"), spoken("map.world")], ...names], "");
  } else {
    for (const [unit, outline] of shades) dots.set(unit, interactive(outline, unit));
    byId("region").closest("p").hidden = true;
    byId("map-key").hidden = true;
  }
}

/** The outlines of units that are countries. */
function outlinesOfUnits() {
  const byCode = new Map(
    Array.from(MAP.querySelectorAll("path[data-country]"), (path) => [path.dataset.country, path]),
  );
  return CODES.map((code, unit) => [unit, byCode.get(code)]).filter(([, outline]) => outline);
}

/** Whether a unit is on the map. */
function isPlaced(unit) {
  return HAS_PLACES ? XS[unit] === XS[unit] : dots.has(unit);
}

/** A unit's shape: its country's outline, or a dot that is made when it is first wanted. */
function shapeOf(unit) {
  if (!dots.has(unit)) dots.set(unit, interactive(drawing("circle", { cx: XS[unit], cy: YS[unit] }), unit));
  return dots.get(unit);
}

function isInRegion(unit) {
  return !region || regions.names[regionAt[unit]] === region;
}

/** Tells whether a unit lies in the part of the map that is shown. */
function inFrame() {
  const { x, y, width, height } = MAP.viewBox.baseVal;
  if (!HAS_PLACES || width >= MAP_WIDTH) return () => true;
  return (unit) => XS[unit] >= x && XS[unit] <= x + width && YS[unit] >= y && YS[unit] <= y + height;
}

/** The names of the tiers or classes, the best first, without what lies below them all. */
function tierNames() {
  const { classes } = payload.ranking;
  if (classes.length) return [...classes].sort((a, b) => b.at_least - a.at_least).map((each) => each.name);
  return tierEnds(orderNow().length).map((tier) => words("tier.top", { tier }));
}

/** Tells the place of a unit's tier among them; -1 below them all. */
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
  shape.append(drawing("title", {}, NAMES[unit]));
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
  dots.get(next).focus();
}

/** Make a unit the one that the tab key reaches. */
function arrive(unit) {
  dots.get(current)?.setAttribute("tabindex", "-1");
  current = unit;
  dots.get(unit)?.setAttribute("tabindex", "0");
}

function read(unit) {
  const now = results[view.edition];
  byId("map-readout").textContent =
    words("map.readout", { name: NAMES[unit], rank: shownRank(now.ranks[unit]), score: shownScore(now.scores[unit]) });
}

/** Bring the map in line with the view. */
function showMap() {
  if (byId("map-section").hidden) return;
  const now = results[view.edition];
  const [low, high] = extent(now.scores);
  const order = drawnUnits();
  const scale = MAP.viewBox.baseVal.width / (MAP.clientWidth || MAP_WIDTH);
  const small = MAP.clientWidth < 500;
  const front = MAP.querySelector(".dots");
  const drawn = new Set(order);
  const tierPlace = tierPlaces();
  showMapKey();
  for (const unit of HAS_PLACES ? order : dots.keys()) {
    const shape = shapeOf(unit);
    const share = high > low ? (now.scores[unit] - low) / (high - low) : 1;
    const better = payload.ranking.best === "lowest" ? 1 - share : share;
    const there = drawn.has(unit);
    shape.classList.toggle("absent", !there);
    if (HAS_PLACES) shape.setAttribute("r", (scale ** 0.7 * (2 + 7 * (there ? better : 0) ** 1.5)).toFixed(2));
    else shape.style.setProperty("--share", `${Math.round(100 * (there ? better : 0))}%`);
    shape.dataset.selected = view.selected.indexOf(unit);
    if (HAS_PLACES) shape.dataset.tier = tierPlace(unit);
    shape.setAttribute("aria-label", words("map.label", { name: NAMES[unit], rank: shownRank(now.ranks[unit]) }));
    shape.setAttribute("aria-pressed", view.selected.includes(unit));
  }
  if (front) redraw(front, [...drawnLast(order), ...labels(order, scale, small)]);
  reached = order;
  if (!order.includes(current)) arrive(order[0]);
  showMapList(order);
}

/** Which colour is which tier. */
function showMapKey() {
  const names = [...tierNames(), words("map.rest")];
  const said = names.join("|");
  if (byId("map-key").dataset.said === said) return;
  byId("map-key").dataset.said = said;
  const items = names.map((name, at) =>
    element("li", {}, swatchOf(at < names.length - 1 ? at : -1), name),
  );
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
  const many = placed.length > MOST_DOTS;
  byId("map-sample").hidden = !many;
  if (HAS_PLACES) showPoints(many ? placed : []);
  if (!many) return placed;
  const inside = placed.filter(inFrame());
  const best = inside.slice(0, MAP.clientWidth < 500 ? MOST_SMALL_DOTS : MOST_DOTS);
  byId("map-sample").textContent =
    words(MAP.viewBox.baseVal.width < MAP_WIDTH ? "map.sampleRegion" : "map.sample", { placed: grouped(placed.length), best: grouped(best.length) });
  const drawn = new Set([...best, ...view.selected]);
  return placed.filter((unit) => drawn.has(unit));
}

/** All units as points of a picture, drawn anew only where the picture would be another. */
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

/** Put shapes in their order and keep the focus where it was. */
function redraw(layer, shapes) {
  const focused = document.activeElement;
  const inside = layer.contains(focused);
  layer.replaceChildren(...shapes);
  if (inside && focused.isConnected) focused.focus({ preventScroll: true });
}

/** Low scores lie above high ones, which are larger; the selected above all. */
function drawnLast(order) {
  const chosen = view.selected.filter((unit) => order.includes(unit));
  return [...order.filter((unit) => !chosen.includes(unit)), ...chosen].map((unit) => dots.get(unit));
}

/** Names of the selected, and of the first where none are selected; a name that would cover another is left out. */
function labels(order, scale, small) {
  const size = (small ? 11 : 13) * scale;
  const named = view.selected.length ? view.selected.filter((unit) => order.includes(unit)) : order.slice(0, small ? 5 : 12);
  const taken = [];
  return named.flatMap((unit) => {
    const text = cut(NAMES[unit], 24);
    const wide = 0.66 * size * text.length;
    const away = Number(dots.get(unit).getAttribute("r")) + 3 * scale;
    const [x, y] = [XS[unit], YS[unit] + size / 3];
    const start = [x + away, x - away - wide].find(
      (left) => fits(left, wide) && taken.every((each) => !covers(each, left, y, wide, size)),
    );
    if (start === undefined) return [];
    taken.push({ left: start, y, wide });
    const before = start < x;
    const label = drawing(
      "text",
      { x: before ? x - away : start, y, "text-anchor": before ? "end" : "start", "aria-hidden": "true" },
      text,
    );
    label.style.fontSize = `${size}px`;
    label.style.strokeWidth = 3 * scale;
    return [label];
  });
}

/** Whether a name lies on the map from end to end. */
function fits(left, wide) {
  const shown = MAP.viewBox.baseVal;
  return left >= shown.x && left + wide <= shown.x + shown.width;
}

function covers(taken, left, y, wide, tall) {
  return Math.abs(taken.y - y) < tall && left < taken.left + taken.wide && taken.left < left + wide;
}

/** Show the part of the map where a region's units lie. */
function zoom(name) {
  region = name;
  const inside = BY_NAME.filter((unit) => isPlaced(unit) && isInRegion(unit));
  const [west, east] = extent(Array.from(inside, (unit) => XS[unit]));
  const [north, south] = extent(Array.from(inside, (unit) => YS[unit]));
  let [left, top, width] = [0, 0, MAP_WIDTH];
  if (name && inside.length) {
    const margin = 25;
    const ratio = MAP_WIDTH / MAP_HEIGHT;
    const [wide, tall] = [east - west + 2 * margin, south - north + 2 * margin];
    width = Math.min(MAP_WIDTH, Math.max(wide, tall * ratio));
    left = (west + east - width) / 2;
    top = (north + south - width / ratio) / 2;
  }
  setFrame(left, top, width);
  showMap();
}
