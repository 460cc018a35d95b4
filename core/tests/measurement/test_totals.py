"""Rows of a source, put into units and summed."""

import numpy as np
import pandas as pd
import pytest
from hubrank.errors import DataError, PluginError
from hubrank.measurement.figures import measure
from hubrank.plugin import Coverage, Indicator


def desk(lab, *batches, **fields):
    """A plugin with a source that yields these batches."""
    frames = [pd.DataFrame(batch) if isinstance(batch, dict) else batch for batch in batches]
    return lab.desk(lambda request: iter(frames), **fields)


INPUT = '[inputs.works]\nsource = "desk"\n[indicators]\npapers = { indicator = "value", dimension = "life", inputs'
SCENARIO = INPUT + ' = { values = "works" } }\n'


def counted(lab, *batches, changes="", **fields):
    """The units' sums of `papers`, and the report on the input."""
    plan = lab.plan(SCENARIO + changes, desk(lab, *batches, **fields))
    made = measure(plan)
    column = made.values[0, :, made.indicators.index("papers")].tolist()
    report = next(each for each in made.inputs if each.name == "works")
    return dict(zip(plan.units.units.codes, column, strict=True)), report


def refused(lab, error, *batches, **fields):
    """The message of a source that gives these batches."""
    with pytest.raises(error) as caught:
        counted(lab, *batches, **fields)
    return str(caught.value)


def test_rows_and_rows_without_unit(lab):
    """Every row is counted, and what lies in no unit is reported with its amounts."""
    rows = {"unit": ["AAA", "AAA", "XXX", None], "year": [2024] * 4, "papers": [1.0, 2.0, 4.0, np.nan]}

    sums, report = counted(lab, rows)

    assert sums["AAA"] == 3.0
    assert (report.rows, report.rows_without_unit) == (4, 2)
    assert report.amounts == {"papers": (3.0, 4.0)}


def test_gaps_stay_gaps(lab):
    """A unit whose rows have no amount is missing, not 0; a missing value beside a number is left out of the sum."""
    rows = {"unit": ["AAA", "AAA", "BBB", "BBB"], "year": [2024] * 4, "papers": [np.nan, np.nan, np.nan, 3.0]}

    sums, _ = counted(lab, rows)

    assert np.isnan(sums["AAA"])
    assert sums["BBB"] == 3.0


@pytest.mark.parametrize(
    ("places", "rows"),
    [
        # A unit of two countries has the newest level of each, not of the newest alone.
        ("unit,country\nAAA,AAA\nAAA,XXX\nBBB,BBB\n", {"country": ["AAA", "AAA", "XXX"]}),
        # A place is a point whatever country is written beside it.
        (
            "unit,lat,lon,radius_km\nAAA,0,0,50\n",
            {"lat": [0.0, 0.0, 0.1], "lon": [0.0, 0.0, 0.0], "country": ["AAA", None, "AAA"]},
        ),
    ],
)
def test_stock_of_several_places(lab, places, rows):
    """Each has its newest level: 2 of 2024 and 4 of 2023."""
    lab.write("p.csv", places)
    rows = {**rows, "year": [2022, 2024, 2023], "papers": [1.0, 2.0, 4.0]}
    sums, _ = counted(lab, rows, kind="stock", columns=tuple(rows), changes='[units]\nplaces = "p.csv"', every=2)

    assert sums["AAA"] == 6.0


def test_columns_that_distinguish_rows(lab):
    """An indicator that asks for a text sees it, and may sum some rows only."""
    rows = {
        "unit": ["AAA", "AAA", "AAA", "BBB"],
        "year": [2024] * 4,
        "papers": [1.0, 2.0, 4.0, 8.0],
        "field": ["physics", "law", "physics", None],
    }
    physics = Indicator(
        name="physics",
        title="Papers in physics",
        unit_of_measure="papers",
        inputs={"works": {"papers": float, "field": str}},
        measure=lambda inputs, units, options: inputs["works"].total("papers", where={"field": ("physics",)}),
    )
    mine = desk(lab, rows, columns=("unit", "year", "papers", "field"), indicators=[physics])
    changes = '[inputs.works]\nsource = "desk"\n[indicators.physics]\ndimension = "life"'

    measured = lab.values(changes, mine, indicator="physics")

    assert measured["AAA"] == 5.0
    assert np.isnan(measured["BBB"])


def test_no_rows(lab):
    """A source without rows is an error of the data, named by input, source and table."""
    nothing = {"unit": [], "year": [], "papers": np.array([], dtype=float)}

    assert refused(lab, DataError, nothing) == "inputs.works: 'desk' returned no rows for table 'works'"


def row(**cells):
    """A row of a table, whose other cells are as they must be."""
    return {name: [cell] for name, cell in {"unit": "AAA", "year": 2024, "papers": 1.0, **cells}.items()}


def without(column):
    """A row that lacks a column."""
    return {name: cells for name, cells in row().items() if name != column}


YEAR = "read, table 'works': column 'year' must be a year, a whole number from 1 to 9999; got "
NUMBER = "read, table 'works': column 'papers' must be a number; got "


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([1, 2], "read returned list; expected a pandas DataFrame or a narwhals LazyFrame"),
        (
            {**without("papers"), "paper": [1.0]},
            "read returned no column 'papers' of table 'works'; did you mean 'paper'?",
        ),
        (without("unit"), "read returned no column 'unit' of table 'works'; available: papers, year"),
        (row(papers="many"), f'{NUMBER}"many"'),
        (row(papers=np.inf), f"{NUMBER}inf"),
        (row(year="2024"), f'{YEAR}"2024"'),
        (row(year=2024.5), f"{YEAR}2024.5"),
        (
            pd.DataFrame([["AAA", 2024, 1.0, 2.0]], columns=["unit", "year", "papers", "papers"]),
            "read returned two columns 'papers' of table 'works'",
        ),
    ],
)
def test_broken_batches(lab, batch, message):
    """A batch that is not as the table promises is the plugin's error."""
    assert refused(lab, PluginError, batch) == f"desk: source 'desk': {message}"


def test_rows_carry_their_origins(lab):
    """A row's own origin and vintage win over the table's; several are joined, each once."""
    rows = {
        "unit": ["AAA", "AAA", "BBB"],
        "year": [2023, 2024, 2024],
        "papers": [1.0, 2.0, 4.0],
        "origin": ["office", None, "office"],
        "vintage": [None, "2025-03", None],
        "method": ["shared out", "", None],
    }
    mine = desk(lab, rows, origin="desk", covers=Coverage(first=2020, last=2024))
    plan = lab.plan("window = 2\n" + SCENARIO, mine)
    made = measure(plan)
    at = made.indicators.index("papers")

    assert made.origins[0, :, at].tolist() == ["desk + office", "office", ""]
    assert made.vintages[0, :, at].tolist() == ["2023 + 2025-03", "2024", ""]
    assert made.methods[0, :, at].tolist() == ["shared out", "", ""]
