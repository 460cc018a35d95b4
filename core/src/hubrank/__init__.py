"""Rankings that can be checked: build, stress-test and explain composite indices.

`hubrank.rank(table or name)` returns a `Ranked`, which answers questions; `hubrank.read` reads a saved one, and
`hubrank.draft` shows the assumptions about a table. Packages build on `hubrank.plugin`, authors of methods on
`hubrank.methods`, of commands on `hubrank.cli`, of simulations on `hubrank.uncertainty`, of explanations on
`hubrank.explain`, of tests on `hubrank.testing`. Everything else is internal and may change.
"""

from typing import Any

from hubrank.stubs import first_use, homes

_HOMES = homes(__file__)
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        globals()[name] = found = first_use(__name__, _HOMES[name], name)
        return found
    from hubrank.notebook import guesses

    raise guesses.of_module(name, __all__)


def __dir__() -> list[str]:
    return __all__.copy()
