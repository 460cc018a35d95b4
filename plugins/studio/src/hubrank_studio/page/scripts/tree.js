// The tree of dimensions and indicators: their weights, and the share of each in the whole.

onState(({ tree }, why) => {
  if (why === "ranges") return;
  byId("tree").replaceChildren(...(tree ? [element("ul", { class: "tree" }, ...tree.members.map(branch))] : []));
});

function branch(part) {
  const made = element("li", { "data-key": part.key }, head(part));
  if (part.members) made.append(element("ul", { class: "tree" }, ...part.members.map(branch)));
  return made;
}

function head(part) {
  const id = `weight-${part.key}`;
  const weight = element("input", { type: "number", min: 0, step: "any", id, value: part.weight, "data-keep": id });
  weight.addEventListener("change", () => {
    const table = part.kind === "indicator" ? "indicators" : "dimensions";
    const value = Number(weight.value);
    edit([{ path: [table, part.key, "weight"], value }], {
      key: "step.weight",
      values: { title: part.title, number: String(value) },
    });
  });
  return element(
    "span",
    { class: "branch" },
    element("label", { for: id, dir: "auto" }, part.title),
    weight,
    element("span", { class: "note share" }, shownShare(part.share)),
  );
}
