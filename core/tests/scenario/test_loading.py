"""From a TOML file to a scenario: `extends`, `exclude`, strict keys, lines."""

import hashlib

import pytest
from hubrank import ScenarioFile
from hubrank.errors import ScenarioError
from hubrank.plugin.registry import __version__
from hubrank.scenario.load import load


def message(lab, changes, *plugins, extends=True):
    """What is said of a scenario that cannot be loaded."""
    with pytest.raises(ScenarioError) as caught:
        lab.load(changes, *plugins, extends=extends)
    return str(caught.value)


def test_extends_a_chain(lab):
    """The nearest file wins; a file's paths are relative to the file that they stand in."""
    (lab.folder / "deep").mkdir()
    lab.write("deep/middle.toml", 'extends = "../base.toml"\ntitle = "Middle"\nwindow = 3\n[units]\nfile = "u.csv"')

    loaded = lab.load('extends = "deep/middle.toml"\ntitle = "Mine"', extends=False)

    assert (loaded.scenario.title, loaded.scenario.window) == ("Mine", 3)
    assert loaded.scenario.units.file == lab.folder / "deep" / "u.csv"
    assert loaded.table["inputs"]["values"]["options"]["file"] == str(lab.folder / "values.csv")
    assert [source.path.name for source in loaded.sources] == ["mine.toml", "middle.toml", "base.toml"]


def test_extends_an_installed_scenario(lab):
    """A name without an ending is an installed scenario's."""
    mine = lab.plugin("mine", scenarios=[ScenarioFile(name="lands", path=lab.folder / "base.toml")])

    assert lab.load('extends = "lands"\nwindow = 7', mine, extends=False).scenario.window == 7
    assert load("lands", lab.registry(mine)).scenario.title == "Three lands"


def test_circle(lab):
    """A circle of `extends` is told with all its files."""
    lab.write("other.toml", 'extends = "mine.toml"')

    assert message(lab, 'title = "x"\nextends = "other.toml"', extends=False) == (
        "mine.toml: 1 problem\n  2  extends: is circular: mine.toml -> other.toml -> mine.toml"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'extends = "lans"',
            "1  extends: lans: no installed plugin has a scenario 'lans'; did you mean 'lands'?; "
            "the path of a scenario file ends in .toml",
        ),
        ('extends = "nowhere.toml"', "1  extends: nowhere.toml: file not found"),
        ("extends = 3", "1  extends: must be a text; got 3"),
    ],
)
def test_extends_what_is_not_there(lab, text, said):
    """A parent that does not exist is named with the line."""
    mine = lab.plugin("mine", scenarios=[ScenarioFile(name="lands", path=lab.folder / "base.toml")])

    assert message(lab, text, mine, extends=False) == f"mine.toml: 1 problem\n  {said}"


def test_exclude(lab):
    """Indicators go by name, a dimension with all that lies in it."""
    lab.write(
        "deep.toml",
        'extends = "base.toml"\n[dimensions]\nold = {}\nyoung = { parent = "old" }\n'
        '[indicators]\nc = { dimension = "young" }\nd = { dimension = "life" }',
    )

    scenario = lab.load('extends = "deep.toml"\nexclude = ["d", "old"]', extends=False).scenario

    assert list(scenario.indicators) == ["a", "b"]
    assert list(scenario.dimensions) == ["life"]


def test_version(lab):
    """A scenario for another version is refused; one for this is not."""
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
