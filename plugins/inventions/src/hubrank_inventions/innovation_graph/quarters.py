"""Files of quarters, and the years that they make."""

from __future__ import annotations

import io

import pandas as pd
from attrs import frozen
from hubrank import DataError
from hubrank.errors import did_you_mean
from hubrank_fetching import FetchError

_SOURCE = "github-innovation-graph"
_YEAR = ("year", "quarter")
_QUARTERS = 4
#: An economy of the files that has members in them.
_UNION = "EU"
#: What stands first in tables that have a row for each of several things of a country.
_THINGS = {"languages": "language", "licenses": "spdx_license", "topics": "topic"}
COLLABORATORS = "economy_collaborators"


@frozen(kw_only=True)
class Form:
    """What columns a file has.

    Attributes:
        amount: The column of numbers.
        countries: Those of countries.
        thing: That of languages, licences or topics; empty where there is none.
    """

    amount: str
    countries: tuple[str, ...] = ("iso2_code",)
    thing: str = ""


def form_of(table: str) -> Form:
    """The columns of a table's file."""
    if table == COLLABORATORS:
        return Form(amount="weight", countries=("source", "destination"))
    return Form(amount="num_pushers", thing=_THINGS[table]) if table in _THINGS else Form(amount=table)


def read(content: bytes, table: str) -> pd.DataFrame:
    """A file's rows, without those of the European Union, whose members have rows of their own.

    Returns:
        The file's columns; countries as ISO 3166-1 alpha-3.
    """
    from hubrank_fetching.geonames import codes_of_countries

    form = form_of(table)
    columns = [form.amount, *([form.thing] if form.thing else []), *form.countries, *_YEAR]
    try:  # NA is Namibia
        frame = pd.read_csv(io.BytesIO(content), usecols=columns, dtype=str, keep_default_na=False)
        frame = frame.astype({form.amount: "float64", "year": "int64", "quarter": "int64"})
    except ValueError as error:
        text = str(error).splitlines()[0]
        raise FetchError(_SOURCE, f"its reply has another form: {text}", "us") from None
    if not frame["quarter"].between(1, _QUARTERS).all():
        raise FetchError(_SOURCE, "its reply has another form: quarter", "us")
    codes = codes_of_countries()
    for column in form.countries:
        frame = frame[frame[column] != _UNION]
        frame[column] = frame[column].map(lambda code: codes.get(code, code))
    return frame


def years(frame: pd.DataFrame, table: str, only: str) -> pd.DataFrame:
    """The figures by country and year.

    A year of a flow is the sum of its quarters, where the country has all four; one of a stock is the last quarter that
    the file has of it. A row that is not there was suppressed, and is never 0.

    Returns:
        `country, year`, the table's amounts, `vintage, method`.
    """
    form = form_of(table)
    if table == COLLABORATORS:
        abroad = frame[frame["source"] != frame["destination"]]
        sent = _flow(abroad.rename(columns={"source": "country", "weight": "sent"}), "sent")
        received = _flow(abroad.rename(columns={"destination": "country", "weight": "received"}), "received")
        return pd.merge(sent, received, how="outer", on=["country", "year", "vintage", "method"])
    named = _of_thing(frame, form, only, table).rename(columns={"iso2_code": "country"})
    return _flow(named, form.amount) if table == "git_pushes" else _stock(named, form.amount)


def _of_thing(frame: pd.DataFrame, form: Form, only: str, table: str) -> pd.DataFrame:
    """The rows of the one thing that is chosen: a developer who uses two is in the rows of both."""
    things = list(frame[form.thing].unique()) if form.thing else []
    if only and not things:
        raise DataError(_SOURCE, f"only: there is nothing to choose in the table '{table}'")
    if form.thing and only not in things:
        hint, known = did_you_mean(only, things), ", ".join(things[:5])
        raise DataError(_SOURCE, f"only: '{only}' is not in the table '{table}'{hint}; there are {known} ...")
    return frame[frame[form.thing] == only] if form.thing else frame


def _flow(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """The sums of the years of which a country has all quarters."""
    grouped = frame.groupby(["country", "year"])
    result = grouped.agg(**{amount: (amount, "sum"), "quarters": ("quarter", "nunique")}).reset_index()
    whole = result[result["quarters"] == _QUARTERS].drop(columns="quarters").reset_index(drop=True)
    vintage = whole["year"].astype(str) + "-Q1 to Q4"
    return whole.assign(vintage=vintage, method="sum of four quarters")


def _stock(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """The last quarter of each year that any country has."""
    last = frame[frame["quarter"] == frame.groupby("year")["quarter"].transform("max")]
    vintage = last["year"].astype(str) + "-Q" + last["quarter"].astype(str)
    result = last[["country", "year", amount]].assign(vintage=vintage, method="last quarter of the year")
    return result.reset_index(drop=True)
