"""The modules that a name, a path or a distribution stands for."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hubrank.basis.errors import PluginError, UsageError, suggestion
from hubrank.contract.fitting import check_versions
from hubrank.contract.guests import hosted, told
from hubrank.contract.registry import COMMANDS, PARTS
from hubrank.scenario.region import Region, is_region


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
    entries = [each.value for group in (PARTS, COMMANDS) for each in found.entry_points.select(group=group)]
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
        return _each(str(path), [each for group in (PARTS, COMMANDS) for each in points.get(group, {}).values()])
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
        with hosted():
            spec.loader.exec_module(module)
    except Exception as error:
        raise _broken(str(path), error) from error
    return module


def _each(target: str, entries: Iterable[str]) -> tuple[Any, ...]:
    """What entry points name, each once."""
    values = dict.fromkeys(entries)
    if not values:
        raise UsageError(f"{target}: has no entry point in the groups {PARTS}, {COMMANDS}")
    return tuple(_imported(target, each) for each in values)


def _imported(target: str, value: str) -> Any:
    module, _, name = value.partition(":")
    try:
        with hosted():
            found = importlib.import_module(module)
            return getattr(found, name) if name else found
    except ModuleNotFoundError as error:
        if target == value and error.name == module.partition(".")[0]:
            points = importlib.metadata.entry_points()
            entries = (each for group in (PARTS, COMMANDS) for each in points.select(group=group))
            known = {each.dist.name for each in entries if each.dist}
            raise UsageError(f"no distribution and no module '{target}'" + suggestion(target, known)) from error
        raise _broken(target, error) from error
    except Exception as error:
        raise _broken(target, error) from error


def _broken(target: str, error: Exception) -> PluginError:
    return PluginError(target, "its module", f"could not be loaded: {told(error)}")
