// Chips: each choice beside its figure, with its reason and what there is instead.

/** The path of the choice that is open, as JSON, and what the server says of it. */
let openChoice = "";
let knownChoice = null;

onState(({ choices }) => {
  if (openChoice) askForChoice();
  const place = byId("chips");
  if (!choices) return place.replaceChildren();
  const row = (chip) => element("div", { class: "choice-row" }, chipButton(chip, "all"), ...chipProblems(chip), ...editorPlace(chip));
  const lines = choices.lines.map((line, at) => {
    const what = words("studio.choice.checked");
    const label = words("studio.choice.said", { what, value: line });
    const checked = buttonOf("✓", () => act({ do: "confirm", key: line }), { class: "plain small", id: `checked-line-${at}`, title: what, "aria-label": label });
    return element("li", { class: "note" }, element("span", { dir: "auto" }, line), checked);
  });
  const others = lines.length ? [element("h3", {}, words("studio.choice.lines")), element("ul", { class: "assumptions" }, ...lines)] : [];
  keepingFocus(() => place.replaceChildren(...choices.all.map(row), ...others));
  fillEditor();
});

/** The chips of a member of the tree: those that say more than the choices for all. */
function updateChips(place, part, chips) {
  const shown = chips.filter((chip) => isTelling(chip) || openBranch === part.key);
  const missing = part.missing ? [element("span", { class: "note" }, words("studio.choice.lacking", { count: part.missing }))] : [];
  const said = JSON.stringify([shown, part.missing, openBranch === part.key, openChoice, problemsOf(shown)]);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  const made = shown.flatMap((chip) => [chipButton(chip, part.key), ...chipProblems(chip)]);
  const open = shown.find((chip) => JSON.stringify(chip.path) === openChoice);
  keepingFocus(() => place.replaceChildren(...made, ...missing, ...(open ? editorPlace(open) : [])));
  fillEditor();
}

function isTelling({ name, own, value, assumed, path }) {
  const isOpen = JSON.stringify(path) === openChoice;
  return name === "direction" || isOpen || Boolean(assumed.key) || (own && value !== "none");
}

function problemsOf(chips) {
  return chips.map((chip) => problemsAt(chip).map(({ what }) => what));
}

/** The problems of a choice. */
function problemsAt({ path }) {
  const here = path.join(".");
  return state.problems.filter(({ where }) => where === here || where.startsWith(`${here}.`) || where.startsWith(`${here}[`));
}

function chipProblems(chip) {
  return problemsAt(chip).map((problem) => element("p", { class: "problem", dir: "auto" }, problemText(problem), ...remedyButtons(problem)));
}

function chipButton(chip, key) {
  const text = JSON.stringify(chip.path);
  const said = chip.name === "direction" ? directionText(chip.value) : words("studio.choice.said", { what: words(`studio.choice.${chip.name}`), value: chipValue(chip) });
  const turn = () => {
    openChoice = openChoice === text ? "" : text;
    knownChoice = null;
    redraw();
  };
  const made = buttonOf(said, turn, { class: "chip", id: `chip-${key}-${chip.name}`, "aria-expanded": String(text === openChoice) });
  if (chip.assumed.key) made.append(element("span", { class: "assumed" }, ` ${words(chip.assumed.asked ? "studio.choice.asked" : "studio.choice.assumed")}`));
  made.classList.toggle("wrong", problemsAt(chip).length > 0);
  return made;
}

function chipValue({ name, value }) {
  if (Array.isArray(value) && value.length) return joined(value.map(([key, each]) => settingText(name, key, each)));
  if (value && !Array.isArray(value)) return String(value);
  return words(name === "robustness" ? "studio.choice.certain" : "studio.choice.default");
}

/** A setting of a choice with its value; a table is too long to be shown. */
function settingText(name, key, value) {
  const what = settingName(name, key);
  return value === null ? what : words("studio.setting.said", { what, value: [value].flat().map(valueText).join(", ") });
}

