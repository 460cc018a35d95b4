"""The installed scenario `global`: its run folder ranks again to the same bytes, and every value has an origin."""

import csv
import json
from pathlib import Path

import pytest
from hubrank.cli.app import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run of `global`, one of its recorded scenario, and one of its folder, side by side."""
    path = tmp_path_factory.mktemp("runs")
    for scenario, output in (
        ("global", "run"),
        (str(path / "run" / "scenario.toml"), "from-scenario"),
        (str(path / "run"), "from-folder"),
    ):
        assert run(["rank", scenario, "--quiet", "--output", str(path / output)]) == 0
    return path


def content(folder: Path) -> dict[str, object]:
    """The files, the record without its date."""
    files: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    del record["created"]
    return {**files, "record.json": record}


@pytest.mark.long
@pytest.mark.parametrize("again", ["from-scenario", "from-folder"])
def test_same_bytes(folder, again):
    """Ranking the recorded scenario, or the folder itself, gives every byte again but the date."""
    assert content(folder / again) == content(folder / "run")


@pytest.mark.long
def test_every_figure_has_an_origin(folder):
    """Every measured value names an origin of the record, with a licence, and a vintage."""
    record = json.loads((folder / "run" / "record.json").read_text(encoding="utf-8"))
    licences = {origin["name"]: origin["licence"] for each in record["inputs"] for origin in each["origins"]}
    with (folder / "run" / "values.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["measured"]]
    strange = {
        (row["indicator"], row["origin"], row["vintage"])
        for row in rows
        if not row["vintage"] or not all(licences.get(name) for name in row["origin"].split(" + "))
    }

    assert len(rows) > 1000
    assert strange == set()


@pytest.mark.long
def test_all_hubs_are_ranked_or_have_a_reason(folder):
    """Each of the 179 hubs in each of the five editions."""
    with (folder / "run" / "ranking.csv").open(encoding="utf-8", newline="") as file:
        ranked = [row["edition"] for row in csv.DictReader(file)]
    with (folder / "run" / "unranked.csv").open(encoding="utf-8", newline="") as file:
        unranked = list(csv.DictReader(file))

    assert sorted(set(ranked)) == ["2021", "2022", "2023", "2024", "2025"]
    assert all(
        ranked.count(edition) + sum(row["edition"] == edition for row in unranked) == 179 for edition in set(ranked)
    )
    assert all(ranked.count(edition) >= 170 for edition in set(ranked))
    assert all(row["why"] for row in unranked)
