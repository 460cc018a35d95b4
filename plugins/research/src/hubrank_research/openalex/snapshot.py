"""OpenAlex' snapshot made into rows that the source `records` counts; `hubrank openalex`."""

import glob
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from attrs import frozen
from hubrank.cli.console import progress, write_text
from hubrank.errors import shorten_list
from hubrank.i18n import enumerated
from hubrank.io.safe_input import read_bytes
from hubrank.io.write import is_there, replace_folder
from hubrank.plugin import DataError, UsageError, count_text, gettext
from hubrank_fetching import misfit

from hubrank_research.openalex.institutions import PLACE, frame_of
from hubrank_research.openalex.options import Options

MANIFEST, DELETED = "manifest.json", "deleted_ids.csv"
#: Bytes that one work may have: some have thousands of authors.
_LONGEST = 256_000_000
_FORM = {"date": str, "entity": str, "files": [{"url": str, "meta": {"content_length": int}}]}
#: The columns read of works and institutions, with DuckDB's types.
_WORK = {
    "id": "VARCHAR",
    "publication_year": "INTEGER",
    "type": "VARCHAR",
    "is_xpac": "BOOLEAN",
    "countries_distinct_count": "INTEGER",
    "primary_topic": "STRUCT(field STRUCT(id VARCHAR))",
    "citation_normalized_percentile": "STRUCT(is_in_top_10_percent BOOLEAN, is_in_top_1_percent BOOLEAN)",
    "authorships": "STRUCT(author STRUCT(id VARCHAR), institutions STRUCT(id VARCHAR, type VARCHAR)[])[]",
}
_INSTITUTION = {
    "id": "VARCHAR",
    "ror": "VARCHAR",
    "display_name": "VARCHAR",
    "country_code": "VARCHAR",
    "type": "VARCHAR",
    "lineage": "VARCHAR[]",
    "geo": "STRUCT(geonames_city_id VARCHAR, latitude DOUBLE, longitude DOUBLE)",
    "works_count": "BIGINT",
    "is_super_system": "BOOLEAN",
    "status": "VARCHAR",
}
#: Works without authors, and authors without institutions, are rows with missing values: reported as unassigned.
_ROWS = """
WITH works AS (
    SELECT regexp_extract(id, '[^/]+$') AS work, publication_year AS year, type,
        try_cast(regexp_extract(primary_topic.field.id, '[0-9]+$') AS INTEGER) AS field,
        coalesce(citation_normalized_percentile.is_in_top_10_percent, false) AS top10,
        coalesce(citation_normalized_percentile.is_in_top_1_percent, false) AS top1,
        coalesce(countries_distinct_count, 0) > 1 AS international,
        list_contains(flatten(list_transform(authorships, lambda each: list_transform(coalesce(each.institutions, []),
            lambda one: one.type))), 'company') AS industry,
        CASE WHEN len(authorships) > 0 THEN authorships ELSE [NULL] END AS authorships
    FROM given
    WHERE publication_year BETWEEN {first} AND {last} AND NOT coalesce(is_xpac, false)
        AND regexp_extract(id, '[^/]+$') NOT IN (SELECT work FROM deleted)
),
authors AS (SELECT * EXCLUDE (authorships), unnest(authorships) AS one FROM works),
places AS (
    SELECT * EXCLUDE (one), regexp_extract(one.author.id, '[^/]+$') AS author,
        unnest(CASE WHEN len(one.institutions) > 0 THEN one.institutions ELSE [NULL] END) AS site
    FROM authors
)
SELECT work, author, regexp_extract(site.id, '[^/]+$') AS institution, ror, geonames, lat, lon, country,
    places.type AS type, field, top10, top1, international, coalesce(industry, false) AS industry, year
FROM places LEFT JOIN sites ON sites.id = regexp_extract(site.id, '[^/]+$')
"""


@frozen(kw_only=True)
class Part:
    """The files of an entity; without a manifest, the day of the snapshot is empty."""

    date: str
    files: tuple[Path, ...]
    deleted: Path


def part(snapshot: Path, entity: str, *, incomplete: bool) -> Part:
    """The files of an entity, compared with its manifest; incomplete ones are rejected unless the user accepts them."""
    folder = snapshot / entity
    files = sorted(path for end in ("*.gz", "*.parquet") for path in folder.glob(f"updated_date=*/{end}"))
    date, problems = "", [gettext("{file} is missing", file=f"{entity}/{MANIFEST}")]
    if (folder / MANIFEST).is_file():
        manifest = _manifest(folder / MANIFEST)
        date, problems = manifest["date"], list(_problems(folder, manifest))
    if not files:
        example = f"{entity}/updated_date=2026-06-24/part_0000.gz"
        raise DataError(str(snapshot), f"has no files of {entity}, such as {example}")
    if problems and not incomplete:
        what = f"is not complete: {shorten_list(problems, 5)}; fetch them, or take what is there by --incomplete"
        raise DataError(str(snapshot), what)
    if problems:
        write_text(gettext("not complete: {problems}", problems=enumerated(problems, 5)), err=True)
    return Part(date=date, files=tuple(files), deleted=folder / DELETED)


