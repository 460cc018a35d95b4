"""What a command promises."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import typer

from hubrank.plugin.hooks import Command
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import ContractError, promise


def check_help(command: Command) -> None:
    """Its help is one line."""
    promise(command.help.strip(), "help is empty; expected one line")
    promise("\n" not in command.help, "help has several lines; expected one")


def check_function(command: Command) -> None:
    """Its function can be imported, and is a function or a typer application."""
    found = _imported("function", command.function)
    promise(callable(found) or isinstance(found, typer.Typer), f"{command.function} is not a function")


def check_python(command: Command) -> None:
    """What answers in Python can be imported, and takes a ranking first and options by name."""
    if not command.python:
        return
    taken = _taken("python", command.python, "ranking")
    unnamed = [each.name for each in taken[1:] if each.kind == each.POSITIONAL_ONLY]
    promise(not unnamed, f"{command.python} takes {', '.join(unnamed)} without a name; expected options by name")


def check_reads(command: Command) -> None:
    """What reads tables can be imported, and takes a path first and choices by name."""
    if not command.reads:
        return
    taken = _taken("reads", command.reads, "path")
    choices = {each.name for each in taken if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)}
    lacking = sorted({"title", "weights", "unit"} - choices)
    any_ = any(each.kind == each.VAR_KEYWORD for each in taken)
    promise(any_ or not lacking, f"{command.reads} takes no {', '.join(lacking)}; expected the choices of a draft")


def _taken(field: str, place: str, first: str) -> list[inspect.Parameter]:
    """What a function takes that is named in a field of the record, and takes something first.

    Raises:
        ContractError: It cannot be imported, is none, or takes nothing.
    """
    found = _imported(field, place)
    promise(callable(found), f"{place} is not a function")
    taken = list(inspect.signature(found).parameters.values())
    positional = [each for each in taken if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    promise(positional, f"{place} takes no {first}; expected it first")
    return taken


def _imported(field: str, place: str) -> Any:
    """What a place names.

    Raises:
        ContractError: It cannot be imported.
    """
    module, _colon, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ContractError(f"{field}: {place} cannot be imported: {error}") from error


CHECKS = (check_name, check_help, check_function, check_python, check_reads)
