"""Rows that stay where they lie come to the same as the same rows read by pandas, whatever the engine."""

import itertools

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hubrank.measurement import lazy as scans
from hubrank.measurement.totals import totals_of
from hubrank.plugin import DIVISOR, Indicator, PluginError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

COLUMNS = {
    "unit": "the unit's code",
    "country": "ISO 3166-1 alpha-3",
    "lat": "degrees",
    "lon": "degrees",
    "from_year": "of its start",
    "year": "of the count",
    "papers": "papers",
    "money": "million",
    "field": "its field",
    "origin": "who counted",
}
SCHEMA = pa.schema(
    [(name, pa.float64() if name in ("lat", "lon", "papers", "money") else pa.string()) for name in COLUMNS]
)
for _name in ("year", "from_year"):
    SCHEMA = SCHEMA.set(SCHEMA.get_field_index(_name), pa.field(_name, pa.int32()))
PLACES = "unit,country,lat,lon,radius_km\nAAA,AAA,,,\nBBB,,0,0,50\nCCC,,0,0.5,50\n"
SCENARIO = """
[units]
places = "places.csv"
overlap = "{overlap}"
[inputs.works]
source = "desk"
match = "{match}"
[indicators.physics]
dimension = "life"
"""


def by_polars(table):
    """The rows as a lazy frame of polars."""
    return nw.from_native(pl.from_arrow(table).lazy())


def by_duckdb(table):
    """The rows as a relation of a connection that is not the default one."""
    return nw.from_native(CONNECTION.from_arrow(table))


CONNECTION = duckdb.connect(config={"threads": 1})
FEW = scans.FEW
ENGINES = {"polars": by_polars, "duckdb": by_duckdb}


def reader(*columns, rows=()):
    """An indicator that reads an amount, a second and a text."""
    types = {"papers": float, "money": float, "field": str}
    return Indicator(
        name="physics",
        title="Papers",
        unit_of_measure="papers",
        inputs={"works": {name: types[name] for name in columns}},
        rows=rows,
        measure=lambda inputs, units, options: inputs["works"].total("papers"),
    )


def desk(lab, columns, read, *, kind="flow", overlap="nearest", match="exact", rows=()):
    """A plan with one input of these columns, and a function that counts what `read` hands over."""
    lab.write("places.csv", PLACES)
    asked = [name for name in ("papers", "money", "field") if name in columns]
    named = [name for name in columns if name in COLUMNS]
    plugin = lab.desk(read, named, kind=kind, indicators=[reader(*asked, rows=rows)])
    plan = lab.plan(SCENARIO.format(overlap=overlap, match=match), plugin)
    return lambda years=(None, None): totals_of(plan.inputs["works"], plan.units, years, None, False)


def totals(lab, *batches, years=(None, None), read=None, **settings):
    """The totals of these batches, all of one schema."""
    columns = batches[0].collect_schema().names()
    return desk(lab, columns, read or (lambda request: iter(batches)), **settings)(years)


def told(made):
    """Totals as values to compare, whatever the order of rows."""
    frame = _in_order(made.frame)
    lost = _in_order(made.unassigned)
    counts = (made.rows, made.rows_without_unit, made.folded, made.undated, dict(made.amounts))
    return frame.astype(object).where(frame.notna(), None).to_dict("list"), lost.to_dict("list"), counts


def _in_order(frame):
    """The frame with its columns and rows in an order of their own."""
    columns = sorted(frame.columns)
    return frame[columns].sort_values(columns, ignore_index=True)


def table_of(rows):
    """Rows as an Arrow table."""
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def maybe(strategy):
    """A missing value, or something."""
    return st.none() | strategy


#: Eighths add up without rounding, in whatever order.
AMOUNTS = maybe(st.integers(-40, 4000).map(lambda each: each / 8) | st.just(float("nan")))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "unit": maybe(st.sampled_from(["AAA", "BBB", "aland", "XXX", ""])),
            "country": maybe(st.sampled_from(["AAA", "BBB", "ZZZ", ""])),
            "lat": maybe(st.sampled_from([0.0, 0.1, 60.0, float("nan")])),
            "lon": maybe(st.sampled_from([0.0, 0.25, 0.6, 9.0, float("nan")])),
            "from_year": maybe(st.integers(2010, 2012)),
            "year": maybe(st.integers(2012, 2015)),
            "papers": AMOUNTS,
            "money": AMOUNTS,
            "field": maybe(st.sampled_from(["physics", "law", ""])),
            "origin": maybe(st.sampled_from(["office", ""])),
        }
    ),
    min_size=1,
    max_size=25,
)


quick = settings(max_examples=8)


