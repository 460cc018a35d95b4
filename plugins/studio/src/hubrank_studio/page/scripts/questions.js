// Questions about the table, one at a time; each can be skipped, and gone back to.

let asking = 0;

onState(({ questions }, why) => {
  if (why === "ranges") return;
  byId("questions-panel").hidden = questions.length === 0;
  asking = Math.max(0, Math.min(asking, questions.length - 1));
  if (questions.length) buildQuestion(questions);
});

function buildQuestion(questions) {
  const question = questions[asking];
  const chosen = question.answer ?? question.default;
  const choose = (answer) => act({ do: "answer", answers: { [question.key]: answer } });
  const buttons = question.options.map(({ value, text }) => {
    const made = element("button", { type: "button", class: "plain", "aria-pressed": String(value === chosen) }, text);
    made.addEventListener("click", () => choose(value));
    return made;
  });
  if (!question.options.length) {
    const field = element("input", { type: "text", value: chosen, "aria-label": question.text });
    field.addEventListener("change", () => choose(field.value));
    buttons.push(field);
  }
  const move = (by, key) => {
    const made = element("button", { type: "button", class: "plain", id: `question-${key}` }, words(`studio.question.${key}`));
    made.disabled = asking + by < 0 || asking + by >= questions.length;
    made.addEventListener("click", () => {
      asking += by;
      buildQuestion(questions);
      byId(`question-${key}`)?.focus();
    });
    return made;
  };
  byId("questions").replaceChildren(
    element("p", { class: "note" }, words("studio.question.place", { number: String(asking + 1), count: questions.length })),
    element("p", { dir: "auto" }, question.text),
    element("p", { class: "note", dir: "auto" }, question.why),
    element("p", { class: "row" }, ...buttons),
    element("p", { class: "row" }, move(-1, "back"), move(1, "next")),
  );
}
