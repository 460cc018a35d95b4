"""OpenAlex as a service: its key, what its refusals mean, and what its replies cost."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hubrank_fetching import Charge, FetchError, Key, Refusal, Service
from hubrank_fetching.waiting import CAP, asked_wait, moment_after

NAME = "openalex"
KEY = Key(
    variable="HUBRANK_OPENALEX_KEY",
    name="Authorization",
    prefix="Bearer ",
    where="https://openalex.org/settings/api",
    needed=False,
)
#: What a request that lists, filters or groups costs, in US dollars.
PRICE = 0.0001
_LEFT = ("X-RateLimit-Remaining-USD", "X-RateLimit-Prepaid-Remaining-USD")
_QUERY, _KEYS, _LIMITED, _SLOW = 400, 401, 429, 504


def refusal(refused: Refusal) -> FetchError | None:
    """What a refusal means; none where it means what its status says."""
    said = refused.said("message") or refused.said("error")
    if refused.status == _LIMITED:
        return _limited(refused, said)
    if refused.status == _QUERY:
        return FetchError(NAME, f"refuses a question: {said or '?'}", "us")
    if refused.status == _KEYS:
        return FetchError(NAME, f"refuses the key: {said or '?'}; check {KEY.variable}", "you")
    if refused.status == _SLOW:
        return FetchError(NAME, "was too slow to answer a question of its own", "service", again=True)
    return None


def _limited(refused: Refusal, said: str) -> FetchError:
    """Too fast, too much for a day, or more than the plan of a key has: all three come as 429."""
    if "upgrade" in f"{said} {refused.said('error')}".lower():
        return FetchError(NAME, f"wants a paid plan for this: {said}", "you")
    wait = asked_wait(refused.headers)
    wait = _wait_in(refused.content) if wait is None else wait
    if wait is None or wait <= CAP:
        return FetchError(NAME, "wants to be asked more slowly", "service", again=True, wait=wait or 1.0)
    what = f"has nothing left of the day's budget; it grants more at {moment_after(wait)}"
    if not KEY.value():
        what = f"{what}; with a free key in {KEY.variable} the budget is ten times as large ({KEY.where})"
    return FetchError(NAME, what, "service", wait=wait)


def _wait_in(content: bytes) -> float | None:
    """The seconds to wait that a body tells; none where it tells none."""
    try:
        found = json.loads(content)["retryAfter"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) and found >= 0 else None


def charge(headers: Mapping[str, str]) -> Charge | None:
    """What a reply cost, and what is left of the day's budget and of what was paid beforehand."""
    try:
        left = sum(float(headers[name]) for name in _LEFT if name in headers)
        return Charge(usd=float(headers["X-RateLimit-Cost-USD"]), left=left)
    except (LookupError, ValueError):
        return None


SERVICE = Service(
    name=NAME,
    address="https://api.openalex.org",
    key=KEY,
    days=30,
    refusal=refusal,
    charge=charge,
)
