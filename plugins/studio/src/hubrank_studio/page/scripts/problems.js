// Problems: findings of the check and the audit, each with what mends it at a click, or set aside with a reason.

/** Of more units an audit takes long, so it is only made when it is asked for; findings of a rule shown at once. */
const [MOST_AUDITED, MOST_OF_RULE] = [2000, 4];
/** The findings so far with their step, the finding that is being set aside, and the remedy that was taken last. */
let findings = null;
let asideKey = "";
let asideReason = "";
let mended = null;
let auditing = 0;

onState((now, isRanges) => {
  byId("problems-panel").hidden = !now.result;
  if (!now.result) return;
  clearTimeout(auditing);
  if (!isRanges) fillProblems();
  if (now.result.growing || findings?.step === now.ranked && isRanges) return;
  if (now.result.units <= MOST_AUDITED) auditing = setTimeout(findProblems, 800);
}, { ranges: true });

async function findProblems() {
  const wrong = (problems) => {
    findings = { step: state.ranked, findings: [], problems };
  };
  const found = await orProblems(asked("view/problems"), wrong);
  if (found && (found.superseded || found.step !== state.ranked)) return;
  findings = found ?? findings;
  fillProblems();
}

function fillProblems() {
  const all = findings?.findings ?? [];
  const fresh = findings?.step === state.ranked;
  const [open, aside] = [all.filter((each) => each.aside === null), all.filter((each) => each.aside !== null)];
  byId("problems-panel").querySelector("h2").textContent = findings ? words("studio.problems.count", { count: open.length + state.problems.length }) : words("studio.problems");
  const rules = new Map();
  for (const each of open) rules.set(each.rule, [...(rules.get(each.rule) ?? []), each]);
  refilled(
    byId("problems"),
    ...mendedLine(),
    ...state.problems.map(checkLine),
    ...(fresh ? [] : [progressLine()]),
    ...(findings?.problems ?? []).map(problemLine),
    ...(fresh && !open.length && !state.problems.length ? [element("p", {}, words("studio.problems.none"))] : []),
    ...[...rules.values()].map(ruleOf),
    ...(aside.length ? [element("details", { id: "problems-aside" }, element("summary", {}, words("studio.problems.aside", { count: aside.length })), element("ul", { class: "findings" }, ...aside.map(asideLine)))] : []),
  );
}

/** That findings are being looked for; of many units a button that does it. */
function progressLine() {
  if (state.result.units <= MOST_AUDITED) return element("p", { class: "note" }, words("studio.problems.looking"));
  return problemButton("problems-look", words("studio.problems.look"), ({ target }) => {
    target.textContent = words("studio.problems.looking");
    target.disabled = true;
    findProblems();
  });
}

function problemButton(id, text, does, kind = "plain small") {
  return buttonOf(text, does, { class: kind, id, dir: "auto" });
}

/** What the last remedy did, as long as it is the last step. */
function mendedLine() {
  const step = mended && state.history.find(({ number }) => number === state.step);
  if (!step || step.before !== mended.before || stepText(step) !== mended.text) return [];
  const undo = problemButton("mended-undo", words("studio.undo"), () => act({ do: "undo" }));
  return [element("p", { class: "mended", role: "status", dir: "auto" }, words("studio.problems.done", { what: mended.text }), " ", effectLink(step), " ", undo)];
}

/** An error of the scenario, which going back mends. */
function checkLine(problem) {
  const undo = problemButton("problems-undo", words("studio.undo"), () => act({ do: "undo" }));
  return element("p", { class: "problem", dir: "auto" }, problemText(problem), ...remedyButtons(problem), " ", undo);
}

function ruleOf(found) {
  const list = (some) => element("ul", { class: "findings" }, ...some.map(findingLine));
  const head = element("h3", { title: found[0].source }, found[0].rule);
  const rest = found.slice(MOST_OF_RULE);
  const more = rest.length ? [element("details", {}, element("summary", {}, words("studio.problems.more", { count: rest.length })), list(rest))] : [];
  return element("div", { class: "rule" }, head, element("p", { class: "note" }, found[0].says), list(found.slice(0, MOST_OF_RULE)), ...more);
}

function findingLine(finding) {
  const { key, text, indicator, remedies } = finding;
  const buttons = remedies.map((remedy, at) => problemButton(`${key} ${at}`, remedyText(remedy), () => mend(remedy)));
  buttons.push(problemButton(`${key} aside`, words("studio.problems.setAside"), () => {
    [asideKey, asideReason] = [asideKey === key ? "" : key, ""];
    fillProblems();
    byId("aside-reason")?.focus();
  }, "link small"));
  const part = indicator && partOf(indicator);
  if (part?.kind === "indicator") buttons.unshift(spreadButton(indicator, part.title));
  return element("li", { dir: "auto" }, text, element("p", { class: "row" }, ...buttons), ...(asideKey === key ? [asideForm(finding)] : []));
}

function remedyValues({ values }) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? joined(value) : name === "share" ? shownShare(value) : value]));
}

function remedyText(remedy) {
  return words(`studio.remedy.${remedy.key}`, remedyValues(remedy));
}

/** Buttons of what mends a problem of the scenario. */
function remedyButtons({ remedies = [] }) {
  return remedies.flatMap((remedy) => [" ", problemButton(null, remedyText(remedy), () => mend(remedy))]);
}

async function mend(remedy) {
  const [before, text] = [state.step, remedyText(remedy)];
  mended = { before, text };
  await edit(remedy.edits, { key: `remedy.${remedy.key}`, values: remedyValues(remedy) });
}

/** Set a finding aside: of data checks the scenario says why, of others the history. */
function asideForm(finding) {
  const field = element("input", { id: "aside-reason", type: "text", value: asideReason, maxlength: 300, required: "", "aria-label": words("studio.problems.reason"), placeholder: words("studio.problems.reason") });
  field.addEventListener("input", () => {
    asideReason = field.value;
  });
  const form = element("form", { class: "row" }, field, element("button", { class: "plain small" }, words("studio.problems.setAside")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = field.value.trim();
    if (reason && (await putAside(finding, reason))) {
      asideKey = asideReason = "";
      finding.aside = reason;
      fillProblems();
    }
  });
  return form;
}

function putAside({ key, text, acknowledged }, reason) {
  if (!acknowledged) return act({ do: "aside", finding: key, text, reason });
  const values = { text, reason: reason ?? "" };
  return edit([{ path: ["acknowledged", key], value: reason }], { key: reason === null ? "step.again" : "step.aside", values });
}

function asideLine(finding) {
  const again = problemButton(`${finding.key} again`, words("studio.problems.again"), async () => {
    if (await putAside(finding, null)) {
      finding.aside = null;
      fillProblems();
    }
  });
  return element("li", { dir: "auto" }, finding.text, element("p", { class: "row" }, element("strong", {}, words("studio.problems.because", { reason: finding.aside })), again));
}
