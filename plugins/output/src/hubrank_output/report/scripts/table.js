// The ranking table. A row is a place in the order that is filled with a unit; only what differs is written. Of a long
// table only the rows in sight are in the document: it scrolls in a window of its own, all rows as tall as one another.

const PAGE = 50;
const LONG = 200;
const BEYOND = 12;
/** Five hues, plain and in two patterns; further parts repeat them. */
const HUES = 15;
let limit = PAGE;
let shape = "";
let onPaper = false;
/** The table's content: the units in their order, the columns, the first place in the document, a row's height. */
let listing = { units: [], made: [], bar: null, from: 0, tall: 0 };
/** The unit whose name the tab key reaches in a long table; arrow keys go on from it. */
let stop = -1;
const places = [];

/** The units of the table in their order: ranked, found by the search, sorted. */
function listed(made) {
  const column = made.find((each) => each.name === view.sort && each.key);
  let found = orderNow();
  if (isFiltered()) found = found.filter(matching(view.query)).filter(inFilters());
  if (column && column.name !== "rank") {
    const keys = new Float64Array(UNITS);
    for (const unit of found) {
      const key = column.key(unit);
      keys[unit] = key === key ? key : Infinity;
    }
    found = Array.from(sortedBy(keys, found));
  }
  return view.descending ? Array.from(found).reverse() : found;
}

function isFiltered() {
  return view.query.trim() !== "" || hasFilters();
}

/** Whether there is a filter by a group or by a value; the map follows these, not the search. */
function hasFilters() {
  return [view.filters, view.limits].some((each) => Object.keys(each).length > 0);
}

/** Whether a unit passes all filters. */
function inFilters() {
  const asked = [inGroups(), inLimits()];
  return (unit) => asked.every((each) => each(unit));
}

/** Whether a unit lies in the groups that the table is filtered by. */
function inGroups() {
  const wanted = payload.groups
    .filter(({ column }) => column in view.filters)
    .map(({ column, names, of }) => [numbers(of), names.indexOf(view.filters[column])]);
  return (unit) => wanted.every(([of, group]) => of[unit] === group);
}

/** Bring the table in line with the view. */
function showTable() {
  const made = columns();
  const table = byId("ranking-table");
  const wanted = [language, ...made.map((each) => each.name + each.title)].join("|");
  if (wanted !== shape) {
    shape = wanted;
    places.length = 0;
    table.tBodies[0].replaceChildren();
    showHeads(table, made);
  }
  for (const head of table.tHead.rows[0].cells) {
    const sorted = head.dataset.name === view.sort;
    if (head.dataset.sortable)
      head.setAttribute("aria-sort", !sorted ? "none" : view.descending ? "descending" : "ascending");
  }
  const found = listed(made);
  const units = onPaper ? found : found.slice(0, limit);
  listing = { ...listing, units, made, bar: made.some((each) => each.bar) ? makeups() : null };
  table.setAttribute("aria-rowcount", found.length + 1);
  table.style.setProperty("--digits", String(orderNow().length).length);
  table.querySelector(".axis-ends").lastChild.textContent = grouped(orderNow().length);
  table.tHead.rows[0].setAttribute("aria-rowindex", 1);
  byId("ranking-window").classList.toggle("long", isLong());
  fillWindow();
  byId("count").textContent = counted(units.length, found.length);
  byId("near").textContent = nearText(found);
  byId("more").hidden = units.length === found.length;
  byId("more").textContent = words("table.all", { count: grouped(found.length) });
  byId("makeup-key").hidden = listing.bar === null;
  byId("ranking-window").classList.toggle("many", made.length > 14);
  byId("ranking-window").classList.toggle("numeric", view.detail !== "makeup");
}

/** Whether only the rows in sight are in the document. */
function isLong() {
  return listing.units.length > LONG && !onPaper;
}

/** The first and the last place that are in the document. */
function inSight() {
  const count = listing.units.length;
  if (!isLong()) return [0, count];
  const frame = byId("ranking-window");
  const room = Math.ceil(frame.clientHeight / listing.tall) + 2 * BEYOND;
  const from = Math.floor(frame.scrollTop / listing.tall) - BEYOND;
  const first = Math.max(0, Math.min(from, count - room));
  return [first, Math.min(count, first + room)];
}

/** How tall a row of a long table is, by one that is filled. */
function heightOfRows() {
  fillPlaces(0, BEYOND);
  const [first, last] = [places[0].row, places[BEYOND - 1].row].map((row) => row.getBoundingClientRect());
  return (last.bottom - first.top) / BEYOND;
}

