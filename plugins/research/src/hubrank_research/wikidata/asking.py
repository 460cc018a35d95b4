"""Wikidata's query service: where it is, how fast it may be asked, and what its refusals mean."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources
from string import Template
from typing import Any

from hubrank_fetching import FetchError, NotFetchedError, Refusal, Service, other_form
from hubrank_fetching.session import Session

NAME = "wikidata"
RESULTS = "application/sparql-results+json"
#: The text in a reply to a query that took more than the minute allowed.
_TIMEOUTS = (b"Query timeout limit reached", b"java.util.concurrent.TimeoutException")
_FORBIDDEN = 403
_ITEM = re.compile(r"Q[1-9][0-9]*")
_ENTITY = "http://www.wikidata.org/entity/"
#: A row: the value of each variable that has one.
Row = Mapping[str, str]
SHAPE = {"head": {"vars": [str]}, "results": {"bindings": [dict]}}
#: Items that one query names, so that its address stays shorter than any server's limit.
MOST = 150


class TimedOutError(FetchError):
    """A query took more time than the service gives it: a smaller one may do."""

    def __init__(self) -> None:
        super().__init__(NAME, "took more time for a query than it gives to one", "service")


def timed_out(content: bytes) -> FetchError | None:
    """The error in a reply, whatever its status, that the service's time limit cut off."""
    return TimedOutError() if any(item in content for item in _TIMEOUTS) else None


def refusal(found: Refusal) -> FetchError | None:
    """The meaning of a refusal: a query that took too long, or a ban with its end."""
    if found.status == _FORBIDDEN:
        text = " ".join(found.content.decode(errors="replace").split())[:200].rstrip(".") or "?"
        return FetchError(NAME, f"refuses this machine: {text}; run the same command after that", "you")
    return timed_out(found.content)


SERVICE = Service(
    name=NAME,
    address="https://query.wikidata.org/sparql",
    media=(RESULTS,),
    accept=RESULTS,
    days=30,
    pace=1,
    refusal=refusal,
)


def is_item(text: str) -> bool:
    """Whether a text is the id of an item, such as `Q62`."""
    return _ITEM.fullmatch(text) is not None


def item_of(value: str) -> str:
    """The id of an item by its address; empty if it is none, such as a value that is not known."""
    item = value.removeprefix(_ENTITY)
    return item if is_item(item) else ""


def number_of(item: str) -> int:
    """The number in the id of an item, which orders items by age."""
    return int(item[1:])


def ask(session: Session, query: str, **values: str) -> list[Row]:
    """The rows of a query."""
    text = resources.files("hubrank_research.wikidata").joinpath("queries", f"{query}.rq").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    asked = Template("\n".join(lines)).substitute(values)
    reply = session.json("", {"query": asked}, shape=SHAPE, check=check, broken=timed_out)
    return [{name: item["value"] for name, item in row.items()} for row in reply.content["results"]["bindings"]]


def check(reply: Any) -> None:
    """Reject rows whose values are no texts; other things of a reply are its shape's."""
    results = reply.get("results") if isinstance(reply, dict) else None
    rows = results.get("bindings") if isinstance(results, dict) else None
    for at, row in enumerate(rows if isinstance(rows, list) else []):
        for name, item in row.items() if isinstance(row, dict) else ():
            if not (isinstance(item, dict) and isinstance(item.get("value"), str)):
                raise other_form(NAME, f"reply.results.bindings[{at}].{name}")


def of_items(session: Session, query: str, items: Iterable[str], *, at_a_time: int = MOST, **values: str) -> list[Row]:
    """The rows of a query with items in its `${items}`: in batches, smaller ones if it takes too long."""
    distinct = set(items)
    if strange := sorted(item for item in distinct if not is_item(item)):
        raise ValueError(f"not the ids of items: {strange[:5]}")
    ordered = sorted(distinct, key=number_of)

    def asked(some: Sequence[str]) -> list[Row]:
        return ask(session, query, items=" ".join(f"wd:{item}" for item in some), **values)

    starts = range(0, len(ordered), at_a_time)
    return [row for at in starts for row in halved(ordered[at : at + at_a_time], asked)]


def halved(items: Sequence[str], asked: Callable[[Sequence[str]], list[Row]]) -> list[Row]:
    """The rows for items; if all take too long, those of each half, as they are cached too."""
    try:
        return asked(items)
    except (TimedOutError, NotFetchedError):
        if len(items) == 1:
            raise
    middle = len(items) // 2
    return halved(items[:middle], asked) + halved(items[middle:], asked)
