"""The command line: what is printed, and the exit codes that scripts rely on."""

import csv
import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hubrank.cli import main
from hubrank.plugin.registry import CONTRACT, __version__


def test_rank(run, lands):
    """A table of the last edition: rank, change, name, country, score, bar, tier; then countries and caveats."""
    code, out, err = run("rank", lands)
    rows = [line.split() for line in out.splitlines()]

    assert (code, err) == (0, "")
    assert "Three lands, 2024" in out
    assert "3 units ranked by 2 indicators in 1 dimension" in out
    assert ["1", "new", "Celand", "CCC", "1.000", "█" * 20, "top", "1"] in rows
    assert ["2", "▼", "1", "Aland", "AAA", "0.500", "█" * 10] in rows
    assert ["3", "▼", "2", "Beland", "BBB", "0.167", "███▍"] in rows
    assert "missing, weight redistributed: Pay for 1 unit\n" in out


def test_csv(run, lands):
    """All editions and units, the newest first, unless an edition or `--top` is asked for."""

    def rows(*words):
        _, out, err = run("rank", lands, "--format", "csv", *words)
        return [(row["edition"], row["unit"], row["rank"]) for row in csv.DictReader(io.StringIO(out))], err

    newest = [("2024", "CCC", "1"), ("2024", "AAA", "2"), ("2024", "BBB", "3")]
    before = [("2023", "AAA", "1"), ("2023", "BBB", "1")]
    assert rows() == ([*newest, *before], "")
    assert rows("--edition", "2024") == (newest, "")
    assert rows("--edition", "2023") == (before, "")
    assert rows("--top", "1") == (newest[:1], "... and 2 more (--top 3)\n")
    assert rows("--top", "1", "--quiet") == (newest[:1], "")


def test_json(run, lands):
    """The same as JSON, missing values as null."""
    _, out, _ = run("rank", lands, "--format", "json")
    made = json.loads(out)

    assert (made["title"], made["edition"], len(made["ranking"])) == ("Three lands", 2024, 5)
    assert made["ranking"][0] == {
        "edition": 2024,
        "unit": "CCC",
        "name": "Celand",
        "country": "CCC",
        "rank": 1.0,
        "low": None,
        "high": None,
        "joint_low": None,
        "joint_high": None,
        "outside": "",
        "ranked_share": None,
        "score": 1.0,
        "tier": "top 1",
        "evidence_tier": None,
        "rank_change": None,
        "agreement": None,
        "robust_change": None,
        "life": 1.0,
    }


VERBS = (("rank",), ("explain", "CCC"), ("audit",), ("compare", "lands.toml@2023"))


@pytest.mark.parametrize("words", VERBS, ids=[words[0] for words in VERBS])
def test_json_says_what_a_reader_should_know(run, lands, words):
    """Beside the values the caveats of the screen, the seed, the version and who made the values."""
    verb, *rest = words
    made = json.loads(run(verb, lands, *rest, "--format", "json")[1])
    screen = run("rank", lands)[1]

    assert (made["version"], made["seed"]) == (__version__, 0)
    assert made["caveats"] == ["missing, weight redistributed: Pay for 1 unit"]
    assert made["caveats"][0] in screen
    assert [(item["producer"], item["licence"], item["gave"]) for item in made["origins"]] == [
        ("An office", "CC0-1.0", "values")
    ]


