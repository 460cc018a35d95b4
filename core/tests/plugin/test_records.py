"""Which rows an edition sees."""

import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import Coverage, Table, Units
from hubrank.plugin.records import Records, RowIndex, SummedRowsError
from hubrank.plugin.sources import UNDATED, Window

UNITS = Units(frame=pd.DataFrame({"unit": ["A", "B"], "name": ["a", "b"], "country": ["AAA", "BBB"]}).set_index("unit"))


def records(rows, kind="flow", window=None, covers=None, apart=False):
    """Records of rows `(unit, place, from_year, year, x)`."""
    frame = pd.DataFrame(rows, columns=["unit", "place", "from_year", "year", "x"])
    return Records(
        table=Table(name="works", kind=kind, columns={}, covers=covers),
        edition=2024,
        window=window or Window(first=2020, last=2024),
        rows=len(frame),
        rows_without_unit=0,
        apart=apart,
        index=RowIndex(frame.assign(origin="o", vintage=frame["year"].astype(str), method="")),
        units=UNITS,
    )


def seen(series):
    """The values as a list, missing values as none."""
    return [None if np.isnan(each) else each for each in series.reindex(["A", "B"])]


def flow(*years):
    """Rows of A, one a year or pair of years, each of a power of 2 that shows which were counted."""
    pairs = [year if isinstance(year, tuple) else (year, year) for year in years]
    return [("A", "", start, end, 2.0**at) for at, (start, end) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(first=2020, last=2024), 2 + 4 + 8),
        (Window(first=None, last=2024), 1 + 2 + 4 + 8),
        (Window(first=2024, last=2024), 8),
        (Window(first=None, last=2023, newest_only=True), 4),
    ],
)
def test_flow_windows(window, expected):
    """A flow is summed over the window, all years up to its end, or the newest period in it."""
    assert seen(records(flow(2019, 2020, 2022, 2024, 2025), window=window).total("x")) == [expected, None]


def test_row_of_several_years():
    """A row that stands for several years counts when they all lie in the window."""
    rows = flow((2020, 2024), (2019, 2021), (2023, 2025))

    assert seen(records(rows).total("x")) == [1.0, None]


def test_undated_rows():
    """A row without a year stands for every edition."""
    rows = flow(UNDATED, 2019)

    assert seen(records(rows).total("x")) == [1.0, None]
    assert seen(records(flow(UNDATED), kind="stock").latest("x")) == [1.0, None]


@pytest.mark.parametrize(
    ("rows", "oldest", "combine", "expected"),
    [
        # The newest level up to the edition counts, not the sum, and not one from after it.
        ([("A", "p", 2018, 5.0), ("A", "p", 2023, 6.0), ("A", "p", 2025, 9.0)], None, "sum", [6.0, None]),
        # Each place has its own newest level; they add up, or the largest speaks for the unit.
        ([("A", "p", 2020, 5.0), ("A", "p", 2022, 7.0), ("A", "q", 2021, 4.0)], None, "sum", [11.0, None]),
        ([("A", "p", 2020, 5.0), ("A", "p", 2022, 7.0), ("A", "q", 2021, 4.0)], None, "max", [7.0, None]),
        # A newest row without a number does not hide an older one that has it.
        ([("A", "p", 2020, 5.0), ("A", "p", 2022, np.nan)], None, "sum", [5.0, None]),
        # What is older than the oldest allowed is missing.
        ([("A", "p", 2021, 5.0), ("B", "p", 2022, 6.0)], 2022, "sum", [None, 6.0]),
    ],
)
def test_newest_of_a_stock(rows, oldest, combine, expected):
    """Levels of places, one row each."""
    made = [(unit, place, year, year, level) for unit, place, year, level in rows]
    window = Window(first=None, last=2024, oldest=oldest)

    assert seen(records(made, "stock", window).latest("x", combine=combine)) == expected


