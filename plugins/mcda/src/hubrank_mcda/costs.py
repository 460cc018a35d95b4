"""Members that a method wants as costs on their own scale."""

from __future__ import annotations

import numpy as np
from hubrank import Context, MethodError


def as_measured(
    scores: np.ndarray, weights: np.ndarray, context: Context, *, costs: bool, lowest: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The values as a method with benefits and costs wants them.

    After normalisation `none` the core hands over members with direction -1 with their sign changed; this changes
    it back.

    Args:
        scores: `(..., units, members)`, more is better.
        weights: What broadcasts against them; 0 where a member is not there.
        context: The members.
        costs: Whether members with direction -1 are handed over as costs; if not, all are benefits.
        lowest: What no value may be below; none where the method does not mind.

    Returns:
        The values, and 1 or -1 for each member.

    Raises:
        MethodError: Values are lower than the method can take.
    """
    directions = context.directions if costs else np.ones(scores.shape[-1])
    values = scores * directions if (directions < 0).any() else scores
    for at, member in enumerate(context.members):
        there = np.broadcast_to(weights[..., at] > 0, np.broadcast_shapes(values.shape[:-1], weights.shape[:-1]))
        least = np.broadcast_to(values[..., at], there.shape).min(where=there, initial=np.inf)
        if directions[at] < 0 and least < 0:
            raise MethodError(
                f"costs = true needs values as measured, but the cost '{member.name}' has {least:g}; use it "
                "with normalisation 'none' and values of at least 0"
            )
        if lowest is not None and least < lowest:
            instead = "set costs = true" if member.direction < 0 and not costs else "normalise to a range above it"
            raise MethodError(
                f"'{member.name}' has {least:g}, but the method needs values of at least {lowest:g}; {instead}"
            )
    return values, directions
