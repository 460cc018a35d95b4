"""The table of a ranking on consoles of several widths, with and without colour."""

import re

import numpy as np
import pytest
from attrs import evolve
from hubrank.cli.command import write_answer
from hubrank.cli.commands import rank
from hubrank.cli.console import asked
from hubrank.testing.made_up import small_ranking


@pytest.fixture
def shown(capsys):
    """What is printed of a ranking's second edition at a width."""

    def show(ranking, width):
        with asked(False, width):
            write_answer(rank.ranking_answer(ranking, 1, None, None), "table")
        return capsys.readouterr().out

    return show


def drawn():
    """Five lands as if half of the draws agreed with every move."""
    ranking = small_ranking()
    moved = np.full(ranking.ranks.shape, np.nan)
    moved[1, 1] = 0.5
    robust = np.zeros(moved.shape, dtype=bool)
    return evolve(ranking, low=ranking.ranks, high=ranking.ranks, agreement=moved, robust=robust)


def test_a_narrow_console_loses_its_bars_and_no_figure(shown):
    """At 80 columns nothing is cut; at 110 there are bars."""
    narrow, wide = shown(drawn(), 80), shown(drawn(), 110)

    assert "█" not in narrow
    assert "…" not in narrow
    assert "0.889" in narrow
    assert "█" in wide


def test_a_change_that_is_not_robust_is_in_brackets_and_grey(shown, monkeypatch):
    """Beland's: brackets for those without colours, dim for those with; the legend says what they mean."""
    plain = shown(drawn(), 110)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = shown(drawn(), 110)

    assert "(▲ 1)  Beland" in plain
    assert "in brackets: not robust; none of 1 rank changes is" in plain
    assert re.search("\x1b\\[2m *\\(▲ 1\\)\x1b\\[0m", coloured)
