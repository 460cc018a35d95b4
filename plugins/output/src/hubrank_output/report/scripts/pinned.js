// The pinned units above the table: followed through every picture, opened, compared, let go.

/** Bring the list of pinned units in line with the view. */
function showPinned() {
  const { ranks, scores } = results[view.edition];
  byId("pinned-part").hidden = !view.selected.length;
  byId("compare").hidden = view.selected.length < 2;
  if (!view.selected.length && !byId("pinned").children.length) return;
  const items = view.selected.map((unit, at) => {
    const name = element("button", { type: "button", class: "unit", dir: "auto" }, NAMES[unit]);
    name.addEventListener("click", () => openUnit(unit));
    const label = words("pin.away", { name: NAMES[unit] });
    const away = element("button", { type: "button", class: "away", "aria-label": label }, "×");
    away.addEventListener("click", () => select(unit));
    const said = words("pin.said", { rank: shownRank(ranks[unit]), score: shownScore(scores[unit]) });
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    return element("li", { "data-series": at }, swatch, name, element("span", { class: "note" }, said), away);
  });
  keepingFocus(byId("pinned"), items);
}

/** Put items in place of others of the same order, and the focus back where it was. */
function keepingFocus(list, items) {
  const buttons = Array.from(list.querySelectorAll("button"));
  const at = buttons.indexOf(document.activeElement);
  list.replaceChildren(...items);
  if (at >= 0) (list.querySelectorAll("button")[at] ?? byId("ranking-window")).focus({ preventScroll: true });
}

function buildPinned() {
  byId("compare").addEventListener("click", () => {
    const [first, second] = view.selected;
    view.against = second;
    openUnit(first);
  });
}
