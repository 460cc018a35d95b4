// Views that are folded away until they are asked for: each draws its picture when it is open, and its table when that is.

/** How each view is drawn into its picture, and what its table says: `{ heads, lines }`. */
const VIEWS = {
  scatter: { draw: drawScatter, table: scatterTable },
  distribution: { draw: drawDistribution, table: distributionTable },
  correlation: { draw: drawCorrelation, table: correlationTable },
  acceptability: { draw: drawAcceptability, table: acceptabilityTable },
  tree: { draw: drawTree, table: treeTable },
  share: { draw: drawShare },
};
/** The number of lines of a view's table. */
const MOST_LINES = 200;

function detailsOf(name) {
  return byId(`${name}-view`);
}

/** Bring the open views in line with the view; on paper all are open. */
function showViews() {
  for (const name of Object.keys(VIEWS)) {
    detailsOf(name).open = onPaper || view.see.includes(name);
    if (detailsOf(name).open) showView(name);
  }
}

function showView(name) {
  const picture = byId(name);
  const inside = picture.contains(document.activeElement);
  VIEWS[name].draw(picture);
  if (inside) picture.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  const folded = byId(`${name}-as-table`);
  if (folded?.open && !folded.hidden) showViewTable(byId(`${name}-table`), VIEWS[name].table());
}

/** Fill a table; numbers stand to the right. */
function showViewTable(table, { heads: titles, lines }) {
  const isNumber = (at) => at > 0;
  heads(table, titles.map((title, at) => (isNumber(at) ? [title] : title)));
  const rows = lines.slice(0, MOST_LINES).map(([first, ...others]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", dir: "auto" }, first),
      ...others.map((text) => element("td", { class: "number" }, text)),
    ),
  );
  table.tBodies[0].replaceChildren(...rows);
  const values = { shown: grouped(rows.length), found: grouped(lines.length) };
  table.caption.textContent = rows.length < lines.length ? words("count.some", values) : "";
}

/** Round marks of an axis between two ends. */
function ticks(low, high, most) {
  const raw = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= raw);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, at) => (first + at) * step);
}

/** A choice of the values, by their names. */
function figureChoice(id, key, chosen) {
  options(byId(id), figures().map(({ name, title }) => [name, title]), view[key] || chosen);
}

function buildViews() {
  for (const name of Object.keys(VIEWS)) {
    detailsOf(name).addEventListener("toggle", () => {
      if (onPaper || detailsOf(name).open === view.see.includes(name)) return;
      view.see = Object.keys(VIEWS).filter((each) => detailsOf(each).open);
      showViews();
      saveSoon(`see ${name}`);
    });
    byId(`${name}-as-table`)?.addEventListener("toggle", () => showView(name));
  }
  for (const [id, key] of [["scatter-x", "x"], ["scatter-y", "y"], ["correlation-kind", "kind"]]) {
    byId(id).addEventListener("change", (event) => {
      view[key] = event.target.value;
      showViews();
      saveSoon(id);
    });
  }
  byId("acceptability-draw").addEventListener("click", () => {
    view.spread = "0.25";
    scheduleIntervals();
    refresh();
  });
  buildShare();
}
