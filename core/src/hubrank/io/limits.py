"""Limits on what is read and made; scenarios cannot raise those that a user sets by `--limit` or `HUBRANK_LIMITS`."""

from __future__ import annotations

import contextlib
import contextvars
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from attrs import field, frozen

from hubrank.errors import FileProblem, UsageError, did_you_mean

#: The variable that sets limits for every run: `cells=1e9,units=1e5`.
LIMITS = "HUBRANK_LIMITS"
#: The number of rows that a spreadsheet's sheet has, one of which is the header.
SHEET_ROWS = 1_048_576


def _most(default: float, found: str, *, by_scenario: bool = True) -> Any:
    """A limit: its default, the message if it is exceeded, and whether a scenario may set it."""
    return field(default=default, metadata={"found": found, "by_scenario": by_scenario})


@frozen(kw_only=True, eq=False, repr=False)
class Limits:
    """Limits on the size of everything that untrusted input can make large.

    Attributes:
        scenario_bytes: Bytes of one TOML file of a scenario.
        depth: Tables and lists within one another, in a scenario or in GeoJSON.
        key_parts: Parts of one dotted key of a scenario, such as the 3 of `indicators.papers.weight`.
        extends: Files that a scenario extends, one by one.
        file_bytes: Bytes of a table, a GeoJSON file or a file of a run folder, as it is stored.
        start_bytes: Bytes of a table that `start` looks at.
        unpacked_bytes: Bytes of a gzipped table or an archive when it is unpacked.
        workbook_bytes: Bytes of a workbook when it is unpacked.
        unpacked_ratio: The factor by which a packed file, or a part of an archive, may grow; any factor up to 20 MB.
        archive_files: Files in one archive or workbook.
        cells: Cells of a table: rows times columns.
        sheet_cells: Cells of a workbook's sheet, including the empty ones between those that are filled.
        columns: Columns of a table.
        polygon_points: Corners of all polygons of a file of units or places.
        name_letters: Letters of a unit's code or name.
        editions: Editions of a scenario.
        units: Units of a scenario.
        indicators: Indicators of a scenario, including those that others are derived from.
        panel: Values of a ranking: editions times units times indicators.
        draws: The number of simulations of a ranking.
        drawn: Values of all draws: draws times units times indicators.
    """

    scenario_bytes: float = _most(10e6, "has {found} bytes", by_scenario=False)
    depth: float = _most(100, "has tables and lists within one another {found} deep", by_scenario=False)
    key_parts: float = _most(100, "has a key of {found} parts", by_scenario=False)
    extends: float = _most(50, "extends {found} files", by_scenario=False)
    file_bytes: float = _most(10e9, "has {found} bytes")
    start_bytes: float = _most(300e6, "has {found} bytes")
    unpacked_bytes: float = _most(20e9, "unpacks to {found} bytes or more")
    workbook_bytes: float = _most(1e9, "unpacks to {found} bytes or more")
    unpacked_ratio: float = _most(200, "becomes {found} times as large or more when it is unpacked")
    archive_files: float = _most(100_000, "contains {found} files")
    cells: float = _most(2e9, "has {found} cells")
    sheet_cells: float = _most(20e6, "has {found} cells, empty ones counted")
    columns: float = _most(100_000, "has {found} columns")
    polygon_points: float = _most(50e6, "has polygons with {found} corners")
    name_letters: float = _most(1000, "has a code or name of {found} letters")
    editions: float = _most(500, "has {found} editions")
    units: float = _most(5e6, "has {found} units")
    indicators: float = _most(5000, "has {found} indicators")
    panel: float = _most(1e9, "has {found} values: editions times units times indicators")
    draws: float = _most(1e9, "makes {found} draws")
    drawn: float = _most(1e14, "draws {found} values: draws times units times indicators")

    def __attrs_post_init__(self) -> None:
        for name in _NAMES:
            if not (value := getattr(self, name)) > 0:  # not a number is rejected too
                raise ValueError(f"{name}: must be a number above 0; got {value:g}")


_NAMES = tuple(attrs.fields_dict(Limits))
#: Content that unpacks to no more than this may have any ratio.
SMALL = 20_000_000

_GIVEN = contextvars.ContextVar[Mapping[str, float] | None]("given limits", default=None)
_CHOSEN = contextvars.ContextVar[Mapping[str, float] | None]("limits of the scenario", default=None)


def limits() -> Limits:
    """The limits in force: those of the user, else of the scenario, else the defaults."""
    return Limits(**{**(_CHOSEN.get() or {}), **given()})


def given() -> Mapping[str, float]:
    """The limits that a user sets, for this run or by `HUBRANK_LIMITS`; a `UsageError` if that sets none."""
    here, text = _GIVEN.get(), os.environ.get(LIMITS)
    return assigned_in(filter(str.strip, text.split(",")), LIMITS) if here is None and text else here or {}


def assigned_in(texts: Iterable[str], where: str) -> dict[str, float]:
    """Limits as a command line writes them, such as `cells=1e9`; a `UsageError` says `where` one is none."""
    numbers = {}
    for text in texts:
        name, _sign, number = (item.strip() for item in text.partition("="))
        try:
            numbers[name] = float(number.replace("_", ""))
        except ValueError as error:
            raise UsageError(f"{where}: must be NAME=NUMBER, such as cells=1e9; got '{text}'") from error
    try:
        return _checked(numbers)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from error


def _checked(changes: Mapping[str, float]) -> dict[str, float]:
    """Limits by name, each of which there is, and a number above 0; else a `ValueError` begins with its name."""
    for name in changes:
        if name not in _NAMES:
            raise ValueError(f"there is no limit '{name}'" + did_you_mean(name, _NAMES))
    Limits(**changes)
    return dict(changes)


@contextlib.contextmanager
def limited(**changes: float) -> Iterator[None]:
    """Set limits within a `with` block, in addition to those already set; no scenario can raise them."""
    token = _GIVEN.set({**given(), **_checked(changes)})
    try:
        yield
    finally:
        _GIVEN.reset(token)


@contextlib.contextmanager
def chosen(changes: Mapping[str, float]) -> Iterator[None]:
    """Work within the limits that a scenario sets; those that a user sets stay."""
    token = _CHOSEN.set(changes)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def whole_number(text: str) -> int | None:
    """The whole number that a text of at most nine digits is, such as a year or a width; none of any other."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def exceeded(name: str, found: float) -> str:
    """The message for exceeding a limit, without the name; empty if it is not exceeded."""
    allowed = getattr(limits(), name)
    if not found > allowed:
        return ""
    metadata = attrs.fields_dict(Limits)[name].metadata
    what, enough = metadata["found"].format(found=_shown(found)), f"{math.ceil(found)}"
    if found >= 10_000:  # two digits are enough
        power = math.floor(math.log10(found)) - 1
        enough = f"{math.ceil(found / 10**power) * 10**power:.2g}".replace("e+0", "e").replace("e+", "e")
    text = f"{what}; the limit {name} is {_shown(allowed)}; raise it by --limit {name}={enough}"
    by_scenario = metadata["by_scenario"] and name not in given()
    return f"{text}, or by {name} = {enough} in [limits]" if by_scenario else text


def refuse(name: str, found: float, file: str) -> None:
    """Raise a `FileProblem` of a file, or the place in it that `file` names, that has more than a limit allows."""
    if text := exceeded(name, found):
        raise FileProblem(f"{file}: {text}")


def _shown(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else f"{number:,.4g}"
