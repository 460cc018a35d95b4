// How the page begins: its texts, the place where a table is dropped or pasted, the title, the language.

/** How long what changed is shown, in milliseconds. */
const SHOWN_FOR = 6000;
/** Whether the studio runs on the reader's own computer. */
const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
/** The tables and texts that are read: what a file chooser offers. */
const TABLES = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt,.parquet,.json,.jsonl,.geojson,.gz,.toml,.zip";

onState((now) => {
  document.body.dataset.stage = now.step ? "work" : "empty";
  byId("welcome").hidden = Boolean(now.result);
  if (!now.result) buildWelcome(now);
  const title = now.result?.title ?? "hubrank studio";
  byId("title-edit").textContent = title;
  byId("title-edit").disabled = !now.result;
  byId("title-edit").title = now.result ? words("studio.title") : "";
  document.title = now.result ? `${title} · hubrank studio` : title;
});

function buildTexts() {
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = words(each.dataset.t);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words(each.dataset.label));
}

/** The first screen: where a table is dropped, chosen or pasted, or an example is tried. */
function buildWelcome({ step, problems }) {
  const wrong = step ? [problemList(problems)] : [];
  if (byId("paste")) {
    byId("welcome-problems").replaceChildren(...wrong);
    return;
  }
  const paste = element("textarea", { id: "paste", rows: 6, placeholder: words("studio.paste.example") });
  const go = buttonOf(words("studio.paste.take"), () => take("paste.txt", paste.value), { id: "paste-take" });
  const choose = buttonOf(words("studio.choose"), () => byId("file").click(), { class: "plain primary", id: "choose" });
  const example = buttonOf(words("studio.example"), startTour, { id: "example" });
  byId("welcome").replaceChildren(
    element("div", { id: "welcome-problems" }, ...wrong),
    element(
      "div",
      { class: "drop" },
      element("h2", {}, words("studio.drop")),
      element("p", { class: "note" }, words("studio.drop.note"), ...(isLocal ? [" ", words("studio.drop.local")] : [])),
      element("p", { class: "row" }, choose, example),
    ),
    element("p", {}, element("label", { for: "paste" }, words("studio.paste"))),
    paste,
    element("p", { class: "row" }, go),
  );
}

/** Take a file by its kind: weights that a reader sends back, else a table. */
function bring(file) {
  return /\.toml$/i.test(file.name) ? takeAnswer(file) : take(file.name, file);
}

function buildDropping() {
  byId("file").accept = TABLES;
  byId("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await bring(file);
    event.target.value = "";
  });
  const mark = (isOver) => document.body.toggleAttribute("data-dragging", isOver);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    mark(false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    bring(file);
  });
}

/** The title is a button that becomes a field: Enter keeps what is written, Escape does not. */
function buildTitle() {
  const [button, field] = [byId("title-edit"), byId("title-field")];
  const turn = (isField) => {
    field.hidden = !isField;
    byId("title").hidden = isField;
  };
  const leave = (kept) => {
    if (field.hidden) return;
    turn(false);
    const title = field.value.trim();
    if (kept && title && title !== button.textContent) edit([{ path: ["title"], value: title }], { key: "step.title", values: { title } });
  };
  button.addEventListener("click", () => {
    field.value = button.textContent;
    turn(true);
    field.select();
  });
  field.addEventListener("blur", () => leave(true));
  onEnterOrEscape(field, (kept) => {
    leave(kept);
    button.focus();
  });
}

/** On a narrow screen the choices are a drawer, which a click beside it or Escape closes. */
function buildPanels() {
  const toggle = byId("panels-toggle");
  toggle.addEventListener("click", () => {
    openPanels(!byId("panels").classList.contains("shown"));
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !byId("panels").classList.contains("shown")) return;
    openPanels(false);
    toggle.focus();
  });
  byId("ranking").closest("main").addEventListener("click", () => openPanels(false));
  for (const each of byId("panels").querySelectorAll(":scope > details")) {
    each.open = (sessionStorage.getItem(each.id) ?? String(each.open)) === "true"; // as it was before a reload
    each.addEventListener("toggle", () => sessionStorage.setItem(each.id, each.open));
  }
}

function openPanels(isOpen) {
  byId("panels").classList.toggle("shown", isOpen);
  byId("panels-toggle").setAttribute("aria-expanded", String(isOpen));
}

/** What is said is seen for a while, and the bar's height is known to what lies below it. */
function watchPage() {
  let ending = 0;
  new MutationObserver(() => {
    byId("said").classList.add("shown");
    clearTimeout(ending);
    ending = setTimeout(() => byId("said").classList.remove("shown"), SHOWN_FOR);
  }).observe(byId("said"), { childList: true });
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--bar", `${byId("bar").offsetHeight + 12}px`);
  }).observe(byId("bar"));
}

buildTexts();
buildLanguage();
buildTitle();
buildPanels();
buildSaving();
buildPanelOfPeople();
buildDropping();
listenForUndo();
buildTabs();
buildDragging();
buildTour();
watchPage();
refreshState().then(listen);
