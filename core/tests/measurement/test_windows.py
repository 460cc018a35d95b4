"""Which years an edition uses, to the year: amounts are powers of 2, so that a sum shows which rows were counted."""

import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import DataError, Indicator, ScenarioError

YEARS = range(2018, 2027)


def bit(*years):
    """What the rows of these years sum to."""
    return float(sum(2 ** (year - YEARS[0]) for year in years)) or None


def measured(lab, changes, kind="flow", rows=None, options="", editions=(2022, 2024)):
    """What the first unit has in each edition, of one row per year, or of `(from_year, year, amount)`."""
    rows = rows or [(year, year, bit(year)) for year in YEARS]
    amounts = [("AAA", *row) for row in rows] + [("BBB", editions[-1], editions[-1], 1)]
    lab.write("amounts.csv", "unit,from_year,year,x\n" + "".join(f"{u},{a},{b},{x}\n" for u, a, b, x in amounts))
    lab.write("values.csv", "unit,year,a,b\nAAA,,1,1\nBBB,,2,2\n")
    text = f"""
editions = {list(editions)}
[inputs.amounts]
source = "files"
options = {{ file = "amounts.csv", kind = "{kind}"{options} }}
{changes}
[indicators]
x = {{ indicator = "value", dimension = "life", inputs = {{ values = "amounts" }} }}
"""
    _, made = lab.measure(text)
    found = made.values[:, 0, made.indicators.index("x")].tolist()
    return [None if np.isnan(each) else each for each in found]


@pytest.mark.parametrize(
    ("changes", "first", "second"),
    [
        ("", [2022], [2024]),
        ("window = 1", [2022], [2024]),
        ("window = 2", [2021, 2022], [2023, 2024]),
        ("window = 3\nlag = 1", [2019, 2020, 2021], [2021, 2022, 2023]),
        ("lag = 2", [2020], [2022]),
        ('window = "all"', range(2018, 2023), range(2018, 2025)),
        ('window = "all"\nlag = 1', range(2018, 2022), range(2018, 2024)),
        ('window = "newest"', [2022], [2024]),
        ('window = "newest"\nlag = 3', [2019], [2021]),
    ],
)
def test_a_flow_is_summed_over_its_window(lab, changes, first, second):
    """The editions are 2022 and 2024; the newest year is the edition less the lag, the window counts it."""
    assert measured(lab, changes) == [bit(*first), bit(*second)]


@pytest.mark.parametrize(
    ("changes", "first", "second"),
    [
        ("", 2022, 2024),
        ("lag = 1", 2021, 2023),
        ("max_age = 0", 2022, 2024),
        ('max_age = "any"', 2022, 2024),
        ("max_age = 0\nlag = 4", 2018, 2020),
        ("max_age = 1\nlag = 5", None, 2019),
        ("max_age = 2\nlag = 5", None, 2019),
    ],
)
def test_the_newest_of_a_stock(lab, changes, first, second):
    """The newest level that is not newer than the edition less the lag; there is none before 2018."""
    expected = [None if year is None else bit(year) for year in (first, second)]

    assert measured(lab, changes, kind="stock") == expected


@pytest.mark.parametrize(("age", "seen"), [(2, None), (3, 4.0), (4, 4.0)])
def test_a_level_may_be_so_old_and_no_older(lab, age, seen):
    """The level of 2020 is three years old in 2023."""
    rows = [(2020, 2020, 4)]

    assert measured(lab, f"max_age = {age}", "stock", rows, editions=(2020, 2023)) == [4.0, seen]


def test_the_scenario_has_a_window_and_an_input_its_own(lab):
    """Two years for all inputs, three for this one."""
    lab.write("base.toml", (lab.folder / "base.toml").read_text().replace("[units]", "window = 2\n[units]", 1))

    assert measured(lab, "") == [bit(2021, 2022), bit(2023, 2024)]
    assert measured(lab, "window = 3") == [bit(2020, 2021, 2022), bit(2022, 2023, 2024)]


@pytest.mark.parametrize(("window", "second"), [(1, None), (2, 2.0), (3, 2.0), (4, 2.0), (5, 1.0 + 2)])
def test_a_row_of_several_years_lies_in_the_window_whole(lab, window, second):
    """Rows for 2020-2022, 2023-2024 and 2024-2025, seen by 2024: the last ends too late for any window."""
    rows = [(2020, 2022, 1), (2023, 2024, 2), (2024, 2025, 8)]

    assert measured(lab, f"window = {window}", rows=rows, editions=(2024,))[0] == second


@pytest.mark.parametrize("rows", [[(2020, 2023, 1), (2021, 2024, 2)], [(2020, 2024, 1), (2023, 2023, 2)]])
def test_years_are_not_counted_twice(lab, rows):
    """Two periods of one unit that share years are one sum too many; a shorter window has one of them."""
    with pytest.raises(
        DataError, match=r"^inputs.amounts: 2020-.* of 'AAA' share years, which edition 2024 would count"
    ):
        measured(lab, "window = 5", rows=rows, editions=(2024,))

    assert measured(lab, "window = 4", rows=rows, editions=(2024,)) == [2]


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ("", "stock", [2021, 2021, 2021, 2022]),
        ("lag = 1", "stock", [2021, 2021, 2021, 2021]),
        ("max_age = 0", "stock", [2021, 2021, 2021, 2022]),
        ("", "flow", [2021, 2021, 2021, 2022]),
        ("window = 2", "flow", [2021, 2021, 2021, (2021, 2022)]),
    ],
)
def test_look_ahead_is_to_the_first_year_and_no_further(lab, changes, kind, expected):
    """The rows begin in 2021: 2019 and 2020 see that year, 2021 its own, and 2022 no more than it would anyway."""
    rows = [(year, year, bit(year)) for year in YEARS if year >= 2021]
    years = [each if isinstance(each, tuple) else (each,) for each in expected]
    found = measured(lab, f"look_ahead = true\n{changes}", kind, rows, editions=(2019, 2020, 2021, 2022))

    assert found == [bit(*each) for each in years]


