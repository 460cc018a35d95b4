// Weights of several people, gathered on one link or in files that readers of the report send back.

let peopleSaid = "";

onState((now, why) => {
  if (why === "ranges") return;
  byId("people-panel").hidden = !now.result;
  refreshPeople();
});

/** Fetch what people said, while the panel is open. */
async function refreshPeople() {
  if (!byId("people-panel").open || !state?.result) return;
  try {
    const found = await asked("view/people");
    const said = JSON.stringify(found);
    if (said !== peopleSaid) buildPeople(found);
    peopleSaid = said;
  } catch (error) {
    if (!error.problems) throw error;
    peopleSaid = "";
    byId("people").replaceChildren(element("ul", { class: "problem" }, ...error.problems.map(problemLine)));
  }
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
  const apply = element("button", { type: "button", class: "plain", id: "people-apply" }, words("studio.people.apply"));
  apply.disabled = counted < 2;
  apply.addEventListener("click", () => actOnPeople({ do: "people.apply" }));
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
  const ask = element("button", { type: "button", class: "plain", id: "people-ask" }, words(link ? "studio.people.close" : "studio.people.ask"));
  ask.addEventListener("click", () => actOnPeople({ do: "people.link", close: Boolean(link) }));
  if (!link) return [element("p", {}, words("studio.people.about")), element("p", { class: "row" }, ask)];
  const address = new URL(`../ballot/${link}/?lang=${language}`, location.href).href;
  const field = element("input", { type: "text", readonly: "", id: "people-link", value: address, "aria-label": words("studio.people.link") });
  field.addEventListener("focus", () => field.select());
  const copying = element("button", { type: "button", class: "plain", id: "people-copy" }, words("studio.people.copy"));
  copying.addEventListener("click", async () => {
    field.focus();
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      document.execCommand("copy");
    }
    say(words("studio.people.copied"));
  });
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return [
    element("p", {}, words("studio.people.send")),
    field,
    element("p", { class: "row" }, copying, ask),
    ...(local ? [element("p", { class: "note" }, words("studio.people.local"))] : []),
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

/** A table whose first column names the rows. */
function tableOf(caption, heads, rows) {
  return element(
    "div",
    { class: "wide", tabindex: 0, role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { dir: "auto" }, caption),
      element("thead", {}, element("tr", {}, ...heads.map((text, at) => element("th", { scope: "col", dir: "auto", class: at ? "number" : null }, text)))),
      element(
        "tbody",
        {},
        ...rows.map(([name, ...cells]) =>
          element("tr", {}, element("th", { scope: "row", dir: "auto" }, name), ...cells.map((text) => element("td", { class: "number" }, text))),
        ),
      ),
    ),
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
