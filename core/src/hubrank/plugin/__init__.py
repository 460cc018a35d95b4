"""The plugin API: hooks, the records that plugins and the core exchange, errors, texts, the steps of a ranking.

From a plugin come records (`sources`, `units`, `methods`, `hooks`), found by name in the `registry`; to it go a
`Request`, `Records`, `Units` and a `Context`. Each name is imported from its module when it is first used.
"""

from collections.abc import Sequence

from hubrank.stubs import attach


def _unknown(name: str, known: Sequence[str]) -> AttributeError:
    from hubrank.errors import did_you_mean

    hint = "" if name.startswith("_") else did_you_mean(name, known)
    return AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")


__getattr__, __dir__, __all__ = attach(__name__, _unknown)
