"""The checks of the plugin contract: each component by its kind, and commands, exporters and installed scenarios."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.util
import inspect
import sys
import tomllib
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType
from typing import Any, Literal

import numpy as np
import typer
from attrs import frozen

from hubrank.errors import FileProblem, HubrankError, MethodError, PluginError, UsageError, did_you_mean, shorten_list
from hubrank.io.write import temp_dir
from hubrank.plugin.calls import exception_text, plugin_call
from hubrank.plugin.hooks import Command, Exporter, ScenarioFile
from hubrank.plugin.registry import COMMANDS, PARTS, Part, Registry, check_versions, distributions
from hubrank.results.rank import rank
from hubrank.scenario.region import Region, is_region
from hubrank.testing.indicator_checks import INDICATOR_CHECKS, declared_indicator_checks
from hubrank.testing.made_up import small_ranking
from hubrank.testing.method_checks import METHOD_CHECKS, declared_checks
from hubrank.testing.samples import (
    ContractError,
    RefusedError,
    Sampled,
    Table,
    UnfitError,
    check_name,
    parts_of,
    promise,
    with_options,
)
from hubrank.testing.source_checks import SOURCE_CHECKS, UNIT_SET_CHECKS


def check_help(command: Command) -> None:
    """Its help is one line."""
    promise(command.help.strip(), "help is empty; expected one line")
    promise("\n" not in command.help, "help has several lines; expected one")


def check_function(command: Command) -> None:
    """Its function can be imported, and is a function or a typer application."""
    function = _named("function", command.function)
    promise(callable(function) or isinstance(function, typer.Typer), f"{command.function} is not a function")


def check_python(command: Command) -> None:
    """Its Python function can be imported, and takes a ranking first and options by name."""
    if command.python:
        parameters = _parameters("python", command.python, "ranking")
        unnamed = [item.name for item in parameters[1:] if item.kind == item.POSITIONAL_ONLY]
        promise(not unnamed, f"{command.python} takes {', '.join(unnamed)} without a name; expected options by name")


def check_reads(command: Command) -> None:
    """Its reader of tables can be imported, and takes a path first and choices by name."""
    if command.reads:
        parameters = _parameters("reads", command.reads, "path")
        choices = {item.name for item in parameters if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)}
        lacking = sorted({"title", "weights", "unit"} - choices)
        if not any(item.kind == item.VAR_KEYWORD for item in parameters):
            promise(not lacking, f"{command.reads} takes no {', '.join(lacking)}; expected the choices of a draft")


def _parameters(field: str, place: str, first: str) -> list[inspect.Parameter]:
    """The arguments of a function that is named in a field of the record, and its required first argument."""
    function = _named(field, place)
    promise(callable(function), f"{place} is not a function")
    parameters = list(inspect.signature(function).parameters.values())
    positional = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
    promise(positional, f"{place} takes no {first}; expected it first")
    return parameters


def _named(field: str, place: str) -> Any:
    try:
        return resolve_name(place)
    except (ImportError, AttributeError, ValueError) as error:
        raise ContractError(f"{field}: {place} cannot be imported: {error}") from error


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


def check_file(scenario: ScenarioFile) -> None:
    """It is a TOML file that is there."""
    promise(scenario.path.is_file(), f"file not found: {scenario.path}")
    promise(scenario.path.suffix == ".toml", f"{scenario.path.name} must end in .toml")


def check_ranks_on_samples(scenario: ScenarioFile) -> None:
    """With the installed components, every name in it is found, and the samples of its sources give a ranking."""
    try:
        ranking = rank(str(scenario.path), Registry.installed(), sample=True)
    except HubrankError as error:
        raise ContractError(str(error)) from error
    for at, edition in enumerate(ranking.editions):
        promise(not np.isnan(ranking.ranks[at]).all(), f"ranks no unit in edition {edition}")


Check = Callable[..., None]
#: The exception of a broken contract, and the reason.
Failure = tuple[type[BaseException], str]

_CHECKS: Mapping[str, tuple[Check, ...]] = {
    **METHOD_CHECKS,
    "unit set": UNIT_SET_CHECKS,
    "source": SOURCE_CHECKS,
    "indicator": INDICATOR_CHECKS,
    "exporter": (check_name, check_suffix, check_writes_its_file, check_same_bytes),
    "scenario": (check_name, check_file, check_ranks_on_samples),
    "command": (check_name, check_help, check_function, check_python, check_reads),
}


def checks_of(part: Part) -> tuple[Check, ...]:
    """The checks for a component: functions of its record and, if its kind has options, of these."""
    declared = declared_indicator_checks if part.kind == "indicator" else declared_checks
    return _CHECKS[part.kind] + declared(part.record)


def conforms(
    module: ModuleType,
    *,
    sample_options: Mapping[str, Table | Sequence[Table]] | None = None,
    expected_failures: Mapping[str, Failure] | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Give a test every component that a module yields with every check of its kind.

    The test takes `check` and calls it. Tests are named `papers-check_unit_order`; see the check's docstring.

    Args:
        module: The plugin.
        sample_options: For a component, options to test it with as a scenario writes them, or a list of several. A
            component without them is tested with its defaults; if it has options without a default it is skipped.
        expected_failures: Checks that fail, by a check's name (for every component) or a test's, each with the
            exception and the reason: `{"check_monotone": (ContractError, "peers take points away")}`. Each must fail,
            and with that exception.

    Raises:
        UnfitError: There is no such component or check, options do not fit, or an exception or a reason is missing.
    """
    import pytest

    failures = expected_failures or {}
    for name, failure in failures.items():
        match failure:
            case (type() as raised, str(reason)) if issubclass(raised, BaseException) and reason.strip():
                continue
        what = 'needs the error and a reason, such as (ContractError, "why")'
        raise UnfitError(f"expected_failures: '{name}' {what}")
    cases = []
    known: set[str] = set()
    for sampled in with_options(parts_of(module), sample_options or {}):
        for check in checks_of(sampled.part):
            name = f"{sampled.label}-{check.__name__}"
            known |= {name, check.__name__}
            marks = []
            if expected := failures.get(name, failures.get(check.__name__)):
                marks.append(pytest.mark.xfail(raises=expected[0], reason=expected[1], strict=True))
            if sampled.why_not:
                why = f"{sampled.why_not}; give @conforms sample_options for '{sampled.label}'"
                marks.append(pytest.mark.skip(reason=why))
            cases.append(pytest.param(functools.partial(check, *sampled.arguments), id=name, marks=marks))
    for name in failures:
        if name not in known:
            raise UnfitError(f"expected_failures: there is no check '{name}'{did_you_mean(name, known)}")
    return pytest.mark.parametrize("check", cases)


