// Rivalry: countries and the like side by side, in the tiers, in sums and medians, and head to head.

const MOST_GROUPS = 15;
let grouping = payload.groups[0];
let pair = null;
let allGroups = false;

function buildRivals() {
  if (!payload.groups.length) {
    byId("rivals-section").hidden = true;
    return;
  }
  options(
    byId("grouping"),
    payload.groups.map(({ column }) => [column, words(`groups.${column}`), spoken(`groups.${column}`)]),
    grouping.column,
  );
  byId("grouping").addEventListener("change", (event) => {
    grouping = payload.groups.find((each) => each.column === event.target.value);
    pair = null;
    showRivals();
  });
  for (const id of ["rival-a", "rival-b"]) {
    byId(id).addEventListener("change", () => {
      pair = [Number(byId("rival-a").value), Number(byId("rival-b").value)];
      showPair();
    });
  }
  byId("all-groups").addEventListener("click", () => {
    allGroups = true;
    showRivals();
  });
}

/** For each group its ranked units, best first; the groups by their counts in the tiers. */
function standing() {
  const { ranks } = results[view.edition];
  const order = orderNow();
  const ends = tierEnds(order.length);
  const members = grouping.names.map(() => []);
  const of = numbers(grouping.of);
  for (const unit of order) members[of[unit]].push(unit);
  const counts = members.map((units) => ends.map((end) => units.filter((unit) => ranks[unit] <= end).length));
  const found = grouping.names.map((_, at) => at).filter((at) => members[at].length && grouping.names[at]);
  const compare = (a, b) => {
    for (let tier = 0; tier < ends.length; tier += 1)
      if (counts[a][tier] !== counts[b][tier]) return counts[b][tier] - counts[a][tier];
    return members[b].length - members[a].length || ranks[members[a][0]] - ranks[members[b][0]];
  };
  return { order: found.sort(compare), members, counts, ends };
}

/** Bring both tables in line with the view. */
function showRivals() {
  if (byId("rivals-section").hidden) return;
  const { order, members, counts, ends } = standing();
  const { scores, ranks } = results[view.edition];
  const table = byId("rivals");
  const titles = [
    words("table.name"),
    ...ends.map((end) => words("rivals.top", { tier: end })),
    ...["rivals.all", "rivals.sum", "rivals.median", "rivals.best"].map((key) => words(key)),
  ];
  table.tHead.rows[0].replaceChildren(
    ...titles.map((text, at) =>
      element("th", { scope: "col", class: at ? (at < titles.length - 1 ? "number" : "after") : "" }, text),
    ),
  );
  const shown = allGroups ? order : order.slice(0, MOST_GROUPS);
  const lines = shown.map((group) => {
    const own = scoresAmong(members[group], scores);
    const figures = [
      ...counts[group].map((count) => count || ""),
      own.length,
      own.reduce((sum, each) => sum + each, 0).toFixed(0),
      shownScore(median(own)),
    ];
    const best = members[group][0];
    const cells = figures.map((text) => element("td", { class: "number" }, String(text)));
    return element(
      "tr",
      {},
      element("th", { scope: "row", dir: "auto" }, grouping.titles[group]),
      ...cells,
      element("td", { class: "after", dir: "auto" }, words("rivals.first", { name: NAMES[best], rank: shownRank(ranks[best]) })),
    );
  });
  table.tBodies[0].replaceChildren(...lines);
  byId("all-groups").hidden = shown.length === order.length;
  byId("all-groups").textContent = words("table.all", { count: order.length });
  pair = pair ?? order.slice(0, 2);
  const pairs = order.map((group) => [String(group), grouping.titles[group]]);
  byId("head-to-head").hidden = order.length < 2;
  if (order.length < 2) return;
  options(byId("rival-a"), pairs, String(pair[0]));
  options(byId("rival-b"), pairs, String(pair[1]));
  showPair();
}

/** Two groups, dimension by dimension: their medians, and in what share of pairs the first's unit is ahead. */
function showPair() {
  const { members } = standing();
  const now = results[view.edition];
  const table = byId("pair");
  const titles = [
    words("table.dimension"),
    ...pair.map((group) => words("rivals.medianOf", { name: grouping.titles[group] })),
    words("rivals.won", { name: grouping.titles[pair[0]] }),
  ];
  table.tHead.rows[0].replaceChildren(
    ...titles.map((text, at) => element("th", { scope: "col", class: at ? "number" : "" }, text)),
  );
  const lines = [[ROOT.title, now.scores], ...PARTS.map((part) => [TITLE.get(part), scoresOf(part, now)])];
  table.tBodies[0].replaceChildren(
    ...lines.map(([title, scores]) => {
      const [a, b] = pair.map((group) => scoresAmong(members[group], scores));
      const figures = [shownScore(median(a)), shownScore(median(b)), shownShare(leads(a, b))];
      const cells = figures.map((text) => element("td", { class: "number" }, text));
      return element("tr", {}, element("th", { scope: "row" }, title), ...cells);
    }),
  );
}

/** The share of pairs in which the first group's unit scores better, of ascending scores; a tie counts half. */
function leads(a, b) {
  let [below, reached, above] = [0, 0, 0];
  for (const score of a) {
    while (below < b.length && b[below] < score) below += 1;
    while (reached < b.length && b[reached] <= score) reached += 1;
    above += (below + reached) / 2;
  }
  const pairs = a.length * b.length;
  if (!pairs) return 0;
  return (payload.ranking.best === "lowest" ? pairs - above : above) / pairs;
}