function settingName(name, key) {
  return catalogue[`studio.setting.${name}.${key}`] ?? key;
}

function valueText(value) {
  if (typeof value === "number") return marked(String(value));
  return typeof value === "object" ? JSON.stringify(value) : (catalogue[`studio.value.${value}`] ?? String(value));
}

function directionText(value) {
  return words(value > 0 ? "studio.direction.up" : "studio.direction.down");
}

/** The place below the open choice; the one that is there already, lest what is typed in it is lost. */
function editorPlace({ path }) {
  const text = JSON.stringify(path);
  if (text !== openChoice) return [];
  const there = document.querySelector(".choice");
  return [there?.dataset.path === text ? there : element("div", { class: "choice", "data-path": text })];
}

let askingChoice = 0;
async function askForChoice() {
  askingChoice += 1;
  const mine = askingChoice;
  const answer = await orProblems(asked("view/choice", {}, { path: openChoice }));
  if (!answer || mine !== askingChoice || JSON.stringify(answer.path) !== openChoice) return;
  knownChoice = answer;
  fillEditor();
}

/** Fill the place below the open chip; what is typed there stays. */
function fillEditor() {
  const place = document.querySelector(".choice");
  if (place?.dataset.path !== openChoice || !knownChoice || JSON.stringify(knownChoice.path) !== openChoice) return;
  const chip = [...state.choices.all, ...Object.values(state.choices.of).flat()].find(({ path }) => JSON.stringify(path) === openChoice);
  if (!chip) return;
  const said = JSON.stringify([chip, knownChoice]);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  keepingFocus(() => place.replaceChildren(...editor(chip, knownChoice)));
}

function editor(chip, { alternatives, fields, problem, reference, returns }) {
  const lines = [];
  if (chip.assumed.key) {
    const checked = buttonOf(words("studio.choice.checked"), () => act({ do: "confirm", key: chip.assumed.key }), { id: "choice-checked" });
    lines.push(element("p", { class: "note", dir: "auto" }, words("studio.choice.why", chip.assumed), " ", checked));
  }
  if (chip.name === "direction") lines.push(chooser(chip, [["1", words("studio.direction.up")], ["-1", words("studio.direction.down")]], returns));
  if (alternatives.length) lines.push(chooser(chip, alternatives, returns));
  if (returns && !alternatives.length && chip.name !== "direction") {
    lines.push(element("p", {}, buttonOf(words("studio.choice.asForAll"), () => act({ do: "choose", path: chip.path }), { id: "choice-back" })));
  }
  if (problem) lines.push(element("p", { class: "problem", dir: "auto" }, problem));
  if (reference) lines.push(element("p", { class: "note", dir: "auto" }, reference));
  return [...lines, ...fields.map((field) => fieldOf(chip, field))];
}

/** What there is instead: methods with what they do, those of other distributions by themselves. */
function chooser(chip, alternatives, returns) {
  const select = element("select", { id: "choice-value", "aria-label": words(`studio.choice.${chip.name}`) });
  const groups = new Map();
  for (const each of alternatives) {
    const [value, text, from] = Array.isArray(each) ? [...each, ""] : [each.value, each.title ? words("studio.choice.method", { name: each.value, title: each.title }) : each.value, each.from];
    const made = element("option", { value }, text);
    made.selected = value === String(chip.value);
    if (!groups.has(from)) groups.set(from, from ? element("optgroup", { label: from }) : select);
    groups.get(from).append(made);
  }
  for (const [from, group] of groups) if (from) select.append(group);
  const isMember = chip.path.length > 1;
  if (isMember && (returns || !chip.own)) {
    const back = element("option", { value: "" }, words(chip.name === "direction" ? "studio.direction.own" : "studio.choice.asForAll"));
    back.selected = !chip.own;
    select.prepend(back);
  }
  if (select.selectedIndex < 0 || (select.value !== String(chip.value) && select.value !== "")) {
    const now = element("option", { value: String(chip.value) }, chipValue(chip));
    select.prepend(now);
    now.selected = true;
  }
  select.addEventListener("change", () => {
    const value = chip.name === "direction" && select.value ? Number(select.value) : select.value || null;
    act({ do: "choose", path: chip.path, value });
  });
  return element("p", { class: "row" }, select);
}

