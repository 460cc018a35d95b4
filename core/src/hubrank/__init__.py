"""Rankings that can be checked: build, stress-test and explain composite indices.

`hubrank.rank(table or name)` returns a `Ranked`, which answers questions; `hubrank.read` reads a saved one, and
`hubrank.draft` shows the assumptions about a table. Packages build on `hubrank.plugin`, authors of methods on
`hubrank.methods`, of commands on `hubrank.cli`, of simulations on `hubrank.uncertainty`, of explanations on
`hubrank.explain`, of tests on `hubrank.testing`. Everything else is internal and may change.
"""

from collections.abc import Sequence

from hubrank.stubs import attach


def _unknown(name: str, known: Sequence[str]) -> AttributeError:
    from hubrank.notebook import guesses

    return guesses.of_module(name, known)


__getattr__, __dir__, __all__ = attach(__name__, _unknown)
