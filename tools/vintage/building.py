"""A new vintage: new tables from cached data, carried tables, the judge's findings, and its files."""

import datetime
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import hubrank_research
import pandas as pd
import tomli
import tomli_w
from attrs import frozen
from hubrank import __version__
from hubrank.plugin import DataSource, Request
from hubrank_almanac import DATA, TABLES
from hubrank_fetching.geonames import Gazetteer
from hubrank_fetching.geonames import Place as City
from hubrank_fetching.session import Session
from hubrank_fetching.sources import fetched_of
from hubrank_research.nobel import awards, parted, spots
from hubrank_scenarios import UNITS

from tools.vintage.judging import COLUMNS, Finding, Hubs, by_hub, judge, moved
from tools.vintage.rows import SAME_CITY_KM, Account, Place, Table, counted, per_place, table_of
from tools.vintage.writing import files_of

AMOUNTS = ["papers", "top10_papers", "top1_papers", "industry_papers", "international_papers"]
#: The years of a period; the first that a vintage has is that of the first vintage's only one.
YEARS, FIRST = 4, 2016
#: A place that lies in no city is called after the nearest one, so far away.
_BESIDE_KM = 100.0
#: The terms of an origin in a vintage, beside its name.
_TERMS = ("producer", "title", "url", "licence", "licence_url", "published", "accessed", "citation", "note")


class Placer:
    """Places by point and by GeoNames id; `joins` of names and who `asked_for` them, as the judge wants them."""

    def __init__(self) -> None:
        self._gazetteer = Gazetteer.built_in()
        self._people: dict[Place, int] = {}
        self._known: dict[tuple[float, float, str, int], Place | None] = {}
        self.joins: dict[tuple[str, str, str], list[Place]] = {}
        self.asked_for: dict[tuple[str, str, str], set[str]] = defaultdict(set)

    def population(self, place: Place) -> int:
        """The inhabitants of a city; 0 if they are not known."""
        return self._people.get(place, 0)

    def snapped(self, lat: float, lon: float, country: object, geonames: object = None) -> Place | None:
        """The city of an id; else the nearest within `SAME_CITY_KM` in the country; else a cell of 0.01 degree."""
        if math.isnan(lat) or math.isnan(lon):
            return None
        number = str(geonames)
        number = int(float(number)) if number.replace(".", "", 1).isdigit() else 0
        code = country if isinstance(country, str) else ""
        asked = (lat, lon, code, number)
        if asked not in self._known:
            city = self._gazetteer.by_id(number) or self._near(lat, lon, code, SAME_CITY_KM)
            beside = None if city else self._near(lat, lon, code, _BESIDE_KM)
            name = f"near {beside.name}" if beside else code
            far = Place(code, name, round(lat, 2), round(lon, 2), number) if code else None
            self._known[asked] = self._place(city) if city else far
        return self._known[asked]

    def _near(self, lat: float, lon: float, country: str, within_km: float) -> City | None:
        found = self._gazetteer.near(lat, lon, within_km)
        return found if found and country in ("", found.country) else None

    def _place(self, city: City) -> Place:
        result = Place(city.country, city.name, round(city.lat, 5), round(city.lon, 5), city.geonames)
        self._people[result] = city.population
        return result

    def joined(self, table: str, name: str, country: str, state: str, geonames: int) -> None:
        """Note that a table was joined to the place of a GeoNames id by its name; the state may be empty."""
        cities = self._gazetteer.called(name, country)
        chosen = [item for item in cities if item.geonames == geonames]
        others = [item for item in cities if item.geonames != geonames and not state]
        if chosen:
            self.joins[name, country, state] = [self._place(item) for item in (*chosen, *others)]
            self.asked_for[name, country, state].add(table)


def carried() -> dict[str, Table]:
    """The tables of the vintage that is built in, by name in its order, with what became of their inputs' rows."""
    report = pd.read_csv(DATA / "report.csv", keep_default_na=False)
    renamed = report.rename(columns={"rows_placed": "placed"}).drop(columns=["rows_not_placed", "amount_not_placed"])
    accounts: dict[str, list[Account]] = {table.name: [] for table in TABLES}
    for line in renamed.to_dict("records"):
        accounts[line["table"]].append(Account(**line))
    result = {}
    for name in dict.fromkeys(report["table"]):  # as the builder wrote them
        rows = pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False).astype(object)
        result[name] = Table(name, rows, accounts[name])
    return result


