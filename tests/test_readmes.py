"""What the pages say of verbs is so: each command runs, and what is quoted of its output is there."""

import re
import shlex
from pathlib import Path

import pytest
from hubrank.front import run

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted(ROOT.glob("plugins/*/README.md")),
    *(ROOT / "docs" / name for name in ("robustness.md", "explain.md")),
]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One cache for all pages."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path, monkeypatch, cache):
    """A folder to run a page's commands in."""
    monkeypatch.setenv("HUBRANK_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def absent(quoted, printed):
    """The first line of a quotation that is not printed, in order; "..." stands for any lines."""
    rest = iter([line.rstrip() for line in printed.splitlines()])
    return next(
        (line for line in quoted.splitlines() if line.strip() not in ("", "...") and line.rstrip() not in rest), ""
    )


def commands_of(text):
    """The commands of a block, lines that end in a backslash joined, comments left out."""
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("hubrank ")]


WITH_COMMANDS = [page for page in PAGES if any(kind == "sh" for kind, _, _ in BLOCK.findall(page.read_text("utf-8")))]
#: Members whose commands draw, look at everything, or start other processes.
LONG = ("audit", "charts", "dask", "report", "robustness")


def marked(page):
    """A page as a parameter, long where it is."""
    marks = [pytest.mark.long] if page.parent.name in LONG else []
    return pytest.param(page, id=f"{page.parent.name}-{page.stem}", marks=marks)


@pytest.mark.parametrize("page", [marked(page) for page in WITH_COMMANDS])
def test_page(page, folder, capsys):
    """Files are as shown, each command succeeds, and a text that follows commands quotes the last of them."""
    printed = ""
    for kind, name, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            (folder / name).write_text(text, encoding="utf-8")
        for words in commands_of(text) if kind == "sh" else []:
            code = run(words[1:])
            printed, error = capsys.readouterr()

            assert (code, error) == (0, ""), words
        if kind == "text":
            assert absent(text, printed) == ""


def test_each_member_with_a_verb_shows_it():
    """Each verb that a member brings is run by a page of the member."""
    from hubrank import Registry

    shown = {
        words[1]
        for page in WITH_COMMANDS
        for kind, _, text in BLOCK.findall(page.read_text("utf-8"))
        for words in commands_of(text)
        if kind == "sh"
    }
    parts = (part for found in Registry.of_commands().parts["command"].values() for part in found)
    brought = {part.name for part in parts if part.distribution != "hubrank"}

    assert brought <= shown


@pytest.mark.parametrize(
    ("quoted", "missing"),
    [("a\n...\nc\n", ""), ("a\nb \n\nc", ""), ("a\nx\n", "x"), ("c\na\n", "a"), ("a  b\n", "a  b")],
)
def test_what_is_not_printed_is_found(quoted, missing):
    """Lines that are other, or in another order."""
    assert absent(quoted, "a\nb\nc  \n") == missing
