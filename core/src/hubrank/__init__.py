"""Rankings that can be checked: build, stress-test and explain composite indices.

`hubrank.rank(table or name)` makes a `Ranked`, which answers what is asked of it; `hubrank.read` reads one that was
saved, and `hubrank.draft` says what a table would be taken for. What a member is written with is in `hubrank.plugin`,
what a method's author needs in `hubrank.methods`, a verb's in `hubrank.cli`, draws in `hubrank.uncertainty`,
explanations in `hubrank.explain`, tests in `hubrank.testing`. Everything else is inside and may change.
"""

from typing import Any

import lazy_loader

_imported, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        return _imported(name)
    from hubrank.notebook import guesses

    raise guesses.of_module(name, __all__)
