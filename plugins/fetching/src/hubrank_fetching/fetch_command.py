"""`hubrank fetch`."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from attrs import frozen
from hubrank.cli.command import complete_scenarios
from hubrank.cli.commands.check import cost_text, fallback_chains, inputs_to_fetch, requirement_text
from hubrank.cli.console import console, is_quiet, progress, write_text
from hubrank.io.addresses import is_address
from hubrank.plugin import (
    DataError,
    Registry,
    Request,
    Requirements,
    UsageError,
    count_text,
    format_count,
    gettext,
    load,
    resolve,
)
from hubrank.scenario.load import addresses_in

from hubrank_fetching.addresses import fetched_address
from hubrank_fetching.services import Budget
from hubrank_fetching.sources import Fetched, fetched_of

#: The estimates are approximate, so the proposed limits are higher.
_ROOM = 1.5


@frozen(kw_only=True, eq=False)
class Errand:
    """A request that is to be fetched."""

    name: str
    source: Fetched
    request: Request
    wants: Requirements


def fetch(
    scenario: Annotated[
        str,
        typer.Argument(
            help="Installed scenario, TOML file, or the address of a table.", autocompletion=complete_scenarios
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Download without asking.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Also check cached data for changes.")] = False,
    stale: Annotated[bool, typer.Option("--allow-stale", help="Use an old copy if a service fails.")] = False,
    requests: Annotated[int, typer.Option("--max-requests", min=1, help="Send at most N requests.")] = 1000,
    bytes_: Annotated[
        int, typer.Option("--max-bytes", min=1, help="Download at most N bytes.", show_default="1,000,000,000")
    ] = 1_000_000_000,
) -> None:
    """Download the data that a scenario needs, after showing what it takes and asking."""
    registry = Registry.installed()
    budget = Budget(requests=requests, bytes=bytes_)
    loaded = None if is_address(scenario) else load(scenario, registry)
    far = [errand_of(text, refresh) for text in ([scenario] if loaded is None else addresses_in(loaded.table))]
    if far:  # the rest of a plan may depend on them
        fetch_errands(far, budget, yes=yes, refresh=refresh, stale=stale)
    if loaded is None:
        return
    with progress("checking"):
        found = fallback_chains(resolve(loaded, registry))
    errands = []
    for item in inputs_to_fetch(found):  # each distinct request once, in the order of the scenario
        if (source := fetched_of(item.bound.source)) is not None:
            wants = source.wants(item.request, refresh=True) if refresh else item.wants
            errands.append(Errand(name=item.name, source=source, request=item.request, wants=wants))
    for chain in found:
        if chain[0].locked and not chain[-1].locked:
            write_text(requirement_text(chain))
    if errands:
        fetch_errands(errands, budget, yes=yes, refresh=refresh, stale=stale)
    elif not far:
        write_text(gettext("{scenario}: no input of it is fetched", scenario=scenario))


def errand_of(address: str, refresh: bool) -> Errand:
    """The errand of an address that a user names in place of a file; a `UsageError` if it cannot be fetched."""
    source = fetched_address(address)
    request = Request(table="", columns=(), first_year=None, last_year=None, options=None)
    return Errand(name=address, source=source, request=request, wants=source.wants(request, refresh=refresh))


def fetch_errands(
    errands: Sequence[Errand], budget: Budget, *, yes: bool = False, refresh: bool = False, stale: bool = False
) -> None:
    """Show the cost of the requests, ask, and fetch what is not cached; report the results and the cost."""
    console().table(cost_text((item.name, item.wants) for item in errands))
    wanted = [item for item in errands if item.wants.requests]
    if not wanted:
        write_text(gettext("everything is cached; --refresh checks for changes"))
        return
    services = {item.name: item.wanted.lacking for errand in wanted for item in errand.source.services}
    if lacking := {name: text for name, text in services.items() if text}:
        raise DataError(", ".join(lacking), "; ".join(lacking.values()))
    _compare(wanted, budget)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nothing is fetched unasked; --yes fetches without asking")
        typer.confirm(gettext("fetch this?"), abort=True)
    try:
        _run(wanted, budget, stale=stale, refresh=refresh)
    finally:
        for service, (usd, left) in budget.spent.items():
            about = {"service": service, "usd": f"{usd:.4f}", "left": f"{left:.4f}"}
            text = gettext("{service} charged {usd} US dollars; {left} of its budget remain", **about)
            write_text(text)
    size, number = format_count(budget.received), count_text(budget.asked, "request")
    write_text(gettext("fetched {bytes} bytes with {requests}", bytes=size, requests=number))


def _compare(errands: Sequence[Errand], budget: Budget) -> None:
    """Reject more bytes than the run may fetch, as far as is known; say where its requests end before all is there."""
    size, number = (sum(getattr(item.wants, name) for item in errands) for name in ("bytes", "requests"))
    if size > budget.bytes:
        what = f"about {round(size):,} bytes are to be fetched, and the run may fetch {round(budget.bytes):,}"
        raise UsageError(f"{what}; --max-bytes {round(size * _ROOM)} allows them")
    if number > budget.requests:
        message = gettext(
            "the run ends after {number} requests, but about {wanted} are needed; --max-requests {enough} allows them",
            number=format_count(round(budget.requests)),
            wanted=format_count(number),
            enough=f"{round(number * _ROOM)}",
        )
        write_text(message)


def _run(errands: Sequence[Errand], budget: Budget, *, stale: bool, refresh: bool) -> None:
    expected = sum(item.wants.requests for item in errands)
    for item in errands:
        with progress(f"fetching {item.name}") as tell:
            asked = {"stale": stale, "refresh": refresh, "budget": budget, "tell": tell, "expected": expected}
            session = item.source.session(online=True, **asked)
            item.source.drain(item.request, session)
        for address, name in session.old.items():
            if not is_quiet():
                text = gettext("{service} failed; an older copy of {address} is used", service=name, address=address)
                write_text(text, err=True)
