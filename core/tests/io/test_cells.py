"""What is in a cell: missing values, numbers, years."""

import numpy as np
import pandas as pd
import pytest
from hubrank.io.cells import GAPS, LATITUDE, NUMBER, YEAR, invalid_cells, is_gap, read_number, read_numbers


@pytest.mark.parametrize("value", [*GAPS, " n/a ", None, np.nan, pd.NA])
def test_gaps(value):
    """Every word for a missing value is one, with blanks around it too, and is no number."""
    assert is_gap(value)
    assert read_number(value) is None


@pytest.mark.parametrize("value", ["NA", "-", "none", "0", 0, False])
def test_no_gaps(value):
    """Namibia's code, a dash, a nought and a truth are something."""
    assert not is_gap(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (np.float64(0.5), 0.5),
        (" 4.5 ", 4.5),
        ("-2.5e3", -2500.0),
        ("1,000", None),
        ("many", None),
        ("inf", None),
        (True, None),
        (pd.Timestamp("2024-01-01"), None),
    ],
)
def test_a_cell_and_a_column_are_read_in_the_same_way(value, number):
    """A number, or a text that is one, is a number; a truth, a date, infinity and any other text are none."""
    column = read_numbers(pd.Series([value, 7.0], dtype=object))

    assert read_number(value) == number
    assert column.fillna(-1).tolist() == [-1.0 if number is None else number, 7.0]


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True, False]),
        pd.Series(pd.to_datetime(["2024-01-01"])),
        pd.Series([np.inf, -np.inf]),
        pd.Series(["2024"], dtype="string"),
    ],
)
def test_columns_that_hold_no_numbers(values):
    """Where a program must give numbers, a column of another type has none, and infinity is none."""
    assert read_numbers(values, texts=False).isna().all()


@pytest.mark.parametrize(
    ("kind", "called", "shown"),
    [
        (NUMBER, "a number", ['"many"', "inf"]),
        (YEAR, "a year, a whole number from 1 to 9999", ['"many"', "inf", "2024.5", "0", "20240101"]),
        (LATITUDE, "a number from -90 to 90", ['"many"', "inf", "2024.5", "2024", '"2025"', "20240101"]),
    ],
)
def test_what_is_said_of_misfits(kind, called, shown):
    """Missing values and what fits pass; the rest is named as it stands there."""
    values = pd.Series([None, "many", np.inf, 2024.5, 2024, "2025", 0, 20240101], dtype=object)
    wrong = invalid_cells(values, read_numbers(values), kind)

    assert [kind.refusal(each) for each in values[wrong]] == [f"must be {called}; got {each}" for each in shown]


def test_what_is_said_of_a_gap():
    """Where a cell must hold something, none is nothing, and a word for a missing value is shown as it stands there."""
    assert NUMBER.refusal(None) == NUMBER.refusal(pd.NA) == "must be a number; got nothing"
    assert NUMBER.refusal(" n/a ") == 'must be a number; got " n/a "'
