"""Levels are read in their order, whatever the language; what is a group stays one."""

import csv

import pytest
from hubrank_start.levels import scale_of

#: Cells from the best to the worst.
ORDERS = [
    ["A+", "A", "A-", "B"],
    ["AAA", "AA+", "BBB-", "B", "CCC"],
    ["Aaa", "Aa2", "Baa1", "Ba3"],
    ["A*", "A", "B", "E"],
    ["C1", "B2", "A2"],
    ["1+", "2", "2-", "4"],
    ["sehr gut", "gut", "befriedigend", "ausreichend", "mangelhaft", "ungenügend"],
    ["Très bien", "Bien", "Assez bien", "Passable", "Insuffisant"],
    ["Sobresaliente", "Notable", "Bien", "Aprobado", "Suspenso"],
    ["优", "良", "中", "差"],
    ["Excellent", "Good", "Fair", "Poor"],
    ["Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree"],
    ["stimme voll zu", "stimme eher zu", "stimme eher nicht zu", "stimme nicht zu"],
    ["Tout à fait d’accord", "Plutôt d'accord", "Plutôt pas d'accord", "Pas du tout d'accord"],
    ["muy de acuerdo", "de acuerdo", "en desacuerdo"],
    ["5 = very good", "4 - good", "2: poor"],
    ["always", "often", "sometimes", "rarely", "never"],
    ["immer", "häufig", "selten", "nie"],
    ["very high", "high", "medium", "low"],
    ["élevé", "moyen", "faible"],
    ["ja", "teilweise", "nein"],
    ["是", "否"],
    ["✓", "✗"],
    ["++", "+", "o", "-", "--"],
    ["★★★★☆", "★★★½", "★☆☆☆☆"],
    ["●", "◕", "◑", "○"],
    ["4.5/5", "4/5", "3/5"],
    ["4 of 5", "2 of 5"],
]


@pytest.mark.parametrize("cells", ORDERS, ids=lambda cells: cells[0])
def test_order(cells):
    """Each level is above the next, also where rows are turned and cells are missing."""
    scale = scale_of([*reversed(cells), None, cells[0]])

    assert scale is not None
    assert list(scale.values[: len(cells)]) == sorted(set(scale.values[: len(cells)]))
    assert scale.values[-2:] == [None, scale.values[len(cells) - 1]]


@pytest.mark.parametrize(
    "cells",
    [["North", "South"], ["high tech", "high street"], ["1", "2", "3"], ["4/5", "3/10"], ["mittel"], ["AL", "AK"]],
    ids=lambda cells: cells[0],
)
def test_no_scale(cells):
    """Names, numbers, shares of different wholes, one level that is on several scales."""
    assert scale_of(cells) is None


def test_groups_stay_groups(start, tmp_path):
    """Letters in a column of zones, and words in one of groups unless someone says that they are a scale."""
    lines = ["Town,Zone,Income group,Clean water (%)", "Aland,A,low,50", "Beland,B,high,80", "Celand,B,low,90"]
    (tmp_path / "towns.csv").write_text("\n".join([*lines, "Deland,A,high,70"]))
    start(tmp_path / "towns.csv", "--yes")
    with (start.folder / "units.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert [row["zone"] for row in rows] == ["A", "B", "B", "A"]
    assert [row["income-group"] for row in rows] == ["low", "high", "low", "high"]


def test_an_order_by_hand(start, tmp_path):
    """What no list knows is a scale in the order that is given; an order that lacks a level is rejected."""
    (tmp_path / "a.csv").write_text("Firm,Stage,Recycled (%)\nX,pilot,10\nY,idea,20\nZ,series,30\nV,idea,20\n")
    start(tmp_path / "a.csv", "--yes", "--set", "scale.Stage=idea<pilot", code=2)
    assert "scale.Stage=idea<pilot: must name each of pilot, idea, series" in start.err

    found = start(tmp_path / "a.csv", "--yes", "--set", "scale.Stage=idea<pilot<series")
    assert found == {"Z": 100, "X": 25, "V": 25, "Y": 25}  # pilot is half of the way, and 10 % the least
