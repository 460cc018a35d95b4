"""Patents of the United States' office by the places of their inventors, from PatentsView's tables."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import quote

import narwhals as nw
import pandas as pd
import pyarrow as pa
from attrs import frozen
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, is_file, is_folder, shorten
from hubrank.plugin import DIVISOR, FileProblem, Origin, Request, Table
from hubrank_fetching import FetchError, Key, Needs, Refusal, Service, archives, fetched, if_kept, kept_of, last_day
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session
from hubrank_records.columns import in_years
from hubrank_records.counting import counted as shared
from hubrank_records.engines import connection, engine_errors
from hubrank_records.options import COUNT
from hubrank_records.options import Options as Records
from pyarrow import csv

#: The product of the portal, and the tables that are read of it.
PRODUCT = "PVGPATDIS"
PATENT, APPLICATION = "g_patent", "g_application"
INVENTOR, LOCATION = "g_inventor_disambiguated", "g_location_disambiguated"
_ZIP, _TSV = ".tsv.zip", ".tsv"
_FILE = {"fileName": str, "fileSize": int, "fileReleaseDate": str}
_SHAPE = {"bulkDataProductBag": [{"productIdentifier": str, "productFileBag": {"fileDataBag": [_FILE]}}]}
_FORBIDDEN, _NOT_FOUND, _LIMITED = 403, 404, 429
KEY = Key(variable="HUBRANK_USPTO_KEY", name="X-API-KEY", where="https://data.uspto.gov/myodp")


def refusal(found: Refusal) -> FetchError | None:
    """The meaning of a refusal by the Open Data Portal."""
    if found.status == _LIMITED and "/files/" in found.address:
        what = (
            "gives this file to a key 20 times a year, and has done so; download it in a browser, "
            "and name its folder in options.file"
        )
        return FetchError("patentsview", what, "you")
    if found.status == _NOT_FOUND:
        where = "https://data.uspto.gov/bulkdata/datasets/pvgpatdis"
        return FetchError("patentsview", f"has no such file or product for this key; look at {where}", "us")
    if found.status == _FORBIDDEN:
        return FetchError("patentsview", f"refuses the key in {KEY.variable}, or a firewall does", "you")
    return None


SERVICE = Service(
    name="patentsview",
    address="https://api.uspto.gov/api/v1/datasets/products",
    hosts=("data.uspto.gov",),
    key=KEY,
    days=30,
    pace=1,
    refusal=refusal,
)
#: Bytes of the tables together, about, and of that which filing years are in.
_BYTES, _MORE = 800e6, 100e6


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        year: The year of a patent: of its `grant`, or of the `filing` of its application.
        file: A folder with PatentsView's tables (`g_patent.tsv.zip`, or unpacked); relative to the scenario.
        release: The date of the release in the folder, in ISO form, for the record.
    """

    year: Literal["grant", "filing"] = "grant"
    file: Path | None = None
    release: str = ""


