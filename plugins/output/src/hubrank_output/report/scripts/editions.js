// Ranks over the editions as lines, named at their ends; a move that the draws bear out has a colour.

const LINES = 20;
const DEEPEST = 60;
const TEXT_GAP = 14;

/** The units that are drawn: the first of the edition, and the selected. */
function drawnLines() {
  const first = orderNow().slice(0, LINES);
  return [...first.filter((unit) => !view.selected.includes(unit)), ...view.selected];
}

/** The direction of a unit's robust rank change to an edition: "up" or "down"; empty if there is none. */
function sureMove(unit, edition) {
  const agreement = PUBLISHED.agreement?.[edition][unit] ?? NaN;
  if (!isPublished() || agreement !== agreement || PUBLISHED.doubtful[edition * UNITS + unit]) return "";
  const [before, after] = [results[edition - 1].ranks[unit], results[edition].ranks[unit]];
  return before > after ? "up" : before < after ? "down" : "";
}

/** Bring the chart in line with the view. */
function showEditions() {
  const section = byId("editions-section");
  section.hidden = EDITIONS.length < 2;
  if (section.hidden) return;
  const units = drawnLines();
  const lowest = Math.max(Math.min(LINES, UNITS), ...units.flatMap((unit) => results.map(({ ranks }) => ranks[unit] || 0)));
  const deepest = Math.min(lowest, DEEPEST);
  const gap = deepest > 30 ? TEXT_GAP : 20;
  const picture = byId("editions");
  const wide = widthOfPictures();
  const [last, top, isWide] = [EDITIONS.length - 1, 30, wide >= 560];
  const most = isWide ? Math.max(180, (wide - 60 * last) / 2) : wide / 2;
  const room = (edition, named) => Math.min(most, 14 + Math.max(...units.map((unit) => textWidth(endText(unit, edition, named)))));
  const [left, right] = [room(0, isWide), wide - room(last, true)];
  const x = (edition) => left + ((right - left) * edition) / (EDITIONS.length - 1);
  const y = (rank) => top + gap * (Math.min(rank, deepest + 1) - 1);
  const ends = [
    ...endLabels(units, 0, isWide, y, { x: left - 12, "text-anchor": "end" }, left - 14),
    ...endLabels(units, last, true, y, { x: right + 12 }, wide - right - 14),
  ];
  const height = Math.max(top + gap * (deepest + 0.5), ...ends.map((each) => Number(each.getAttribute("y")) + 8));
  picture.setAttribute("viewBox", `0 0 ${wide} ${height}`);
  const years = EDITIONS.map((year, at) =>
    drawing("text", { x: x(at), y: 14, class: "axis", "text-anchor": "middle" }, String(year)),
  );
  picture.replaceChildren(...years, ...units.map((unit) => line(unit, x, y, gap)), ...ends);
  byId("editions-key").hidden = !isPublished() || !PUBLISHED.agreement;
  byId("editions-doubt").textContent = words(byId("editions-key").hidden ? "editions.unknown" : "editions.sure");
}

/** A unit's rank in an edition, and its name where that has room. */
function endText(unit, edition, named) {
  const rank = shownRank(results[edition].ranks[unit]);
  return named ? `${rank} ${NAMES[unit]}` : rank;
}

/** The name at an end of each unit's line; names that would cover others are moved down. */
function endLabels(units, edition, named, y, place, room) {
  const { ranks } = results[edition];
  const there = units.filter((unit) => ranks[unit] === ranks[unit]).sort((a, b) => ranks[a] - ranks[b]);
  let free = -Infinity;
  return there.map((unit) => {
    const at = Math.max(y(ranks[unit]) + 4, free);
    free = at + TEXT_GAP;
    const text = endText(unit, edition, named);
    const attributes = { ...place, y: at, class: "end", "data-selected": view.selected.indexOf(unit) };
    const label = drawing("text", attributes, fitted(text, room), drawing("title", {}, text));
    label.addEventListener("click", () => select(unit));
    return label;
  });
}

function line(unit, x, y, gap) {
  const made = drawing("g", { class: "line", "data-selected": view.selected.indexOf(unit), "data-unit": CODES[unit] });
  const point = (at) => `${x(at).toFixed(1)},${y(results[at].ranks[unit]).toFixed(1)}`;
  const there = EDITIONS.map((_, at) => at).filter((at) => results[at].ranks[unit] === results[at].ranks[unit]);
  there.slice(1).forEach((at, before) => {
    const sure = there[before] === at - 1 ? sureMove(unit, at) : "";
    made.append(drawing("path", { d: `M${point(there[before])}L${point(at)}`, "data-move": sure }));
  });
  for (const at of there) {
    const said = { name: NAMES[unit], edition: EDITIONS[at], rank: shownRank(results[at].ranks[unit]) };
    const dot = drawing("circle", { cx: x(at), cy: y(results[at].ranks[unit]), r: gap > 15 ? 4 : 3 });
    dot.append(drawing("title", {}, words("editions.point", said)));
    made.append(dot);
  }
  made.addEventListener("click", () => select(unit));
  return made;
}
