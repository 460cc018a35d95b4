// What can be saved: files that the server makes, once all ranges are drawn.

const SAVED = ["run", "scenario", "report", "workbook", "markdown", "python", "coinr", "datapackage-zip"];

function buildSaving() {
  const head = element("summary", { class: "plain", id: "save" }, words("studio.save"));
  const said = element("p", { class: "note", id: "save-said", role: "status" });
  const rows = SAVED.map((kind) => {
    const button = buttonOf(words(`studio.save.${kind}`), () => saveFile(kind, said), { class: "link", "data-kind": kind });
    return element("li", {}, button, element("span", { class: "note" }, words(`studio.save.${kind}.note`)));
  });
  const menu = element("details", { class: "menu" }, head, element("div", {}, element("ul", {}, ...rows), said));
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    head.focus();
  });
  byId("saving").append(menu);
  onState(({ result }) => {
    head.hidden = !result;
  });
}

/** Fetch a file and hand it to the person; the server waits for the ranges, and this is said. */
async function saveFile(kind, said) {
  said.textContent = words(state.result?.growing ? "studio.save.waiting" : "studio.save.writing");
  try {
    const reply = await fetch(at(`save/${kind}`));
    if (!reply.ok) throw Object.assign(new Error("refused"), { problems: (await reply.json()).problems });
    const name = decodeURIComponent(reply.headers.get("content-disposition").split("filename*=UTF-8''")[1]);
    const address = URL.createObjectURL(await reply.blob());
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    said.textContent = words(kind === "run" ? "studio.save.run.done" : "studio.save.done", { file: name, folder: state.run });
    fail([]);
  } catch (error) {
    said.textContent = "";
    fail(error.problems ?? [{ where: "", what: words("studio.offline"), line: null }]);
  }
}
