"""What the almanac counts of universities in lists, on a few rows worked out by hand."""

import pandas as pd

from tools.almanac import universities

COLUMNS = ["field", "year", "name", "country", "rank"]


def test_a_university_counts_once_and_a_field_each():
    """Harvard's faculty is no further university; the 1,001st is not of the first thousand; arts are no science."""
    rows = [
        *(
            ("All subject areas", 2024, name, "USA", rank)
            for name, rank in (("Harvard University", 1), ("Elsewhere", 1001))
        ),
        *((field, 2024, "Harvard University", "USA", 100) for field in ("Chemistry", "Medicine", "Energy")),
        *((field, 2024, "Harvard University", "USA", 101) for field in ("Mathematics", "Engineering")),
        ("Arts and Humanities", 2024, "Harvard University", "USA", 1),
        ("All subject areas", 2024, "Harvard Medical School", "USA", 2),
        ("Medicine", 2024, "Harvard Medical School", "USA", 1),
    ]
    counts = universities._leading(pd.DataFrame(rows, columns=COLUMNS)).set_index("name")[universities.LEADING]

    assert counts.T.to_dict("list") == {"Elsewhere": [0, 1, 0, 0], "Harvard University": [1, 1, 2, 1]}


def test_students_that_leap_are_counted_differently():
    """All may grow by half, those from abroad double; five times as many of 300 are within the rounding of shares."""
    rows = [
        *(("grows", "2021", 20_000, 1_000), ("grows", "2022", 30_000, 2_000)),
        *(("few", "2021", 30_000, 60), ("few", "2022", 30_000, 300)),
        *(("halved", "2021", 70_000, 0), ("halved", "2022", 11_000, 0)),
        *(("misprint", "2021", 30_000, 1_200), ("misprint", "2022", 30_000, 9_000)),
    ]
    listed = pd.DataFrame(rows, columns=["name", "year", *universities.STUDENTS])

    assert universities._not_alike(listed) == {"halved", "misprint"}
