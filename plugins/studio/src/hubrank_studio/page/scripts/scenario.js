// The scenario's text beside the page: both follow each other. A text that is being written is never replaced.

/** The step that the text in the field was begun at, and the text of that step. */
let [baseStep, baseText] = [0, ""];

onState((now) => {
  if (!byId("toml")) buildScenario();
  const field = byId("toml");
  const mine = field.value !== baseText;
  if (!mine || field.value === now.toml) adopt(now.toml, now.step);
  else if (now.step !== baseStep) showConflict();
  numberLines();
});

function buildScenario() {
  const field = element("textarea", { id: "toml", spellcheck: "false", wrap: "off", rows: 22, "aria-label": words("studio.scenario"), "aria-describedby": "toml-note" });
  const lines = element("pre", { id: "toml-lines", "aria-hidden": "true" });
  const dropText = () => {
    adopt(state.toml, state.step);
    numberLines();
    field.focus();
  };
  const save = buttonOf(words("studio.toml.save"), () => applyText(field.value), { id: "toml-save" });
  const drop = buttonOf(words("studio.toml.drop"), dropText, { id: "toml-drop" });
  field.addEventListener("input", numberLines);
  byId("scenario-panel").addEventListener("toggle", numberLines);
  field.addEventListener("scroll", () => {
    lines.scrollTop = field.scrollTop;
  });
  field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || (event.key !== "Enter" && event.key !== "s")) return;
    event.preventDefault();
    applyText(field.value);
  });
  addEventListener("beforeunload", (event) => {
    if (field.value !== baseText) event.preventDefault();
  });
  byId("scenario").replaceChildren(
    element("p", { class: "note", id: "toml-note" }, words("studio.toml.note")),
    element("div", { class: "toml" }, lines, field),
    element("ul", { class: "problem", id: "toml-problems" }),
    element("div", { id: "toml-conflict", role: "alert" }),
    element("p", { class: "row" }, save, drop),
  );
}

/** Show the text of a step. */
function adopt(text, step) {
  const field = byId("toml");
  [baseStep, baseText] = [step, text];
  byId("toml-conflict").replaceChildren();
  if (field.value === text) return;
  const place = isOpened() ? [field.selectionStart, field.scrollTop] : null;
  field.value = text;
  if (!place) return;
  field.setSelectionRange(place[0], place[0]);
  field.scrollTop = place[1];
}

/** Whether the text is in sight; where it is not, there is no place in it to keep, and no layout to be done. */
function isOpened() {
  return byId("scenario-panel").open;
}

/** Keep a text as a step; where another step came between, the text stays in the field. */
async function applyText(text, base = baseStep) {
  if (text === state.toml) return adopt(text, state.step);
  if (await act({ do: "write", toml: text, base })) adopt(text, state.step);
  return numberLines();
}

/** The numbers of the lines; those with a problem are marked, and the problems below lead to them. */
function numberLines() {
  if (!isOpened()) return;
  const field = byId("toml");
  const mine = field.value !== baseText;
  const wrong = new Map(mine ? [] : state.problems.filter(({ line }) => line).map((each) => [each.line, each]));
  const count = field.value.split("\n").length;
  const numbers = Array.from({ length: count }, (_, at) => element("span", { class: wrong.has(at + 1) ? "wrong" : null }, `${at + 1}\n`));
  byId("toml-lines").replaceChildren(...numbers);
  byId("toml-lines").scrollTop = field.scrollTop;
  field.setAttribute("aria-invalid", String(wrong.size > 0));
  byId("toml-problems").replaceChildren(...[...wrong.values()].map(wrongLine));
  byId("toml-save").disabled = !mine;
  byId("toml-drop").hidden = !mine;
}

/** A problem whose place is a button that goes to its line. */
function wrongLine(problem) {
  const go = () => {
    const field = byId("toml");
    const before = field.value.split("\n").slice(0, problem.line - 1).join("\n");
    const start = before.length + (problem.line > 1 ? 1 : 0);
    const end = field.value.indexOf("\n", start);
    field.focus();
    field.setSelectionRange(start, end < 0 ? field.value.length : end);
    field.scrollTop = Math.max(0, (problem.line - 5) * (field.scrollHeight / field.value.split("\n").length));
  };
  return element("li", {}, buttonOf(words("studio.line", { number: String(problem.line) }), go, { class: "link" }), ": ", problemText(problem));
}

/** Another step came while a text was being written: both changes together, or this text instead. */
function showConflict() {
  const field = byId("toml");
  const both = mergedText(baseText, field.value, state.toml);
  const apply = (text) => () => {
    field.value = text;
    applyText(text, state.step);
  };
  const key = both === null ? "studio.toml.instead" : "studio.toml.both";
  byId("toml-conflict").replaceChildren(
    element("p", {}, words("studio.toml.conflict")),
    buttonOf(words(key), apply(both ?? field.value), { id: "toml-both" }),
  );
}

/** Two changes of a text in one; null if they touch the same lines. */
function mergedText(base, mine, theirs) {
  const [before, own, other] = [base, mine, theirs].map((text) => text.split("\n"));
  const [a, b] = [changedLines(before, own), changedLines(before, other)];
  const [first, second] = a.from <= b.from ? [a, b] : [b, a];
  if (first.to > second.from || (first.from === second.from && first.to === second.to)) return null;
  return [...before.slice(0, first.from), ...first.lines, ...before.slice(first.to, second.from), ...second.lines, ...before.slice(second.to)].join("\n");
}

/** The lines of a text between the first and the last that were changed, and what is there now. */
function changedLines(before, after) {
  let from = 0;
  while (from < Math.min(before.length, after.length) && before[from] === after[from]) from += 1;
  let last = 0;
  while (last < Math.min(before.length, after.length) - from && before[before.length - 1 - last] === after[after.length - 1 - last]) last += 1;
  return { from, to: before.length - last, lines: after.slice(from, after.length - last) };
}