def test_sums_are_not_single_rows():
    """Indicators that count or filter rows must declare it, since rows are summed by default."""
    with pytest.raises(SummedRowsError, match="rows of 'works' that share unit, place and time are summed"):
        records(flow(2022)).frame()
    with pytest.raises(SummedRowsError):
        list(records(flow(2022)))


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        (None, [1.0, None]),
        (Coverage(first=2015, last=2024), [1.0, 0.0]),
        (Coverage(first=2015, last=2019), [1.0, None]),
        (Coverage(first=2025, last=2026), [1.0, None]),
        (Coverage(first=2015, last=2024, countries=("AAA",)), [1.0, None]),
        (Coverage(first=2015, last=2024, countries=("BBB",)), [1.0, 0.0]),
    ],
)
def test_absent_only_where_covered(covers, expected):
    """No row is 0 only inside the years and countries that the table is complete for; else it is missing."""
    assert seen(records(flow(2022), covers=covers).total("x", absent=0)) == expected


def test_no_rows_survive():
    """Without rows everything is missing, or what absence means."""
    made = records([], covers=Coverage(first=2015, last=2024))

    assert seen(made.total("x")) == [None, None]
    assert seen(made.total("x", absent=0)) == [0.0, 0.0]


def test_provenance_of_what_was_used():
    """Only rows that were used appear in a number's provenance."""
    made = records(flow(2019, 2021, 2022))
    made.total("x")

    assert made.provenance().loc["A"].to_dict() == {"origin": "o", "vintage": "2021 + 2022", "method": ""}


def test_provenance_as_numbers():
    """A's rows of two years are one entry, B's are alone; a missing row that means 0 appears once; Z has nothing."""
    rows = [*flow(2021, 2022), ("B", "", 2022, 2022, 8.0), ("Z", "", 2022, 2022, 16.0)]
    made = records(rows)

    assert seen(made.total("x")) == [3.0, 8.0]
    units, numbers, texts = made.provenance_numbers()
    told = {UNITS.codes[unit]: texts[number] for unit, number in zip(units, numbers, strict=True)}
    assert told == {"A": ("o", "2021 + 2022", ""), "B": ("o", "2022", "")}

    absent = records(rows[:2], covers=Coverage(first=2020, last=2024))
    for _ in range(2):
        assert seen(absent.total("x", absent=0)) == [3.0, 0.0]
    units, numbers, texts = absent.provenance_numbers()
    assert units.tolist() == [0, 1]
    assert texts[numbers[1]] == ("o", "2020-2024", "no row, which means 0")


def test_rows_that_were_used():
    """Each row once, however often it was asked for, of all units or of one; before anything is asked for, none."""
    rows = [*flow(2019, 2021, 2022), ("B", "", 2023, 2023, 16.0), ("B", "", 2024, 2024, np.nan)]
    made = records(rows, apart=True)

    assert made.used().empty
    made.total("x")
    made.value("x")
    assert made.used()["x"].tolist() == [2.0, 4.0, 16.0]
    assert made.used("B")[["unit", "year", "x"]].to_numpy().tolist() == [["B", 2023, 16.0]]
    assert made.used("C").empty
    made.frame()
    assert len(made.used("B")) == 2


def test_look_ahead(lab):
    """An edition before all vintages sees the first of them, where the input says so; the report says so too."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2025,8,1\nAAA,2026,9,1\nBBB,2025,3,1\n")
    text = "editions = [2022, 2026]\n[inputs.values]\nlook_ahead = true"

    _, made = lab.measure(text)

    assert made.values[:, 0, 0].tolist() == [8.0, 9.0]
    assert [each.look_ahead for each in made.inputs] == [True]


def test_a_zero_for_absence_has_an_origin(lab):
    """A 0 that stands for no row leads to the table that is complete there."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,2\nBBB,2024,,2\nCCC,2024,,2\n")
    options = 'options = { file = "values.csv", covers = { first = 2020, last = 2024 } }'
    _, made = lab.measure(f"[inputs.values]\n{options}\n[indicators.a.options]\nabsent = 0")

    assert made.values[0, :, 0].tolist() == [1.0, 0.0, 0.0]
    assert made.origins[0, :, 0].tolist() == ["values.csv"] * 3
    assert made.vintages[0, :, 0].tolist() == ["2024", "2020-2024", "2020-2024"]
    assert made.methods[0, :, 0].tolist() == ["", "no row, which means 0", "no row, which means 0"]
