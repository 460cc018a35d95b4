"""Rows that an indicator counts are rows; those that it sums are summed."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.measurement.figures import measure
from hubrank.plugin import Indicator, PluginError

POINTS = """lat,lon,country,year,pflops
51.50,-0.12,GBR,2024,200
51.50,-0.12,GBR,2024,300
51.50,-0.12,GBR,2024,400
51.50,-0.12,GBR,2024,400
48.85,2.35,FRA,2024,200
48.86,2.36,FRA,2024,200
52.52,13.40,DEU,2024,60
52.52,13.40,DEU,2024,60
"""
UNITS = """unit,name,country,lat,lon
london,London,GBR,51.5,-0.1
paris,Paris,FRA,48.9,2.3
berlin,Berlin,DEU,52.5,13.4
rome,Rome,ITA,41.9,12.5
"""
SCENARIO = """
units = { file = "units.csv", within_km = 40 }
exclude = ["a", "b"]
inputs = { machines = { source = "files", options = { file = "points.csv" } } }
[indicators.count]
dimension = "life"
"""
SUM = """
[indicators.power]
indicator = "value"
dimension = "life"
inputs = { values = "machines" }
options = { column = "pflops" }
"""


def count(inputs, units, options):
    """How many machines of a unit have 100 Pflop/s or more."""
    rows = inputs["machines"].frame()
    return rows[rows["pflops"] >= 100].groupby("unit").size().reindex(units.codes, fill_value=0)


COUNT = Indicator(
    name="count",
    title="Machines",
    unit_of_measure="machines",
    inputs={"machines": {"pflops": float}},
    rows=("machines",),
    measure=count,
)


@pytest.fixture
def places(lab):
    """The laboratory with machines at points."""
    lab.write("units.csv", UNITS)
    lab.write("points.csv", POINTS)
    return lab


def counted(places, record, changes="", indicator="count"):
    """What is measured with the indicator."""
    plugin = places.plugin("mine", indicators=[record])
    return places.values(SCENARIO + changes, plugin, indicator=indicator)


def test_rows_at_one_point_are_as_many_as_they_are(places):
    """London has four machines at one point, two of them identical; Berlin's two are small, and are not one of 120."""
    assert counted(places, COUNT) == {"london": 4, "paris": 2, "berlin": 0, "rome": 0}


def test_an_undeclared_input_is_an_error(places):
    """Sums of rows are never passed as if they were rows."""
    with pytest.raises(PluginError, match="SummedRowsError: rows of 'machines' that share unit, place and time are"):
        counted(places, evolve(COUNT, rows=()))


@pytest.mark.parametrize("columns", [{}, {"country": str}])
def test_rows_without_amounts(places, columns):
    """An indicator may count rows alone: Paris has two, Rome has none and stays missing."""
    whole = evolve(
        COUNT,
        inputs={"machines": columns},
        measure=lambda inputs, units, options: inputs["machines"].filled(
            inputs["machines"].frame().groupby("unit").size()
        ),
    )

    assert counted(places, whole) == pytest.approx(
        {"london": 4, "paris": 2, "berlin": 2, "rome": float("nan")}, nan_ok=True
    )


def test_rows_from_the_cache(places):
    """The second time they come from the cache, as many as before; sums of the same input are another entry."""
    plan = places.plan(SCENARIO + SUM, places.plugin("mine", indicators=[COUNT]))
    first, second = measure(plan, places.cache), measure(plan, places.cache)

    assert [each.cached for each in second.inputs] == [True]
    assert np.array_equal(second.values, first.values, equal_nan=True)
    assert second.values[0, :, second.indicators.index("count")].tolist() == [0, 4, 2, 0]
