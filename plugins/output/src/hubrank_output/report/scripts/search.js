// Search: names, other names, codes and countries in any script, ignoring accents; if nothing matches, similar
// spellings.

/** The fewest letters for which one mistake is allowed, and two. */
const [ONE_MISTAKE, TWO_MISTAKES] = [4, 7];
const NAMED_NEAR = 3;
/** For each unit that was looked at its names folded, and their words where these were looked at too. */
const searchable = [];
let looked = { wanted: "", near: false };

/** Languages by whose names countries are found besides the page's and their own: those of other scripts. */
const OTHER_SCRIPTS = ["ar", "el", "hi", "ja", "ko", "ru"];
const regionNames = new Map();

/** A country's names, long and short ("UK"). */
function namesOfRegion(region) {
  if (!regionNames.has(region)) {
    const own = new Intl.Locale("und", { region }).maximize().language;
    const codes = [...Object.keys(LANGUAGES), ...OTHER_SCRIPTS, own];
    const names = codes.flatMap((code) => ["long", "short"].map((style) => new Intl.DisplayNames(code, { type: "region", style }).of(region)));
    regionNames.set(region, names);
  }
  return regionNames.get(region);
}

/** All texts by which a unit is found. */
function calledBy(unit) {
  const region = payload.units.regions?.[unit] || countries?.regions?.[countryAt[unit]];
  const others = payload.units.aliases?.[unit].split("|") ?? [];
  const said = Object.values(payload.sayings).map((texts) => texts[payload.units.said[unit]]);
  return [NAMES[unit], ...said, CODES[unit], countryOf(unit), ...others, ...(region ? namesOfRegion(region) : [])].filter(Boolean);
}

/** Whether a unit is found by a text: it is in one of its names, or almost if no unit has it. */
function matching(query) {
  const wanted = folded(query.trim());
  looked = { wanted, near: false };
  if (!wanted) return () => true;
  const has = (unit) => {
    searchable[unit] ??= { texts: [...new Set(calledBy(unit).flatMap(spellings))], parts: null };
    return searchable[unit].texts.some((text) => text.includes(wanted));
  };
  if (orderNow().some(has)) return has;
  const near = nearest(wanted);
  looked.near = near.size > 0;
  return (unit) => near.has(unit);
}

/** The ranked units that are spelled nearest to a text, with as few mistakes as any. */
function nearest(wanted) {
  const length = Array.from(wanted).length;
  let fewest = /\p{N}/u.test(wanted) || length < ONE_MISTAKE ? 0 : length < TWO_MISTAKES ? 1 : 2;
  let found = [];
  if (!fewest) return new Set();
  for (const unit of orderNow()) {
    searchable[unit].parts ??= partsOf(unit);
    const mistakes = Math.min(...searchable[unit].parts.map((text) => mistakesIn(wanted, text, fewest)));
    if (mistakes > fewest) continue;
    if (mistakes < fewest) [fewest, found] = [mistakes, []];
    found.push(unit);
  }
  return new Set(found);
}

/** A unit's names and their words, folded, but for those that are too short to be mistaken. */
function partsOf(unit) {
  const parts = calledBy(unit).flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}\p{M}]+/u)]);
  return [...new Set(parts.flatMap(spellings))].filter((text) => text.length >= ONE_MISTAKE);
}

/** How many letters are wrong, missing, too many or exchanged in what may be the beginning of a text; `most` + 1 beyond. */
function mistakesIn(wanted, text, most) {
  if (text.length < wanted.length - most) return most + 1;
  const [own, other] = [wanted, text.slice(0, wanted.length + most)];
  let [before, row] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let at = 1; at <= own.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const same = own[at - 1] === other[to - 1];
      next[to] = Math.min(row[to] + 1, next[to - 1] + 1, row[to - 1] + (same ? 0 : 1));
      const exchanged = at > 1 && to > 1 && own[at - 1] === other[to - 2] && own[at - 2] === other[to - 1];
      if (exchanged) next[to] = Math.min(next[to], before[to - 2] + 1);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return Math.min(...row);
}

/** Report that nothing matches the query, and what is listed instead. */
function nearText(units) {
  if (!looked.near || !units.length) return "";
  const names = joined(units.slice(0, NAMED_NEAR).map((unit) => NAMES[unit]));
  return words("search.near", { query: view.query.trim(), names });
}
