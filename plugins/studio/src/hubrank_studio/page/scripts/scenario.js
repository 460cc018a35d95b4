// The scenario's text beside the page: both follow each other.

let base = 0;

onState((now, why) => {
  if (why === "ranges") return;
  const field = scenarioField();
  const touched = document.activeElement === field && field.value !== field.dataset.saved;
  if (touched) return;
  base = now.step;
  field.value = field.dataset.saved = now.toml;
});

function scenarioField() {
  const there = byId("toml");
  if (there) return there;
  const field = element("textarea", { id: "toml", spellcheck: "false", rows: 24, "aria-label": words("studio.scenario") });
  const save = element("button", { type: "button", class: "plain", id: "toml-save" }, words("studio.toml.save"));
  save.addEventListener("click", async () => {
    const text = field.value;
    if (await act({ do: "write", toml: text, base })) field.dataset.saved = text;
  });
  byId("scenario").append(field, element("p", { class: "row" }, save));
  return field;
}
