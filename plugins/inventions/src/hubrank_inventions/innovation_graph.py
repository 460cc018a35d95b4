"""The GitHub Innovation Graph: activities of a country's developers on GitHub, in quarterly files, by year."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
from attrs import field, frozen
from hubrank.errors import did_you_mean
from hubrank.plugin import DataError, Origin, Request, Table
from hubrank_fetching import Needs, Service, fetched, other_form
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session

NAME = "github-innovation-graph"
SERVICE = Service(
    name=NAME,
    address="https://raw.githubusercontent.com/github/innovationgraph",
    media=("text/plain", "text/csv"),
    days=365,  # the content of a commit never changes
)
#: The release of January 2026, whose last quarter is the third of 2025.
COMMIT = "8faec9d72c7ec505480197d6dd580e6739fe2a96"
#: Bytes of the largest files; the others have fewer than 200,000.
_LARGE = {"economy_collaborators": 4e6, "languages": 4e6, "licenses": 2e6, "topics": 6e6}
_YEAR = ("year", "quarter")
_QUARTERS = 4
#: An economy of the files that has members in them.
_UNION = "EU"
#: The first columns of tables with a row for each of several things of a country.
_THINGS = {"languages": "language", "licenses": "spdx_license", "topics": "topic"}
COLLABORATORS = "economy_collaborators"
_PUSHERS = "developers who pushed code of the one that is chosen, in the last quarter"


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        commit: The full hash of the commit of GitHub's repository `innovationgraph` whose files are read.
        only: The language, licence or topic to read from the tables `languages`, `licenses` and `topics`.
    """

    commit: str = field(default=COMMIT)
    only: str = ""

    @commit.validator
    def _commit(self, _: Any, value: str) -> None:
        if not re.fullmatch("[0-9a-f]{40}", value):
            raise ValueError(f"commit: must be a whole commit, of 40 digits and letters from a to f; got '{value}'")


def _table(name: str, title: str, kind: Any, **amounts: str) -> Table:
    columns = {"country": "ISO 3166-1 alpha-3", "year": "of the value", **amounts}
    columns |= {"vintage": "the quarters that the value covers", "method": "how quarters became a year"}
    return Table(name=name, title=title, kind=kind, columns=columns, origin=NAME)


