"""Tutorials are done as a reader does them: each file written, each command run, from the first block to the last."""

import shlex
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.testing import examples

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def page(module_at):
    """How commands and quotations of all pages are read."""
    return module_at("tests/test_docs.py")


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["quickstart.md", "tutorials/first-scenario.md", "tutorials/leaderboard.md", "tutorials/workbook.md"]
)
def test_tutorial(name, page, tmp_path, monkeypatch, capsys):
    """Every command succeeds and complains of nothing; what is quoted below it is printed, line for line."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    printed = ""
    for block in examples((DOCS / name).read_text(encoding="utf-8")):
        if block.file:
            Path(block.file).write_text(block.code, encoding="utf-8")
        elif block.language == "sh":
            printed = "".join(done(each, capsys) for each in block.code.splitlines() if not each.startswith("pip "))
        elif block.language == "text" and printed:
            assert page.absent(block.code, printed) == ""


def done(command, capsys):
    """What a command prints."""
    code = run(shlex.split(command)[1:])
    printed = capsys.readouterr()

    assert (command, code, printed.err) == (command, 0, "")
    return printed.out
