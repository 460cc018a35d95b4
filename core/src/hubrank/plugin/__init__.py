"""The plugin API: hooks, the records that plugins and the core exchange, errors, texts, the steps of a ranking.

From a plugin come records (`sources`, `units`, `methods`, `hooks`), found by name in the `registry`; to it go a
`Request`, `Records`, `Units` and a `Context`. Each name is imported from its module when it is first used.
"""

from typing import Any

from hubrank.stubs import first_use, homes

_HOMES = homes(__file__)
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        from hubrank.errors import did_you_mean

        hint = "" if name.startswith("_") else did_you_mean(name, __all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    globals()[name] = found = first_use(__name__, _HOMES[name], name)
    return found


def __dir__() -> list[str]:
    return __all__.copy()
