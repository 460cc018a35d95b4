// The difference of a unit's score from the mean of all ranked units, split into parts that add up.

/** The most parts with a bar, the largest; the others share one bar. */
const MOST_BARS = 12;

/** The form of a dimension's mean under the view; null if it is no plain sum and no mean of logarithms. */
function formOf(node) {
  const name = view.methods[node.name] ?? node.method;
  const form = name === node.method ? node.form : MEANS[name];
  return form && (form.power === 1 || (form.power === 0 && form.counted_from === null)) ? form : null;
}

/** (x - y) / (ln x - ln y), and x where both are equal. */
function logarithmicMean(x, y) {
  const ratio = Math.log(x / y);
  return Math.abs(ratio) < 1e-5 ? Math.sqrt(x * y) * (1 + ratio ** 2 / 24) : (x - y) / ratio;
}

/**
 * The contribution of each member of the dimension that is split to a unit, against the mean of all ranked units.
 *
 * As the core's `contributions`: a pair of units is split by the terms of a sum, or of a sum of logarithms, and a
 * missing member counts as the unit's own score; the mean is taken over all pairs. Steps scale a pair's parts to the
 * difference of their final scores.
 *
 * @returns `{ parts, rest, mean }`, parts by member; null if the mean has no such split.
 */
function leadOf(unit) {
  const now = results[view.edition];
  const form = SPLIT.live ? formOf(SPLIT) : null;
  if (!form || now.scores[unit] !== now.scores[unit]) return null;
  const weights = within(SPLIT, view.edition, weightsIn(SPLIT, view.edition));
  const columns = SPLIT.members.map((name) => now.passed.get(name) ?? LEAVES.get(name)[view.edition]);
  const before = aggregated(SPLIT, columns, weights, methodOf(SPLIT, view.methods));
  const raw = SPLIT.raw && !(SPLIT.name in view.methods);
  const [spread, spreadBefore] = [now.scores, before].map((scores) => extent(scores)[1] - extent(scores)[0]);
  const units = orderNow();
  const parts = columns.map(() => 0);
  let mean = 0;
  for (const other of units) {
    const pair = [unit, other];
    const [own, others] = pair.map((each) => columns.map((column) => (column[each] === column[each] ? column[each] : raw ? 0 : before[each])));
    const there = columns.map((column) => pair.some((each) => column[each] === column[each]));
    const shares = raw ? weights : sharesOf(weights.map((each, at) => (there[at] ? each : 0)));
    const gap = before[unit] - before[other];
    const far = Math.abs(gap) > 1e-9 * (Math.abs(before[unit]) + Math.abs(before[other]));
    const slope = far ? (now.scores[unit] - now.scores[other]) / gap : spread / spreadBefore || 1;
    const height = form.power ? 1 : logarithmicMean(before[unit] + form.shift, before[other] + form.shift);
    shares.forEach((share, at) => {
      const moved = form.power ? own[at] - others[at] : Math.log((own[at] + form.shift) / (others[at] + form.shift));
      if (share) parts[at] += (slope * height * share * moved) / units.length;
    });
    mean += now.scores[other] / units.length;
  }
  if (!parts.every(Number.isFinite)) return null;
  const rest = now.scores[unit] - mean - parts.reduce((sum, each) => sum + each, 0);
  return { parts, mean, rest: Math.abs(rest) > 1e-9 * (Math.abs(mean) + spread) ? rest : 0 };
}

/** A contribution with its sign. */
function signed(amount) {
  return `${amount < 0 ? "−" : "+"}${shownScore(Math.abs(amount))}`;
}

/** The bars from the mean to the unit's score: `[title, from, to]`. */
function barsOf(unit, { parts, mean, rest }) {
  const size = (at) => Math.abs(parts[at]);
  const order = parts.map((_, at) => at).sort((a, b) => size(b) - size(a));
  const shown = order.length > MOST_BARS ? order.slice(0, MOST_BARS - 1) : order;
  const others = order.slice(shown.length);
  const steps = shown.map((at) => [TITLE.get(SPLIT.members[at]), parts[at]]);
  if (others.length) steps.push([words("split.others", { count: others.length }), others.reduce((sum, at) => sum + parts[at], 0)]);
  if (rest) steps.push([words("split.steps"), rest]);
  let reached = mean;
  return steps.map(([title, amount]) => [title, reached, (reached += amount)]);
}

