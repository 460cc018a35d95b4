// The view as a scenario: TOML that extends the one behind the page and makes the same weights again.

/** A text as TOML's basic string. */
function quoted(text) {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007F");
}

function tomlKey(name) {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : quoted(name);
}

/** The view's scenario: nothing but `extends` where nothing is changed; with an author all weights are said. */
function viewToml(author = null) {
  const { extends: base, aggregation, weighting } = payload.recipe;
  const lines = [`# ${words("toml.note", { file: base })}`, `extends = ${quoted(base)}`];
  if (author) lines.push(`author = ${quoted(author)}`);
  if (isPublished() && author === null) return `${lines.join("\n")}\n`;
  if (!isPublished()) lines.push(`title = ${quoted(words("toml.title", { title: saying(payload.title) }))}`);
  const own = new Map(NODES.map((node) => [node.name, []]));
  const tables = new Map();
  const put = (table, line) => tables.set(table, [...(tables.get(table) ?? []), line]);
  pin("aggregation", (node) => node.name in view.methods, (node) => quoted(view.methods[node.name]), aggregation);
  pin("weighting", (node) => movesFrom(node), () => '"fixed"', weighting);
  for (const node of NODES) {
    const table = node === ROOT ? "" : `dimensions.${tomlKey(node.name)}`;
    for (const line of own.get(node.name)) put(table, line);
  }
  for (const node of weighed(author !== null)) {
    weightsIn(node, view.edition).forEach((weight, at) => {
      const name = node.members[at];
      put(`${NODE.has(name) ? "dimensions" : "indicators"}.${tomlKey(name)}`, `weight = ${weight}`);
    });
  }
  lines.push(...(tables.get("") ?? []));
  tables.delete("");
  for (const [table, said] of tables) lines.push("", `[${table}]`, ...said);
  return `${lines.join("\n")}\n`;

  /** Write a choice for the dimensions that differ; the index's own applies to all, so the others write theirs. */
  function pin(key, isOther, other, published) {
    const whole = isOther(ROOT);
    for (const node of NODES) {
      if (isOther(node)) own.get(node.name).push(`${key} = ${other(node)}`);
      else if (whole) own.get(node.name).push(`${key} = ${published[node.name]}`);
    }
  }
}

/** Whether a dimension's weights were moved away from ones that a method makes. */
function movesFrom(node) {
  return node.name in view.weights && !payload.recipe.fixed.includes(node.name);
}

/** The dimensions whose weights are written: all given ones, since an indicator may be like another. */
function weighed(all) {
  if (!all && !Object.keys(view.weights).length) return [];
  return NODES.filter((node) => node.name in view.weights || (payload.recipe.fixed.includes(node.name) && node.live));
}
