"""Tutorials are done as a reader does them: each file written, each command run, from the first block to the last."""

import shlex
from pathlib import Path

import pytest
from hubrank.cli.main import run
from hubrank.testing import examples

DOCS = Path(__file__).parents[1] / "docs"
#: Those that need the almanac's figures take seconds.
LONG = ("docs/five-minutes.md",)
PAGES = {f"docs/{path.relative_to(DOCS)}": path for path in (DOCS / "five-minutes.md", *DOCS.glob("tutorials/*.md"))}


@pytest.fixture
def page(module_at):
    """How commands and quotations of all pages are read."""
    return module_at("tests/test_docs.py")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if name in LONG else ()) for name in sorted(PAGES)]
)
def test_tutorial(name, page, tmp_path, monkeypatch, capsys):
    """Every command succeeds and complains of nothing; what is quoted below it is printed, line for line."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    printed = ""
    for block in examples(PAGES[name].read_text(encoding="utf-8")):
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


def test_all_tutorials_are_listed():
    """The page of tutorials links each of them."""
    text = (DOCS / "tutorials" / "index.md").read_text(encoding="utf-8")
    names = [path.stem for path in DOCS.glob("tutorials/*.md") if path.stem != "index"]

    assert [name for name in names if f"({name}.md)" not in text or f"\n{name}\n" not in text] == []
