"""What options must be: validators with messages that name the key and the allowed values."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import attrs

    Validator = Callable[[Any, attrs.Attribute[Any], Any], None]


def at_least(bound: float) -> Validator:
    """A number that is `bound` or more; none is let through."""
    return _number(lambda value: value >= bound, f"must be at least {bound:g}")


def above(bound: float) -> Validator:
    """A number greater than `bound`; none is let through."""
    return _number(lambda value: value > bound, f"must be above {bound:g}")


def between(low: float, high: float) -> Validator:
    """A number from `low` to `high`; none is let through."""
    return _number(lambda value: low <= value <= high, f"must be between {low:g} and {high:g}")


def inside(low: float, high: float) -> Validator:
    """A number above `low` and below `high`; none is let through."""
    return _number(lambda value: low < value < high, f"must be above {low:g} and below {high:g}")


def above_key(other: str) -> Validator:
    """A number greater than that of another key; let through where one of them is none."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        bound = getattr(instance, other)
        if value is not None and bound is not None and not value > bound:
            raise ValueError(f"{attribute.name}: must be above {other}, which is {bound:g}; got {value:g}")

    return check


def rising(count: int | None = None) -> Validator:
    """Numbers that go up, `count` of them where that is given."""

    def check(_: Any, attribute: attrs.Attribute[Any], value: tuple[float, ...]) -> None:
        wrong = count is not None and len(value) != count
        if wrong or any(not later > earlier for earlier, later in itertools.pairwise(value)):
            wanted = "numbers" if count is None else f"{count} numbers"
            raise ValueError(f"{attribute.name}: must be {wanted} in ascending order; got {list(value)}")

    return check


def _number(holds: Callable[[float], bool], what: str) -> Validator:
    def check(_: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        if value is not None and not holds(value):
            raise ValueError(f"{attribute.name}: {what}; got {value:g}")

    return check
