"""From a request to a lazy frame, with everything checked that can be known before the long work."""

from collections.abc import Iterator
from typing import Any

import attrs
import narwhals as nw
import pandas as pd
import pyarrow.compute as pc
from hubrank.io.addresses import table_at
from hubrank.plugin import DIVISOR, PLACE_COLUMNS, TIME_COLUMNS, FileProblem, Request, Table, divided, gettext_noop

from hubrank_records.columns import Columns, columns_of, in_one_form, in_years, kept, keys, refuse, texts_of
from hubrank_records.counting import counted, levels_of, number_of_parts, part_of, plan_of
from hubrank_records.engines import Files, connection, engine_errors, files_of, listed, misfits, scan
from hubrank_records.options import COUNT, RECORD, Options
from hubrank_records.spark import check_address

#: Rows of the head that a sample is counted from, and the most that it has.
_HEAD, _MOST = 2_000, 200
_CODES = {"unit": gettext_noop("the unit's code"), "country": "ISO 3166-1 alpha-3", "subdivision": "ISO 3166-2"}
_POINTS = {"lat": gettext_noop("degrees north"), "lon": gettext_noop("degrees east")}
_COUNTED = {
    "rows": gettext_noop("rows"),
    "full": gettext_noop("records, each counted in full in each of its units"),
    "fractional-author": gettext_noop("records, shared by authors and their affiliations"),
    "fractional-institution": gettext_noop("records, shared by institutions"),
}
_MEANT = {**_CODES, **_POINTS, "year": gettext_noop("of the record"), "from_year": gettext_noop("its first year")}


def _scanned(
    options: Options, engine: str | None = None, part: int | None = None
) -> tuple[nw.LazyFrame[Any], Columns, Files | None]:
    """The rows, the facts about their columns, checked before any row is counted, and the files, if they are seen."""
    if engine is not None:
        options = attrs.evolve(options, engine=engine, spark="", memory_gb=None, spill="")
    here = options.file is not None and table_at(options.file) is None
    files = (files_of(options) if part is None else part_of(options, part)) if here else None
    kind = files.kind if files is not None else options.format or "parquet"
    frame = scan(options, files)
    with engine_errors(options, files):
        columns = columns_of(frame, options, parsed=kind == "csv" and options.database is None)
    named = (*keys(options).values(), *options.amounts, *options.by, *options.where, *columns.places, *TIME_COLUMNS)
    needed = {columns.old[name] for name in map(columns.called, named) if name in columns.kinds}
    if files is not None and (problems := misfits(files, options, sorted(needed))):
        raise FileProblem(*problems)
    refuse(columns, options)
    return frame, columns, files


def tables(options: Options) -> tuple[Table, ...]:
    """One table of any name, from the headers of the files; an address must answer before anything is planned."""
    if options.spark.startswith("sc://"):
        check_address(options.spark)
    _, columns, _ = _scanned(options, None if options.path else "duckdb")
    meant = {name: _MEANT.get(name, f"code of the scheme {name}") for name in columns.places}
    meant |= {name: _MEANT[name] for name in TIME_COLUMNS if name in columns.kinds}
    if options.year is not False and options.year is not None:
        meant["year"] = _MEANT["year"]
    meant[COUNT] = _COUNTED[options.count]
    meant |= {name: f"sum of {name}, {_COUNTED[options.count]}" for name in options.amounts}
    meant |= dict.fromkeys(options.by, gettext_noop("a text that distinguishes rows"))
    once = RECORD if options.count == "full" else ""
    if once:
        meant[RECORD] = gettext_noop("the ID of a record, which counts once in a unit")
    names = {"name": "*", "title": options.title or options.name, "origin": options.name}
    return (Table(columns=meant, kind="flow", covers=options.covers, count_distinct=once, **names),)


def read(request: Request) -> Iterator[nw.LazyFrame[Any]]:
    """The counted rows as one lazy frame, which the core sums; the engine's errors are then raised at the yield.

    Rows without a record cannot be counted by records; looking for them reads one column.
    """
    options: Options = request.options
    frame, columns, files = _scanned(options, part=request.part)
    with engine_errors(options, files):
        frame = kept(frame, columns, options)
        levels = levels_of(options, columns)
        if levels and options.engine == "duckdb" and files is not None and files.kind == "parquet":
            frame = listed(frame, texts_of(columns, options))
        wanted = [name for name in options.amounts if name in request.columns]
        formed = in_one_form(frame, columns, attrs.evolve(options, amounts=tuple(wanted)))
        if options.record:  # other rows need no filter before that of the core
            if "year" in formed.collect_schema():
                formed = in_years(formed, request.first_year, request.last_year)
            nameless = formed.filter(nw.col("_record").is_null()).select(nw.len().alias("rows"))
            if missing := int(nameless.collect("pyarrow").item()):
                instead = f"where = {{ {options.record} = {{ missing = false }} }} leaves them out"
                raise FileProblem(f"{options.name}: {missing:,} rows have no '{options.record}'; {instead}")
        rows = counted(formed, options, columns.places, levels, wanted)
        always = {*PLACE_COLUMNS, *TIME_COLUMNS, RECORD, DIVISOR, *request.columns}
        given = {name: kind for name, kind in rows.collect_schema().items() if name in always}
        yield rows.select(*(nw.col(name).cast(nw.String) if kind == nw.Enum else name for name, kind in given.items()))


def sample(_: str, options: Options) -> pd.DataFrame:
    """The first rows that are kept, counted as if there were no others: at most 200.

    The last record of the first bytes may be incomplete, so it is left out if there is another.
    """
    frame, columns, _ = _scanned(options, None if options.path else "duckdb")
    with engine_errors(options):
        formed = in_one_form(kept(frame, columns, options), columns, options)
        head = formed.head(_HEAD).collect("pyarrow").to_native()
        if options.record and len(head) == _HEAD:
            others = head.filter(pc.not_equal(head["_record"], head["_record"][-1]))
            head = others if len(others) else head
        rows, levels = nw.from_native(connection().from_arrow(head)), levels_of(options, columns)
        shares = counted(rows, options, columns.places, levels, options.amounts)
        result: pd.DataFrame = shares.collect("pyarrow").to_native().to_pandas()
    (table,) = tables(options)
    result = divided(result, (COUNT, *options.amounts))
    names = [name for name in result.columns if name in table.columns]
    return result[names].sort_values(names, ignore_index=True).head(_MOST)


def fingerprint(request: Request) -> str:
    """The plan as JSON: the engine, how it counts, and the files with sizes and digests."""
    return plan_of(request.options, request.part)


def parts(request: Request) -> int:
    """The number of parts that the files have, whose sums add up."""
    return number_of_parts(request.options)
