"""Each patent shared by its inventors, counted by DuckDB as the source `records` counts records.

What is kept of the tables is small: a number a patent with its year, and for each inventor the numbers of the patent
and of the place. They are read in pieces as they are unpacked, and DuckDB writes to the disk what memory does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank import FileProblem, Request
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank_fetching.geonames import codes_of_countries

from hubrank_inventions.patentsview.release import APPLICATION, INVENTOR, LOCATION, PATENT, TableFile

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

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

    Args:
        tables: Those that the count needs.
        request: Which years are asked for.

    Returns:
        `lat`, `lon`, `country`, `year`, `patents`; without a place, the share of an inventor whose place is not known.

    Raises:
        FileProblem: A table lacks a column, or is damaged.
    """
    import narwhals as nw
    from hubrank_records.counting import counted as shared
    from hubrank_records.engines import connection, told
    from hubrank_records.filters import in_years
    from hubrank_records.options import COUNT
    from hubrank_records.options import Options as Of

    how = Of(file=Path(PATENT), count="fractional-author", record="record", author="author", affiliation="place")
    opened = connection()
    with told(how):
        _fill(opened, tables)
        rows = nw.from_native(opened.sql(_ROWS.format(years=_YEARS[request.options.year])))
        shares = shared(in_years(rows, request.first_year, request.last_year), how, _PLACES, ())
        return shares.select(*_PLACES, "year", nw.col(COUNT).alias("patents"))


def _fill(opened: Any, tables: Mapping[str, TableFile]) -> None:
    """Read the tables: places and patents before what names them."""
    import pyarrow as pa

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
    """The columns of a table as texts, empty ones as gaps, in pieces.

    Raises:
        FileProblem: A column is missing, or the table is damaged.
    """
    import pyarrow as pa
    from pyarrow import csv

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
