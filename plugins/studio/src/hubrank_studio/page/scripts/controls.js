// Buttons, choices and tables as both pages make them, and the focus of who stands in what is made anew.

/** A button that does something. */
function buttonOf(text, does, attributes = {}) {
  const made = element("button", { type: "button", class: "plain", ...attributes }, text);
  made.addEventListener("click", does);
  return made;
}

/** A choice among pairs of value and text; a function gets the value. */
function selectOf(attributes, pairs, chosen, does) {
  const made = element("select", attributes);
  options(made, pairs, chosen);
  made.addEventListener("change", () => does(made.value));
  return made;
}

/** A control, or several, behind the label of the first. */
function labelled(text, control, ...others) {
  return element("p", { class: "row" }, element("label", { for: control.id, dir: "auto" }, text), control, ...others);
}

/** A table whose first column names the rows; cells are texts, or elements as they are. */
function tableOf(caption, heads, rows, name = caption) {
  const cell = (text, at) => {
    if (text instanceof Element && /^T[DH]$/.test(text.tagName)) return text;
    return at ? element("td", { class: "number" }, text) : element("th", { scope: "row", dir: "auto" }, text);
  };
  const table = element(
    "table",
    { class: "beside" },
    element("caption", { dir: "auto" }, caption),
    element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col", dir: "auto" }, text)))),
    element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map(cell)))),
  );
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, table);
}

/** Fill a place anew; the focus stays on the element of the same id, or else goes to the place itself. */
function refilled(place, ...children) {
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const { id, selectionStart } = active ?? {};
  place.replaceChildren(...children);
  if (!active) return;
  const again = id ? byId(id) : null;
  if (!again) place.tabIndex = -1;
  (again ?? place).focus({ preventScroll: true });
  if (again && typeof selectionStart === "number") again.setSelectionRange(selectionStart, selectionStart);
}

/** What a promise of `asked` gives; null if there are problems, which a function gets: the top of the page shows them. */
async function orProblems(promise, show = fail) {
  try {
    return await promise;
  } catch (error) {
    if (!error.problems) throw error;
    show(error.problems, error.status);
    return null;
  }
}
