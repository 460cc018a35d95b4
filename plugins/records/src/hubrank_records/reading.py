"""From a request to a lazy frame, with everything checked that can be known before the long work."""

from __future__ import annotations

from typing import Any

import attrs
import narwhals as nw
import pandas as pd
from attrs import frozen
from hubrank import PLACE_COLUMNS, FileProblem, Request, Table, gettext_noop

from hubrank_records.columns import Columns, columns_of, in_one_form, in_years, kept, keys, refuse
from hubrank_records.counting import counted, parts_of
from hubrank_records.engines import connection, engine_errors, files_of, misfits, scan
from hubrank_records.options import COUNT, RECORD, Options
from hubrank_records.spark import check_address

#: Rows of the head that a sample is counted from, and the most that it has.
_HEAD, _MOST = 2_000, 200
_CODES = {"unit": gettext_noop("the unit's code"), "country": "ISO 3166-1 alpha-3", "subdivision": "ISO 3166-2"}
_POINTS = {"lat": gettext_noop("degrees north"), "lon": gettext_noop("degrees east")}
_MEANT = {**_CODES, **_POINTS, "year": gettext_noop("of the record"), "from_year": gettext_noop("its first year")}


@frozen(kw_only=True, eq=False)
class Scanned:
    """The rows of the files with what is known of their columns."""

    frame: nw.LazyFrame[Any]
    columns: Columns


def scanned(options: Options, engine: str | None = None, part: int | None = None) -> Scanned:
    """Scan and check, before any row is counted."""
    if engine is not None:
        options = attrs.evolve(options, engine=engine, spark="", memory_gb=None, spill="")
    files = None if options.file is None else files_of(options) if part is None else parts_of(options)[part]
    kind = files.kind if files is not None else options.format or "parquet"
    frame = scan(options, files)
    with engine_errors(options):
        columns = columns_of(frame, options, parsed=kind == "csv" and options.database is None)
    if files is not None and (problems := misfits(files, sorted(_needed(columns, options)))):
        raise FileProblem(*problems)
    refuse(columns, options)
    return Scanned(frame=frame, columns=columns)


def _needed(columns: Columns, options: Options) -> set[str]:
    named = (*keys(options).values(), *options.amounts, *options.by, *options.where, *columns.places)
    known = (columns.called(name) for name in (*named, "year", "from_year"))
    return {columns.old[name] for name in known if name in columns.kinds}


def table_of(options: Options) -> Table:
    """What the table has, by the head of the files; an address must answer before anything is planned."""
    if options.spark.startswith("sc://"):
        check_address(options.spark)
    columns = scanned(options, None if options.path else "duckdb").columns
    told_columns = {name: _MEANT.get(name, f"code of the scheme {name}") for name in columns.places}
    told_columns |= {name: _MEANT[name] for name in ("from_year", "year") if name in columns.kinds}
    if options.year is not False and options.year is not None:
        told_columns["year"] = _MEANT["year"]
    told_columns[COUNT] = _counted_how(options)
    told_columns |= {name: f"sum of {name}, {_counted_how(options)}" for name in options.amounts}
    told_columns |= dict.fromkeys(options.by, gettext_noop("a text that tells rows apart"))
    once = RECORD if options.count == "full" else ""
    if once:
        told_columns[RECORD] = gettext_noop("what names a record, which counts once in a unit")
    names = {"name": "*", "title": options.title or options.name, "origin": options.name}
    return Table(columns=told_columns, kind="flow", covers=options.covers, count_distinct=once, **names)


def _counted_how(options: Options) -> str:
    return {
        "rows": gettext_noop("rows"),
        "full": gettext_noop("records, each whole in each unit that it touches"),
        "fractional-author": gettext_noop("records, shared by authors and their affiliations"),
        "fractional-institution": gettext_noop("records, shared by institutions"),
    }[options.count]


def frame_of(request: Request) -> nw.LazyFrame[Any]:
    """The counted rows of a request, lazily."""
    options: Options = request.options
    rows = scanned(options, part=request.part)
    chosen = kept(rows.frame, rows.columns, options)
    wanted = [name for name in options.amounts if name in request.columns]
    with engine_errors(options):
        formed = in_one_form(chosen, rows.columns, attrs.evolve(options, amounts=tuple(wanted)))
        if "year" in formed.collect_schema():
            formed = in_years(formed, request.first_year, request.last_year)
        _refuse_nameless(formed, options)
        return _asked(counted(formed, options, rows.columns.places, wanted), request)


def _refuse_nameless(frame: nw.LazyFrame[Any], options: Options) -> None:
    """Rows without a record cannot be counted by records; looking for them reads one column."""
    if not options.record:
        return
    nameless = frame.filter(nw.col("_record").is_null()).select(nw.len().alias("rows"))
    missing = int(nameless.collect("pyarrow").item())
    if missing:
        raise FileProblem(
            f"{options.name}: {missing:,} rows have no '{options.record}'; where = {{ {options.record} = {{ "
            "missing = false } } leaves them out"
        )


def _without_last(head: Any) -> Any:
    import pyarrow.compute as pc

    others = head.filter(pc.not_equal(head["_record"], head["_record"][-1]))
    return others if len(others) else head


def _asked(frame: nw.LazyFrame[Any], request: Request) -> nw.LazyFrame[Any]:
    """The columns that are asked for, beside places, years and what names a record."""
    there = frame.collect_schema().names()
    always = {*PLACE_COLUMNS, "from_year", "year", RECORD}
    return frame.select(*(name for name in there if name in always or name in request.columns))


def sample_of(options: Options) -> pd.DataFrame:
    """The first rows that are kept, counted as if there were no others: at most 200.

    The last record of the head may go on behind it, so it is left out where there is another.
    """
    rows = scanned(options, None if options.path else "duckdb")
    with engine_errors(options):
        formed = in_one_form(kept(rows.frame, rows.columns, options), rows.columns, options)
        head = formed.head(_HEAD).collect("pyarrow").to_native()
        whole = _without_last(head) if options.record and len(head) == _HEAD else head
        frame = nw.from_native(connection().from_arrow(whole))
        shares = counted(frame, options, rows.columns.places, options.amounts)
        result: pd.DataFrame = shares.collect("pyarrow").to_native().to_pandas()
    columns = [name for name in result.columns if name in table_of(options).columns]
    return result[columns].sort_values(columns, ignore_index=True).head(_MOST)
