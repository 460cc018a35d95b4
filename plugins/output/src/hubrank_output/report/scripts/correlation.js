// How indicators and the score go together.

/** Pearson's correlation of values where both are there; 0 with what does not vary, as in the core. */
function pearson(xs, ys) {
  let [count, meanX, meanY] = [0, 0, 0];
  for (let at = 0; at < xs.length; at += 1) {
    if (xs[at] !== xs[at] || ys[at] !== ys[at]) continue;
    count += 1;
    meanX += xs[at];
    meanY += ys[at];
  }
  [meanX, meanY] = [meanX / count, meanY / count];
  let [both, x, y] = [0, 0, 0];
  for (let at = 0; at < xs.length; at += 1) {
    if (xs[at] !== xs[at] || ys[at] !== ys[at]) continue;
    both += (xs[at] - meanX) * (ys[at] - meanY);
    x += (xs[at] - meanX) ** 2;
    y += (ys[at] - meanY) ** 2;
  }
  return x && y ? both / Math.sqrt(x * y) : 0;
}

/** Spearman's: that of ranks, equal values sharing their mean rank, over the units that have both. */
function spearman(xs, ys) {
  const there = (own) => Float64Array.from(own, (value, at) => (xs[at] === xs[at] && ys[at] === ys[at] ? value : NaN));
  const rules = { decimals: null, ties: "average", best: "lowest" };
  return pearson(ranksOf(there(xs), rules), ranksOf(there(ys), rules));
}

/** The correlated columns: the indicators as they enter the score, and the score, of the ranked units. */
function correlated() {
  const units = orderNow();
  const values = (column) => Float64Array.from(units, (unit) => column[unit]);
  return [
    ...INDICATORS.map(({ key, title }) => [title, values(LEAVES.get(key)[view.edition])]),
    [words("table.score"), values(results[view.edition].scores)],
  ];
}

function correlationOf() {
  return view.kind === "spearman" ? spearman : pearson;
}

function drawCorrelation(picture) {
  byId("correlation-kind").value = view.kind;
  const columns = correlated();
  const wide = widthOfPictures();
  const room = Math.min(260, 0.4 * wide);
  const size = Math.min(34, (wide - room - 30) / columns.length);
  const names = columns.map(([title]) => wrapped(title, room, 12));
  const tops = [];
  let y = 22;
  for (const lines of names) {
    tops.push(y);
    y += Math.max(size, 15 * lines.length + 3);
  }
  const of = correlationOf();
  const [cells, texts] = [[], []];
  columns.forEach(([title, own], row) =>
    columns.slice(0, row + 1).forEach(([other, others], column) => {
      const value = row === column ? 1 : of(own, others);
      const tall = (tops[row + 1] ?? y) - tops[row];
      const box = { x: room + 26 + size * column, y: tops[row], width: size, height: tall };
      const cell = drawing("g", { class: "cell", "data-sign": value < 0 ? "minus" : "plus" }, drawing("rect", box));
      cell.style.setProperty("--share", `${Math.round(85 * Math.abs(value))}%`);
      const strong = Math.abs(value) > 0.6 ? "strong" : null;
      const middle = { x: box.x + size / 2, y: box.y + tall / 2 + 4, "text-anchor": "middle", class: strong };
      if (size >= 26) cell.append(drawing("text", middle, marked(value.toFixed(1).replace("-", "−"))));
      cells.push(cell);
      texts.push(words("correlation.cell", { title, other, value: marked(value.toFixed(2).replace("-", "−")) }));
    }),
  );
  roving(picture, cells, texts);
  const labels = names.map((lines, at) =>
    textLines(lines, { x: room, y: tops[at] + ((tops[at + 1] ?? y) - tops[at]) / 2 + 4, "text-anchor": "end", class: "axis" }, 15),
  );
  const step = Math.ceil(18 / size);
  const numbered = names.flatMap((_, at) => [
    drawing("text", { x: room + 20, y: tops[at] + ((tops[at + 1] ?? y) - tops[at]) / 2 + 4, "text-anchor": "end", class: "axis" }, String(at + 1)),
    ...(at % step ? [] : [drawing("text", { x: room + 26 + size * (at + 0.5), y: 15, "text-anchor": "middle", class: "axis" }, String(at + 1))]),
  ]);
  picture.setAttribute("viewBox", `0 0 ${wide} ${y + 4}`);
  picture.replaceChildren(...labels, ...numbered, ...cells);
}

function correlationTable() {
  const columns = correlated();
  const of = correlationOf();
  const lines = columns.map(([title, own], row) => [
    `${row + 1} ${title}`,
    ...columns.map(([, others], column) => (column === row ? "1" : marked(of(own, others).toFixed(2)))),
  ]);
  return { heads: [words("table.indicator"), ...columns.map((_, at) => String(at + 1))], lines };
}
