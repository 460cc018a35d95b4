// What is known of a unit: its score, every value with its steps and origin, and what it would take to reach a rank.

const UNIT_STAGES = ["measured", "imputed", "treated", "normalised"];
const MOST_NAMES = 1000;
/** The unit that is open: `{ code, against, rank, typed }`, the rank that is asked for and typed; its answers so far. */
let opened = null;
let openedAnswer = null;
let openedReach = null;
/** The rows behind its values that were asked for, by indicator: they stay when the ranges are there. */
let openedRows = { code: null, step: null, found: {} };
let opening = 0;

onState((now, isRanges) => {
  if (opened && tab === "unit" && !(isRanges && now.result?.growing)) showUnit();
}, { ranges: true });

whenOpened.unit = showUnit;

/** Open what is known of a unit; with a rank, what it would take to reach it. */
function openUnit(code, rank = null) {
  opened = { code, against: "", rank };
  openedAnswer = openedReach = null;
  byId("tab-unit").hidden = false;
  openTab("unit");
  byId("unit").focus({ preventScroll: true });
}

async function showUnit() {
  const { code, against, rank } = opened;
  const turn = (opening += 1);
  const tell = (problems) => turn === opening && refilled(byId("unit"), problemList(problems));
  const found = await orProblems(asked("view/unit", {}, { unit: code, against }), tell);
  if (!found || turn !== opening) return;
  openedAnswer = found;
  if (openedReach && openedReach.step !== found.step) openedReach = null;
  if (openedRows.code !== code || openedRows.step !== found.step) openedRows = { code, step: found.step, found: {} };
  fillUnit();
  if (rank && !openedReach) await reach(rank);
}

function fillUnit() {
  const found = openedAnswer;
  const parts = found.rank === null ? [element("p", {}, words("studio.unit.unranked", { why: found.why }))] : [unitFacts(found), unitAgainst(found), unitDimensions(found)];
  refilled(
    byId("unit"),
    unitMoves(found),
    ...(staleText() ? [element("p", { class: "problem" }, staleText())] : []),
    element("h2", { dir: "auto" }, found.name),
    ...parts,
    ...(found.rank === null ? [] : unitReach(found)),
    unitFigures(found),
  );
}

/** Back to the ranking, and to the units just before and behind. */
function unitMoves({ code }) {
  const at = state.result.codes.indexOf(code);
  const beside = (step, name) => {
    const other = at < 0 ? undefined : state.result.codes[at + step];
    return buttonOf(words(`studio.unit.${name}`), () => openUnit(other), { id: `unit-${name}`, disabled: other === undefined ? "" : null });
  };
  const back = buttonOf(words("studio.unit.back"), () => openTab("ranking"), { id: "unit-back" });
  return element("p", { class: "row" }, back, beside(-1, "before"), beside(1, "behind"));
}

function unitFacts({ rank, count, range, score, tier, moved, since, summary, notes }) {
  const said = [words("studio.unit.rank", { rank: shownRank(rank), among: grouped(count) })];
  if (range) said.push(words("studio.unit.range", { range }));
  said.push(words("studio.unit.score", { score }));
  if (tier) said.push(tier);
  if (moved) said.push(words("studio.choice.said", { what: since, value: moved }));
  return element(
    "div",
    {},
    element("p", { class: "sentence" }, said.join(" · ")),
    element("p", { class: "note", dir: "auto" }, [summary, ...notes].join(" · ")),
  );
}

/** Whom the unit is compared with: the mean of all, the nearest in profile, or any other. */
function unitAgainst({ code, peers }) {
  const near = peers.map((each) => [each.code, words("studio.unit.peer", { name: each.name, rank: shownRank(each.rank) })]);
  const { codes, names } = state.result;
  const others = codes.slice(0, MOST_NAMES).map((each, at) => [each, names[at]]);
  const far = others.filter(([each]) => each !== code && !peers.some((peer) => peer.code === each));
  const compare = (other) => {
    opened.against = other;
    showUnit();
  };
  return labelled(words("studio.unit.against"), selectOf({ id: "unit-against" }, [["", words("studio.unit.mean")], ...near, ...far], opened.against, compare));
}

