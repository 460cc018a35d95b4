"""Which years of an input an edition sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hubrank.basis.language import worded
from hubrank.contract.window import Window

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.plan import Plan


def window(
    plan: Plan, bound: BoundInput, edition: int, years: Array | None = None, indicator: BoundIndicator | None = None
) -> Window:
    """Which years an edition sees of an input.

    A sample has few years, so that none of its values is too old; what is carried is told all the same.

    Args:
        plan: The plan.
        bound: The input.
        edition: The year that is measured.
        years: The years that the input has; with `look_ahead`, an edition before all of them sees the first.
        indicator: Who reads it, since an indicator may say how old its values may be.
    """
    choice = bound.choice
    last = due = edition - choice.lag
    if choice.look_ahead and years is not None and len(years):
        last = max(last, int(years.min()))
    age = None if plan.sample else bound.max_age(indicator)
    length = plan.scenario.window if choice.window is None else choice.window
    return Window(
        first=last - length + 1 if isinstance(length, int) else None,
        last=last,
        oldest=None if age is None else last - age,
        newest_only=length == "newest",
        due=due,
    )


def years_seen(plan: Plan, bound: BoundInput) -> tuple[int | None, int | None]:
    """The first and the last year that a source is asked for; none where all count.

    Of a stock all years up to the last edition are: what is too old for a value is told where it is missing.
    """
    windows = [window(plan, bound, edition) for edition in plan.editions]
    firsts = [each.first for each in windows if each.first is not None]
    last = None if bound.choice.look_ahead else max(each.last for each in windows)
    return (None if bound.table.kind == "stock" or not firsts else min(firsts)), last


def uncovered(plan: Plan, edition: int) -> Mapping[str, tuple[str, ...]]:
    """Which years of a flow that is summed over an edition's window its table does not cover, by input, in words.

    Only tables that say what they cover are told of. The newest period of a flow, and a stock, have an age instead.
    """
    told: dict[str, tuple[str, ...]] = {}
    for name, bound in plan.inputs.items():
        covers, seen = bound.table.covers, window(plan, bound, edition)
        if not bound.columns or bound.table.kind == "stock" or seen.newest_only or covers is None:
            continue
        early = seen.first is not None and seen.first < covers.first
        late = covers.last < seen.last
        years = [worded("before {year}", year=covers.first)] * early + [worded("after {year}", year=covers.last)] * late
        if years:
            told[name] = tuple(years)
    return told
