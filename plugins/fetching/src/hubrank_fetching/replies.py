"""Checks of replies: the shape of JSON, and pages that are all of one version of the data."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from hubrank_fetching.services import FetchError

#: A type, a tuple of types of which one holds (None among them), `[shape]` of a list, or `{key: shape}` of a record.
Shape = Any


#: Half a letter or an invalid number, and digits of a number that no computer holds.
_SUSPECT = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]|[eE]\+?\d{3}|NaN|Infinity")
_ENDLESS = re.compile(rb"\d{309}")


def holds_the_impossible(content: bytes, value: object) -> bool:
    """Whether JSON has a number that no float holds, written as a number or in a text, or half a letter."""
    if _SUSPECT.search(content):
        try:
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except ValueError:
            return True
    return _ENDLESS.search(content) is not None


def misfit(value: object, shape: Shape, where: str = "reply") -> str:
    """The first place where a value does not match a shape, with its content; empty if it fits.

    A record may have further keys, since services add some. A boolean is no number.
    """
    if isinstance(shape, dict) and isinstance(value, dict):
        for key, inner in shape.items():
            found = misfit(value[key], inner, f"{where}.{key}") if key in value else f"{where}.{key}: -"
            if found:
                return found
        return ""
    if isinstance(shape, list) and isinstance(value, list):
        return next((text for at, item in enumerate(value) if (text := misfit(item, shape[0], f"{where}[{at}]"))), "")
    kinds = shape if isinstance(shape, tuple) else (shape,)
    return "" if any(_is(value, kind) for kind in kinds) else f"{where}: {type(value).__name__}"


def _is(value: object, kind: Any) -> bool:
    if not isinstance(kind, type):
        return kind is None and value is None
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def other_form(source: str, found: object) -> FetchError:
    """The error for a reply of unknown form, with the place and its content."""
    return FetchError(source, f"its reply has another form: {found}", "us")


@frozen(kw_only=True)
class PageOf:
    """A page.

    Attributes:
        rows: Its rows, in the form of JSON.
        next: The cursor, number or address of the next page; None for the last.
        total: The total number of rows, if the service states it; else None.
        version: The version of the data, such as the time of the update; empty if it is not stated.
    """

    rows: list[Any]
    next: str | None = None
    total: int | None = None
    version: str = ""


def pages(service: str, first: str, get: Callable[[str], PageOf]) -> Iterator[list[Any]]:
    """The rows of each page, from the first cursor to the last. Cached pages are not fetched again.

    Args:
        service: The service's name.
        first: The first cursor.
        get: Gets the page of a cursor.

    Raises:
        FetchError: A page or a cursor occurs twice, the total or the version changes, or the number of rows differs.
    """
    cursor: str | None = first
    cursors: set[str | None] = set()
    digests: set[str] = set()
    totals: set[int] = set()
    versions: set[str] = set()
    rows = 0
    while cursor is not None:
        page = get(cursor)
        cursors.add(cursor)
        digest = hashlib.sha256(json.dumps(page.rows, sort_keys=True).encode()).hexdigest()
        if page.rows and digest in digests:
            raise FetchError(service, "gave the same page twice", "service")
        if page.next in cursors:
            raise FetchError(service, "leads back to a page that was read", "service")
        versions.add(page.version)
        totals |= set() if page.total is None else {page.total}
        if len(versions) > 1 or len(totals) > 1:
            raise FetchError(service, "its values changed while they were fetched; --refresh fetches them again", "you")
        digests.add(digest)
        rows += len(page.rows)
        yield page.rows
        cursor = page.next
    if totals and totals != {rows}:
        what = f"reported {totals.pop()} rows but gave {rows}; --refresh fetches them again"
        raise FetchError(service, what, "service")
