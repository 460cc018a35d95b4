// Undo, redo, and all steps with their names.

onState((now, why) => {
  if (why === "ranges") return;
  const here = now.history.find(({ number }) => number === now.step);
  byId("undo").disabled = !here?.before;
  byId("redo").disabled = !now.can_redo;
  const rows = [...now.history].reverse().map((step) => historyRow(step, step.number === now.step));
  byId("history").replaceChildren(element("ol", { class: "history", reversed: "" }, ...rows));
});

function historyRow(step, isHere) {
  const go = element("button", { type: "button", class: "link", dir: "auto", "aria-current": isHere ? "step" : null }, stepText(step));
  go.addEventListener("click", () => act({ do: "go", step: step.number }));
  const name = element("input", { type: "text", value: step.name, "aria-label": words("studio.step.name"), maxlength: 80 });
  name.addEventListener("change", () => act({ do: "name", step: step.number, name: name.value }));
  return element("li", { value: step.number }, go, ...[effectLink(step)].filter(Boolean), name);
}

/** What a step did, in words. */
function stepText({ what }) {
  const key = `studio.${what.key}`;
  return key in catalogue ? words(key, what.values ?? {}) : words("studio.step.edit", { path: what.key, value: "" });
}

function buildHistory() {
  byId("undo").addEventListener("click", () => act({ do: "undo" }));
  byId("redo").addEventListener("click", () => act({ do: "redo" }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (!(event.ctrlKey || event.metaKey) || typing) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      act({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
    }
  });
}
