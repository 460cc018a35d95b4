"""Tables as people have them are ranked as arithmetic by hand ranks them, or what cannot be known is asked.

Each folder of `people` holds a table, or several, and `expected.toml`:

    ranks = { "unit name as ranked" = 1, ... }   # of the units named; of all, where `units` is not given
    asked = ["key", ...]                         # what must be asked, or marked to be checked
    units = 12                                   # how many are ranked, where `ranks` does not name all
    year = 2023                                  # of the edition that is ranked last
    groups = { "unit name" = "group", ... }      # a group that a unit is in
    set = ["KEY=VALUE"]                          # answers
    file = "table.csv"                           # which of several files is read; the folder where nothing is said
    note = "how the ranks were worked out"
"""

import csv
from pathlib import Path

import pytest
import tomli
from hubrank.cli.app import run
from hubrank_start import start_command

PEOPLE = Path(__file__).with_name("people")


@pytest.mark.parametrize("folder", sorted(PEOPLE.iterdir()), ids=lambda folder: folder.name)
def test_a_table_that_people_have(folder, tmp_path, monkeypatch, capsys):
    """The ranks of its units are right, its newest year counts, and what only its owner can know is asked."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    drafts = []
    monkeypatch.setattr(start_command, "_show", lambda draft, _: drafts.append(draft))
    expected = tomli.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    files = [item for item in folder.iterdir() if item.name != "expected.toml"]
    table = folder / expected["file"] if "file" in expected else files[0] if len(files) == 1 else folder
    answers = [f"--set={item}" for item in ("weight_uncertainty=0", *expected.get("set", ()))]
    code = run(["start", str(table), str(tmp_path / "made"), "--yes", "--no-report", *answers])

    assert code == 0, capsys.readouterr().err
    with (tmp_path / "made" / "run" / "ranking.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    last = max(int(row["edition"]) for row in rows)
    ranks = {row["name"]: int(row["rank"]) for row in rows if int(row["edition"]) == last and row["rank"]}
    wanted = expected.get("ranks", {})
    assert {name: ranks.get(name) for name in wanted} == wanted
    if wanted or "units" in expected:
        assert len(ranks) == expected.get("units", len(wanted))
    assert last == expected.get("year", last)
    with (tmp_path / "made" / "units.csv").open(encoding="utf-8") as file:
        units = {row["name"]: row.values() for row in csv.DictReader(file)}
    assert [name for name, group in expected.get("groups", {}).items() if group not in units[name]] == []
    assert {item.key for item in drafts[0].asked} >= {*expected.get("asked", ())}
