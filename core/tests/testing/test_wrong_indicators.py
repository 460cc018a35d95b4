"""Indicators that break one promise each are caught, with a message that says which."""

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hubrank.plugin import Indicator, NoOptions
from hubrank.testing import ContractError, indicator_checks

GOOD = Indicator(
    name="papers",
    title="Papers",
    unit_of_measure="papers",
    inputs={"works": {"papers": float}},
    measure=lambda inputs, units, options: inputs["works"].value("papers"),
)
DERIVED = Indicator(
    name="twice", title="Twice", unit_of_measure="as it is made", derive=lambda values, context, options: 2 * values[0]
)


def measuring(measure):
    """The good indicator with another function; it sees single rows."""
    return evolve(GOOD, rows=("works",), measure=lambda inputs, units, options: measure(inputs["works"], units))


WRONG = [
    ("values", measuring(lambda works, units: [1.0]), "measure returned list; expected a pandas Series by unit"),
    (
        "extremes",
        measuring(lambda works, units: works.total("papers") * len(units.codes) / (len(units.codes) - 1)),
        "measure, with one unit, returned infinity for AAA; expected finite numbers or NaN",
    ),
    (
        "declared_columns_matter",
        measuring(lambda works, units: works.frame().groupby("unit").size()),
        "its values do not depend on 'papers' of 'works'; a row may represent many items, so sum amounts, "
        "and declare only the columns that it reads",
    ),
    (
        "origins",
        measuring(lambda works, units: works.total("papers").fillna(0)),
        "returns a value for FFF without a row of it, so that its origin is lost; leave it missing, say absent = 0",
    ),
    (
        "row_order",
        measuring(lambda works, units: works.frame().groupby("unit")["papers"].first()),
        "returns different values when rows come in another order",
    ),
    (
        "called_again",
        measuring(lambda works, units: pd.Series(np.random.default_rng().random(6), index=units.codes)),
        "returns different values when called again",
    ),
    (
        "derived_unit_order",
        evolve(DERIVED, derive=lambda values, context, options: values[0].cumsum(axis=-1)),
        "returns different values when units are in another order",
    ),
]


@pytest.mark.parametrize(("check", "indicator", "message"), WRONG, ids=[check for check, *_ in WRONG])
def test_caught(check, indicator, message):
    """The check for a promise says what was done instead."""
    checks = indicator_checks.INDICATOR_CHECKS + indicator_checks.declared_indicator_checks(indicator)
    with pytest.raises(ContractError) as caught:
        next(each for each in checks if each.__name__ == f"check_{check}")(indicator, NoOptions())

    assert message in str(caught.value)


@pytest.mark.parametrize("indicator", [GOOD, DERIVED], ids=["measured", "derived"])
def test_good(indicator):
    """What is broken above is whole here: all checks pass."""
    for check in indicator_checks.INDICATOR_CHECKS + indicator_checks.declared_indicator_checks(indicator):
        check(indicator, NoOptions())


def large(works, units):
    """How many rows of each unit have 500 papers or more."""
    rows = works.frame()
    return works.filled(rows[rows["papers"] >= 500].groupby("unit").size())


def test_counting_rows_that_are_summed():
    """Who counts rows without saying so would count sums: the check says what to declare, and declared it passes."""
    check_values, *others = indicator_checks.declared_indicator_checks(GOOD)
    with pytest.raises(ContractError, match="rows of 'works' that share unit, place and time are summed; to count"):
        check_values(evolve(measuring(large), rows=()), NoOptions())
    for check in (check_values, *others):
        check(measuring(large), NoOptions())
