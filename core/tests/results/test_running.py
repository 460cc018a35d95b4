"""From a name on the command line to a ranking."""

import pytest
from hubrank.errors import UsageError
from hubrank.plugin import ScenarioFile
from hubrank.results.rank import edition_of, rank, run_folder
from hubrank.results.save import write_run


def test_edition(lab):
    """The last edition by default; one that is not there is rejected."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,1\nBBB,2024,2,2\n")
    ranking = lab.rank("editions = [2023, 2024]")

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
