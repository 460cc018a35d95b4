// Weights of several people, gathered on one link or in files that readers of the report send back.

let peopleSaid = "";

onState((now) => {
  byId("people-panel").hidden = !now.result;
  refreshPeople();
});

/** Fetch what people said, while the panel is open. */
async function refreshPeople() {
  if (!byId("people-panel").open || !state?.result) return;
  const found = await orProblems(asked("view/people"), (problems) => byId("people").replaceChildren(problemList(problems)));
  const said = JSON.stringify(found);
  if (found && said !== peopleSaid) buildPeople(found);
  peopleSaid = said;
}

function buildPanelOfPeople() {
  byId("people-panel").addEventListener("toggle", refreshPeople);
}

/** Do something, and stay where the person was. */
async function actOnPeople(action) {
  const { id } = document.activeElement;
  if (await act(action)) await refreshPeople();
  byId(id)?.focus();
}

function buildPeople({ link, counted, people, dimensions, ranks }) {
  const apply = buttonOf(words("studio.people.apply"), () => actOnPeople({ do: "people.apply" }), { id: "people-apply" });
  apply.disabled = counted < 2;
  const gathered = people.length
    ? [
        element("ul", { class: "people" }, ...people.map(personLine)),
        ...dimensions.map((dimension) => sharesTable(dimension, people)),
        ...(ranks ? [ranksTable(ranks, counted)] : []),
        element("p", { class: "note" }, words("studio.people.apply.note")),
        element("p", { class: "row" }, apply),
      ]
    : [];
  const none = dimensions.length ? [] : [element("p", { class: "problem" }, words("studio.ballot.none"))];
  byId("people").replaceChildren(...none, ...linkOf(link), element("p", { class: "note" }, words("studio.people.files")), ...gathered);
}

/** The link on which people are asked: made, copied, closed. */
function linkOf(link) {
  const turn = () => actOnPeople({ do: "people.link", close: Boolean(link) });
  const ask = buttonOf(words(link ? "studio.people.close" : "studio.people.ask"), turn, { id: "people-ask" });
  if (!link) return [element("p", {}, words("studio.people.about")), element("p", { class: "row" }, ask)];
  const address = new URL(`../ballot/${link}/?lang=${language}`, location.href).href;
  const field = element("input", { type: "text", readonly: "", id: "people-link", value: address, "aria-label": words("studio.people.link") });
  field.addEventListener("focus", () => field.select());
  const copy = async () => {
    field.focus();
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      document.execCommand("copy");
    }
    say(words("studio.people.copied"));
  };
  return [
    element("p", {}, words("studio.people.send")),
    field,
    element("p", { class: "row" }, buttonOf(words("studio.people.copy"), copy, { id: "people-copy" }), ask),
    ...(isLocal ? [element("p", { class: "note" }, words("studio.people.local"))] : []),
  ];
}

function personLine({ number, name, left_out: out, from_file: file, outdated }) {
  const box = element("input", { type: "checkbox", id: `person-${number}` });
  box.checked = !out;
  box.addEventListener("change", () => actOnPeople({ do: "people.leave", number, out: !box.checked }));
  const notes = [...(file ? ["file"] : []), ...(outdated ? ["outdated"] : [])].map((key) => words(`studio.people.${key}`));
  return element(
    "li",
    {},
    element("label", { for: box.id, dir: "auto" }, box, ` ${name}`),
    ...notes.map((text) => element("span", { class: "note" }, ` ${text}`)),
  );
}

/** The shares that a dimension's parts have: now, on average with the spread, and by each person who counts. */
function sharesTable({ title, members }, people) {
  const there = people.map((person, at) => ({ ...person, at })).filter((person) => !person.left_out);
  const share = (value) => (value === null || value === undefined ? "–" : shownShare(value));
  const heads = ["part", "now", "mean", "spread"].map((key) => words(`studio.people.${key}`));
  const rows = members.map(({ title: part, own, mean, low, high, each }) => [
    part,
    share(own),
    share(mean),
    mean === undefined ? "–" : words("studio.to", { low: share(low), high: share(high) }),
    ...there.map(({ at }) => share(each[at])),
  ]);
  return tableOf(title, [...heads, ...there.map(({ name }) => name)], rows);
}

/** Which share of people gives each unit the rank that it has. */
function ranksTable(ranks, counted) {
  const heads = ["unit", "rank", "same", "between", "first"].map((key) => words(`studio.people.${key}`));
  const rows = ranks.map(({ name, rank, same, low, high, first }) => [
    name,
    marked(String(rank)),
    shownShare(same),
    rangeText(low, high),
    shownShare(first),
  ]);
  return tableOf(words("studio.people.ranks", { count: counted }), heads, rows);
}

/** Take a file that a reader of the report sends back. */
async function takeAnswer(file) {
  const toml = await file.text();
  if (!(await act({ do: "people.file", toml, file: file.name }))) return;
  say(words("studio.people.taken", { file: file.name }));
  byId("people-panel").open = true;
  refreshPeople();
}
