// What the page says: every text stands in the catalogue `texts/LANGUAGE.json`, under one key for scripts and template.

/**
 * A text of the catalogue.
 *
 * @param key Its key; a text with plural forms is an object of them.
 * @param values What stands in for `{name}`; the number `count` chooses the plural form.
 */
function words(key, values = {}) {
  const found = TEXTS[key];
  const text = typeof found === "object" ? (found[PLURALS.select(values.count)] ?? found.other) : found;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const LANGUAGE = TEXTS.language;
const PLURALS = new Intl.PluralRules(LANGUAGE);

/** Texts one after the other, as the language joins them. */
function joined(texts) {
  return new Intl.ListFormat(LANGUAGE, { type: "unit", style: "long" }).format(texts);
}
