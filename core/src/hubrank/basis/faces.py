"""Names that a package shows and imports only when they are asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def face(package: str, modules: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """The function `__getattr__` of a package whose names live in other modules (PEP 562).

    Args:
        package: The package's name.
        modules: The names that each module holds.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        return getattr(importlib.import_module(homes[name]), name)

    return get
