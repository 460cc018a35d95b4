"""Check; what inputs require."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.cli.command import ScenarioName
from hubrank.cli.console import console, progress
from hubrank.cli.tables import Column, Grid
from hubrank.errors import ScenarioError
from hubrank.i18n import counted, grouped, worded
from hubrank.io.escaping import plain
from hubrank.io.toml import describe
from hubrank.plugin.sources import Request, WantedService, Wants
from hubrank.scenario.indicators import Bound

if TYPE_CHECKING:
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.plan import Plan


@frozen(kw_only=True, eq=False)
class Want:
    """An input that is read, and what it takes.

    Attributes:
        bound: The input.
        request: What is asked of its source.
        wants: What must be fetched for that.
    """

    bound: BoundInput
    request: Request
    wants: Wants

    @property
    def name(self) -> str:
        """The input's name."""
        return self.bound.name

    @property
    def absent(self) -> bool:
        """Whether its rows are not there as long as nothing is done for them."""
        return self.wants.absent or self.bound.lacks_file

    @property
    def locked(self) -> bool:
        """Whether a fetch cannot get what is not there, since a file or a needed key is missing."""
        return self.bound.lacks_file or (self.wants.absent and any(each.locked for each in self.wants.services))

    @property
    def sameness(self) -> tuple[object, ...]:
        """What tells its request from another."""
        asked = self.request
        return self.bound.part.full_name, asked.table, asked.columns, asked.options

    def lacking(self) -> Iterator[str]:
        """What is missing for it, a sentence each."""
        if self.bound.lacks_file:
            yield worded("{file} is not there", file=self.bound.options.file.name)
        yield from (each.lacking for each in self.wants.services if each.locked and self.wants.requests)
        if self.wants.absent:
            yield worded("not all of it is fetched")


def chains(plan: Plan) -> list[tuple[Want, ...]]:
    """What each input that is read wants, each with those that stand in for it up to the first whose rows are there."""
    found = []
    for first in plan.inputs.values():
        if not first.columns and not first.apart:
            continue
        chain: list[Want] = []
        for each in first.chain:
            request = each.request(units=plan.units)
            chain.append(Want(bound=each, request=request, wants=_wants(plan, each, request)))
            if not chain[-1].absent:
                break
        found.append(tuple(chain))
    return found


def _wants(plan: Plan, bound: BoundInput, request: Request) -> Wants:
    try:
        wants = Bound(bound.part, bound.options, f"inputs.{bound.name}").call(bound.source.wants, "wants", request)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error
    if not isinstance(wants, Wants):
        raise bound.part.broke(f"wants returned {describe(wants)}; expected Wants")
    return wants


def to_fetch(found: Iterable[tuple[Want, ...]]) -> list[Want]:
    """Those that ask services, each request once: of a chain the first that can be fetched, or all."""
    made: list[Want] = []
    for chain in found:
        reached = [each for each in chain if not each.locked][:1] or list(chain)
        made += [each for each in reached if each.wants.services]
    return [each for at, each in enumerate(made) if each.sameness not in [other.sameness for other in made[:at]]]


def costs(found: Iterable[tuple[str, Wants]]) -> Grid:
    """A table of what is to be fetched, each by its name: from where, and what it takes."""
    found = list(found)
    charged = any(wants.usd for _, wants in found)
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
    for name, wants in found:
        first, *others = wants.services
        grid.add(
            plain(name),
            plain(first.address),
            grouped(wants.requests),
            grouped(round(wants.bytes)),
            grouped(round(wants.seconds)),
            *([f"{wants.usd:.2f}"] if charged else []),
            _key(first),
        )
        for service in others:
            grid.add("", plain(service.address), "", "", "", *([""] if charged else []), _key(service))
    return grid


def _key(service: WantedService) -> str:
    if not service.key:
        return "-"
    if service.known:
        return plain(worded("{variable}, which is set", variable=service.key))
    if service.needed:
        return plain(worded("{variable}, which is not set", variable=service.key))
    return plain(worded("{variable}, if there is one", variable=service.key))


def said_of(chain: tuple[Want, ...]) -> str:
    """What is there, or lacking, of an input that is fetched or a user's file, and what stands in."""
    first, last = chain[0], chain[-1]
    if not first.absent:
        if first.wants.services:
            return worded("{input}: all of it is fetched", input=first.name)
        file = getattr(first.bound.options, "file", None)
        if first.bound.fallback is not None and isinstance(file, Path):
            return worded("{input}: {file} is there", input=first.name, file=file.name)
        return ""
    said = {"input": first.name, "lacking": "; ".join(first.lacking())}
    if last.absent:
        return worded("{input}: {lacking}; nothing stands in", **said)
    return worded("{input}: {lacking}; {source} stands in", **said, source=last.bound.source.name)


def check(
    scenario: ScenarioName,
) -> None:
    """Report every error in a scenario, with its line, and what it wants to be fetched, without reading data."""
    from hubrank.plugin.registry import Registry
    from hubrank.results.rank import plan_of

    with progress("checking"):
        plan = plan_of(scenario, Registry.installed())
        found = [] if plan.loaded.measured else chains(plan)
    said = worded(
        "{scenario}: valid: {units}, {indicators} in {dimensions}, editions {editions}",
        scenario=plan.loaded.name,
        units=counted(len(plan.units.units), "unit"),
        indicators=counted(len(plan.ranked), "indicator"),
        dimensions=counted(len(plan.tree.nodes) - 1, "dimension"),
        editions=", ".join(map(str, plan.editions)),
    )
    console().print(plain(said))
    if wanted := [each for each in to_fetch(found) if each.wants.requests]:
        console().table(costs((each.name, each.wants) for each in wanted))
    for chain in found:
        if told := said_of(chain):
            console().print(plain(told))
