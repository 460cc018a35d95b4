"""From a name on the command line to a ranking."""

import pytest
from hubrank import ScenarioFile
from hubrank.basis.errors import UsageError
from hubrank.runs.record import write_run
from hubrank.runs.running import edition_of, plan_of, rank, run_folder, unit_index, unit_of

UNITS = """unit,name,aliases
CAM,Cambridge,Cantabrigia
BOS,Boston,Cambridge|Bos
VAL,Valencia,
VLC,Valencia,CAM
"""


@pytest.fixture
def ranking(lab):
    """Units whose names and aliases cross."""
    lab.write("units.csv", UNITS)
    lab.write("values.csv", "unit,year,a,b\nCAM,2023,1,1\nBOS,2024,2,2\nVAL,2023,3,3\nVLC,2024,4,4\n")
    return lab.rank("editions = [2023, 2024]")


@pytest.mark.parametrize(
    ("text", "code"),
    [("CAM", "CAM"), ("cam", "CAM"), ("cambridge", "CAM"), ("Cantabrigia", "CAM"), ("bos", "BOS"), ("VLC", "VLC")],
)
def test_unit(ranking, text, code):
    """A code comes before a name, a name before an alias, in any case."""
    assert ranking.codes[unit_of(ranking, text)] == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Valencia", "'Valencia' is the name of 2 units: VAL, VLC"),
        ("Bostom", "there is no unit 'Bostom'; did you mean 'Boston'?"),
    ],
)
def test_no_unit(ranking, text, message):
    """An unknown name and one of two units are refused."""
    with pytest.raises(UsageError) as caught:
        unit_of(ranking, text)

    assert str(caught.value) == message


def test_index(ranking):
    """What tells a unit from all others leads to it; what two share does not."""
    index = unit_index(ranking.plan)

    assert {text: ranking.codes[at] for text, at in index.items()} == {
        "cam": "CAM",
        "cambridge": "CAM",
        "cantabrigia": "CAM",
        "bos": "BOS",
        "boston": "BOS",
        "val": "VAL",
        "vlc": "VLC",
    }


def test_edition(ranking):
    """The last edition by default; one that is not there is refused."""
    assert edition_of(ranking, None) == 1
    assert edition_of(ranking, 2023) == 0
    with pytest.raises(UsageError, match=r"^there is no edition 2025; did you mean '2024'\?$"):
        edition_of(ranking, 2025)


def test_a_name_before_a_folder(lab, monkeypatch):
    """A folder that has a scenario's name does not hide it; written as a path it is the folder."""
    monkeypatch.chdir(lab.folder)
    registry = lab.registry(lab.plugin("mine", scenarios=[ScenarioFile(name="lands", path=lab.folder / "base.toml")]))
    write_run(lab.rank("[indicators]\na = { weight = 3 }"), lab.folder / "lands")

    assert run_folder("lands", registry) is None
    assert rank("lands", registry).scores[0, 0] == 15.5
    assert rank("./lands", registry).scores[0, 0] == 8.25


def test_other_folders(lab, tmp_path):
    """A folder that no run left is refused."""
    with pytest.raises(UsageError, match=r"is a folder, but not one that a run left; name a scenario or a .toml$"):
        plan_of(str(tmp_path), lab.registry())
