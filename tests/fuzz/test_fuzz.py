"""No input ends a command in another way than the design has: cases by chance, and those that once did."""

import sys

import numpy as np
import pytest

from . import cases
from .cases import Case, tried
from .searching import FOUND, searched
from .targets import FILES, TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_few(target):
    """The same few cases each time."""
    assert searched(target, 10).found == {}


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_many(target):
    """More of them."""
    assert searched(target, 500, part=1).found == {}


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda path: path.stem)
def test_found(path):
    """What once ended wrongly ends as the design has it."""
    assert tried(Case.of(path.read_text(encoding="utf-8"))).wrong == ""


@pytest.mark.parametrize(
    ("code", "out", "err", "wrong"),
    [
        (0, "rank\n", "", ""),
        (2, "", "hubrank: no such file\n", ""),
        (3, "", "hubrank: odd\n", "left with 3"),
        (0, "", "Traceback (most recent call last):\n", "a traceback"),
        (0, "\x1b[31mred\n", "", "wrote '\\x1b'"),
        (2, "", "\n", "left with 2 and no message"),
        (2, "half a li", "hubrank: full\n", "left with 2 and half a line"),
    ],
)
def test_what_is_wrong_is_seen(monkeypatch, code, out, err, wrong):
    """An exit code that the design lacks, a traceback, what steers a terminal, silence, half a line."""

    def run(_):
        print(out, end="")
        print(err, end="", file=sys.stderr)
        return code

    monkeypatch.setattr(cases, "run", run)

    assert tried(Case(words=())).wrong[: len(wrong) or None] == wrong


@pytest.mark.parametrize(
    ("doing", "wrong"),
    [(lambda _: {}[1], "raised KeyError"), (lambda _: np.float64(1) / np.float64(0), "warned"), (sys.exit, "raised")],
)
def test_what_leaves_otherwise_is_seen(monkeypatch, doing, wrong):
    """Errors, warnings of NumPy, and the end of the program."""
    monkeypatch.setattr(cases, "run", doing)

    assert tried(Case(words=())).wrong.startswith(wrong)


def test_a_case_is_written_and_read():
    """Whatever bytes it has."""
    case = Case(words=("rank", "é\x00"), files=FILES | {"values.xlsx": b"PK\xff\x00"}, codes=(0, 2))

    assert Case.of(case.text()) == case
