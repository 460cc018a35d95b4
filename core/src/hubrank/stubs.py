"""Names of a package that are imported from their modules when they are first used."""

import importlib
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def attach(
    package: str, unknown: Callable[[str, Sequence[str]], Exception]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a package, whose stub beside its `__init__.py` lists its names.

    Args:
        package: Its `__name__`.
        unknown: The error for a name that it does not have, from that and its names.
    """
    module = sys.modules[package]
    stub = Path(str(module.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")
    homes = {name: home for home, name in re.findall(r"^from (\S+) import (\w+)", stub, re.MULTILINE)}

    def first_use(name: str) -> Any:
        if name not in homes:
            raise unknown(name, [*homes])
        whole = homes[name] == "."
        found: Any = importlib.import_module(f".{name}" if whole else homes[name], package)
        found = found if whole else getattr(found, name)
        setattr(module, name, found)
        return found

    return first_use, lambda: [*homes], [*homes]
