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

/** Have the parts of a picture tell something, each by a function: one takes the tab key, arrow keys go on from it. */
function tellParts(picture, parts) {
  picture.setAttribute("role", "group");
  parts.forEach(([part, text], at) => {
    tell(part, text);
    for (const [name, value] of Object.entries({ role: "img", "aria-label": text(), tabindex: at ? -1 : 0 }))
      part.setAttribute(name, value);
  });
}

/** Go from a part of a picture to the next. */
function walkParts(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const picture = event.target.closest?.("svg[role=group]");
  const parts = step && picture ? Array.from(picture.querySelectorAll("[data-tips]")) : [];
  const next = parts[parts.indexOf(event.target) + step];
  if (!parts.includes(event.target) || !next) return;
  event.preventDefault();
  for (const each of parts) each.setAttribute("tabindex", each === next ? 0 : -1);
  next.focus();
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
  document.addEventListener("keydown", walkParts);
  document.addEventListener("scroll", () => tipped && showTip(tipped), { capture: true, passive: true });
  for (const part of document.querySelectorAll(".age-bar > span")) tell(part, () => part.textContent).tabIndex = 0;
  tell(byId("unit-place"), () => (view.edition > 0 ? changeTip(view.open) : "")).tabIndex = 0;
  tell(byId("finding-hint"), () => saying(payload.finding_means[view.edition]));
  tell(byId("moved-hint"), movedMeans);
}
