"""Promises of commands, exporters and installed scenarios."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import typer

from hubrank.errors import HubrankError, shorten_list
from hubrank.io.write import temp_dir
from hubrank.plugin.hooks import Command, Exporter, ScenarioFile
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank
from hubrank.testing.made_up import small_ranking
from hubrank.testing.samples import ContractError, check_name, promise


def check_help(command: Command) -> None:
    """Its help is one line."""
    promise(command.help.strip(), "help is empty; expected one line")
    promise("\n" not in command.help, "help has several lines; expected one")


def check_function(command: Command) -> None:
    """Its function can be imported, and is a function or a typer application."""
    function = _imported("function", command.function)
    promise(callable(function) or isinstance(function, typer.Typer), f"{command.function} is not a function")


def check_python(command: Command) -> None:
    """What answers in Python can be imported, and takes a ranking first and options by name."""
    if command.python:
        parameters = _parameters("python", command.python, "ranking")
        unnamed = [item.name for item in parameters[1:] if item.kind == item.POSITIONAL_ONLY]
        promise(not unnamed, f"{command.python} takes {', '.join(unnamed)} without a name; expected options by name")


def check_reads(command: Command) -> None:
    """What reads tables can be imported, and takes a path first and choices by name."""
    if command.reads:
        parameters = _parameters("reads", command.reads, "path")
        choices = {item.name for item in parameters if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)}
        lacking = sorted({"title", "weights", "unit"} - choices)
        if not any(item.kind == item.VAR_KEYWORD for item in parameters):
            promise(not lacking, f"{command.reads} takes no {', '.join(lacking)}; expected the choices of a draft")


def _parameters(field: str, place: str, first: str) -> list[inspect.Parameter]:
    """What a function takes that is named in a field of the record, and must take something first."""
    function = _imported(field, place)
    promise(callable(function), f"{place} is not a function")
    parameters = list(inspect.signature(function).parameters.values())
    positional = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
    promise(positional, f"{place} takes no {first}; expected it first")
    return parameters


def _imported(field: str, place: str) -> Any:
    module, _colon, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ContractError(f"{field}: {place} cannot be imported: {error}") from error


COMMAND_CHECKS = (check_name, check_help, check_function, check_python, check_reads)


def check_suffix(exporter: Exporter) -> None:
    """Its suffix begins with a dot and has no capitals."""
    suffix = exporter.suffix
    promise(suffix.startswith(".") and len(suffix) > 1, f"the suffix {suffix!r} must begin with a dot")
    promise(suffix == suffix.lower(), f"the suffix {suffix!r} must be lower case")


def check_writes_its_file(exporter: Exporter) -> None:
    """It writes the file that it is given, not empty, and no other."""
    with temp_dir() as folder:
        path = Path(folder) / f"ranking{exporter.suffix}"
        exporter.write(small_ranking(), path)
        files = sorted(item.name for item in Path(folder).iterdir())
        promise(files == [path.name], f"write created {shorten_list(files) or 'nothing'}; expected only {path.name}")
        promise(path.is_file() and path.stat().st_size, f"write created an empty {path.name}")


def check_same_bytes(exporter: Exporter) -> None:
    """It writes the same bytes each time, also over an existing file."""
    with temp_dir() as folder:
        path, contents = Path(folder) / f"ranking{exporter.suffix}", []
        for _ in range(2):
            exporter.write(small_ranking(), path)
            contents.append(path.read_bytes())
        promise(contents[0] == contents[1], "write created different bytes when called again")


EXPORTER_CHECKS = (check_name, check_suffix, check_writes_its_file, check_same_bytes)


def check_file(scenario: ScenarioFile) -> None:
    """It is a TOML file that is there."""
    promise(scenario.path.is_file(), f"file not found: {scenario.path}")
    promise(scenario.path.suffix == ".toml", f"{scenario.path.name} must end in .toml")


def check_ranks_on_samples(scenario: ScenarioFile) -> None:
    """With what is installed, every name in it is found, and the samples of its sources give a ranking."""
    try:
        ranking = rank(str(scenario.path), Registry.installed(), sample=True)
    except HubrankError as error:
        raise ContractError(str(error)) from error
    for at, edition in enumerate(ranking.editions):
        promise(not np.isnan(ranking.ranks[at]).all(), f"ranks no unit in edition {edition}")


SCENARIO_CHECKS = (check_name, check_file, check_ranks_on_samples)