#: Functions of records, the one first that most of a part is.
_FUNCTIONS = ("measure", "derive", "apply", "read", "write", "count", "units")
#: The errors by which a component properly rejects its input.
_REFUSED = (RefusedError, MethodError, FileProblem)


@frozen(kw_only=True)
class Finding:
    """The result of one check of one component.

    Attributes:
        part: The component.
        label: Its label: its name, and the options if there are several samples.
        check: The check's name; empty if none could be made.
        promise: What the check requires of the component.
        state: `kept`, `broken`, or `unchecked` if the component rejects its input by its own message.
        what: What it did instead, or why nothing is known.
        where: The file and line to look at.
    """

    part: Part
    label: str
    check: str
    promise: str
    state: Literal["kept", "broken", "unchecked"]
    what: str = ""
    where: str = ""


def tried(module: ModuleType | Any, samples: Mapping[str, Table | Sequence[Table]] | None = None) -> Iterator[Finding]:
    """Each check of each part that a module yields.

    Args:
        module: The plugin.
        samples: Options to try parts with, as `conforms` takes them.

    Raises:
        UnfitError: Its hooks cannot be called or yield nothing, or sample options fit no component.
    """
    for sampled in with_options(parts_of(module), samples or {}):
        if sampled.why_not:
            what = sampled.why_not
            yield Finding(part=sampled.part, label=sampled.label, check="", promise="", state="unchecked", what=what)
        else:
            yield from (_find(sampled, check) for check in checks_of(sampled.part))


