// The table's columns: how each is sorted by and shown.

const MOST_ON_PAPER = 5;

function change(unit) {
  return results[view.edition - 1].ranks[unit] - results[view.edition].ranks[unit];
}

/** Whether the published move is not robust; under other weights nothing was drawn, and nothing is known. */
function isDoubtful(unit) {
  return isPublished() && PUBLISHED.doubtful?.[view.edition * UNITS + unit] === 1;
}

function changeText(unit) {
  const moved = change(unit);
  if (moved !== moved) return words("change.new");
  const text = moved === 0 ? "=" : `${moved > 0 ? "▲" : "▼"} ${Math.abs(moved)}`;
  return isDoubtful(unit) ? `(${text})` : text;
}

function rangeText(unit) {
  const low = intervals.low?.[unit];
  const high = intervals.high?.[unit];
  if (intervals.from === "none" && live()) return "…";
  if (low === undefined || low !== low) return "";
  return `${low === high ? shownRank(low) : `${shownRank(low)}–${shownRank(high)}`}${isOutside(unit) ? "*" : ""}`;
}

/** The group that the published joint ranges keep a unit apart in; NaN where there are none. */
function evidenceTier(unit) {
  return isPublished() ? (PUBLISHED.evidenceTiers?.[view.edition][unit] ?? NaN) : NaN;
}

/** Whether a unit's rank lies outside its own range. */
function isOutside(unit) {
  const rank = results[view.edition].ranks[unit];
  return intervals.low !== null && (rank < intervals.low[unit] || rank > intervals.high[unit]);
}

const countries = payload.groups.find((group) => group.column === "country");

const countryAt = countries && numbers(countries.of);
let countryOrder = { titles: null, places: [] };

function countryOf(unit) {
  return countries ? countries.titles[countryAt[unit]] : "";
}

function countryKey(unit) {
  const { titles } = countries;
  if (countryOrder.titles !== titles) countryOrder = { titles, places: placesInOrder(titles) };
  return countryOrder.places[countryAt[unit]];
}

/** The place of each text among them all in the order of the alphabet. */
function placesInOrder(texts) {
  const order = texts.map((_, at) => at).sort((a, b) => texts[a].localeCompare(texts[b], language));
  const made = [];
  order.forEach((at, place) => (made[at] = place));
  return made;
}

/**
 * The columns of the view.
 *
 * `key` is the number that sorts, ascending. `text` is what a cell says; `kind` is its class.
 */
function columns() {
  const now = results[view.edition];
  const made = [
    { name: "pin", title: words("table.pin"), kind: "pin", button: true },
    {
      name: "rank",
      title: words("table.rank"),
      kind: "number rank",
      key: (unit) => now.ranks[unit],
      text: (unit) => shownRank(now.ranks[unit]),
    },
  ];
  if (!isPublished()) {
    const before = PUBLISHED.ranks[view.edition];
    made.push({
      name: "published",
      title: words("table.published"),
      kind: "number wide published",
      key: (unit) => before[unit],
      text: (unit) => shownRank(before[unit]),
    });
  }
  made.push({
    name: "range",
    title: words("table.range"),
    kind: "number wide narrow",
    key: (unit) => intervals.low?.[unit] ?? 0,
    text: rangeText,
  });
  if (view.edition > 0) {
    made.push({
      name: "change",
      title: words("table.since", { edition: EDITIONS[view.edition - 1] }),
      kind: "number change",
      key: (unit) => -change(unit),
      text: changeText,
    });
  }
  made.push({
    name: "name",
    title: words("table.name"),
    kind: "name",
    key: (unit) => ALPHABETICAL[unit],
    text: (unit) => NAMES[unit],
  });
  if (countries) {
    const title = words("table.country");
    made.push({ name: "country", title, kind: "wide country", key: countryKey, text: countryOf });
  }
  made.push({
    name: "score",
    title: words("table.score"),
    kind: "number score",
    key: (unit) => -now.scores[unit],
    text: (unit) => shownScore(now.scores[unit]),
  });
  return [...made, ...detailColumns(now)];
}

/** The columns behind the score: a bar, or a number for each dimension or indicator; paper has room for few. */
function detailColumns(now) {
  const made = allDetailColumns(now, view.detail);
  return onPaper && made.length > MOST_ON_PAPER ? allDetailColumns(now, "makeup") : made;
}

function allDetailColumns(now, detail) {
  if (detail === "makeup") {
    return [{ name: "makeup", title: words("table.composition"), kind: "makeup wide", bar: true }];
  }
  if (detail === "scores") return PARTS.map((part) => scoreColumn(part, scoresOf(part, now)));
  if (detail === "values") return INDICATORS.map(({ key }) => scoreColumn(key, LEAVES.get(key)[view.edition]));
  return INDICATORS.map((each, at) => measuredColumn(each, at));
}

function scoreColumn(part, scores) {
  const sign = payload.ranking.best === "lowest" ? 1 : -1;
  const title = TITLE.get(part);
  return { name: part, title, kind: "number", key: (unit) => sign * scores[unit], text: (unit) => shownScore(scores[unit]) };
}

/** An indicator's measured values, the best first. */
function measuredColumn({ key, title, direction }, at) {
  const value = (unit) => measured[cell(view.edition, unit, at)];
  return { name: key, title, kind: "number", key: (unit) => -direction * value(unit), text: (unit) => shownValue(value(unit)) };
}

/** A dimension's scores, or an indicator's normalised values, in the view's edition. */
function scoresOf(part, now) {
  return now.shown.get(part) ?? LEAVES.get(part)[view.edition];
}

/** For each unit a background that stacks its dimensions, as long as its score. */
function makeups() {
  const now = results[view.edition];
  const [low, high] = extent(now.scores);
  const weights = SPLIT.live ? weightsIn(SPLIT, view.edition) : PARTS.map(() => 1);
  const parts = PARTS.map((part) => scoresOf(part, now));
  const stacked = payload.ranking.best === "highest" && low >= 0 && parts.every((scores) => !(extent(scores)[0] < 0));
  return (unit) => {
    const score = now.scores[unit];
    if (!stacked) {
      const share = high > low ? (score - low) / (high - low) : 1;
      return `linear-gradient(to right, var(--accent) ${(100 * share).toFixed(2)}%, transparent 0)`;
    }
    let total = 0;
    for (let at = 0; at < parts.length; at += 1) total += weights[at] * (parts[at][unit] || 0);
    const stops = [];
    let reached = 0;
    for (let at = 0; at < parts.length; at += 1) {
      reached += ((weights[at] * (parts[at][unit] || 0)) / total) * (score / high) * 100;
      stops.push(`var(--d${at % 8}) 0 ${reached.toFixed(2)}%`);
    }
    return `linear-gradient(to right, ${stops.join(", ")}, transparent 0)`;
  };
}
