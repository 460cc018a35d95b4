"""The rows behind a value are those that it was measured from: they add up to it."""

import pytest
from hubrank.explain.profile import rows_behind
from hubrank.measurement.figures import measure
from hubrank.plugin import Indicator


def behind(lab, changes="", *plugins, unit="AAA", edition=2024, key="a"):
    """The measured value of a unit, and the rows behind it."""
    plan = lab.plan(changes, *plugins)
    made = measure(plan, lab.cache)
    value = made.values[plan.editions.index(edition), plan.units.units.codes.index(unit), made.indicators.index(key)]
    return value, rows_behind(plan, made, key, unit, edition, lab.cache)


def test_only_years_that_the_edition_sees(workshop):
    """Of 2023 and 2024 the edition sees its own year; the columns of other indicators stay out."""
    plan = workshop.plan()
    rows = rows_behind(plan, measure(plan), "b", "U4", 2023, None)

    assert list(rows) == ["values"]
    assert list(rows["values"]) == ["place", "from_year", "year", "b", "origin", "vintage", "method"]
    assert rows["values"][["year", "b"]].to_numpy().tolist() == [[2023, 2]]


FLOW = "unit,from_year,year,a,b\nAAA,2018,2021,10,1\nAAA,2020,2021,5,1\nAAA,,2023,,1\nBBB,2024,2024,7,1\n"


def test_flow_that_begins_before_the_window(lab):
    """Of 2018-2021 and 2020-2021 a window of 2020 to 2024 holds the second alone: 5, not 10 + 5; a gap is no part."""
    lab.write("values.csv", FLOW)
    value, rows = behind(lab, 'window = 5\n[inputs.values]\noptions = { file = "values.csv", kind = "flow" }')

    assert value == 5.0
    assert rows["values"][["from_year", "year", "a"]].to_numpy().tolist() == [[2020, 2021, 5.0]]


@pytest.mark.parametrize("window", ['"all"', '"newest"'])
def test_flow_of_all_years_or_the_newest(lab, window):
    """All rows up to 2024 with a number: 10 + 5; the newest year of the table is 2024, in which A has none."""
    lab.write("values.csv", FLOW.replace("2018,2021", "2018,2019"))
    options = 'options = { file = "values.csv", kind = "flow" }'
    value, rows = behind(lab, f"[inputs.values]\nwindow = {window}\n{options}")

    assert rows["values"]["a"].tolist() == ([10.0, 5.0] if window == '"all"' else [])
    assert value == 15.0 if window == '"all"' else value != value


def test_gap_in_the_newest_row_of_a_stock(lab):
    """The newest row has a gap in a, so the figure, and the row shown, is the 100 of 2022; b has its own of 2024."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2022,100,1\nAAA,2024,,2\nBBB,2024,1,1\n")
    value, rows = behind(lab, "[inputs.values]\nmax_age = 2")

    assert value == 100.0
    assert rows["values"][["year", "a"]].to_numpy().tolist() == [[2022, 100.0]]
    assert behind(lab, key="b")[1]["values"][["year", "b"]].to_numpy().tolist() == [[2024, 2.0]]


def indicator(name, measure, columns, **fields):
    """An indicator of the input `values`."""
    inputs = {"values": columns}
    return Indicator(name=name, title=name, unit_of_measure="a number", inputs=inputs, measure=measure, **fields)


def test_where(lab):
    """Of three rows the two of physics count: 1 + 4."""
    lab.write("values.csv", "unit,year,field,a,b\nAAA,2024,physics,1,1\nAAA,2024,law,2,1\nAAA,2024,physics,4,1\n")
    physics = indicator(
        "physics",
        lambda inputs, units, options: inputs["values"].total("a", where={"field": ("physics",)}),
        {"a": float, "field": str},
    )
    changes = (
        '[inputs.values]\noptions = { file = "values.csv", kind = "flow" }\n[indicators.physics]\ndimension = "life"'
    )
    value, rows = behind(lab, changes, lab.plugin("mine", indicators=[physics]), key="physics")

    assert value == 5.0
    assert rows["values"][["field", "a"]].to_numpy().tolist() == [["physics", 5.0]]


def test_beside(lab):
    """A quotient of the newest row that has both: 30 of 10 in 2022, though a alone is newer."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2022,30,10\nAAA,2024,90,\nBBB,2024,1,1\n")

    def quotient(inputs, units, options):
        output = inputs["values"].latest("a", beside=("b",))
        return output / inputs["values"].latest("b", beside=("a",))

    each = indicator("each", quotient, {"a": float, "b": float})
    changes = '[inputs.values]\nmax_age = 2\n[indicators.each]\ndimension = "life"'
    value, rows = behind(lab, changes, lab.plugin("mine", indicators=[each]), key="each")

    assert value == 3.0
    assert rows["values"][["year", "a", "b"]].to_numpy().tolist() == [[2022, 30.0, 10.0]]


