"""From inputs to measurements: plugins that keep their promise, and indicators made from others."""

import numpy as np
import pandas as pd
import pytest
from hubrank.errors import DataError, PluginError, ScenarioError
from hubrank.plugin import Indicator

MINE = '[indicators.mine]\ndimension = "life"\n'


def an_indicator(measure=None, **fields):
    """An indicator `mine` of the input `values`."""
    given = {"rows": ("values",), "inputs": {"values": {"a": float}}, "measure": measure, **fields}
    return Indicator(name="mine", title="Mine", unit_of_measure="-", **given)


def by_unit(*values):
    """A measure that gives these values for the three lands."""
    return lambda inputs, units, options: pd.Series(values, index=list(units.codes)[: len(values)])


def read_first(measure):
    """The same, after its rows were read."""

    def measured(inputs, units, options):
        inputs["values"].latest("a")
        return measure(inputs, units, options)

    return measured


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda *_: 1 / 0, "measure raised ZeroDivisionError: division by zero"),
        (lambda *_: np.ones(3), "measure returned ndarray; expected a pandas Series by unit"),
        (
            lambda *_: pd.Series([1.0, 2.0], index=["AAA", "AAA"]),
            "measure returned two values for AAA; expected one per unit",
        ),
        (lambda *_: pd.Series([1.0, 2.0], index=["AAA", "XXX"]), "measure returned values for unknown units: XXX"),
        (by_unit("many", "few", "none"), "measure returned values that are not numbers"),
        (by_unit(1.0, np.inf, -np.inf), "measure returned infinity for BBB, CCC; expected finite numbers or NaN"),
        (
            read_first(by_unit(np.nan, np.nan, np.nan)),
            "measure returned no number for any unit from the rows of 3 units and editions",
        ),
        (
            lambda inputs, *_: inputs["values"].frame(at_most=1),
            "measure raised TooManyRowsError: 3 rows; the limit is 1",
        ),
    ],
)
def test_broken_promises(lab, measure, message):
    """What a plugin gives is looked at, and its distribution named."""
    with pytest.raises(PluginError) as caught:
        lab.measure(MINE, lab.plugin("mine-dist", indicators=[an_indicator(measure)]))

    assert str(caught.value) == f"mine-dist: indicator 'mine': {message}"


def test_order_and_gaps(lab):
    """A plugin may give its units in any order and leave some out."""
    measure = by_unit(1.0)
    turned = an_indicator(lambda inputs, units, options: measure(inputs, units, options).iloc[::-1])

    measured = lab.values(MINE, lab.plugin("mine", indicators=[turned]), indicator="mine")

    assert measured["AAA"] == 1.0
    assert np.isnan([measured["BBB"], measured["CCC"]]).all()


def test_nothing_in_range(lab):
    """If no row is within the radius, the user can fix it."""
    with pytest.raises(DataError, match=r"^editions: none is among the years of the rows of indicators.a, 20"):
        lab.measure("editions = [1999]")


