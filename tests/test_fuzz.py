"""No input ends in another way than the design has, and what holds by a rule holds for inputs by chance."""

import base64
import contextlib
import csv
import functools
import io
import json
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path
from unittest import mock

import pytest
from hubrank.cli.app import run
from hubrank.plugin.registry import Registry
from hypothesis import HealthCheck, given, settings

from tests.fuzz import documents, exact, parts, patterns, renaming, sizes, spoiling, tables, years

FOUND = sorted((Path(__file__).parent / "fuzz" / "found").glob("*.json"))
#: What a service would allow strangers, so that no case is long only because it asks for much.
LIMITS = (
    "cells=2e5,sheet_cells=2e5,units=2000,panel=1e5,draws=20000,drawn=1e7,unpacked_bytes=2e7,workbook_bytes=2e7,"
    "polygon_points=1e5,file_bytes=1e7,start_bytes=1e7,editions=50,indicators=100"
)
TRACES = re.compile(r"Traceback \(most recent|^  File \"[^\"]+\", line \d+", re.MULTILINE)
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: A plugin of a case, and what an installer would leave beside it.
PLUGIN, INSTALLED = (
    "odd_plugin.py",
    {
        "hubrank_odd-0.1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: hubrank-odd\nVersion: 0.1\n",
        "hubrank_odd-0.1.dist-info/entry_points.txt": b"[hubrank]\nodd = odd_plugin\n",
    },
)
COLLECT = Registry.installed

#: Modules with cases by chance, and the rule that they must keep.
RULES = {
    "exact": exact,
    "renaming": renaming,
    "years": years,
    "sizes": sizes,
    "documents": documents,
    "parts": parts,
    "patterns": patterns,
    "tables": tables,
}


@pytest.fixture(scope="module", autouse=True)
def collected_once():
    """What is installed is collected once: to look for it takes longer than a case."""
    known = {name: getattr(Registry, name)() for name in ("installed", "of_commands")}
    with contextlib.ExitStack() as stack:
        for name, found in known.items():
            stack.enter_context(mock.patch.object(Registry, name, lambda found=found: found))
        yield


def ended(words, files):
    """Run a command line beside files, as no one at a terminal does: code, output, errors, and what was written."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        home = Path(place, "a", "b", "c")  # so that a path that climbs stays in the folder
        for name, content in files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        home.mkdir(parents=True, exist_ok=True)
        around = {"HUBRANK_CACHE": str(Path(place, "cache")), "HUBRANK_LIMITS": LIMITS, "HOME": place}
        stack.enter_context(mock.patch.dict(os.environ, around))
        stack.enter_context(mock.patch("webbrowser.open", lambda *_, **__: True))
        stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO("")))
        stack.enter_context(contextlib.chdir(home))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        warned = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        code = run(list(words))
        made = {f"run/{path.name}": path.read_bytes() for path in Path("run").glob("*") if path.is_file()}
    assert [each for each in warned if issubclass(each.category, RuntimeWarning)] == []
    return code, out.getvalue(), err.getvalue(), made


def check(words, files, codes=(0, 1, 2, 4), says=""):
    """No traceback, nothing that steers a terminal, and a message where it did not succeed."""
    code, out, err, _ = ended(words, files)

    assert code in codes, err
    assert says in out + err
    assert not TRACES.search(err)
    assert not STEERING.search(out + err)
    assert not code or err.strip()


@pytest.fixture(scope="module")
def run_folder(collected_once):
    """The files of a run of the good scenario."""
    return ended(["rank", "mine.toml", "--output", "run"], spoiling.FILES)[3]


@pytest.fixture
def by_chance(request):
    """Tries cases: the same few each time, more with --long, or as many as --fuzz says."""
    asked = request.config.getoption("--fuzz")

    def tried(cases, holds):
        often = asked or (40 if request.config.getoption("--long") else 3)
        chosen = settings(
            max_examples=often,
            derandomize=not asked,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        chosen(given(case=cases)(lambda case: holds(case)))()

    return tried


@pytest.mark.parametrize("target", [*spoiling.TARGETS, "command-line"])
def test_what_is_spoilt(target, run_folder, by_chance):
    """A spoilt file or command line ends in an answer or in a sentence."""
    files = spoiling.TARGETS[target][0] if target in spoiling.TARGETS else spoiling.FILES
    files = files | run_folder if target == "run-folder" else files
    by_chance(spoiling.cases(target, files), lambda case: check(*case))


@pytest.mark.parametrize("target", RULES)
def test_rules(target, by_chance):
    """What a module of `tests/fuzz` says of its cases."""
    by_chance(RULES[target].cases(), RULES[target].check)


def test_tables_that_are_asked_about(by_chance, capsys):
    """Of tables whose reading is known, most are read without a question; how many is printed."""
    tables.MET.clear()
    by_chance(tables.cases(), tables.check)
    with capsys.disabled():
        print(f"\n{tables.summary()}")

    assert sum(number for (_, what), number in tables.MET.items() if what == "right") > sum(tables.MET.values()) / 4


def with_value(content, at, value):
    """A file of a run folder with another value: of JSON at a path of keys, of a CSV in a row and column."""
    rows = None if content[:1] == b"{" else list(csv.DictReader(io.StringIO(content.decode())))
    held = json.loads(content) if rows is None else rows
    place = functools.reduce(lambda inner, key: inner[key], at[:-1], held)
    place[at[-1]] = value
    if rows is None:
        return json.dumps(held).encode()
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_found(path, run_folder, monkeypatch, tmp_path):
    """What once ended wrongly gets as far again, and ends as the design has it."""
    case = json.loads(path.read_text(encoding="utf-8"))
    files = {
        name: text.encode() if isinstance(text, str) else base64.b64decode(text["base64"])
        for name, text in case.get("files", {}).items()
    }
    if "run" in case:  # today's run folder, with one value changed
        name, *change = case["run"].values()
        files = spoiling.FILES | run_folder | {name: with_value(run_folder[name], *change)}
    if PLUGIN in files:
        for name, content in ({PLUGIN: files[PLUGIN]} | INSTALLED).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "odd_plugin", raising=False)
        monkeypatch.setattr(Registry, "installed", COLLECT)
    check(case["words"], files, [case["code"]], case["says"])
