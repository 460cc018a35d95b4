"""Values that overflow when they are measured and derived: reported with unit, edition and values."""

import warnings

import numpy as np
import pytest
from hubrank.plugin import Indicator, PluginError, ScenarioError


@pytest.fixture(autouse=True)
def _without_warnings():
    """No warning reaches a user."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def derived(lab, first, second, indicator, options="", *plugins):
    """What `c`, made from the values `a` and `b` of Aland, is in Aland; Beland has 3 and 2."""
    lab.write("values.csv", f"unit,year,a,b\nAAA,2024,{first},{second}\nBBB,2024,3,2\n")
    given = f"options = {{ {options} }}\n" if options else ""
    text = f'[indicators.c]\nindicator = "{indicator}"\nfrom = ["a", "b"]\ndimension = "life"\n{given}'
    return lab.values(text, *plugins, indicator="c")


@pytest.mark.parametrize(("columns", "editions"), [(70, 1), (8, 9)])
def test_an_indicator_of_many_columns_and_editions(lab, columns, editions):
    """More than 63 origins, of which one is not there, are joined for each unit."""
    keys, years = [f"m{at}" for at in range(columns)], range(2025 - editions, 2025)
    rows = [f"{unit},{year},{','.join('1' * columns)}" for unit in ("AAA", "BBB", "CCC") for year in years]
    rows[0] = f"AAA,{years[0]},,{','.join('1' * (columns - 1))}"
    lab.write("values.csv", "\n".join([f"unit,year,{','.join(keys)}", *rows]) + "\n")
    made = "".join(f'[indicators.{key}]\nindicator = "value"\n' for key in keys)
    changes = f'exclude = ["a", "b"]\neditions = {list(years)}\n{made}'
    text = f'[indicators.c]\nindicator = "sum"\nfrom = {keys}\ndimension = "life"\n'

    assert lab.values(changes + text, indicator="c")["BBB"] == columns


@pytest.mark.parametrize(
    ("first", "second", "indicator", "options", "expected"),
    [
        ("1e-300", "1e-8", "product", "", 1e-308),
        ("1e300", "1e300", "ratio", "", 1.0),
        ("1e-310", "1e-310", "ratio", "scale = 100", 100.0),
        ("0", "5e-324", "ratio", "", 0.0),
        ("0", "1e300", "product", "", 0.0),
        ("1.7e308", "1.7e308", "difference", "", 0.0),
        ("1.7e308", "-1.7e308", "sum", "", 0.0),
    ],
)
def test_what_is_a_number_is_derived(lab, first, second, indicator, options, expected):
    """However large or small what it is made of is."""
    assert derived(lab, first, second, indicator, options)["AAA"] == pytest.approx(expected, rel=1e-3)


def test_a_population_of_0_makes_a_gap(lab):
    """Nothing is divided by 0."""
    assert np.isnan(derived(lab, "1", "0", "ratio")["AAA"])


@pytest.mark.parametrize(
    ("first", "second", "indicator", "options", "told"),
    [
        ("1", "5e-324", "ratio", "", "'ratio' of 1, 4.94066e-324 (a, b) is larger than a number can be"),
        ("3", "1e-308", "ratio", "scale = 100", "'ratio' of 3, 1e-308 (a, b) is larger"),
        ("1e200", "1e200", "product", "", "'product' of 1e+200, 1e+200 (a, b) is larger"),
        ("1e308", "1e308", "sum", "", "'sum' of 1e+308, 1e+308 (a, b) is larger"),
        ("1.7e308", "-1.7e308", "difference", "", "'difference' of 1.7e+308, -1.7e+308 (a, b) is larger"),
        ("1e-200", "1e-200", "product", "", "of 1e-200, 1e-200 it is smaller than a number can be (1e-308)"),
        ("1e-300", "1e300", "ratio", "", "of 1e-300, 1e+300 it is smaller than a number can be (1e-308)"),
    ],
)
def test_values_that_are_no_numbers_are_reported(lab, first, second, indicator, options, told):
    """With the indicator's key, its values, the unit and the edition; a plugin is not blamed."""
    with pytest.raises(ScenarioError, match=r"indicators\.c.*AAA in edition 2024") as caught:
        derived(lab, first, second, indicator, options)
    assert told in str(caught.value)


def multiplying(lab, factor):
    """A plugin whose indicator multiplies."""

    def derive(values, context, options):
        return values[0] * factor

    return lab.plugin("mine", indicators=[Indicator(name="own", title="Own", unit_of_measure="1", derive=derive)])


def test_a_plugin_that_makes_infinity_of_usual_values_is_blamed(lab):
    """Its author can mend it; of extreme values it is not to blame."""
    with pytest.raises(PluginError, match="derive returned infinity"):
        derived(lab, "1", "2", "own", "", multiplying(lab, np.inf))
    with pytest.raises(ScenarioError, match=r"'own' of 1\.7e\+308, 2 \(a, b\) is larger"):
        derived(lab, "1.7e308", "2", "own", "", multiplying(lab, 10))


def test_rows_whose_sum_is_no_number_are_reported(lab):
    """1e308 twice."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1e308,1\nAAA,2024,1e308,1\nBBB,2024,3,2\n")
    flow = '[inputs.values]\noptions = { kind = "flow" }'
    with pytest.raises(ScenarioError, match=r"indicators\.a: the sum of its rows is larger .* for AAA in edition 2024"):
        lab.values(flow)


def test_a_total_over_all_units_may_be_no_number(lab):
    """Only the share of the lost part is reported, and then nothing."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1.7e308,1\nBBB,2024,1.7e308,2\nXXX,2024,1e308,3\n")

    assert lab.values()["AAA"] == 1.7e308
