// The meaning of a bar, an interval or a bracket, beside it: for mouse, keyboard and touch.

/** The tip of each element, as a function that is called when it is shown. */
const TIPS = new WeakMap();
let tipped = null;

/** Give an element a tip: shown when it is pointed at, has the focus, or is touched. */
function tell(target, text) {
  TIPS.set(target, text);
  target.dataset.tips = "";
  return target;
}

/**
 * Have one of a picture's shapes take the tab key, from which arrow keys go on; each says what it shows.
 *
 * @param shapes In their order.
 * @param texts What each says, as its label and below the picture.
 * @param perRow How many arrow up and arrow down pass over.
 * @param press What enter and a click do with a shape's place, if anything.
 */
function roving(picture, shapes, texts, perRow = 1, press = null) {
  const reached = Math.min(Number(picture.dataset.reached ?? 0), shapes.length - 1);
  const go = (to) => {
    const next = Math.max(0, Math.min(shapes.length - 1, to));
    picture.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    shapes[next].setAttribute("tabindex", "0");
    picture.dataset.reached = next;
    shapes[next].focus({ preventScroll: true });
  };
  shapes.forEach((shape, at) => {
    shape.setAttribute("role", press ? "button" : "img");
    shape.setAttribute("tabindex", at === reached ? "0" : "-1");
    shape.setAttribute("aria-label", texts[at]);
    tell(shape, () => texts[at]);
    const readout = byId(`${picture.id}-readout`);
    for (const each of readout ? ["focus", "pointerenter"] : [])
      shape.addEventListener(each, () => (readout.textContent = texts[at]));
    if (press) shape.addEventListener("click", () => press(at));
    shape.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow, Home: -Infinity, End: Infinity }[event.key];
      if (step) go(at + step);
      else if (press && (event.key === "Enter" || event.key === " ")) press(at);
      else return;
      event.preventDefault();
    });
  });
}

function showTip(target) {
  const text = target ? TIPS.get(target)() : "";
  if (tipped && tipped !== target) tipped.removeAttribute("aria-describedby");
  tipped = text ? target : null;
  const tip = byId("tip");
  tip.hidden = !tipped;
  if (!tipped) return;
  tip.textContent = text;
  target.setAttribute("aria-describedby", "tip");
  (target.closest("dialog") ?? document.body).append(tip);
  const at = target.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: tall } = tip;
  const below = at.bottom + 6 + tall < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - wide / 2, document.documentElement.clientWidth - wide - 8))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - tall - 6)}px`;
}

/** The element with a tip at an event's place; the tip itself keeps its text. */
function tellerAt({ target }) {
  return target.closest?.("#tip") ? tipped : (target.closest?.("[data-tips]") ?? null);
}

function buildTips() {
  document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && showTip(tellerAt(event)));
  document.addEventListener("pointerdown", (event) => event.pointerType !== "mouse" && showTip(tellerAt(event)));
  document.addEventListener("focusin", (event) => showTip(tellerAt(event)));
  document.addEventListener("focusout", () => showTip(null));
  document.addEventListener("keydown", (event) => event.key === "Escape" && showTip(null));
  document.addEventListener("scroll", () => tipped && showTip(tipped), { capture: true, passive: true });
  for (const part of document.querySelectorAll(".age-bar > span")) tell(part, () => part.textContent).tabIndex = 0;
  tell(byId("unit-place"), () => (view.edition > 0 ? changeTip(view.open) : "")).tabIndex = 0;
  tell(byId("finding-hint"), () => saying(payload.finding_means[view.edition]));
  tell(byId("moved-hint"), movedMeans);
}
