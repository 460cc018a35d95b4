"""An edition of the Leiden Ranking on Zenodo, and its rows."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank import DataError
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import shorten
from hubrank_fetching import FetchError, zenodo
from hubrank_fetching.downloading import File
from hubrank_fetching.session import Session

from hubrank_research.leiden import NAME, RECORDS, TABLES, Options

#: The edition since which tables have short names and lie in a folder.
_SHORT = 2025
_KEY = ("university_id", "main_field_id", "period_begin_year")
UNIVERSITY = ("university_id", "university", "country_code", "latitude", "longitude")
IMPACT = (*_KEY, "fractional_counting", "p", "p_top_10", "p_top_1")
COLLABORATION = (*_KEY, "p_industry_collab", "p_int_collab")
#: The columns of a university's ROR id, of newer editions and of older ones.
RORS = ("university_ror_id", "ror_id")
_LONGEST = 100_000


@frozen(kw_only=True)
class Files:
    """The tables of an edition that are read."""

    university: Path
    impact: Path
    collaboration: Path
    published: str
    accessed: str


def files(edition: int, session: Session) -> Files:
    """The tables of an edition."""
    record = zenodo.record(session, RECORDS[edition])
    packed = record.entry(".zip")
    folder = f"{packed.name.removesuffix('.zip')}/" if edition >= _SHORT else ""
    kind = "university_" if edition >= _SHORT else "university_main_field_period_"

    def table(name: str, columns: Iterable[str]) -> File:
        check = functools.partial(check_columns, columns=columns)
        return zenodo.member(session, record, packed, f"{folder}{name}.tsv", check=check)

    university = table("university", UNIVERSITY)
    impact = table(f"{kind}impact_indicators", IMPACT)
    collaboration = table(f"{kind}collab_indicators", COLLABORATION)
    return Files(
        university=university.path,
        impact=impact.path,
        collaboration=collaboration.path,
        published=record.published,
        accessed=max(item.date for item in (university, impact, collaboration)),
    )


def header(path: Path) -> list[str]:
    """The columns of a table."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline(_LONGEST).rstrip("\r\n").split("\t")


def check_columns(path: Path, columns: Iterable[str]) -> None:
    """Refuse a table that lacks a column."""
    there = header(path)
    if lacking := [item for item in columns if item not in there]:
        raise FetchError(
            NAME,
            f"a table has no column {shorten_list(lacking)}; it has {shorten_list([shorten(item) for item in there])}",
            "us",
        )


_YEARS = 4
_CORE = "core_pubs_only"
_FRACTIONAL = "fractional_counting"
#: How truths are written.
_TRUTHS = {"1": True, "0": False, "true": True, "false": False}
_UNIVERSITY, _PERIOD = "university_id", "period_begin_year"
_AMOUNTS = {
    "p": "papers",
    "p_top_10": "top10_papers",
    "p_top_1": "top1_papers",
    "p_industry_collab": "industry_papers",
    "p_int_collab": "international_papers",
}
METHODS = {
    "fractional": "fractional counting; papers with firms and of several countries in full",
    "full": "full counting: a paper of two universities is 1 for each",
}
_BATCH = 200_000


def frame(files: Files, options: Options) -> pd.DataFrame:
    """A row for each university and period of a field."""
    impact = _of_field(files.impact, IMPACT, options)
    shared = _of_field(files.collaboration, COLLABORATION, options)
    if impact.empty:
        what = f"edition {options.edition} has no papers of field {options.field}, counted as '{options.counting}'"
        raise DataError(NAME, what)
    try:
        joined = impact.merge(shared, how="left", on=[_UNIVERSITY, _PERIOD], validate="one_to_one")
        result = joined.merge(_universities(files.university), how="left", on=_UNIVERSITY, validate="many_to_one")
        result = result.rename(columns=_AMOUNTS).assign(from_year=pd.to_numeric(result[_PERIOD]).astype("int64"))
        result = result.astype(dict.fromkeys(("lat", "lon", *_AMOUNTS.values()), "float64"))
    except (ValueError, pd.errors.MergeError) as error:
        raise FetchError(NAME, f"its reply has another form: {library_message(error)}", "us") from None
    message = {"vintage": f"edition {options.edition}", "method": METHODS[options.counting]}
    return result.assign(year=result["from_year"] + _YEARS - 1, **message)[list(TABLES[0].columns)]


def _universities(path: Path) -> pd.DataFrame:
    from hubrank_fetching.geonames import codes_of_countries

    ror = next((item for item in RORS if item in header(path)), None)
    found = pd.concat(_batches(path, (*UNIVERSITY, *([ror] if ror else []))))
    codes = codes_of_countries()
    country = found["country_code"].str.upper().map(lambda code: codes.get(code, code))
    ids = None if ror is None else found[ror].str.rpartition("/")[2]
    found = found.rename(columns={"latitude": "lat", "longitude": "lon"}).assign(country=country, ror=ids)
    return found.drop(columns=[*([ror] if ror not in (None, "ror") else []), "country_code"])


def _of_field(path: Path, columns: Sequence[str], options: Options) -> pd.DataFrame:
    """The rows of the field and counting of the options, without the columns that say so."""
    core = _CORE in header(path)
    if not (core or options.core):
        raise DataError(NAME, f"edition {options.edition} has core publications only; core = true takes them")
    wanted = {_CORE: options.core} if core else {}
    if _FRACTIONAL in columns:
        wanted[_FRACTIONAL] = options.counting == "fractional"
    kept = []
    for batch in _batches(path, (*columns, *([_CORE] if core else []))):
        keep = batch["main_field_id"] == str(options.field)
        for name, truth in wanted.items():
            keep &= _truths(batch[name], name) == truth
        kept.append(batch[keep])
    return pd.concat(kept).drop(columns=["main_field_id", *wanted]).reset_index(drop=True)


def _truths(column: pd.Series, name: str) -> pd.Series:
    """Truths, of 0 and 1 or of True and False."""
    found = column.str.lower().map(_TRUTHS)
    if found.isna().any():
        place = f"{name}: {column[found.isna()].iloc[0]}"
        raise FetchError(NAME, f"its reply has another form: {place}", "us")
    return found.astype(bool)


def _batches(path: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """A table's columns as texts, some rows at a time; a gap is one, however it is written."""
    text: dict[str, Any] = {"usecols": list(columns), "dtype": str, "quoting": csv.QUOTE_NONE, "encoding": "utf-8-sig"}
    try:
        yield from pd.read_csv(path, sep="\t", keep_default_na=False, na_values=["", "NULL"], chunksize=_BATCH, **text)
    except ValueError as error:  # of pandas' parser, or of an encoding
        raise FetchError(NAME, f"its reply has another form: {library_message(error)}", "us") from None
