"""The account of rows that lie in no unit."""

import pandas as pd
import pytest
from hubrank.errors import ScenarioError
from hubrank.measurement import unmatched
from hubrank.measurement.figures import measure

CHANGES = """
[inputs.works]
source = "desk"
[indicators]
papers = { indicator = "value", dimension = "life", inputs = { values = "works" } }
"""


def desk(lab, *frames, columns=("unit", "year", "papers")):
    """A plugin with the source `desk`, whose flow `works` has these rows."""
    return lab.desk(lambda request: iter([pd.DataFrame(each) for each in frames]), columns)


def account(lab, *frames, changes=""):
    """What the input's report says of lost rows."""
    plan = lab.plan(CHANGES + changes, desk(lab, *frames))
    return next(each for each in measure(plan).inputs if each.name == "works")


def rows_of(codes, papers=None):
    """Rows of these codes."""
    return {"unit": codes, "year": [2024] * len(codes), "papers": papers or [1.0] * len(codes)}


def test_by_reason_and_place(lab):
    """Rows of one code are one line with their sum, the largest first; a similar code is suggested."""
    made = account(lab, rows_of(["AAA", "XYZ", "BBC", "BBC", None], [5.0, 1.0, 2.0, 4.0, 0.5])).unassigned

    assert made[["reason", "scheme", "place", "rows", "sum_papers", "suggestion"]].to_numpy().tolist() == [
        ["unknown code", "unit", "BBC", 2, 6.0, "BBB"],
        ["unknown code", "unit", "XYZ", 1, 1.0, ""],
        ["no place", "", "", 1, 0.5, ""],
    ]


def test_batches_and_order_mean_nothing(lab):
    """The account is that of all rows, however they come."""
    codes = ["AAA", "X1", "X2", "X1", None, "X3", "X1"]
    whole = account(lab, rows_of(codes)).unassigned
    single = [rows_of([code]) for code in codes]

    pd.testing.assert_frame_equal(account(lab, *single).unassigned, whole)
    pd.testing.assert_frame_equal(account(lab, *reversed(single)).unassigned, whole)
    assert whole["rows"].sum() == 6


@pytest.mark.long
def test_many_places(lab, monkeypatch):
    """What is too much to keep is added up by reason: nothing of the sums is lost, and the largest are kept."""
    monkeypatch.setattr(unmatched, "_KEPT", 2)
    monkeypatch.setattr(unmatched, "_HELD", 6)
    codes = ["AAA", "BIG", *(f"Q{at}" for at in range(40)), "BIG", "BIG", "MID", "MID"]
    made = account(lab, *(rows_of([code]) for code in codes)).unassigned

    assert made["place"].tolist()[0] == "BIG"
    assert made["scheme"].tolist() == ["unit", "unit", "others"]
    assert (made["rows"].sum(), made["sum_papers"].sum()) == (45, 45.0)


def test_the_cache_keeps_it(lab):
    """A second run from the cache reports the same."""
    plan = lab.plan(CHANGES, desk(lab, rows_of(["AAA", "BBC"])))
    first, second = (next(each for each in measure(plan, lab.cache).inputs if each.name == "works") for _ in range(2))

    assert (first.cached, second.cached) == (False, True)
    pd.testing.assert_frame_equal(first.unassigned, second.unassigned)


def test_limit(lab):
    """More than `max_unassigned` of an amount, or of the rows, is rejected with the largest and a hint."""
    rows = rows_of(["AAA", "BBB", "BBC", "AAA"], [1.0, 5.0, 4.0, 0.0])
    plugin = desk(lab, rows)
    with pytest.raises(ScenarioError) as caught:
        lab.measure(CHANGES.replace('"desk"', '"desk"\nmax_unassigned = 0.3'), plugin)

    assert str(caught.value.problems[0]) == (
        "inputs.works.max_unassigned: 40 % of papers is not assigned to a unit, more than the 30 % allowed; "
        "the largest: unit 'BBC' (unknown code, 1 row; did you mean 'BBB'?)"
    )
    assert lab.measure(CHANGES.replace('"desk"', '"desk"\nmax_unassigned = 0.4'), plugin)


def test_a_row_in_two_units_is_inside_once(lab):
    """`overlap = "all"` counts a row in both circles, and once in the sum inside."""
    lab.write("p.csv", "unit,lat,lon,radius_km\nAAA,0,0,50\nBBB,0,0.1,50\n")
    rows = {"lat": [0, 0, 9], "lon": [0.05, -0.4, 9], "year": [2024] * 3, "papers": [1.0, 2.0, 4.0]}
    changes = '[units]\nplaces = "p.csv"\noverlap = "all"'
    plugin = desk(lab, rows, columns=("lat", "lon", "year", "papers"))
    _, made = lab.measure(CHANGES + changes, plugin)
    report = next(each for each in made.inputs if each.name == "works")

    assert made.values[0, :2, made.indicators.index("papers")].tolist() == [3.0, 1.0]
    assert (report.rows, report.rows_without_unit, report.amounts) == (3, 1, {"papers": (3.0, 4.0)})


def test_overlap_refused(lab):
    """`overlap = "error"` names the units, how many rows they share, and one of these."""
    lab.write("p.csv", "unit,lat,lon,radius_km\nAAA,0,0,50\nBBB,0,0.1,50\n")
    rows = {"lat": [0, 0, 0], "lon": [0.05, 0.06, -0.4], "year": [2024] * 3, "papers": [1.0, 2.0, 4.0]}
    plugin = desk(lab, rows, columns=("lat", "lon", "year", "papers"))
    with pytest.raises(ScenarioError) as caught:
        lab.measure(CHANGES + '[units]\nplaces = "p.csv"\noverlap = "error"', plugin)

    assert str(caught.value.problems[0]) == (
        "units.overlap: 2 rows of inputs.works lie in several units: 'AAA' and 'BBB' hold 2 rows, such as "
        "lat 0, lon 0.05; correct the units' places, or set overlap to 'nearest' or 'all'"
    )


NAMED = "unit,year,a,b\nAland,2024,1,30\nbeland,2024,2,10\nCCC,2024,4,20\n"


def test_names_are_matched_where_that_is_said(lab):
    """With `folded` a row finds its unit by name, and the number is reported; exact codes do not count as such."""
    lab.write("values.csv", NAMED)
    made = lab.rank('[inputs.values]\nmatch = "folded"')

    assert made.measurement.values[0, :, 0].tolist() == [1.0, 2.0, 4.0]
    assert made.measurement.inputs[0].folded == 2
    assert [str(each) for each in made.caveats()] == ["unit found by another spelling: 2 rows of values"]


def test_rows_without_a_year(lab):
    """A row with an empty year counts in every edition; it is reported if other rows have a year."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,30\nBBB,,2,10\nCCC,2024,4,20\n")
    made = lab.rank()

    assert made.measurement.inputs[0].undated == 1
    assert [each.text for each in made.caveats()] == ["without a year, so counted in every edition: 1 row of values"]
