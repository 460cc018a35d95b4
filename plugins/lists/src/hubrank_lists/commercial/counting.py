"""Companies put at places by GeoNames, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import fold_name, shorten_list
from hubrank.io.cells import LATITUDE, LONGITUDE, CellFormat, read_number
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank_fetching.geonames import Gazetteer, Place, country_called

from hubrank_lists.commercial import Options
from hubrank_lists.commercial.exports import Export, is_unknown, parts_of, read_export, year_of
from hubrank_lists.commercial.layouts import AMOUNTS, DATES

#: Where cities are by country and folded name, as a user says.
Known = Mapping[tuple[str, str], tuple[float, float]]

#: Countries that are one city, by what GeoNames calls it.
CITY_STATES = {"SGP": "Singapore", "HKG": "Hong Kong", "MAC": "Macau", "MCO": "Monaco"}
#: A point stands for the nearest place within so many kilometres.
_NEAR_KM = 20
#: What an export may tell of where a company is.
_ROLES = ("location", "city", "region", "country", "lat", "lon")


@frozen(kw_only=True)
class Spot:
    """Where a row is.

    Attributes:
        country: ISO 3166-1 alpha-3; none where the export names no country that is known.
        city: The city as the export writes it; empty where it names none.
        point: Degrees north and east; none where no place is sure.
        geonames: The GeoNames id of the city; none where it was not found there.
    """

    country: str | None
    city: str
    point: tuple[float, float] | None = None
    geonames: int | None = None


def spots_of(frame: pd.DataFrame, options: Options) -> list[Spot]:
    """Where each row of an export is, by its roles; each distinct place is looked for once."""
    known = _known_cities(options.cities.file) if options.cities else {}
    columns = [frame[role] if role in frame.columns else [None] * len(frame) for role in _ROLES]
    message = list(zip(*columns, strict=True))
    spots = {item: _spot(known, *item) for item in dict.fromkeys(message)}
    return [spots[item] for item in message]


def _spot(
    known: Known,
    location: str | None,
    city: str | None,
    region: str | None,
    country: str | None,
    lat: str | None,
    lon: str | None,
) -> Spot:
    if location is not None:
        city, region, country = _parts(location)
    alpha3 = None if country is None or is_unknown(country) else country_called(country)
    name = "" if city is None or is_unknown(city) else city.strip()
    if alpha3 is None:
        return Spot(country=None, city=name)
    if point := known.get((alpha3, fold_name(name))):
        return Spot(country=alpha3, city=name, point=point)
    place = Gazetteer.built_in().find(name or CITY_STATES.get(alpha3, ""), alpha3, (region or "").strip())
    place = place or _near(lat, lon, alpha3)
    if place is None:
        return Spot(country=alpha3, city=name)
    return Spot(country=alpha3, city=name, point=(place.lat, place.lon), geonames=place.geonames)


def _parts(location: str) -> tuple[str, str, str]:
    """City, region and country of `City, Region, Country`; a city's name may have commas itself."""
    city, region, country = (["", "", *map(str.strip, location.rsplit(",", 2))])[-3:]
    return (region, "", country) if not city else (city, region, country)


def _near(lat: str | None, lon: str | None, country: str) -> Place | None:
    """The place nearest to a point, if it is of the country."""
    north, east = read_number(lat), read_number(lon)
    if north is None or east is None:
        return None
    place = Gazetteer.built_in().near(north, east, _NEAR_KM)
    return place if place and place.country == country else None


def _known_cities(path: Path) -> Known:
    """The user's table of cities."""
    kinds = {"lat": LATITUDE, "lon": LONGITUDE}
    frame, problems = read_with_errors(path, CellFormat(), ReadSpec(texts=("city", "country"), kinds=kinds))
    if frame is None or problems:
        raise FileProblem(*problems)
    require(frame, path.name, ("city", "country", *kinds))
    result: dict[tuple[str, str], tuple[float, float]] = {}
    wrong = []
    columns = (frame[item] for item in ("city", "country", *kinds))
    for city, name, lat, lon in zip(*columns, strict=True):
        if any(pd.isna(item) for item in (city, name, lat, lon)):
            wrong.append(f"{city} ({name})")
            continue
        country = country_called(name)
        key = (country or "", fold_name(city))
        if country is None or key in result:
            wrong.append(f"{city} ({name})")
        result[key] = (float(lat), float(lon))
    if wrong:
        raise FileProblem(
            f"{path.name}: has a gap, a country that is not known, or a city twice: {shorten_list(wrong)}"
        )
    return result


