"""The reports on unassigned rows for readers."""

import pandas as pd
import pytest
from hubrank.measurement.measurement import InputReport
from hubrank.measurement.unmatched import no_unmatched, share_text
from hubrank.ranking.notices import unmatched_table, unmatched_text


def report(name, lost=(), rows=100, undated=0, **amounts):
    """An input's report: lost rows as `(reason, scheme, place, rows, sums..., suggestion)`, amounts as (in, out)."""
    frame = no_unmatched(amounts)
    lines = [dict(zip([each for each in frame.columns if each != "country"], line, strict=True)) for line in lost]
    made = pd.DataFrame([{"country": "", **line} for line in lines], columns=frame.columns) if lines else frame
    return InputReport(
        name=name,
        source="desk",
        table=name,
        kind="flow",
        distribution="desk 1",
        origins=(),
        rows=rows,
        rows_without_unit=int(made["rows"].sum()),
        amounts=amounts,
        unassigned=made,
        undated=undated,
        fingerprint="",
        look_ahead=False,
    )


def slip(rows=1, amount=5.0, place="pne", suggestion="pnq"):
    """One line of an unknown code."""
    return ("unknown code", "unit", place, rows, amount, suggestion)


def outside(rows=1, amount=5.0):
    """One line of points beyond the units."""
    return ("outside every radius", "point", "1.00N 1.00E", rows, amount, "")


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ([report("a", a=(1.0, 0.0))], ""),
        (
            [report("a", [slip()], a=(195.0, 5.0))],
            "not matched to a unit: 2.5 % of a (1 row), 'pne' (meant 'pnq'?)",
        ),
        (
            [report("a", [slip(suggestion="")], x=(95.0, 5.0))],
            "not matched to a unit: 5 % of x (a) (1 row), unknown code 'pne'",
        ),
        (
            [report("a", [slip()], a=(95.0, 5.0)), report("b", [slip(9, 20.0, "q", "")], b=(80.0, 20.0))],
            "not matched to a unit: 20 % of b (9 rows), unknown code 'q'; and of 1 other input",
        ),
        (
            [report(name, [outside(40, 50.0 + at)], x=(50.0 - at, 50.0 + at)) for at, name in enumerate("abc")],
            "not assigned to a unit: 52 % of x (c), 51 % of x (b), 1 more",
        ),
        (
            [
                report(name * 16, [outside(40, 50.0 + at)], inhabitants=(50.0 - at, 50.0 + at))
                for at, name in enumerate("abc")
            ],
            "not assigned to a unit: 52 % of inhabitants (cccccccccccccccc), 2 more",
        ),
        (
            [report("a", [outside(40, 60.0), slip(1, 1.0)], a=(39.0, 61.0))],
            "not matched to a unit: 1 % of a (1 row), 'pne' (meant 'pnq'?); not assigned to a unit: 60 % of a",
        ),
        (
            [report("a", [("no place", "", "", 7, "")], rows=70)],
            "not matched to a unit: 10 % of the rows (a) (7 rows), no place",
        ),
    ],
)
def test_one_line(inputs, text):
    """What may be an error first, where it takes the largest share; what lies outside soberly after it."""
    assert unmatched_text(inputs) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.025, "2.5 %"), (0.57, "57 %"), (0.999, "over 99 %"), (1.0, "100 %"), (0.00001, "under 0.01 %"), (0.0, "0 %")],
)
def test_shares(share, text):
    """Two values; what is not all is never 100 %, what is not nothing never 0 %."""
    assert share_text(share) == text


def test_table():
    """All inputs' accounts under one another; an amount that an input does not have is a missing value."""
    made = unmatched_table(
        [report("a", [slip()], x=(1.0, 5.0)), report("b"), report("c", [outside(2, 7.0)], y=(1.0, 7.0))]
    )

    assert list(made.columns) == [
        "input",
        "reason",
        "scheme",
        "place",
        "country",
        "rows",
        "sum_x",
        "sum_y",
        "suggestion",
    ]
    assert made[["input", "rows"]].to_numpy().tolist() == [["a", 1], ["c", 2]]
    assert made[["sum_x", "sum_y"]].isna().to_numpy().tolist() == [[False, True], [True, False]]
