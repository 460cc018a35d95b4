"""Shares of variance: Sobol' indices, first-order and total, of any number of outputs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen
from hubrank.ranking.intervals import HIGH, LOW

if TYPE_CHECKING:
    from hubrank import Array

#: Outputs that are resampled at a time, since each has a number for every sample and input.
_OUTPUTS = 4096


@frozen(kw_only=True, eq=False)
class Indices:
    """Sobol' indices with their bootstrap intervals, each `(inputs, outputs)`.

    Attributes:
        first: The share of an output's variance that an input alone accounts for.
        first_low: The 5 % quantile over bootstrap samples.
        first_high: The 95 % quantile.
        total: The share that it accounts for alone and together with others.
        total_low: The 5 % quantile.
        total_high: The 95 % quantile.
    """

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array


def sobol(first: Array, second: Array, swapped: Array, degrees: int = 0) -> tuple[Array, Array]:
    """First-order and total indices (Saltelli et al. 2010, table 2 (b) and (f)).

    Outputs are centred before, without which the first-order estimate goes astray where their mean is far from 0.

    Args:
        first: Outputs at the first sample, `(draws, outputs)`.
        second: At the second.
        swapped: At the first with one input from the second, `(inputs, draws, outputs)`.
        degrees: What the variance's divisor is less than the number of draws.

    Returns:
        Each `(inputs, outputs)`; NaN for outputs that do not vary.
    """
    centre = (first.sum(axis=0) + second.sum(axis=0) + swapped.sum(axis=(0, 1))) / (len(first) * (2 + len(swapped)))
    first, second, swapped = first - centre, second - centre, swapped - centre
    variance = np.concatenate([first, second]).var(axis=0, ddof=degrees)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = (second * (swapped - first)).mean(axis=1) / variance
        total = ((first - swapped) ** 2).mean(axis=1) / (2 * variance)
    still = variance <= 1e-12 * np.maximum(centre**2, 1e-300)
    return np.where(still, np.nan, alone), np.where(still, np.nan, total)


def sobol_with_intervals(
    first: Array, second: Array, swapped: Array, rng: np.random.Generator, resamples: int = 200
) -> Indices:
    """Sobol' indices and 90 % bootstrap intervals; whole rows are drawn again, variance and all.

    Args:
        first: Outputs at the first sample, `(draws, outputs)`.
        second: At the second.
        swapped: At the first with one input from the second, `(inputs, draws, outputs)`.
        rng: Draws the rows.
        resamples: How many bootstrap samples.
    """
    draws = len(first)
    rows = rng.multinomial(draws, np.full(draws, 1 / draws), size=resamples) / draws
    pieces = [slice(start, start + _OUTPUTS) for start in range(0, first.shape[1], _OUTPUTS)]
    parts = [_with_intervals(first[:, each], second[:, each], swapped[:, :, each], rows) for each in pieces]
    names = [each.name for each in attrs.fields(Indices)]
    return Indices(**{name: np.concatenate([getattr(part, name) for part in parts], axis=1) for name in names})


def _with_intervals(first: Array, second: Array, swapped: Array, rows: Array) -> Indices:
    """The indices of some outputs; `rows` says how often each bootstrap sample has each draw, `(resamples, draws)`."""
    alone, total = sobol(first, second, swapped)
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    one, two = first - centre, second - centre
    mean = rows @ (one + two) / 2
    variance = rows @ (one**2 + two**2) / 2 - mean**2
    ends = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for each in swapped - centre:
            resampled = rows @ (two * (each - one)) - mean * (rows @ (each - one))
            ends.append((resampled / variance, rows @ (one - each) ** 2 / (2 * variance)))
        firsts, totals = (np.array(each) for each in zip(*ends, strict=True))
        low, high = np.quantile(firsts, [LOW, HIGH], axis=1)
        total_low, total_high = np.quantile(totals, [LOW, HIGH], axis=1)
    still = np.isnan(alone)
    return Indices(
        first=alone,
        first_low=np.where(still, np.nan, low),
        first_high=np.where(still, np.nan, high),
        total=total,
        total_low=np.where(still, np.nan, total_low),
        total_high=np.where(still, np.nan, total_high),
    )
