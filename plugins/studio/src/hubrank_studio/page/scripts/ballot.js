// A person's weights: points that are shared out among the parts of a dimension, or answers about each two of them.

/** How many times as important one of two is called, in words; the other way round they are below 1. */
const TIMES = [9, 7, 5, 3, 1, 1 / 3, 1 / 5, 1 / 7, 1 / 9];
/** What the person said so far, by dimension: `{ points }` with a number for each part, `{ pairs }`, or nothing. */
const answers = new Map();
/** The secret of a person who comes back; the address alone has it, as others may answer on the same computer. */
let me = location.hash.slice(1);

async function load() {
  const ballot = await orProblems(asked("ballot", {}, { me }));
  for (const { key, said } of ballot?.dimensions ?? []) if (said) answers.set(key, structuredClone(said));
  if (ballot) buildBallot(ballot);
}

function buildBallot(ballot) {
  document.title = byId("title").textContent = ballot.title;
  if (!ballot.dimensions.length) {
    byId("form").replaceChildren(element("p", {}, words("studio.ballot.none")));
    return;
  }
  const name = element("input", { type: "text", id: "name", maxlength: 80, value: ballot.name, autocomplete: "name" });
  const save = element("button", { type: "submit", id: "answer", class: "plain" }, words("studio.ballot.save"));
  const done = element("div", { id: "done", tabindex: -1 });
  byId("form").replaceChildren(
    element("p", {}, words("studio.ballot.about")),
    element("p", { class: "note" }, words("studio.ballot.private")),
    ...ballot.dimensions.map((dimension) => questionOf(ballot, dimension)),
    labelled(words("studio.ballot.name"), name),
    element("p", { class: "row" }, save),
    done,
  );
  byId("form").onsubmit = (event) => {
    event.preventDefault();
    saveAnswer(name.value);
  };
  if (ballot.answered) done.replaceChildren(...othersOf(ballot));
}

/** One dimension: how it is answered, and its parts. */
function questionOf(ballot, dimension) {
  const { key, title, members } = dimension;
  const body = element("div", {});
  const ways = ["", "points", ...(members.length <= ballot.compared ? ["pairs"] : [])];
  const now = answers.has(key) ? Object.keys(answers.get(key))[0] : "points";
  const fill = (way) => body.replaceChildren(...({ points: pointsOf, pairs: pairsOf }[way]?.(ballot, dimension) ?? []));
  const way = selectOf({ id: `way-${key}` }, ways.map((each) => [each, words(`studio.ballot.way.${each || "none"}`)]), now, (chosen) => {
    answers.delete(key);
    fill(chosen);
  });
  fill(now);
  return element(
    "fieldset",
    { "data-key": key },
    element("legend", { dir: "auto" }, words("studio.ballot.question", { title })),
    labelled(words("studio.ballot.way"), way),
    body,
  );
}

/** Points for each part, by number or slider, and how many are left. */
function pointsOf(ballot, { key, members }) {
  const points = answers.get(key)?.points ?? {};
  const left = element("p", { class: "left", role: "status" });
  const fields = members.map((member) => {
    const id = `points-${key}-${member.key}`;
    const shared = { min: 0, max: ballot.points, value: points[member.key] ?? "" };
    const number = element("input", { type: "number", id, step: "any", inputmode: "decimal", ...shared });
    const slider = element("input", { type: "range", "aria-label": member.title, step: 1, ...shared, value: points[member.key] ?? 0 });
    number.addEventListener("input", () => {
      slider.value = number.value;
      count();
    });
    slider.addEventListener("input", () => {
      number.value = slider.value;
      count();
    });
    const line = element("div", { class: "part" }, element("label", { for: id, dir: "auto" }, member.title), number, slider);
    return { member, number, slider, line };
  });
  const even = buttonOf(words("studio.ballot.even"), () => {
    const each = Math.floor(ballot.points / members.length);
    fields.forEach(({ number, slider }, at) => {
      slider.value = number.value = at < ballot.points % members.length ? each + 1 : each;
    });
    count();
  });
  function count() {
    const given = fields.filter(({ number }) => number.value !== "");
    if (given.length) {
      answers.set(key, { points: Object.fromEntries(fields.map(({ member, number }) => [member.key, Number(number.value)])) });
    } else answers.delete(key);
    const rest = ballot.points - fields.reduce((sum, { number }) => sum + Number(number.value), 0);
    const said = rest < 0 ? "studio.ballot.over" : "studio.ballot.left";
    left.textContent = Math.abs(rest) < 0.01 ? words("studio.ballot.whole") : words(said, { number: shownPoints(Math.abs(rest)) });
    left.classList.toggle("problem", Math.abs(rest) >= 0.01 && given.length > 0);
  }
  count();
  return [...fields.map(({ line }) => line), element("p", { class: "row" }, left, even)];
}

