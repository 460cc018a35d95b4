// Ranks over the editions as lines.

const LINES = 20;

/** The units that are drawn: the first of the edition, and the selected. */
function drawnLines() {
  const first = orderNow().slice(0, LINES);
  return [...first.filter((unit) => !view.selected.includes(unit)), ...view.selected];
}

/** Bring the chart in line with the view. */
function showEditions() {
  const section = byId("editions-section");
  section.hidden = EDITIONS.length < 2;
  if (section.hidden) return;
  const units = drawnLines();
  const lowest = Math.max(LINES, ...units.flatMap((unit) => results.map(({ ranks }) => ranks[unit] || 0)));
  const deepest = Math.min(lowest, 60);
  const gap = deepest > 30 ? 14 : 20;
  const picture = byId("editions");
  const wide = widthOf(picture);
  const [left, right, top] = [34, wide - 180, 30];
  const x = (edition) => left + ((right - left) * edition) / (EDITIONS.length - 1);
  const y = (rank) => top + gap * (Math.min(rank, deepest + 1) - 1);
  const height = top + gap * (deepest + 0.5);
  picture.setAttribute("viewBox", `0 0 ${wide} ${height}`);
  const years = EDITIONS.map((year, at) =>
    drawing("text", { x: x(at), y: 14, class: "axis", "text-anchor": "middle" }, String(year)),
  );
  const marks = [1, 10, 20, 30, 40, 50, 60].filter((rank) => rank <= deepest);
  const axis = marks.map((rank) =>
    drawing("text", { x: left - 14, y: y(rank) + 4, class: "axis", "text-anchor": "end" }, String(rank)),
  );
  picture.replaceChildren(...years, ...axis, ...units.map((unit) => line(unit, x, y, gap)));
}

function line(unit, x, y, gap) {
  const points = EDITIONS.map((_, at) => [x(at), results[at].ranks[unit]]).filter(([, rank]) => rank === rank);
  const d = points.map(([at, rank], first) => `${first ? "L" : "M"}${at.toFixed(1)},${y(rank).toFixed(1)}`).join("");
  const made = drawing("g", { class: "line", "data-selected": view.selected.indexOf(unit), "data-unit": CODES[unit] });
  made.append(drawing("path", { d }));
  for (const [at, rank] of points) made.append(drawing("circle", { cx: at, cy: y(rank), r: gap > 15 ? 4 : 3 }));
  const last = points[points.length - 1];
  const rank = results[EDITIONS.length - 1].ranks[unit];
  if (rank === rank) {
    const label = drawing("text", { x: last[0] + 12, y: y(rank) + 4 }, cut(NAMES[unit], 24));
    made.append(label);
  }
  made.addEventListener("click", () => select(unit));
  return made;
}