_PLACE = ["geonames", "lat", "lon", "country"]
#: Lists of a company's rounds, of which an entry of each is one round.
ROUNDS = ("round_dates", "round_types", "round_amounts", "round_currencies", "round_investors")
_BILLION, _MILLION = 1e9, 1e6
#: So many cities without a place are named.
_CITIES = 8
#: So many rows that are wrong are told one by one.
_TOLD = 20


def rows_of(source: str, table: str, options: Options) -> pd.DataFrame:
    """The rows of a table."""
    export = read_export(source, options)
    given = export.layout.given(export.frame.columns)
    if table not in given:
        what = (
            f"{options.file.name}: as {export.layout.title} with these columns it gives "
            f"{shorten_list(given) or 'nothing'}, and no '{table}'"
        )
        raise FileProblem(what)
    return _COUNTED[table](export, options)


def _placed(frame: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The place columns of each row; a row without a city's place has its country alone, or nothing."""
    spots = spots_of(frame, options)
    result = pd.DataFrame(
        {
            "geonames": [item.geonames for item in spots],
            "lat": [item.point[0] if item.point else None for item in spots],
            "lon": [item.point[1] if item.point else None for item in spots],
        },
        index=frame.index,
        dtype="float64",
    )
    return result.assign(country=pd.Series([item.country for item in spots], index=frame.index, dtype=object))


def _summed(
    frame: pd.DataFrame, options: Options, year: pd.Series | int, amounts: dict[str, pd.Series | float]
) -> pd.DataFrame:
    """Amounts by place and year; a sum of nothing that is known is not known."""
    rows = _placed(frame, options).assign(year=year, **amounts)
    rows = rows[rows["year"].notna()].astype({"year": "int64"})
    summed = rows.groupby([*_PLACE, "year"], dropna=False, sort=True)[list(amounts)].sum(min_count=1)
    return summed.astype("float64").reset_index()


def _years(frame: pd.DataFrame, options: Options) -> pd.Series | int:
    """The years that levels are of."""
    if options.year is not None:
        return options.year
    if frame["of"].isna().any():
        raise FileProblem(f"{options.file.name}: does not say of when it is; set year = 2025 in options")
    return frame["of"]


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the newest of several lists, which have the same companies; all where no file names a year."""
    return frame if frame["of"].isna().all() else frame[frame["of"] == frame["of"].max()]


def _unicorns(export: Export, options: Options) -> pd.DataFrame:
    frame = export.frame if export.layout.all_unicorns else export.frame[export.frame["joined"].notna()]
    amounts: dict[str, pd.Series | float] = {"unicorns": 1.0, "valuation": frame["valuation"] / _BILLION}
    return _summed(frame, options, _years(frame, options), amounts)


def _new_unicorns(export: Export, options: Options) -> pd.DataFrame:
    frame = _newest(export.frame)
    return _summed(frame, options, frame["joined"], {"unicorns": 1.0})


def _companies(export: Export, options: Options) -> pd.DataFrame:
    frame = companies_of(_newest(export.frame))
    return _summed(frame, options, frame["founded"], {"companies": 1.0})


def _total_funding(export: Export, options: Options) -> pd.DataFrame:
    frame = companies_of(export.frame)
    known = frame["funding"].notna().astype(float)
    amounts: dict[str, pd.Series | float] = {"funding": frame["funding"] / _MILLION, "companies": known}
    return _summed(frame, options, _years(frame, options), amounts)


def _funding(export: Export, options: Options) -> pd.DataFrame:
    if "round_dates" in export.frame.columns:
        frame = rounds_of(export, options)
        return _summed(frame, options, frame["announced"], {"rounds": 1.0})
    frame = export.frame
    return _summed(frame, options, frame["announced"], {"rounds": 1.0, "raised": frame["raised"] / _MILLION})


_COUNTED: dict[str, Callable[[Export, Options], pd.DataFrame]] = {
    "unicorns": _unicorns,
    "new-unicorns": _new_unicorns,
    "companies": _companies,
    "total-funding": _total_funding,
    "funding": _funding,
}


def companies_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are companies, where an export has investors and schools too."""
    if "roles" not in frame.columns:
        return frame
    return frame[[item is not None and "company" in item.split(",") for item in frame["roles"]]]


def rounds_of(export: Export, options: Options) -> pd.DataFrame:
    """A row for each round of the companies' lists, with the year in `announced`."""
    lists = [role for role in ROUNDS if role in export.frame.columns]
    at: list[int] = []
    years: list[int | None] = []
    problems: list[str] = []
    for position, cells in enumerate(zip(*(export.frame[role] for role in lists), strict=True)):
        entries = [parts_of(cell) for cell in cells]
        problems += [f"{export.place(position)}: {text}" for text in _uneven(lists, entries, export)]
        for text in entries[lists.index("round_dates")]:
            year = None if is_unknown(text) else year_of(text)
            if year is None and not is_unknown(text):
                column = export.columns["round_dates"]
                what = f'{column} must be dates; got "{text}"'
                problems.append(f"{export.place(position)}: {what}")
            at.append(position)
            years.append(year)
    if problems:
        name, more = options.file.name, len(problems) - _TOLD
        last = f"{name}: {more:,} more like these"
        raise FileProblem(*problems[:_TOLD], *([last] if more > 0 else []))
    return export.frame.iloc[at].assign(announced=pd.Series(years, dtype="float64").to_numpy())


def _uneven(lists: list[str], entries: list[list[str]], export: Export) -> Iterator[str]:
    """What is wrong with lists of which an entry of each is one round; an empty list tells nothing."""
    lengths = {role: len(item) for role, item in zip(lists, entries, strict=True) if item}
    if len(set(lengths.values())) > 1:
        message = shorten_list([f"{export.columns[role]} {length}" for role, length in lengths.items()])
        yield f"the lists of rounds have different lengths: {message}"
    elif lengths and "round_dates" not in lengths:
        column = export.columns["round_dates"]
        yield f"{column} is empty beside other lists of rounds"


def losses(source: str, options: Options) -> str:
    """What of an export cannot be placed, dated or summed, in sentences for its origin; empty where all can."""
    export = read_export(source, options)
    return " ".join([*_of_places(spots_of(export.frame, options)), *_of_cells(export)])


def _of_places(spots: list[Spot]) -> Iterator[str]:
    rows = len(spots)
    inside = [item for item in spots if item.country and item.point is None]
    unsure = [item for item in inside if item.city]
    if nowhere := rows - sum(item.country is not None for item in spots):
        yield f"No country that is known: {nowhere} of {rows} rows."
    if len(inside) > len(unsure):
        yield f"No city, so in the country alone: {len(inside) - len(unsure)} of {rows} rows."
    if unsure:
        cities = sorted({f"{item.city} ({item.country})" for item in unsure})
        message = ", ".join(cities[:_CITIES]) + (" ..." if len(cities) > _CITIES else "")
        yield f"A city that GeoNames does not know or tell apart, so in the country alone: {len(unsure)} of {rows} rows"
        yield f"({message})."


def _of_cells(export: Export) -> Iterator[str]:
    for role in (*DATES, *AMOUNTS):
        if role in export.frame.columns and (count := int(export.frame[role].isna().sum())):
            column = export.columns[role]
            yield f"Nothing in '{column}': {count} of {len(export.frame)} rows."
    if export.twice:
        yield f"Rows left out since another one has their id: {export.twice}."
