"""From a TOML file to a scenario: `extends`, `exclude`, `like`, strict keys, lines."""

import hashlib

import pytest
from hubrank.errors import ScenarioError
from hubrank.io.toml import line_of
from hubrank.plugin import ScenarioFile
from hubrank.plugin.registry import __version__
from hubrank.scenario.load import find, load, merge


def message(lab, changes, *plugins, extends=True):
    """What is said of a scenario that cannot be loaded."""
    with pytest.raises(ScenarioError) as caught:
        lab.load(changes, *plugins, extends=extends)
    return str(caught.value)


def test_extends_a_chain(lab):
    """The nearest file wins; a file's paths are relative to the file that contains them."""
    (lab.folder / "deep").mkdir()
    lab.write("deep/middle.toml", 'extends = "../base.toml"\ntitle = "Middle"\nwindow = 3\n[units]\nfile = "u.csv"')

    loaded = lab.load('extends = "deep/middle.toml"\ntitle = "Mine"', extends=False)

    assert (loaded.scenario.title, loaded.scenario.window) == ("Mine", 3)
    assert loaded.scenario.units.file == lab.folder / "deep" / "u.csv"
    assert loaded.table["inputs"]["values"]["options"]["file"] == str(lab.folder / "values.csv")
    assert [source.path.name for source in loaded.sources] == ["mine.toml", "middle.toml", "base.toml"]


def test_an_author_answers_for_the_own_scenario_alone(lab):
    """Who extends a scenario is another than its author, and has not published it on that day."""
    lab.write("theirs.toml", 'extends = "base.toml"\nauthor = "Office"\npublished = "2025-03"\nwindow = 3')
    silent = lab.load('extends = "theirs.toml"', extends=False).scenario
    own = lab.load('author = "Me"\nextends = "theirs.toml"', extends=False).scenario

    assert (silent.author, silent.published, silent.window) == ("", "", 3)
    assert (own.author, own.published) == ("Me", "")


def test_extends_an_installed_scenario(lab):
    """A name without an ending is an installed scenario's."""
    mine = lab.plugin("mine", scenarios=[ScenarioFile(name="lands", path=lab.folder / "base.toml")])

    assert lab.load('extends = "lands"\nwindow = 7', mine, extends=False).scenario.window == 7
    assert load("lands", lab.registry(mine)).scenario.title == "Three lands"


def test_a_dimension_is_taken_back_to_the_root(lab):
    """A scenario can undo a `parent` that it inherits, by the root's name."""
    nested = lab.load('dimensions.two.parent = "one"').scenario.dimensions
    lab.write("nested.toml", 'extends = "base.toml"\ndimensions.two.parent = "one"')
    flat = lab.load('extends = "nested.toml"\ndimensions.two.parent = "index"', extends=False).scenario.dimensions

    assert (nested["two"].parent, flat["two"].parent) == ("one", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'extends = "lans"',
            "1  extends: lans: no installed plugin has a scenario 'lans'; did you mean 'lands'?; "
            "the path of a scenario file ends in .toml",
        ),
        ('extends = "gone.toml"', "1  extends: gone.toml: file not found"),
        ("extends = 3", "1  extends: must be a text; got 3"),
        ('title = "x"\nextends = "other.toml"', "2  extends: is circular: mine.toml -> other.toml -> mine.toml"),
    ],
)
def test_extends_what_cannot_be_extended(lab, text, said):
    """A parent that does not exist, or a circle with all its files, is named with the line."""
    lab.write("other.toml", 'extends = "mine.toml"')
    mine = lab.plugin("mine", scenarios=[ScenarioFile(name="lands", path=lab.folder / "base.toml")])

    assert message(lab, text, mine, extends=False) == f"mine.toml: 1 problem\n  {said}"


