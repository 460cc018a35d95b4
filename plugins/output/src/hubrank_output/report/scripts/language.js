// The page's language: the document is rewritten when another is chosen.

/** The catalogues by language; that of the language in which the page opens is in the script. */
const LANGUAGES = Object.fromEntries(Object.entries(payload.languages).map(([code, each]) => [code, each ?? PAGE_TEXTS]));

/** Name the countries as the language does, where they are known to ISO 3166-1; English names come with the page. */
function nameCountries() {
  const names = new Intl.DisplayNames(language, { type: "region" });
  for (const group of payload.groups.filter((each) => each.regions)) {
    group.english ??= group.titles;
    const named = group.regions.map((region, at) => (region ? names.of(region) : group.english[at]));
    group.titles = language === "en" ? group.english : named;
  }
}

/** Name the units, subregions and continents as the language does, where a translation came with the page. */
function nameUnits() {
  for (const group of payload.groups.filter((each) => each.said))
    for (const [at, number] of Object.entries(group.said)) group.titles[at] = saying(number);
  const translated = Object.entries(payload.units.said);
  for (const [at, number] of translated) NAMES[at] = saying(number);
  if (translated.length) ALPHABETICAL.set(placesInOrder(NAMES));
}

nameCountries();
nameUnits();

/** The attributes by which an element's text is rewritten in another language. */
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
  for (const each of document.querySelectorAll("[data-saying]")) each.textContent = saying(Number(each.dataset.saying));
  byId("search").placeholder = words("tools.search");
  document.title = saying(payload.title);
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", words(each.dataset.label));
  }
  for (const id of ["said", "copied", "copied-citation"]) byId(id).textContent = "";
  byId("map-readout").textContent = words(MAP_NOTE);
}

/** Speak another language; an unknown one is the page's own. */
function speak(code) {
  const wanted = LANGUAGES[code] ?? PAGE_TEXTS;
  if (wanted.language === language) return;
  speakBy(wanted);
  nameCountries();
  nameUnits();
  searchable.length = 0;
  buildFilters();
  nameFigures();
  nameRegions();
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
    showEdition();
    refresh();
  });
}
