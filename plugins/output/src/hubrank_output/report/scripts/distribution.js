// How each indicator's values are spread: as they were measured, and as they enter the score.

/** Of each indicator its measured and its final values, of the ranked units of the edition. */
function spreads() {
  const units = orderNow();
  return INDICATORS.map((indicator, at) => {
    const whole = columnOf(measured, at).subarray(view.edition * UNITS, (view.edition + 1) * UNITS);
    return { ...indicator, title: indicator.title, pair: [whole, LEAVES.get(indicator.key)[view.edition]].map((values) => ({ values, own: scoresAmong(units, values) })) };
  });
}

function drawDistribution(picture) {
  const wide = widthOfPictures();
  const room = Math.min(230, 0.36 * wide);
  const each = (wide - room - 40) / 2;
  const titles = ["distribution.before", "distribution.after"].map((key) => wrapped(words(key), each, 12));
  const top = 15 * Math.max(...titles.map((lines) => lines.length));
  let y = top + 9;
  const [rows, texts] = [[], []];
  for (const { title, pair } of spreads()) {
    const lines = wrapped(title, room, 12);
    const tall = Math.max(46, 15 * lines.length + 8);
    const row = drawing("g", { class: "spread" }, textLines(lines, { x: 0, y: y + tall / 2, class: "axis" }, 15));
    pair.forEach(({ values, own }, side) => {
      const spots = view.selected.map((unit, series) => [values[unit], series]).filter(([value]) => value === value);
      row.append(...histogram(own, spots, room + 10 + side * (each + 20), y, each, tall - 14));
    });
    row.prepend(drawing("rect", { x: 0, y, width: wide, height: tall, class: "ground" }));
    rows.push(row);
    const [before, after] = pair.map(({ own }) => shownSkew(skewness(own)));
    texts.push(words("distribution.row", { title, count: pair[0].own.length, before, after }));
    y += tall + 4;
  }
  roving(picture, rows, texts);
  picture.setAttribute("viewBox", `0 0 ${wide} ${y}`);
  const heads = titles.map((lines, side) => textLines(lines, { x: room + 10 + side * (each + 20), y: 7 + top / 2, class: "axis" }, 15));
  picture.replaceChildren(...heads, ...rows);
}

function distributionTable() {
  const names = ["count", "least", "median", "most", "skewBefore", "skewAfter"];
  const lines = spreads().map(({ title, unit, pair: [{ own }, after] }) => {
    const figures = own.length ? [own[0], median(own), own[own.length - 1]].map(shownValue) : ["–", "–", "–"];
    return [unit ? `${title} (${unit})` : title, grouped(own.length), ...figures, shownSkew(skewness(own)), shownSkew(skewness(after.own))];
  });
  return { heads: [words("table.indicator"), ...names.map((name) => words(`distribution.${name}`))], lines };
}
