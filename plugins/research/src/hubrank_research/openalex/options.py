"""The options of OpenAlex, and the service."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import frozen
from hubrank.errors import did_you_mean
from hubrank.io.cells import YEAR
from hubrank_fetching import FetchError, Key, Refusal, Service
from hubrank_fetching.clock import CAP, LONGEST, asked_wait, moment_after
from hubrank_fetching.geonames import codes_of_countries

_TYPE = re.compile(r"[a-z]+(-[a-z]+)*")
#: The numbers of OpenAlex' fields, from agriculture to health professions.
FIRST_FIELD, LAST_FIELD = 11, 36


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        first_year: The first year of publication.
        last_year: The last one.
        types: OpenAlex' types of works that count; none for all.
        fields: The numbers of the fields (11 to 36) of a work's main topic that count; none for all.
        top: Whether the most cited are those of their `field`, year and type, or of all works of their `year`.
        countries: ISO 3166-1 alpha-3 codes of the countries whose institutions are requested; none for all.
        least_works: Only institutions with at least this many works of all years.
        sites: An institution, other than a university, with parts in this many cities counts at its parts.
        by: The area in which a work counts once: each `unit` of the scenario, or each `city`.
    """

    first_year: int = 2015
    last_year: int = 2025
    types: tuple[str, ...] = ("article", "review")
    fields: tuple[int, ...] = ()
    top: Literal["field", "year"] = "field"
    countries: tuple[str, ...] = ()
    least_works: int = 1
    sites: int = 10
    by: Literal["unit", "city"] = "unit"

    def __attrs_post_init__(self) -> None:
        if found := next(self._problems(), ""):
            raise ValueError(found)

    def _problems(self) -> Iterator[str]:
        for name, year in (("first_year", self.first_year), ("last_year", self.last_year)):
            if not YEAR.holds(year):
                yield f"{name}: {YEAR.refusal(year)}"
        if self.last_year < self.first_year:
            yield "last_year: is before first_year"
        if wrong := [item for item in self.types if not _TYPE.fullmatch(item)]:
            yield f"types: must be types of OpenAlex, such as article; got '{wrong[0]}'"
        if strange := [item for item in self.fields if not FIRST_FIELD <= item <= LAST_FIELD]:
            yield f"fields: must be from {FIRST_FIELD} to {LAST_FIELD}; got {strange[0]}"
        known = set(codes_of_countries().values()) if self.countries else set()
        if wrong := [item for item in self.countries if item not in known]:
            yield f"countries: there is no country '{wrong[0]}'{did_you_mean(wrong[0], known)}"
        for name, number, least in (("least_works", self.least_works, 1), ("sites", self.sites, 2)):
            if number < least:  # a body with its parts in one city is at that place
                yield f"{name}: must be at least {least}; got {number}"


NAME = "openalex"
KEY = Key(
    variable="HUBRANK_OPENALEX_KEY",
    name="Authorization",
    prefix="Bearer ",
    where="https://openalex.org/settings/api",
    needed=False,
)
#: The cost of a request that lists, filters or groups, in US dollars.
PRICE = 0.0001
_LEFT = ("X-RateLimit-Remaining-USD", "X-RateLimit-Prepaid-Remaining-USD")
_QUERY, _KEYS, _LIMITED, _SLOW = 400, 401, 429, 504


def refusal(refused: Refusal) -> FetchError | None:
    """The meaning of a refusal; None to use its status."""
    text = refused.text_at("message") or refused.text_at("error")
    if refused.status == _LIMITED:
        return _limited(refused, text)
    meanings = {
        _QUERY: FetchError(NAME, f"refuses a question: {text or '?'}", "us"),
        _KEYS: FetchError(NAME, f"refuses the key: {text or '?'}; check {KEY.variable}", "you"),
        _SLOW: FetchError(NAME, "took too long to answer", "service", again=True),
    }
    return meanings.get(refused.status)


def _limited(refused: Refusal, text: str) -> FetchError:
    """Too fast, too much for a day, or more than the plan of a key has: all three come as 429."""
    if "upgrade" in f"{text} {refused.text_at('error')}".lower():
        return FetchError(NAME, f"wants a paid plan for this: {text}", "you")
    wait = asked_wait(refused.headers)
    wait = _wait_in(refused.content) if wait is None else wait
    if wait is None or wait <= CAP:
        return FetchError(NAME, "asks for slower requests", "service", again=True, wait=wait or 1.0)
    what = f"has nothing left of the day's budget; there is more at {moment_after(wait)}"
    more = f"; with a free key in {KEY.variable} the budget is ten times as large ({KEY.where})"
    return FetchError(NAME, what + ("" if KEY.value() else more), "service", wait=wait)


def _wait_in(content: bytes) -> float | None:
    """The seconds to wait in a reply's body; None if it has none."""
    try:
        found = json.loads(content)["retryAfter"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and 0 <= found <= LONGEST else None


def charge(headers: Mapping[str, str]) -> tuple[float, float] | None:
    """The cost of a reply, and the remainder of the day's budget and of the prepaid credit."""
    try:
        left = sum(float(headers[name]) for name in _LEFT if name in headers)
        return float(headers["X-RateLimit-Cost-USD"]), left
    except (LookupError, ValueError):
        return None


SERVICE = Service(name=NAME, address="https://api.openalex.org", key=KEY, days=30, refusal=refusal, charge=charge)