_ACCOUNTS = "accounts at the end of the last quarter"
tables = (
    _table("git_pushes", "Pushes of code", "flow", git_pushes="pushes in the year"),
    _table("developers", "Developers with an account", "stock", developers=_ACCOUNTS),
    _table("organizations", "Organisations with an account", "stock", organizations=_ACCOUNTS),
    _table("repositories", "Repositories", "stock", repositories="repositories at the end of the last quarter"),
    _table("languages", "Developers who use a language", "stock", num_pushers=_PUSHERS),
    _table("licenses", "Developers who work under a licence", "stock", num_pushers=_PUSHERS),
    _table("topics", "Developers who work on a topic", "stock", num_pushers=_PUSHERS),
    _table(
        COLLABORATORS,
        "Work on the code of other countries",
        "flow",
        sent="pushes and pull requests to repositories of other countries in the year",
        received="those of other countries to its own repositories",
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """GitHub, with the commit."""
    return (
        Origin(
            name=NAME,
            producer="GitHub",
            title=f"GitHub Innovation Graph, commit {options.commit[:7]}",
            licence="CC0-1.0",
            url=f"https://github.com/github/innovationgraph/tree/{options.commit}",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            published="2026-01" if options.commit == COMMIT else "",
            citation="GitHub Innovation Graph",
            note="Developers are placed by their addresses on the internet; countries with few are left out.",
        ),
    )


def needs(request: Request) -> Needs:
    """A file."""
    return Needs(requests=1, bytes=_LARGE.get(request.table, 200_000), seconds=5)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The values of all countries and years."""
    path = f"{request.options.commit}/data/{request.table}.csv"
    reply = session.content(path, None, lambda content: rows_of(content, request.table))
    yield years(reply.content, request.table, request.options.only)


#: Real values of single quarters, from the first and last lines of the files.
_SAMPLES: dict[str, tuple[str, dict[str, float]]] = {
    "developers": ("USA", {"developers": 9_763_122}),
    "organizations": ("USA", {"organizations": 601_565}),
    "repositories": ("USA", {"repositories": 30_669_781}),
    "languages": ("ARE", {"num_pushers": 816}),
    "licenses": ("ARE", {"num_pushers": 738}),
    "topics": ("USA", {"num_pushers": 6_739}),
    "economy_collaborators": ("GBR", {"sent": 254_191, "received": 46_967}),
}


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # of whatever commit
    """One real figure: pushes of a year, else a quarter, of Python or MIT, or of two countries that collaborate."""
    if table == "git_pushes":
        pushes = {"country": "NAM", "year": 2023, "git_pushes": 15_562.0 + 9_088 + 11_362 + 7_428}
        return pd.DataFrame([{**pushes, "vintage": "2023-Q1 to Q4", "method": "sum of four quarters"}])
    country, amounts = _SAMPLES[table]
    about = {"vintage": "2020-Q1", "method": "one quarter, as a sample"}
    return pd.DataFrame([{"country": country, "year": 2020, **amounts, **about}])


def _columns(table: str) -> tuple[str, str, tuple[str, ...]]:
    """The columns of a table's file: of numbers; of languages, licences or topics, if any; of countries."""
    if table == COLLABORATORS:
        return "weight", "", ("source", "destination")
    return "num_pushers" if table in _THINGS else table, _THINGS.get(table, ""), ("iso2_code",)


def rows_of(content: bytes, table: str) -> pd.DataFrame:
    """A file's rows, without those of the European Union, whose members have rows of their own.

    Returns:
        The file's columns; countries as ISO 3166-1 alpha-3.
    """
    amount, thing, countries = _columns(table)
    columns = [amount, *([thing] if thing else []), *countries, *_YEAR]
    try:  # NA is Namibia
        frame = pd.read_csv(io.BytesIO(content), usecols=columns, dtype=str, keep_default_na=False)
        frame = frame.astype({amount: "float64", "year": "int64", "quarter": "int64"})
    except ValueError as error:
        raise other_form(NAME, str(error).splitlines()[0]) from None
    if not frame["quarter"].between(1, _QUARTERS).all():
        raise other_form(NAME, "quarter")
    codes = codes_of_countries()
    for column in countries:
        frame = frame[frame[column] != _UNION]
        frame[column] = frame[column].map(lambda code: codes.get(code, code))
    return frame


def years(frame: pd.DataFrame, table: str, only: str) -> pd.DataFrame:
    """The values by country and year.

    A year of a flow is the sum of its quarters, where the country has all four; one of a stock is the last quarter that
    the file has of it. A row that is not there was suppressed, and is never 0.

    Returns:
        `country, year`, the table's amounts, `vintage, method`.
    """
    if table == COLLABORATORS:
        abroad = frame[frame["source"] != frame["destination"]]
        sent = _flow(abroad.rename(columns={"source": "country", "weight": "sent"}), "sent")
        received = _flow(abroad.rename(columns={"destination": "country", "weight": "received"}), "received")
        return pd.merge(sent, received, how="outer", on=["country", "year", "vintage", "method"])
    amount, thing, _ = _columns(table)
    named = _of_thing(frame, thing, only, table).rename(columns={"iso2_code": "country"})
    return _flow(named, amount) if table == "git_pushes" else _stock(named, amount)


def _of_thing(frame: pd.DataFrame, thing: str, only: str, table: str) -> pd.DataFrame:
    """The rows of the one thing that is chosen: a developer who uses two is in the rows of both."""
    things = list(frame[thing].unique()) if thing else []
    if only and not things:
        raise DataError(NAME, f"only: there is nothing to choose in the table '{table}'")
    if thing and only not in things:
        hint, known = did_you_mean(only, things), ", ".join(things[:5])
        raise DataError(NAME, f"only: '{only}' is not in the table '{table}'{hint}; there are {known} ...")
    return frame[frame[thing] == only] if thing else frame


def _flow(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """The sums of the years of which a country has all quarters."""
    grouped = frame.groupby(["country", "year"])
    result = grouped.agg(**{amount: (amount, "sum"), "quarters": ("quarter", "nunique")}).reset_index()
    whole = result[result["quarters"] == _QUARTERS].drop(columns="quarters").reset_index(drop=True)
    return whole.assign(vintage=whole["year"].astype(str) + "-Q1 to Q4", method="sum of four quarters")


def _stock(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """The last quarter of each year that any country has."""
    last = frame[frame["quarter"] == frame.groupby("year")["quarter"].transform("max")]
    vintage = last["year"].astype(str) + "-Q" + last["quarter"].astype(str)
    result = last[["country", "year", amount]].assign(vintage=vintage, method="last quarter of the year")
    return result.reset_index(drop=True)
