"""An input used instead of another: where, when, and reported with every ranking."""

import json

import pandas as pd
import pytest
from hubrank.cli.commands.check import fallback_chains, inputs_to_fetch, requirement_text
from hubrank.measurement.figures import measure_one
from hubrank.plugin import AbsentError, DataError, DataSource, Origin, Requirements, Table, WantedService
from hubrank.results.rank import rank
from hubrank.results.save import write_run

OTHER = "unit,year,a\nAAA,2023,7\nBBB,2023,8\nCCC,2023,9\n"
LIVE = """
[indicators.a]
inputs = { values = "live" }

[inputs.live]
source = "prizes"
table = "a"
fallback = "old"

[inputs.old]
source = "files"
max_age = 1
options = { file = "other.csv" }
"""
#: The same of a file of the user's.
MINE = LIVE.replace('source = "prizes"\ntable = "a"', 'source = "files"\noptions = { file = "mine*.csv" }')
PRIZES, FILES = 'source = "prizes"\ntable = "a"', 'source = "files"\noptions = { file = "values.csv" }'
ABSENT = AbsentError("prizes", "is not fetched yet")
TOLD = "not available: {} (live); files is used instead"


def prizes(lab, error=None, wants=None):
    """A plugin with a source of three values, or of an error."""

    def read(_):
        if error is not None:
            raise error
        yield pd.DataFrame({"unit": ["AAA", "BBB", "CCC"], "year": 2024, "a": [1.0, 2.0, 3.0]})

    table = Table(name="a", kind="stock", columns={"unit": "code", "year": "year", "a": "number"}, origin="prizes")
    origin = Origin(name="prizes", producer="A foundation", title="Prizes", licence="CC0-1.0")
    made = {"read": read, "sample": lambda *_: None, "tables": (table,), "origins": (origin,)}
    made |= {} if wants is None else {"wants": lambda _: wants}
    return lab.plugin("prizes", data_sources=[DataSource(name="prizes", title="Prizes", **made)])


@pytest.fixture
def other(lab):
    """The laboratory with the fallback file."""
    lab.write("other.csv", OTHER)
    return lab


def told(ranking):
    """The notes on fallback inputs."""
    return [str(each) for each in ranking.caveats() if each.kind == "stand-in"]


@pytest.mark.parametrize("changes", [LIVE, MINE])
def test_what_is_absent_is_replaced(other, changes):
    """By the other input, with its own age, table and file; the values are reported with year 2023 and producer."""
    there = prizes(other, ABSENT)
    ranking = other.rank(changes, there)

    assert other.values(changes, there) == {"AAA": 7, "BBB": 8, "CCC": 9}
    assert told(ranking) == [TOLD.format("prizes" if changes is LIVE else "files")]
    (report,) = [each for each in ranking.measurement.inputs if each.name == "live"]
    assert (report.fallback, report.source, report.table) == ("old", "files", "old")
    assert [str(each) for each in ranking.caveats() if each.kind == "carried"] == [
        "2024, older values used: a of 2023 (3 units)"
    ]
    (indicator,) = [each for each in ranking.plan.indicators if each.key == "a"]
    assert list(measure_one(ranking.plan, indicator, 2024).values) == [7, 8, 9]


def test_a_run_folder_keeps_it(other, tmp_path):
    """It ranks again to the same files, though the file exists by now; a record without the fallback is rejected."""
    changes = MINE.replace("mine*", "mine")
    write_run(other.rank(changes), tmp_path / "run")
    other.write("mine.csv", OTHER.replace("2023", "2024"))
    again = rank(str(tmp_path / "run"), other.registry())
    write_run(again, tmp_path / "again")

    assert told(again) == [TOLD.format("files")]
    record, other_record = (json.loads((tmp_path / name / "record.json").read_text()) for name in ("run", "again"))
    assert TOLD.format("files") in record["caveats"]
    assert {**record, "created": ""} == {**other_record, "created": ""}
    for name in ("values.csv", "ranking.csv", "weights.csv", "unassigned.csv"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    (live,) = [each for each in record["inputs"] if each["name"] == "live"]
    live["fallback"] = "values"
    (tmp_path / "run" / "record.json").write_text(json.dumps(record))
    with pytest.raises(DataError, match="cannot be read as a run folder"):
        rank(str(tmp_path / "run"), other.registry())


def test_what_is_wanted(other):
    """Before anything is fetched: what is missing, the fallback used until then, and what a fetch can get."""
    said, fetched = wanted(other, WantedService(address="https://prizes.example"))
    assert said == ["", "live: not completely fetched; files is used instead"]
    assert fetched == ["live"]

    said, fetched = wanted(other, WantedService(address="https://prizes.example", key="HUBRANK_PRIZES_KEY"))
    assert said[1] == "live: needs a key; set HUBRANK_PRIZES_KEY; not completely fetched; files is used instead"
    assert fetched == []

    (other.folder / "other.csv").unlink()
    said, fetched = wanted(other, WantedService(address="https://prizes.example", key="HUBRANK_PRIZES_KEY"))
    assert said[1] == "live: needs a key; set HUBRANK_PRIZES_KEY; not completely fetched; no fallback"
    assert fetched == ["live"]

    said, fetched = wanted(other, WantedService(address="https://prizes.example"), absent=False)
    assert said[1] == "live: completely fetched"


def wanted(lab, service, absent=True):
    """What is said of each input, and which are to be fetched."""
    wants = Requirements(services=(service,), absent=absent, requests=3)
    found = fallback_chains(lab.plan(LIVE, prizes(lab, wants=wants)))
    return [requirement_text(chain) for chain in found], [each.name for each in inputs_to_fetch(found)]
