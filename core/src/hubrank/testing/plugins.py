"""The modules that a name, a path or a distribution stands for."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hubrank.basis.errors import PluginError, UsageError, suggestion
from hubrank.basis.language import marked, worded
from hubrank.contract.fitting import check_versions
from hubrank.contract.guests import hosted, told
from hubrank.contract.registry import COMMANDS, PARTS


def plugins_of(target: str) -> tuple[Any, ...]:
    """What brings the parts of a plugin.

    Args:
        target: A distribution that is installed, a module that can be imported, or a path: of a module, of a
            package, or of a folder with a `pyproject.toml`.

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
        raise UsageError(worded("{file}: file not found", file=path))
    sys.path.insert(0, str(path.parent))
    return (_imported(str(path), path.stem),)


def _each(target: str, entries: Iterable[str]) -> tuple[Any, ...]:
    """What entry points name, each once."""
    values = dict.fromkeys(entries)
    if not values:
        what = marked("{name}: has no entry point in the groups {groups}")
        raise UsageError(worded(what, name=target, groups=f"{PARTS}, {COMMANDS}"))
    return tuple(_imported(target, each) for each in values)


def _imported(target: str, value: str) -> Any:
    module, _, name = value.partition(":")
    try:
        with hosted(target):
            found = importlib.import_module(module)
            return getattr(found, name) if name else found
    except ModuleNotFoundError as error:
        if target == value and error.name == module.partition(".")[0]:
            known = {each.dist.name for each in importlib.metadata.entry_points(group=PARTS) if each.dist}
            what = marked("no distribution and no module '{name}'")
            raise UsageError(worded(what, name=target) + suggestion(target, known)) from error
        raise _broken(target, error) from error
    except Exception as error:
        raise _broken(target, error) from error


def _broken(target: str, error: Exception) -> PluginError:
    return PluginError(target, worded("its module"), worded("could not be loaded: {error}", error=told(error)))
