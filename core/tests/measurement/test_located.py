"""A source that asks a service to count the contents of a unit gets the places in it."""

import pandas as pd
import pytest
from hubrank.measurement.totals import totals_of
from hubrank.plugin import Indicator, ScenarioError

COLUMNS = ("unit", "lat", "lon", "year", "works")
#: AAA and BBB share what lies half-way; the last place lies in none.
PLACES = "unit,lat,lon,radius_km\nAAA,0,0,10\nBBB,0,0.1,10\n"
SITES = pd.DataFrame({"lat": [0.0, 0.0, 0.0, 40.0], "lon": [0.01, 0.06, 0.1, 0.0]})
SCENARIO = """
[units]
places = "places.csv"
{more}
[inputs.works]
source = "desk"
[indicators.full]
dimension = "life"
"""


def read(request):
    """One row per unit with the number of sites in it; one per site if the units are unknown."""
    if request.locate is None:
        yield SITES.assign(unit=None, year=2024, works=1.0)
        return
    located = request.locate(SITES)
    counts = located.groupby("unit").size()
    rows = pd.DataFrame({"unit": counts.index, "works": counts.to_numpy(dtype=float), "year": 2024})
    outside = SITES.drop(index=located["row"].unique())
    yield pd.concat([rows, outside], ignore_index=True)


@pytest.fixture
def located(lab):
    """The totals of the source, for units with further keys."""

    def totals(more=""):
        lab.write("places.csv", PLACES)
        indicator = Indicator(
            name="full",
            title="Works",
            unit_of_measure="works",
            inputs={"works": {"works": float}},
            measure=lambda inputs, units, options: inputs["works"].total("works"),
        )
        plan = lab.plan(SCENARIO.format(more=more), lab.desk(read, COLUMNS, indicators=[indicator]))
        return totals_of(plan.inputs["works"], plan.units, (None, None), None, False)

    return totals


@pytest.mark.parametrize(
    ("more", "counts"), [("", {"AAA": 1, "BBB": 2}), ('overlap = "all"', {"AAA": 2, "BBB": 2})], ids=["nearest", "all"]
)
def test_what_lies_in_a_unit(located, more, counts):
    """Its places follow the scenario's own rule, and those in none are unassigned like other rows."""
    made = located(more)

    assert made.frame.set_index("unit")["works"].to_dict() == counts
    assert made.rows_without_unit == 1


def test_places_of_several_units(located):
    """Where that is an error it is one before anybody is asked."""
    with pytest.raises(ScenarioError, match=r"1 row of inputs\.works lie in several units: 'AAA' and 'BBB' hold 1 row"):
        located('overlap = "error"')
