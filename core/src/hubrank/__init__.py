"""Rankings that can be checked: build, stress-test and explain composite indices.

For people in Python: `hubrank.rank(table or name)` makes a `Ranked`, which answers what is asked of it; `hubrank.read`
reads one that was saved. For members: the contract (what a plugin writes and is handed), the errors, and the records
that carry a figure through the house: scenario, plan, measurement, ranking. What a method's author needs is in
`hubrank.methods`, what a verb needs in `hubrank.cli`, draws in `hubrank.uncertainty`, explanations in
`hubrank.explain`, tests in `hubrank.testing`. Everything else is inside and may change.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
