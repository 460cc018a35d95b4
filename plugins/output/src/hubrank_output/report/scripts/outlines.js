// Units on the map: as outlines of their own, as countries, or as points.

const MAP = byId("map");
const [MAP_WIDTH, MAP_HEIGHT] = [MAP.viewBox.baseVal.width, MAP.viewBox.baseVal.height];
/** A map of units that lie so far apart shows the world. */
const WORLD = 0.7;
/** A unit is left out of the first frame where the others fill less than this share of it, and there are more than a few. */
const [NARROWER, FEW] = [0.6, 5];
/** Countries are no background for a part of the map that is smaller. */
const COARSE = 30;

/** The outlines of the units that have one. */
const OUTLINES = ownOutlines();
/** For each unit with an outline its largest piece: `{ x, y, left, top, wide, tall }` with its middle. */
const PIECES = new Map([...OUTLINES].map(([unit, shape]) => [unit, largestPiece(shape.getAttribute("d"))]));
/** The middle of each unit on the map; NaN where it has no place. */
const [XS, YS] = ["x", "y"].map((name) => {
  const made = payload.units[name] ? numbers(payload.units[name]).slice() : new Float32Array(UNITS).fill(NaN);
  for (const [unit, piece] of PIECES) made[unit] = piece[name];
  return made;
});
const HOME = homeFrame();
MAP.classList.toggle("near", Boolean(payload.units.outlines) && HOME[2] < COARSE);

/** The outlines that the units bring, or those of the countries that they are. */
function ownOutlines() {
  const own = payload.units.outlines;
  if (own) {
    const layer = drawing("g", { class: "land" });
    MAP.append(layer);
    const made = own.map((d, unit) => [unit, d && drawing("path", { d })]).filter(([, path]) => path);
    layer.append(...made.map(([, path]) => path));
    return new Map(made);
  }
  const byCode = new Map(
    Array.from(MAP.querySelectorAll("path[data-country]"), (path) => [path.dataset.country, path]),
  );
  const found = CODES.map((code, unit) => [unit, byCode.get(code)]).filter(([, path]) => path);
  const isCountry = (unit) => (payload.units.regions ? payload.units.regions[unit] : !payload.units.x);
  return new Map(found.filter(([unit]) => isCountry(unit)));
}

/** The largest ring of a path: its middle and its box. */
function largestPiece(d) {
  let best = { size: -1 };
  for (const ring of d.split("Z").filter(Boolean)) {
    const points = ring.slice(1).split("L").map((point) => point.split(",").map(Number));
    const [xs, ys] = [0, 1].map((at) => points.map((point) => point[at]));
    let [size, x, y] = [0, 0, 0];
    points.forEach(([ax, ay], at) => {
      const [bx, by] = points[(at + 1) % points.length];
      const cross = ax * by - bx * ay;
      size += cross / 2;
      x += ((ax + bx) * cross) / 6;
      y += ((ay + by) * cross) / 6;
    });
    if (Math.abs(size) <= best.size || !size) continue;
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    best = { size: Math.abs(size), x: x / size, y: y / size, left, top, wide: Math.max(...xs) - left, tall: Math.max(...ys) - top };
  }
  return best;
}

/** Whether a unit is on the map. */
function isPlaced(unit) {
  return XS[unit] === XS[unit];
}

/** The smallest part of the map that holds units: left, top, width, of the map's own shape; the whole where that is wide. */
function frameOf(units, margin = 0.06) {
  const boxes = units.map((unit) => PIECES.get(unit) ?? { left: XS[unit], top: YS[unit], wide: 0, tall: 0 });
  if (!boxes.length) return [0, 0, MAP_WIDTH];
  const [left, top] = ["left", "top"].map((side) => extent(boxes.map((each) => each[side]))[0]);
  const right = extent(boxes.map((each) => each.left + each.wide))[1];
  const bottom = extent(boxes.map((each) => each.top + each.tall))[1];
  const ratio = MAP_WIDTH / MAP_HEIGHT;
  const width = Math.max(right - left, (bottom - top) * ratio) * (1 + 2 * margin) || MAP_WIDTH / 24;
  if (width > WORLD * MAP_WIDTH) return [0, 0, MAP_WIDTH];
  return [(left + right - width) / 2, (top + bottom - width / ratio) / 2, width];
}

/** The part of the map that all units lie in; without one that is larger than all others together. */
function homeFrame() {
  const placed = Array.from(BY_NAME).filter(isPlaced);
  const size = (unit) => PIECES.get(unit)?.wide ?? 0;
  const largest = placed.reduce((a, b) => (size(b) > size(a) ? b : a), placed[0]);
  const [all, others] = [placed, placed.filter((unit) => unit !== largest)].map((units) => frameOf(units));
  return others[2] < NARROWER * all[2] && placed.length > FEW ? others : all;
}
