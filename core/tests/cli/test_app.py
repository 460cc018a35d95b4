"""The command line: what is printed, and the exit codes that scripts rely on."""

import csv
import io
import json

import pytest
from hubrank.cli.app import run
from hubrank.plugin.registry import CONTRACT, __version__

SCENARIO = """
title = "Three lands"
editions = [2023, 2024]

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv", producer = "An office", licence = "CC0-1.0" }

[dimensions.life]
title = "How one lives"

[indicators]
a = { indicator = "value", dimension = "life" }
b = { indicator = "value", dimension = "life" }

[normalisation]
method = "min-max"

[missing]
rule = "renormalise"

[aggregation]
method = "arithmetic"

[ranking]
tiers = [1]
"""

VALUES = """unit,year,a,b
AAA,2023,3,1
BBB,2023,1,2
AAA,2024,1,30
BBB,2024,2,10
CCC,2024,4,
"""


@pytest.fixture
def lands(tmp_path, monkeypatch):
    """The scenario's path, in a folder of its own with a cache of its own."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("unit,name,country\nAAA,Aland,AAA\nBBB,Beland,BBB\nCCC,Celand,CCC\n")
    (tmp_path / "values.csv").write_text(VALUES)
    (tmp_path / "lands.toml").write_text(SCENARIO)
    return "lands.toml"


def outcome(capsys, *words):
    """The exit code and what was printed."""
    code = run(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_rank(lands, capsys):
    """A table of the last edition: rank, change, name, country, score, bar, tier; then countries and caveats."""
    code, out, err = outcome(capsys, "rank", lands)
    rows = [line.split() for line in out.splitlines()]

    assert (code, err) == (0, "")
    assert "Three lands, 2024" in out
    assert "3 units ranked by 2 indicators in 1 dimension" in out
    assert ["1", "new", "Celand", "CCC", "1.000", "█" * 20, "top", "1"] in rows
    assert ["2", "▼", "1", "Aland", "AAA", "0.500", "█" * 10] in rows
    assert ["3", "▼", "2", "Beland", "BBB", "0.167", "███▍"] in rows
    assert "missing, weight redistributed: b for 1 unit\n" in out


def test_csv(lands, capsys):
    """All editions as in ranking.csv, or one."""
    _, out, _ = outcome(capsys, "rank", lands, "--format", "csv")
    _, one, _ = outcome(capsys, "rank", lands, "--format", "csv", "--edition", "2024")
    rows = list(csv.DictReader(io.StringIO(out)))

    assert [(row["edition"], row["unit"], row["rank"]) for row in rows] == [
        ("2023", "AAA", "1"),
        ("2023", "BBB", "1"),
        ("2024", "CCC", "1"),
        ("2024", "AAA", "2"),
        ("2024", "BBB", "3"),
    ]
    assert list(csv.DictReader(io.StringIO(one))) == rows[2:]


def test_json(lands, capsys):
    """The same as JSON, gaps as null."""
    _, out, _ = outcome(capsys, "rank", lands, "--format", "json", "--edition", "2024")
    made = json.loads(out)

    assert (made["title"], made["editions"]) == ("Three lands", [2023, 2024])
    assert made["ranking"][0] == {
        "edition": 2024,
        "unit": "CCC",
        "name": "Celand",
        "country": "CCC",
        "rank": 1.0,
        "low": None,
        "high": None,
        "outside": "",
        "score": 1.0,
        "tier": "top 1",
        "rank_change": None,
        "agreement": None,
        "robust_change": None,
        "life": 1.0,
    }


def test_output(lands, capsys, tmp_path):
    """A folder is left, and ranked again from itself; a second run reads from the cache."""
    code, out, _ = outcome(capsys, "rank", lands, "--output", "run")
    again = outcome(capsys, "rank", "run")
    from_cache = outcome(capsys, "rank", lands)

    assert code == 0
    assert "written to run" in out
    assert (tmp_path / "run" / "ranking.csv").is_file()
    assert again[1] == from_cache[1]
    assert out.startswith(again[1].rstrip("\n"))


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["rank", "nowhere.toml"], 2, "hubrank: nowhere.toml: 1 problem\n     file not found\n"),
        (["rank", "lands.toml", "--edition", "2025"], 2, "hubrank: there is no edition 2025; did you mean '2024'?\n"),
        (
            ["rank", "cache"],
            2,
            "hubrank: cache: is a folder, but not a run folder; specify a scenario or a .toml file\n",
        ),
        (["list", "indicator"], 2, "hubrank: there is no kind 'indicator'; did you mean 'indicators'?\n"),
        (
            ["show", "arithmetc"],
            2,
            "hubrank: no installed part or table is named 'arithmetc'; did you mean 'arithmetic'?\n",
        ),
        (
            ["compare", "lands.toml@new", "lands.toml"],
            2,
            "hubrank: lands.toml@new: the part after @ must be an edition (year)\n",
        ),
        (["compare", "lands.toml", "none.csv"], 2, "hubrank: none.csv: file not found\n"),
    ],
)
def test_mistakes(lands, capsys, tmp_path, words, code, message):
    """A mistake on the command line is told in a line, without a traceback."""
    (tmp_path / "cache").mkdir()

    assert outcome(capsys, *words) == (code, "", message)


def test_interrupted(lands, capsys, monkeypatch):
    """An interrupt leaves with 130 and one line."""

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("hubrank.results.rank.measure", interrupt)
    code, out, err = outcome(capsys, "rank", lands, "--output", "run")

    assert (code, out, err) == (130, "", "hubrank: interrupted\n")


def test_check(lands, capsys, tmp_path):
    """Every mistake is said and nothing read; a good scenario is told to be good, and which file it lacks."""
    (tmp_path / "values.csv").unlink()
    good = outcome(capsys, "check", lands)
    (tmp_path / "bad.toml").write_text('extends = "lands.toml"\nwindow = 0\n[indicators]\na = { dimension = "lief" }\n')
    bad = outcome(capsys, "check", "bad.toml")

    valid = "lands.toml: valid: 3 units, 2 indicators in 1 dimension, editions 2023, 2024\n"
    assert good == (0, f"{valid}values: values.csv is not there; nothing stands in\n", "")
    assert bad == (
        2,
        "",
        "hubrank: bad.toml: 3 problems\n  2  window: must be at least 1 year; got 0\n"
        "  4  indicators.a.dimension: there is no dimension 'lief'; did you mean 'life'?\n"
        "  8  lands.toml: inputs.values: values.csv: file not found\n",
    )


def test_list_and_show(lands, capsys):
    """What is installed, and what a part means with its options."""
    listed = outcome(capsys, "list", "indicators")
    shown = outcome(capsys, "show", "min-max")

    assert listed[0] == shown[0] == 0
    assert "value" in [line.split()[0] for line in listed[1].splitlines()]
    assert shown[1].startswith("normalisation 'min-max', from hubrank ")
    assert (
        "      range (a list, each a number; default [0.0, 1.0]): The scores of the worst and of the best unit."
        in shown[1]
    )
    assert '      fitted_on ("edition" or "pooled"; default "edition"): ' in shown[1]


def test_compare(lands, capsys, tmp_path):
    """Editions and a published list beside a ranking."""
    (tmp_path / "list.csv").write_text("rank,name\n1,Aland\n2,CELAND\n3,Beland\n4,Deland\n")
    code, out, _ = outcome(capsys, "compare", lands, "list.csv")
    editions = outcome(capsys, "compare", f"{lands}@2023", f"{lands}@2024")

    assert (code, editions[0]) == (0, 0)
    assert "in both: 3; in the top 3 of both: 3 of 3" in out
    assert "Spearman 0.500, Kendall 0.333 (over the 3 in both)" in out
    assert "only in B: Deland" in out
    assert "A  Three lands 2023: 2 ranked" in editions[1]


@pytest.mark.long
def test_cache(lands, capsys, tmp_path):
    """Entries are listed, verified and deleted; a broken one leaves with 4; what others wrote stays."""
    run(["rank", lands])
    capsys.readouterr()
    listed = outcome(capsys, "cache", "list")
    good = outcome(capsys, "cache", "verify")
    (path,) = (tmp_path / "cache").glob("*.parquet")
    path.write_bytes(b"PAR1")
    (tmp_path / "cache" / ".x.part").write_text("of somebody else")
    broken = outcome(capsys, "cache", "verify")
    pruned = outcome(capsys, "cache", "clean")

    assert "files values for units.csv" in listed[1]
    assert good[:2] == (0, "1 valid, 0 broken\n")
    assert broken[:2] == (4, f"broken: {path.name}\n0 valid, 1 broken\n")
    assert pruned[1].startswith("deleted 1 file from ")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".x.part"]


def test_version_for_scripts(capsys, monkeypatch, tmp_path):
    """All of it as JSON and as CSV; a program is told by its place, what is not there is null."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "chromium-browser"
    program.write_text("")
    program.chmod(0o755)
    told = json.loads(outcome(capsys, "version", "--format", "json")[1])
    rows = list(csv.DictReader(io.StringIO(outcome(capsys, "version", "--format", "csv")[1])))

    assert (told["version"], told["contract"]) == (__version__, CONTRACT)
    assert told["members"]["hubrank"] == __version__
    assert (told["engines"]["java"], told["engines"]["chromium"]) == (None, str(program))
    assert rows[:2] == [
        {"kind": "version", "name": "hubrank", "version": __version__},
        {"kind": "contract", "name": "contract", "version": str(CONTRACT)},
    ]
    assert {"kind": "engines", "name": "java", "version": ""} in rows
