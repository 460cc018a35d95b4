// Names beside points of a picture: one after the other, each where it covers nothing that was put before it.

/** Places for a name beside its point, the best first: steps to the right and down, and the end at the point. */
const BESIDE = [
  [1, 0, "start"], [-1, 0, "end"], [0, -1, "middle"], [0, 1, "middle"],
  [0.8, -0.8, "start"], [0.8, 0.8, "start"], [-0.8, -0.8, "end"], [-0.8, 0.8, "end"],
];

/** Places for a name upon something as wide: in the middle, or a line above or below another's name. */
const UPON = [[0, 0, "middle"], [0, -2.4, "middle"], [0, 2.4, "middle"]];

/**
 * Names that cover neither one another nor what else is there; one without a place is left out.
 *
 * @param wanted `{ text, x, y, away, room }`, the most important first: the name of the point at x and y, which keeps
 *   that far away from its middle; or lies upon it, and nowhere else, where `room` is as wide as the name.
 * @param frame `{ x, y, width, height }`, within which names stay.
 * @param size The texts' size in the units of the frame.
 * @param others Rectangles `{ left, top, wide, tall }` that stay free.
 */
function placedNames(wanted, frame, size, others = []) {
  const taken = [...others];
  const scale = size / 13;
  return wanted.flatMap(({ text, x, y, away, room = 0 }) => {
    const wide = textWidth(text) * scale;
    for (const [right, down, anchor] of room >= wide ? UPON : BESIDE) {
      const at = x + right * away;
      const left = { start: at, middle: at - wide / 2, end: at - wide }[anchor];
      const middle = y + down * (away + (right ? 0 : size / 2));
      const box = { left, top: middle - size / 2, wide, tall: size };
      if (!isInside(box, frame) || taken.some((each) => meet(each, box))) continue;
      taken.push(box);
      const name = { x: at.toFixed(2), y: (middle + size / 3).toFixed(2), "text-anchor": anchor, "aria-hidden": "true" };
      const label = drawing("text", name, text);
      label.style.fontSize = `${size}px`;
      label.style.strokeWidth = 3 * scale;
      return [label];
    }
    return [];
  });
}

function isInside({ left, top, wide, tall }, frame) {
  return (
    left >= frame.x && left + wide <= frame.x + frame.width && top >= frame.y && top + tall <= frame.y + frame.height
  );
}

function meet(one, other) {
  return (
    one.left < other.left + other.wide && other.left < one.left + one.wide &&
    one.top < other.top + other.tall && other.top < one.top + one.tall
  );
}