function unitDimensions({ dimensions, against_name: other }) {
  const heads = [words("studio.unit.dimension"), words("studio.score"), words("studio.rank"), words("studio.unit.contribution"), ...(other ? [other] : [])];
  const lines = dimensions.map((each) => [
    each.title,
    each.shown || "–",
    shownRank(each.rank ?? NaN),
    each.contribution === null ? "–" : signed(each.contribution, 3),
    ...(other ? [each.other || "–"] : []),
  ]);
  return tableOf(words("studio.unit.dimensions"), heads, lines);
}

/** Every value from its measurement to its part of the score, each with a line on where it comes from. */
function unitFigures({ code, figures, against_name: other }) {
  const heads = [words("studio.unit.indicator"), ...UNIT_STAGES.map((stage) => words(`studio.unit.${stage}`)), words("studio.unit.weight"), words("studio.unit.weighted"), words("studio.rank"), words("studio.unit.contribution")];
  if (other) heads.push(other);
  const lines = figures.flatMap((each) => {
    const name = element("th", { scope: "row", dir: "auto" }, each.title, " ", element("span", { class: "note" }, each.measure), " ", spreadButton(each.key, each.title, code));
    const weighted = each.normalised === null || !(each.weight >= 0) ? NaN : each.normalised * each.weight;
    const cells = [
      ...UNIT_STAGES.map((stage) => shownValue(each[stage] ?? NaN)),
      each.normalised === null || !(each.weight >= 0) ? "–" : shownShare(each.weight),
      shownValue(weighted),
      shownRank(each.rank ?? NaN),
      typeof each.contribution === "number" ? signed(each.contribution, 3) : "–",
    ];
    if (other) cells.push(shownValue(each.other.measured ?? NaN));
    return [[name, ...cells], [element("td", { colspan: heads.length, class: "source" }, ...figureSource(each, code))]];
  });
  return tableOf(words("studio.unit.figures"), heads, lines);
}

/** Where a value comes from, how old it is and what was done to it; its rows are fetched when they are asked for. */
function figureSource({ key, title, origins, vintage, age_text: age, method, treated_by: treated, imputed_by: imputed }, code) {
  const texts = origins.flatMap((each) => {
    const [first, ...others] = [each.producer, each.title, each.licence, each.accessed].filter(Boolean);
    return ["; ", webLink(first ?? "", each.url), others.length ? ` (${joined(others)})` : ""];
  });
  const more = [
    vintage && vintage !== "undated" && words("studio.unit.vintage", { vintage }),
    age,
    method,
    imputed && imputed !== "none" && words("studio.unit.imputedBy", { method: imputed }),
    treated && words("studio.unit.treatedBy", { steps: treated }),
  ];
  texts.push(...more.filter(Boolean).flatMap((text) => ["; ", text]));
  const rows = openedRows;
  const look = async () => {
    const found = await orProblems(asked("view/rows", {}, { unit: code, indicator: key }));
    if (!found || rows !== openedRows) return;
    rows.found[key] = found;
    fillUnit();
  };
  if (rows.found[key]) return [...texts.slice(1), texts.length ? " " : "", ...sourceRows(rows.found[key])];
  const ask = buttonOf(words("studio.unit.rows"), look, { class: "link small", "aria-label": words("studio.unit.rowsOf", { title }) });
  return [...texts.slice(1), texts.length ? " " : "", ask];
}

/** A text as a link where its address is one of the web. */
function webLink(text, address) {
  return /^https?:\/\//.test(address) ? element("a", { href: address, rel: "noreferrer", target: "_blank" }, text) : text;
}

function sourceRows({ inputs, original }) {
  const given = original.map(({ file, sheet, row, cells }) =>
    element("p", { dir: "auto" }, element("strong", {}, words("studio.unit.given", { file, sheet, row: String(row) })), " ", cells.filter(Boolean).join(" | ")),
  );
  const read = inputs.map(({ name, heads, rows, count }) =>
    tableOf(words("studio.unit.input", { name, count }), heads, rows),
  );
  return [...given, ...read];
}