def test_a_number_of_more_digits_than_python_reads(lab):
    """It is reported as any beyond 2^63 is, with its line and its beginning."""
    assert message(lab, "editions = [2024]  # as in 2023\nseed = 1" + 4_400 * "0") == (
        "mine.toml: 1 problem\n  3  10000000000000000000... is a whole number beyond 2^63, which TOML does not have"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("values.csv", "is a table, not a scenario; `hubrank start {path}` makes one of it"),
        ("gone.csv", "file not found"),
        ("gone.toml", "file not found"),
    ],
)
def test_what_is_no_scenario(lab, name, said):
    """A table is not looked for among the installed scenarios."""
    path = lab.folder / name
    with pytest.raises(ScenarioError) as caught:
        find(str(path), lab.registry())

    assert caught.value.problems[0].what == said.format(path=path)


def test_exclude(lab):
    """Indicators go by name, a dimension with all in it, and what only they need; what others need is not ranked."""
    lab.write(
        "deep.toml",
        'extends = "base.toml"\n[dimensions]\nold = {}\nyoung = { parent = "old" }\n'
        '[indicators]\nc = { dimension = "young" }\nd = { dimension = "life" }\n'
        'e = { indicator = "ratio", dimension = "young", from = ["f", "a"] }\nf = {}\n'
        'g = { dimension = "life" }\nh = { indicator = "ratio", dimension = "life", from = ["g", "a"] }\n'
        'i = { dimension = "life" }\nj = { like = "i", dimension = "life" }\nk = {}\n'
        '[robustness.error.c]\nrelative = "k"',
    )

    scenario = lab.load('extends = "deep.toml"\nexclude = ["d", "old", "f", "g", "i"]', extends=False).scenario

    assert list(scenario.indicators) == ["a", "b", "g", "h", "j"]
    assert scenario.indicators["g"].dimension is None
    assert list(scenario.dimensions) == ["life"]


def test_version(lab):
    """A scenario for another version is rejected; one for this is not."""
    assert lab.load(f'hubrank = ">={__version__}"').scenario.hubrank == f">={__version__}"
    assert message(lab, 'hubrank = ">=99"').endswith(
        f"2  hubrank: the scenario requires >=99; installed: {__version__}"
    )
    assert message(lab, 'hubrank = "new"').endswith('2  hubrank: must be versions such as ">=0.1"; got the text "new"')


def test_changed_files(lab):
    """A recorded file that has changed, or is gone, is an error."""
    digest = hashlib.sha256((lab.folder / "values.csv").read_bytes()).hexdigest()

    assert lab.load(f'[files]\n"values.csv" = "{digest}"').scenario.files
    lab.write("values.csv", "unit,year,a,b\n")
    said = message(lab, f'[files]\n"values.csv" = "{digest}"\n"gone.csv" = "{digest}"')

    assert said.count("has changed since the scenario was recorded") == 1
    assert said.count("gone.csv: file not found") == 1


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"t": {"a": 1, "b": 2}}, {"t": {"b": 3}}, {"t": {"a": 1, "b": 3}}),
        ({"l": [1, 2]}, {"l": [3]}, {"l": [3]}),
        (
            {"n": {"method": "m", "low": 1}},
            {"n": {"method": "m", "high": 2}},
            {"n": {"method": "m", "low": 1, "high": 2}},
        ),
        ({"n": {"method": "m", "low": 1}}, {"n": {"high": 2}}, {"n": {"method": "m", "low": 1, "high": 2}}),
        ({"n": {"method": "m", "low": 1}}, {"n": {"method": "o"}}, {"n": {"method": "o"}}),
        ({"n": {"method": "m", "low": 1}}, {"n": "o"}, {"n": "o"}),
        ({"n": "o"}, {"n": {"method": "m"}}, {"n": {"method": "m"}}),
        (
            {"units": {"set": "hubs", "where": {"a": 1}}},
            {"units": {"file": "u.csv"}},
            {"units": {"file": "u.csv"}},
        ),
        (
            {"units": {"set": "hubs", "within_km": 50}},
            {"units": {"where": {"a": 1}}},
            {"units": {"set": "hubs", "within_km": 50, "where": {"a": 1}}},
        ),
        (
            {"inputs": {"works": {"source": "almanac", "window": "newest", "options": {"a": 1}}}},
            {"inputs": {"works": {"source": "files", "options": {"file": "x.csv"}}}},
            {"inputs": {"works": {"source": "files", "options": {"file": "x.csv"}}}},
        ),
        (
            {"inputs": {"v": {"source": "files", "lag": 1, "options": {"file": "a.csv", "kind": "flow"}}}},
            {"inputs": {"v": {"source": "files", "options": {"file": "b.csv"}}}},
            {"inputs": {"v": {"source": "files", "lag": 1, "options": {"file": "b.csv", "kind": "flow"}}}},
        ),
        (
            {"indicators": {"papers": {"dimension": "d", "options": {"per": 1}, "inputs": {"works": "w"}}}},
            {"indicators": {"papers": {"indicator": "value", "options": {"column": "x"}}}},
            {"indicators": {"papers": {"indicator": "value", "dimension": "d", "options": {"column": "x"}}}},
        ),
        (
            {"robustness": {"error": {"x": {"bootstrap": True, "cluster": "item"}, "y": "poisson"}}},
            {"robustness": {"error": {"x": {"binomial": "n"}}}},
            {"robustness": {"error": {"x": {"binomial": "n"}, "y": "poisson"}}},
        ),
        (
            {"robustness": {"noise": {"x": {"absolute": 3}}}},
            {"robustness": {"noise": {"x": {"relative": 0.1}}}},
            {"robustness": {"noise": {"x": {"relative": 0.1}}}},
        ),
        (
            {"robustness": {"error": {"x": {"relative": 0.1, "count": True}}}},
            {"robustness": {"error": {"x": {"divisor": 0.2}}}},
            {"robustness": {"error": {"x": {"relative": 0.1, "count": True, "divisor": 0.2}}}},
        ),
    ],
)
def test_merge(base, over, merged):
    """Tables merge, anything else is replaced; another method, source, indicator or unit set has its own options."""
    assert merge(base, over) == merged


