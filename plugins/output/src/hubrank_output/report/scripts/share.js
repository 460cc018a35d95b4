// Sharing: a picture of the ranking for messages, and code that embeds the page in another.

const [SHARE_WIDTH, SHARE_HEIGHT] = [1200, 630];
const SHARED = 10;

/** The finding of the edition under the published weights; under others, that they are others. */
function sharedFinding() {
  return isPublished() ? payload.finding[view.edition].map(saying).join(" ") : words("state.modified");
}

/** A text in a limited number of lines, the last with an ellipsis if it is cut. */
function firstLines(text, room, size, most) {
  const lines = wrapped(text, room, size).filter(Boolean);
  return lines.slice(0, most).map((line, at) => (at === most - 1 && lines.length > most ? `${line} …` : line));
}

function drawShare(picture) {
  const now = results[view.edition];
  const units = orderNow().slice(0, SHARED);
  const shown = { x: 60, wide: SHARE_WIDTH - 120 };
  const title = firstLines(saying(payload.title), shown.wide, 44, 2);
  const finding = firstLines(sharedFinding(), shown.wide, 19, 3);
  const made = [drawing("rect", { width: SHARE_WIDTH, height: SHARE_HEIGHT, class: "paper" })];
  const put = (text, x, y, size, attributes = {}) => {
    const label = drawing("text", { x, y, ...attributes }, text);
    label.style.fontSize = `${size}px`;
    made.push(label);
  };
  let y = 62;
  for (const line of title) {
    put(line, shown.x, y, 40, { "font-weight": 650 });
    y += 46;
  }
  put(String(EDITIONS[view.edition]), SHARE_WIDTH - 60, 62, 40, { "text-anchor": "end", class: "axis" });
  for (const line of finding) {
    put(line, shown.x, y - 6, 20);
    y += 27;
  }
  const gap = (SHARE_HEIGHT - 66 - y) / Math.max(units.length, 1);
  const size = Math.min(24, 0.62 * gap);
  const ends = units.flatMap((unit) => [now.ranks[unit], intervals.high?.[unit] || now.ranks[unit]]);
  const most = Math.max(2, ...ends);
  const [from, to] = [620, SHARE_WIDTH - 170];
  const x = (rank) => from + ((to - from) * (rank - 1)) / (most - 1);
  units.forEach((unit, at) => {
    const middle = y + gap * (at + 0.5);
    const [low, high, rank] = [intervals.low?.[unit], intervals.high?.[unit], now.ranks[unit]];
    put(shownRank(rank), shown.x + 44, middle + size / 3, size, { "text-anchor": "end", "font-weight": 650 });
    put(fitted(NAMES[unit], 480, size), shown.x + 62, middle + size / 3, size);
    if (low === low && low !== undefined) made.push(drawing("path", { class: "whisker", d: `M${x(low).toFixed(1)},${middle}H${(x(high) + 0.01).toFixed(2)}` }));
    made.push(drawing("circle", { cx: x(rank), cy: middle, r: 7, class: "rank-dot" }));
    put(shownScore(now.scores[unit]), SHARE_WIDTH - 60, middle + size / 3, size, { "text-anchor": "end" });
  });
  const facts = ["fact-date", "fact-licences"].map((id) => byId(id)?.textContent);
  const maker = facts.some((text) => text?.includes("hubrank")) ? "" : words("share.made");
  const foot = [maker, ...facts, intervals.low && words("share.ranges", { held: HELD })];
  firstLines(foot.filter(Boolean).join(" · "), shown.wide, 15, 2).forEach((line, at) => {
    put(line, shown.x, SHARE_HEIGHT - 36 + 20 * at, 15, { class: "axis" });
  });
  picture.replaceChildren(...made);
  const leaders = units.map((unit) => `${shownRank(now.ranks[unit])} ${NAMES[unit]}`);
  picture.setAttribute("aria-label", [saying(payload.title), EDITIONS[view.edition], sharedFinding(), ...leaders].filter(Boolean).join(". "));
  showEmbed();
}

/** The code of a frame with a part of the page, as the view is now. */
function embedCode(part) {
  const said = new URLSearchParams(fragment(""));
  const see = view.see.filter((name) => name !== "share");
  if (see.length) said.set("see", see.join("_"));
  else said.delete("see");
  if (part) said.set("embed", part);
  const page = location.protocol === "file:" ? location.pathname.split("/").pop() : location.href.split("#")[0];
  const safe = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${safe(`${page}#${said}`)}" title="${safe(saying(payload.title))}" width="100%" height="640" loading="lazy" style="border:0"></iframe>`;
}

function showEmbed() {
  const parts = shownSections().filter((name) => name !== "share");
  const chosen = byId("embed-part").value;
  options(byId("embed-part"), [["", words("share.whole")], ...parts.map((name) => [name, byId(`${name}-title`).textContent])], chosen);
  byId("embed-code").value = embedCode(byId("embed-part").value);
}

/** Show one part of the page alone where the address asks for it, as frames of other pages do. */
function showEmbedded() {
  document.body.classList.toggle("embedded", view.embed !== "");
  for (const name of SECTIONS) byId(`${name}-section`).classList.toggle("kept", name === view.embed);
}

function buildShare() {
  byId("embed-part").addEventListener("change", showEmbed);
  byId("copy-embed").addEventListener("click", () => copy(byId("embed-code").value, words("share.copied"), "embed-copied"));
}
