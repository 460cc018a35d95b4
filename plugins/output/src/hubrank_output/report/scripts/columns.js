// The table's columns: how each is sorted by and shown.

const MOST_ON_PAPER = 5;

function rangeText(unit) {
  const low = intervals.low?.[unit];
  const high = intervals.high?.[unit];
  if (intervals.from === "none" && live()) return "…";
  if (low === undefined || low !== low) return "";
  return `${rangeBetween(low, high)}${isOutside(unit) ? "*" : ""}`;
}

function rangeBetween(low, high) {
  return low === high ? shownRank(low) : `${shownRank(low)}–${shownRank(high)}`;
}

/** The meaning of an interval, in a sentence. */
function rangeTip(unit) {
  const rank = shownRank(results[view.edition].ranks[unit]);
  const low = intervals.low?.[unit];
  if (!(low >= 1)) return words("range.none", { name: NAMES[unit], rank });
  const said = words("range.tip", { name: NAMES[unit], rank, held: HELD, range: rangeBetween(low, intervals.high[unit]) });
  return isOutside(unit) ? `${said} ${words("ranges.outside")}` : said;
}

/** The position of a unit's interval and rank on the axis of all ranks, in per cent; nothing without an interval. */
function whiskerOf(unit) {
  const low = intervals.low?.[unit];
  if (!(low >= 1)) return null;
  const most = Math.max(orderNow().length - 1, 1);
  const at = (rank) => Math.min(100, (100 * (rank - 1)) / most);
  return [low, intervals.high[unit], results[view.edition].ranks[unit]].map((rank) => `${at(rank).toFixed(2)}%`);
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
    made.push({
      name: "published",
      title: words("table.published"),
      kind: "number change published",
      key: (unit) => -moved(unit),
      text: movedText,
      tip: movedTip,
      moves: true,
    });
  }
  made.push({
    name: "range",
    title: words("table.range"),
    kind: "wide range-cell",
    key: (unit) => intervals.low?.[unit] ?? 0,
    text: rangeText,
    tip: rangeTip,
    whisker: true,
  });
  if (view.edition > 0) {
    made.push({
      name: "change",
      title: words("table.since", { edition: EDITIONS[view.edition - 1] }),
      kind: "number change since",
      key: (unit) => -change(unit),
      text: changeText,
      tip: changeTip,
      moves: true,
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
    return [{ name: "makeup", title: words("table.composition"), kind: "makeup wide", bar: true, tip: makeupTip }];
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

/** For each unit the lengths of its parts in per cent of the longest bar; its score alone where parts do not add up. */
function makeups() {
  const now = results[view.edition];
  const [low, high] = extent(now.scores);
  const weights = SPLIT.live ? weightsIn(SPLIT, view.edition) : PARTS.map(() => 1);
  const parts = PARTS.map((part) => scoresOf(part, now));
  const stacked = payload.ranking.best === "highest" && low >= 0 && parts.every((scores) => !(extent(scores)[0] < 0));
  return (unit) => {
    const score = now.scores[unit];
    if (!stacked) return [high > low ? (100 * (score - low)) / (high - low) : 100];
    const lengths = parts.map((scores, at) => weights[at] * (scores[unit] || 0));
    const total = lengths.reduce((sum, each) => sum + each, 0);
    return lengths.map((each) => (total ? (100 * each * score) / (total * high) : 0));
  };
}

/** A unit's score and those of its parts, with the share of the bar that each takes. */
function makeupTip(unit) {
  const now = results[view.edition];
  const lengths = listing.bar(unit);
  const whole = lengths.reduce((sum, each) => sum + each, 0);
  const lines = PARTS.map((part, at) => {
    const said = { title: TITLE.get(part), score: shownScore(scoresOf(part, now)[unit]) };
    if (lengths.length < PARTS.length || !whole) return words("makeup.score", said);
    return words("makeup.part", { ...said, share: shownShare(lengths[at] / whole) });
  });
  return [words("makeup.whole", { name: NAMES[unit], score: shownScore(now.scores[unit]) }), ...lines].join("\n");
}
