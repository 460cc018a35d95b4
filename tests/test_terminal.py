"""Commands on screens of several widths and in pipes, in four encodings: whole numbers, all names, no exceptions."""

import csv
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata

import pytest
from hubrank.results.rank import rank
from rich.cells import cell_len

#: Eight towns: long, wide, combining, right to left, hostile in four ways, and two that differ only in their middle.
NAMES = (
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "東京都特別区部と横浜市および川崎市の都市圏",
    "São João da Boa Vista e arredores",
    "القاهرة الكبرى",
    "Red\x1b[31mTown\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "C\x9b31mOne\x9d8;;x\x9c",
    "Turned\u202eabc\u2066def\u2069",
    "Łódź–Gdańsk",
    "Metropolitan district of the northern bank of the river",
    "Metropolitan district of the southern bank of the river",
)
SCENARIO = """
title = "Towns\\u001b[2J of …"
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = "min-max"
imputation = "none"
missing = { rule = "renormalise" }
aggregation = "arithmetic"

[inputs.values]
source = "files"
options = { file = "values.csv", producer = "Office\\u001b[1m", licence = "CC0\\u202e" }

[dimensions]
life = { title = "How people live in the towns of the land" }
money = { title = "▲ Money\\u009b1m" }

[robustness]
draws = 64
weight_uncertainty = "any"

[indicators.parks]
indicator = "value"
title = "Parks\\u001b[7m and gardens within walking distance"
dimension = "life"
options = { column = "a" }

[indicators.pay]
indicator = "value"
title = "薪酬 in thousands"
dimension = "money"
options = { column = "b" }
"""
VERBS = {
    "rank": ["rank", "towns.toml"],
    "explain": ["explain", "towns.toml", "u1"],
    "diff": ["diff", "towns.toml", "--largest", "9"],
    "robustness": ["robustness", "towns.toml"],
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The towns, in two editions."""
    made = tmp_path_factory.mktemp("towns")
    rows = [[f"u{at}", name, ("大陸", "B\x1b[5m")[at % 2]] for at, name in enumerate(NAMES)]
    with (made / "units.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["unit", "name", "country"], *rows])
    lines = ["unit,year,a,b"]
    for year in (2023, 2024):
        for at in range(len(NAMES)):
            b = "" if at == 7 else f"{(at * 5 + year) % 8 + 1234.25}"
            lines.append(f"u{at},{year},{at + 1 + (year * at) % 3 / 4},{b}")
    (made / "values.csv").write_text("\n".join(lines) + "\n")
    (made / "towns.toml").write_text(SCENARIO, encoding="utf-8")
    (made / "list.csv").write_text("rank,name\n1,u3\n2,u5\n3,u0\n", encoding="utf-8")
    return made


@pytest.fixture
def towns(folder, any_screen, monkeypatch):
    """The towns' folder, on a screen of which nothing is said."""
    monkeypatch.setenv("HUBRANK_CACHE", str(folder / "cache"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def printed(towns, printed):
    """What a command prints in the towns' folder."""
    return printed


#: What commands print on the widest screen.
WIDEST = {}


@pytest.fixture
def widest(printed):
    """What a command prints where nothing is narrow; asked once for each."""
    return lambda verb: WIDEST.get(verb) or WIDEST.setdefault(verb, printed(VERBS[verb]))


def bare(text):
    """A screen without its colours."""
    return COLOURS.sub("", text)


def figures(text):
    """The numbers of a screen, except those about its own width."""
    return set(NUMBER.findall(re.sub(r"not shown: .*?csv\)", "", bare(text), flags=re.DOTALL)))


def harmless(text):
    """Whether nothing is left that steers a terminal."""
    return all(each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cf", "Zl", "Zp") for each in text)


def told(name, encoding):
    """A pattern that finds a name in an encoding, whole or shortened in its middle."""
    clean = "".join(" " if unicodedata.category(each) == "Cc" else each for each in name)
    clean = "".join(each for each in clean if unicodedata.category(each) != "Cf")
    shown = clean.encode(encoding, "hubrank").decode(encoding)
    mark = "…".encode(encoding, "hubrank").decode(encoding)
    return re.compile(f"{re.escape(shown)}|{re.escape(shown[:3])}.*{re.escape(mark)}.*{re.escape(shown[-2:])}")


@pytest.mark.long
@pytest.mark.parametrize("shape", ["terminal", "pipe"])
@pytest.mark.parametrize(
    ("verb", "width", "encoding"),
    [("rank", 60, "ascii"), ("explain", 72, "latin-1"), ("diff", 80, "utf-8"), ("robustness", 100, "cp1252")],
)
def test_every_verb_on_every_screen(printed, widest, verb, width, encoding, shape):
    """No number is shown that the widest screen has not, no line is too long, and nothing steers the terminal."""
    wide = widest(verb)
    shown = printed(VERBS[verb], width, encoding, shape)

    assert figures(shown) - figures(wide) == set()
    assert harmless(bare(shown))
    if shape == "terminal":
        assert [line for line in bare(shown).splitlines() if cell_len(line) > width] == []
    else:
        assert bare(shown) == shown
        assert "█" not in shown
        assert "━" not in shown


@pytest.mark.parametrize(
    ("verb", "width", "encoding"),
    [("rank", 60, "ascii"), ("rank", 100, "utf-8"), ("robustness", 72, "utf-8"), ("robustness", 200, "cp1252")],
)
def test_no_rank_score_or_name_is_lost(printed, verb, width, encoding):
    """A line for each unit has its rank, its name and its score, as the record has them."""
    ranking = rank("towns.toml")
    at = len(ranking.editions) - 1
    lines = bare(printed(VERBS[verb], width, encoding)).splitlines()

    for unit in ranking.order(at):
        begins = re.compile(rf"\s*{ranking.ranks[at][unit]:g}\s")
        pattern = told(ranking.names[unit][:20] if "district" in ranking.names[unit] else ranking.names[unit], encoding)
        found = [line for line in lines if begins.match(line) and pattern.search(line)]
        assert found, (ranking.names[unit], lines)
        assert verb != "rank" or any(ranking.score_text(at, unit) in line.split() for line in found)


@pytest.mark.parametrize(
    ("format_", "encoding", "lines"),
    [("csv", "ascii", 1), ("table", "cp1252", 1), ("csv", "utf-8", 0), ("json", "ascii", 0)],
)
def test_a_loss_of_letters_is_reported(printed, capsys, format_, encoding, lines):
    """An encoding that lacks letters is reported on standard error, in a line; JSON escapes them, and loses none."""
    printed(["rank", "towns.toml", "--format", format_], 80, encoding, "pipe")
    told = capsys.readouterr().err.splitlines()

    assert len(told) == lines
    assert all(line.startswith(f"hubrank: the output's encoding, {encoding}, lacks some letters") for line in told)


@pytest.mark.parametrize(
    ("variables", "shape", "coloured", "bars"),
    [
        ({}, "terminal", True, True),
        ({"NO_COLOR": "1"}, "terminal", False, True),
        ({}, "pipe", False, False),
        ({"FORCE_COLOR": "1"}, "pipe", True, True),
        ({"HUBRANK_WIDTH": "150"}, "pipe", False, True),
    ],
)
def test_colours_and_bars(printed, monkeypatch, variables, shape, coloured, bars):
    """As the environment asks."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    shown = printed(VERBS["rank"], 150, "utf-8", shape)

    assert ("\x1b[" in shown) is coloured
    assert ("█" in shown) is bars


def through_pty(words, width, **variables):
    """How a command leaves, and what it prints on a real terminal; progress and notes go elsewhere."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; from hubrank.cli.app import run; sys.exit(run(sys.argv[1:]))", *words],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **variables},
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    return child.wait(), b"".join(parts)


@pytest.mark.long
@pytest.mark.parametrize(("width", "encoding"), [(60, "ascii")])
def test_a_real_terminal(towns, width, encoding):
    """The width is the terminal's own, and its encoding is heeded."""
    code, output = through_pty(["rank", "towns.toml"], width, PYTHONIOENCODING=encoding)
    lines = bare(output.decode(encoding)).splitlines()

    assert code == 0
    assert max(map(cell_len, lines)) <= width
    assert harmless("\n".join(lines))
    assert len([line for line in lines if re.match(r"\s*\d+\s.*\d\.\d", line)]) == len(NAMES)