@pytest.mark.long
@quick
@given(
    rows=ROWS,
    kind=st.sampled_from(["flow", "stock"]),
    overlap=st.sampled_from(["nearest", "all"]),
    match=st.sampled_from(["exact", "folded"]),
    apart=st.booleans(),
)
def test_engines_agree(lab, monkeypatch, rows, kind, overlap, match, apart):
    """Codes, points, gaps, texts, years: totals, rows kept apart and the account of lost rows are those of pandas."""
    given = []
    settings = {"kind": kind, "overlap": overlap, "match": match, "rows": ("works",) if apart else ()}
    count = desk(lab, list(COLUMNS), lambda request: given, **settings)
    table = table_of(rows)
    given[:] = [table.to_pandas()]
    plain = count()
    for few, lazy in itertools.product((FEW, 0), (by_polars, by_duckdb)):
        monkeypatch.setattr(scans, "FEW", few)
        given[:] = [lazy(table)]
        made = count()

        assert told(made) == told(plain)
        if apart:
            pd.testing.assert_frame_equal(_in_order(made.apart), _in_order(plain.apart))


@pytest.mark.long
@quick
@given(rows=ROWS, cut=st.integers(0, 25), first=maybe(st.integers(2012, 2014)), last=maybe(st.integers(2013, 2015)))
def test_years_and_partitions(lab, monkeypatch, rows, cut, first, last):
    """The years that no edition sees are left out, rows without a year are not; parts come to the same as the whole."""
    given = []
    count = desk(lab, list(COLUMNS), lambda request: given)
    years = first or 0, last or 9999
    seen = [row for row in rows if row["year"] is None or years[0] <= row["year"] <= years[1]]
    assume(seen)
    given[:] = [table_of(seen).to_pandas()]
    plain, table = count(), table_of(rows)
    for few, lazy in itertools.product((FEW, 0), (by_polars, by_duckdb)):
        monkeypatch.setattr(scans, "FEW", few)
        given[:] = [lazy(table[:cut]), lazy(table[cut:])]

        assert told(count((first, last))) == told(plain)


HAND = [
    {"unit": "AAA", "year": 2024, "papers": 1.0},
    {"unit": "AAA", "year": 2024, "papers": 2.5},
    {"unit": "AAA", "year": 2023, "papers": None},
    {"unit": "XXX", "year": 2024, "papers": 4.0},
    {"unit": None, "year": None, "papers": 8.0},
]


@pytest.mark.parametrize("few", [FEW, 0], ids=["one pass", "two passes"])
@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(lab, monkeypatch, engine, few):
    """1 + 2.5 of AAA in 2024, a missing value in 2023; 4 of an unknown code and 8 without a place are lost."""
    monkeypatch.setattr(scans, "FEW", few)
    made = totals(lab, ENGINES[engine](pa.Table.from_pylist(HAND)))

    assert made.frame[["unit", "year"]].values.tolist() == [["AAA", 2023], ["AAA", 2024]]
    assert made.frame["papers"].isna().tolist() == [True, False]
    assert made.frame["papers"].iloc[1] == 3.5
    assert (made.rows, made.rows_without_unit, made.undated) == (5, 2, 0)
    assert made.amounts == {"papers": (3.5, 12.0)}
    assert made.unassigned[["reason", "scheme", "place", "rows", "sum_papers"]].values.tolist() == [
        ["no place", "", "", 1, 8.0],
        ["unknown code", "unit", "XXX", 1, 4.0],
    ]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("few", [FEW, 0], ids=["one pass", "two passes"])
@pytest.mark.parametrize("engine", ENGINES)
def test_amounts_are_divided(lab, monkeypatch, engine, few, apart):
    """Three thirds and a half of AAA are 1.5, and two sevenths of no unit are lost."""
    monkeypatch.setattr(scans, "FEW", few)
    rows = [("AAA", 3)] * 3 + [("AAA", 2)] + [("XXX", 7)] * 2
    table = pa.Table.from_pylist([{"unit": unit, "year": 2024, "papers": 1, DIVISOR: by} for unit, by in rows])
    lazy = ENGINES[engine](table)
    made = desk(lab, ["unit", "year", "papers"], lambda request: iter([lazy]), rows=("works",) if apart else ())()

    assert made.frame["papers"].tolist() == [pytest.approx(1.5) if apart else 1.5]
    assert made.amounts == {"papers": (pytest.approx(1.5), pytest.approx(2 / 7))}
    assert (made.rows, made.rows_without_unit) == (6, 2)
    if apart:
        assert made.apart["papers"].tolist() == [1 / 3, 1 / 3, 1 / 3, 1 / 2]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("column", "cells", "message"),
    [
        ("papers", ["many", None], "column 'papers' must be a number; got \"many\""),
        ("papers", [True, None], "column 'papers' must be a number; got True"),
        ("papers", [1.0, float("inf")], "column 'papers' must be a number; got inf"),
        ("year", ["2024", "2024"], "column 'year' must be a year, a whole number from 1 to 9999; got \"2024\""),
        ("year", [2024.5, None], "column 'year' must be a year, a whole number from 1 to 9999; got 2024.5"),
    ],
)
def test_cells_that_are_no_numbers(lab, engine, column, cells, message):
    """They are rejected as a batch's are, the column named."""
    table = pa.table({"unit": ["AAA", "AAA"], "year": [2024, 2024], "papers": [1.0, 2.0]} | {column: cells})
    with pytest.raises(PluginError) as caught:
        totals(lab, ENGINES[engine](table))

    assert str(caught.value) == f"desk: source 'desk': read, table 'works': {message}"
