"""No check without a plugin that fails it, and no promise without words for it."""

import importlib
import importlib.util
import inspect
import pkgutil
from pathlib import Path

import pytest
from hubrank.contract.registry import KINDS
from hubrank.testing import checks, conformance

HERE = Path(__file__).parent


def every():
    """All checks that there are, by module and name."""
    modules = [
        importlib.import_module(f"{checks.__name__}.{each.name}") for each in pkgutil.iter_modules(checks.__path__)
    ]
    return {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("check_") and value.__module__ == module.__name__
    }


def broken():
    """The checks that the lists of wrong plugins in this folder have a plugin for."""
    found = set()
    for path in HERE.glob("test_wrong_*.py"):
        spec = importlib.util.spec_from_file_location(f"wrong_of_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= {(check.__module__, check.__name__) for check, *_ in module.WRONG}
    return found


def test_each_has_a_wrong_plugin():
    """There are more than ninety, and for each one that fails it with its own sentence."""
    known = {(check.__module__, check.__name__) for check in every()}

    assert len(known) > 90
    assert broken() == known


def test_each_kind_is_checked():
    """A kind of part that the registry knows has checks of its own."""
    assert set(conformance._ALWAYS) == set(KINDS)


@pytest.mark.parametrize("check", sorted(every(), key=lambda each: each.__qualname__), ids=lambda each: each.__name__)
def test_each_says_what_is_promised(check):
    """Its docstring is a sentence of one line, which `hubrank check-plugin` tells whoever failed it."""
    first = inspect.cleandoc(check.__doc__).splitlines()

    assert len(first) == 1
    assert first[0].endswith(".")