/** Fill the rows that are in sight, and keep the focus on the unit that has it. */
function fillWindow() {
  const active = document.activeElement;
  const focused = places.find((each) => each.stops.includes(active));
  const kind = focused?.stops.indexOf(active);
  const unit = focused?.unit;
  const table = byId("ranking-table");
  if (isLong()) listing.tall ||= heightOfRows();
  const whole = table.tHead.offsetHeight + listing.units.length * listing.tall;
  byId("ranking-rows").style.height = isLong() ? `${whole}px` : "";
  const [from, to] = inSight();
  fillPlaces(from, to);
  table.style.marginTop = isLong() ? `${from * listing.tall}px` : "";
  if (focused && (focused.unit !== unit || focused.stops[kind] !== document.activeElement)) {
    const at = listing.units.indexOf(unit);
    const kept = at >= from && at < to ? places[at - from].stops[kind] : byId("ranking-window");
    kept.focus({ preventScroll: true });
  }
}

function fillPlaces(from, to) {
  const { units, made, bar } = listing;
  const body = byId("ranking-table").tBodies[0];
  while (places.length < to - from) places.push(newPlace(made));
  if (body.rows.length !== to - from || body.rows[0] !== places[0]?.row)
    body.replaceChildren(...places.slice(0, to - from).map((each) => each.row));
  const reached = units.includes(stop, from) && units.indexOf(stop) < to ? stop : units[firstInSight()];
  for (let at = from; at < to; at += 1) {
    const place = places[at - from];
    fillPlace(place, units[at], made, bar);
    place.row.setAttribute("aria-rowindex", at + 2);
    for (const each of place.stops) each.tabIndex = units[at] === reached ? 0 : -1;
  }
  listing.from = from;
}

function firstInSight() {
  return isLong() && listing.tall ? Math.ceil(byId("ranking-window").scrollTop / listing.tall) : 0;
}

/** Arrow keys move between rows and, within one, between elements with a tip; home and end go to the ends. */
function walkRows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
  const aside = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = places.findIndex((each) => each.stops.includes(event.target));
  if ((!step && !aside) || at < 0) return;
  event.preventDefault();
  const kind = places[at].stops.indexOf(event.target);
  if (step) goTo(Math.max(0, Math.min(listing.from + at + step, listing.units.length - 1)), kind);
  else (aside > 0 ? places[at].stops.slice(kind + 1) : places[at].stops.slice(0, kind).reverse()).find(isSeen)?.focus();
}

function isSeen(each) {
  return each.getClientRects().length > 0;
}

/** Bring a place into sight and put the focus on one of its stops. */
function goTo(at, kind) {
  stop = listing.units[at];
  const frame = byId("ranking-window");
  if (isLong()) {
    const room = frame.clientHeight - byId("ranking-table").tHead.offsetHeight - listing.tall;
    const top = at * listing.tall;
    if (top < frame.scrollTop) frame.scrollTop = top;
    if (top > frame.scrollTop + room) frame.scrollTop = top - room;
  }
  fillWindow();
  places[at - listing.from].stops[kind].focus({ preventScroll: isLong() });
}

function buildTable() {
  let waiting = 0;
  byId("ranking-window").addEventListener("scroll", () => {
    if (!isLong() || waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      fillWindow();
    });
  });
  byId("ranking-table").tBodies[0].addEventListener("keydown", walkRows);
  window.addEventListener("resize", () => {
    listing.tall = 0;
    showTable();
  });
}

/** All rows without a window, since paper does not scroll. */
function forPaper(on) {
  onPaper = on;
  showTable();
}

function counted(shown, found) {
  const ranked = grouped(orderNow().length);
  const values = { shown: grouped(shown), found: grouped(found), ranked };
  if (isFiltered()) return words("count.match", values);
  return words(shown < found ? "count.some" : "count.all", values);
}

function showHeads(table, made) {
  const heads = made.map((each) => {
    const head = element("th", { scope: "col", class: each.kind, "data-name": each.name });
    if (!each.key) {
      head.append(each.button ? element("span", { class: "hidden" }, each.title) : each.title);
      return head;
    }
    head.dataset.sortable = "yes";
    const button = element("button", { type: "button" }, each.title);
    button.addEventListener("click", () => sortBy(each));
    head.append(button);
    if (each.whisker)
      head.append(element("span", { class: "axis-ends", "aria-hidden": "true" }, element("span", {}, "1"), element("span")));
    return head;
  });
  table.tHead.rows[0].replaceChildren(...heads);
  byId("makeup-key").replaceChildren(...PARTS.map((part, at) => element("li", {}, swatch(at), TITLE.get(part))));
}

/** The colour and pattern of a part. */
function swatch(at) {
  return element("span", { class: "swatch", "data-part": at % HUES, "aria-hidden": "true" });
}

function sortBy({ name, title }) {
  view.descending = view.sort === name && !view.descending;
  view.sort = name;
  toTop();
  refresh();
  say(words(view.descending ? "said.sortedDown" : "said.sorted", { title }));
}

