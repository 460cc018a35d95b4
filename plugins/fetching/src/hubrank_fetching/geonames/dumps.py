"""GeoNames' dumps: a zip with a table of 19 columns parted by tabs, without a header and without quoting."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Literal

import attrs
import pandas as pd
from attrs import frozen
from hubrank.io.safe_input import check_archive
from hubrank.plugin import FileProblem, Origin, Request, Table

from hubrank_fetching import FetchError, Needs, Service, fetched, if_kept, other_form
from hubrank_fetching.geonames import BUILT_IN, codes_of_countries, place_key
from hubrank_fetching.session import Reply, Session

#: The columns, by GeoNames' own names if they have one.
COLUMNS = (
    *("geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code"),
    *("country_code", "cc2", "admin1_code", "admin2_code", "admin3_code", "admin4_code", "population", "elevation"),
    *("dem", "timezone", "modification_date"),
)
_NUMBERS = {"geonameid": "int64", "latitude": "float64", "longitude": "float64", "population": "int64"}
#: Codes of entries that are not current places: sections of a place, and abandoned or destroyed places.
NO_PLACES = ("PPLX", "PPLH", "PPLCH", "PPLQ", "PPLW")
SERVICE = Service(
    name="geonames",
    address="https://download.geonames.org/export/dump",
    media=("application/zip", "application/octet-stream"),
    days=30,
)
#: Bytes of each dump, about.
_SIZES = {"cities500": 13e6, "cities1000": 10e6, "cities5000": 6e6, "cities15000": 3e6}


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        dump: GeoNames' file: cities by the least number of their inhabitants.
    """

    dump: Literal["cities500", "cities1000", "cities5000", "cities15000"] = "cities15000"


tables = (
    Table(
        name="places",
        title="Inhabitants of cities and towns",
        kind="stock",
        columns={
            "geonames": "GeoNames id",
            "lat": "degrees north",
            "lon": "degrees east",
            "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
            "year": "of the dump: GeoNames does not say when people were counted",
            "population": "inhabitants, where GeoNames knows them",
        },
        origin=SERVICE.name,
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """GeoNames, with the dates of the dump where it was fetched."""
    published, accessed = if_kept(SERVICE, lambda session: dates(options.dump, session), ("", ""))
    title = f"GeoNames gazetteer, {options.dump}"
    return (attrs.evolve(BUILT_IN, title=title, published=published, accessed=accessed),)


def needs(request: Request) -> Needs:
    """One request for the dump."""
    return Needs(requests=1, bytes=_SIZES[request.options.dump], seconds=20)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The cities of the dump, without their sections; 0 inhabitants are none that are known."""
    rows = rows_of(dump(request.options.dump, session).content)
    found = cities(rows)
    result = found[["geonames", "lat", "lon", "country"]].assign(year=int(rows["modification_date"].max()[:4]))
    yield result.assign(population=found["population"].astype("float64").where(found["population"] > 0))


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, and one sample whatever the dump
    """Three cities in the San Francisco Bay Area, of GeoNames' file of April 2026."""
    return pd.DataFrame(
        {
            "geonames": [5393015, 5400075, 5397765],
            "lat": [37.35411, 37.36883, 37.65466],
            "lon": [-121.95524, -122.03635, -122.40775],
            "country": "USA",
            "year": 2026,
            "population": [126_215.0, 155_805.0, 67_271.0],
        }
    )


def dump(name: str, session: Session) -> Reply:
    """A dump by its name, such as `cities15000`: its table, unpacked."""
    return session.content(f"{name}.zip", None, lambda content: _table(content, name))


def dates(name: str, session: Session) -> tuple[str, str]:
    """The day of the newest change in a dump, and the day on which it was fetched."""
    reply = dump(name, session)
    return str(rows_of(reply.content)["modification_date"].max()), reply.date


def _table(content: bytes, name: str) -> bytes:
    """The one table in a zip, if its first row has the columns that are known, and a date."""
    try:
        check_archive(io.BytesIO(content), f"{name}.zip", "unpacked_bytes", kind="a zip")
    except FileProblem as error:
        raise FetchError("geonames", str(error), "service", again=True) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.namelist() != [f"{name}.txt"]:
            raise FetchError("geonames", f"its {name}.zip has another content than {name}.txt", "us")
        result = archive.read(f"{name}.txt")
    try:
        head = rows_of(result[: result.find(b"\n") + 1] or result)
        pd.to_datetime(head["modification_date"], format="%Y-%m-%d")
    except ValueError as error:
        raise other_form("geonames", str(error).splitlines()[0][:80]) from None
    return result


def rows_of(content: bytes) -> pd.DataFrame:
    """All rows of a dump, with their texts unchanged (`NA` is Namibia)."""
    form = {"sep": "\t", "header": None, "quoting": csv.QUOTE_NONE, "encoding": "utf-8"}
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, **form)
    if len(frame.columns) != len(COLUMNS):
        raise ValueError(f"{len(frame.columns)} columns")
    return frame.set_axis(list(COLUMNS), axis="columns").astype(_NUMBERS)


def cities(rows: pd.DataFrame) -> pd.DataFrame:
    """The part of a dump's rows that a gazetteer needs, without entries that are not current places."""
    kept = rows[(rows["feature_class"] == "P") & ~rows["feature_code"].isin(NO_PLACES)]
    kept = kept[kept["country_code"].isin(codes_of_countries())]
    names = {"geonameid": "geonames", "admin1_code": "code", "latitude": "lat", "longitude": "lon"}
    columns = ["geonames", "name", "country", "code", "lat", "lon", "population"]
    named = kept.rename(columns=names).assign(country=kept["country_code"].map(codes_of_countries()))[columns]
    pairs = zip(kept["name"], kept["alternatenames"], strict=True)
    return named.assign(also=[other_keys(name, others.split(",")) for name, others in pairs]).reset_index(drop=True)


def other_keys(name: str, others: list[str]) -> str:
    """The keys of other names, each once, without that of the name itself, parted by `|`."""
    keys = {place_key(item).replace("|", "") for item in others} - {place_key(name), ""}
    return "|".join(sorted(keys))
