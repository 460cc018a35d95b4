// Chips: each assumption and choice beside its reason, and what there is instead.

onState(({ choices, assumptions }, why) => {
  if (why === "ranges") return;
  const made = choices ? Object.entries(choices).filter(([, choice]) => choice.path).map(methodChip) : [];
  const lines = assumptions.map(({ what, shown, why: reason }) =>
    element("li", { dir: "auto" }, element("strong", {}, what), ` ${shown} `, element("span", { class: "note" }, reason)),
  );
  byId("chips").replaceChildren(...made, element("ul", { class: "assumptions" }, ...lines));
});

function methodChip([name, { value, options: known, path }]) {
  const id = `choice-${name}`;
  const select = element("select", { id });
  options(select, known.map((each) => [each, each]), value);
  select.addEventListener("change", () => {
    edit([{ path, value: select.value }], { key: "step.method", values: { what: words(`studio.choice.${name}`), value: select.value } });
  });
  return element("p", { class: "row" }, element("label", { for: id }, words(`studio.choice.${name}`)), select);
}
