"""Dates are read as people write them, and the newest row of a unit counts."""

import datetime

import pytest
from hubrank.io.dates import date_in, dates_in, newest_rows

DATES = {
    (2023, 12, 31): (
        *(
            "2023-12-31",
            "2023-12-31 00:00",
            "2023-12-31T10:00:00Z",
            "2023/12/31",
            "2023.12.31",
            "31.12.2023",
            "31.12.23",
        ),
        *("31/12/2023", "12/31/2023", "31-Dec-23", "31 Dec 2023", "December 31, 2023", "31. Dezember 2023"),
        *("31 décembre 2023", "31 de diciembre de 2023", "2023年12月31日", "Stand: 31.12.2023", "as of 31 Dec 2023"),
    ),
    (2023, 12, 0): (
        *("2023-12", "12/2023", "2023M12", "2023-M12", "Dec 2023", "Dec-23", "Dez. 2023", "déc. 2023", "dic 2023"),
        *("2023-Q4", "2023Q4", "Q4 2023", "4Q2023", "4. Quartal 2023", "T4 2023", "2023年12月", "H2 2023"),
    ),
    (2023, 0, 0): ("2023/24", "2023-24", "2023/2024", "FY2023/24", "2023年"),
    None: (
        *("2023", "May 12", "12.2023", "2023.12", "2023-13", "2023/13", "10.0.0.1", "1/2", "Market 2023", "A 2020"),
        *("", "abc", "1,234"),
    ),
}


@pytest.mark.parametrize(("date", "text"), [(date, text) for date, texts in DATES.items() for text in texts])
def test_dates(date, text):
    """Each way of writing the last day, month or year of 2023; what is no date, or a year alone."""
    assert date_in(text) == date


def test_days_and_months():
    """A date of a workbook; the day is first unless another cell shows that the month is, or someone says so."""
    assert date_in(datetime.datetime(2020, 3, 1)) == (2020, 3, 1)
    assert date_in("3/4/2023") == (2023, 4, 3)
    assert date_in("3/4/2023", month_first=True) == (2023, 3, 4)
    assert dates_in(["3/4/2023", "3/14/2023"]) == [(2023, 3, 4), (2023, 3, 14)]


def test_newest_rows():
    """The newest of each unit and year; of each unit alone where one lacks the last year."""
    last, first, older = (2023, 9, 1), (2023, 2, 1), (2022, 1, 1)

    assert newest_rows("aabab", [older, first, first, last, last]) == [0, 3, 4]
    assert newest_rows("aab", [older, last, older]) == [1, 2]
    assert newest_rows("aab", [older, last, older], each_year=True) == [0, 1, 2]
    assert newest_rows("aab", [last, last, None]) == [0, 1, 2]