/** A setting of what is chosen. */
function fieldOf(chip, field) {
  const id = `option-${field.key || chip.name}`;
  const send = (value) => act(field.key ? { do: "option", path: chip.path, option: field.key, value } : { do: "choose", path: chip.path, value });
  const control = FIELDS[field.form](field, id, send);
  const label = element("label", { for: id }, field.key ? settingName(chip.name, field.key) : words(`studio.choice.${chip.name}`));
  return element("div", { class: "option" }, label, control, element("span", { class: "note", dir: "auto" }, ...withCode(field.help)));
}

/** A text with what is between backticks as code. */
function withCode(text) {
  return text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

const FIELDS = {
  number: (field, id, send) => typedField(field, id, (text) => send(text === "" ? null : Number(text)), "number"),
  text: (field, id, send) => typedField(field, id, (text) => send(text === "" ? null : text)),
  value: (field, id, send) => typedField(field, id, (text) => send(typedValue(text))),
  values: (field, id, send) => typedField(field, id, (text) => send(typedList(text, typedValue))),
  numbers: (field, id, send) => typedField(field, id, (text) => send(typedList(text, Number))),
  texts: (field, id, send) => typedField(field, id, (text) => send(typedList(text, String))),
  choice: (field, id, send) => {
    const pairs = field.options.map((value) => [JSON.stringify(value), valueText(value)]);
    const now = JSON.stringify(field.value ?? field.default);
    const unset = field.value === null && field.default === null ? [["null", words("studio.choice.default")]] : [];
    const other = field.value !== null && !pairs.some(([value]) => value === now) ? [[now, now]] : [];
    return selectOf({ id }, [...unset, ...other, ...pairs], now, (value) => send(JSON.parse(value)));
  },
  step: (field, id, send) => {
    const steps = (field.value ?? []).map((step) => (typeof step === "string" ? step : step.method ?? step.step));
    const now = steps.join(" + ");
    const pairs = [["", words("studio.choice.default")], ...field.options.map((name) => [name, name])];
    return selectOf({ id }, pairs.some(([name]) => name === now) ? pairs : [...pairs, [now, now]], now, (name) => send(name ? [name] : null));
  },
  names: (field, id, send) => {
    const chosen = Array.isArray(field.value) ? field.value : [];
    const isPlain = field.value === null || chosen.every((name) => typeof name === "string");
    if (!isPlain || (field.value !== null && !Array.isArray(field.value))) return element("code", { id }, JSON.stringify(field.value));
    const select = selectOf({ id, multiple: "", size: 4 }, field.options.map((name) => [name, name]), "", () => {
      const names = [...select.selectedOptions].map(({ value }) => value);
      send(names.length ? names : null);
    });
    for (const option of select.options) option.selected = chosen.includes(option.value);
    return select;
  },
};

function typedField({ value, default: usual, options: knownWords, required }, id, send, type = "text") {
  const text = Array.isArray(value) ? value.join(", ") : typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? "");
  const input = element("input", { type, id, value: text, step: type === "number" ? "any" : null, placeholder: usual ?? knownWords?.join(", ") ?? "" });
  if (typeof value === "object" && value !== null && !Array.isArray(value)) input.disabled = true;
  if (required) input.required = true;
  input.addEventListener("change", () => send(input.value.trim()));
  return input;
}

function typedValue(text) {
  if (text === "") return null;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

function typedList(text, make) {
  const parts = text.split(/[,;\s]+/).filter(Boolean).map(make);
  return parts.length ? parts : null;
}
