"""Patent applications by region, counted by DuckDB in the user's files of the OECD's REGPAT database.

The source `records` provides the connection, the texts of engines' errors, and the state of files. It divides records
by its own rules, whereas REGPAT has the shares, so they are multiplied here.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import pandas as pd
from attrs import frozen
from hubrank.io.safe_input import is_file
from hubrank.plugin import FileProblem, Origin, Request, Table, gettext_noop
from hubrank_records.columns import in_years
from hubrank_records.counting import plan_of
from hubrank_records.engines import duckdb_for, engine_errors
from hubrank_records.options import Options as Records

NAME = "regpat"
_APPLICATION, _REGION, _OF_REGION = "appln_id", "reg_code", "reg_share"
#: The columns with the share of a person, of which a file has one.
_OF_PERSON = ("inv_share", "app_share")
#: Possible names of a column of years.
_YEARS = {
    "priority": ("prio_year", "priority_year"),
    "application": ("app_year", "appln_year", "appln_filing_year", "application_year"),
}
#: The region of an application without a year, which no edition could count.
_NO_YEAR = "no year"
_MOST = 200


@frozen(kw_only=True)
class Beside:
    """A table that is read beside the shares, relative to the scenario."""

    file: Path


@frozen(kw_only=True)
class Options:
    """Options of the source. Files are relative to the scenario.

    Attributes:
        file: The file of inventors or applicants by region: `202401_EPO_Inv_reg.txt`.
        years: The table with the years of applications: `{ file = "202401_EPO_IPC.txt" }`; else rows have no year.
        year: The year that counts: of the first filing anywhere (`priority`), or of the application itself.
        lookup: The table with the unit (`region, unit`) or point (`region, lat, lon`) of a region:
            `{ file = "hubs.csv" }`.
        memory_gb: The most memory for counting; beyond it, DuckDB writes to `spill`.
        spill: An absolute folder for data that do not fit into memory; the temporary folder by default.
    """

    file: Path
    years: Beside | None = None
    year: Literal["priority", "application"] = "priority"
    lookup: Beside | None = None
    memory_gb: float | None = None
    spill: str = ""


_MEANT = {
    "nuts": gettext_noop("code of the OECD's small region, which in Europe is that of NUTS 3"),
    "unit": gettext_noop("the unit's code, or the region's where the lookup has none"),
    "lat": gettext_noop("degrees north"),
    "lon": gettext_noop("degrees east"),
    "year": gettext_noop("of the priority or the application"),
}


def tables(options: Options) -> tuple[Table, ...]:
    """The one table, with the places that the lookup gives and the years that the other file has."""
    columns = {name: _MEANT[name] for name in (*places_of(options), *(["year"] if options.years else []))}
    columns["applications"] = "patent applications, shared by persons and their regions"
    return (Table(name="patents", title=f"REGPAT {options.file.name}", kind="flow", columns=columns, origin=NAME),)


def origins(options: Options) -> tuple[Origin, ...]:
    """The OECD, with the release in the file's name."""
    release = options.file.name.partition("_")[0]
    return (
        Origin(
            name=NAME,
            producer="OECD",
            title=f"REGPAT database: {options.file.name}",
            licence="on request from the OECD, for the one who asked; not to be passed on",
            url="https://www.oecd.org/en/data/datasets/intellectual-property-statistics.html",
            published=f"{release[:4]}-{release[4:]}" if len(release) == len("202401") and release.isdigit() else "",
            citation="OECD, REGPAT database",
            note="Only sums by region and year leave the file.",
        ),
    )


def read(request: Request) -> Iterator[Any]:
    """One lazy frame, which the core sums; DuckDB's errors are then raised at the yield."""
    options: Options = request.options
    with engine_errors(_records(options, options.file)):
        frame = counted(options)
        yield in_years(frame, request.first_year, request.last_year) if options.years else frame


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # it has one table
    """The first rows of the file, at most 200."""
    with engine_errors(_records(options, options.file)):
        result: pd.DataFrame = counted(options, _MOST).collect("pyarrow").to_native().to_pandas()
    return result


def fingerprint(request: Request) -> str:
    """The files with their digests, as JSON."""
    options: Options = request.options
    files = [options.file, *(item.file for item in (options.years, options.lookup) if item is not None)]
    return json.dumps([json.loads(plan_of(_records(options, file))) for file in files], ensure_ascii=False)


def _records(options: Options, file: Path) -> Records:
    return Records(file=file, format="csv", delimiter="|", year=False, memory_gb=options.memory_gb, spill=options.spill)


