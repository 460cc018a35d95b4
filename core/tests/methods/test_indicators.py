"""The built-in indicators: a column as it is, and indicators made from others."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError

VALUES = "unit,year,a,b\nAAA,2020,100,4\nAAA,2022,121,0\nBBB,2020,8,2\nBBB,2022,,4\n"


def made(lab, indicator, more="", edition=1):
    """What AAA and BBB get of an indicator `c` that is made from a and b."""
    lab.write("values.csv", VALUES)
    changes = f'editions = [2020, 2022]\n[indicators.c]\nindicator = "{indicator}"\n'
    measured = lab.values(f'{changes}dimension = "life"\n{more}', edition=edition, indicator="c")
    return [None if np.isnan(measured[code]) else measured[code] for code in ("AAA", "BBB")]


@pytest.mark.parametrize(
    ("indicator", "more", "first", "second"),
    [
        ("ratio", 'from = ["a", "b"]', [25, 4], [None, None]),
        ("ratio", 'from = ["b", "a"]\noptions = { scale = 100 }', [4, 25], [0, None]),
        ("sum", 'from = ["a", "b"]', [104, 10], [121, None]),
        ("sum", 'from = ["a", "b"]\noptions = { coefficients = [0.5, 2] }', [58, 8], [60.5, None]),
        ("difference", 'from = ["a", "b"]', [96, 6], [121, None]),
        ("product", 'from = ["a", "b"]\noptions = { scale = 0.1 }', [40, 1.6], [0, None]),
        ("growth", 'from = ["a"]', [None, None], [0.1, None]),
        ("growth", 'from = ["b"]\noptions = { annual = false, over = 2 }', [None, None], [-1, 1]),
        ("growth", 'from = ["a"]\noptions = { over = 3 }', [None, None], None),
        (
            "growth",
            'from = ["a"]\noptions = { over = 2, rate = "least-squares", scale = 100 }',
            [None, None],
            [10.5, None],
        ),
        ("growth", 'from = ["b"]\noptions = { newest = 2, annual = false }', [None, None], [-1, 1]),
        ("value", 'inputs = { values = "values" }\noptions = { column = "b" }', [4, 2], [0, 4]),
    ],
)
def test_made_from_others(lab, indicator, more, first, second):
    """By hand: 121 / 100 over two years is 10 % a year; a division by 0 and a missing value give missing values."""
    if second is None:
        from hubrank.errors import DataError

        with pytest.raises(DataError, match=r"indicators.c: no unit has a value in any edition"):
            made(lab, indicator, more)
        return

    assert made(lab, indicator, more, 0) == (pytest.approx(first) if None not in first else first)
    assert made(lab, indicator, more, 1) == [each if each is None else pytest.approx(each) for each in second]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (((0.1, 0.2), (0.3, 0), (1, 1)), [0.3, 0.3, 2]),  # 0.1 + 0.2 is 0.30000000000000004
        (((-0.1, -0.2), (-0.3, 0), (1, 1)), [-0.30000000000000004] * 2 + [2]),
        (((5, 0), (7, 0), (1e15, 0)), [5, 7, 1e15]),
    ],
)
def test_figures_that_differ_by_a_last_digit_alone(lab, rows, expected):
    """They are one number, a tie for ranks and normalisations by rank; small ones beside large stay apart."""
    lines = (f"{unit},2024,{a},{b}\n" for unit, (a, b) in zip(("AAA", "BBB", "CCC"), rows, strict=True))
    lab.write("values.csv", f"unit,year,a,b\n{''.join(lines)}")
    changes = '[indicators.c]\nindicator = "sum"\nfrom = ["a", "b"]\ndimension = "life"\n'

    assert list(lab.values(changes, indicator="c").values()) == expected


def test_columns_that_are_no_indicators(lab):
    """`from` may name columns of the input, which then are no members of the tree."""
    changes = '[indicators]\na = { indicator = "ratio", from = ["c", "d"], dimension = "life" }'
    lab.write("values.csv", "unit,year,b,c,d\nAAA,2024,1,6,3\nBBB,2024,1,8,2\nCCC,2024,1,1,1\n")
    ranking = lab.rank(changes)

    assert [each.key for each in ranking.plan.ranked] == ["a", "b"]
    assert ranking.measured[0].tolist() == [[2, 1], [4, 1], [1, 1]]


def test_provenance_of_what_is_made(lab):
    """A made value carries the origins of what it is made from, and how; if there is none, nothing."""
    lab.write("values.csv", VALUES)
    lab.write("other.csv", "unit,year,d\nAAA,2022,2\n")
    changes = """
editions = [2020, 2022]
[inputs.other]
source = "files"
options = { file = "other.csv" }
[indicators]
d = { indicator = "value", inputs = { values = "other" } }
c = { indicator = "ratio", from = ["a", "d"], dimension = "life" }
"""
    _, measurement = lab.measure(changes)
    at = measurement.indicators.index("c")

    assert measurement.origins[1, :2, at].tolist() == ["other.csv + values.csv", ""]
    assert measurement.vintages[1, :2, at].tolist() == ["2022", ""]
    assert measurement.methods[1, :2, at].tolist() == ["ratio of a, d", ""]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('indicator = "ratio"\nfrom = ["a"]', "indicators.c: 'ratio' is made from 2, got 1"),
        ('indicator = "growth"\nfrom = ["a", "b"]', "indicators.c: 'growth' is made from 1, got 2"),
        (
            'indicator = "sum"\nfrom = ["a", "b"]\noptions = { coefficients = [1] }',
            "indicators.c: coefficients: must have one for each of the 2 in from; got 1",
        ),
        ('indicator = "ratio"', "indicators.c.from: missing; 'ratio' is made from other indicators"),
        ('indicator = "sum"\nfrom = ["a", "c"]', "indicators.c.from: is circular: c -> c"),
        (
            'indicator = "growth"\nfrom = ["a"]\noptions = { over = 0 }',
            "indicators.c.options.over: must be at least 1 year; got 0",
        ),
        (
            'indicator = "growth"\nfrom = ["a"]\noptions = { newest = 1 }',
            "indicators.c.options.newest: must be at least 2 editions; got 1",
        ),
        (
            'indicator = "growth"\nfrom = ["a"]\noptions = { over = 2, newest = 3 }',
            "indicators.c.options.newest: cannot be combined with over; give one of them",
        ),
    ],
)
def test_wrongly_made(lab, more, message):
    """What cannot be made so is said."""
    with pytest.raises(ScenarioError) as caught:
        lab.measure(f'[indicators.c]\ndimension = "life"\n{more}')

    (problem,) = caught.value.problems
    assert str(problem).replace("indicators.c.indicator:", "indicators.c:") == message


def test_largest_place_speaks(lab):
    """A unit of several places has their sum, or the largest of them."""
    lab.write("p.csv", "unit,ror\nAAA,x\nAAA,y\n")
    lab.write("values.csv", "ror,year,a,b\nx,2024,3,1\ny,2024,5,1\n")
    changes = '[units]\nplaces = "p.csv"\n[indicators]\na = { options = { combine = "max" } }'

    assert lab.values(changes)["AAA"] == 5.0
    assert lab.values(changes, indicator="b")["AAA"] == 2.0
