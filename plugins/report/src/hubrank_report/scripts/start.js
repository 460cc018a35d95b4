// Wiring: what is shown at once, what when there is time, and what when the reader pauses.

const FRAME = 30;
let pictures = [];
let frame = 0;
let saving = 0;
let speaking = 0;

/** Show the view: the controls and the table now, the pictures with the next frame. */
function refresh() {
  showWeights();
  byId("spread").value = isPublished() ? view.spread : drawnSpread();
  showTable();
  showPicturesSoon();
  clearTimeout(saving);
  saving = setTimeout(save, 250);
}

/** Show the pictures with the next frames, in each as many as it has time for. */
function showPicturesSoon() {
  pictures = [showMap, showEditions, showProfiles, showUncertainty, showRivals];
  if (!frame) frame = requestAnimationFrame(showPictures);
}

function showPictures() {
  const until = performance.now() + FRAME;
  do pictures.shift()();
  while (pictures.length && performance.now() < until);
  frame = pictures.length ? requestAnimationFrame(showPictures) : 0;
}

function save() {
  const text = fragment();
  if (text !== location.hash.replace(/^#/, "")) history.replaceState(null, "", `#${text}`);
}

/** Rank by other weights or methods, or say why not. */
function apply(choice) {
  const problem = rerank(choice);
  byId("problem").textContent = problem;
  if (!problem) scheduleIntervals();
  refresh();
  clearTimeout(speaking);
  if (!problem) speaking = setTimeout(() => say(`Ranking updated: ${leaders()}.`), 600);
  return problem;
}

function leaders() {
  return orderNow()
    .slice(0, 3)
    .map((unit, at) => `${at + 1} ${NAMES[unit]}`)
    .join(", ");
}

function showEdition() {
  byId("edition").value = String(EDITIONS[view.edition]);
  byId("search").value = view.query;
  byId("detail").value = view.detail;
}

function build() {
  buildWeights(apply);
  buildTable();
  buildMap();
  buildRivals();
  buildDownload();
  const words = {
    published: "published",
    0.1: "weights ±10 %",
    0.25: "weights ±25 %",
    0.5: "weights ±50 %",
    any: "any weights",
  };
  options(
    byId("spread"),
    SPREADS.map((each) => [each, words[each]]),
    USUAL_SPREAD,
  );
  options(
    byId("edition"),
    EDITIONS.map((year) => [String(year), String(year)]),
    "",
  );
  byId("edition").addEventListener("change", (event) => {
    view.edition = EDITIONS.indexOf(Number(event.target.value));
    scheduleIntervals();
    refresh();
  });
  byId("back").addEventListener("click", () => {
    apply({ weights: {}, methods: {} });
    say("Published weights restored.");
  });
  byId("search").addEventListener("input", (event) => {
    view.query = event.target.value;
    toTop();
    refresh();
    say(byId("count").textContent);
  });
  byId("spread").addEventListener("change", (event) => {
    view.spread = event.target.value;
    scheduleIntervals();
    refresh();
  });
  byId("detail").addEventListener("change", (event) => {
    view.detail = event.target.value;
    refresh();
  });
  byId("clear").addEventListener("click", () => {
    view.selected = [];
    refresh();
    say("Selection cleared.");
  });
  byId("more").addEventListener("click", () => {
    limit = UNITS;
    refresh();
    byId("ranking-window").focus({ preventScroll: true });
  });
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
    forPaper(true);
  });
  window.addEventListener("afterprint", () => forPaper(false));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showPicturesSoon);
  window.addEventListener("hashchange", open);
  window.addEventListener("resize", showPicturesSoon);
}

/** Show what the address says. */
function open() {
  readFragment(location.hash);
  showEdition();
  scheduleIntervals();
  refresh();
}

build();
byId("panel").open = window.matchMedia("(min-width: 1081px)").matches;
open();
document.body.classList.add("ready");

/** For scripts that drive the page: rank by other weights and methods, and read what is ranked and drawn. */
window.hubrank = {
  rerank: (weights, methods = {}) => apply({ weights, methods }),
  ranking: () => {
    const { scores, ranks } = results[view.edition];
    return orderNow().map((unit) => ({ unit: CODES[unit], rank: ranks[unit], score: scores[unit] }));
  },
  intervals: () => ({
    low: intervals.low && [...intervals.low],
    high: intervals.high && [...intervals.high],
    from: intervals.from,
  }),
  resting: () => frame === 0,
};
