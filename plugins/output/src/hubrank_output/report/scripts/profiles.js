// Dimension profiles: where the selected units lie among all, and the measured values behind.

const MEDIAN_SHARE = 0.5;

/** The middle of ascending values; between the two middle ones where their number is even. */
function median(sorted) {
  const at = MEDIAN_SHARE * (sorted.length - 1);
  return (sorted[Math.floor(at)] + sorted[Math.ceil(at)]) / 2;
}

/** The scores of units, ascending. */
function scoresAmong(units, scores) {
  const own = new Float64Array(units.length);
  for (let at = 0; at < units.length; at += 1) own[at] = scores[units[at]];
  return ascending(own);
}

/** Bring the profiles in line with the view. */
function showProfiles() {
  const units = compared();
  const now = results[view.edition];
  showKey(byId("profile-key"), units);
  const tracks = PARTS.map((part) => track(part, scoresOf(part, now), orderNow(), units));
  byId("profiles").replaceChildren(...tracks);
  showValues(units);
}

/** The colour and sign of each unit. */
function showKey(list, units) {
  const items = units.map((unit, at) =>
    element(
      "li",
      { "data-series": at },
      element("span", { class: "swatch", "aria-hidden": "true" }),
      element("span", { dir: "auto" }, NAMES[unit]),
    ),
  );
  list.replaceChildren(...items);
}

/** A dimension as a line with a tick for each unit and a dot for each of the compared. */
function track(part, scores, order, units) {
  const ranked = scoresAmong(order, scores);
  const [low, high] = [ranked[0], ranked[ranked.length - 1]];
  const x = (score) => 10 + (580 * (score - low)) / (high - low || 1);
  const ticks = new Set();
  for (const score of ranked) ticks.add(Math.round(2 * x(score)) / 2);
  const middle = median(ranked);
  const said = units.map((unit) => `${NAMES[unit]} ${shownScore(scores[unit])}`).join(", ");
  const picture = drawing("svg", {
    viewBox: "0 0 600 40",
    role: "img",
    "aria-label": words("profiles.track", { title: TITLE.get(part), said, median: shownScore(middle) }),
  });
  picture.append(
    drawing("path", { d: Array.from(ticks, (each) => `M${each},13v14`).join(""), class: "ticks" }),
    drawing("path", { d: `M${x(middle).toFixed(1)},7v26`, class: "median" }),
  );
  units.forEach((unit, at) => {
    if (scores[unit] === scores[unit]) picture.append(mark(at, x(scores[unit]), 20));
  });
  const legend = units.map((unit, at) => element("span", { "data-series": at }, shownScore(scores[unit])));
  return element(
    "div",
    { class: "track" },
    element("h3", {}, TITLE.get(part)),
    element("p", { class: "figures", "aria-hidden": "true" }, ...legend),
    picture,
  );
}

/** A sign for each of the compared units, so that they differ by more than colour. */
function mark(series, x, y) {
  const shapes = [
    `M${x - 6},${y}a6,6 0 1,0 12,0a6,6 0 1,0 -12,0`,
    `M${x - 5.5},${y - 5.5}h11v11h-11z`,
    `M${x},${y - 7.5}l7.5,7.5l-7.5,7.5l-7.5,-7.5z`,
    `M${x},${y - 7}l7,12h-14z`,
  ];
  return drawing("path", { d: shapes[series], class: "mark", "data-series": series });
}

/** The measured values of the compared units, indicator by indicator. */
function showValues(units) {
  const table = byId("values");
  const heads = [words("table.indicator"), ...units.map((unit) => NAMES[unit])].map((text, at) =>
    element("th", { scope: "col", dir: "auto", class: at ? "number" : "" }, text),
  );
  table.tHead.rows[0].replaceChildren(...heads);
  const lines = INDICATORS.map((each, at) => {
    const head = element("th", { scope: "row" }, each.title, element("span", { class: "unit-of-measure" }, each.unit));
    return element("tr", {}, head, ...units.map((unit) => valueCell(unit, at)));
  });
  table.tBodies[0].replaceChildren(...lines);
}

function valueCell(unit, indicator) {
  const at = cell(view.edition, unit, indicator);
  const made = element("td", { class: "number" }, shownValue(measured[at]));
  const lacks = measured[at] !== measured[at] && payload.partOf?.[view.edition][indicator] !== 0;
  const flag = imputed[at] ? "flag.imputed" : lacks && "flag.missing";
  if (flag) made.append(element("span", { class: "flag" }, words(flag)));
  return made;
}
