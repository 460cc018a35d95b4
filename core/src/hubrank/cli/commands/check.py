"""Check; what inputs require."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.cli.command import ScenarioName, write_answer
from hubrank.cli.console import progress
from hubrank.errors import ScenarioError
from hubrank.i18n import clauses, count_text, format_count, gettext, gettext_noop, listed
from hubrank.io.addresses import address_of
from hubrank.io.answer import Answer, ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.toml import describe_value
from hubrank.plugin.registry import Registry
from hubrank.plugin.sources import Request, Requirements, WantedService
from hubrank.scenario.indicators import BoundPart

if TYPE_CHECKING:
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.plan import Plan


@frozen(kw_only=True, eq=False)
class Requirement:
    """An input that is read, the request to its source, and what must be fetched for it."""

    bound: BoundInput
    request: Request
    wants: Requirements

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
        """Whether a fetch cannot get what is missing, because a file or a required key is missing."""
        return self.bound.lacks_file or (self.wants.absent and any(item.locked for item in self.wants.services))

    def lacking(self) -> Iterator[str]:
        """What is missing for it, one sentence each."""
        if self.bound.lacks_file:
            file = self.bound.options.file
            is_far = address_of(file) is not None
            yield gettext("not completely fetched") if is_far else gettext("{file} is missing", file=file.name)
        yield from (item.lacking for item in self.wants.services if item.locked and self.wants.requests)
        if self.wants.absent:
            yield gettext("not completely fetched")


def fallback_chains(plan: Plan) -> list[tuple[Requirement, ...]]:
    """The requests of each input that is read, each with its fallbacks up to the first with available rows."""
    found = []
    for first in plan.inputs.values():
        if not first.columns and not first.apart:
            continue
        chain: list[Requirement] = []
        for bound in first.chain:
            request = bound.request(units=plan.units)
            part = BoundPart(bound.part, bound.options, f"inputs.{bound.name}")
            try:
                wants = part.call(bound.source.wants, "wants", request)
            except ScenarioError as error:
                raise plan.loaded.error(error.problems) from error
            if not isinstance(wants, Requirements):
                raise bound.part.broke(f"wants returned {describe_value(wants)}; expected Wants")
            chain.append(Requirement(bound=bound, request=request, wants=wants))
            if not chain[-1].absent:
                break
        found.append(tuple(chain))
    return found


def inputs_to_fetch(found: Iterable[tuple[Requirement, ...]]) -> list[Requirement]:
    """Those that ask services, each request once: of a chain the first that can be fetched, or all."""
    unique: list[tuple[Requirement, tuple[object, ...]]] = []
    for chain in found:
        for item in [item for item in chain if not item.locked][:1] or chain:
            request = (item.bound.part.full_name, item.request.table, item.request.columns, item.request.options)
            if item.wants.services and request not in [other for _, other in unique]:
                unique.append((item, request))
    return [item for item, _ in unique]


def cost_text(found: Iterable[tuple[str, Requirements]]) -> ScreenTable:
    """A table of what must be fetched, by name: the service and the effort."""
    found = list(found)
    charged = any(wants.usd for _, wants in found)
    amounts = [gettext("requests"), gettext("bytes"), gettext("seconds"), *([gettext("US dollars")] if charged else [])]
    columns = (
        ScreenColumn(gettext("input"), "name"),
        ScreenColumn(gettext("service"), "name"),
        *map(ScreenColumn, amounts),
        ScreenColumn(gettext("key"), "words"),
    )
    grid = ScreenTable(columns, title=gettext("to be fetched, about"))
    for name, wants in found:
        effort = (wants.requests, wants.bytes, wants.seconds)
        counts = ("?" if math.isnan(amount) else format_count(round(amount)) for amount in effort)
        cells = [*counts, *([f"{wants.usd:.2f}"] if charged else [])]
        for at, service in enumerate(wants.services):
            row = ["", *[""] * len(cells)] if at else [escape_markup(name), *cells]
            grid.add(row[0], escape_markup(service.address), *row[1:], _key(service))
    return grid


def _key(service: WantedService) -> str:
    if not service.key:
        return "-"
    text = gettext_noop("{variable} (optional)")
    if service.known:
        text = gettext_noop("{variable} (set)")
    elif service.needed:
        text = gettext_noop("{variable} (not set)")
    return escape_markup(gettext(text, variable=service.key))


def requirement_text(chain: tuple[Requirement, ...]) -> str:
    """What is available or missing of an input that is fetched or a user's file, and its fallback."""
    first, last = chain[0], chain[-1]
    if not first.absent:
        if first.wants.services:
            return gettext("{input}: completely fetched", input=first.name)
        file = getattr(first.bound.options, "file", None)
        if first.bound.fallback is not None and isinstance(file, Path):
            return gettext("{input}: {file} found", input=first.name, file=file.name)
        return ""
    text = {"input": first.name, "lacking": clauses(first.lacking())}
    if last.absent:
        return gettext("{input}: {lacking}; no fallback", **text)
    return gettext("{input}: {lacking}; {source} is used instead", **text, source=last.bound.source.name)


def check(scenario: ScenarioName) -> None:
    """Check a scenario and its tables: report every error with its line, and the data to fetch."""
    from hubrank.results.rank import plan_of

    with progress("checking"):
        plan = plan_of(scenario, Registry.installed(), tables=True)
        found = [] if plan.loaded.measured else fallback_chains(plan)
    text = gettext(
        "{scenario}: valid: {units}, {indicators} in {dimensions}, editions {editions}",
        scenario=plan.loaded.name,
        units=count_text(len(plan.units.units), "unit"),
        indicators=count_text(len(plan.ranked), "indicator"),
        dimensions=count_text(len(plan.tree.nodes) - 1, "dimension"),
        editions=listed(map(str, plan.editions)),
    )
    page: list[str | ScreenTable] = [escape_markup(text)]
    if errors := plan.uncertainties.errors if plan.uncertainties else ():
        columns = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn(gettext("Errors of values"), "words"))
        grid = ScreenTable(columns)
        for item in errors:
            grid.add(escape_markup(plan.titles()[item.indicator]), escape_markup(item.text))
        page.append(grid)
    if wanted := [item for item in inputs_to_fetch(found) if item.wants.requests]:
        page.append(cost_text((item.name, item.wants) for item in wanted))
    page += [escape_markup(text) for chain in found if (text := requirement_text(chain))]
    write_answer(Answer(page=page), "table")