def _find(sampled: Sampled, check: Check) -> Finding:
    """The result of a check; a component that rejects its input by the proper error does not break the contract."""
    state: Literal["kept", "broken", "unchecked"] = "broken"
    what, where = "", _place(sampled.part)
    try:
        with plugin_call(), warnings.catch_warnings(action="ignore"):
            check(*sampled.arguments)
        state, where = "kept", ""
    except Exception as error:  # noqa: BLE001  # whatever it raises, the other checks are made
        what = str(error)
        if isinstance(error, _REFUSED) or (isinstance(error, HubrankError) and not isinstance(error, PluginError)):
            state = "unchecked"
        elif not isinstance(error, ContractError | PluginError):
            what, where = f"raised {exception_text(error)}", _line(error, where)
    text = inspect.cleandoc(check.__doc__ or "").partition("\n")[0]
    name = check.__name__
    return Finding(
        part=sampled.part, label=sampled.label, check=name, promise=text, state=state, what=what, where=where
    )


def _place(part: Part) -> str:
    """The start of a component's function; empty if it has none of its own."""
    for name in _FUNCTIONS:
        function = inspect.unwrap(getattr(part.record, name, None) or _place)
        if function is not _place and (code := getattr(function, "__code__", None)):
            return f"{code.co_filename}:{code.co_firstlineno}"
    return str(getattr(part.record, "function", "") or getattr(part.record, "path", ""))


def _line(error: BaseException, place: str) -> str:
    """The last line of the plugin that led to an error; the place of its function if none did."""
    file = place.rpartition(":")[0]
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1].lineno}" if lines else place


def plugins_of(target: str) -> tuple[Any, ...]:
    """The components of a plugin.

    Args:
        target: A distribution that is installed, a module that can be imported, or a path: of a module, of a package,
            of a region, or of a folder with a `pyproject.toml`.

    Raises:
        UsageError: There is nothing of this name, or it names no plugin.
        PluginError: It cannot be imported, or is made for another hubrank.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_dir():
        return _at(path.resolve())
    try:
        distribution = importlib.metadata.distribution(target)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return (_imported(target, target),)
    try:
        check_versions(distribution.requires)
    except Exception as error:
        raise _broken(target, error) from error
    points = distribution.entry_points
    return _each(target, [item.value for group in (PARTS, COMMANDS) for item in points.select(group=group)])


def _at(path: Path) -> tuple[Any, ...]:
    """The module at a path; modules beside it can be imported from now on."""
    project = path / "pyproject.toml"
    if project.is_file():
        sys.path[:0] = [str(path / "src"), str(path)]
        points = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {})
        return _each(str(path), [item for group in (PARTS, COMMANDS) for item in points.get(group, {}).values()])
    if not path.exists():
        raise UsageError(f"{path}: file not found")
    if is_region(path):
        return (Region(path),)
    file = path / "__init__.py" if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"{path}: is not a plugin: it has no pyproject.toml, no __init__.py and no region.toml")
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: is no module")
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    try:
        with plugin_call():
            spec.loader.exec_module(module)
    except Exception as error:
        raise _broken(str(path), error) from error
    return (module,)


def _each(target: str, entries: Iterable[str]) -> tuple[Any, ...]:
    """The objects that entry points name, each once."""
    values = dict.fromkeys(entries)
    if not values:
        raise UsageError(f"{target}: has no entry point in the groups {PARTS}, {COMMANDS}")
    return tuple(_imported(target, item) for item in values)


def _imported(target: str, value: str) -> Any:
    module, _, name = value.partition(":")
    try:
        with plugin_call():
            found = importlib.import_module(module)
            return getattr(found, name) if name else found
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
        if target == value and missing:
            known = distributions()
            raise UsageError(f"no distribution and no module '{target}'" + did_you_mean(target, known)) from error
        raise _broken(target, error) from error


def _broken(target: str, error: Exception) -> PluginError:
    return PluginError(target, "its module", f"could not be loaded: {exception_text(error)}")
