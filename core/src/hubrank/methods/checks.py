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
    return _number(lambda value: value >= bound, "must be at least {least}; got {value}", least=bound)


def above(bound: float) -> Validator:
    """A number greater than `bound`; none is let through."""
    return _number(lambda value: value > bound, "must be above {bound}; got {value}", bound=bound)


def between(low: float, high: float) -> Validator:
    """A number from `low` to `high`; none is let through."""
    text = "must be between {low} and {high}; got {value}"
    return _number(lambda value: low <= value <= high, text, low=low, high=high)


def inside(low: float, high: float) -> Validator:
    """A number above `low` and below `high`; none is let through."""
    text = "must be above {low} and below {high}; got {value}"
    return _number(lambda value: low < value < high, text, low=low, high=high)


def above_key(other: str) -> Validator:
    """A number greater than that of another key; let through where one of them is none."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        bound = getattr(instance, other)
        if value is not None and bound is not None and not value > bound:
            told = f"must be above {other}, which is {bound:g}; got {value:g}"
            raise ValueError(f"{attribute.name}: {told}")

    return check


def rising(count: int | None = None) -> Validator:
    """Numbers that go up, `count` of them where that is given."""

    def check(_: Any, attribute: attrs.Attribute[Any], value: tuple[float, ...]) -> None:
        wrong = count is not None and len(value) != count
        if wrong or any(not later > earlier for earlier, later in itertools.pairwise(value)):
            if count is None:
                told = f"must be numbers in ascending order; got {list(value)}"
            else:
                told = f"must be {count:,} numbers in ascending order; got {list(value)}"
            raise ValueError(f"{attribute.name}: {told}")

    return check


def _number(holds: Callable[[float], bool], text: str, **bounds: float) -> Validator:
    """A check whose text is said with its bounds and the value, as a scenario writes them."""

    def check(_: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        if value is not None and not holds(value):
            numbers = {name: f"{number:g}" for name, number in {**bounds, "value": value}.items()}
            raise ValueError(f"{attribute.name}: {text.format(**numbers)}")

    return check