def test_output(run, lands, tmp_path):
    """A folder is left, and ranked again from itself; a second run reads from the cache."""
    code, out, _ = run("rank", lands, "--output", "run")
    again = run("rank", "run")
    from_cache = run("rank", lands)

    assert code == 0
    assert "written to run" in out
    assert (tmp_path / "run" / "ranking.csv").is_file()
    assert again[1] == from_cache[1].partition("--output FOLDER")[0]
    assert out.startswith(again[1])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rank", "nowhere.toml"], "hubrank: nowhere.toml: 1 problem\n     file not found\n"),
        (["rank", "lands.toml", "--edition", "2025"], "hubrank: there is no edition 2025; did you mean '2024'?\n"),
        (
            ["rank", "cache"],
            "hubrank: cache: is a folder without a scenario.toml; specify a scenario or a .toml file\n",
        ),
        (["list", "indicator"], "hubrank: there is no kind 'indicator'; did you mean 'indicators'?\n"),
        (
            ["show", "arithmetc"],
            "hubrank: no installed part or table is named 'arithmetc'; did you mean 'arithmetic'?\n",
        ),
        (
            ["compare", "lands.toml@new", "lands.toml"],
            "hubrank: lands.toml@new: the part after @ must be an edition (year)\n",
        ),
        (
            ["compare", f"lands.toml@{'9' * 5000}", "lands.toml"],
            f"hubrank: lands.toml@{'9' * 69}...: the part after @ must be an edition (year)\n",
        ),
        (
            ["rank", "lands.toml", "--width", "9" * 5000],
            f"hubrank: --width must be a number of columns from 20; got '{'9' * 40}'\n",
        ),
        (["compare", "lands.toml", "none.csv"], "hubrank: none.csv: file not found\n"),
    ],
)
def test_mistakes(run, lands, tmp_path, words, message):
    """An error on the command line is reported in a line, without a traceback."""
    (tmp_path / "cache").mkdir()

    assert run(*words) == (2, "", message)


def test_a_distance_in_chinese(run, lands):
    """What the number is of stands before it, and the mean is not said to be that number."""
    said = run("explain", lands, "BBB", "--language", "zh")[1]

    assert re.search(r"比全部 3 个的平均值（[\d.]+）[高低] [\d.]+ 分\n", said)


def test_interrupted(run, lands, monkeypatch):
    """An interrupt leaves with 130 and one line."""

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("hubrank.results.rank.measure", interrupt)
    code, out, err = run("rank", lands, "--output", "run")

    assert (code, out, err) == (130, "", "hubrank: interrupted\n")


def test_little_is_imported_before_interrupts_are_heeded():
    """What an interrupt could meet before `main` is the package, what reads its stub, and the module that has it."""
    script = "import sys, hubrank.cli; print(*sorted(n for n in sys.modules if n.startswith(('hubrank', 'attr'))))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert found.stdout.split() == ["hubrank", "hubrank.cli", "hubrank.stubs"]


def test_interrupted_while_it_is_imported(monkeypatch, capsys):
    """An interrupt before there is a command line exits in the same way."""

    class Interrupting:
        @staticmethod
        def find_spec(name, *_):
            if name == "hubrank.cli.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "hubrank.cli.app")
    monkeypatch.setattr(sys, "meta_path", [Interrupting, *sys.meta_path])
    with pytest.raises(SystemExit) as left:
        main()

    assert (left.value.code, capsys.readouterr().err) == (130, "hubrank: interrupted\n")


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_threads_of_algebra(given, threads):
    """A command starts one thread, unless the user says otherwise."""
    script = "import os, sys, atexit, hubrank.cli; sys.argv = ['hubrank', 'version', '--quiet']\n"
    script += "atexit.register(lambda: sys.stderr.write(os.environ['OPENBLAS_NUM_THREADS'])); hubrank.cli.main()"
    env = {name: text for name, text in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | given
    found = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True, text=True)

    assert found.stderr == threads


