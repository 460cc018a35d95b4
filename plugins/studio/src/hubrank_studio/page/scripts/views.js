// The ways to look at the ranking: tabs, the page's own sections in a frame, and how an indicator's values are spread.

const TABS = ["ranking", "reading", "views", "effect", "unit"];
const FRAMES = ["map", "editions", "profiles", "uncertainty", "rivals", "figures", "method"];
/** What a tab shows when it is opened, by its name. */
const whenOpened = {};
let tab = "ranking";
let frame = "map";
/** The view of the framed page, as its address says it, so that a newer one opens as the older was left. */
let framedView = new URLSearchParams("see=scatter");
/** The frame that is seen, and the one that is being loaded behind it: `{ key, step, made }`. */
let seen = null;
let coming = null;
let loading = 0;

onState((now) => {
  byId("tabs").hidden = !now.result;
  if (!now.result && tab !== "ranking" && tab !== "reading") openTab("ranking", false);
  if (tab === "views" && now.result) byId("frames") ? loadFrameSoon() : whenOpened.views();
}, { ranges: true });

function buildTabs() {
  byId("tabs").replaceChildren(
    ...TABS.map((name) => buttonOf(words(`studio.tab.${name}`), () => openTab(name), { class: "tab", id: `tab-${name}` })),
  );
  byId("tab-unit").hidden = true;
  openAddressed();
  window.addEventListener("popstate", openAddressed);
  window.addEventListener("message", hearFrame);
}

/** Open the tab, and the unit, steps or section in it, that the address names: after a reload, and on the way back. */
function openAddressed() {
  const [[name, said] = ["ranking", ""]] = new URLSearchParams(location.hash.slice(1));
  if (name === "unit" && said) [opened, openedAnswer, openedReach] = [{ code: said, against: "", rank: null }, null, null];
  if (name === "effect") compared = said ? said.split(",").map(Number) : null;
  if (name === "views" && FRAMES.includes(said)) frame = said;
  byId("tab-unit").hidden = !opened;
  openTab(TABS.includes(name) && (name !== "unit" || opened) ? name : "ranking", false);
}

/** Have the address name what is open; each tab, unit and section is one step of the browser's way back. */
function noteOpen() {
  const what = { unit: opened?.code, effect: compared?.join(), views: frame }[tab] ?? "";
  const now = `#${new URLSearchParams({ [tab]: what })}`;
  if (now !== (location.hash || "#ranking=")) history.pushState(null, "", now);
}

