// A first visit: one minute on what the page shows, or on an example if it shows nothing yet.

const EXAMPLE = `Quality of life 2024;;;;
Town;Income (EUR);Unemployment;Green space;Density
Aachen;21.500,0;6,9%;31;700
Bonn;24.300,0;5,8%;42*;2.360
Celle;19.900,0;k.A.;38;395
Dessau;17.800,0;7,6%;45;320
`;
/** Where the steps point: a tab or a panel that is opened, and what of it is marked. Those that are not there are skipped. */
const STOPS = [
  { key: "ranking", tab: "ranking", mark: "rows" },
  { key: "range", tab: "ranking", mark: "ranking-tools" },
  { key: "reading", tab: "ranking", mark: "tab-reading" },
  { key: "questions", panel: "questions-panel" },
  { key: "tree", panel: "tree-panel" },
  { key: "chips", panel: "chips-panel" },
  { key: "undo", mark: "undo" },
  { key: "saving", mark: "saving" },
];
const SEEN = "hubrank-studio-tour";
let [stops, stop] = [[], 0];

function buildTour() {
  const box = element(
    "div",
    { id: "tour", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text", hidden: "" },
    element("h2", { id: "tour-title", tabindex: -1 }),
    element("p", { id: "tour-text" }),
    element("p", { class: "row" }, ...["back", "next", "end"].map(tourButton), element("span", { class: "note", id: "tour-place" })),
  );
  document.body.append(box);
  box.addEventListener("keydown", (event) => {
    const step = { Escape: Infinity, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    goToStop(stop + step);
  });
  byId("tour-start").addEventListener("click", startTour);
  addEventListener("resize", placeTour);
  onState(inviteOnce);
}

function tourButton(name) {
  const go = () => goToStop({ back: stop - 1, next: stop + 1, end: Infinity }[name]);
  return buttonOf(words(`studio.tour.${name}`), go, { class: name === "next" ? "plain primary" : "plain", id: `tour-${name}` });
}

/** Whether this browser has seen the tour; where it keeps nothing, it has. */
function tourSeen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
}

function rememberTour() {
  byId("tour-start").classList.remove("primary");
  try {
    localStorage.setItem(SEEN, "1");
  } catch {
    // a browser that keeps nothing
  }
}

/** On a first visit the tour's button stands out. */
function inviteOnce() {
  byId("tour-start").classList.toggle("primary", !tourSeen());
}

async function startTour() {
  if (!state.step) await take("towns.csv", EXAMPLE);
  if (!state.step) return;
  rememberTour();
  stops = STOPS.filter(({ panel, mark }) => !byId(panel ?? mark).hidden && (panel || byId(mark).childNodes.length));
  byId("tour").hidden = false;
  goToStop(0);
}

/** Open what a step is about, mark it, and say what it is; a step beyond the last ends the tour. */
function goToStop(to) {
  document.querySelector(".toured")?.classList.remove("toured");
  openPanels(false);
  if (to < 0) return;
  if (to >= stops.length) {
    byId("tour").hidden = true;
    byId("tour-start").focus();
    return;
  }
  stop = to;
  const { key, tab: opened, panel, mark } = stops[stop];
  if (opened) openTab(opened);
  if (panel) {
    byId(panel).open = true;
    openPanels(true);
  }
  const place = byId(panel ?? mark);
  place.classList.add("toured");
  place.scrollIntoView({ block: "nearest" });
  byId("tour-title").textContent = words(`studio.tour.${key}`);
  byId("tour-text").textContent = words(`studio.tour.${key}.text`);
  byId("tour-place").textContent = words("studio.tour.place", { number: String(stop + 1), count: stops.length });
  byId("tour-back").disabled = stop === 0;
  byId("tour-next").textContent = words(stop === stops.length - 1 ? "studio.tour.done" : "studio.tour.next");
  placeTour();
  byId("tour-title").focus({ preventScroll: true });
}

/** Beside what is marked, where there is room; else below or above it, within the window. */
function placeTour() {
  const box = byId("tour");
  if (box.hidden) return;
  const { panel, mark } = stops[stop];
  const at = byId(panel ?? mark).getBoundingClientRect();
  const [width, height] = [box.offsetWidth, box.offsetHeight];
  const beside = at.right + 12 + width < innerWidth;
  const below = at.bottom + 12 + height < innerHeight;
  const within = (value, most) => `${Math.max(8, Math.min(value, most - 8))}px`;
  box.style.setProperty("left", within(beside ? at.right + 12 : at.left, innerWidth - width));
  box.style.setProperty("top", within(beside ? at.top : below ? at.bottom + 12 : at.top - height - 12, innerHeight - height));
}
