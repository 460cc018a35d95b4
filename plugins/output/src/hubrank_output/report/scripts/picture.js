// A picture of the page as a file of its own: SVG with its style written into it, or the same painted as PNG.

const STYLED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-dasharray", "opacity",
  "font-family", "font-size", "font-weight", "paint-order", "text-anchor", "display", "vector-effect",
];
const SHARP = 2;

/** A picture as the text of an SVG file: what it looks like now, with its title, on the page's colour. */
function pictureText(picture, title) {
  const copied = picture.cloneNode(true);
  const [from, to] = [picture, copied].map((each) => [each, ...each.querySelectorAll("*")]);
  from.forEach((each, at) => {
    const style = getComputedStyle(each);
    for (const name of ["class", "tabindex", "role", "style", "id"]) to[at].removeAttribute(name);
    for (const name of to[at].getAttributeNames()) if (/^(data|aria)-/.test(name)) to[at].removeAttribute(name);
    for (const name of STYLED) to[at].style.setProperty(name, style.getPropertyValue(name));
  });
  const { x, y, width, height } = picture.viewBox.baseVal;
  copied.setAttribute("xmlns", SVG);
  copied.setAttribute("width", width);
  copied.setAttribute("height", height);
  const paper = getComputedStyle(document.body).backgroundColor;
  copied.prepend(drawing("title", {}, title), drawing("rect", { x, y, width, height, fill: paper }));
  return heldByXml(new XMLSerializer().serializeToString(copied));
}

/** An SVG painted at a multiple of its resolution; at once, as `toBlob` waits seconds for a page to be idle. */
async function painted(text, width, height, sharp) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = element("canvas", { width: sharp * width, height: sharp * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return bytesOf(canvas.toDataURL("image/png").split(",")[1]);
}

async function downloadPicture(picture, name, form) {
  const text = pictureText(picture, `${saying(payload.title)}, ${EDITIONS[view.edition]}`);
  if (form === "svg") {
    handOver(`${name}.svg`, [text], "image/svg+xml");
    return;
  }
  const { width, height } = picture.viewBox.baseVal;
  handOver(`${name}.png`, [await painted(text, width, height, Number(picture.dataset.sharp ?? SHARP))], "image/png");
}
