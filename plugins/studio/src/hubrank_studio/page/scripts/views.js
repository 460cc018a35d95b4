// The ways to look at the ranking: the page's own sections, framed.

const TABS = ["ranking", "reading", "views"];
const FRAMES = ["map", "profiles", "uncertainty", "figures", "method"];
let tab = "ranking";
let frame = "map";

onState((now, why) => {
  byId("tabs").hidden = !now.result;
  if (tab === "views" && (why !== "ranges" || !now.result?.growing)) loadFrame();
});

function buildTabs() {
  byId("tabs").replaceChildren(
    ...TABS.map((name) => {
      const made = element("button", { type: "button", class: "tab", id: `tab-${name}` }, words(`studio.tab.${name}`));
      made.addEventListener("click", () => openTab(name));
      return made;
    }),
  );
  openTab(tab);
}

function openTab(name) {
  tab = name;
  for (const each of TABS) {
    byId(each).hidden = each !== name;
    byId(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
  }
  if (name === "views" && state?.result) loadFrame();
  if (name === "reading") loadTable();
}

let loading = 0;
/** Frame the ranking's page a moment after the last change. */
function loadFrame() {
  clearTimeout(loading);
  loading = setTimeout(() => {
    const place = byId("views");
    const picks = FRAMES.map((name) => {
      const made = element("button", { type: "button", class: "plain", "aria-pressed": String(name === frame) }, words(`studio.frame.${name}`));
      made.addEventListener("click", () => {
        frame = name;
        loadFrame();
      });
      return made;
    });
    const address = `${at("report", { step: state.step })}#embed=${frame}`;
    const framed = element("iframe", { id: "frame", sandbox: "allow-scripts allow-downloads", src: address, title: words(`studio.frame.${frame}`) });
    place.replaceChildren(element("p", { class: "row" }, ...picks), framed);
  }, 200);
}

/** What is known of a unit. */
async function openUnit(code) {
  say(code);
}
