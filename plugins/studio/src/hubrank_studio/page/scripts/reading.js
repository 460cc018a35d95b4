// The table as it was given, with what was understood of it; each row and column has a menu that corrects it.

/** Questions about the whole table, which are answered beside it. */
const OF_TABLE = ["hidden", "comma", "dates", "sheets", "level", "duplicates", "countries", "unit"];
const TEXT_FILE = /\.(csv|tsv|tab|txt|md)(\.gz)?$/i;
const ENCODINGS = ["utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859-2", "gb18030", "big5", "shift_jis", "euc-kr"];
let sheetShown = null;
let rowShown = 0;
let tableShown = "";
let sought = null;

let sourceShown = "";

onState((now) => {
  const source = now.history.find(({ number }) => number === now.step)?.source ?? "";
  if (source !== sourceShown) [sheetShown, rowShown, sourceShown] = [null, 0, source];
  if (tab === "reading") loadTable();
});

/** Fetch what is shown of the table, unless it is shown already. */
async function loadTable() {
  const wanted = JSON.stringify([state?.step, sheetShown, rowShown, sought]);
  if (!state || wanted === tableShown) return;
  tableShown = wanted;
  const more = { from: String(rowShown), ...(sheetShown === null ? {} : { sheet: sheetShown }) };
  const table = await orProblems(asked("view/reading", {}, more));
  if (!table) tableShown = "";
  else if (tableShown === wanted) buildTable(table);
}

function buildTable(table) {
  const place = byId("reading");
  const before = byId("cells");
  const [left, top] = before ? [before.scrollLeft, before.scrollTop] : [0, 0];
  if (!table.sheets.length) {
    refilled(place, element("p", {}, words(table.tool ? "studio.reading.tool" : "studio.reading.none")), ...otherTable());
    return;
  }
  refilled(
    place,
    element("h2", {}, element("span", { dir: "auto" }, table.file)),
    element("p", { class: "note" }, words(table.tool ? "studio.reading.tool" : "studio.reading.how")),
    element("div", { class: "row", id: "reading-choices" }, ...sheetChoice(table), ...tableChoices(table)),
    ...pages(table),
    cellsOf(table),
    ...otherTable(),
  );
  const after = byId("cells");
  [after.scrollLeft, after.scrollTop] = [left, top];
  if (sought !== null) seek(table);
}

/** Which sheet is looked at, and whether it alone counts. */
function sheetChoice(table) {
  if (table.sheets.length < 2) return [];
  const named = ({ name, hidden, read }) => {
    const facts = [read ? words("studio.reading.isRead") : "", hidden ? words("studio.reading.isHidden") : ""].filter(Boolean);
    return facts.length ? words("studio.reading.sheetIs", { sheet: name, facts: joined(facts) }) : name;
  };
  const select = selectOf({ id: "sheet" }, table.sheets.map((each) => [each.name, named(each)]), table.sheet, (name) => {
    [sheetShown, rowShown] = [name, 0];
    loadTable();
  });
  const alone = table.chosen === table.sheet;
  const text = alone ? words("studio.reading.sheetFree") : words("studio.reading.sheetAlone");
  const button = buttonOf(text, () => answerTable({ sheet: alone ? null : table.sheet }), { id: "sheet-alone" });
  return [element("label", { for: "sheet" }, words("studio.reading.sheet")), select, ...(table.tool ? [] : [button])];
}

/** The questions about the whole table, and the encoding of a text. */
function tableChoices(table) {
  const made = state.questions.filter(({ key, options: known }) => OF_TABLE.includes(key) && known.length).map((question) =>
    choiceOf(`table-${question.key}`, question.text, question.options.map(({ value, text }) => [value, text]), question.answer ?? question.default, (value) =>
      answerTable({ [question.key]: value }),
    ),
  );
  if (TEXT_FILE.test(table.file)) {
    const known = [["", words("studio.reading.likeliest")], ...ENCODINGS.map((name) => [name, name])];
    made.push(
      choiceOf("table-encoding", words("studio.reading.encoding"), known, table.answers.encoding ?? "", (value) =>
        answerTable({ encoding: value || null }),
      ),
    );
  }
  return made;
}

