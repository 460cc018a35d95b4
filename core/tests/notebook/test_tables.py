"""A path to a table: through the command that reads tables as people have them, or the tidy reader if there is none."""

import hubrank
import pandas as pd
import pytest
from hubrank import draft
from hubrank.plugin import Command, ScenarioError

TIDY = "Town,Income,Green\nAberg,1,5\nBedorf,2,3\nCeville,3,4\n"
TAKE = Command(name="take", help="Take a table.", function="mine:run", reads="mine:read")
UNTIDY = f"Three towns in 2023,,\n,,\n{TIDY}"


@pytest.fixture
def path(tmp_path):
    """A table with a title above it."""
    made = tmp_path / "towns.csv"
    made.write_text(UNTIDY, encoding="utf-8")
    return made


def test_a_verb_reads_tables(installed, path, towns):
    """It gets the path and the choices; its draft is ranked, and lists the assumptions."""
    told, drafted = [], draft(towns, title="Read", weights={"Income": 2})

    def read(table, **said):
        told.append((table, said))
        return drafted

    installed(TAKE, read=read)
    ranked = hubrank.rank(str(path), weights={"Income": 2})
    hubrank.rank(towns)

    assert told[0] == (path, {"weights": {"Income": 2}})
    assert told[1][1] == {"source": "the table"}
    pd.testing.assert_frame_equal(told[1][0], towns)
    assert ranked.ranking.title == "Read"
    assert next(each.key for each in ranked.scenario.assumed) == "direction.green"


def test_scenarios_and_missing_files_are_no_tables(installed, path, towns):
    """A TOML is ranked as it is, and a file that is not there is reported by its name."""
    told, toml = [], draft(towns).write(path.parent / "made")
    installed(TAKE, read=lambda file, **said: told.append(file))

    assert len(hubrank.rank(toml)) == 3
    with pytest.raises(ScenarioError, match="file not found"):
        hubrank.rank(path.parent / "absent.csv")
    assert told == []


def test_the_tidy_reader_names_the_reader_of_other_tables(installed, path):
    """An untidy table is rejected with its errors and the member that reads it; a tidy one is ranked without it."""
    installed()
    with pytest.raises(ScenarioError) as caught:
        hubrank.rank(path)
    said = [each.what for each in caught.value.problems]

    assert said[-1] == "hubrank-start reads messy tables; pip install hubrank-start"
    assert len(said) > 1
    path.write_text(TIDY, encoding="utf-8")
    assert next(unit.name for unit in hubrank.rank(path, direction={"Income": 1, "Green": 1})) == "Ceville"
