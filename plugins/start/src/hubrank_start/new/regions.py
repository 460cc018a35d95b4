"""The folder of a region, begun from polygons or from a list of cities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import FileProblem, UsageError, gettext

from hubrank_start.new.asking import Asking
from hubrank_start.new.making import Files

if TYPE_CHECKING:
    from hubrank_start.regions import Begun, Doubt


def begun(name: str, title: str, source: Path, asks: Asking) -> tuple[Files, tuple[str, ...]]:
    """A region of polygons, or of cities whose places the gazetteer knows.

    Args:
        name: What scenarios call it.
        title: What people read.
        source: GeoJSON, or a text with a city a line.
        asks: Whether a person can say where a doubtful city is.

    Returns:
        Its files, and the names of what is left out since its place is doubtful.

    Raises:
        UsageError: The file cannot be read, or no unit of it can be placed.
    """
    from hubrank_start.regions import region_of

    what = _read(source)
    found = region_of(what, name, title)
    if not isinstance(what, bytes) and asks.possible and found.doubts:
        found = region_of(_answered(what, found, asks), name, title)
    if not found.files:
        raise UsageError(
            f"{source.name}: no unit could be placed; write a city a line, such as Valencia, Spain or Lille, "
            "FRA, 50.63, 3.07"
        )
    return {each: text.decode() for each, text in found.files.items()}, tuple(map(_told, found.doubts))


def _read(source: Path) -> bytes | list[str]:
    """Polygons as bytes, cities as lines.

    Raises:
        UsageError: The file cannot be read.
    """
    from hubrank.io.safe_input import read_bytes

    try:
        content = read_bytes(source, "start_bytes")
        return content if source.suffix.lower() in (".geojson", ".json") else content.decode("utf-8-sig").splitlines()
    except FileProblem as error:
        raise UsageError(str(error)) from error
    except UnicodeDecodeError as error:
        what = f"is not UTF-8: {error.reason} at byte {error.start}"
        raise UsageError(f"{source.name}: {what}") from error


def _answered(lines: Sequence[str], found: Begun, asks: Asking) -> list[str]:
    """The lines, behind each doubtful one what a person says of it."""
    doubtful = {each.name: each for each in found.doubts}
    return [_asked(doubtful[each.strip()], asks) if each.strip() in doubtful else each for each in lines]


def _asked(doubt: Doubt, asks: Asking) -> str:
    answer = asks.text(
        gettext("where is {place}: country, or country, latitude, longitude", place=_told(doubt)), None, ""
    )
    return f"{doubt.name.partition(',')[0]}, {answer}" if answer else doubt.name


def _told(doubt: Doubt) -> str:
    """A doubtful unit with the places that may be meant."""
    known = "; ".join(f"{each.name} ({each.country})" for each in doubt.choices[:5])
    return f"{doubt.name} [{known}]" if known else doubt.name
