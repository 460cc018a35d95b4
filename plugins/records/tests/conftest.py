"""What the tests share: options from TOML values, counted rows, and which engines there are."""

import importlib.util
from pathlib import Path

import hubrank_records
import pytest
from hubrank.io.toml import parse_toml
from hubrank.plugin import Request, divided
from hubrank_records.options import RECORD
from hubrank_records.spark import has_sail, why_no_java

CASES = Path(__file__).parent / "cases"
ENGINES = ("duckdb", "polars", "spark")
#: How each way of counting names the columns of the case.
NAMED = {
    "rows": {},
    "full": {"record": "work"},
    "fractional-author": {"record": "work", "author": "person", "affiliation": "ror"},
    "fractional-institution": {"record": "work", "affiliation": "ror"},
}


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine that is installed; Spark is a Sail server in this process, or without Sail it runs on Java."""
    if request.param != "spark" and importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    if request.param == "spark" and not has_sail() and why_no_java():
        pytest.skip(f"Spark needs pysail, or to run on Java: {why_no_java()}")
    return request.param


@pytest.fixture
def made():
    """Options from what a scenario says; by default of the case, whose institutions are its places."""
    return options_of


def options_of(count="rows", file=CASES / "works.csv", **changes):
    """Options, or an error with every problem."""
    plain = {"file": file and str(file), "count": count}
    plain |= {"columns": {"ror": "institution"}, "year": {"column": "published"}}
    table = {key: value for key, value in {**plain, **NAMED[count], **changes}.items() if value is not None}
    options, problems = parse_toml(hubrank_records.Options, table, "options")
    assert not problems, [str(each) for each in problems]
    return options


@pytest.fixture
def refusal():
    """What is said of options that cannot be."""

    def said(count="rows", **changes):
        plain = {"file": "works.csv", "count": count, **NAMED[count], **changes}
        table = {key: value for key, value in plain.items() if value is not None}
        return [str(each) for each in parse_toml(hubrank_records.Options, table, "options")[1]]

    return said


@pytest.fixture
def rows():
    """The rows of a request, as a frame of pandas."""
    return rows_of


def rows_of(options, columns=("count",), texts=(), first_year=None, last_year=None):
    """All rows that the source hands over, their amounts divided; of a record at a place, as the core takes it, one."""
    asked = {"columns": (*columns, *texts), "texts": texts, "first_year": first_year, "last_year": last_year}
    (frame,) = hubrank_records.read(Request(table="works", options=options, **asked))
    made = frame.collect("pyarrow").to_native().to_pandas()
    if RECORD in made:
        made = made.groupby([name for name in made if name not in columns], dropna=False, as_index=False).max()
    return divided(made, columns)


@pytest.fixture
def sums(rows):
    """The sum of an amount by place, or by other columns."""

    def summed(options, amount="count", by=("ror",), **asked):
        found = rows(options, columns=(amount,), **asked)
        keyed = found.fillna(dict.fromkeys(by, "")).groupby(list(by))[amount].sum()
        return {key: pytest.approx(value) for key, value in keyed.items()}

    return summed
