"""The page's scripts, as they are, hold what the vectors say, in a Chromium without a window."""

LANGUAGE = "javascript"

#: For each rule the scripts that hold it, and what runs a case.
RULES = {
    "rounding": (("rounding",), "([value, options]) => rounded(value ?? NaN, options.decimals, options.rounding)"),
    "written scores": (("rounding",), "([value, options]) => written(value, options.decimals, options.rounding)"),
    "ranks": (
        ("rounding", "ranks"),
        "([values, options]) => [...ranksOf(values.map((each) => each ?? NaN), options)]",
    ),
}


def test_javascript(vector, script):
    """Every vector of every rule."""
    names, expression = RULES[vector.rule]
    vector.check(script(names, expression, [vector.input, vector.options]))
