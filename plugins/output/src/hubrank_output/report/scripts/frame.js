// The part of the map that is shown: nearer, farther, moved.

const NARROWEST = Math.min(40, HOME[2] / 8);
const STEP_OF_ZOOM = 1.6;

/** Show a part of the map, within its ends. */
function setFrame(left, top, wide) {
  const width = Math.max(NARROWEST, Math.min(MAP_WIDTH, wide));
  const height = (width * MAP_HEIGHT) / MAP_WIDTH;
  const x = Math.max(0, Math.min(MAP_WIDTH - width, left));
  const y = Math.max(0, Math.min(MAP_HEIGHT - height, top));
  MAP.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  MAP.classList.toggle("close", width < MAP_WIDTH);
}

/** Show a smaller or larger part around a point of the map; around its middle where none is given. */
function closer(by, point) {
  const { x, y, width, height } = MAP.viewBox.baseVal;
  const [px, py] = point ?? [x + width / 2, y + height / 2];
  const wide = Math.max(NARROWEST, Math.min(MAP_WIDTH, width / by));
  const share = wide / width;
  setFrame(px - (px - x) * share, py - (py - y) * share, wide);
  showMap();
}

/** The position of a pointer on the map. */
function pointOf(event) {
  const { x, y, width } = MAP.viewBox.baseVal;
  const place = MAP.getBoundingClientRect();
  const scale = width / place.width;
  return [x + (event.clientX - place.left) * scale, y + (event.clientY - place.top) * scale];
}

/** Let the map be drawn nearer and moved: by buttons, a double click, a pinch, a drag. */
function buildFrame() {
  byId("map-closer").addEventListener("click", () => closer(STEP_OF_ZOOM));
  byId("map-farther").addEventListener("click", () => closer(1 / STEP_OF_ZOOM));
  MAP.addEventListener("dblclick", (event) => closer(STEP_OF_ZOOM, pointOf(event)));
  MAP.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      closer(event.deltaY < 0 ? 1.15 : 1 / 1.15, pointOf(event));
    },
    { passive: false },
  );
  let held = null;
  MAP.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && MAP.classList.contains("close")) held = { from: pointOf(event), moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { x, y, width } = MAP.viewBox.baseVal;
    const [px, py] = pointOf(event);
    const [dx, dy] = [held.from[0] - px, held.from[1] - py];
    held.moved ||= Math.hypot(dx, dy) > (4 * width) / MAP.clientWidth;
    if (held.moved) setFrame(x + dx, y + dy, width);
  });
  window.addEventListener("pointerup", () => {
    const moved = held?.moved;
    held = null;
    if (!moved) return;
    MAP.addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
    setTimeout(showMap, 0);
  });
}