function openTab(name, noted = true) {
  tab = name;
  if (noted) noteOpen();
  for (const each of TABS) {
    byId(each).hidden = each !== name;
    byId(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
  }
  if (name === "reading") loadTable();
  if (state?.result) whenOpened[name]?.();
}

whenOpened.views = () => {
  if (!byId("frames")) buildFrames();
  loadFrame();
};

/** The sections as buttons, the frames, and a line that says of which step they are. */
function buildFrames() {
  const pick = (name) => () => {
    frame = name;
    noteOpen();
    loadFrame();
  };
  const picks = FRAMES.map((name) => buttonOf(words(`studio.frame.${name}`), pick(name), { id: `frame-${name}` }));
  byId("views").replaceChildren(
    element("p", { class: "row" }, ...picks),
    element("p", { class: "note", id: "frame-note", role: "status" }),
    element("div", { id: "frames" }),
  );
}

/** Frame the newest ranking a moment after the last change; while ranges grow, a moment later. */
function loadFrameSoon() {
  showFrameNote();
  clearTimeout(loading);
  loading = setTimeout(loadFrame, state.result.growing ? 1500 : 250);
}

/** What the framed page depends on besides its own view. */
function frameKey({ ranked, result }) {
  return `${ranked} ${result.edition} ${result.low !== null && !result.growing}`;
}

function loadFrame() {
  clearTimeout(loading);
  for (const name of FRAMES) byId(`frame-${name}`).setAttribute("aria-pressed", String(name === frame));
  framedView.set("embed", frame);
  framedView.set("edition", state.result.edition);
  const key = frameKey(state);
  if (seen?.key === key) turnFrame(seen);
  else if (coming?.key === key) turnFrame(coming);
  else {
    coming?.made.remove();
    const made = element("iframe", { class: "frame", sandbox: "allow-scripts allow-downloads", src: frameAddress(state.ranked) });
    made.title = words("studio.frame.title");
    coming = { key, step: state.ranked, made };
    byId("frames").append(made);
    made.addEventListener("load", () => setTimeout(() => coming?.made === made && swapFrames(), 3000));
  }
  showFrameNote();
}

function frameAddress(step) {
  return `${new URL(at("report", { step }), location.href).href}#${framedView}`;
}

/** Have a frame that is there show another section: only its address's fragment changes. */
function turnFrame({ step, made }) {
  made.contentWindow.location.replace(frameAddress(step));
}

/** The framed page says its view whenever it changes, and when it is ready; and which sections it has. */
function hearFrame({ data, source }) {
  if (typeof data?.hubrank !== "string" || data.hubrank.length > 5000 || !Array.isArray(data.sections)) return;
  if (source === coming?.made.contentWindow) swapFrames();
  else if (source === seen?.made.contentWindow) framedView = new URLSearchParams(data.hubrank);
  else return;
  // A page that opens at another section tells this one before it is drawn.
  const there = FRAMES.filter((name) => data.sections.includes(name) && (name !== "editions" || state.result?.editions.length > 1));
  for (const name of FRAMES) byId(`frame-${name}`).hidden = !there.includes(name);
  if (there.includes(frame) || !there.length) return;
  frame = there[0];
  loadFrame();
}

function swapFrames() {
  seen?.made.remove();
  seen = coming;
  coming = null;
  seen.made.id = "frame";
  showFrameNote();
}

function showFrameNote() {
  const note = byId("frame-note");
  if (!note) return;
  const old = seen && state.result && seen.key !== frameKey(state);
  const number = String(seen?.step);
  note.textContent = !seen ? words("studio.frame.loading") : old ? words("studio.frame.old", { number }) : staleText();
}

/** That what is shown is of an earlier step, as the last one cannot be ranked; nothing if it can. */
function staleText() {
  return state.step === state.ranked ? "" : words("studio.ofStep", { number: String(state.ranked) });
}

/** Open the values of an indicator as histograms, before and after treatment; with a mark for a unit. */
async function openSpread(key, unit = "") {
  const found = await orProblems(asked("view/distribution", {}, { indicator: key, unit }));
  if (!found) return;
  const sheet = byId("spread") ?? document.body.appendChild(element("dialog", { id: "spread", "aria-labelledby": "spread-title" }));
  const steps = found.treatment.length ? joined(found.treatment) : words("studio.spread.untreated");
  sheet.replaceChildren(
    element("h2", { id: "spread-title", dir: "auto" }, found.title),
    element("p", { class: "note", dir: "auto" }, words("studio.spread.how", { steps, measure: found.measure })),
    ...found.stages.map(spreadOf),
    element("p", { class: "row" }, buttonOf(words("studio.close"), () => sheet.close())),
  );
  if (!sheet.open) sheet.showModal();
}

function spreadOf({ name, values, skewness: skew, kurtosis, own }) {
  const title = words(`studio.spread.${name}`);
  const said = { title, count: values.length, skew: shownSkew(skew ?? NaN), kurtosis: shownSkew(kurtosis ?? NaN) };
  const text = words("studio.spread.shape", said);
  const picture = drawing("svg", { viewBox: "0 0 480 96", role: "img", "aria-label": text, class: "spread" });
  picture.append(...histogram(Float64Array.from(values), own === null ? [] : [[own, 0]], 4, 4, 472, 72));
  return element("figure", {}, element("figcaption", {}, text), picture);
}

/** A button that opens the values of an indicator. */
function spreadButton(key, title, unit = "") {
  return buttonOf("▁▃▇▂", () => openSpread(key, unit), { class: "plain small", "aria-label": words("studio.spread.of", { title }) });
}
