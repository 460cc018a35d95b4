"""All errors of a scenario are reported at once, of its form, names and tables, by `check` and by `rank`."""

import re

import pytest
from hubrank.cli.app import run

UNITS = "unit,name\nAAA,Aland\nBBB,Beland\nCCC,Celand\n"
DATA = "unit,year,a,b,c\n" + "".join(
    f"{unit},{year},{at},{2 + at},{3 - at}\n" for year in (2023, 2024) for at, unit in enumerate(("AAA", "BBB", "CCC"))
)
#: A scenario with an error in each line that ends with its number; `told` has the text of each.
ONE = """title = "Ten"
editions = [2023, "a"]  # 1
colour = "red"  # 2
[units]
file = "units.csv"
[inputs.values]  # 3
source = "files"
options = { file = "data.csv", producer = "us", licence = "CC0-1.0" }
[inputs.more]  # 4
source = "files"
options = { file = "gone.csv", producer = "us", licence = "CC0-1.0" }
[dimensions]
one = { title = "One" }
two = { aggregation = { method = "geometric", nonpositiv = "zero" } }  # 5
[indicators]
a = { indicator = "value", dimension = "one", weight = -1 }  # 6
b = { indicator = "valeu", dimension = "one" }  # 7
c = { indicator = "value", dimension = "two", direction = 0 }  # 8
absent = { indicator = "value", dimension = "two" }
d = { indicator = "value", dimension = "two", inputs = { values = "more" } }
[robustness]
noise = { b = { relative = 0.1 } }
normalisation = ["min-max", "zscor"]  # 9
[normalisation]  # 10
method = "min-maxx"
[aggregation]
method = "arithmetic"
"""
#: By the number of the error.
TOLD_OF_ONE = {
    1: 'editions: item 2 is "a"; every item must be a year',
    2: "colour: unknown key",
    3: "inputs.values: data.csv: no column 'absent'; available: a, b, c, unit, year",
    4: "inputs.more: gone.csv: file not found",
    5: "dimensions.two.aggregation.nonpositiv: unknown key; did you mean 'nonpositive'?",
    6: "indicators.a.weight: must be 0 or more and finite; got -1",
    7: "indicators.b.indicator: no installed plugin has an indicator 'valeu'; did you mean 'value'?",
    8: "indicators.c.direction: must be 1 or -1; got 0",
    9: "robustness.normalisation: no installed plugin has a normalisation 'zscor'; did you mean 'z-score'?",
    10: "normalisation: no installed plugin has a normalisation 'min-maxx'; did you mean 'min-max'?",
}
TWO = """title = 7  # 1
editions = [2024]
normalisation = "min-max"
aggregation = "arithmetic"
[units]
file = "units.csv"
[selection]
exclude = ["DDD"]  # 2
[inputs]
values = { source = "file", options = { file = "data.csv", producer = "us", licence = "CC0-1.0" } }  # 3
more = { source = "files", options = { file = "data.csv", producer = "us", licence = "CC0-1.0" }, lag = "one" }  # 4
[dimensions]
one = { weight = "much" }  # 5
[indicators]
a = { indicator = "value", dimension = "won", inputs = { values = "more" } }  # 6
b = { indicator = "value", dimension = "one" }
c = { like = "d" }  # 7
[robustness]
draws = 0  # 8
weight_uncertainty = 0.2
aggregation = ["geometric", "harmonik"]  # 9
"""
TOLD_OF_TWO = {
    1: "title: must be a text, or a table of texts by language; got 7",
    2: "selection.exclude: there is no unit 'DDD'; available: AAA, BBB, CCC",
    3: "inputs.values.source: no installed plugin has a source 'file'; did you mean 'files'?",
    4: 'inputs.more.lag: must be a whole number; got the text "one"',
    5: 'dimensions.one.weight: must be a number; got the text "much"',
    6: "indicators.a.dimension: there is no dimension 'won'; did you mean 'one'?",
    7: "indicators.c.like: there is no indicator 'd'; available: a, b",
    8: "robustness.draws: must be at least 1; got 0",
    9: "robustness.aggregation: no installed plugin has an aggregator 'harmonik'; did you mean 'harmonic'?",
}


@pytest.mark.parametrize(("scenario", "told"), [(ONE, TOLD_OF_ONE), (TWO, TOLD_OF_TWO)])
@pytest.mark.parametrize("verb", ["check", "rank"])
def test_mistakes_that_do_not_hide_each_other(tmp_path, monkeypatch, capsys, scenario, told, verb):
    """Each with its line, none twice, and nothing that only comes of another."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    for name, text in (("units.csv", UNITS), ("data.csv", DATA), ("s.toml", scenario)):
        (tmp_path / name).write_text(text)
    lines = {int(line.partition("  # ")[2]): at for at, line in enumerate(scenario.splitlines(), 1) if "  # " in line}

    assert run([verb, str(tmp_path / "s.toml")]) == 2

    head, *said = capsys.readouterr().err.splitlines()
    found = {int(line): what for line, what in (re.match(r" *(\d+)  (.*)", each).groups() for each in said)}
    assert head == f"hubrank: s.toml: {len(told)} problems"
    assert {number: found[line][: len(told[number])] for number, line in lines.items()} == told
