"""Places, and rows of a table: summed per place, complete over the vintages of a snapshot, written as text."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from hubrank.scenario.places import EARTH_KM

#: A point that lies so near to a city is the city's.
SAME_CITY_KM = 6.0
PLACE_COLUMNS = ["place_name", "geonames", "lat", "lon", "country"]
ORIGIN_COLUMNS = ["origin", "vintage", "method"]
_LETTERS = str.maketrans(
    dict(zip("øØłŁđıəẖð", "oOlLdiahd", strict=True)) | {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "þ": "th"}
)


def fold(name: str) -> str:
    """A name in lower case, without accents: words and digits only, separated by single spaces."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "").replace("’", "")).split())


@dataclass(frozen=True, order=True)
class Place:
    """The place of a row: country (alpha-3), name, degrees of at most five decimals, and GeoNames' id or 0."""

    country: str
    name: str
    lat: float
    lon: float
    geonames: int = 0


def distance_km(lat: float, lon: float, lats: Any, lons: Any) -> Any:
    """Great-circle distances from one point to many, in km (haversine)."""
    here_lat, here_lon, there_lat, there_lon = (np.radians(x) for x in (lat, lon, lats, lons))
    chord = np.sin((there_lat - here_lat) / 2) ** 2
    chord = chord + np.cos(here_lat) * np.cos(there_lat) * np.sin((there_lon - here_lon) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(chord))


def points_km(lats: Any, lons: Any) -> Any:
    """Points on a globe, `(places, 3)` in km: up to 100 km a chord is an arc, less one in a hundred thousand."""
    lat, lon = np.radians(lats), np.radians(lons)
    return EARTH_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@dataclass
class Account:
    """The account of an input's rows: the numbers read and placed, and the amounts, in a unit of measure.

    Attributes:
        remark: The reason why rows have no place.
        lost: Names of the rows without a place, for the builder only: never written.
        named: Names and places of the rows that have one, for the judge only: never written.
        records: The contents of the placed rows, with their `place`.
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
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def amount_lost(self) -> float:
        """The amount without a place, in hundredths, as the amounts are written."""
        return round(round(float(self.amount), 2) - round(float(self.amount_placed), 2), 2)

    def count(self, place: Place | None, amount: float = 1.0, name: str = "", who: str = "", **record: Any) -> None:
        """Enter one row; its name is kept only if it has no place, `who` (a firm) where one may be listed twice."""
        self.rows += 1
        self.amount += amount
        if place is None:
            self.lost.append(f"{name} ({amount:g})")
        else:
            self.placed += 1
            self.named += [(who, place)] if who else []
            self.amount_placed += amount
            self.records += [{"place": place} | record] if record else []


@dataclass(frozen=True)
class Area:
    """A metropolitan area whose value stands at one city, and the places that its title names."""

    table: str
    title: str
    place: Place
    names: tuple[Place, ...]


@dataclass(frozen=True)
class Table:
    """A finished table, an account per input, and the metropolitan areas that its rows represent, if any."""

    name: str
    rows: pd.DataFrame
    accounts: Sequence[Account]
    areas: Sequence[Area] = ()


def per_place(records: Iterable[Mapping[Any, Any]], by: Sequence[str], amounts: Sequence[str]) -> pd.DataFrame:
    """Sum records of one place and of equal keys; an amount that no record of a group has stays missing."""
    groups = pd.DataFrame(list(records)).groupby(["place", *by], dropna=False, sort=True)[list(amounts)]
    return with_place_columns(groups.sum(min_count=1).reset_index())


def counted(
    accounts: Sequence[Account], by: Sequence[str], amounts: Sequence[str], decimals: int, **columns: Any
) -> Table:
    """The table of the accounts' records, summed per place; `columns` as `table_of` takes them."""
    table = per_place([record for item in accounts for record in item.records], by, amounts)
    columns = {"method": "", "origin": accounts[0].origin} | columns
    return table_of(accounts[0].table, table, amounts, decimals, accounts, **columns)


def with_place_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace the column `place` by the five columns that say where."""
    places = frame.pop("place")
    frame["place_name"] = [place.name for place in places]
    frame["geonames"] = [place.geonames or None for place in places]
    for column in ("lat", "lon", "country"):
        frame[column] = [getattr(place, column) for place in places]
    return frame


def each_vintage(frame: pd.DataFrame, vintages: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    """Give every place of a snapshot table a row in every vintage, 0 if a list does not have it."""
    whole = frame[PLACE_COLUMNS].drop_duplicates().merge(vintages, how="cross")
    columns = [*PLACE_COLUMNS, "year"]
    whole = whole.merge(frame[[*columns, *amounts]], how="left", on=columns, indicator="listed")
    whole.loc[whole.pop("listed") == "left_only", list(amounts)] = 0
    return whole


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
    """Finish a table: order rows and columns and fix the values' form, so that the same input gives the same bytes.

    A missing amount is written empty; `extra` are columns between the place and the amounts besides `year`, and
    `columns` further ones that have one value in all rows.
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
