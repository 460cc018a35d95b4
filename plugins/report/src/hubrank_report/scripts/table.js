// The ranking table. A row is a place in the order that is filled with a unit; only what differs is written, and what
// lies out of sight of a long table is written when there is time, so that a slider's step stays light.

const PAGE = 50;
const AT_ONCE = 200;
const CHUNK = 150;
let limit = PAGE;
let shape = "";
let filling = 0;
const places = [];

/** The units of the table in their order: ranked, found by the search, sorted. */
function listed(made) {
  const column = made.find((each) => each.name === view.sort && each.key) ?? made[0];
  const found = orderOf(results[view.edition].ranks).filter(matching(view.query));
  if (column !== made[0] || view.descending) {
    const keys = new Map(found.map((unit) => [unit, column.key(unit)]));
    const compare = (a, b) =>
      typeof a === "string" ? a.localeCompare(b, "en") : (a === a ? a : Infinity) - (b === b ? b : Infinity);
    found.sort((a, b) => compare(keys.get(a), keys.get(b)) || 0);
    if (view.descending) found.reverse();
  }
  return found;
}

/** Whether a unit's name, code or country has a text in it, whatever its accents. */
function matching(query) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(query.trim());
  return (unit) => !wanted || [NAMES[unit], CODES[unit], countryOf(unit)].some((text) => plain(text).includes(wanted));
}

/** Bring the table in line with the view. */
function showTable() {
  const made = columns();
  const table = byId("ranking-table");
  const wanted = made.map((each) => each.name + each.title).join("|");
  const rebuilt = wanted !== shape;
  if (rebuilt) {
    shape = wanted;
    places.length = 0;
    showHeads(table, made);
  }
  for (const head of table.tHead.rows[0].cells) {
    const sorted = head.dataset.name === view.sort;
    if (head.dataset.sortable)
      head.setAttribute("aria-sort", !sorted ? "none" : view.descending ? "descending" : "ascending");
  }
  const found = listed(made);
  const shown = found.slice(0, limit);
  const focused = places.find((each) => each.button === document.activeElement);
  const unit = focused?.unit;
  fillTable(table.tBodies[0], shown, made, rebuilt);
  if (focused && focused.unit !== unit) places[shown.indexOf(unit)]?.button.focus({ preventScroll: true });
  byId("count").textContent = counted(shown.length, found.length);
  byId("doubt").textContent = isPublished() ? payload.doubts[view.edition] : "";
  byId("doubt").hidden = byId("doubt").textContent === "";
  byId("more").hidden = shown.length === found.length;
  byId("more").textContent = `Show all ${found.length}`;
}

/** Fill the rows: those in sight now, and those of a long table that are not in chunks. */
function fillTable(body, shown, made, rebuilt) {
  clearTimeout(filling);
  while (places.length < shown.length) places.push(newPlace(made));
  if (rebuilt || body.rows.length !== shown.length) {
    body.replaceChildren(...places.slice(0, shown.length).map((each) => each.row));
  }
  const bar = made.some((each) => each.bar) ? makeups() : null;
  const fill = (from, to) => {
    for (let at = Math.max(from, 0); at < Math.min(to, shown.length); at += 1)
      fillPlace(places[at], shown[at], made, bar);
  };
  if (shown.length <= AT_ONCE) {
    fill(0, shown.length);
    return;
  }
  const { top, height } = body.getBoundingClientRect();
  const first = Math.floor((-top / height) * shown.length);
  fill(first - CHUNK / 2, first + CHUNK);
  const next = (from) => {
    fill(from, from + CHUNK);
    if (from + CHUNK < shown.length) filling = setTimeout(next, 0, from + CHUNK);
  };
  filling = setTimeout(next, 120, 0);
}

function counted(shown, found) {
  const ranked = orderOf(results[view.edition].ranks).length;
  if (view.query) return `${found} of ${ranked} match`;
  return shown < found ? `${shown} of ${found} shown` : `${found} ranked`;
}

function showHeads(table, made) {
  const heads = made.map((each) => {
    const head = element("th", { scope: "col", class: each.kind, "data-name": each.name });
    if (!each.key) {
      head.textContent = each.title;
      return head;
    }
    head.dataset.sortable = "yes";
    const button = element("button", { type: "button" }, each.title);
    button.addEventListener("click", () => sortBy(each.name));
    head.append(button);
    return head;
  });
  table.tHead.rows[0].replaceChildren(...heads);
}

function sortBy(name) {
  view.descending = view.sort === name && !view.descending;
  view.sort = name;
  refresh();
  say(`Sorted by ${name}, ${view.descending ? "descending" : "ascending"}.`);
}

/** Write a unit into a row. */
function fillPlace(place, unit, made, bar) {
  if (place.unit !== unit) {
    place.unit = unit;
    place.row.dataset.unit = CODES[unit];
    place.under.data = countryOf(unit);
  }
  for (let at = 0; at < made.length; at += 1) {
    const text = made[at].bar ? bar(unit) : made[at].text(unit);
    if (place.said[at] === text) continue;
    place.said[at] = text;
    if (made[at].bar) place.targets[at].style.background = text;
    else place.targets[at].data = text;
    if (made[at].name === "change") place.cells[at].dataset.moved = text[0];
  }
  const selected = view.selected.indexOf(unit);
  if (place.selected !== selected) {
    place.selected = selected;
    place.row.dataset.selected = selected;
    place.button.setAttribute("aria-pressed", selected >= 0);
  }
}

function newPlace(made) {
  const under = document.createTextNode("");
  const place = { row: element("tr"), cells: [], targets: [], said: [], selected: -2, unit: -1, under };
  for (const column of made) {
    const isName = column.name === "name";
    const kept = element(isName ? "th" : "td", { class: column.kind });
    if (isName) kept.setAttribute("scope", "row");
    let target = document.createTextNode("");
    if (column.bar) target = element("div", { class: "bar", "aria-hidden": "true" });
    if (isName) {
      place.button = element("button", { type: "button", class: "unit", dir: "auto" }, target);
      place.button.addEventListener("click", () => select(place.unit));
      kept.append(place.button, element("span", { class: "under", "aria-hidden": "true" }, under));
    } else {
      kept.append(target);
    }
    place.cells.push(kept);
    place.targets.push(target);
    place.row.append(kept);
  }
  return place;
}

/** Select a unit, or let it go. */
function select(unit) {
  toggleSelected(unit);
  refresh();
  const rank = shownRank(results[view.edition].ranks[unit]);
  say(`${NAMES[unit]}, rank ${rank}, ${view.selected.includes(unit) ? "selected" : "not selected"}.`);
}