/** A new list is read from its start. */
function toTop() {
  byId("ranking-window").scrollTop = 0;
}

/** Write a unit into a row. */
function fillPlace(place, unit, made, bar) {
  if (place.unit !== unit) {
    place.unit = unit;
    place.row.dataset.unit = CODES[unit];
    place.under.data = countryOf(unit);
    place.pin.setAttribute("aria-label", words("pin.label", { name: NAMES[unit] }));
  }
  for (let at = 0; at < made.length; at += 1) {
    if (made[at].button) continue;
    const lengths = made[at].bar ? bar(unit) : null;
    const text = lengths?.map((each) => each.toFixed(2)).join(" ") ?? made[at].text(unit);
    if (place.said[at] === text) continue;
    place.said[at] = text;
    if (lengths) fillBar(place.targets[at], lengths, made[at].tip(unit));
    else place.targets[at].data = text;
    if (made[at].moves) place.cells[at].dataset.moved = text[0];
  }
  fillWhiskers(place, whiskerOf(unit));
  const selected = view.selected.indexOf(unit);
  if (place.selected !== selected) {
    place.selected = selected;
    place.row.dataset.selected = selected;
    place.pin.setAttribute("aria-pressed", selected >= 0);
  }
}

/** A bar of as many parts as there are lengths, in per cent. */
function fillBar(bar, lengths, said) {
  while (bar.children.length > lengths.length) bar.lastChild.remove();
  while (bar.children.length < lengths.length) bar.append(element("span"));
  lengths.forEach((each, at) => {
    bar.children[at].style.width = `${each.toFixed(2)}%`;
    bar.children[at].dataset.part = lengths.length > 1 ? at % HUES : "whole";
  });
  bar.setAttribute("aria-label", said.replaceAll("\n", "; "));
}

/** The row's range on the axis of all ranks: in its own column, and below the name where there is no room for one. */
function fillWhiskers(place, ends) {
  const text = ends?.join(" ") ?? "";
  if (place.ends === text) return;
  place.ends = text;
  for (const each of place.whiskers) {
    each.hidden = !ends;
    if (each.dataset.tips === "") each.setAttribute("aria-label", rangeTip(place.unit));
    ["--low", "--high", "--at"].forEach((name, at) => each.style.setProperty(name, ends?.[at] ?? "0%"));
  }
}

function newPlace(made) {
  const under = document.createTextNode("");
  const place = { row: element("tr"), cells: [], targets: [], said: [], selected: -2, unit: -1, under };
  Object.assign(place, { stops: [], whiskers: [], ends: null });
  const teller = (target, at) => {
    place.stops.push(target);
    return tell(target, () => listing.made[at].tip(place.unit));
  };
  for (const [at, column] of made.entries()) {
    const isName = column.name === "name";
    const kept = element(isName ? "th" : "td", { class: column.kind });
    if (isName) kept.setAttribute("scope", "row");
    let target = document.createTextNode("");
    if (column.bar) target = element("div", { class: "bar", role: "img" });
    if (column.button) {
      place.pin = element("button", { type: "button", class: "pinner" });
      place.pin.addEventListener("click", () => select(place.unit));
      place.stops.push(place.pin);
      kept.append(place.pin);
    } else if (isName) {
      place.button = element("button", { type: "button", class: "unit", dir: "auto" }, target);
      place.button.addEventListener("click", () => openUnit(place.unit));
      place.stops.push(place.button);
      place.whiskers.push(tell(whisker("under"), () => rangeTip(place.unit)));
      place.stops.push(place.whiskers.at(-1));
      kept.append(place.button, element("span", { class: "under", "aria-hidden": "true" }, under), place.whiskers.at(-1));
    } else if (column.whisker) {
      place.whiskers.push(whisker());
      kept.append(teller(element("span", { class: "told", role: "group" }, target, place.whiskers.at(-1)), at));
    } else if (column.bar) {
      kept.append(teller(target, at));
    } else if (column.tip) {
      kept.append(teller(element("span", { class: "told", role: "group" }, target), at));
    } else {
      kept.append(target);
    }
    place.cells.push(kept);
    place.targets.push(target);
    place.row.append(kept);
  }
  return place;
}

function whisker(kind = "") {
  return element("span", { class: `whisker ${kind}`, ...(kind ? { role: "img" } : { "aria-hidden": "true" }) });
}

/** Pin a unit, or let it go. */
function select(unit) {
  stop = unit;
  toggleSelected(unit);
  refresh();
  const rank = shownRank(results[view.edition].ranks[unit]);
  say(words(view.selected.includes(unit) ? "said.pinned" : "said.unpinned", { name: NAMES[unit], rank }));
}
