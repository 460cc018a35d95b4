"""Exports of Crunchbase, Dealroom and CB Insights that a user is licensed to use: counts and sums by place.

`layouts` has the forms of exports, `exports` finds and reads them; this module locates cities and counts. Nothing is
fetched, and no row of an export is passed on.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Literal

import pandas as pd
from attrs import frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.io.cells import LATITUDE, LONGITUDE, CellFormat, read_number
from hubrank.io.safe_input import files_named
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank.plugin import FileProblem, Origin, Request, Table
from hubrank_fetching.geonames import BUILT_IN, Gazetteer, country_called

from hubrank_lists.exports import Export, Options, head_of, is_unknown, read_export, year_of
from hubrank_lists.files import digest_of
from hubrank_lists.layouts import AMOUNTS, BULK, COMPANIES, DATES, DEALROOM_EXPORT, ROUNDS, UNICORNS, Layout

#: The places of cities by country and folded name, as given by the user.
Known = Mapping[tuple[str, str], tuple[float, float]]

#: Countries that are one city, by what GeoNames calls it.
CITY_STATES = {"SGP": "Singapore", "HKG": "Hong Kong", "MAC": "Macau", "MCO": "Monaco"}
#: A point means the nearest place within this many kilometres.
_NEAR_KM = 20
#: The attributes of a company's location in an export.
_ROLES = ("location", "city", "region", "country", "lat", "lon")
#: Lists of a company's rounds, of which an entry of each is one round.
_LISTS = ("round_dates", "round_types", "round_amounts", "round_currencies", "round_investors")
_BILLION, _MILLION = 1e9, 1e6
#: The most cities without a place that are named.
_CITIES = 8
#: The most wrong rows that are listed.
_TOLD = 20
_PLACE = {
    "geonames": "GeoNames id of the head office's city, where it is sure",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3, where the export names one",
}
#: Kind, title, and columns of each table beside places.
_TABLES: dict[str, tuple[Literal["flow", "stock"], str, dict[str, str]]] = {
    "unicorns": (
        "stock",
        "Private companies valued at a billion US dollars or more",
        {"year": "of the list", "unicorns": "companies", "valuation": "billion US dollars, as last known"},
    ),
    "new-unicorns": (
        "flow",
        "Companies by the year in which they came to be worth a billion US dollars, of those that are listed",
        {"year": "in which they did", "unicorns": "companies"},
    ),
    "companies": (
        "flow",
        "Companies by the year in which they were founded, of those that are listed",
        {"year": "of the founding", "companies": "companies"},
    ),
    "total-funding": (
        "stock",
        "What companies have raised so far",
        {"year": "of the export", "funding": "million US dollars", "companies": "companies of which it is known"},
    ),
    "funding": (
        "flow",
        "Funding rounds",
        {"year": "of the round", "rounds": "funding rounds", "raised": "million US dollars, where it is known"},
    ),
}


@frozen(kw_only=True, eq=False)
class Producer:
    """A producer of exports, in some forms, with the name and the functions of its source."""

    Options: ClassVar = Options
    name: str
    title: str
    url: str
    layouts: tuple[Layout, ...]

    def tables(self, options: Options) -> tuple[Table, ...]:
        """The tables that the export gives by its columns; all of the source's where it cannot be read yet."""
        names = tuple(dict.fromkeys(name for layout in self.layouts for name in layout.tables))
        try:
            head = head_of(files_named(options.file)[0], self.title, self.layouts, options)
            names = head.layout.given(head.columns)
        except FileProblem:
            pass
        result = []
        for name in names:
            kind, title, columns = _TABLES[name]
            given = {key: text for key, text in columns.items() if (self.name, key) != ("dealroom", "raised")}
            about = {"name": name, "title": title, "covers": options.covers, "origin": self.name}
            result.append(Table(kind=kind, columns=_PLACE | given, **about))
        return tuple(result)

    def origins(self, options: Options) -> tuple[Origin, ...]:
        """The producer, with the parts of the export that could not be located."""
        try:
            export = read_export(self.title, self.layouts, options)
            lost = " ".join(losses(export, spots_of(export.frame, options)))
            newest = export.frame["of"].max()
            of = options.year if options.year or newest != newest else int(newest)
        except FileProblem:  # reported when it is read
            lost, of = "", options.year
        return (
            Origin(
                name=self.name,
                producer=self.title,
                title=f"Export {options.file.name}",
                licence=f"licensed to you by {self.title}; for counts and sums per place only, rows are not to be "
                "redistributed",
                url=self.url,
                published="" if of is None else str(of),
                note=lost,
            ),
        )

    def read(self, request: Request) -> Iterator[pd.DataFrame]:
        """The table, whole."""
        yield self._rows(request.table, request.options)

    def sample(self, table: str, options: Options) -> pd.DataFrame:
        """The table's first rows."""
        return self._rows(table, options).head(200)

    def fingerprint(self, request: Request) -> str:
        """A digest of the files, and of the state of the places that cities are looked for in."""
        return digest_of(files_named(request.options.file), request.options.cities, BUILT_IN.published)

    def _rows(self, table: str, options: Options) -> pd.DataFrame:
        export = read_export(self.title, self.layouts, options)
        given = export.layout.given(export.frame.columns)
        if table not in given:
            what = f"as {export.layout.title} with these columns it gives {shorten_list(given) or 'nothing'}"
            raise FileProblem(f"{options.file.name}: {what}, and no '{table}'")
        return _counted(table, export, options)