/** The way from the mean score to the unit's as a waterfall. */
function showLead(unit) {
  const picture = byId("unit-lead");
  const found = leadOf(unit);
  picture.toggleAttribute("hidden", !found);
  byId("unit-lead-text").textContent = words(found ? "split.text" : "split.none", { name: NAMES[unit] });
  if (!found) return;
  const score = results[view.edition].scores[unit];
  const bars = barsOf(unit, found);
  const rows = [[words("split.mean"), null, found.mean], ...bars, [NAMES[unit], null, score]];
  const [low, high] = extent(rows.flatMap(([, from, to]) => [from ?? to, to]));
  const [wide, room] = [480, 190];
  const x = (value) => room + 10 + ((wide - room - 80) * (value - low)) / (high - low || 1);
  let y = 4;
  const drawn = rows.map(([title, from, to]) => {
    const lines = wrapped(title, room);
    const middle = y + 8 * lines.length;
    y += 16 * lines.length + 6;
    const way = from === null ? "end" : to < from ? "down" : "up";
    const [start, end] = from === null ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    const text = from === null ? shownScore(to) : signed(to - from);
    return drawing(
      "g",
      { class: "bar", "data-move": way },
      textLines(lines, { x: room, y: middle + 4, "text-anchor": "end" }),
      drawing("rect", { x: x(start) - (from === null ? 1.5 : 0), y: middle - 7, width: Math.max(x(end) - x(start), from === null ? 3 : 1), height: 14 }),
      drawing("text", { x: x(end) + 6, y: middle + 4 }, text),
    );
  });
  picture.setAttribute("viewBox", `0 0 ${wide} ${y}`);
  picture.replaceChildren(...drawn);
  const said = rows.map(([title, from, to]) => `${title} ${from === null ? shownScore(to) : signed(to - from)}`);
  roving(picture, drawn, said);
  picture.setAttribute("aria-label", `${words("split.title")}: ${said.join("; ")}`);
}

/** The unit's ranks over the editions as a line, with the published ranges behind it. */
function showHistory(unit) {
  const ranks = results.map((each) => each.ranks[unit]);
  const there = EDITIONS.map((_, at) => at).filter((at) => ranks[at] === ranks[at]);
  byId("unit-history-part").hidden = there.length < 2;
  if (there.length < 2) return;
  const ends = (at) => (isPublished() && PUBLISHED.low ? [PUBLISHED.low[at][unit], PUBLISHED.high[at][unit]] : [ranks[at], ranks[at]]);
  const [first, last] = extent(there.flatMap((at) => [ranks[at], ...ends(at)]));
  const x = (at) => 40 + (400 * at) / (EDITIONS.length - 1);
  const y = (rank) => 40 + (90 * (rank - first)) / (last - first || 1);
  const picture = byId("unit-history");
  const points = there.map((at) => `${x(at)},${y(ranks[at]).toFixed(1)}`);
  const stops = there.map((at) =>
    drawing(
      "g",
      {},
      drawing("path", { class: "whisker", d: `M${x(at)},${y(ends(at)[0])}V${y(ends(at)[1]) + 0.01}` }),
      drawing("circle", { cx: x(at), cy: y(ranks[at]), r: 4 }),
      drawing("text", { x: x(at) + 8, y: y(ranks[at]) - 6 }, shownRank(ranks[at])),
    ),
  );
  picture.replaceChildren(
    drawing("path", { class: "course", d: `M${points.join("L")}` }),
    ...stops,
    ...EDITIONS.map((year, at) => drawing("text", { x: x(at), y: 158, class: "axis", "text-anchor": "middle" }, String(year))),
  );
  const said = there.map((at) => {
    const [low, high] = isPublished() && PUBLISHED.low ? ends(at) : [];
    const [name, edition, rank] = [NAMES[unit], EDITIONS[at], shownRank(ranks[at])];
    if (!(low >= 1)) return words("editions.point", { name, edition, rank });
    return words("range.tip", { name: `${name}, ${edition}`, rank, held: HELD, range: rangeBetween(low, high) });
  });
  roving(picture, stops, said);
  picture.setAttribute("aria-label", said.join("; "));
}
