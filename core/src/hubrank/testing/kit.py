"""Every part against every promise of its kind."""

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
from types import ModuleType
from typing import Any, Literal

from attrs import frozen

from hubrank.errors import FileProblem, HubrankError, MethodError, PluginError, UsageError, did_you_mean
from hubrank.plugin.calls import exception_text, plugin_call
from hubrank.plugin.registry import COMMANDS, PARTS, Part, check_versions
from hubrank.scenario.region import Region, is_region
from hubrank.testing.indicator_checks import INDICATOR_CHECKS, declared_indicator_checks
from hubrank.testing.method_checks import METHOD_CHECKS, declared_checks
from hubrank.testing.output_checks import COMMAND_CHECKS, EXPORTER_CHECKS, SCENARIO_CHECKS
from hubrank.testing.samples import ContractError, RefusedError, Sampled, Table, UnfitError, parts_of, with_options
from hubrank.testing.source_checks import SOURCE_CHECKS, UNIT_SET_CHECKS

Check = Callable[..., None]
#: What a promise that is not kept raises, and the reason.
Failure = tuple[type[BaseException], str]

_CHECKS: Mapping[str, tuple[Check, ...]] = {
    **METHOD_CHECKS,
    "unit set": UNIT_SET_CHECKS,
    "source": SOURCE_CHECKS,
    "indicator": INDICATOR_CHECKS,
    "exporter": EXPORTER_CHECKS,
    "scenario": SCENARIO_CHECKS,
    "command": COMMAND_CHECKS,
}


def checks_of(part: Part) -> tuple[Check, ...]:
    """The checks for a part: functions of its record and, where its kind has options, of these."""
    declared = declared_indicator_checks if part.kind == "indicator" else declared_checks
    return _CHECKS[part.kind] + declared(part.record)


