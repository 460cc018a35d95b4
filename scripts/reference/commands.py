"""The verbs of the command line with their options, and the exit codes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from hubrank.cli.app import INTERRUPTED, app, common_options
from hubrank.cli.console import ClosedError
from hubrank.errors import HubrankError
from hubrank.plugin.registry import Registry

from reference.pages import Item, Page, Section, first, prose, text_of

TEXT = """Every verb that is installed with all members, with its arguments and options. `hubrank COMMAND --help` says
the same in the terminal, in each language that hubrank speaks."""
EXITS = "What a command leaves with, for scripts."


def verbs() -> Page:
    """The page of all verbs."""
    group: Any = typer.main.get_command(app)
    context = group.make_context("hubrank", [], resilient_parsing=True)
    registry = Registry.of_commands()
    found = [
        section
        for name in registry.names("command")
        for section in _sections(f"hubrank {name}", group.get_command(context, name), context, _owner(registry, name))
    ]
    everywhere = Section(
        name="hubrank",
        text="What every verb takes, wherever it stands in the line.",
        items=_items(common_options(), context),
    )
    return Page(place="reference/commands", title="Commands", text=TEXT, sections=(everywhere, *found))


def _owner(registry: Registry, name: str) -> str:
    return registry.parts["command"][name][0].distribution


def _sections(name: str, command: Any, context: Any, owner: str) -> Iterator[Section]:
    text = f"{inspect.cleandoc(command.help or '')}\n\n*From `{owner}`.*"
    yield Section(name=name, text=text, items=_items(command.params, context))
    for inner, item in getattr(command, "commands", {}).items():
        yield from _sections(f"{name} {inner}", item, context, owner)


def _items(parameters: Sequence[Any], context: Any) -> tuple[Item, ...]:
    records = [(item, item.get_help_record(context)) for item in parameters]
    return tuple(_item(item, *record) for item, record in records if record is not None)


def _item(parameter: Any, name: str, told: str) -> Item:
    """A parameter as `--help` names it, with what it adds of its default and its bounds."""
    text = " ".join((parameter.help or "").split())
    added = " ".join(told.split()).removeprefix(text).strip(" []")
    return Item(name=name, form=added, text=text)


def exits() -> Page:
    """The page of all exit codes."""
    sections = [Section(name=str(code), text=text) for code, text in sorted(_codes().items())]
    return Page(place="reference/exit-codes", title="Exit codes", text=EXITS, sections=tuple(sections))


def _codes() -> dict[int, str]:
    """What each code says: what the errors say that leave with it."""
    text: dict[int, list[str]] = {
        0: ["All is well."],
        HubrankError.exit_code: ["Anything else, such as a file that cannot be written or too little memory."],
        INTERRUPTED: ["A person has interrupted it."],
    }
    for error in errors():
        if error.exit_code != HubrankError.exit_code:
            text.setdefault(error.exit_code, []).append(first(prose(text_of(error))))
    return {code: "\n".join(f"- {item}" for item in lines) for code, lines in text.items()}


def errors() -> tuple[type[HubrankError], ...]:
    """The errors that leave with a code of their own."""
    found: list[type[HubrankError]] = []
    waiting = [ClosedError, *HubrankError.__subclasses__()]
    while waiting:
        cls = waiting.pop(0)
        waiting += cls.__subclasses__()
        if "exit_code" in vars(cls) and cls not in found:
            found.append(cls)
    return tuple(found)