@pytest.mark.parametrize(
    ("kind", "changes", "covers", "expected"),
    [
        ("flow", "", (2024, 2026), 0.0),
        ("flow", "", (2025, 2026), None),
        ("flow", "", (2020, 2024), 0.0),
        ("flow", "", (2020, 2023), None),
        ("flow", "window = 3", (2020, 2022), 0.0),
        ("flow", "window = 3", (2020, 2021), None),
        ("flow", 'window = "all"', (2000, 2001), 0.0),
        ("flow", 'window = "newest"\nmax_age = "any"', (2000, 2001), 0.0),
        ("flow", 'window = "newest"', (2000, 2001), None),
        ("flow", "lag = 1", (2024, 2026), None),
        ("stock", 'max_age = "any"', (2000, 2001), 0.0),
        ("stock", "", (2000, 2023), None),
        ("stock", "", (2000, 2024), 0.0),
        ("stock", "max_age = 2", (2020, 2022), 0.0),
        ("stock", "max_age = 2", (2020, 2021), None),
        ("stock", "max_age = 2", (2025, 2026), None),
    ],
)
def test_no_row_means_none_in_years_that_are_covered(lab, kind, changes, covers, expected):
    """No row that 2024 sees is 0 where the window meets the years that the table covers; else it is an error."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,1\nBBB,2024,1,2\n")
    lab.write("amounts.csv", "unit,year,x\nBBB,2024,8\nBBB,2023,4\n")
    text = f"""
[inputs.amounts]
source = "files"
options = {{ file = "amounts.csv", kind = "{kind}", covers = {{ first = {covers[0]}, last = {covers[1]} }} }}
{changes}
[indicators]
x = {{ indicator = "value", dimension = "life", inputs = {{ values = "amounts" }}, options = {{ absent = 0 }} }}
"""
    if expected is None:
        with pytest.raises(ScenarioError, match="and no edition sees a year of these"):
            lab.values(text, indicator="x")
    else:
        assert lab.values(text, indicator="x")["AAA"] == expected


def asked(lab, changes, kind="flow"):
    """The years that a source is asked for by the editions 2022 and 2024."""
    requests = []

    def read(request):
        requests.append((request.first_year, request.last_year))
        yield pd.DataFrame({"unit": ["AAA"], "year": [2022], "papers": [1.0]})

    papers = '[indicators]\npapers = { indicator = "value", dimension = "life", inputs = { values = "works" } }'
    text = f'editions = [2022, 2024]\n[inputs.works]\nsource = "desk"\n{changes}\n{papers}'
    lab.write("values.csv", "unit,year,a,b\nAAA,2022,1,1\n")
    lab.measure(text, lab.desk(read, kind=kind))
    (years,) = requests
    return years


@pytest.mark.parametrize(
    ("changes", "kind", "years"),
    [
        ("", "flow", (2022, 2024)),
        ("window = 3", "flow", (2020, 2024)),
        ("window = 3\nlag = 1", "flow", (2019, 2023)),
        ('window = "all"', "flow", (None, 2024)),
        ('window = "newest"', "flow", (None, 2024)),
        ("look_ahead = true", "flow", (2022, None)),
        ("", "stock", (None, 2024)),
        ("max_age = 2", "stock", (None, 2024)),
        ("max_age = 1\nlag = 1", "stock", (None, 2023)),
    ],
)
def test_a_source_is_asked_for_the_years_that_some_edition_sees(lab, changes, kind, years):
    """From the first year of the first edition's window to the last edition less the lag; open where all count."""
    assert asked(lab, changes, kind) == years


def an_indicator(measure):
    """An indicator `mine` of the columns x and y of the input `values`."""
    return Indicator(
        name="mine",
        title="Mine",
        unit_of_measure="-",
        inputs={"values": {"a": float, "b": float}},
        rows=("values",),
        measure=measure,
    )


def test_only_rows_that_have_both_amounts(lab):
    """A has b only in 2023, so its a is that of 2023 when both are asked for; a place without both has none."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,5\nAAA,2024,2,\nBBB,2024,4,\nCCC,2024,8,6\n")
    both = an_indicator(lambda inputs, units, options: inputs["values"].latest("a", beside=("b",)))
    text = '[inputs.values]\nmax_age = 1\n[indicators.mine]\ndimension = "life"'
    found = lab.values(text, lab.plugin("mine", indicators=[both]), indicator="mine")

    assert found == pytest.approx({"AAA": 1, "BBB": np.nan, "CCC": 8}, nan_ok=True)


@pytest.mark.parametrize(("most", "refused"), [(2, True), (3, False)])
def test_as_many_rows_as_were_asked_for(lab, most, refused):
    """Three rows are too many for at most two, and not for at most three."""
    rows = an_indicator(lambda inputs, units, options: inputs["values"].frame(at_most=most).set_index("unit")["a"])
    plugin = lab.plugin("mine", indicators=[rows])
    if refused:
        with pytest.raises(Exception, match="3 rows; the limit is 2"):
            lab.values('[indicators.mine]\ndimension = "life"', plugin, indicator="mine")
    else:
        assert lab.values('[indicators.mine]\ndimension = "life"', plugin, indicator="mine")["CCC"] == 4
