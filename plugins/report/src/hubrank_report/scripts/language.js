// The page's language: what stands in the document is written anew when another is chosen.

const LANGUAGES = payload.languages;

/** The attributes by which an element's text is written anew in another language. */
function spoken(key, values = {}) {
  return { "data-t": key, "data-values": JSON.stringify(values) };
}

/** Write the texts of the document in the language; those that depend on the view follow with `refresh`. */
function showTexts() {
  document.documentElement.lang = language;
  byId("language").value = language;
  for (const each of document.querySelectorAll("[data-t]")) {
    const values = JSON.parse(each.dataset.values ?? "{}");
    each.textContent = words(each.dataset.t, values);
  }
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", words(each.dataset.label));
  }
  for (const id of ["said", "copied", "problem"]) byId(id).textContent = "";
  byId("map-readout").textContent = words(HAS_PLACES ? "map.dots" : "map.shades");
}

/** Speak another language; an unknown one is the page's own. */
function speak(code) {
  const wanted = LANGUAGES[code] ?? PAGE_TEXTS;
  if (wanted.language === language) return;
  speakBy(wanted);
  showTexts();
  showChoices();
}

/** The languages by the names that they have in themselves. */
function buildLanguages() {
  const made = Object.keys(LANGUAGES).map((code) => {
    const name = new Intl.DisplayNames(code, { type: "language" }).of(code);
    return element("option", { value: code, lang: code }, name.charAt(0).toLocaleUpperCase(code) + name.slice(1));
  });
  byId("language").replaceChildren(...made);
  byId("language").value = language;
  byId("language-part").hidden = made.length < 2;
  byId("language").addEventListener("change", (event) => {
    speak(event.target.value);
    refresh();
  });
}
