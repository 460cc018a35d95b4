"""What a command promises."""

from __future__ import annotations

import importlib

import typer

from hubrank.contract.commands import Command
from hubrank.testing.checks.names import check_name
from hubrank.testing.promises import ContractError, promise


def check_help(command: Command) -> None:
    """Its help is one line."""
    promise(command.help.strip(), "help is empty; expected one line")
    promise("\n" not in command.help, "help has several lines; expected one")


def check_function(command: Command) -> None:
    """Its function can be imported, and is a function or a typer application."""
    module, _colon, name = command.function.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ContractError(f"function: {command.function} cannot be imported: {error}") from error
    promise(callable(found) or isinstance(found, typer.Typer), f"{command.function} is not a function")


CHECKS = (check_name, check_help, check_function)
