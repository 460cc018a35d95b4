// How the page begins: its texts, dropping and pasting tables, saving, the language.

function buildTexts() {
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = words(each.dataset.t);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words(each.dataset.label));
}

/** Take a file by its kind: weights that a reader sends back, else a table. */
function bring(file) {
  return /\.toml$/i.test(file.name) ? takeAnswer(file) : take(file.name, file);
}

function buildDropping() {
  byId("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await bring(file);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    bring(file);
  });
}

buildTexts();
buildLanguage();
buildSaving();
buildPanelOfPeople();
buildDropping();
buildHistory();
buildTabs();
buildDragging();
refreshState().then(listen);