function shownPoints(points) {
  return points.toLocaleString(language, { maximumFractionDigits: 1 });
}

/** Each two parts: which is more important, and by how much; then what weights that makes. */
function pairsOf(ballot, { key, members }) {
  const said = answers.get(key)?.pairs ?? {};
  const result = element("div", { role: "status" });
  const fields = members.flatMap((one, at) =>
    members.slice(at + 1).map((other) => {
      const id = `pair-${key}-${one.key}-${other.key}`;
      const before = said[one.key]?.[other.key];
      const chosen = before === undefined ? "" : String(TIMES.findIndex((times) => Math.abs(times - before) < 1e-9));
      const texts = TIMES.map((times, place) => [String(place), timesText(times, one.title, other.title)]);
      const select = selectOf({ id, "data-one": one.key, "data-other": other.key }, [["", words("studio.ballot.choose")], ...texts], chosen, take);
      const text = words("studio.ballot.pair", { one: one.title, other: other.title });
      return { one, other, select, line: element("div", { class: "pair" }, element("label", { for: id, dir: "auto" }, text), select) };
    }),
  );
  async function take() {
    const pairs = {};
    for (const { one, other, select } of fields) {
      if (select.value !== "") (pairs[one.key] ??= {})[other.key] = TIMES[Number(select.value)];
    }
    const open = fields.filter(({ select }) => select.value === "").length;
    if (open === fields.length) answers.delete(key);
    else answers.set(key, { pairs });
    if (open) {
      result.replaceChildren(element("p", { class: "note" }, words("studio.ballot.open", { count: open })));
      return;
    }
    const found = await orProblems(asked("weighed", { method: "POST", body: JSON.stringify({ dimension: key, pairs }) }));
    if (!found) return;
    const { weights, contradicts, least } = found;
    const titleOf = new Map(members.map((member) => [member.key, member.title]));
    const shares = members.map((member) => `${member.title} ${shownShare(weights[member.key])}`).join(" · ");
    const [one, other] = least.map((name) => titleOf.get(name));
    const wrong = element("p", { class: "problem" }, words("studio.ballot.contradicts", { one, other }));
    result.replaceChildren(element("p", { dir: "auto" }, shares), ...(contradicts ? [wrong] : []));
  }
  take();
  return [...fields.map(({ line }) => line), result];
}

function timesText(times, one, other) {
  if (times === 1) return words("studio.ballot.same");
  const [title, size] = times > 1 ? [one, times] : [other, Math.round(1 / times)];
  return words(`studio.ballot.times.${size}`, { title });
}

async function saveAnswer(name) {
  const said = { name, me, said: Object.fromEntries(answers) };
  const saved = await orProblems(asked("answer", { method: "POST", body: JSON.stringify(said) }), (problems) => {
    fail(problems);
    byId("failed").scrollIntoView();
  });
  if (!saved) return;
  ({ me } = saved);
  history.replaceState(null, "", `#${me}`);
  fail([]);
  await load();
  say(words("studio.ballot.saved"));
  byId("done").focus();
}

/** That the answer is there, how to come back, and the means of the others. */
function othersOf({ dimensions }) {
  const link = element("input", { type: "text", readonly: "", value: location.href.split("#")[0] + `#${me}`, "aria-label": words("studio.ballot.back") });
  const next = buttonOf(words("studio.ballot.next"), () => {
    history.replaceState(null, "", location.href.split("#")[0]);
    location.reload();
  });
  const heads = ["part", "mine", "others"].map((key) => words(`studio.ballot.${key}`));
  const tables = dimensions.filter(({ mine, others }) => mine && others).map(({ title, members, mine, others }) =>
    tableOf(title, heads, members.map((member) => [member.title, ...[mine, others].map((shares) => shownShare(shares[member.key]))])),
  );
  return [element("p", {}, element("strong", {}, words("studio.ballot.saved"))), element("p", {}, words("studio.ballot.back")), link, ...tables, element("p", { class: "row" }, next)];
}

byId("language-label").textContent = words("studio.language");
buildLanguage();
load();