function choiceOf(id, text, pairs, chosen, choose) {
  return labelled(text, selectOf({ id }, pairs, chosen, choose));
}

/** Ways to other rows of a long table, and how much of it is in sight. */
function pages({ first, rows, count, most, width, columns }) {
  const text = words("studio.reading.rows", { first: grouped(first + 1), last: grouped(first + rows.length), count });
  const wide = width > columns.length ? [element("span", { class: "note" }, words("studio.reading.columns", { count: width - columns.length }))] : [];
  if (count <= rows.length) return wide;
  const to = (name, from) => {
    const go = () => {
      rowShown = from;
      loadTable();
    };
    const made = buttonOf(words(`studio.reading.${name}`), go, { id: `rows-${name}` });
    made.disabled = from < 0 || from >= count;
    return made;
  };
  const back = first > 0 ? Math.max(0, first - most) : -1;
  return [element("p", { class: "row" }, to("earlier", back), element("span", { class: "note" }, text), to("later", first + most), ...wide)];
}

/** The cells, below and beside buttons that say what a column or a row was read as. */
function cellsOf(table) {
  const heads = table.columns.map((mark, at) =>
    element("th", { scope: "col", class: `kind-${mark.kind}` }, markButton(`column-${at}`, mark.letter, mark, table, !table.turned)),
  );
  const rows = table.rows.map((row, at) => {
    const number = table.first + at + 1;
    const head = element("th", { scope: "row" }, markButton(`row-${number}`, String(number), row, table, table.turned, number));
    const cells = row.cells.map((text, column) => element("td", { class: `kind-${table.columns[column].kind}`, dir: "auto" }, text));
    return element("tr", { class: `kind-${row.kind}` }, head, ...cells);
  });
  const corner = element("td", {}, element("span", { class: "hidden" }, words("studio.reading.corner")));
  const head = element("thead", {}, element("tr", {}, corner, ...heads));
  const made = element("table", { class: "cells" }, head, element("tbody", {}, ...rows));
  moveByArrows(made);
  return element("div", { id: "cells", tabindex: 0, role: "region", "aria-label": words("studio.tab.reading") }, made);
}

/** Of the buttons of columns, and of those of rows, Tab reaches one; arrows go to the next. */
function moveByArrows(table) {
  for (const part of table.children) {
    const marks = [...part.querySelectorAll(".mark")];
    const reach = (reached) => marks.forEach((mark) => mark.setAttribute("tabindex", mark === reached ? "0" : "-1"));
    reach(marks[0]);
    part.addEventListener("focusin", ({ target }) => {
      if (marks.includes(target)) reach(target);
    });
    part.addEventListener("keydown", (event) => {
      const ways = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -marks.length, End: marks.length };
      const at = marks.indexOf(event.target);
      if (at < 0 || !(event.key in ways)) return;
      event.preventDefault();
      marks[Math.max(0, Math.min(at + ways[event.key], marks.length - 1))].focus();
    });
  }
}

function kindText({ kind, why }) {
  const text = words(`studio.kind.${kind || "values"}`);
  return why ? words("studio.reading.because", { what: text, why }) : text;
}

/** A button that says what a row or a column was read as, and opens the menu that corrects it. */
function markButton(id, place, mark, table, ofFigures, number = null) {
  const quiet = mark.kind === "" ? "hidden" : "kind";
  const open = () => openMenu(button, mark, [...(ofFigures ? columnWays(mark, table) : rowWays(mark, table, number)), ...hiddenWays(mark)]);
  const button = buttonOf(element("b", {}, place), open, { class: "mark", id, "aria-haspopup": "menu" });
  button.append(" ", element("span", { class: quiet, dir: "auto" }, kindText(mark)));
  return button;
}

