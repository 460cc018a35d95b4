// The ranking in LineUp: every indicator a column, stacked by the published weights.

const { rows, columns, nodes } = JSON.parse(document.getElementById("payload").textContent);
const { LineUpJS } = window;
const builder = LineUpJS.builder(rows)
  .column(LineUpJS.buildStringColumn("name").label("Name").width(190))
  .column(LineUpJS.buildCategoricalColumn("country").label("Country").width(120))
  .column(LineUpJS.buildNumberColumn("rank", [rows.length, 1]).label("Published rank").width(70))
  .column(LineUpJS.buildNumberColumn("score", [0, Math.max(...rows.map((row) => row.score))]).label("Published score").width(110));
for (const each of columns) builder.column(LineUpJS.buildNumberColumn(each.name, [each.low, each.high]).label(each.title).width(90));

const byName = new Map(nodes.map((node) => [node.name, node]));

/** The indicators below a dimension with their effective weights. */
function leavesOf(node, share) {
  return node.members.flatMap((member, at) => {
    const own = share * node.weights[at];
    return byName.has(member) ? leavesOf(byName.get(member), own) : [[member, own]];
  });
}

const stack = leavesOf(nodes[nodes.length - 1], 1).filter(([, weight]) => weight > 0);
const ranking = LineUpJS.buildRanking().rank().column("name").column("country").column("rank").column("score");
if (stack.length > 1) ranking.weightedSum("Weighted sum", ...stack.flat());
else ranking.column(stack[0][0]);
builder.sidePanel(false).ranking(ranking.sortBy("score", "desc"));
window.lineup = builder.build(document.getElementById("lineup"));
document.body.classList.add("ready");
