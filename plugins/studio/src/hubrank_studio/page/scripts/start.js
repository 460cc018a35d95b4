// How the page begins: its texts, dropping and pasting tables, saving, the language.

function buildTexts() {
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = words(each.dataset.t);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words(each.dataset.label));
}

function buildDropping() {
  byId("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await take(file.name, file);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    take(file.name, file);
  });
}

function buildLanguage() {
  const select = byId("language");
  const named = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);
  options(select, LANGUAGES.map((tag) => [tag, named(tag)]), language);
  select.addEventListener("change", () => location.assign(`?lang=${select.value}`));
}

buildTexts();
buildLanguage();
buildSaving();
buildDropping();
buildHistory();
buildTabs();
buildDragging();
refreshState().then(listen);