@pytest.mark.parametrize("verb", ["list", "verify", "clean"])
def test_a_cache_that_may_not_be_read(run, lands, tmp_path, monkeypatch, verb):
    """It is not said to be empty."""

    def forbid(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("hubrank.io.cache.os.scandir", forbid)
    said = run("cache", verb)

    assert said[:2] == (2, "")
    assert said[2].startswith(f"hubrank: {tmp_path / 'cache'}: cannot be read: ")


def test_check(run, lands, tmp_path):
    """A good scenario is reported as good; every error is listed, a missing file too, alone or with others."""
    good = run("check", lands)
    (tmp_path / "values.csv").unlink()
    alone = run("check", lands)
    (tmp_path / "bad.toml").write_text('extends = "lands.toml"\nwindow = 0\n[indicators]\na = { dimension = "lief" }\n')
    bad = run("check", "bad.toml")

    valid = "lands.toml: valid: 3 units, 2 indicators in 1 dimension, editions 2023, 2024\n"
    assert good == (0, valid, "")
    assert alone == (2, "", "hubrank: lands.toml: 1 problem\n  5  inputs.values: values.csv: file not found\n")
    assert bad == (
        2,
        "",
        "hubrank: bad.toml: 3 problems\n  2  window: must be at least 1 year; got 0\n"
        "  4  indicators.a.dimension: there is no dimension 'lief'; did you mean 'life'?\n"
        "  5  lands.toml: inputs.values: values.csv: file not found\n",
    )


def test_list_and_show(run, lands):
    """What is installed, and what a part means with its options."""
    listed = run("list", "indicators")
    shown = run("show", "min-max")

    assert listed[0] == shown[0] == 0
    assert "value" in [line.split()[0] for line in listed[1].splitlines()]
    assert shown[1].startswith("normalisation 'min-max', from hubrank ")
    assert (
        "      range (a list of numbers; default [0.0, 1.0]): The scores of the worst and of the best unit." in shown[1]
    )
    assert '      fitted_on ("edition" or "pooled"; default "edition"): ' in shown[1]


@pytest.mark.long
def test_cache(run, lands, tmp_path):
    """Sums and what was measured are listed, verified and deleted; a broken one leaves with 4; other files stay."""
    run("rank", lands)
    listed = run("cache", "list")
    good = run("cache", "verify")
    path, *_ = (tmp_path / "cache").glob("*.totals")
    path.write_bytes(b"PAR1")
    (tmp_path / "cache" / ".x.part").write_text("of somebody else")
    broken = run("cache", "verify")
    pruned = run("cache", "clean")

    assert "files values for units.csv" in listed[1]
    assert good[:2] == (0, "2 valid, 0 broken\n")
    assert broken[:2] == (4, f"broken: {path.name}\n1 valid, 1 broken\n")
    assert pruned[1].startswith("deleted 2 files from ")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".x.part"]


def test_version_for_scripts(run, monkeypatch, tmp_path):
    """All of it as JSON and as CSV; programs are listed by their paths, missing ones are null."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "chromium-browser"
    program.write_text("")
    program.chmod(0o755)
    told = json.loads(run("version", "--format", "json")[1])
    rows = list(csv.DictReader(io.StringIO(run("version", "--format", "csv")[1])))

    assert (told["version"], told["contract"]) == (__version__, CONTRACT)
    assert told["members"]["hubrank"] == __version__
    assert (told["engines"]["java"], told["engines"]["chromium"]) == (None, str(program))
    assert rows[:2] == [
        {"kind": "version", "name": "hubrank", "version": __version__},
        {"kind": "contract", "name": "contract", "version": str(CONTRACT)},
    ]
    assert {"kind": "engines", "name": "java", "version": ""} in rows


def test_files_that_are_no_scenario(run, lands, tmp_path):
    """A misspelt name has the one like it; a table, a folder of tables and a packed run have what opens them."""
    Path("well-being.csv").write_text("unit,value\na,1\n")
    Path("tables").mkdir()
    Path("tables", "towns.csv").write_text("unit,value\na,1\n")
    Path("lands.run.zip").write_bytes(b"PK")

    assert "file not found; did you mean 'well-being.csv'?" in run("rank", "wellbeing.csv")[2]
    assert "file not found; did you mean 'lands.toml'?" in run("rank", "lands.tmol")[2]
    assert "`hubrank start well-being.csv` makes one of it" in run("rank", "well-being.csv")[2]
    assert "it holds towns.csv; `hubrank start` makes a scenario of tables" in run("rank", "tables")[2]
    assert "unpack it, and rank a scenario or a run folder in it" in run("rank", "lands.run.zip")[2]


def test_tiers_are_shown_where_there_are_any(run, lands):
    """No column without content."""
    assert "tier" in run("rank", lands)[1]
    Path("plain.toml").write_text(Path(lands).read_text().replace("ranking = { tiers = [1] }", ""))
    assert "tier" not in run("rank", "plain.toml")[1]
