"""Shares of applications by region, counted by DuckDB where the files lie.

The source `records` brings the connection, what is said of engines' errors, and the state of files. It shares records
by its own rules, whereas REGPAT has the shares, so they are multiplied here.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
from hubrank import FileProblem
from hubrank.io.safe_input import is_file

from hubrank_inventions.regpat import Options

_APPLICATION, _REGION, _OF_REGION = "appln_id", "reg_code", "reg_share"
#: The share of a person, of which a file has one.
_OF_PERSON = ("inv_share", "app_share")
#: What a column of years may be called.
_YEARS = {
    "priority": ("prio_year", "priority_year"),
    "application": ("app_year", "appln_year", "appln_filing_year", "application_year"),
}
#: What stands for the region of an application without a year, which no edition could count.
_NO_YEAR = "no year"
_MOST = 200


@contextlib.contextmanager
def engine_errors(options: Options) -> Iterator[None]:
    """What the engine raises about the files, in a line."""
    from hubrank_records.engines import engine_errors as told_of

    with told_of(_records(options, options.file)):
        yield


def _records(options: Options, file: Path) -> Any:
    from hubrank_records.options import Options as Of

    return Of(file=file, format="csv", delimiter="|", year=False, memory_gb=options.memory_gb, spill=options.spill)


def counted(options: Options, most: int | None = None) -> nw.LazyFrame[Any]:
    """Each row's place, year and share of an application, lazily."""
    from hubrank_records.engines import duckdb_for

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
    if options.years is not None:
        shares = _with_year(shares, _years(opened, options, options.years.file))
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


def _with_year(shares: nw.LazyFrame[Any], years: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The shares with their years; one without is put where it is told, since it would count in every edition."""
    joined = shares.join(years, on="application", how="left")
    region = nw.when(nw.col("year").is_null()).then(nw.lit(_NO_YEAR)).otherwise(nw.col("region"))
    return joined.with_columns(region.alias("region"))


def _placed(opened: Any, shares: nw.LazyFrame[Any], options: Options) -> nw.LazyFrame[Any]:
    if options.lookup is None:
        return shares.with_columns(nw.col("region").alias("nuts"))
    file = options.lookup.file
    rows, named = _scan(opened, file, ",")
    places = [name for name in places_of(options) if name in named]
    kinds: dict[str, Any] = {"unit": nw.String, "lat": nw.Float64, "lon": nw.Float64}
    region = nw.col(_called(named, ("region",), file))
    chosen = rows.select(region.alias("region"), **{name: nw.col(named[name]).cast(kinds[name]) for name in places})
    _refuse_twice(chosen, file)
    joined = shares.join(chosen, on="region", how="left")
    own = nw.col("unit").fill_null(nw.col("region")) if "unit" in places else nw.col("region")
    return joined.with_columns(own.alias("unit"))


def _refuse_twice(chosen: nw.LazyFrame[Any], file: Path) -> None:
    """A region that stands in the lookup twice would be counted twice."""
    twice = chosen.group_by("region").agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    found = sorted(map(str, twice.collect("pyarrow").to_native()["region"].to_pylist()))
    if found:
        raise FileProblem(f"{file.name}: region '{found[0]}' is there twice")


@functools.lru_cache(maxsize=16)
def _head(file: Path, _changed: int) -> tuple[str, ...]:
    with file.open(encoding="utf-8-sig") as lines:
        return tuple(name.strip().lower() for name in lines.readline().split(","))


def places_of(options: Options) -> tuple[str, ...]:
    """The columns that say where: the region as a code of NUTS, or what the lookup gives."""
    if options.lookup is None:
        return ("nuts",)
    file = options.lookup.file
    if not is_file(file):
        raise FileProblem(f"{file.name}: file not found")
    head = _head(file, file.stat().st_mtime_ns)
    if "region" not in head or not ("unit" in head or {"lat", "lon"} <= set(head)):
        raise FileProblem(
            f"{file.name}: must have the columns region and unit, or region, lat and lon; there are {', '.join(head)}"
        )
    return ("unit", *(("lat", "lon") if {"lat", "lon"} <= set(head) else ()))


def first_of(options: Options) -> pd.DataFrame:
    """The first rows, each with its share."""
    with engine_errors(options):
        result: pd.DataFrame = counted(options, _MOST).collect("pyarrow").to_native().to_pandas()
    return result


def state_of(options: Options) -> str:
    """The files with their digests, as JSON."""
    from hubrank_records.counting import plan_of

    files = [options.file, *(item.file for item in (options.years, options.lookup) if item is not None)]
    return json.dumps([json.loads(plan_of(_records(options, file))) for file in files], ensure_ascii=False)
