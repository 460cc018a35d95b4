// How often each unit came to each rank in the draws: the rank acceptability indices of units.

const MOST_COLUMNS = 40;
const FIRST_RANKS = [1, 3, 10];

/** The units that are shown, and for each how often it was drawn at each rank, from 1 on. */
function drawnRanks() {
  const units = drawnRangeUnits();
  return units.map((unit) => {
    const counts = new Map();
    let draws = 0;
    for (let at = unit; at < intervals.all.length; at += UNITS) {
      const rank = Math.round(intervals.all[at]);
      if (!rank) continue;
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
      draws += 1;
    }
    const shares = new Map([...counts].map(([rank, count]) => [rank, count / draws]));
    const usual = [...shares].reduce((best, each) => (each[1] > best[1] ? each : best), [NaN, 0]);
    const among = (last) => [...shares].reduce((sum, [rank, share]) => sum + (rank <= last ? share : 0), 0);
    return { unit, shares, usual, first: FIRST_RANKS.map(among) };
  });
}

function acceptabilityText({ unit, usual: [rank, share], first }) {
  const [one, three, ten] = first.map(shownShare);
  return words("acceptability.row", { name: NAMES[unit], rank: shownRank(rank), share: shownShare(share), one, three, ten });
}

function drawAcceptability(picture) {
  const drawn = Boolean(intervals.all);
  picture.toggleAttribute("hidden", !drawn);
  byId("acceptability-as-table").hidden = !drawn;
  byId("acceptability-draw").hidden = drawn || intervals.from !== "published" || !live();
  byId("acceptability-text").textContent = drawn ? uncertaintyText() : words(intervals.from === "published" ? "acceptability.published" : "acceptability.none");
  if (!drawn) return;
  const found = drawnRanks();
  const most = Math.max(...found.flatMap(({ shares }) => [...shares.keys()]));
  const per = Math.ceil(most / MOST_COLUMNS);
  const wide = widthOfPictures();
  const room = Math.min(190, 0.4 * wide);
  const size = (wide - room - 12) / Math.ceil(most / per);
  const [tall, top] = [20, 24];
  const rows = found.map(({ unit, shares }, at) => {
    const y = top + tall * at;
    const row = drawing("g", { class: "heat", "data-selected": view.selected.indexOf(unit) });
    row.append(drawing("rect", { x: 0, y, width: wide, height: tall, class: "ground" }));
    row.append(drawing("text", { x: room, y: y + 14, "text-anchor": "end" }, fitted(NAMES[unit], room - 4)));
    const bins = new Map();
    for (const [rank, share] of shares) bins.set(Math.floor((rank - 1) / per), (bins.get(Math.floor((rank - 1) / per)) ?? 0) + share);
    for (const [bin, share] of bins) {
      const box = { x: (room + 8 + size * bin).toFixed(2), y: y + 1, width: size.toFixed(2), height: tall - 2, "fill-opacity": (0.08 + 0.92 * share).toFixed(3), class: "heat-cell" };
      row.append(drawing("rect", box));
    }
    return row;
  });
  roving(picture, rows, found.map(acceptabilityText), 1, (at) => select(found[at].unit));
  const ranks = [1, ...ticks(1, most, wide / 90).filter((rank) => rank > 1 && Number.isInteger(rank))];
  const axis = ranks.map((rank) =>
    drawing("text", { x: room + 8 + size * (Math.floor((rank - 1) / per) + 0.5), y: 14, class: "axis", "text-anchor": "middle" }, String(rank)),
  );
  picture.setAttribute("viewBox", `0 0 ${wide} ${top + tall * found.length}`);
  picture.replaceChildren(...axis, ...rows);
}

function acceptabilityTable() {
  const tops = FIRST_RANKS.map((rank) => words(rank === 1 ? "acceptability.first" : "acceptability.top", { tier: rank }));
  const lines = drawnRanks().map(({ unit, usual: [rank, share], first }) => [NAMES[unit], shownRank(rank), shownShare(share), ...first.map(shownShare)]);
  return { heads: [words("table.name"), words("acceptability.usual"), words("acceptability.share"), ...tops], lines };
}