CBINSIGHTS = Producer(name="cbinsights", title="CB Insights", url="https://www.cbinsights.com", layouts=(UNICORNS,))
CRUNCHBASE = Producer(
    name="crunchbase", title="Crunchbase", url="https://www.crunchbase.com", layouts=(BULK, ROUNDS, COMPANIES)
)
DEALROOM = Producer(name="dealroom", title="Dealroom", url="https://dealroom.co", layouts=(DEALROOM_EXPORT,))


@frozen(kw_only=True)
class Spot:
    """The location of a row, as far as it is certain: country (alpha-3), point, GeoNames id; the export's city."""

    country: str | None
    city: str
    lat: float | None = None
    lon: float | None = None
    geonames: int | None = None


def spots_of(frame: pd.DataFrame, options: Options) -> list[Spot]:
    """The location of each row of an export, by its roles; each distinct place is looked up once."""
    known = _known_cities(options.cities.file) if options.cities else {}
    columns = [frame[role] if role in frame.columns else [None] * len(frame) for role in _ROLES]
    named = list(zip(*columns, strict=True))
    spots = {item: _spot(known, dict(zip(_ROLES, item, strict=True))) for item in dict.fromkeys(named)}
    return [spots[item] for item in named]


def _spot(known: Known, row: dict[str, str | None]) -> Spot:
    if row["location"] is not None:
        # `City, Region, Country`, or `City, Country`; a city's name may have commas itself
        city, region, country = (["", "", *map(str.strip, row["location"].rsplit(",", 2))])[-3:]
        row |= {"city": city or region, "region": region if city else "", "country": country}
    alpha3 = None if is_unknown(row["country"]) else country_called(row["country"] or "")
    name = "" if is_unknown(row["city"]) else (row["city"] or "").strip()
    if alpha3 is None:
        return Spot(country=None, city=name)
    if point := known.get((alpha3, fold_name(name))):
        return Spot(country=alpha3, city=name, lat=point[0], lon=point[1])
    place = Gazetteer.built_in().find(name or CITY_STATES.get(alpha3, ""), alpha3, (row["region"] or "").strip())
    lat, lon = read_number(row["lat"]), read_number(row["lon"])
    if place is None and lat is not None and lon is not None:
        place = Gazetteer.built_in().near(lat, lon, _NEAR_KM)
    if place is None or place.country != alpha3:
        return Spot(country=alpha3, city=name)
    return Spot(country=alpha3, city=name, lat=place.lat, lon=place.lon, geonames=place.geonames)


def _known_cities(path: Path) -> Known:
    """The user's table of cities."""
    kinds = {"lat": LATITUDE, "lon": LONGITUDE}
    frame, problems = read_with_errors(path, CellFormat(), ReadSpec(texts=("city", "country"), kinds=kinds))
    if frame is None or problems:
        raise FileProblem(*problems)
    require(frame, path.name, ("city", "country", *kinds))
    result: dict[tuple[str, str], tuple[float, float]] = {}
    wrong = []
    for city, name, lat, lon in frame[["city", "country", *kinds]].itertuples(index=False):
        gap = any(pd.isna(item) for item in (city, name, lat, lon))
        country = None if gap else country_called(name)
        if country is None or (country, fold_name(city)) in result:
            wrong.append(f"{city} ({name})")
        else:
            result[country, fold_name(city)] = (float(lat), float(lon))
    if wrong:
        what = f"has a missing value, an unknown country, or a city twice: {shorten_list(wrong)}"
        raise FileProblem(f"{path.name}: {what}")
    return result


def _counted(table: str, export: Export, options: Options) -> pd.DataFrame:
    """The rows of a table: the amounts that are counted or summed, of which rows, and in which years."""
    frame = export.frame
    if table == "unicorns":
        frame = frame if export.layout.all_unicorns else frame[frame["joined"].notna()]
        amounts = {"unicorns": 1.0, "valuation": frame["valuation"] / _BILLION}
        return _summed(frame, options, _years(frame, options), amounts)
    if table == "new-unicorns":
        frame = _newest(frame)
        return _summed(frame, options, frame["joined"], {"unicorns": 1.0})
    if table == "companies":
        frame = companies_of(_newest(frame))
        return _summed(frame, options, frame["founded"], {"companies": 1.0})
    if table == "total-funding":
        frame = companies_of(frame)
        amounts = {"funding": frame["funding"] / _MILLION, "companies": frame["funding"].notna().astype(float)}
        return _summed(frame, options, _years(frame, options), amounts)
    if "round_dates" in frame.columns:
        frame = rounds_of(export, options)
        return _summed(frame, options, frame["announced"], {"rounds": 1.0})
    return _summed(frame, options, frame["announced"], {"rounds": 1.0, "raised": frame["raised"] / _MILLION})