/** The wish for a rank, and what it would take. */
function unitReach({ count }) {
  const field = element("input", { type: "number", min: 1, max: count, step: 1, id: "unit-rank", value: opened.typed ?? opened.rank ?? "" });
  field.addEventListener("input", () => {
    opened.typed = field.value;
  });
  const go = element("button", { class: "plain" }, words("studio.whatif.ask"));
  const form = element("form", { class: "row" }, element("label", { for: "unit-rank" }, words("studio.whatif.rank")), field, go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    openedReach = null;
    if (field.value) reach(Number(field.value));
  });
  return [
    element("h3", {}, words("studio.whatif.title")),
    element("p", { class: "note" }, words("studio.whatif.note")),
    form,
    element("div", { id: "unit-reach", role: "status" }, ...(openedReach ? reachTexts(openedReach) : [])),
  ];
}

async function reach(rank) {
  const turn = opening;
  opened.rank = rank;
  opened.typed = String(rank);
  byId("unit-rank").value = rank;
  const bar = element("progress", { id: "unit-trying", "aria-label": words("studio.whatif.trying") });
  byId("unit-reach").replaceChildren(element("p", { class: "note" }, words("studio.whatif.trying"), " ", bar));
  const found = await orProblems(asked("view/whatif", {}, { unit: opened.code, rank }), (problems) => byId("unit-reach").replaceChildren(problemList(problems)));
  if (!found || turn !== opening || found.superseded) return;
  openedReach = found;
  byId("unit-reach").replaceChildren(...reachTexts(found));
}

/** How many indicators were tried of how many; the bar only moves while all are tried together. */
function showTrying(done, all) {
  const bar = byId("unit-trying");
  if (!bar) return;
  if (all) bar.value = done / all;
  else bar.removeAttribute("value");
}

function reachTexts({ summary, rank, target_rank: target, notes, alone, together }) {
  if (rank <= target) return [element("p", {}, notes.join(" "))];
  const list = alone.map((each) => element("li", { dir: "auto" }, words(each.reached ? "studio.whatif.alone" : "studio.whatif.short", { change: changeText(each.changes[0]), rank: shownRank(each.rank) })));
  const joint = together ? together.changes.filter(({ change, now }) => Math.abs(change) > 1e-9 * Math.abs(now || 1)) : [];
  const both = together && element("p", { dir: "auto" }, words(together.reached ? "studio.whatif.together" : "studio.whatif.never", { changes: joined(joint.map(changeText)), rank: shownRank(together.rank) }));
  return [element("p", { class: "sentence" }, summary), element("p", { class: "note" }, words("studio.whatif.held")), element("ul", {}, ...list), ...(both ? [both] : [])];
}

function changeText({ title, now, then, relative, change }) {
  const share = `${change < 0 ? "−" : "+"}${shownShare(relative)}`;
  return words("studio.whatif.change", { title, now: shownValue(now), then: shownValue(then), share });
}

/** Drag a unit in the ranking to the rank of another. */
function buildDragging() {
  const place = byId("ranking");
  const rowOf = (event) => event.target.closest?.("tr[data-code]");
  let dragged = null;
  place.addEventListener("pointerdown", (event) => {
    const row = rowOf(event);
    if (row) row.draggable = true;
  });
  place.addEventListener("dragstart", (event) => {
    dragged = rowOf(event)?.dataset.code ?? null;
    if (dragged) event.dataTransfer.setData("text/plain", dragged);
  });
  place.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    for (const each of place.querySelectorAll(".aimed")) if (each !== row) each.classList.remove("aimed");
    if (!dragged || !row) return;
    event.preventDefault();
    row.classList.add("aimed");
  });
  place.addEventListener("drop", (event) => {
    const row = rowOf(event);
    if (!dragged || !row || row.dataset.code === dragged) return;
    event.preventDefault();
    openUnit(dragged, state.result.ranks[state.result.codes.indexOf(row.dataset.code)]);
  });
  place.addEventListener("dragend", () => {
    dragged = null;
    for (const each of place.querySelectorAll(".aimed")) each.classList.remove("aimed");
  });
}
