"""Page after page, each once, and as many rows as the service told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from attrs import define, frozen

from hubrank_fetching.errors import FetchError


@frozen(kw_only=True)
class PageOf:
    """A page.

    Attributes:
        rows: Its rows, such as JSON has them.
        next: The cursor, number or address of the next; none where it is the last.
        total: How many rows there are in all, as the service tells; none where it does not.
        version: Which version of the figures it is of, such as when they were updated; empty where that is not told.
    """

    rows: list[Any]
    next: str | None = None
    total: int | None = None
    version: str = ""


@define
class _Seen:
    """What has come so far."""

    service: str
    cursors: set[str]
    digests: set[str]
    rows: int = 0
    total: int | None = None
    version: str | None = None

    def note(self, cursor: str, page: PageOf) -> None:
        """Take a page in, or refuse it."""
        self.cursors.add(cursor)
        digest = hashlib.sha256(json.dumps(page.rows, sort_keys=True).encode()).hexdigest()
        if page.rows and digest in self.digests:
            raise FetchError(self.service, "gave the same page twice", "service")
        if page.next in self.cursors:
            raise FetchError(self.service, "leads back to a page that was read", "service")
        if self.version not in (None, page.version) or (
            None not in (self.total, page.total) and page.total != self.total
        ):
            what = "its figures changed while they were fetched; --refresh fetches them anew"
            raise FetchError(self.service, what, "you")
        self.digests.add(digest)
        self.rows += len(page.rows)
        self.total = self.total if page.total is None else page.total
        self.version = page.version


def pages(service: str, first: str, get: Callable[[str], PageOf]) -> Iterator[list[Any]]:
    """The rows of each page, from the first cursor to the last. What is kept is not fetched again.

    Args:
        service: The service's name.
        first: The first cursor.
        get: What gets the page of a cursor.

    Raises:
        FetchError: A page or a cursor comes twice, the total or the version changes, or the rows are not as many as it.
    """
    seen, cursor = _Seen(service, set(), set()), first
    while True:
        page = get(cursor)
        seen.note(cursor, page)
        yield page.rows
        if page.next is None:
            break
        cursor = page.next
    if seen.total is not None and seen.rows != seen.total:
        what = f"told of {seen.total} rows and gave {seen.rows}; --refresh fetches them anew"
        raise FetchError(service, what, "service")
