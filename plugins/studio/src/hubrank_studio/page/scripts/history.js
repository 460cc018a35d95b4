// Undo, redo, and all steps with their names; steps that the current one does not rest on stand aside.

/** The step whose name is being written. */
let namedStep = null;
let historyShown = "";

onState((now) => {
  const here = now.history.find(({ number }) => number === now.step);
  byId("undo").disabled = !here?.before;
  byId("undo").title = here?.before ? stepText(here) : "";
  byId("redo").disabled = !now.can_redo;
  buildHistory();
});

function buildHistory() {
  const { history, step } = state;
  const key = JSON.stringify([history, step, namedStep]);
  if (key === historyShown) return;
  historyShown = key;
  const along = lineOf(history, step);
  const rows = [...history].reverse().map((each) => historyRow(each, each.number === step, along.has(each.number)));
  refilled(byId("history"), element("ol", { class: "history", reversed: "" }, ...rows));
}

/** The steps that undo leads back to from a step, and redo on to. */
function lineOf(history, step) {
  const before = new Map(history.map((each) => [each.number, each.before]));
  const line = new Set();
  for (let at = step; before.has(at) && !line.has(at); at = before.get(at)) line.add(at);
  const after = (number) => history.filter((each) => each.before === number).pop()?.number;
  for (let at = after(step); at && !line.has(at); at = after(at)) line.add(at);
  return line;
}

function historyRow(step, isHere, isAlong) {
  const { number, before, made, name } = step;
  const text = stepText(step);
  const about = { class: "link", id: `step-${number}`, dir: "auto", "aria-current": isHere ? "step" : null };
  const go = buttonOf(name || text, () => act({ do: "go", step: number }), about);
  const notes = [
    ...(name ? [element("span", { dir: "auto" }, text)] : []),
    element("time", { datetime: made }, timeText(made)),
    ...(before && before !== number - 1 ? [words("studio.step.from", { number: String(before) })] : []),
  ];
  const note = element("span", { class: "note" }, ...notes.flatMap((each, at) => (at ? [" · ", each] : [each])));
  const head = namedStep === number ? [nameField(step)] : [go, " ", nameButton(number)];
  return element("li", { value: number, class: isAlong ? null : "beside" }, ...head, ...[effectLink(step)].filter(Boolean), note);
}

function nameButton(number) {
  const write = () => {
    namedStep = number;
    buildHistory();
    byId("step-name").focus();
  };
  const name = words("studio.step.rename.of", { number: String(number) });
  return buttonOf(words("studio.step.rename"), write, { class: "link rename", id: `step-rename-${number}`, "aria-label": name });
}

/** A field for a step's name: Enter keeps it, Escape does not. */
function nameField({ number, name }) {
  const field = element("input", { type: "text", id: "step-name", value: name, "aria-label": words("studio.step.name"), maxlength: 80 });
  const leave = async (kept) => {
    if (namedStep !== number) return;
    namedStep = null;
    if (kept && field.value !== name) await act({ do: "name", step: number, name: field.value });
    buildHistory();
  };
  field.addEventListener("blur", () => leave(true));
  onEnterOrEscape(field, (kept) => {
    leave(kept).then(() => byId(`step-rename-${number}`)?.focus());
  });
  return field;
}

/** Call a function with whether what is in a field is to be kept. */
function onEnterOrEscape(field, leave) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    leave(event.key === "Enter");
  });
}

/** What a step did, in words. */
function stepText({ what }) {
  const key = `studio.${what.key}`;
  return key in catalogue ? words(key, what.values ?? {}) : words("studio.step.edit", { path: what.key, value: "" });
}

/** The time of a step, with its day unless that is today. */
function timeText(made) {
  const then = new Date(made);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(language, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}

function listenForUndo() {
  byId("undo").addEventListener("click", () => act({ do: "undo" }));
  byId("redo").addEventListener("click", () => act({ do: "redo" }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type='checkbox'], [type='radio'], [type='range'], [type='file'])");
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typing) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      act({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
    }
  });
}