def conforms(
    module: ModuleType,
    *,
    sample_options: Mapping[str, Table | Sequence[Table]] | None = None,
    expected_failures: Mapping[str, Failure] | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Give a test every part that a module yields with every check of its kind.

    The test takes `check` and calls it. Tests are named `papers-check_unit_order`; what a check promises stands
    in its docstring.

    Args:
        module: The plugin.
        sample_options: For a part, options to test it with as a scenario writes them, or a list of several. A part
            without them is tested with its defaults; if it has options without a default it is skipped.
        expected_failures: Promises that are not kept, by a check's name (for every part) or a test's, each with what
            is raised and the reason: `{"check_monotone": (ContractError, "peers take points away")}`. Each must
            fail, and with that error.

    Raises:
        UnfitError: There is no such part or check, options do not fit, or an error or a reason is missing.
    """
    import pytest

    failures = {name: _failure(name, text) for name, text in (expected_failures or {}).items()}
    cases = []
    known: set[str] = set()
    for sampled, check in _cases(module, sample_options or {}):
        name = f"{sampled.label}-{check.__name__}"
        known |= {name, check.__name__}
        failure = failures.get(name, failures.get(check.__name__))
        marks = [pytest.mark.xfail(raises=failure[0], reason=failure[1], strict=True)] if failure else []
        if sampled.why_not:
            why = f"{sampled.why_not}; give @conforms sample_options for '{sampled.label}'"
            marks.append(pytest.mark.skip(reason=why))
        cases.append(pytest.param(functools.partial(check, *sampled.arguments), id=name, marks=marks))
    for name in failures:
        if name not in known:
            raise UnfitError(f"expected_failures: there is no check '{name}'{did_you_mean(name, known)}")
    return pytest.mark.parametrize("check", cases)


def _failure(name: str, said: Any) -> Failure:
    """The expected error and the reason, if both are given."""
    match said:
        case (type() as raised, str(reason)) if issubclass(raised, BaseException) and reason.strip():
            return raised, reason
    raise UnfitError(f"expected_failures: '{name}' needs the error and a reason, such as (ContractError, \"why\")")


def _cases(module: ModuleType, samples: Mapping[str, Table | Sequence[Table]]) -> Iterator[tuple[Sampled, Check]]:
    for sampled in with_options(parts_of(module), samples):
        for check in checks_of(sampled.part):
            yield sampled, check


#: Functions of records, the one first that most of a part is.
_FUNCTIONS = ("measure", "derive", "apply", "read", "write", "count", "units")


@frozen(kw_only=True)
class Finding:
    """What came of one check of one part.

    Attributes:
        part: The part.
        label: What it is called here: its name, and the options where there are several samples.
        check: The check's name; empty where none could be made.
        promise: What the part promises by it.
        state: `kept`, `broken`, or `unchecked` where the part refuses what it was given, with its own words.
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
        UnfitError: Its hooks cannot be called or yield nothing, or sample options fit no part.
    """
    for sampled in with_options(parts_of(module), samples or {}):
        if sampled.why_not:
            yield _unchecked(sampled)
            continue
        for check in checks_of(sampled.part):
            yield _found(sampled, check)


def _unchecked(sampled: Sampled) -> Finding:
    return Finding(
        part=sampled.part, label=sampled.label, check="", promise="", state="unchecked", what=sampled.why_not
    )


def _found(sampled: Sampled, check: Callable[..., None]) -> Finding:
    """What came of a check.

    What a part refuses in the words that are there for it is no promise broken: a method says so of values, an exporter
    of a ranking.
    """
    state: Literal["kept", "broken", "unchecked"] = "broken"
    what, where = "", _place(sampled.part)
    try:
        with plugin_call(), warnings.catch_warnings(action="ignore"):
            check(*sampled.arguments)
        state, where = "kept", ""
    except (RefusedError, MethodError, FileProblem) as error:
        state, what = "unchecked", str(error)
    except ContractError as error:
        what = str(error)
    except PluginError as error:
        what = str(error)
    except HubrankError as error:
        state, what = "unchecked", str(error)
    except Exception as error:  # noqa: BLE001  # whatever it raises, the other checks are made
        what, where = f"raised {exception_text(error)}", _line(error, where)
    return Finding(
        part=sampled.part,
        label=sampled.label,
        check=check.__name__,
        promise=inspect.cleandoc(check.__doc__ or "").partition("\n")[0],
        state=state,
        what=what,
        where=where,
    )


def _place(part: Part) -> str:
    """Where the function of a part begins; empty where none is its own."""
    for name in _FUNCTIONS:
        function = inspect.unwrap(getattr(part.record, name, None) or _place)
        if function is not _place and (code := getattr(function, "__code__", None)):
            return f"{code.co_filename}:{code.co_firstlineno}"
    return str(getattr(part.record, "function", "") or getattr(part.record, "path", ""))


def _line(error: BaseException, place: str) -> str:
    """The last line of the plugin that led to an error; the place of its function where none did."""
    file = place.rpartition(":")[0]
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1].lineno}" if lines else place


def plugins_of(target: str) -> tuple[Any, ...]:
    """What brings the parts of a plugin.

    Args:
        target: A distribution that is installed, a module that can be imported, or a path: of a module, of a
            package, of a region, or of a folder with a `pyproject.toml`.

    Raises:
        UsageError: There is nothing of this name, or it names no plugin.
        PluginError: It cannot be imported, or is made for another hubrank.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_dir():
        return _at(path.resolve())
    try:
        found = importlib.metadata.distribution(target)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return (_imported(target, target),)
    entries = [item.value for group in (PARTS, COMMANDS) for item in found.entry_points.select(group=group)]
    try:
        check_versions(found.requires)
    except Exception as error:
        raise _broken(target, error) from error
    return _each(target, entries)


def _at(path: Path) -> tuple[Any, ...]:
    """What a path names; what lies beside it can be imported from now on."""
    project = path / "pyproject.toml"
    if project.is_file():
        sys.path[:0] = [str(path / "src"), str(path)]
        points = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {})
        return _each(str(path), [item for group in (PARTS, COMMANDS) for item in points.get(group, {}).values()])
    if not path.exists():
        raise UsageError(f"{path}: file not found")
    if is_region(path):
        return (Region(path),)
    if path.is_dir() and not (path / "__init__.py").is_file():
        raise UsageError(f"{path}: is no plugin: it has no pyproject.toml, no __init__.py and no region.toml")
    sys.path.insert(0, str(path.parent))
    return (_run(path),)


def _run(path: Path) -> Any:
    """The module or package of a path, whatever else has its name."""
    spec = importlib.util.spec_from_file_location(path.stem, path / "__init__.py" if path.is_dir() else path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: is no module")
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    try:
        with plugin_call():
            spec.loader.exec_module(module)
    except Exception as error:
        raise _broken(str(path), error) from error
    return module


def _each(target: str, entries: Iterable[str]) -> tuple[Any, ...]:
    """What entry points name, each once."""
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
    except ModuleNotFoundError as error:
        if target == value and error.name == module.partition(".")[0]:
            points = importlib.metadata.entry_points()
            entries = (item for group in (PARTS, COMMANDS) for item in points.select(group=group))
            known = {item.dist.name for item in entries if item.dist}
            raise UsageError(f"no distribution and no module '{target}'" + did_you_mean(target, known)) from error
        raise _broken(target, error) from error
    except Exception as error:
        raise _broken(target, error) from error


def _broken(target: str, error: Exception) -> PluginError:
    return PluginError(target, "its module", f"could not be loaded: {exception_text(error)}")
