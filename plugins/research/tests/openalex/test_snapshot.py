"""A small snapshot, complete or not, and its works divided among authors."""

import gzip
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.testing import examples

from .conftest import institution

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def author(number, *institutions):
    """An authorship."""
    there = [{"id": f"https://openalex.org/I{each}", "type": "education"} for each in institutions]
    return {"author": {"id": f"https://openalex.org/A{number}" if number else None}, "institutions": there}


def record(number, *authorships, **more):
    """A work as the snapshot has it."""
    made = {
        "id": f"https://openalex.org/W{number}",
        "publication_year": 2023,
        "type": "article",
        "is_xpac": False,
        "countries_distinct_count": 1,
        "primary_topic": {"field": {"id": "https://openalex.org/fields/17"}},
        "citation_normalized_percentile": {"is_in_top_10_percent": True, "is_in_top_1_percent": False},
        "authorships": list(authorships),
    }
    return made | more


INSTITUTIONS = [
    institution(1, 52.2, 0.1, "GB"),
    institution(2, 51.75, -1.25, "GB"),
    institution(9, 52.2, 0.1, "GB", is_super_system=True),
]
#: Cambridge has half of W1, W2 and W3 each, Oxford of W1 and W2; the rest of W3 and all of W4 have no place, and the
#: others do not count.
WORKS = [
    record(1, author(1, 1), author(2, 2)),
    record(2, author(1, 1, 2), type="review", primary_topic=None, citation_normalized_percentile=None),
    record(3, author(1, 1), author(3)),
    record(4, author(4, 9)),
    record(5, author(1, 1), is_xpac=True),
    record(6, author(1, 1), publication_year=2019),
    record(7, author(1, 1)),
    record(8, author(1, 1), type="dataset"),
]


@pytest.fixture
def snapshot(tmp_path, monkeypatch):
    """A function that writes a snapshot in a form, and the scenario of the page beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    for each in examples(README, "openalex"):
        if each.file:
            Path(each.file).write_text(each.code)

    def write(form, institutions=INSTITUTIONS, works=WORKS):
        for entity, rows in (("institutions", institutions), ("works", works)):
            folder = Path("snapshot", entity, "updated_date=2026-06-24")
            folder.mkdir(parents=True)
            lines = folder / "part_0000.gz"
            lines.write_bytes(gzip.compress("".join(json.dumps(each) + "\n" for each in rows).encode()))
            if form == "parquet":
                made = folder / "part_0000.parquet"
                duckdb.read_json(str(lines)).write_parquet(str(made))
                lines.unlink()
                lines = made
            url = f"s3://openalex/data/{form}/{entity}/updated_date=2026-06-24/{lines.name}"
            files = [{"url": url, "meta": {"content_length": lines.stat().st_size, "record_count": len(rows)}}]
            about = {"date": "2026-06-25", "format": form, "entity": entity, "files": files}
            (folder.parent / "manifest.json").write_text(json.dumps(about))
        Path("snapshot/works/deleted_ids.csv").write_text("id\nhttps://openalex.org/W7\n")

    return write


COMMAND = ["openalex", "snapshot", "flat", "--first-year", "2021", "--last-year", "2024"]


@pytest.mark.long
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_divided_among_authors(snapshot, capsys, form):
    """The scenario of the page: Cambridge has 1.5 papers, Oxford 1, and 1.5 have no place."""
    snapshot(form)
    assert run(COMMAND) == 0
    assert "flat: 8 rows of 1 file of 2026-06-25" in capsys.readouterr().out

    assert run(["rank", "fractional.toml", "--output", "run"]) == 0
    assert pd.read_csv("run/values.csv").set_index("unit").iloc[:, 2].to_dict() == {"cambridge": 1.5, "oxford": 1.0}
    assert pd.read_csv("run/unassigned.csv")[["reason", "sum_count"]].to_numpy().tolist() == [["no place", 1.5]]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda: Path("snapshot/works/manifest.json").unlink(), "works/manifest.json is missing"),
        (
            lambda: Path("snapshot/works/updated_date=2026-06-24/part_0000.gz").write_bytes(b"half"),
            "works/updated_date=2026-06-24/part_0000.gz has 4 bytes of",
        ),
        (
            lambda: Path("snapshot/institutions/updated_date=2026-06-24/part_0000.gz").rename("elsewhere"),
            "has no files of institutions, such as institutions/updated_date=2026-06-24/part_0000.gz",
        ),
        (lambda: Path("snapshot/works/manifest.json").write_text("{}"), "is not a manifest of a snapshot"),
    ],
    ids=["no manifest", "half a file", "no file", "no list"],
)
def test_a_snapshot_that_is_not_complete(snapshot, capsys, spoil, said):
    """It is rejected with what is missing, and nothing is written."""
    snapshot("jsonl")
    spoil()

    assert run(COMMAND) == 4
    assert said in " ".join(capsys.readouterr().err.split())
    assert not Path("flat").exists()


def test_what_is_there(snapshot, capsys):
    """A part of a snapshot is used if the user accepts it, and the missing rest is reported again."""
    snapshot("jsonl")
    Path("snapshot/works/manifest.json").unlink()

    assert run([*COMMAND, "--incomplete"]) == 0
    told = capsys.readouterr()
    assert "not complete: works/manifest.json is missing" in told.err
    assert "flat: 8 rows of 1 file" in told.out
