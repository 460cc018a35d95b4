"""Rankings that can be checked: build, stress-test and explain composite indices.

`hubrank.rank(table or name)` returns a `Ranked`, which answers questions; `hubrank.read` reads a saved one, and
`hubrank.draft` shows the assumptions about a table. Packages build on `hubrank.plugin`, authors of methods on
`hubrank.methods`, of commands on `hubrank.cli`, of simulations on `hubrank.uncertainty`, of explanations on
`hubrank.explain`, of tests on `hubrank.testing`. Everything else is internal and may change.
"""

from typing import Any

import lazy_loader

_imported, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        return _imported(name)
    from hubrank.notebook import guesses

    raise guesses.of_module(name, __all__)
