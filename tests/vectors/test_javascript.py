"""The page's scripts, as they are, hold what the vectors say, in a Chromium without a window."""

import attrs

LANGUAGE = "javascript"

#: For each rule the scripts that hold it, and what runs a case.
RULES = {
    "rounding": (("rounding",), "([value, options]) => rounded(value ?? NaN, options.decimals, options.rounding)"),
    "written scores": (("rounding",), "([value, options]) => written(value, options.decimals, options.rounding)"),
    "ranks": (("rounding", "ranks"), "([values, options]) => [...ranksOf(values.map((each) => each ?? NaN), options)]"),
    "means": (
        ("ranks", "means", "scoring"),
        """([{ scores, weights }, node]) => {
            globalThis.UNITS = 1;
            globalThis.words = (key) => key;
            globalThis.hubrankMethods = { [node.method]: node.script ? eval(`(${node.script})`) : null };
            const columns = scores.map((each) => [each ?? NaN]);
            try {
                return aggregated(node, columns, weights, methodOf(node, {}))[0];
            } catch (error) {
                if (error instanceof Undefined) return "refused";
                throw error;
            }
        }""",
    ),
}


def node_of(plan):
    """A dimension as the page has it, with its script where the method brings one."""
    node = plan.tree["a"]
    record = node.aggregation.part.record
    return {
        "name": "a",
        "method": record.name,
        "script": record.script,
        "form": node.form and attrs.asdict(node.form),
        "raw": record.weights == "raw",
        "options": {},
        "missing": attrs.asdict(node.missing),
    }


def test_javascript(cases, script, dimension):
    """Every vector of every rule."""
    for vector in cases:
        names, expression = RULES[vector.rule]
        options = vector.options
        if vector.rule == "means":
            options = node_of(dimension(len(vector.input["scores"]), options))
        vector.check(script(names, expression, [vector.input, options]))
