"""Who counts draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen


@frozen(kw_only=True)
class DrawCounter:
    """A way to count the draws of a robustness analysis elsewhere, handed over by `hubrank_draw_counters`.

    Attributes:
        name: The NAME in `hubrank robustness --count-with NAME`.
        count: `count(analysis, draws, address)` counts the ranks of the first `draws` draws of a
            `hubrank.robustness.Analysis`, whose blocks can be counted anywhere in any order, and gives a
            `hubrank.robustness.Tally` equal to that of `hubrank.robustness.run(analysis, draws)`. The address is
            what follows `NAME:` on the command line, empty where nothing does.
        title: Where it counts, in a few words.
    """

    name: str
    count: Callable[[Any, int, str], Any]
    title: str = ""