def test_unit_columns_from_inputs(lab):
    """A column of the units may be read from an input, edition by edition."""
    lab.write("people.csv", "unit,year,people\nAAA,2023,10\nAAA,2024,20\nBBB,2024,4\n")
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,1\nAAA,2024,4,1\nBBB,2024,4,1\n")
    dense = an_indicator(
        lambda inputs, units, options: inputs["values"].latest("a") / units["people"], unit_columns=("people",)
    )
    changes = (
        'editions = [2023, 2024]\n[units]\nfrom_inputs = { people = "people" }\n'
        '[inputs.people]\nsource = "files"\noptions = { file = "people.csv" }\n' + MINE
    )
    mine = lab.plugin("mine", indicators=[dense])

    assert lab.values(changes, mine, edition=0, indicator="mine")["AAA"] == 0.1
    assert lab.values(changes, mine, edition=1, indicator="mine") == pytest.approx(
        {"AAA": 0.2, "BBB": 1.0, "CCC": np.nan}, nan_ok=True
    )


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            '[indicators.mine]\ndimension = "life"\n[inputs.values]\nsource = "fils"',
            ["inputs.values.source: no installed plugin has a source 'fils'; did you mean 'files'?"],
        ),
        (
            MINE + 'inputs = { value = "values" }',
            ["indicators.mine.inputs.value: 'mine' has no input 'value'; did you mean 'values'?"],
        ),
        (
            MINE + 'inputs = { values = "vals" }',
            ["indicators.mine.inputs.values: there is no input 'vals'; did you mean 'values'?"],
        ),
        (
            MINE + 'from = ["a"]',
            ["indicators.mine.from: 'mine' is measured from inputs, not made from other indicators"],
        ),
        (
            MINE + '[units]\nfrom_inputs = { people = "peple" }',
            ["units.from_inputs.people: there is no input 'peple'; available: values"],
        ),
        (
            '[indicators.mine]\ndimension = "lief"',
            ["indicators.mine.dimension: there is no dimension 'lief'; did you mean 'life'?"],
        ),
        (
            MINE + '[dimensions]\nb = {}\nscore = { parent = "life" }',
            [
                "dimensions.score: 'score' is a column of ranking.csv; choose another name",
                "indicators.b: a dimension is also named 'b'; names must be unique",
            ],
        ),
        (
            MINE + "weight = -1\n[dimensions]\nempty = {}",
            [
                "indicators.mine.weight: must be 0 or more and finite; got -1",
                "dimensions.empty: has no members; add indicators or remove it",
            ],
        ),
        (MINE + "weight = nan", ["indicators.mine.weight: must be 0 or more and finite; got nan"]),
        (MINE + "weight = inf", ["indicators.mine.weight: must be 0 or more and finite; got inf"]),
    ],
)
def test_plans_that_do_not_resolve(lab, changes, problems):
    """Every error of meaning is said before anything is read."""
    mine = lab.plugin("mine", indicators=[an_indicator(by_unit(1.0))])
    with pytest.raises(ScenarioError) as caught:
        lab.plan(changes, mine)

    assert sorted(str(each) for each in caught.value.problems) == sorted(problems)


def test_needs_a_unit_column(lab):
    """A declared column that the units do not have is said before anything is read."""
    mine = lab.plugin("mine", indicators=[an_indicator(by_unit(1.0), unit_columns=("peple", "name"))])
    with pytest.raises(ScenarioError) as caught:
        lab.plan(MINE, mine)

    (problem,) = caught.value.problems
    assert str(problem).startswith("indicators.mine: needs the unit column 'peple', which the units do not have")


def test_tables_that_raise(lab):
    """A source that cannot list its tables with these options is reported like any error, beside the others."""
    from attrs import evolve
    from hubrank.errors import MethodError
    from hubrank.scenario import files

    def tables(options):
        raise MethodError("there is no such desk")

    source = evolve(next(iter(files.hubrank_data_sources())), name="desk", tables=tables)
    with pytest.raises(ScenarioError) as caught:
        lab.plan(
            '[inputs.values]\nsource = "desk"\noptions = { file = "x" }\n[ranking]\ntiers = [2, 1]',
            lab.plugin("mine", data_sources=[source]),
        )

    assert [str(each) for each in caught.value.problems] == [
        "inputs.values.source: there is no such desk",
        "ranking.tiers: must be ranks in ascending order, without duplicates",
    ]


def test_origins_that_only_rows_name(lab):
    """A file's own column of origins: each is reported, on the file's terms; rows without one are the file's."""
    lab.write("values.csv", "unit,year,origin,a,b\nAAA,2024,UN,1,1\nBBB,2024,,2,1\nCCC,2024,World Bank,4,1\n")
    terms = 'options = { file = "values.csv", producer = "A desk", licence = "CC0-1.0" }'
    _, made = lab.measure(f"[inputs.values]\n{terms}")

    assert [(each["name"], each["producer"], each["licence"]) for each in made.inputs[0].origins] == [
        ("values.csv", "A desk", "CC0-1.0"),
        ("UN", "A desk", "CC0-1.0"),
        ("World Bank", "A desk", "CC0-1.0"),
    ]
    assert made.origins[0, :, 0].tolist() == ["UN", "values.csv", "World Bank"]
