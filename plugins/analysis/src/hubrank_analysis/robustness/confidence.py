"""SMAA's confidence factors: how sure a unit's first place is under the weights that speak for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank.uncertainty.sampling import Design, Draws

if TYPE_CHECKING:
    from hubrank import Array
    from hubrank.uncertainty.outcome import Outcome
    from hubrank.uncertainty.sampling import WeightSampler

#: The other uncertainties vary as in so many draws, the first; fewer where noise makes each a case of its own.
_DRAWS, _NOISY_DRAWS = 16_384, 1024
#: Numbers of noise that are kept, and numbers that are worked on at a time.
_NOISE, _NUMBERS = 32_000_000, 2_000_000


def confidence_factors(outcome: Outcome) -> Array:
    """The probability that a unit is first when its central weights are used and all other uncertainties vary.

    They vary as they do in the draws; draws that leave the unit out do not count. Where weights alone are uncertain it
    is 1 or 0 (Lahdelma and Salminen 2001).

    Args:
        outcome: What was counted.

    Returns:
        `(editions, units)`; NaN where a unit was never first.
    """
    analysis, design = outcome.analysis, outcome.analysis.design
    editions, units = np.nonzero(outcome.tally.ranks[:, 0])
    raw = weight_rows(design.weights, outcome.central_weights[editions, units].T)
    others, times = _others(design, outcome.draws)
    first, ranked = np.zeros(len(units)), np.zeros(len(units))
    cells = outcome.ranking.ranks.size if others.noise is None else analysis.variants.measurements[0].values.size
    step = max(1, _NUMBERS // cells)
    pairs = len(times) * len(units)
    for start in range(0, pairs, step):
        other, own = np.divmod(np.arange(start, min(start + step, pairs)), len(units))
        noise = None if others.noise is None else others.noise[other]
        draws = Draws(choices=others.choices[:, other], raw=raw[:, own], noise=noise)
        ranks = outcome.analysis.ranks(draws)[np.arange(len(own)), editions[own], units[own]]
        first += np.bincount(own, times[other] * (ranks == 1), len(units))
        ranked += np.bincount(own, times[other] * ~np.isnan(ranks), len(units))
    found = np.full(outcome.ranking.ranks.shape, np.nan)
    with np.errstate(invalid="ignore"):
        found[editions, units] = first / ranked
    return found


def weight_rows(sampler: WeightSampler, shares: Array) -> Any:
    """The sampler's rows that give local shares, both `(members of all dimensions, draws)`."""
    rows = shares.copy()
    for node in sampler.nodes:
        if node.relative:
            own = slice(node.start, node.start + len(node.members))
            base = np.broadcast_to(node.base[:, None], shares[own].shape)
            rows[own] = np.divide(shares[own] * node.base.sum(), base, out=np.ones_like(shares[own]), where=base > 0)
    return rows


def _others(design: Design, draws: int) -> tuple[Draws, Array]:
    """What the first draws vary besides weights: each case once, and how often it was drawn."""
    numbers = int(np.prod(design.cells))
    most = max(1, min(_NOISY_DRAWS, _NOISE // numbers)) if numbers else _DRAWS
    wanted, size = min(draws, most), design.block_size
    blocks = [design.block(at).part(slice(0, min(size, wanted - at * size))) for at in range(-(-wanted // size))]
    choices = np.concatenate([block.choices for block in blocks], axis=1)
    if numbers:
        noise = np.concatenate([block.noise for block in blocks if block.noise is not None])
        return Draws(choices=choices, raw=blocks[0].raw, noise=noise), np.ones(wanted)
    if not len(choices):
        return Draws(choices=choices[:, :1], raw=blocks[0].raw, noise=None), np.ones(1)
    cases, times = np.unique(choices, axis=1, return_counts=True)
    return Draws(choices=cases, raw=blocks[0].raw, noise=None), times.astype(float)
