// The index as a tree: what each dimension and indicator weighs in the whole under the weights of the view.

/** The tree from the root down: `[{ name, depth, local, effective, last }]`; NaN where the page knows no weights. */
function treeRows(node = ROOT, depth = 1, above = 1, ends = []) {
  const weights = node.live ? sharesOf(within(node, view.edition, Array.from(weightsIn(node, view.edition)))) : node.members.map(() => NaN);
  return node.members.flatMap((name, at) => {
    const last = [...ends, at === node.members.length - 1];
    const row = { name, depth, parent: node.name, local: weights[at], effective: above * weights[at], ends: last };
    return [row, ...(NODE.has(name) ? treeRows(NODE.get(name), depth + 1, row.effective, last) : [])];
  });
}

function treeShare(share) {
  return share === share ? shownShare(share) : "–";
}

function drawTree(picture) {
  const rows = treeRows();
  const wide = widthOfPictures();
  const [indent, bar, number] = [22, Math.min(200, 0.25 * wide), 60];
  const most = Math.max(...rows.map(({ effective }) => effective || 0)) || 1;
  const label = (depth) => wide - bar - number - indent * depth - 8;
  let y = 26;
  const shapes = rows.map(({ name, depth, effective, ends }) => {
    const lines = wrapped(TITLE.get(name), label(depth), 13);
    const tall = 17 * lines.length + 7;
    const middle = y + tall / 2;
    const links = ends.map((end, at) => {
      const x = 8 + indent * at;
      if (at === depth - 1) return `M${x},${y}V${end ? middle : y + tall}M${x},${middle}h${indent - 8}`;
      return end ? "" : `M${x},${y}v${tall}`;
    });
    const made = drawing(
      "g",
      { class: "branch" },
      drawing("path", { d: links.join(""), class: "link" }),
      textLines(lines, { x: indent * depth + 4, y: middle + 4, "font-weight": NODE.has(name) ? 650 : 400 }, 17),
      drawing("rect", { x: wide - bar - number, y: middle - 6, width: ((bar * (effective || 0)) / most).toFixed(1), height: 12 }),
      drawing("text", { x: wide - 2, y: middle + 4, "text-anchor": "end" }, treeShare(effective)),
    );
    y += tall;
    return made;
  });
  roving(picture, shapes, rows.map(({ name, parent, local, effective }) =>
    words("tree.row", { title: TITLE.get(name), effective: treeShare(effective), local: treeShare(local), parent: TITLE.get(parent) })));
  const root = drawing("text", { x: 0, y: 16, "font-weight": 650 }, fitted(ROOT.title, wide));
  picture.setAttribute("viewBox", `0 0 ${wide} ${y + 4}`);
  picture.replaceChildren(root, ...shapes);
}

function treeTable() {
  const lines = treeRows().map(({ name, depth, local, effective }) => [`${"– ".repeat(depth - 1)}${TITLE.get(name)}`, treeShare(local), treeShare(effective)]);
  return { heads: [words("tree.part"), words("tree.local"), words("method.effective")], lines };
}
