// What a bar, a range or a bracket means, beside it: for the mouse, the keyboard and the finger.

/** What each element tells, as a function that is asked when it is shown. */
const TIPS = new WeakMap();
let tipped = null;

/** Have an element tell something: when it is pointed at, has the focus, or is touched. */
function tell(target, text) {
  TIPS.set(target, text);
  target.dataset.tips = "";
  return target;
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
  const at = target.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: tall } = tip;
  const below = at.bottom + 6 + tall < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - wide / 2, document.documentElement.clientWidth - wide - 8))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - tall - 6)}px`;
}

/** The element that tells something at an event's place; the tip itself keeps what it says. */
function tellerAt({ target }) {
  return target.closest?.("#tip") ? tipped : (target.closest?.("[data-tips]") ?? null);
}

function buildTips() {
  document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && showTip(tellerAt(event)));
  document.addEventListener("pointerdown", (event) => event.pointerType !== "mouse" && showTip(tellerAt(event)));
  document.addEventListener("focusin", (event) => showTip(tellerAt(event)));
  document.addEventListener("focusout", () => showTip(null));
  document.addEventListener("keydown", (event) => event.key === "Escape" && showTip(null));
  document.addEventListener("scroll", () => showTip(null), { capture: true, passive: true });
  tell(byId("finding-hint"), () => saying(payload.finding_means[view.edition]));
  tell(byId("moved-hint"), movedMeans);
}
