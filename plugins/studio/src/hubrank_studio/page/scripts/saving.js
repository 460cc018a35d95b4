// What can be saved.

function buildSaving() {
  const links = ["report", "scenario"].map((kind) =>
    element("a", { class: "plain", href: at(`save/${kind}`), download: "" }, words(`studio.save.${kind}`)),
  );
  byId("saving").append(...links);
}
