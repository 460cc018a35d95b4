// What a choice did: which ranks changed beyond their ranges, between any two steps, or steps side by side.

const MOST_BESIDE = 8;
/** The steps that are compared, the one before first; null for the current step and the one that it was made from. */
let compared = null;
let comparing = 0;
/** What is shown, which stays as it is, with the answers in it, until there is something else to show. */
let effectShown = "";

onState((now, isRanges) => {
  byId("tab-effect").hidden = now.history.length < 2;
  if (tab === "effect" && !(isRanges && now.result?.growing)) showEffect();
}, { ranges: true });

whenOpened.effect = showEffect;

/** Compare steps with the first of them. */
function openEffect(steps) {
  compared = steps;
  openPanels(false);
  openTab("effect");
  byId("effect").focus({ preventScroll: true });
}

/** A link that shows what a step did; none for the first. */
function effectLink({ number, before }) {
  if (!before) return null;
  return buttonOf(words("studio.effect.link"), () => openEffect([before, number]), { class: "link small" });
}

function stepName(number) {
  const step = state.history.find((each) => each.number === number);
  return step ? `${number} ${step.name || stepText(step)}` : String(number);
}

async function showEffect() {
  const here = state.history.find(({ number }) => number === state.step);
  const steps = compared ?? (here?.before ? [here.before, here.number] : null);
  const turn = (comparing += 1);
  if (!steps) {
    effectShown = "";
    refilled(byId("effect"), element("p", { class: "note" }, words("studio.effect.first")));
    return;
  }
  const look = async (more) => {
    const problems = [];
    const found = await orProblems(asked("view/effect", {}, { steps: steps.join(), ...more }), (all) => problems.push(...all));
    if (turn === comparing) fillEffect(steps, found ?? { problems });
    return found;
  };
  const found = await look({});
  if (turn === comparing && found?.drawn === false) await look({ draw: 1 });
}

function fillEffect(steps, found) {
  const now = JSON.stringify([steps, found, state.history]);
  if (now === effectShown) return;
  effectShown = now;
  const says = found.problems
    ? [problemList(found.problems)]
    : [...found.columns.map((column) => effectSentence(found, column)), effectTable(found)];
  refilled(byId("effect"), element("h2", {}, words("studio.effect.title")), ...effectChoice(steps), ...says);
}

/** The choice of the steps: one before, the others after; named ones can be taken all at once. */
function effectChoice(steps) {
  const known = [...state.history].reverse().map(({ number }) => [String(number), stepName(number)]);
  const choice = (at) => {
    const select = selectOf({ id: `effect-${at}` }, known, String(steps[at]), (step) => openChanged(steps.with(at, Number(step))));
    const name = words("studio.effect.away", { name: stepName(steps[at]) });
    const away = buttonOf("×", () => openChanged(steps.toSpliced(at, 1)), { class: "plain small", "aria-label": name });
    return labelled(words(at ? "studio.effect.after" : "studio.effect.before"), select, ...(at === 0 || steps.length < 3 ? [] : [away]));
  };
  const button = (key, does) => buttonOf(words(`studio.effect.${key}`), does, { id: `effect-${key}` });
  const named = state.history.filter(({ name }) => name).map(({ number }) => number);
  const buttons = [];
  if (steps.length <= MOST_BESIDE) buttons.push(button("add", () => openChanged([...steps, state.step])));
  if (named.length > 1) buttons.push(button("named", () => openChanged(named.slice(-MOST_BESIDE - 1))));
  if (compared) buttons.push(button("current", () => openChanged(null)));
  return [...steps.map((_, at) => choice(at)), element("p", { class: "row" }, ...buttons)];
}

function openChanged(steps) {
  compared = steps;
  noteOpen();
  showEffect();
}

/** "3 of 40 ranks changed, 1 beyond its range: Bonn 4 to 1." */
function effectSentence({ columns, drawn, uncertain }, column) {
  const about = columns.length > 1 ? `${stepName(column.step)}: ` : "";
  if (column.why) return element("p", { class: "problem" }, about + words("studio.effect.unranked", { why: column.why }));
  const units = grouped(column.units);
  const names = joined(column.largest.map(({ name, before, after }) => words("studio.effect.move", { name, before: shownRank(before), after: shownRank(after) })));
  const doubt = () => {
    if (column.beyond !== null) return { key: "studio.effect.beyond", values: { count: column.beyond } };
    return { key: uncertain && !drawn ? "studio.effect.drawing" : "studio.effect.unknown" };
  };
  const said = [column.changed ? words("studio.effect.changed", { count: column.changed, units, doubt: doubt(), names }) : words("studio.effect.none", { units })];
  if (column.left) said.push(words("studio.effect.left", { count: column.left }));
  if (column.entered) said.push(words("studio.effect.entered", { count: column.entered }));
  if (column.changed && column.spearman !== null) said.push(words("studio.effect.spearman", { number: column.spearman.toFixed(3) }));
  return element("p", { class: "sentence", role: "status", dir: "auto" }, about + said.join(" "));
}

function effectTable({ base, columns, rows, count }) {
  const shown = columns.filter(({ why }) => !why);
  if (!rows.length) return "";
  const heads = [words("studio.unit"), stepName(base), words("studio.range"), ...shown.map(({ step }) => stepName(step))];
  const lines = rows.map(({ code, name, rank, range, cells }) => {
    const open = buttonOf(name, () => openUnit(code), { class: "unit", dir: "auto" });
    const moves = cells.map((cell, at) => {
      const made = element("td", { class: "number", "data-beyond": cell.beyond ? "" : null }, `${shownRank(cell.rank ?? NaN)} ${cell.moved} `);
      if (cell.rank !== null && cell.rank !== rank) made.append(whyButton([base, shown[at].step], code, name));
      return made;
    });
    return [open, shownRank(rank ?? NaN), range, ...moves];
  });
  const caption = rows.length < count ? words("studio.effect.some", { shown: grouped(rows.length), found: grouped(count) }) : words("studio.effect.all");
  return tableOf(caption, heads, lines, words("studio.effect.title"));
}

/** A button that says by which steps a unit's rank changed; the answer takes its place. */
function whyButton(steps, unit, name) {
  const tell = async ({ target }) => {
    const found = await orProblems(asked("view/why", {}, { steps: steps.join(), unit }));
    if (!found) return;
    const parts = found.steps.filter(({ places }) => places);
    const texts = parts.map(({ names, places }) => words("studio.effect.part", { step: joined(names), places: signed(places) }));
    target.replaceWith(element("span", { class: "note", tabindex: -1 }, joined(texts) || words("studio.effect.others")));
  };
  return buttonOf(words("studio.effect.why"), tell, { class: "link small", "aria-label": words("studio.effect.why.of", { name }) });
}

/** A number with its sign. */
function signed(number, digits = 0) {
  const text = marked(Math.abs(number).toFixed(Number.isInteger(number) ? 0 : Math.max(digits, 1)));
  return `${number < 0 ? "−" : "+"}${text}`;
}
