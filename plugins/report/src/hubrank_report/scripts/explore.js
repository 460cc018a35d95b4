// The ranking in LineUp: every indicator a column, stacked by the published weights.

const { rows, columns, nodes } = JSON.parse(document.getElementById("payload").textContent);
const { LineUpJS } = window;
const builder = LineUpJS.builder(rows)
  .column(LineUpJS.buildStringColumn("name").label("Name").width(190))
  .column(LineUpJS.buildCategoricalColumn("country").label("Country").width(120))
  .column(LineUpJS.buildNumberColumn("rank", [rows.length, 1]).label("Published rank").width(70))
  .column(
    LineUpJS.buildNumberColumn("score", [0, Math.max(...rows.map((row) => row.score))])
      .label("Published score")
      .width(110),
  );
const byName = new Map(nodes.map((node) => [node.name, node]));
const root = nodes[nodes.length - 1];
const COLOURS = ["#1d4e79", "#4f8fc4", "#9cc3e0", "#5f9e8f", "#b5c9a8", "#8a7fb0", "#c7b8d8", "#9aa5b1"];

/** The indicators below a dimension with their effective weights. */
function leavesOf(node, share) {
  return node.members.flatMap((member, at) => {
    const own = share * node.weights[at];
    return byName.has(member) ? leavesOf(byName.get(member), own) : [[member, own]];
  });
}

/** The colour of the index's member that an indicator lies in. */
function colourOf(name) {
  const at = root.members.findIndex(
    (member) =>
      member === name || (byName.has(member) && leavesOf(byName.get(member), 1).some(([leaf]) => leaf === name)),
  );
  return COLOURS[Math.max(at, 0) % COLOURS.length];
}

const width = Math.max(30, Math.round(640 / columns.length));
for (const { name, title, low, high } of columns) {
  builder.column(LineUpJS.buildNumberColumn(name, [low, high]).label(title).width(width).color(colourOf(name)));
}

const stack = leavesOf(root, 1).filter(([, weight]) => weight > 0);
const ranking = LineUpJS.buildRanking().rank().column("name").column("country").column("rank").column("score");
if (stack.length > 1) ranking.weightedSum("Weighted sum", ...stack.flat());
else ranking.column(stack[0][0]);
builder.sidePanel(false).ranking(ranking.sortBy("score", "desc"));
window.lineup = builder.build(document.getElementById("lineup"));
document.body.classList.add("ready");
