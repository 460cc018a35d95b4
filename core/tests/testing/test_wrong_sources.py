"""Unit sets, sources, exporters and scenarios that break one promise each are caught."""

import itertools
import urllib.request

import pandas as pd
import pytest
from attrs import evolve
from hubrank.plugin import Coverage, DataSource, Exporter, NoOptions, Origin, Table, UnitSet
from hubrank.testing import ContractError, kit
from hubrank.testing import source_checks as sources
from hubrank.testing.samples import check_name

ORIGIN = Origin(name="office", producer="An office", title="Filings", licence="CC0-1.0")
LANDS = {"unit": ["AAA", "BBB"], "name": ["Aland", "Beland"], "country": ["AAA", "BBB"]}
ROWS = {"country": ["AAA", "BBB"], "from_year": [2020, 2020], "year": [2021, 2021], "patents": [3.0, None]}
counter = itertools.count()


def lands(**columns):
    """A function that makes units."""
    return lambda: pd.DataFrame({**LANDS, **columns})


def rows(**columns):
    """A function that makes a sample."""
    return lambda table, options: pd.DataFrame({**ROWS, **columns})


def read(**columns):
    """A function that reads what a sample with these columns has."""
    return lambda request: [pd.DataFrame({**ROWS, **columns})]


def without_gaps(request):
    """Only rows that have all amounts that are asked for."""
    frame = pd.DataFrame({**ROWS, "firms": [None, 2.0]})
    return [frame.dropna(subset=list(request.columns))]


UNITS = UnitSet(name="lands", title="Two lands", units=lands(), places=lands(), origins=(ORIGIN,))
TABLE = Table(
    name="patents",
    kind="flow",
    columns={"country": "ISO 3166-1", "from_year": "first", "year": "last", "patents": "applications"},
    covers=Coverage(first=2020, last=2024),
    origin="office",
)
SOURCE = DataSource(
    name="office", title="A patent office", read=read(), sample=rows(), tables=(TABLE,), origins=(ORIGIN,)
)
TABS = Exporter(
    name="tabs",
    suffix=".tsv",
    write=lambda ranking, path: path.write_text(ranking.table().to_csv(sep="\t", index=False), encoding="utf-8"),
)


def write_two(ranking, path):
    """Two files in place of one."""
    path.write_text("ranking")
    path.with_suffix(".log").write_text("done")


WRONG = [
    (check_name, evolve(UNITS, name="two lands"), "the name 'two lands' must consist of"),
    (sources.check_columns, evolve(UNITS, units=lands(country=["AX", "BBB"])), "must be three capital letters; got AX"),
    (
        sources.check_repeatable,
        evolve(UNITS, units=lambda: lands(area=next(counter))()),
        "units returned different rows when called again",
    ),
    (
        sources.check_table_origins,
        evolve(SOURCE, tables=(evolve(TABLE, origin="bureau"),)),
        "table 'patents' has unknown origin 'bureau'",
    ),
    (sources.check_sample_types, evolve(SOURCE, sample=rows(year=2020.5)), "'patents': year must be whole numbers"),
    (
        sources.check_sample_years,
        evolve(SOURCE, sample=rows(year=[2021, 2030])),
        "sample of 'patents': a row of 2030 is outside covers, 2020 to 2024",
    ),
    (
        sources.check_sample_repeatable,
        evolve(SOURCE, sample=lambda *given: rows(patents=next(counter))(*given)),
        "sample of 'patents' changes from call to call",
    ),
    (
        sources.check_read_any_columns,
        evolve(
            SOURCE,
            tables=(evolve(TABLE, columns={**TABLE.columns, "firms": "firms"}),),
            sample=rows(firms=[None, 2.0]),
            read=without_gaps,
        ),
        "read of 'patents' gives 1 rows with 'patents' asked for alone and 0 beside the other columns",
    ),
    (
        sources.check_read_origins,
        evolve(SOURCE, origins=(ORIGIN, evolve(ORIGIN, name="bureau"))),
        "no row that it reads is of bureau; remove the origin, or name it in its rows",
    ),
    (
        kit.check_writes_its_file,
        evolve(TABS, write=write_two),
        "write created ranking.log, ranking.tsv; expected only ranking.tsv",
    ),
]


def checked(check, part):
    """Make a check of a part, with its options if it has any."""
    check(part, *([NoOptions()] if isinstance(part, DataSource) else []))


@pytest.mark.parametrize(("check", "part", "message"), WRONG, ids=[check.__name__ for check, *_ in WRONG])
def test_caught(check, part, message):
    """The check for a promise says what was done instead."""
    with pytest.raises(ContractError) as caught:
        checked(check, part)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("checks", "good"),
    [(sources.UNIT_SET_CHECKS, UNITS), (sources.SOURCE_CHECKS, SOURCE), (kit._CHECKS["exporter"], TABS)],
)
def test_good(checks, good):
    """The good part passes all checks."""
    for check in checks:
        checked(check, good)


def fetched(request):
    """Rows from the network."""
    try:
        return urllib.request.urlopen("http://localhost:9/patents")
    except OSError as error:
        raise RuntimeError("no answer") from error


@pytest.mark.parametrize("check", [each for each in sources.SOURCE_CHECKS if "_read_" in each.__name__])
def test_what_needs_the_network_is_not_compared(check):
    """A source that asks for it, whatever it makes of the refusal, is not accused; nor is one without its file."""
    check(evolve(SOURCE, read=fetched), NoOptions())
    check(evolve(SOURCE, read=lambda request: [pd.read_csv("nowhere.csv")]), NoOptions())