/** What a column can be instead: the texts of the menu, each with the answers that say so. */
function columnWays({ kind, name }, { answers }) {
  if (!name) return [];
  const use = `use.${name}`;
  const isUnit = answers.unit === name;
  const isScale = state.questions.some(({ key }) => key === `scale.${name}`);
  const to = (value) => ({ [use]: value, ...(isUnit ? { unit: null } : {}) });
  const ways = [
    [kind !== "unit", "unit", { unit: name, ...(use in answers ? { [use]: null } : {}) }],
    [kind !== "indicator", "indicator", isScale ? { [`scale.${name}`]: "yes" } : to("yes")],
    [kind !== "year", "year", to("year")],
    [kind !== "group", "group", to("group")],
    [kind !== "left", "left", to("no")],
    [use in answers || isUnit, "free", to(null)],
  ];
  return ways.filter(([there]) => there).map(([, way, said]) => [words(`studio.reading.as.${way}`), said]);
}

/** What a row can be instead. */
function rowWays({ kind, name }, { answers, head, dimensions, turned }, number) {
  const row = `row.${name}`;
  const isUnit = name !== "" && ["", "left", "group"].includes(kind);
  const ways = [
    [!turned && number !== null && kind !== "head", "head", { [head]: String(number) }],
    [head in answers, "headFree", { [head]: null }],
    [!turned && number !== null && kind !== "dimension", "dimensions", { [dimensions]: String(number) }],
    [dimensions in answers, "dimensionsFree", { [dimensions]: null }],
    [isUnit && kind === "", "rowLeft", { [row]: "no" }],
    [isUnit && kind !== "", "rowUnit", { [row]: "yes" }],
    [row in answers, "free", { [row]: null }],
  ];
  return ways.filter(([there]) => there).map(([, way, said]) => [words(`studio.reading.as.${way}`, { name }), said]);
}

/** Hidden rows and columns are read, or left out, together. */
function hiddenWays({ kind, name, why }) {
  const question = state.questions.find(({ key }) => key === "hidden");
  if (!question || kind !== "left" || name || !why) return [];
  return [[words("studio.reading.as.hidden"), { hidden: "read" }]];
}

/** A menu beside a button: arrows move in it, Escape leaves it. */
function openMenu(button, mark, ways) {
  const items = ways.map(([text, said]) => {
    const choose = () => {
      menu.hidePopover();
      answerTable(said);
    };
    return buttonOf(text, choose, { role: "menuitem", class: "link", dir: "auto" });
  });
  const title = mark.name ? words("studio.reading.named", { name: mark.name, what: kindText(mark) }) : kindText(mark);
  const list = element("div", { role: "menu", "aria-label": title }, ...items);
  const note = items.length ? [] : [element("p", { class: "note" }, words("studio.reading.noWays"))];
  const menu = element("div", { id: "mark-menu", popover: "auto", tabindex: -1 }, element("p", { dir: "auto" }, title), ...(items.length ? [list] : note));
  byId("mark-menu")?.remove();
  byId("reading").append(menu);
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !items.length) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && menu.contains(document.activeElement)) button.focus();
  });
  menu.showPopover();
  const at = button.getBoundingClientRect();
  menu.style.setProperty("left", `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`);
  menu.style.setProperty("top", `${Math.max(8, Math.min(at.bottom, innerHeight - menu.offsetHeight - 8))}px`);
  (items[0] ?? menu).focus();
}

/** Answer how the table is read; after an answer that does not fit, what was chosen before is shown again. */
async function answerTable(answers) {
  if (await act({ do: "answer", answers })) return;
  tableShown = "";
  loadTable();
}

/** Show the column, or the row, that a question is about. */
function showOnTable(name) {
  sought = name;
  openPanels(false);
  if (tab === "reading") loadTable();
  else openTab("reading");
}

function seek(table) {
  const column = table.columns.findIndex(({ name }) => name === sought);
  const row = table.rows.findIndex(({ name }) => name === sought);
  sought = null;
  tableShown = JSON.stringify([state.step, sheetShown, rowShown, sought]);
  const found = byId(column >= 0 ? `column-${column}` : `row-${table.first + row + 1}`);
  if (!found) return;
  found.scrollIntoView({ block: "center", inline: "center" });
  found.focus({ preventScroll: true });
}

/** Where another table is pasted. */
function otherTable() {
  const paste = element("textarea", { id: "paste-other", rows: 4, "aria-label": words("studio.paste") });
  const go = buttonOf(words("studio.paste.take"), () => take("paste.txt", paste.value));
  return [element("details", {}, element("summary", {}, words("studio.reading.other")), paste, element("p", {}, go))];
}