def _manifest(path: Path) -> Mapping[str, Any]:
    try:
        result: Mapping[str, Any] = json.loads(read_bytes(path))
        found = misfit(result, _FORM, MANIFEST)
    except (ValueError, RecursionError):
        result, found = {}, MANIFEST
    if found:
        raise DataError(str(path), f"is not a manifest of a snapshot: {found}")
    return result


def _problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    for item in manifest["files"]:
        path = folder.joinpath(*item["url"].split("/")[-2:])
        wanted = item["meta"]["content_length"]
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if not path.is_file():
            yield gettext("{file} is missing", file=name)
        elif (found := path.stat().st_size) != wanted:
            yield gettext("{file} has {found} bytes of {wanted}", file=name, found=found, wanted=wanted)


def flatten(works: Part, institutions: Part, target: Path, years: tuple[int, int], sites: int) -> int:
    """Write the rows into a folder of Parquet files, in folders by year; returns their number."""
    try:
        with duckdb.connect() as connection:
            found = _given(connection, institutions.files, _INSTITUTION).project(", ".join(_INSTITUTION)).fetchall()
            places = frame_of((dict(zip(_INSTITUTION, row, strict=True)) for row in found), sites)
            connection.register("sites", places.loc[places["why"] == "", ["id", "ror", *PLACE]])
            _given(connection, works.files, _WORK).create_view("given")
            deleted = connection.sql("SELECT '' AS column0")  # else the first column of the file, whatever its name
            if works.deleted.is_file():
                deleted = connection.read_csv(glob.escape(str(works.deleted)), header=False, all_varchar=True)
            deleted.project("regexp_extract(column0, '[^/]+$') AS work").create_view("deleted")
            connection.execute("SET preserve_insertion_order = false")  # so that it need not all be held
            rows, quoted = _ROWS.format(first=years[0], last=years[1]), str(target).replace("'", "''")
            result = connection.execute(f"COPY ({rows}) TO '{quoted}' (FORMAT parquet, PARTITION_BY (year))")
            return int((result.fetchone() or (0,))[0])
    except duckdb.Error as error:
        raise DataError(target.name, f"cannot be made: {str(error).splitlines()[0]}") from error


def _given(connection: Any, files: Sequence[Path], columns: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
    """The rows of files, which are all of the first one's kind."""
    kind = files[0].suffix
    paths = [glob.escape(str(path)) for path in files if path.suffix == kind]
    if kind == ".parquet":
        return connection.read_parquet(paths, union_by_name=True, hive_partitioning=False)
    form: dict[str, Any] = {"format": "newline_delimited", "compression": "gzip", "maximum_object_size": _LONGEST}
    return connection.read_json(paths, columns=dict(columns), hive_partitioning=False, **form)


_USUAL = Options()


def openalex(
    snapshot: Annotated[
        Path, typer.Argument(metavar="SNAPSHOT", help="Folder of the snapshot, with works and institutions.")
    ],
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder for the rows.")],
    first_year: Annotated[int, typer.Option(metavar="YEAR", help="First year of publication.")] = _USUAL.first_year,
    last_year: Annotated[int, typer.Option(metavar="YEAR", help="Last year of publication.")] = _USUAL.last_year,
    sites: Annotated[
        int,
        typer.Option(help="Count institutions, except universities, with sites in N or more cities at their sites."),
    ] = _USUAL.sites,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Accept an incomplete snapshot.")] = False,
) -> None:
    """Turn an OpenAlex snapshot into rows for the source `records`: one per work, author and institution."""
    if is_there(target):
        raise UsageError(f"{target}: exists; choose another folder")
    try:
        Options(first_year=first_year, last_year=last_year, sites=sites)
    except ValueError as error:
        raise UsageError(str(error)) from None
    works, institutions = (part(snapshot, entity, incomplete=incomplete) for entity in ("works", "institutions"))
    rows: list[int] = []

    def write(path: Path) -> None:
        rows.append(flatten(works, institutions, path, (first_year, last_year), sites))

    with progress(f"reading {len(works.files):,} {'file' if len(works.files) == 1 else 'files'}"):
        replace_folder(target, {"works": write})
    files = count_text(len(works.files), "file")
    files = gettext("{files} of {date}", files=files, date=works.date) if works.date else files
    write_text(gettext("{target}: {rows} of {files}", target=target, rows=count_text(rows[0], "row"), files=files))
