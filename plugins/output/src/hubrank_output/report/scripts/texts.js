// The texts of the page: each is in a catalogue, under one key for scripts and template.

let catalogue = PAGE_TEXTS;
let language = catalogue.language;
let plurals = new Intl.PluralRules(language);

/** Use another catalogue from now on. */
function speakBy(other) {
  catalogue = other;
  language = other.language;
  plurals = new Intl.PluralRules(language);
}

/**
 * A text of the catalogue.
 *
 * @param key Its key; a text with plural forms is an object of them.
 * @param values The value of each `{name}`; the number `count` chooses the plural form, a `number` gets the language's
 * decimal mark; `{ said }` is a text from the data, by its number, `{ key, values }` another of the catalogue.
 */
function words(key, values = {}) {
  const found = catalogue[key];
  const text = typeof found === "object" ? (found[plurals.select(values.count)] ?? found.other) : found;
  return text.replace(/\{(\w+)\}/g, (_, name) => shownIn(name, values[name]));
}

/** A value in a text: a count with its digits grouped, a number with the language's decimal mark, a text. */
function shownIn(name, value) {
  if (typeof value?.said === "number") return saying(value.said);
  if (typeof value?.key === "string") return words(value.key, value.values);
  if (name === "count" && typeof value === "number") return grouped(value);
  return name === "number" ? marked(value) : value;
}

/** A number as text with the language's decimal mark. */
function marked(text) {
  return text.replace(".", catalogue["decimal"]);
}

/** The name of an aggregation method: that of a mean is translated, that of a plugin is not. */
function methodName(method) {
  return catalogue[`mean.${method}`] ?? method;
}

/** Texts one after the other, as the language joins them. */
function joined(texts) {
  return new Intl.ListFormat(language, { type: "unit", style: "long" }).format(texts);
}