def test_like_takes_what_is_not_said(lab):
    """C is B with another weight and a column of its own; the direction and the dimension are B's."""
    loaded = lab.load(
        '[indicators]\nb = { direction = -1 }\nc = { like = "b", weight = 3, options = { column = "a" } }'
    )
    made = loaded.scenario.indicators["c"]

    assert (made.indicator, made.dimension, made.direction) == ("value", "life", -1)
    assert (made.weight, made.options) == (3, {"column": "a"})


def test_like_follows_what_extends_changes(lab):
    """What a scenario says of an indicator that it inherits goes to those that are like it."""
    lab.write("middle.toml", 'extends = "base.toml"\n[indicators]\nc = { like = "a", options = { column = "b" } }')
    loaded = lab.load('extends = "middle.toml"\n[indicators]\na = { weight = 5, direction = -1 }', extends=False)
    made = loaded.scenario.indicators["c"]

    assert (made.weight, made.direction, made.options) == (5, -1, {"column": "b"})
    assert "like" not in loaded.table["indicators"]["c"]


TEXT = """title = "x"   # 1
window = 5

[inputs.works]
source = "desk"
options.top = 1

# [indicators]
[indicators.papers]  # a comment
weight = 2
normalisation = { method = "min-max",
  range = [1, 2] }

[indicators]
"odd key" = { weight = 1 }
patents = { weight = 1 }
dimensions.life.weight = 2

[[ranking.classes]]
name = "high"
"""


@pytest.mark.parametrize(
    ("where", "depth", "line"),
    [
        ("title", 1, 1),
        ("inputs.works", 2, 4),
        ("inputs.works.source", 3, 5),
        ("inputs.works.options.top", 4, 6),
        ("indicators.papers", 2, 9),
        ("indicators.papers.weight", 3, 10),
        ("indicators.papers.normalisation.range", 3, 11),
        ("indicators.patents.weight", 2, 16),
        ("indicators.odd key.weight", 2, 15),
        ("indicators.unheard-of", 1, 14),
        ("ranking.classes[0].name", 3, 20),
        ("nowhere.at.all", 0, None),
        ("", 0, None),
    ],
)
def test_line(where, depth, line):
    """The line of the deepest part of the key that stands there; an inline table has its own line."""
    assert line_of(TEXT, where) == (depth, line)
