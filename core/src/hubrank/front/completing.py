"""What a shell completes: verbs, scenarios, units, indicators, editions and parts; never with an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hubrank.basis.harmless import inert
from hubrank.basis.language import languages, named, worded

if TYPE_CHECKING:
    from hubrank.scenario.plan import Plan

#: What no shell reads as more than a letter.
_PLAIN_WORD = re.compile(r"[\w.,:@%+/=^-]+")
#: What some shell does.
_SHELLS = re.compile(r"[\\\"'`$]")

#: A word, and what a shell that can tells of it.
Word = tuple[str, str]


class Offer(str):
    """A word that is offered though it may begin otherwise than what is typed, of which Typer keeps none."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """It was chosen already."""
        return True


def offered(words: Iterable[Word], typed: str) -> list[Word]:
    """The words that begin as typed, or what is told of them does; in any case of letters.

    A word that a shell would read as more than a word, such as `$(...)`, is not offered.
    """
    begun = typed.casefold()
    found = ((word, _SHELLS.sub(" ", inert(told))) for word, told in words if _PLAIN_WORD.fullmatch(word))
    return [
        (Offer(word), told) for word, told in found if any(text.casefold().startswith(begun) for text in (word, told))
    ]


def _silently(words: Callable[[], Iterable[Word]], typed: str) -> list[Word]:
    """What is offered; nothing where a scenario or a plugin has mistakes, which the verb itself will tell."""
    try:
        return offered(words(), typed)
    except (Exception, SystemExit):  # noqa: BLE001  # a traceback would land in the line that is being typed
        return []


def complete_scenarios(incomplete: str) -> list[Word]:
    """Installed scenarios, TOML files and folders."""
    return _silently(lambda: [*_installed("scenario"), *_files(incomplete)], incomplete)


def complete_units(ctx: typer.Context, incomplete: str) -> list[Word]:
    """The codes of the units of the scenario that the line names, with their names; either may be typed."""
    return _silently(lambda: _units(_plan(ctx)), incomplete)


def complete_indicators(ctx: typer.Context, incomplete: str) -> list[Word]:
    """The indicators of the scenario that the line names."""
    return _silently(lambda: [(each.key, worded(each.title)) for each in _plan(ctx).ranked], incomplete)


def complete_editions(ctx: typer.Context, incomplete: str) -> list[Word]:
    """The editions of the scenario that the line names."""
    return _silently(lambda: [(str(year), "") for year in _plan(ctx).editions], incomplete)


def complete_languages(incomplete: str) -> list[Word]:
    """The languages that hubrank speaks, each with its own name."""
    return _silently(lambda: [(each, named(each)) for each in languages()], incomplete)


def complete_parts(incomplete: str) -> list[Word]:
    """All installed parts."""
    return _silently(lambda: _installed(None), incomplete)


def _installed(kind: str | None) -> Iterator[Word]:
    from hubrank.contract.registry import Registry

    for part in Registry.installed():
        if kind in (None, part.kind):
            yield part.name, worded(getattr(part.record, "title", "")) or part.kind


def _files(typed: str) -> Iterator[Word]:
    """TOML files and folders beside what is typed."""
    folder = Path(typed) if typed.endswith("/") else Path(typed).parent
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield f"{path.as_posix()}/", ""
        elif path.suffix == ".toml":
            yield path.as_posix(), ""


def _plan(ctx: typer.Context) -> Plan:
    from hubrank.contract.registry import Registry
    from hubrank.runs.running import plan_of

    # While an option waits for its value, the words before it are not yet told apart.
    scenario = ctx.params.get("scenario") or ctx.args[0]
    return plan_of(str(scenario), Registry.installed())


def _units(plan: Plan) -> Iterator[Word]:
    index = plan.units.units.by_name
    yield from zip(index.codes, index.names, strict=True)
