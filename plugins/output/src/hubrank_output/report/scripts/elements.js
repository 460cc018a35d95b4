// Making elements. Text is always set as text, never as markup, so that no name can do anything.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; a text becomes a text node. */
function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same within a picture. */
function drawing(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

/** A score with as many decimals as it needs to be read. */
function shownScore(score) {
  if (score !== score) return "–";
  return marked(written(score, payload.ranking.decimals, payload.ranking.rounding));
}

/** A measured value with its digits grouped. */
function shownValue(value) {
  if (value !== value) return "–";
  return value.toLocaleString(
    language,
    Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 },
  );
}

function shownShare(share) {
  return words("percent", { number: (100 * share).toFixed(share < 0.0995 ? 1 : 0) });
}

function shownRank(rank) {
  return rank === rank ? marked(String(rank)) : "–";
}

/** A count with its digits grouped. */
function grouped(count) {
  return count.toLocaleString(language);
}

/** Say something to those who hear the page. */
function say(text) {
  byId("said").textContent = text;
}

/** A text cut to a length, for labels in pictures. */
function cut(text, length) {
  const signs = Array.from(text);
  return signs.length > length ? `${signs.slice(0, length - 1).join("")}…` : text;
}

const ruler = IN_PAGE ? document.createElement("canvas").getContext("2d") : null;
if (ruler) ruler.font = `600 100px ${getComputedStyle(document.body).fontFamily}`;
const widths = new Map();
/** More letters than a picture has room for. */
const MOST_LETTERS = 500;

/** How wide a text is in a picture at most, since some are bold. */
function textWidth(text, size = 13) {
  if (!widths.has(text)) widths.set(text, ruler.measureText(text).width / 100);
  return widths.get(text) * size;
}

/** A text, cut where it is wider than its place. */
function fitted(text, room, size = 13) {
  let [fits, letters] = [2, Math.min(Array.from(text).length, MOST_LETTERS) + 1];
  while (letters - fits > 1) {
    const middle = Math.floor((fits + letters) / 2);
    if (textWidth(cut(text, middle), size) > room) letters = middle;
    else fits = middle;
  }
  return cut(text, fits);
}

/** A text in lines that are no wider than their place, broken between words where there are any. */
function wrapped(text, room, size = 13) {
  const parts = text.split(/(?<=[\s\-/])|(?<=[\u3000-\u9fff])/u).flatMap((part) => (textWidth(part, size) > room ? Array.from(part) : [part]));
  const lines = [""];
  for (const part of parts) {
    if (lines[lines.length - 1] && textWidth((lines[lines.length - 1] + part).trimEnd(), size) > room) lines.push("");
    lines[lines.length - 1] += part;
  }
  return lines.map((line) => line.trim());
}

/** Lines of a text in a picture, about a middle. */
function textLines(lines, attributes, gap = 16) {
  const first = attributes.y - ((lines.length - 1) * gap) / 2;
  const made = lines.map((line, at) => drawing("tspan", { x: attributes.x, y: first + at * gap }, line));
  return drawing("text", attributes, ...made);
}

/** Options of a select element from pairs of value and text, or of these and attributes. */
function options(select, pairs, chosen) {
  select.replaceChildren(
    ...pairs.map(([value, text, attributes = {}]) => {
      const made = element("option", { value, ...attributes }, text);
      made.selected = value === chosen;
      return made;
    }),
  );
}

/** The width of the page's sections; null if it must be measured again, once for all pictures drawn together. */
let sectionWidth = null;

/** How wide pictures are drawn: as wide as their place, so that their texts keep their size. */
function widthOfPictures() {
  sectionWidth ??= document.querySelector("main").clientWidth || 760;
  return Math.max(280, Math.min(760, sectionWidth));
}