def _summed(
    frame: pd.DataFrame, options: Options, year: pd.Series | int, amounts: Mapping[str, pd.Series | float]
) -> pd.DataFrame:
    """Amounts by place and year; a sum of nothing that is known is not known.

    A row without a city's place has its country alone, or nothing.
    """
    spots = spots_of(frame, options)
    points = {name: [getattr(item, name) for item in spots] for name in ("geonames", "lat", "lon")}
    rows = pd.DataFrame(points, index=frame.index, dtype="float64")
    country = pd.Series([item.country for item in spots], index=frame.index, dtype=object)
    rows = rows.assign(country=country, year=year, **amounts)
    rows = rows[rows["year"].notna()].astype({"year": "int64"})
    summed = rows.groupby([*_PLACE, "year"], dropna=False, sort=True)[list(amounts)].sum(min_count=1)
    return summed.astype("float64").reset_index()


def _years(frame: pd.DataFrame, options: Options) -> pd.Series | int:
    """The years that levels are of."""
    if options.year is not None:
        return options.year
    if frame["of"].isna().any():
        raise FileProblem(f"{options.file.name}: has no date; set year = 2025 in options")
    return frame["of"]


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the newest of several lists, which have the same companies; all where no file names a year."""
    return frame if frame["of"].isna().all() else frame[frame["of"] == frame["of"].max()]


def companies_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are companies, where an export has investors and schools too."""
    wanted = ["company" in (item or "").split(",") for item in frame.get("roles", ["company"] * len(frame))]
    return frame[wanted]


def rounds_of(export: Export, options: Options) -> pd.DataFrame:
    """A row for each round of the companies' lists, with the year in `announced`."""
    lists = [role for role in _LISTS if role in export.frame.columns]
    column = export.columns["round_dates"]
    at: list[int] = []
    years: list[int | None] = []
    problems: list[str] = []
    for position, cells in enumerate(zip(*(export.frame[role] for role in lists), strict=True)):
        parts = ([*map(str.strip, cell.split(";"))] if cell and cell.strip() else [] for cell in cells)
        entries = dict(zip(lists, parts, strict=True))
        problems += [f"{export.place(position)}: {text}" for text in _uneven(entries, export)]
        for text in entries["round_dates"]:
            year = None if is_unknown(text) else year_of(text)
            if year is None and not is_unknown(text):
                problems.append(f'{export.place(position)}: {column} must be dates; got "{text}"')
            at.append(position)
            years.append(year)
    if problems:
        more = len(problems) - _TOLD
        last = f"{options.file.name}: {more:,} more like these"
        raise FileProblem(*problems[:_TOLD], *([last] if more > 0 else []))
    return export.frame.iloc[at].assign(announced=pd.Series(years, dtype="float64").to_numpy())


def _uneven(entries: Mapping[str, list[str]], export: Export) -> Iterator[str]:
    """The errors in lists with one round per entry; an empty list says nothing."""
    lengths = {role: len(item) for role, item in entries.items() if item}
    if len(set(lengths.values())) > 1:
        different = shorten_list([f"{export.columns[role]} {length}" for role, length in lengths.items()])
        yield f"the lists of rounds have different lengths: {different}"
    elif lengths and "round_dates" not in lengths:
        yield f"{export.columns['round_dates']} is empty, but other lists of rounds are not"


def losses(export: Export, spots: list[Spot]) -> Iterator[str]:
    """The parts of an export that cannot be located, dated or summed, in sentences for its origin."""
    rows = len(spots)
    inside = [item for item in spots if item.country and item.lat is None]
    unsure = [item for item in inside if item.city]
    if nowhere := rows - sum(item.country is not None for item in spots):
        yield f"No country that is known: {nowhere} of {rows} rows."
    if len(inside) > len(unsure):
        yield f"No city, so in the country alone: {len(inside) - len(unsure)} of {rows} rows."
    if unsure:
        cities = sorted({f"{item.city} ({item.country})" for item in unsure})
        named = ", ".join(cities[:_CITIES]) + (" ..." if len(cities) > _CITIES else "")
        yield f"A city that GeoNames does not know or tell apart, so in the country alone: {len(unsure)} of {rows} rows"
        yield f"({named})."
    for role in (*DATES, *AMOUNTS):
        if role in export.frame.columns and (count := int(export.frame[role].isna().sum())):
            yield f"Nothing in '{export.columns[role]}': {count} of {rows} rows."
    if export.twice:
        yield f"Rows left out since another one has their id: {export.twice}."
