"""PatentsView's tables, and the share of each inventor in each patent."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import narwhals as nw
import pyarrow as pa
from attrs import frozen
from hubrank import FileProblem, Request
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, is_file, is_folder, shorten
from hubrank_fetching import FetchError, archives
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session
from pyarrow import csv

from hubrank_inventions.patentsview import SERVICE, Options

#: The product of the portal, and the tables that are read of it.
PRODUCT = "PVGPATDIS"
PATENT, INVENTOR, LOCATION, APPLICATION = (
    "g_patent",
    "g_inventor_disambiguated",
    "g_location_disambiguated",
    "g_application",
)
_ZIP, _TSV = ".tsv.zip", ".tsv"
_FILE = {"fileName": str, "fileSize": int, "fileReleaseDate": str}
_SHAPE = {"bulkDataProductBag": [{"productIdentifier": str, "productFileBag": {"fileDataBag": [_FILE]}}]}


@frozen(kw_only=True)
class TableFile:
    """A table, packed or not."""

    name: str
    path: Path

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked as they are read."""
        if self.path.name.lower().endswith(_TSV):
            with self.path.open("rb") as stream:
                yield stream
            return
        with archives.archive(self.path, f"{self.name}{_ZIP}") as opened, opened.open(f"{self.name}{_TSV}") as stream:
            yield stream


def tables_of(options: Options, session: Session) -> dict[str, TableFile]:
    """The tables that a count needs, by name."""
    names = wanted(options)
    if options.file is not None:
        return _in_folder(options.file, names)
    message = {item["fileName"]: item for item in _files(session)}
    if lacking := [name for name in names if f"{name}{_ZIP}" not in message]:
        raise FetchError(
            SERVICE.name, f"its release has no {shorten_list(lacking)}; it has {shorten_list(sorted(message))}", "us"
        )
    return {name: _downloaded(name, message[f"{name}{_ZIP}"], session) for name in names}


def wanted(options: Options) -> tuple[str, ...]:
    """The names of the tables that a count needs."""
    return (PATENT, INVENTOR, LOCATION, *((APPLICATION,) if options.year == "filing" else ()))


def released(session: Session) -> str:
    """The day of the release, in ISO form: the newest of its files."""
    return max((item["fileReleaseDate"][: len("2026-04-10")] for item in _files(session)), default="")


def _files(session: Session) -> list[dict[str, Any]]:
    asked = {"includeFiles": "true", "latest": "true"}
    products = session.json(PRODUCT, asked, shape=_SHAPE).content["bulkDataProductBag"]
    bags = [item["productFileBag"]["fileDataBag"] for item in products if item["productIdentifier"] == PRODUCT]
    return [file for bag in bags for file in bag]


def _downloaded(name: str, told: dict[str, Any], session: Session) -> TableFile:
    """A table of the release: downloaded once, since the portal counts how often."""
    path = f"files/{PRODUCT}/{quote(told['fileName'], safe='')}"
    version = f"{told['fileReleaseDate']} {told['fileSize']}"
    found = session.download(path, version=version, magic=archives.ZIP, check=functools.partial(_check, name))
    return TableFile(name=name, path=found.path)


def _check(name: str, path: Path) -> None:
    with archives.archive(path, f"{name}{_ZIP}") as opened, opened.open(f"{name}{_TSV}"):
        pass


def _in_folder(folder: Path, names: tuple[str, ...]) -> dict[str, TableFile]:
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
    return {name: TableFile(name=name, path=path) for name, path in there.items()}


def state_of(options: Options) -> str:
    """The files of a folder with their sizes and times of change, as JSON."""
    folder = options.file or Path()
    stats = {item.path.name: item.path.stat() for item in _in_folder(folder, wanted(options)).values()}
    return json.dumps({name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()})


#: So many bytes of a table are read at a time.
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
#: What becomes of a piece of each table.
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


def counted(tables: Mapping[str, TableFile], request: Request) -> nw.LazyFrame[Any]:
    """The share of each inventor in each patent, lazily.

    Returns:
        `lat`, `lon`, `country`, `year`, `patents`; without a place, the share of an inventor whose place is not known.
    """
    from hubrank_records.columns import in_years
    from hubrank_records.counting import counted as shared
    from hubrank_records.engines import connection, engine_errors
    from hubrank_records.options import COUNT
    from hubrank_records.options import Options as Of

    how = Of(file=Path(PATENT), count="fractional-author", record="record", author="author", affiliation="place")
    opened = connection()
    with engine_errors(how):
        _fill(opened, tables)
        rows = nw.from_native(opened.sql(_ROWS.format(years=_YEARS[request.options.year])))
        shares = shared(in_years(rows, request.first_year, request.last_year), how, _PLACES, ())
        return shares.select(*_PLACES, "year", nw.col(COUNT).alias("patents"))


def _fill(opened: Any, tables: Mapping[str, TableFile]) -> None:
    """Read the tables: places and patents before what names them."""
    opened.execute(_TABLES)
    codes = codes_of_countries()
    opened.register("countries", pa.table({"short": list(codes), "code": list(codes.values())}))
    for name in (LOCATION, PATENT, APPLICATION, INVENTOR):
        if name in tables:
            for piece in _pieces(tables[name], COLUMNS[name]):
                opened.register("piece", pa.Table.from_batches([piece]))
                opened.execute(_INSERTS[name])
                opened.unregister("piece")


def _pieces(table: TableFile, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The columns of a table as texts, empty ones as gaps, in pieces."""
    texts = dict.fromkeys(columns, pa.string())
    form = {"include_columns": list(columns), "column_types": texts, "null_values": [""]}
    convert = csv.ConvertOptions(**form, strings_can_be_null=True, quoted_strings_can_be_null=True)
    parse = csv.ParseOptions(delimiter="\t", newlines_in_values=True)
    try:
        with (
            table.open() as stream,
            csv.open_csv(stream, csv.ReadOptions(block_size=_PIECE), parse, convert) as reader,
        ):
            yield from reader
    except KeyError as error:
        raise FileProblem(
            f"{table.name}: {library_message(error)}; it must have the columns {shorten_list(list(columns))}"
        ) from None
    except pa.ArrowException as error:
        raise FileProblem(f"{table.name}: cannot be read: {library_message(error)}") from None
