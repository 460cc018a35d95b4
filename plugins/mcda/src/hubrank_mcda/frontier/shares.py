"""Bounds on how much of a unit's score a member may make up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import field, frozen
from hubrank import Member, MethodError
from hubrank.errors import did_you_mean


@frozen(kw_only=True)
class Bounds:
    """The least and the most of a unit's score that comes from one member.

    Attributes:
        low: From 0 to 1.
        high: From `low` to 1.
    """

    low: float = 0.0
    high: float = 1.0

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that enclose nothing."""
        if not 0 <= self.low <= self.high <= 1:
            low, high = f"{self.low:g}", f"{self.high:g}"
            raise ValueError(f"low: 0 <= low <= high <= 1 must hold; got {low} and {high}")


@frozen(kw_only=True)
class Group(Bounds):
    """The least and the most of a unit's score that comes from several members together.

    Attributes:
        members: Their names.
    """

    members: tuple[str, ...]


@frozen(kw_only=True)
class ShareOptions(Bounds):
    """What a scenario can set of `benefit-of-the-doubt`.

    Attributes:
        low: The least share of every member that has none of its own.
        high: The most.
        members: Bounds of single members, by their names.
        groups: Bounds of members together.
    """

    members: Mapping[str, Bounds] = field(factory=dict)
    groups: tuple[Group, ...] = ()

    def rows(self, members: Sequence[Member]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The bounds on sums of shares.

        Args:
            members: The members.

        Returns:
            Which members each bound is about, `(bounds, members)`, 0 or 1; the least sums; and the most.

        Raises:
            MethodError: A name is no member, or no shares keep the bounds.
        """
        names = [member.name for member in members]
        for name in (*self.members, *(name for group in self.groups for name in group.members)):
            if name not in names:
                raise MethodError(f"there is no member '{name}'" + did_you_mean(name, names))
        single = [self.members.get(name, self) for name in names]
        matrix = np.array([*np.eye(len(names)), *(np.isin(names, group.members) for group in self.groups)], dtype=float)
        low = np.array([each.low for each in (*single, *self.groups)])
        high = np.array([each.high for each in (*single, *self.groups)])
        if low[: len(names)].sum() > 1 + 1e-12 or high[: len(names)].sum() < 1 - 1e-12:
            raise MethodError(
                f"shares of {len(names)} {'member' if len(names) == 1 else 'members'} cannot sum to 1: their "
                f"lower bounds sum to {low[: len(names)].sum():g}, their upper bounds to "
                f"{high[: len(names)].sum():g}"
            )
        return matrix, low, high
