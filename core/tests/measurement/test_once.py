"""What counts once in a unit, however many of its rows and places lie there."""

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest
from hubrank.measurement.totals import totals_of
from hubrank.plugin import Indicator

COLUMNS = ("ror", "year", "works", "cited", "field", "work")
#: Two places of AAA, one of BBB.
PLACES = "unit,ror\nAAA,r1\nAAA,r2\nBBB,r3\n"
SCENARIO = """
[units]
places = "places.csv"
[inputs.works]
source = "desk"
[indicators.full]
dimension = "life"
"""
#: w1 lies at both places of AAA with different citations, w2 and w3 at a place of AAA and of BBB,
#: w4 nowhere that is known and at r3, w5 twice at r1, of two fields.
ROWS = [
    ("r1", 2023, 1.0, 5.0, "physics", "w1"),
    ("r2", 2023, 1.0, 7.0, "physics", "w1"),
    ("r1", 2023, 1.0, 2.0, "physics", "w2"),
    ("r3", 2023, 1.0, 2.0, "physics", "w2"),
    ("r2", 2024, 1.0, None, "physics", "w3"),
    ("r3", 2024, 1.0, None, "physics", "w3"),
    (None, 2024, 1.0, 3.0, "physics", "w4"),
    ("r3", 2024, 1.0, 3.0, "physics", "w4"),
    ("r1", 2024, 1.0, 9.0, "physics", "w5"),
    ("r1", 2024, 1.0, 9.0, "chemistry", "w5"),
]
CONNECTION = duckdb.connect()
ENGINES = {
    "pandas": lambda table: table.to_pandas(),
    "polars": lambda table: nw.from_native(pl.from_arrow(table).lazy()),
    "duckdb": lambda table: nw.from_native(CONNECTION.from_arrow(table)),
}


@pytest.fixture
def full(lab):
    """The totals of batches in a table that counts each `work` once."""

    def totals(batches, texts=()):
        lab.write("places.csv", PLACES)
        indicator = Indicator(
            name="full",
            title="Works",
            unit_of_measure="works",
            inputs={"works": {"works": float, "cited": float, **dict.fromkeys(texts, str)}},
            measure=lambda inputs, units, options: inputs["works"].total("works"),
        )
        desk = lab.desk(lambda request: iter(batches), COLUMNS, indicators=[indicator], count_distinct="work")
        plan = lab.plan(SCENARIO, desk)
        return totals_of(plan.inputs["works"], plan.units, (None, None), None, False)

    return totals


def table_of(rows):
    """Rows as an Arrow table."""
    return pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows])


@pytest.mark.parametrize("engine", ENGINES)
def test_once_in_each_unit(full, engine):
    """AAA has w1, w2 in 2023 and w3, w5 in 2024; BBB has w2, then w3 and w4. Of two amounts the larger counts."""
    made = full([ENGINES[engine](table_of(ROWS))])
    found = made.frame.set_index(["unit", "year"])

    assert found["works"].to_dict() == {("AAA", 2023): 2, ("AAA", 2024): 2, ("BBB", 2023): 1, ("BBB", 2024): 2}
    assert found["cited"].to_dict() == {("AAA", 2023): 9, ("AAA", 2024): 9, ("BBB", 2023): 2, ("BBB", 2024): 3}
    assert (made.rows, made.rows_without_unit) == (10, 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_once_at_a_place_in_no_unit(full, engine):
    """Of the amounts, seven works are in units and w4 in none, however many of its rows lie there."""
    made = full([ENGINES[engine](table_of([*ROWS, (None, 2024, 1.0, 8.0, "physics", "w4")]))])

    assert made.amounts == {"works": (7.0, 1.0), "cited": (9.0 + 9.0 + 2.0 + 3.0, 8.0)}
    assert (made.rows, made.rows_without_unit) == (11, 2)
    assert made.unassigned[["rows", "sum_works", "sum_cited"]].values.tolist() == [[2, 1.0, 8.0]]


@pytest.mark.parametrize("engine", ENGINES)
def test_once_for_each_text(full, engine):
    """A work of two fields counts once in each."""
    made = full([ENGINES[engine](table_of(ROWS))], texts=("field",))
    found = made.frame.set_index(["unit", "year", "field"])["works"]

    assert found["AAA", 2024].to_dict() == {"physics": 2, "chemistry": 1}