tables = (
    Table(
        name="patents",
        title="Utility patents of the United States' office by their inventors' places",
        kind="flow",
        columns={
            "lat": "degrees north",
            "lon": "degrees east",
            "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
            "year": "of the grant, or of the filing",
            "patents": "patents, each shared equally by its inventors",
        },
        origin=SERVICE.name,
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """PatentsView, with the day of the release and that of the download, where they are known."""
    released, accessed = options.release, ""
    if options.file is None:
        released = if_kept(SERVICE, released_on, released)
        accessed = last_day(read, "patents", options)
    return (
        Origin(
            name=SERVICE.name,
            producer="PatentsView, United States Patent and Trademark Office",
            title="Granted patent disambiguated data (PVGPATDIS)",
            licence="CC-BY-4.0",
            url="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            published=released,
            accessed=accessed,
            citation="PatentsView, USPTO, granted patent disambiguated data, CC BY 4.0",
            note="Points of places derive from OpenStreetMap (ODbL).",
        ),
    )


def needs(request: Request) -> Needs:
    """The list of files and each of them; nothing if the user has them."""
    options: Options = request.options
    if options.file is not None:
        return Needs(requests=0, bytes=0, seconds=0)
    filed = options.year == "filing"
    return Needs(requests=8 + 2 * filed, bytes=_BYTES + _MORE * filed, seconds=600)


@fetched(SERVICE, needs, ask=lambda request, session: tables_of(request.options, session))
def read(request: Request, session: Session) -> Iterator[Any]:
    """One lazy frame of DuckDB: each inventor's share of each patent, at the inventor's place."""
    yield counted(tables_of(request.options, session), request)


def fingerprint(request: Request) -> str:
    """The digests of the downloads; of a folder, its files with sizes and times of change."""
    options: Options = request.options
    if request.sample or options.file is None:
        return kept_of(read, request).digest
    stats = {path.name: path.stat() for path in _in_folder(options.file, wanted(options)).values()}
    return json.dumps({name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()})


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, whatever the year
    """Patent 10,000,000, of one inventor in Manhattan Beach, filed in 2015 and granted in 2018."""
    year = 2018 if options.year == "grant" else 2015
    return pd.DataFrame({"lat": [33.8847], "lon": [-118.4109], "country": "USA", "year": [year], "patents": [1.0]})


@contextlib.contextmanager
def table(name: str, path: Path) -> Iterator[BinaryIO]:
    """The bytes of a table, packed or not, unpacked while they are read."""
    with contextlib.ExitStack() as stack:
        if path.name.lower().endswith(_TSV):
            yield stack.enter_context(path.open("rb"))
        else:
            opened = stack.enter_context(archives.archive(path, f"{name}{_ZIP}"))
            yield stack.enter_context(opened.open(f"{name}{_TSV}"))


def tables_of(options: Options, session: Session) -> dict[str, Path]:
    """The tables that a count needs, by name."""
    names = wanted(options)
    if options.file is not None:
        return _in_folder(options.file, names)
    there = {item["fileName"]: item for item in _files(session)}
    if lacking := [name for name in names if f"{name}{_ZIP}" not in there]:
        what = f"its release has no {shorten_list(lacking)}; it has {shorten_list(sorted(there))}"
        raise FetchError(SERVICE.name, what, "us")
    return {name: _downloaded(name, there[f"{name}{_ZIP}"], session) for name in names}


def wanted(options: Options) -> tuple[str, ...]:
    """The names of the tables that a count needs."""
    return (PATENT, INVENTOR, LOCATION, *((APPLICATION,) if options.year == "filing" else ()))


def released_on(session: Session) -> str:
    """The day of the release, in ISO form: the newest of its files."""
    return max((item["fileReleaseDate"][: len("2026-04-10")] for item in _files(session)), default="")


def _files(session: Session) -> list[dict[str, Any]]:
    asked = {"includeFiles": "true", "latest": "true"}
    products = session.json(PRODUCT, asked, shape=_SHAPE).content["bulkDataProductBag"]
    bags = [item["productFileBag"]["fileDataBag"] for item in products if item["productIdentifier"] == PRODUCT]
    return [file for bag in bags for file in bag]


def _downloaded(name: str, about: dict[str, Any], session: Session) -> Path:
    """A table of the release: downloaded once, since the portal counts how often."""

    def check(path: Path) -> None:
        with table(name, path):
            pass

    path = f"files/{PRODUCT}/{quote(about['fileName'], safe='')}"
    version = f"{about['fileReleaseDate']} {about['fileSize']}"
    return session.download(path, version=version, magic=archives.ZIP, check=check).path


def _in_folder(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    """The tables of a folder, packed ones before others."""
    if not is_folder(folder):
        raise FileProblem(f"{shorten(folder.name)}: folder not found")
    paths = {(name, ending): folder / f"{name}{ending}" for name in names for ending in (_TSV, _ZIP)}
    there = {name: path for (name, _), path in paths.items() if is_file(path)}
    if lacking := [name for name in names if name not in there]:
        files = shorten_list([f"{name}{_ZIP}" for name in lacking])
        raise FileProblem(f"{shorten(folder.name)}: lacks {files}, or unpacked")
    for path in there.values():
        check_size(path)
    return there


#: The number of bytes of a table read at a time.
_PIECE = 1 << 24
#: The columns that are read, by table; others, some of which come and go, are left.
COLUMNS = {
    LOCATION: ("location_id", "disambig_country", "latitude", "longitude"),
    PATENT: ("patent_id", "patent_type", "patent_date", "withdrawn"),
    APPLICATION: ("patent_id", "filing_date"),
    INVENTOR: ("patent_id", "inventor_sequence", "location_id"),
}
_TABLES = """
CREATE TABLE place (number INTEGER, id VARCHAR, lat DOUBLE, lon DOUBLE, country VARCHAR);
CREATE TABLE patent (number INTEGER, id VARCHAR, granted SMALLINT);
CREATE TABLE filed (number INTEGER, year SMALLINT);
CREATE TABLE invented (patent INTEGER, inventor VARCHAR, place INTEGER);
CREATE SEQUENCE numbers;
"""
#: The result for a piece of each table.
_INSERTS = {
    LOCATION: """
        INSERT INTO place
        SELECT nextval('numbers'), location_id, TRY_CAST(latitude AS DOUBLE), TRY_CAST(longitude AS DOUBLE), code
        FROM piece LEFT JOIN countries ON short = upper(disambig_country)
    """,
    PATENT: """
        INSERT INTO patent
        SELECT nextval('numbers'), patent_id, TRY_CAST(patent_date[:4] AS SMALLINT) FROM piece
        WHERE patent_type = 'utility' AND coalesce(withdrawn, '0') IN ('0', '')
    """,
    APPLICATION: """
        INSERT INTO filed
        SELECT number, TRY_CAST(filing_date[:4] AS SMALLINT) FROM piece JOIN patent ON id = patent_id
    """,
    INVENTOR: """
        INSERT INTO invented
        SELECT patent.number, inventor_sequence, place.number
        FROM piece JOIN patent ON patent.id = patent_id LEFT JOIN place ON place.id = location_id
    """,
}
#: The year of each patent, and whether it is what was asked for; filed before the office was there, or after the grant,
#: is no year.
_YEARS = {
    "grant": "SELECT number, granted AS year, true AS known FROM patent",
    "filing": """
        SELECT patent.number, coalesce(min(filed.year), any_value(granted)) AS year, count(filed.year) > 0 AS known
        FROM patent LEFT JOIN filed ON filed.number = patent.number AND filed.year BETWEEN 1790 AND granted
        GROUP BY patent.number
    """,
}
_ROWS = """
    SELECT patent.number AS _record, inventor AS _author, CASE WHEN known THEN place.number END AS _affiliation,
        CASE WHEN known THEN lat END AS lat, CASE WHEN known THEN lon END AS lon,
        CASE WHEN known THEN country END AS country, CAST(year AS BIGINT) AS year
    FROM ({years}) AS patent
    LEFT JOIN invented ON invented.patent = patent.number
    LEFT JOIN place ON place.number = invented.place
"""
_PLACES = ("lat", "lon", "country")


def counted(tables: Mapping[str, Path], request: Request) -> nw.LazyFrame[Any]:
    """The share of each inventor in each patent, lazily.

    Returns:
        `lat`, `lon`, `country`, `year`, `patents` and what these are divided by; without a place, the share of an
        inventor whose place is not known.
    """
    how = Records(file=Path(PATENT), count="fractional-author", record="record", author="author", affiliation="place")
    opened = connection()
    with engine_errors(how):
        opened.execute(_TABLES)
        codes = codes_of_countries()
        opened.register("countries", pa.table({"short": list(codes), "code": list(codes.values())}))
        for name in filter(tables.get, (LOCATION, PATENT, APPLICATION, INVENTOR)):  # places and patents come first
            for piece in _pieces(name, tables[name]):
                opened.register("piece", pa.Table.from_batches([piece]))
                opened.execute(_INSERTS[name])
                opened.unregister("piece")
        rows = nw.from_native(opened.sql(_ROWS.format(years=_YEARS[request.options.year])))
        shares = shared(
            in_years(rows, request.first_year, request.last_year), how, _PLACES, ("_author", "_affiliation"), ()
        )
        return shares.select(*_PLACES, "year", nw.col(COUNT).alias("patents"), DIVISOR)


def _pieces(name: str, path: Path) -> Iterator[pa.RecordBatch]:
    """The columns of a table as texts, empty ones as missing values, in pieces."""
    columns = COLUMNS[name]
    texts = dict.fromkeys(columns, pa.string())
    form = {"include_columns": list(columns), "column_types": texts, "null_values": [""]}
    convert = csv.ConvertOptions(**form, strings_can_be_null=True, quoted_strings_can_be_null=True)
    parse = csv.ParseOptions(delimiter="\t", newlines_in_values=True)
    try:
        options = csv.ReadOptions(block_size=_PIECE)
        with table(name, path) as stream, csv.open_csv(stream, options, parse, convert) as reader:
            yield from reader
    except KeyError as error:
        what = f"{library_message(error)}; it must have the columns {shorten_list(list(columns))}"
        raise FileProblem(f"{name}: {what}") from None
    except pa.ArrowException as error:
        raise FileProblem(f"{name}: cannot be read: {library_message(error)}") from None
