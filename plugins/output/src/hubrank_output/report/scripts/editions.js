// Ranks over the editions as lines, named at their ends; a move that the draws bear out has a colour.

const LINES = 20;
const DEEPEST = 60;
const TEXT_GAP = 14;

/** The units that are drawn: the first of the edition, and the selected. */
function drawnLines() {
  const first = orderNow().slice(0, LINES);
  return [...first.filter((unit) => !view.selected.includes(unit)), ...view.selected];
}

/** Which way a unit moved to an edition beyond doubt: "up" or "down"; empty where nothing, or nothing certain, is known. */
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
  const lowest = Math.max(LINES, ...units.flatMap((unit) => results.map(({ ranks }) => ranks[unit] || 0)));
  const deepest = Math.min(lowest, DEEPEST);
  const gap = deepest > 30 ? TEXT_GAP : 20;
  const picture = byId("editions");
  const wide = widthOfPictures();
  const room = Math.min(180, wide / 3);
  const [left, right, top] = [wide < 560 ? 34 : room, wide - room, 30];
  const x = (edition) => left + ((right - left) * edition) / (EDITIONS.length - 1);
  const y = (rank) => top + gap * (Math.min(rank, deepest + 1) - 1);
  const last = EDITIONS.length - 1;
  const ends = [
    ...(left === room ? endLabels(units, 0, y, { x: left - 12, "text-anchor": "end" }, room - 14) : []),
    ...endLabels(units, last, y, { x: right + 12 }, room - 14),
  ];
  const height = Math.max(top + gap * (deepest + 0.5), ...ends.map((each) => Number(each.getAttribute("y")) + 8));
  picture.setAttribute("viewBox", `0 0 ${wide} ${height}`);
  const years = EDITIONS.map((year, at) =>
    drawing("text", { x: x(at), y: 14, class: "axis", "text-anchor": "middle" }, String(year)),
  );
  const marks = left === room ? [] : [1, 10, 20, 30, 40, 50, 60].filter((rank) => rank <= deepest);
  const axis = marks.map((rank) =>
    drawing("text", { x: left - 14, y: y(rank) + 4, class: "axis", "text-anchor": "end" }, String(rank)),
  );
  picture.replaceChildren(...years, ...axis, ...units.map((unit) => line(unit, x, y, gap)), ...ends);
  byId("editions-key").hidden = !isPublished() || !PUBLISHED.agreement;
  byId("editions-doubt").textContent = words(byId("editions-key").hidden ? "editions.unknown" : "editions.sure");
}

/** Rank and name of each unit at an end of its line; those that would cover others are moved down. */
function endLabels(units, edition, y, place, room) {
  const { ranks } = results[edition];
  const there = units.filter((unit) => ranks[unit] === ranks[unit]).sort((a, b) => ranks[a] - ranks[b]);
  let free = -Infinity;
  return there.map((unit) => {
    const at = Math.max(y(ranks[unit]) + 4, free);
    free = at + TEXT_GAP;
    const text = `${shownRank(ranks[unit])} ${NAMES[unit]}`;
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
