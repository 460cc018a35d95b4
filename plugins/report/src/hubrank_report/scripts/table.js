// The ranking table. Rows are kept and only what differs is written, so that a slider's step stays light.

const PAGE = 50;
let limit = PAGE;
let shape = "";
const rows = new Map();

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
  if (wanted !== shape) {
    shape = wanted;
    rows.clear();
    showHeads(table, made);
  }
  for (const head of table.tHead.rows[0].cells) {
    const sorted = head.dataset.name === view.sort;
    if (head.dataset.sortable)
      head.setAttribute("aria-sort", !sorted ? "none" : view.descending ? "descending" : "ascending");
  }
  const found = listed(made);
  const shown = found.slice(0, limit);
  const bar = made.some((each) => each.bar) ? makeups() : null;
  const body = table.tBodies[0];
  const wantedRows = shown.map((unit) => row(unit, made, bar));
  const same = wantedRows.length === body.rows.length && wantedRows.every((each, at) => body.rows[at] === each);
  if (!same) reorder(body, wantedRows);
  byId("count").textContent = counted(shown.length, found.length);
  byId("more").hidden = shown.length === found.length;
  byId("more").textContent = `Show all ${found.length}`;
}

/** Put rows in their order and keep the focus where it was. */
function reorder(body, wanted) {
  const focused = document.activeElement;
  const inside = body.contains(focused);
  body.replaceChildren(...wanted);
  if (inside && focused.isConnected) focused.focus({ preventScroll: true });
}

function counted(shown, found) {
  const ranked = orderOf(results[view.edition].ranks).length;
  if (view.query) return `${found} of ${ranked} found`;
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

/** A unit's row, made once. */
function row(unit, made, bar) {
  let known = rows.get(unit);
  if (known === undefined) {
    known = newRow(unit, made);
    rows.set(unit, known);
  }
  for (let at = 0; at < made.length; at += 1) {
    const text = made[at].bar ? bar(unit) : made[at].text(unit);
    if (known.said[at] === text) continue;
    known.said[at] = text;
    if (made[at].bar) known.targets[at].style.background = text;
    else known.targets[at].data = text;
    if (made[at].name === "change") known.cells[at].dataset.moved = text[0];
  }
  const selected = view.selected.indexOf(unit);
  if (known.selected !== selected) {
    known.selected = selected;
    known.row.dataset.selected = selected;
    known.button.setAttribute("aria-pressed", selected >= 0);
  }
  return known.row;
}

function newRow(unit, made) {
  const known = { row: element("tr", { "data-unit": CODES[unit] }), cells: [], targets: [], said: [], selected: -2 };
  for (const column of made) {
    const isName = column.name === "name";
    const kept = element(isName ? "th" : "td", { class: column.kind });
    if (isName) kept.setAttribute("scope", "row");
    let target = document.createTextNode("");
    if (column.bar) target = element("div", { class: "bar", "aria-hidden": "true" });
    if (isName) {
      known.button = element("button", { type: "button", class: "unit", dir: "auto" }, target);
      known.button.addEventListener("click", () => select(unit));
      kept.append(known.button, element("span", { class: "under", "aria-hidden": "true" }, countryOf(unit)));
    } else {
      kept.append(target);
    }
    known.cells.push(kept);
    known.targets.push(target);
    known.row.append(kept);
  }
  return known;
}

/** Select a unit, or let it go. */
function select(unit) {
  toggleSelected(unit);
  refresh();
  const rank = shownRank(results[view.edition].ranks[unit]);
  say(`${NAMES[unit]}, rank ${rank}, ${view.selected.includes(unit) ? "selected" : "not selected"}.`);
}
