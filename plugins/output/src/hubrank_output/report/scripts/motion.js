// Rows that go from their old places to their new ones, unless the reader asked for less motion.

const GLIDE = 450;

/** The positions of the rows of units on the screen. */
function rowsNow() {
  return new Map(places.filter(({ row }) => row.isConnected).map(({ unit, row }) => [unit, row.getBoundingClientRect().top]));
}

/** Let the rows glide from where they were; those that were not there fade in. */
function glide(before) {
  const there = places.filter(({ row }) => row.isConnected);
  for (const { row } of there) for (const each of row.getAnimations()) each.cancel();
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [unit, top] of rowsNow()) {
    const from = before.get(unit);
    if (from === top) continue;
    const frames = from === undefined ? { opacity: [0, 1] } : { transform: [`translateY(${from - top}px)`, "none"] };
    there.find((each) => each.unit === unit).row.animate(frames, { duration: GLIDE, easing: "ease-out" });
  }
}