def counted(options: Options, most: int | None = None) -> nw.LazyFrame[Any]:
    """Each row's place, year and share of an application, lazily."""
    opened = duckdb_for(_records(options, options.file), None)
    rows, named = _scan(opened, options.file)
    rows = rows if most is None else rows.head(most)
    person = _called(named, _OF_PERSON, options.file)
    wanted = {"region": _REGION, "application": _APPLICATION, "of_region": _OF_REGION}
    result = {new: nw.col(_called(named, (old,), options.file)) for new, old in wanted.items()}
    shares = rows.select(**result, of_person=nw.col(person)).with_columns(
        nw.when(nw.col("region") != "").then(nw.col("region")).alias("region"),
        (nw.col("of_region").cast(nw.Float64) * nw.col("of_person").cast(nw.Float64)).alias("applications"),
    )
    if options.years is not None:  # rows without a year get a reported region: each edition would count them
        shares = shares.join(_years(opened, options, options.years.file), on="application", how="left")
        region = nw.when(nw.col("year").is_null()).then(nw.lit(_NO_YEAR)).otherwise(nw.col("region"))
        shares = shares.with_columns(region.alias("region"))
    placed = _placed(opened, shares, options)
    return placed.select(*places_of(options), *(["year"] if options.years else []), "applications")


def _scan(opened: Any, file: Path, delimiter: str = "|") -> tuple[nw.LazyFrame[Any], dict[str, str]]:
    """A file's rows as texts, and its columns by their names in small letters."""
    if not is_file(file):
        raise FileProblem(f"{file.name}: file not found")
    form = {"header": True, "delimiter": delimiter, "all_varchar": True}
    if delimiter == "|":  # REGPAT quotes nothing, and names may have a quotation mark
        form["quotechar"] = ""
    rows = nw.from_native(opened.read_csv(str(file), **form))
    return rows, {name.strip().lower(): name for name in rows.collect_schema()}


def _called(named: dict[str, str], names: Sequence[str], file: Path) -> str:
    found = [named[name] for name in names if name in named]
    if not found:
        wanted = "' or '".join(names)
        raise FileProblem(f"{file.name}: no column '{wanted}'; there are {', '.join(named.values())}")
    return found[0]


def _years(opened: Any, options: Options, file: Path) -> nw.LazyFrame[Any]:
    """The first year of each application: the file has a row for each of its classes."""
    rows, named = _scan(opened, file)
    year = _called(named, _YEARS[options.year], file)
    application = nw.col(_called(named, (_APPLICATION,), file))
    filled = nw.when(nw.col(year) != "").then(nw.col(year))
    dated = rows.select(application.alias("application"), filled.cast(nw.Int64).alias("year"))
    return dated.group_by("application").agg(nw.col("year").min())


def _placed(opened: Any, shares: nw.LazyFrame[Any], options: Options) -> nw.LazyFrame[Any]:
    if options.lookup is None:
        return shares.with_columns(nw.col("region").alias("nuts"))
    file = options.lookup.file
    rows, named = _scan(opened, file, ",")
    places = [name for name in places_of(options) if name in named]
    kinds: dict[str, Any] = {"unit": nw.String, "lat": nw.Float64, "lon": nw.Float64}
    region = nw.col(_called(named, ("region",), file))
    chosen = rows.select(region.alias("region"), **{name: nw.col(named[name]).cast(kinds[name]) for name in places})
    twice = chosen.group_by("region").agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    if found := sorted(map(str, twice.collect("pyarrow").to_native()["region"].to_pylist())):
        raise FileProblem(f"{file.name}: region '{found[0]}' is there twice")
    joined = shares.join(chosen, on="region", how="left")
    place = nw.col("unit").fill_null(nw.col("region")) if "unit" in places else nw.col("region")
    return joined.with_columns(place.alias("unit"))


def places_of(options: Options) -> tuple[str, ...]:
    """The columns of place: the region as a code of NUTS, or the result of the lookup."""
    if options.lookup is None:
        return ("nuts",)
    file = options.lookup.file
    if not is_file(file):
        raise FileProblem(f"{file.name}: file not found")
    with file.open(encoding="utf-8-sig") as lines:
        head = [name.strip().lower() for name in lines.readline().split(",")]
    points = ("lat", "lon") if {"lat", "lon"} <= set(head) else ()
    if "region" not in head or not ("unit" in head or points):
        what = f"must have the columns region and unit, or region, lat and lon; there are {', '.join(head)}"
        raise FileProblem(f"{file.name}: {what}")
    return ("unit", *points)
