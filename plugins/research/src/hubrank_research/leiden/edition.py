"""An edition on Zenodo: which tables it has, what they are called in it, and the columns that are read of them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from hubrank.errors import shorten_list
from hubrank.io.safe_input import shorten
from hubrank_fetching import FetchError, zenodo

from hubrank_research.leiden import NAME, RECORDS

if TYPE_CHECKING:
    from hubrank_fetching.downloading import File
    from hubrank_fetching.session import Session

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
    """The tables of an edition that are read.

    Attributes:
        university: Universities with their places.
        impact: Papers and those that are cited most.
        collaboration: Papers with firms and with other countries.
        published: The day of the edition, in ISO form.
        accessed: The day on which the last of them was fetched.
    """

    university: Path
    impact: Path
    collaboration: Path
    published: str
    accessed: str


def files(edition: int, session: Session) -> Files:
    """The tables of an edition.

    Args:
        edition: The year.
        session: Of Zenodo.

    Raises:
        FetchError: One cannot be had, or lacks a column.
    """
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
        accessed=max(each.date for each in (university, impact, collaboration)),
    )


def header(path: Path) -> list[str]:
    """The columns of a table."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline(_LONGEST).rstrip("\r\n").split("\t")


def check_columns(path: Path, columns: Iterable[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        FetchError: It does.
    """
    there = header(path)
    if lacking := [each for each in columns if each not in there]:
        raise FetchError(
            NAME,
            f"a table has no column {shorten_list(lacking)}; it has {shorten_list([shorten(each) for each in there])}",
            "us",
        )
