// Questions about the table, one at a time; each can be skipped, gone back to and answered again.

let askedKey = null;
let questionsShown = "";

onState(({ questions }) => {
  byId("questions-panel").hidden = questions.length === 0;
  const open = questions.filter(({ answer }) => answer === null);
  byId("questions-count").textContent = open.length ? words("studio.question.open", { count: open.length }) : words("studio.question.done");
  if (!questions.some(({ key }) => key === askedKey)) askedKey = (open[0] ?? questions[0])?.key ?? null;
  if (questions.length) showQuestion(questions);
  else questionsShown = "";
});

/** Show the question that is asked now, unless it is shown already. */
function showQuestion(questions) {
  const now = JSON.stringify([askedKey, questions]);
  if (now === questionsShown) return;
  questionsShown = now;
  const listed = byId("questions-all")?.open ?? false;
  refilled(byId("questions"), ...questionOf(questions), ...questionWays(questions), questionList(questions, listed));
  if (document.activeElement === byId("questions")) byId("question-text").focus();
}

function ask(key, questions) {
  askedKey = key;
  showQuestion(questions);
}

/** A question with its figures and its answers. */
function questionOf(questions) {
  const at = questions.findIndex(({ key }) => key === askedKey);
  const question = questions[at];
  const figures = question.figures.map((text) => element("li", { dir: "auto" }, text));
  return [
    element("p", { class: "note" }, words("studio.question.place", { number: String(at + 1), count: questions.length })),
    element("p", { id: "question-text", tabindex: -1, dir: "auto" }, question.text),
    element("ul", { class: "figures note" }, ...figures),
    element("p", { class: "note", dir: "auto" }, question.answer === null ? words("studio.question.assumed", { why: question.why }) : words("studio.question.answered")),
    element("div", { class: "row", role: "group", "aria-labelledby": "question-text" }, ...answersOf(question, questions)),
  ];
}

/** The answers to a question as buttons; a field where any text is one. */
function answersOf(question, questions) {
  const { key, answer, options: known } = question;
  const chosen = answer ?? question.default;
  const isScale = key.startsWith("scale.");
  const made = known
    .filter(({ value }) => !isScale || !value.includes("<"))
    .map(({ value, text }, at) => {
      const about = { id: `answer-${at}`, dir: "auto", "aria-pressed": String(value === chosen) };
      return buttonOf(text, () => giveAnswer(question, value, questions), about);
    });
  if (isScale || !known.length) {
    const order = known.find(({ value }) => value.includes("<"))?.value ?? "";
    const text = known.length ? words("studio.question.order") : question.text;
    const field = element("input", { type: "text", id: "answer-text", value: known.length && !chosen.includes("<") ? order : chosen, dir: "auto", "aria-label": text });
    field.addEventListener("change", () => giveAnswer(question, field.value, questions));
    made.push(...(known.length ? [element("label", { for: "answer-text", class: "note" }, text)] : []), field);
  }
  return made;
}

/** Answer a question, and go on to the next one that is open. */
async function giveAnswer({ key }, value, questions) {
  const at = questions.findIndex((each) => each.key === key);
  const after = [...questions.slice(at + 1), ...questions.slice(0, at)].find(({ answer }) => answer === null);
  if (!(await act({ do: "answer", answers: { [key]: value } })) || askedKey !== key) return;
  if (after && state.questions.some((each) => each.key === after.key)) ask(after.key, state.questions);
  byId("question-text")?.focus();
}

/** Ways to other questions, and to the defaults. */
function questionWays(questions) {
  const at = questions.findIndex(({ key }) => key === askedKey);
  const question = questions[at];
  const move = (by, key) => {
    const made = buttonOf(words(`studio.question.${key}`), () => ask(questions[at + by].key, questions), { id: `question-${key}` });
    made.disabled = at + by < 0 || at + by >= questions.length;
    return made;
  };
  const way = (id, there, does) => (there ? [buttonOf(words(`studio.question.${id}`), does, { class: "link", id: `question-${id}` })] : []);
  const open = questions.filter(({ answer }) => answer === null);
  const defaults = Object.fromEntries(open.map((each) => [each.key, each.default]));
  return [
    element("p", { class: "row" }, move(-1, "back"), move(1, question.answer === null ? "skip" : "next")),
    element(
      "p",
      { class: "row" },
      ...way("table", question.column !== "", () => showOnTable(question.column)),
      ...way("free", question.answer !== null, () => act({ do: "answer", answers: { [question.key]: null } })),
      ...way("defaults", open.length > 0, () => act({ do: "answer", answers: defaults })),
    ),
  ];
}

/** All questions, each with its answer or a mark that it is open. */
function questionList(questions, open) {
  const rows = questions.map((question, at) => {
    const chosen = question.answer ?? question.default;
    const text = question.options.find(({ value }) => value === chosen)?.text ?? chosen;
    const said = words(question.answer === null ? "studio.question.isOpen" : "studio.question.isAnswered", { answer: text });
    const about = { class: "link", id: `question-go-${at}`, dir: "auto", "aria-current": question.key === askedKey ? "true" : null };
    const go = buttonOf(question.text, () => ask(question.key, questions), about);
    return element("li", { class: question.answer === null ? "open" : "answered" }, go, " ", element("span", { class: "note", dir: "auto" }, said));
  });
  const made = element("details", { id: "questions-all" }, element("summary", {}, words("studio.question.all")), element("ol", { class: "all-questions" }, ...rows));
  made.open = open;
  return made;
}