def per_head():
    """Indicators of which one divides by the unit column `people`, the other by nothing."""
    divided = indicator(
        "divided",
        lambda inputs, units, options: inputs["values"].latest("a") / units["people"],
        {"a": float},
        unit_columns=("people",),
    )
    return [divided, indicator("whole", lambda inputs, units, options: inputs["values"].latest("a"), {"a": float})]


def test_denominators_that_are_read_from_inputs(lab):
    """12 over the 4 people of 2023, each from its table; what divides by nothing has no people behind it."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,12,1\nBBB,2024,1,1\n")
    lab.write("people.csv", "unit,year,people\nAAA,2020,3\nAAA,2023,4\nBBB,2024,5\n")
    changes = (
        'units = { file = "units.csv", from_inputs = { people = "census" } }\n'
        '[inputs.census]\nsource = "files"\noptions = { file = "people.csv" }\nmax_age = 1\n'
        '[indicators]\ndivided = { dimension = "life" }\nwhole = { dimension = "life" }\n'
    )
    mine = lab.plugin("mine", indicators=per_head())
    value, rows = behind(lab, changes, mine, key="divided")

    assert value == 3.0
    assert list(rows) == ["values", "census (units.people)"]
    assert rows["values"][["year", "a"]].to_numpy().tolist() == [[2024, 12.0]]
    assert rows["census (units.people)"][["year", "people"]].to_numpy().tolist() == [[2023, 4.0]]
    assert list(behind(lab, changes, mine, key="whole")[1]) == ["values"]


def test_what_is_made_from_others(lab):
    """The rows of both, each under the name of its own, with nothing but its own column."""
    changes = '[indicators.share]\nindicator = "ratio"\nfrom = ["a", "b"]\ndimension = "life"'
    value, rows = behind(lab, changes, unit="CCC", key="share")

    assert value == 4 / 20
    assert {label: frame.iloc[0, 3] for label, frame in rows.items()} == {"values (a)": 4.0, "values (b)": 20.0}
    assert list(rows["values (a)"])[3:5] == ["a", "origin"]


GROWING = """
editions = [2020, 2022, 2024]
[indicators.a]
dimension = "life"
[indicators.rise]
indicator = "growth"
from = ["a"]
dimension = "life"
"""


@pytest.mark.parametrize(
    ("options", "years", "value"),
    [("over = 4", [2020, 2024], 3**0.25 - 1), ("over = 2", [2022, 2024], 1.5**0.5 - 1)],
)
def test_growth_is_made_of_earlier_editions(lab, options, years, value):
    """From 2 over 4 to 6: the rows of the editions that are compared, each under its year, and their vintages."""
    lab.write("values.csv", "unit,year,a,b\n" + "".join(f"AAA,{2018 + 2 * at},{2 * at},1\n" for at in (1, 2, 3)))
    changes = f"{GROWING}options = {{ {options} }}"
    made, rows = behind(lab, changes, key="rise")
    _, measured = lab.measure(changes)

    assert made == pytest.approx(value)
    assert list(rows) == [f"values (a, {years[0]})", "values (a)"]
    assert [frame["year"].tolist() for frame in rows.values()] == [[year] for year in years]
    assert measured.vintages[2, 0, measured.indicators.index("rise")] == f"{years[0]} + {years[1]}"
