"""Which years of an input an edition sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.contract.records import Window

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.plan import Plan


def window(plan: Plan, bound: BoundInput, edition: int, years: Array | None = None) -> Window:
    """Which years an edition sees of an input.

    Args:
        plan: The plan.
        bound: The input.
        edition: The year that is measured.
        years: The years that the input has; with `look_ahead`, an edition before all of them sees the first.
    """
    choice = bound.choice
    last = edition - choice.lag
    if choice.look_ahead and years is not None and len(years):
        last = max(last, int(years.min()))
    length = plan.scenario.window if choice.window is None else choice.window
    return Window(
        first=last - length + 1 if isinstance(length, int) else None,
        last=last,
        oldest=None if choice.at_most_age is None else last - choice.at_most_age,
        newest_only=length == "newest",
    )


def years_seen(plan: Plan, bound: BoundInput) -> tuple[int | None, int | None]:
    """The first and the last year that any edition sees of an input; none where all count."""
    windows = [window(plan, bound, edition) for edition in plan.editions]
    firsts = [each.oldest if bound.table.kind == "stock" else each.first for each in windows]
    open_start = any(each is None for each in firsts) or any(each.newest_only for each in windows)
    last = None if bound.choice.look_ahead else max(each.last for each in windows)
    return (None if open_start else min(each for each in firsts if each is not None)), last
