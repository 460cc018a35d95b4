"""A user in a terminal sees what was read, answers one question after the other, looks back, and loses nothing."""

import fcntl
import io
import os
import pty
import select
import shlex
import struct
import subprocess
import sys
import termios

import pytest
from hubrank_start.desk import Question

from .conftest import FIGURES, SCORES, book_of
from .test_questions import UNTURNED, text

#: Three directions that no name shows, and a column of sizes.
HEAD = ("Country", "x1", "x2", "x3", "Population")
#: With sizes (80, 90, 100 and 70 of 70 to 100) as a fourth indicator: Beland (75 + 40 + 51.28 + 66.67) / 4.
WITH_SIZES = {"Celand": 62.50, "Beland": 58.24, "Aland": 57.69, "Deland": 31.67}


class Typed(io.StringIO):
    """What a user types in a terminal."""

    def isatty(self):
        """It is one."""
        return True


@pytest.fixture
def table(tmp_path):
    """Four countries with values under meaningless names, and a mean."""
    rows = [(*row, size) for row, size in zip(FIGURES, (80, 90, 100, 70), strict=True)]
    return book_of(tmp_path / "x.xlsx", [HEAD, *rows, ("Average", 71.25, 8.875, 92.125, 85)])


@pytest.fixture
def talk(start, table, monkeypatch):
    """Runs `start` in a terminal where lines are typed; the input ends behind them."""
    monkeypatch.setenv("NO_COLOR", "1")

    def talk(*lines, code=0, words=(), file=table):
        monkeypatch.setattr(sys, "stdin", Typed("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
        found = start(file, "--set", "weight_uncertainty=0", *words, code=code)
        talk.out, talk.err = start.out, start.err
        talk.said = " ".join(start.out.split())
        return found

    return talk


def test_what_was_read_comes_first(talk):
    """Units, indicators and what was left out stand above the first question, which is one of four."""
    talk("", "", "", "", "")
    read, _, asked = talk.said.partition("1 of 4")

    assert "Aland, Beland, Celand, Deland" in read
    assert "x1, x2, x3" in read
    assert "rows left out Average (totals and groups, not units)" in read
    assert "4 questions" in read
    assert "direction of" not in read
    assert "4 of 4 direction of x3: is higher better?" in asked


def test_the_figures_of_the_column_are_shown(talk):
    """A few with the names of their units, the lowest and the highest; of one that does not count as well."""
    talk("", "", "?", "", "", "")

    assert "Population: Aland 80, Beland 90, Celand 100 and 1 more from 70 (Deland) to 100 (Celand)" in talk.said
    assert "x2: Aland 12, Beland 9, Celand 4.5 and 1 more from 4.5 (Celand) to 12 (Aland)" in talk.said
    assert "x2: Aland 12, Beland 9, Celand 4.5, Deland 10 from 4.5 (Celand) to 12 (Aland)" in talk.said
    assert "lower: the one with the least does" in talk.said


def test_answers_that_are_none(talk):
    """They are rejected until one fits; words of several languages do."""
    assert talk("nope", "n", "j", "niedriger", "s", "") == SCORES
    assert "one of: no, yes" in talk.said


@pytest.mark.parametrize(
    "words", [("y", "j", "ja", "o", "oui", "s", "sí", "是", "YES"), ("n", "nein", "non", "否", "No")]
)
def test_yes_and_no_in_five_languages(words):
    """Of directions and of what else is answered so; other words of directions answer directions only."""
    direction = Question(key="direction.x", text="?", default="1", why="", options=("1", "-1"))
    other = Question(key="use.x", text="?", default="no", why="", options=("no", "yes"))

    assert len({direction.accepted(word) for word in words}) == 1
    assert {other.accepted(word) for word in words} == {{"1": "yes", "-1": "no"}[direction.accepted(words[0])]}
    assert [direction.accepted(word) for word in ("higher", "lower", "1", "-1", "x")] == ["1", "-1", "1", "-1", None]
    assert other.accepted("higher") is None


def test_back_to_the_question_before(talk):
    """The answer before is asked for again; what it brought up is asked no more."""
    assert talk("yes", "back", "no", "", "", "back", "lower", "", "") == SCORES
    assert talk.said.count("1 of 4 Population") == 2
    assert talk.said.count("3 of 4 direction of x2") == 2
    assert "2 of 5 direction of x1" in talk.said


def test_all_defaults(talk):
    """The rest is taken as it is, and stays to be checked."""
    assert talk("", "all defaults", "") == UNTURNED
    assert "please check: direction of x1, x2, x3" in talk.said


def test_a_review_changes_an_answer(talk):
    """By its number, before anything is written."""
    assert talk("", "", "", "", "9", "3", "lower", "") == SCORES
    assert "3 direction of x2: is higher better? yes" in talk.said
    assert "3 direction of x2: is higher better? no" in talk.said


def test_an_answer_brings_up_another_question(talk):
    """A column that counts has a direction, which is asked as well."""
    assert talk("yes", "", "lower", "", "", "") == WITH_SIZES
    assert "5 of 5 direction of Population: is higher better?" in talk.said


def test_an_interrupt_keeps_the_answers(talk, start, table):
    """The input ends behind two answers; the command that is printed goes on where the user was."""
    talk("", "", "lower", code=130)
    command = shlex.split(talk.out[talk.out.index("hubrank start") :].replace("\\\n", ""))
    sets = [word for word in command if word.startswith(("direction", "use"))]

    assert not start.folder.exists()
    assert command[:3] == ["hubrank", "start", str(table)]
    assert "--no-report" in command
    assert sets == ["use.Population=no", "direction.x1=1", "direction.x2=-1"]
    assert start(table, "--yes", *(f"--set={item}" for item in sets)) == SCORES


def test_a_hostile_name_is_quoted(talk, start, tmp_path):
    """Quotes, signs of a shell, an equals sign and what steers a terminal: the command does what was answered."""
    name = "Total $(touch x) 'a' \x1b[31m = \"b\" `c`"
    path = text(tmp_path / "h.csv", f'Country;x;Other;"{name.replace(chr(34), 2 * chr(34))} (sum)"', *ROWS)
    talk("yes", code=130, file=path)
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {talk.out[talk.out.index('--set') :]}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "\x1b" not in talk.out[talk.out.index("--set") :]
    start(path, "--yes", *words.stdout.splitlines())
    assert "title" in (start.folder / "scenario.toml").read_text(encoding="utf-8")
    assert not (tmp_path / "x").exists()


#: The last is the sum of the two before it.
ROWS = ["Aland;1;2;3", "Beland;2;5;7", "Celand;4;1;5", "Deland;3;9;12"]


@pytest.mark.long
def test_a_real_terminal(table, tmp_path):
    """No line is wider than the terminal, and Ctrl-C ends with 130 and the command."""
    words = ["start", str(table), str(tmp_path / "made")]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; from hubrank.cli.app import run; sys.exit(run(sys.argv[1:]))", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env={**os.environ, "NO_COLOR": "1", "HUBRANK_WIDTH": "80"},
    )
    os.close(theirs)
    shown, answers = b"", [b"n\n", b"j\n", b"\x03"]
    while True:
        if not answers and not select.select([ours], [], [], 2)[0]:  # pressed before the prompt is read from: again
            os.write(ours, b"\x03")
            continue
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
        if answers and shown.endswith(b"]: "):
            os.write(ours, answers.pop(0))
    lines = shown.decode().replace("\r", "").split("\n")

    assert child.wait() == 130
    assert max(map(len, lines[: lines.index("your answers are saved; to continue:")])) <= 80
    assert "  --set use.Population=no \\" in lines
    assert "  --set direction.x1=1" in lines
