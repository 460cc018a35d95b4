// What the page and its server say to each other: the state, what a person does, and what grows meanwhile.

let state = null;
const renderers = [];
let sending = Promise.resolve();

/** Have a function called with each new state; and with the ranges that grow meanwhile, if it shows them. */
function onState(render, { ranges = false } = {}) {
  renderers.push({ render, ranges });
}

function redraw(isRanges = false) {
  for (const { render, ranges } of renderers) if (ranges || !isRanges) render(state, isRanges);
}

/** The address of a part of the server, with the page's language and edition. */
function at(path, more = {}) {
  const said = new URLSearchParams({ lang: language, ...more });
  if (chosenEdition !== null) said.set("edition", chosenEdition);
  return `${path}?${said}`;
}
let chosenEdition = null;

/** A part of the server as JSON; its problems are thrown as an error with `problems`. */
async function asked(path, options = {}, more = {}) {
  let reply;
  try {
    reply = await fetch(at(path, more), options);
  } catch {
    throw Object.assign(new Error("offline"), { problems: [{ where: "", what: words("studio.offline"), line: null }] });
  }
  const type = reply.headers.get("content-type") ?? "";
  const said = type.includes("json") ? await reply.json() : { problems: [{ where: "", what: await reply.text(), line: null }] };
  if (!reply.ok) throw Object.assign(new Error("refused"), { problems: said.problems, status: reply.status });
  return said;
}

/** Do something, one thing after the other; the page then shows the new state. Gives whether it was done. */
function act(action) {
  const done = sending.then(async () => {
    const options = { method: "POST", body: JSON.stringify(action), headers: { "content-type": "application/json" } };
    return orProblems(sent("do", options), (problems, status) => {
      fail(problems);
      if (status === 409) refreshState();
    });
  });
  sending = done;
  return done;
}

/** Change keys of the scenario: `{ path: [...], value }` each; without a value the key goes. */
function edit(edits, what) {
  return act({ do: "edit", edits, what });
}

/** Send a table, which becomes the one that is ranked. */
async function take(name, content) {
  say(words("studio.taking"));
  await orProblems(sent("table", { method: "PUT", body: content }, { name }));
}

async function refreshState() {
  await orProblems(update("state"));
}

/** The units by the keys that the server gives them; each is sent once. */
const known = new Map();

/** Show the state with which a part of the server answers. */
async function update(path, options = {}, more = {}) {
  const named = state?.result?.named.key ?? "";
  show(await asked(path, options, { ...more, named, ...(withDimensions ? { dimensions: "1" } : {}) }));
}

/** Send something; once it is done, what was wrong before is past. */
async function sent(path, options, more) {
  await update(path, options, more);
  fail([]);
  return true;
}

function show(next) {
  state = next;
  const { named, order } = next.result ?? {};
  if (named?.codes) known.set(named.key, named);
  for (const part of named ? ["codes", "names"] : []) next.result[part] = order.map((unit) => known.get(named.key)[part][unit]);
  if (next.result) payload.ranking = { decimals: next.result.decimals, rounding: next.result.rounding };
  redraw();
  if (next.result?.growing) refreshRanges();
}

/** Problems at the top of the page, where they stay until something is done. */
function fail(problems) {
  const lines = problems.map(({ where, what, line }) => {
    const place = [where, line === null ? "" : words("studio.line", { number: line })].filter(Boolean).join(", ");
    return element("li", {}, place ? `${place}: ${what}` : what);
  });
  byId("failed").replaceChildren(...(lines.length ? [element("ul", {}, ...lines)] : []));
}

/** Hear what other pages, other programs and the draws change. */
function listen() {
  const events = new EventSource(at("events"));
  let broken = false;
  events.addEventListener("open", () => {
    if (broken) refreshState();
    broken = false;
  });
  let heard = 0;
  events.addEventListener("state", async (event) => {
    heard = Number(event.data);
    await sending; // what this page does comes with the new state
    if (heard !== state?.step) refreshState();
  });
  events.addEventListener("ranges", refreshRanges);
  events.addEventListener("people", () => refreshPeople());
  events.addEventListener("trying", ({ data }) => showTrying(...data.split("/").map(Number)));
  events.addEventListener("error", () => {
    broken = true;
  });
}

let [refreshing, missed] = [false, false];
/** Fetch the ranges so far, one request at a time; what is told meanwhile is fetched after it. */
async function refreshRanges() {
  missed = true;
  if (refreshing) return;
  refreshing = true;
  try {
    while (missed && state?.result) {
      missed = false;
      const { step, ...ranges } = await asked("view/ranges");
      if (step !== state.step) continue;
      Object.assign(state.result, ranges);
      redraw(true);
      if (ranges.uncertain && !ranges.growing && !ranges.low) await refreshState(); // why there are none
    }
  } catch (error) {
    if (!error.problems) throw error;
  } finally {
    refreshing = false;
  }
}

/** The choice of the page's language; the page is loaded again in it. */
function buildLanguage() {
  const named = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);
  const go = (tag) => location.assign(`?lang=${tag}${location.hash}`);
  byId("language").replaceWith(selectOf({ id: "language" }, LANGUAGES.map((tag) => [tag, named(tag)]), language, go));
}
