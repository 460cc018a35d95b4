"""The plugin API: hooks, the records that plugins and the core exchange, errors, texts, the steps of a ranking.

From a plugin come records (`sources`, `units`, `methods`, `hooks`), found by name in the `registry`; to it go a
`Request`, `Records`, `Units` and a `Context`. Each name is imported from its module when it is first used.
"""

import importlib
import re
from pathlib import Path
from typing import Any

#: The module of each name: the stub beside this file lists it once, for type checkers too.
_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_HOMES = {name: home for home, name in re.findall(r"^from (\S+) import (\w+)", _STUB, re.MULTILINE)}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        from hubrank.errors import did_you_mean

        hint = "" if name.startswith("_") else did_you_mean(name, __all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    globals()[name] = found = getattr(importlib.import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return __all__.copy()
