"""Rankings that can be checked: build, stress-test and explain composite indices.

`hubrank.rank(table or name)` makes a `Ranked`, which answers what is asked of it; `hubrank.read` reads one that was
saved, and `hubrank.draft` says what a table would be taken for. What a member is written with is in `hubrank.plugin`,
what a method's author needs in `hubrank.methods`, a verb's in `hubrank.cli`, draws in `hubrank.uncertainty`,
explanations in `hubrank.explain`, tests in `hubrank.testing`. Everything else is inside and may change.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
