// Wiring: what is shown at once, what when there is time, and what when the reader pauses.

const FRAME = 30;
let pictures = [];
let frame = 0;
let speaking = 0;
/** Whether the address's section is to be gone to once the pictures above it are there. */
let going = false;

/** Show the view: the controls and the table now, the pictures with the next frame; `by` is the hand that changed it. */
function refresh(by = "") {
  showWeights();
  showMoved();
  showPinned();
  byId("spread").value = isPublished() ? view.spread : drawnSpread();
  showLimits();
  showFolded();
  showTable();
  showPicturesSoon();
  saveSoon(by);
}

/** Show the pictures with the next frames, in each as many as it has time for. */
function showPicturesSoon() {
  sectionWidth = null;
  pictures = [showUnit, showMap, showEditions, showProfiles, showUncertainty, showRivals, showViews];
  if (!frame) frame = requestAnimationFrame(showPictures);
}

function showPictures() {
  const until = performance.now() + FRAME;
  do pictures.shift()();
  while (pictures.length && performance.now() < until);
  frame = pictures.length ? requestAnimationFrame(showPictures) : 0;
  if (going && !frame) {
    going = false;
    goToSection();
  }
}

/** Rank by other weights or methods, or say why not. */
function apply(choice, by) {
  const before = rowsNow();
  const problem = rerank(choice);
  showProblem(problem, by);
  if (!problem) scheduleIntervals();
  refresh(by);
  if (problem) return problem;
  glide(before);
  clearTimeout(speaking);
  speaking = setTimeout(() => say([words("said.ranked", { leaders: leaders() }), byId("moved-text").textContent].join(" ")), 600);
  return "";
}

function leaders() {
  return joined(orderNow().slice(0, 3).map((unit, at) => `${at + 1} ${NAMES[unit]}`));
}

/** The filters and values chosen in the folded part. */
function showFolded() {
  const count = [view.filters, view.limits].flatMap(Object.keys).length;
  byId("more-state").textContent = count ? words("tools.moreSet", { count }) : words("tools.more");
}

function showEdition() {
  byId("edition").value = String(EDITIONS[view.edition]);
  byId("search").value = view.query;
  byId("detail").value = view.detail;
  for (const { column } of payload.groups) byId(`filter-${column}`).value = view.filters[column] ?? "";
}

function build() {
  buildTips();
  buildLanguages();
  buildWeights(apply);
  buildTable();
  buildMap();
  buildRivals();
  buildDownload();
  buildAddress();
  buildUnit();
  buildPinned();
  buildFilters();
  buildLimits();
  buildViews();
  options(
    byId("spread"),
    SPREADS.map((each) => spreadOption(each)),
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
    say(words("said.restored"));
  });
  byId("search").addEventListener("input", (event) => {
    view.query = event.target.value;
    toTop();
    refresh("search");
    say([byId("near"), byId("count")].map((each) => each.textContent).join(" ").trim());
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
    say(words("said.cleared"));
  });
  byId("more").addEventListener("click", () => {
    limit = UNITS;
    refresh();
    byId("ranking-window").focus({ preventScroll: true });
  });
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of folded) each.open = true;
    forPaper(true);
    showViews();
  });
  window.addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
    forPaper(false);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showPicturesSoon);
  window.addEventListener("hashchange", open);
  window.addEventListener("resize", showPicturesSoon);
}

/** A spread as an option: its value, its text, and how to rewrite it. */
function spreadOption(each) {
  const said = each > 0 ? ["spread.share", { share: 100 * each }] : [`spread.${each}`];
  return [each, words(...said), spoken(...said)];
}

/** A choice for each group that units can be filtered by. */
function buildFilters() {
  const made = payload.groups.map(({ column, names, titles }) => {
    const id = `filter-${column}`;
    const select = element("select", { id });
    const pairs = names.map((name, at) => [name, titles[at]]).filter(([name]) => name);
    options(select, [["", words("filter.all"), spoken("filter.all")], ...pairs], "");
    select.addEventListener("change", () => {
      view.filters = { ...view.filters, [column]: select.value };
      if (!select.value) delete view.filters[column];
      toTop();
      refresh();
      say(byId("count").textContent);
    });
    return element("p", {}, element("label", { for: id, ...spoken(`filter.${column}`) }, words(`filter.${column}`)), " ", select);
  });
  byId("filters").replaceChildren(...made);
}

/** Show what the address says. */
function open() {
  const before = view.section;
  readFragment(location.hash);
  hand = "address";
  limited = Object.keys(view.limits)[0] ?? limited;
  byId("limit-figure").value = limited;
  showEdition();
  showEmbedded();
  scheduleIntervals();
  refresh("address");
  going = view.section !== "" && view.section !== before;
}

build();
byId("panel").open = window.matchMedia("(min-width: 1081px)").matches;
open();
document.body.classList.add("ready");

/** For scripts that drive the page: rank by other weights and methods, and read the ranking and the drawing. */
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