def of_leiden(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Sum universities' papers, each counted in full, per city and period; the account is of the newest period."""
    frame = frame[frame["from_year"] >= FIRST]
    newest = frame["year"].max()
    account = Account("works", f"{title}, {newest - YEARS + 1}-{newest}", "papers", origin)
    account.remark = "the list has no point of the university"
    records = []
    for row in frame.to_dict("records"):
        place = placer.snapped(row["lat"], row["lon"], row["country"])
        if row["year"] == newest:
            account.count(place, row["papers"], row["university"], who=row["university"])
        if place:
            records.append({"place": place, **{name: row[name] for name in ("from_year", "year", "method", *AMOUNTS)}})
    return _works_table(pd.DataFrame(records), account)


def of_openalex(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Sum the works of cities over periods, whose years add up; the account is of the newest period."""
    last = int(frame["year"].max())
    spots = frame[["lat", "lon", "country", "geonames"]].drop_duplicates()
    places = {tuple(map(str, row)): placer.snapped(*row) for row in spots.itertuples(index=False)}
    spots_of = [places[tuple(map(str, row))] for row in frame[list(spots)].itertuples(index=False)]
    account = Account("works", f"{title}, {last - YEARS + 1}-{last}", "papers", origin)
    account.remark = "the institution has no point"
    for place, year, papers in zip(spots_of, frame["year"], frame["papers"], strict=True):
        if year > last - YEARS:
            account.count(place, papers)
    placed = frame.assign(place=pd.Series(spots_of, index=frame.index, dtype=object))
    placed = placed[placed["place"].notna()]
    periods = [
        placed[placed["year"].between(end - YEARS + 1, end)].assign(from_year=end - YEARS + 1, year=end)
        for end in range(FIRST + YEARS - 1, last + 1)
    ]
    return _works_table(pd.concat(periods), account)


def _works_table(frame: pd.DataFrame, account: Account) -> Table:
    """Rows summed per place, period and method."""
    summed = per_place(frame.to_dict("records"), ["from_year", "year", "method"], AMOUNTS)
    vintage = summed["from_year"].astype(str) + "-" + summed["year"].astype(str)
    return table_of("works", summed, AMOUNTS, 0, [account], origin=account.origin, vintage=vintage)


def of_nobel(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Count laureates per city, year and category, each where the first organisation is."""
    last = int(frame["year"].max())
    account = Account("laureates", f"{title}, 1901-{last}", "laureates", origin)
    account.remark = "no organisation at the award, or a city that nobody knows"
    keys = ["year", "category"]
    for row in frame.to_dict("records"):
        place = placer.snapped(row["lat"], row["lon"], row["country"], row["geonames"])
        row_keys = {name: row[name] for name in (*keys, "laureates")}
        account.count(place, row["laureates"], f"{row['category']} {row['year']}: {row['method']}", **row_keys)
    return counted([account], keys, ["laureates"], 0, vintage=f"1901-{last}", extra=["category"])


def note_names(placer: Placer, session: Session) -> None:
    """Note the cities that the source has joined by name alone."""
    cities = {city for item in awards(session) for city in item.cities}
    for city, spot in spots(cities, session).items():
        if spot["method"] == "by name in GeoNames" and spot["country"] and spot["geonames"]:
            name, state = parted(city.name)
            placer.joined("laureates", name, spot["country"], state, spot["geonames"])


@frozen(kw_only=True)
class Recipe:
    """How a table is made from a source's rows, and how the names used for joins are noted, if any."""

    table: str
    source: DataSource
    options: Any
    columns: tuple[str, ...]
    make: Callable[[pd.DataFrame, Placer, str, str], Table]
    note: Callable[[Placer, Session], None] | None = None

    @property
    def request(self) -> Request:
        """The request to the source."""
        return Request(table=self.table, columns=self.columns, first_year=None, last_year=None, options=self.options)

    @property
    def fetched(self) -> Any:
        """The facts about the source."""
        return fetched_of(self.source)


@frozen(kw_only=True)
class Vintage:
    """A vintage that is made and not yet written: all tables, the recipes of the new ones, and the judge's findings."""

    tables: Sequence[Table]
    made: Sequence[Recipe]
    findings: Sequence[Finding]
    origins: Mapping[str, Mapping[str, str]]
    hubs: Hubs
    now: int

    @property
    def carried(self) -> list[str]:
        """The tables that are those of the vintage that is built in."""
        anew = {item.table for item in self.made}
        return [table.name for table in self.tables if table.name not in anew]

    def files(self) -> dict[str, bytes]:
        """Its files by name."""
        tables = {}
        for item in self.made:
            (table,) = (table for table in item.source.tables_for(item.options) if table.name == item.table)
            covers = table.covers and {"covers": {"first": table.covers.first, "last": table.covers.last}}
            tables[item.table] = {"source": item.source.name} | (covers or {})
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        about = {"made": today, "hubrank": __version__, "carried": self.carried, "tables": tables}
        result = files_of(self.tables, tomli_w.dumps(self.origins), self.hubs, self.now)
        return result | {"vintage.toml": tomli_w.dumps(about).encode()}


def recipes(works: str, laureates: str, edition: Any) -> list[Recipe]:
    """The recipes of the new tables; papers may be of an edition of the Leiden Ranking."""
    sources = {item.name: item for item in hubrank_research.hubrank_data_sources()}
    recipes = []
    papers = {"table": "works", "columns": tuple(AMOUNTS)}
    if works == "leiden":
        options = sources[works].options(edition=edition, counting="full")
        recipes.append(Recipe(source=sources[works], options=options, make=of_leiden, **papers))
    elif works == "openalex":
        years = {"first_year": FIRST, "last_year": datetime.datetime.now(tz=datetime.UTC).year - 1}
        options = sources[works].options(**years, by="city")
        recipes.append(Recipe(source=sources[works], options=options, make=of_openalex, **papers))
    if laureates == "nobel":
        prizes = {"table": "laureates", "columns": ("laureates",), "note": note_names}
        options = sources[laureates].options(counting="first")
        recipes.append(Recipe(source=sources[laureates], options=options, make=of_nobel, **prizes))
    return recipes


def vintage(recipes: Sequence[Recipe]) -> Vintage:
    """A vintage from cached data; the tables without a recipe are those of the built-in vintage."""
    before, placer, now, hubs = carried(), Placer(), datetime.datetime.now(tz=datetime.UTC).year, Hubs(UNITS)
    tables = dict(before)
    origins = tomli.loads((DATA / "origins.toml").read_text(encoding="utf-8"))
    for item in recipes:
        (found,) = item.source.origins_for(item.options)
        origin = f"{found.name}-{found.accessed[:7]}"  # of this retrieval
        origins[origin] = {name: str(value) for name, value in attrs.asdict(found).items() if name in _TERMS}
        frame = pd.concat(item.fetched.get(item.request, item.fetched.session()))
        if item.note:
            item.note(placer, item.fetched.session())
        tables[item.table] = item.make(frame, placer, origin, origins[origin]["title"])
    used = {origin for table in tables.values() for origin in table.rows["origin"]}
    used |= {account.origin for table in tables.values() for account in table.accounts}
    return Vintage(
        tables=list(tables.values()),
        made=recipes,
        findings=_findings(before, tables, placer, hubs, now),
        origins={name: terms for name, terms in origins.items() if name in used},
        hubs=hubs,
        now=now,
    )


def _findings(
    before: Mapping[str, Table], tables: Mapping[str, Table], placer: Placer, hubs: Hubs, now: int
) -> list[Finding]:
    """The judge's findings, without those in the built-in vintage, which its builder has approved.

    Findings about a new table were approved for other values, and are made again, with its values that moved
    differently from those of other hubs.
    """
    signed = {item.id: item.text for item in judge(before, hubs, names=Placer(), by_hand={}, now=now)}
    anew = [name for name in tables if tables[name] is not before[name]]
    columns = [column for column in COLUMNS if column.table in anew]
    old, new = (by_hub(item, hubs, columns, now=now) for item in (before, tables))
    found = [*judge(tables, hubs, names=placer, by_hand={}, now=now), *moved(old, new, columns)]

    result = []
    for item in sorted(found):
        kind, table, *_ = item.id.split(":")
        carried_figure = kind in ("high", "low", "none", "absent") and table not in anew
        if item.id not in signed or (item.text != signed[item.id] and not carried_figure):
            result.append(item)
    return result
