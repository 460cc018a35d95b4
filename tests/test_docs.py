"""Every command that a page shows is run, and what a page quotes of an output is in the output."""

import os
import re
import shlex
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.testing import examples

from tests.test_pages import BLOCK

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for folder in ("", "docs/**/", "core/", "plugins/**/", "indicators/**/", "scenarios/", "tools/**/")
    for path in sorted(ROOT.glob(f"{folder}*.md"))
    if path.name != "CHANGELOG.md"
}
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))
LISTS = {"top10-2025.csv": "ecnu_top100_2025_top10.csv", "top30-2024.csv": "ecnu_top100_2024_top30.csv"}

#: A command that is mentioned, with options of it or without.
MENTION = re.compile(r"hubrank( [a-z-]+)?( --[a-z-]+( [A-Z/]+)?)*")


def mentioned(text):
    """The commands of a page's prose that name a command and options alone, and all that are shown and not run."""
    prose = map(plain, re.findall(r"`((?:hubrank|python3 run\.py) [^`]+)`", BLOCK.sub("", text)))
    shown = (plain(line) for each in examples(text) if each.language == "console" for line in each.code.splitlines())
    return {*filter(MENTION.fullmatch, prose), *(line for line in shown if line.startswith("hubrank "))}


def plain(command):
    """A command without its comment."""
    return command.partition("  #")[0].partition(" # ")[0].strip().replace("python3 run.py hubrank ", "hubrank ")


MENTIONED = sorted(set().union(*map(mentioned, PAGES.values())) - {"hubrank list"})
#: A page whose commands need a package installed is done in `test_strangers_plugin.py`.
INSTALLING = "docs/tutorials/your-indicator.md"
RUN = [name for name, text in PAGES.items() if name != INSTALLING and any(b.language == "sh" for b in examples(text))]

#: Pages that go on with the files of another.
AFTER = {"docs/tutorials/defend-a-ranking.md": "docs/tutorials/first-scenario.md"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Rows that several commands read are counted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path, monkeypatch, cache):
    """A folder of a reader's own, with what the commands take for granted."""
    monkeypatch.setenv("HUBRANK_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    Path("my.toml").write_text('extends = "global"\n', encoding="utf-8")
    Path("list.csv").write_text("rank,name\n1,New York\n2,London\n3,Boston\n", encoding="utf-8")
    return tmp_path


def done(capsys, command):
    """What a command prints, when it succeeds and complains of nothing."""
    code = run(shlex.split(command)[1:])
    printed = capsys.readouterr()

    assert (command, code, printed.err) == (command, 0, "")
    return printed.out


@pytest.mark.parametrize("command", MENTIONED)
def test_what_is_mentioned_exists(capsys, command):
    """The command is there and has the options that are named with it."""
    _, *words = shlex.split(command)
    shown = done(capsys, shlex.join(["hubrank", *[word for word in words[:1] if not word.startswith("-")], "--help"]))

    assert [option for option in words if option.startswith("--") and option.partition("=")[0] not in shown] == []


def absent(quoted, printed):
    """The first line of a quotation that is not printed, in order; "..." stands for any lines."""
    rest = iter([line.rstrip() for line in printed.splitlines()])
    wanted = (line.rstrip() for line in quoted.splitlines() if line.strip() not in ("", "..."))
    return next((line for line in wanted if line not in rest), "")


@pytest.mark.long
@pytest.mark.parametrize("page", RUN)
def test_page(folder, capsys, page):
    """A page is done as a reader does it: each file is written, each command of hubrank's succeeds without complaint.

    What is quoted below a block is printed by its last command, line for line. Blocks of `console` are shown, not run.
    """
    printed = ""
    before = (each for each in examples(PAGES.get(AFTER.get(page), "")) if each.file)
    for block in [*before, *examples(PAGES[page])]:
        commands = [plain(each) for line in block.code.splitlines() for each in line.split(" && ")]
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.code, encoding="utf-8")
        if block.language == "sh":
            printed = "".join(done(capsys, each) for each in commands if each.startswith("hubrank "))
        elif block.language != "text":
            printed = ""
        elif printed:
            assert absent(block.code, printed) == ""


def cells(text, beginning):
    """The cells of the Markdown table whose first column is so called, row by row."""
    table = re.search(rf"^\| {re.escape(beginning)} \|.*\n\|[ :|-]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()]


def published(name):
    """A published list as the pages name its columns, or skip."""
    path = REFERENCE / "rankings" / LISTS[name]
    if not path.is_file():
        pytest.skip(f"no {path.name}: set HUBRANK_REFERENCE")
    Path(name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize(("row", "name"), list(enumerate(LISTS)))
def test_comparison_with_a_published_ranking(folder, capsys, row, name):
    """How many are in our top, and the correlation."""
    published(name)
    printed = done(capsys, f"hubrank compare global@{name[6:10]} {name}")
    _, shared, spearman = cells(PAGES["docs/explanation/global.md"], "published list")[row]

    assert f"of both: {shared}" in printed
    assert f"Spearman {spearman}, Kendall " in printed
