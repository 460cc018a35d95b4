"""Since which number of the contract a hook or a record is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Where the number is kept.
_SINCE = "since_contract"


def since(contract: int) -> Callable[[T], T]:
    """Mark a hook or a record with the number of the contract that it came with."""

    def mark(thing: T) -> T:
        setattr(thing, _SINCE, contract)
        return thing

    return mark


def since_when(thing: object) -> int | None:
    """The number of the contract that a hook or a record came with; none where it is no part of the contract."""
    return getattr(thing, "__dict__", {}).get(_SINCE)
