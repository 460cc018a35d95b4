"""Pages of OpenAlex: lists and groups, each to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hubrank_fetching import FetchError, PageOf, pages

from hubrank_research.openalex.service import NAME

if TYPE_CHECKING:
    from hubrank_fetching.session import Reply, Session

_META = {"count": int, "next_cursor": (str, None)}
GROUPS = {"meta": _META, "group_by": [{"key": (str, int, None), "count": int}]}
#: Rows of a page of a list, and groups of a page of groups.
ROWS, MOST_GROUPS = 100, 200
#: The first page.
FIRST = "*"


def address(path: str, filters: Mapping[str, str] | tuple[str, ...], **more: str) -> str:
    """The address of a question, short: of what it holds only what an address must not is written otherwise.

    Args:
        path: What is asked for.
        filters: Conditions, all of which hold; of a mapping by their field.
        more: Other parameters.
    """
    said = [f"{name}:{value}" for name, value in filters.items()] if isinstance(filters, Mapping) else filters
    query = {"filter": ",".join(said), **more}
    return f"{path}?" + "&".join(f"{name}={quote(text, safe=',:!*/')}" for name, text in query.items())


def listed(ask: Callable[[str], Reply]) -> list[dict[str, Any]]:
    """All rows of a list, each once.

    It may grow while it is walked, which takes days where a budget is small: then it has as many rows as it told of at
    some time.

    Args:
        ask: The page of a cursor.

    Raises:
        FetchError: It has fewer or more rows than it told.
    """
    totals: list[int] = []

    def page(cursor: str) -> PageOf:
        reply = ask(cursor).content
        totals.append(reply["meta"]["count"])
        return PageOf(rows=reply["results"], next=reply["meta"]["next_cursor"])

    found = {row["id"]: row for rows in pages(NAME, FIRST, page) for row in rows}
    if not min(totals) <= len(found) <= max(totals):
        what = f"told of {totals[-1]} rows and gave {len(found)}; --refresh fetches them anew"
        raise FetchError(NAME, what, "service")
    return list(found.values())


def grouped(path: Callable[[str], str], session: Session) -> dict[str, int]:
    """The number of each group, of all pages: however many a page says that there are, the last has no cursor.

    Args:
        path: The address of the page of a cursor.
        session: Where it is asked.
    """

    def page(cursor: str) -> PageOf:
        reply = session.json(path(cursor), shape=GROUPS).content
        return PageOf(rows=reply["group_by"], next=reply["meta"]["next_cursor"])

    return {str(row["key"]): row["count"] for rows in pages(NAME, FIRST, page) for row in rows}
