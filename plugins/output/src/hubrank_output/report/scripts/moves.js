// Rank changes: since the edition before, and since weights were changed; and which of them are robust.

function change(unit) {
  return results[view.edition - 1].ranks[unit] - results[view.edition].ranks[unit];
}

/** Whether the published move is not robust; under other weights nothing was drawn, and nothing is known. */
function isDoubtful(unit) {
  return isPublished() && PUBLISHED.doubtful?.[view.edition * UNITS + unit] === 1;
}

function changeText(unit) {
  return arrow(change(unit), isDoubtful(unit));
}

/** How many places a unit is better than under the published weights. */
function moved(unit) {
  return PUBLISHED.ranks[view.edition][unit] - results[view.edition].ranks[unit];
}

/** Whether a unit is now beyond the range that its rank was published with; nothing is known where none was. */
function isBeyond(unit) {
  const [low, high] = [PUBLISHED.low?.[view.edition][unit], PUBLISHED.high?.[view.edition][unit]];
  const rank = results[view.edition].ranks[unit];
  return rank < low || rank > high;
}

/** A rank change with its arrow, in brackets if it is not robust. */
function arrow(places, doubtful) {
  if (places !== places) return words("change.new");
  const text = places === 0 ? "=" : `${places > 0 ? "▲" : "▼"} ${marked(String(Math.abs(places)))}`;
  return doubtful ? `(${text})` : text;
}

function movedText(unit) {
  return arrow(moved(unit), Boolean(PUBLISHED.low) && moved(unit) !== 0 && !isBeyond(unit));
}

function movedTip(unit) {
  const before = shownRank(PUBLISHED.ranks[view.edition][unit]);
  const said = words("moved.from", { name: NAMES[unit], before, now: shownRank(results[view.edition].ranks[unit]) });
  if (moved(unit) !== moved(unit) || moved(unit) === 0 || !PUBLISHED.low) return said;
  const range = rangeBetween(PUBLISHED.low[view.edition][unit], PUBLISHED.high[view.edition][unit]);
  return `${said} ${words(isBeyond(unit) ? "moved.beyond" : "moved.within", { range })}`;
}

/** The description of a rank change since the edition before, and its certainty. */
function changeTip(unit) {
  const from = EDITIONS[view.edition - 1];
  const before = shownRank(results[view.edition - 1].ranks[unit]);
  const now = shownRank(results[view.edition].ranks[unit]);
  const said = words("change.from", { name: NAMES[unit], edition: from, before, now });
  const agreement = isPublished() ? PUBLISHED.agreement?.[view.edition][unit] : NaN;
  if (!(agreement >= 0)) return said;
  const share = words("percent", { number: String(Math.floor(100 * agreement)) });
  return `${said} ${words(isDoubtful(unit) ? "change.doubtful" : "change.sure", { share })}`;
}

/** "14 ranks changed, 3 of them robust": in the view's edition, against the published ranks. */
function movedSentence() {
  const changed = orderNow().filter((unit) => moved(unit) !== 0);
  const counts = { count: changed.length, beyond: grouped(changed.filter(isBeyond).length) };
  if (!changed.length) return words("moved.none");
  return words(PUBLISHED.low ? "moved.ranks" : "moved.unknown", counts);
}

function movedMeans() {
  return words(PUBLISHED.low ? "moved.means" : "moved.meansUnknown", { held: HELD });
}

/** Update findings and rank changes from the view: findings are about the published weights only. */
function showMoved() {
  byId("finding").hidden = !isPublished() || !payload.finding[view.edition].length;
  byId("finding-text").textContent = payload.finding[view.edition].map(saying).join(" ");
  byId("finding-hint").hidden = !payload.finding_means[view.edition];
  byId("moved").hidden = isPublished();
  byId("moved-text").textContent = isPublished() ? "" : movedSentence();
}
