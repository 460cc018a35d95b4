"""Rows of a table: summed per place, complete over the vintages of a snapshot, written as text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tools.vintage.places import Place

PLACE_COLUMNS = ["place_name", "geonames", "lat", "lon", "country"]
ORIGIN_COLUMNS = ["origin", "vintage", "method"]


@dataclass
class Account:
    """What became of an input's rows.

    Attributes:
        table: The table that the rows go to.
        input: The list and its vintage.
        unit_of_measure: What `amount` counts.
        origin: The id of its origin.
        rows: Rows read.
        placed: Rows with a place.
        amount: Sum of the rows read.
        amount_placed: Sum of the rows with a place.
        remark: Why rows have none.
        lost: Names of the rows without a place, for the builder's eyes: never written.
        named: Names and places of the rows that have one, for the judge's eyes: never written.
    """

    table: str
    input: str
    unit_of_measure: str
    origin: str
    rows: int = 0
    placed: int = 0
    amount: float = 0.0
    amount_placed: float = 0.0
    remark: str = ""
    lost: list[str] = field(default_factory=list)
    named: list[tuple[str, Place]] = field(default_factory=list)

    def count(self, place: Place | None, amount: float = 1.0, name: str = "", who: str = "") -> None:
        """Enter one row; its name is kept only where it has no place, `who` (a firm) where one may be listed twice."""
        self.rows += 1
        self.amount += amount
        if place is None:
            self.lost.append(f"{name} ({amount:g})")
        else:
            self.placed += 1
            self.named += [(who, place)] if who else []
            self.amount_placed += amount


@dataclass(frozen=True)
class Area:
    """A metropolitan area whose figure stands at one city.

    Attributes:
        table: The table that it goes to.
        title: What its list calls it.
        place: Where its figure stands.
        names: The places that the title names.
    """

    table: str
    title: str
    place: Place
    names: tuple[Place, ...]


@dataclass(frozen=True)
class Table:
    """A finished table.

    Attributes:
        name: The file's name without its suffix.
        rows: The table, its columns in order.
        accounts: One an input.
        areas: The metropolitan areas that its rows stand for, if any.
    """

    name: str
    rows: pd.DataFrame
    accounts: Sequence[Account]
    areas: Sequence[Area] = ()


def per_place(records: Iterable[Mapping[Any, Any]], by: Sequence[str], amounts: Sequence[str]) -> pd.DataFrame:
    """Sum records, each with `place`, the keys and the amounts, of one place and of equal keys.

    An amount that no record of the group has stays missing; the place becomes its columns.
    """
    frame = pd.DataFrame(list(records))
    groups = frame.groupby(["place", *by], dropna=False, sort=True)[list(amounts)]
    return with_place_columns(groups.sum(min_count=1).reset_index())


def with_place_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace the column `place` by the five columns that say where."""
    places = frame.pop("place")
    frame["place_name"] = [place.name for place in places]
    frame["geonames"] = [place.geonames or None for place in places]
    for column in ("lat", "lon", "country"):
        frame[column] = [getattr(place, column) for place in places]
    return frame


def each_vintage(frame: pd.DataFrame, vintages: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    """Give every place of a snapshot table a row in every vintage, 0 where a list does not have it.

    Vintages have `year`, `origin`, `vintage` and `method`, one row each.
    """
    whole = frame[PLACE_COLUMNS].drop_duplicates().merge(vintages, how="cross")
    whole = whole.merge(frame[[*PLACE_COLUMNS, "year", *amounts]], how="left", on=[*PLACE_COLUMNS, "year"])
    return whole.fillna(dict.fromkeys(amounts, 0))


def table_of(
    name: str,
    frame: pd.DataFrame,
    amounts: Sequence[str],
    decimals: int,
    accounts: Sequence[Account],
    *,
    extra: Sequence[str] = (),
    areas: Sequence[Area] = (),
    **columns: Any,
) -> Table:
    """Finish a table: order rows and columns and fix the figures' form, so that the same input gives the same bytes.

    Args:
        name: Its name.
        frame: A table with the place's, the origin's and the amount columns.
        amounts: The amount columns; a missing amount is written empty.
        decimals: Decimals that amounts are rounded to.
        accounts: One an input.
        extra: Columns between the place and the amounts besides `year`.
        areas: The metropolitan areas that its rows stand for.
        columns: Further columns that have one value in all rows.
    """
    frame = frame.assign(**columns)
    years = [column for column in ("from_year", "year") if column in frame]
    order = [*PLACE_COLUMNS, *years, *extra, *amounts, *ORIGIN_COLUMNS]
    ordered = frame.sort_values(["country", "place_name", "lat", "lon", *years, *extra, "origin"], kind="stable")
    text = pd.DataFrame({column: ordered[column].astype(object) for column in order})
    for column, digits in {"geonames": 0, "lat": 5, "lon": 5, **dict.fromkeys(amounts, decimals)}.items():
        text[column] = [_figure(value, digits) for value in text[column]]
    return Table(name, text.astype(str).reset_index(drop=True), accounts, areas)


def _figure(value: float | None, decimals: int) -> str:
    if value is None or pd.isna(value):
        return ""
    figure = f"{float(value):.{decimals}f}"
    figure = figure.rstrip("0").rstrip(".") if "." in figure else figure
    return "0" if figure == "-0" else figure
