"""`hubrank fetch`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from attrs import frozen
from hubrank import DataError, Registry, Request, UsageError, grouped, load, resolve, worded
from hubrank.front import Column, Grid, ScenarioName, console, counted, plain, progress, quiet, say

from hubrank_fetching.budgets import Budget
from hubrank_fetching.errors import FetchError
from hubrank_fetching.services import Service
from hubrank_fetching.sources import Fetched, Needs, fetched_of

#: What is known before is about right, so that what is proposed is more.
_ROOM = 1.5
_NOTHING = Needs(requests=0, bytes=0, seconds=0)


@frozen(kw_only=True)
class Errand:
    """An input of a scenario that is fetched.

    Attributes:
        name: The input's.
        source: What is known of its source.
        request: What is asked of it.
        needs: What that takes: nothing where it is kept.
    """

    name: str
    source: Fetched
    request: Request
    needs: Needs


def fetch(
    scenario: ScenarioName,
    yes: Annotated[bool, typer.Option("--yes", help="Fetch without asking.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask for what is kept too, in case it has changed.")
    ] = False,
    stale: Annotated[bool, typer.Option("--stale", help="Use an old copy where a service fails.")] = False,
    requests: Annotated[int, typer.Option(min=1, help="Largest number of requests.")] = 1000,
    bytes_: Annotated[int, typer.Option("--bytes", min=1, help="Largest number of bytes.")] = 1_000_000_000,
) -> None:
    """Fetch what a scenario needs of services; say before what it takes, and ask."""
    errands = errands_of(scenario, refresh=refresh)
    if not errands:
        say(worded("{scenario}: nothing in it is fetched", scenario=scenario))
        return
    budget = Budget(requests=requests, bytes=bytes_)
    fetch_errands(errands, budget, yes=yes, refresh=refresh, stale=stale)


def fetch_errands(
    errands: Sequence[Errand], budget: Budget, *, yes: bool = False, refresh: bool = False, stale: bool = False
) -> None:
    """Say what errands take, ask, and fetch what is not kept; tell what came and what it cost.

    Args:
        errands: What is fetched.
        budget: What may be asked for.
        yes: Whether to fetch without asking.
        refresh: Whether to ask for what is kept too.
        stale: Whether an old copy does where a service fails.

    Raises:
        UsageError: There is nobody to ask, or it is more than may be fetched.
        DataError: A key is missing, or something cannot be had.
    """
    _show(errands)
    wanted = [each for each in errands if each.needs.requests]
    if not wanted:
        say(worded("all is kept already; --refresh asks whether it has changed"))
        return
    _refuse_lacking(wanted)
    _refuse_beyond(wanted, budget)
    if not yes:
        _ask()
    try:
        _run(wanted, budget, stale=stale, refresh=refresh)
    finally:
        _tell_charges(budget)
    said = worded(
        "fetched {bytes} bytes with {requests}",
        bytes=grouped(budget.received),
        requests=counted(budget.asked, "request"),
    )
    say(said)


def errands_of(scenario: str, *, refresh: bool = False) -> list[Errand]:
    """The inputs of a scenario that are fetched, each distinct request once, in the order of the scenario."""
    registry = Registry.installed()
    plan = resolve(load(scenario, registry), registry)
    found: dict[str, Errand] = {}
    for each in plan.inputs.values():
        source = fetched_of(each.source)
        if source is not None:
            request = each.request(units=plan.units)
            key = f"{each.source.name} {request.table} {request.columns} {request.options}"
            found.setdefault(key, errand_of(each.name, source, request, refresh=refresh))
    return list(found.values())


def errand_of(name: str, source: Fetched, request: Request, *, refresh: bool = False) -> Errand:
    """What is to be fetched of a request, with what it takes: nothing where it is kept.

    Args:
        name: What it is called where it is told.
        source: What is known of its source.
        request: What is asked of it.
        refresh: Whether to ask for what is kept too.
    """
    needs = source.needs(request) if refresh or not _is_kept(source, request) else _NOTHING
    return Errand(name=name, source=source, request=request, needs=needs)


def _is_kept(source: Fetched, request: Request) -> bool:
    """Whether all of it was fetched, not long ago, and still is what it should be."""
    session = source.session()
    try:
        source.drain(request, session)
    except FetchError:
        return False
    return not session.expired


def _show(errands: Sequence[Errand]) -> None:
    charged = any(each.needs.usd for each in errands)
    columns = (
        Column(worded("input"), "name"),
        Column(worded("service"), "name"),
        Column(worded("requests")),
        Column(worded("bytes")),
        Column(worded("seconds")),
        *([Column(worded("US dollars"))] if charged else []),
        Column(worded("key"), "words"),
    )
    grid = Grid(columns, title=worded("to be fetched, about"))
    for each in errands:
        first, *others = each.source.services
        grid.add(
            plain(each.name),
            plain(first.base),
            grouped(each.needs.requests),
            grouped(round(each.needs.bytes)),
            grouped(round(each.needs.seconds)),
            *([f"{each.needs.usd:.2f}"] if charged else []),
            _key(first),
        )
        for service in others:
            grid.add("", plain(service.base), "", "", "", *([""] if charged else []), _key(service))
    console().table(grid)


def _key(service: Service) -> str:
    key = service.key
    if key is None:
        return "-"
    return plain(key.variable if key.needed else worded("{variable}, if there is one", variable=key.variable))


def _tell_charges(budget: Budget) -> None:
    """Say what services charged, also for a run that was broken off."""
    for service, (usd, left) in budget.spent.items():
        said = worded(
            "{service} charged {usd} US dollars; {left} are left of the budget that it grants",
            service=service,
            usd=f"{usd:.4f}",
            left=f"{left:.4f}",
        )
        say(said)


def _refuse_lacking(errands: Sequence[Errand]) -> None:
    """Refuse, before anything is fetched, services whose keys are missing; all at once."""
    services = [service for each in errands for service in each.source.services]
    lacking = {service.name: said for service in services if (said := service.lacking())}
    if lacking:
        raise DataError(", ".join(lacking), "; ".join(lacking.values()))


def _refuse_beyond(errands: Sequence[Errand], budget: Budget) -> None:
    """Refuse, before anything is fetched, what is known to be more than the run may fetch.

    Raises:
        UsageError: It is.
    """
    wanted = sum(each.needs.bytes for each in errands)
    if wanted > budget.bytes:
        what = worded(
            "about {wanted} bytes are to be fetched, and the run may fetch {number}; --bytes {enough} allows them",
            wanted=grouped(round(wanted)),
            number=grouped(round(budget.bytes)),
            enough=f"{round(wanted * _ROOM)}",
        )
        raise UsageError(what)


def _ask() -> None:
    """Ask whether to fetch; nothing is without a yes.

    Raises:
        UsageError: There is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise UsageError(worded("nothing is fetched unasked; --yes fetches without asking"))
    typer.confirm(worded("fetch this?"), abort=True)


def _run(errands: Sequence[Errand], budget: Budget, *, stale: bool, refresh: bool) -> None:
    expected = sum(each.needs.requests for each in errands)
    for each in errands:
        with progress(worded("fetching {input}", input=each.name)) as tell:
            asked = {"stale": stale, "refresh": refresh, "budget": budget, "tell": tell, "expected": expected}
            session = each.source.session(online=True, **asked)
            each.source.drain(each.request, session)
        for address, name in session.old.items():
            if not quiet():
                said = worded("{service} failed: an old copy stands in for {address}", service=name, address=address)
                say(said, err=True)
