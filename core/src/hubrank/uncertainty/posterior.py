"""The posterior of true values given values with sampling errors.

A value contains its error already: a draw that adds another error counts it twice, and spreads values too far. So true
values are drawn given the measured ones: those of an edition are assumed to vary around a common mean, and values with
large errors are closer to it in the draws (Rubin 1981; Morris 1983; Gelman and others, Bayesian Data Analysis, 2013,
chapter 5). The mean and the spread of true values are unknown: both are drawn too, with a uniform prior for the spread
(Gelman 2006), so that values which differ by no more than their errors do not count as equal.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from attrs import frozen

from hubrank.errors import library
from hubrank.measurement.measurement import Errors
from hubrank.numeric import Array, Mask

#: Functions of distributions.
special = library("scipy.special", "[robustness] with errors of values")

#: The grid of spreads and means: in spreads of the measured values, in errors of the mean.
_SPREADS, _MEANS = 48, 25
_WIDEST, _FAR = 4.0, 4.0


class Posterior(Protocol):
    """The true values of an edition's units, given the measured ones."""

    def drawn(self, normal: Array, shared: Array) -> Array:
        """True values `(draws, units)`, of standard normal numbers of this shape and `SHARED` numbers a draw."""
        ...


def around(values: Array, errors: Errors, edition: int, normal: Array) -> Array:
    """An edition's values as they could have come out, `(draws, units)`: each off by its error once more.

    Args:
        values: `(editions, units)`.
        normal: Standard normal numbers, `(draws, units)`.
    """
    size = errors.standard_errors(values)[edition]
    known = ~np.isnan(size)
    off = normal[:, known] * size[known]
    if errors.covariance is not None:
        variances, axes = np.linalg.eigh(errors.covariance[edition][np.ix_(known, known)])
        off = normal[:, known] * np.sqrt(np.maximum(variances, 0.0)) @ axes.T
    return _among(values[edition], known, values[edition][known] + off)


def posterior(values: Array, errors: Errors, edition: int) -> Posterior:
    """The posterior of an edition's values `(units,)`; those without an error are true, missing ones stay missing."""
    size = errors.size[edition]
    known = ~np.isnan(values) & ~np.isnan(size)
    if errors.family == "poisson":
        return Counts.of(values, size, known)
    if errors.family == "binomial":
        return Shares.of(values / errors.scale, size, known, errors.scale)
    shared = None if errors.covariance is None else errors.covariance[edition]
    return Normal.of(values, size, known, shared)


@frozen(kw_only=True, eq=False)
class Normal:
    """Values with normal errors, turned to axes on which errors are independent.

    Attributes:
        values: `(units,)`.
        known: Which of them have an error.
        axes: `(known units, axes)`; None if units have errors of their own.
        turned: The known values on the axes.
        ones: A mean of 1 on the axes.
        variances: Of the errors on the axes.
        spreads: The standard deviations of true values that are tried, `(spreads,)`.
        chances: How likely they and those before are together.
        means: The mean of true values with each spread, and its standard error.
    """

    values: Array
    known: Mask
    axes: Array | None
    turned: Array
    ones: Array
    variances: Array
    spreads: Array
    chances: Array
    means: tuple[Array, Array]

    @classmethod
    def of(cls, values: Array, size: Array, known: Mask, covariance: Array | None) -> Normal:
        """The posterior, with the probability of each spread (Gelman and others 2013, equation 5.21)."""
        turned, ones, axes = values[known], np.ones(int(known.sum())), None
        variances = np.square(size[known])
        if covariance is not None:
            variances, axes = np.linalg.eigh(covariance[np.ix_(known, known)])
            variances[variances < variances.max(initial=0.0) * 1e-12] = 0.0
            turned, ones = turned @ axes, ones @ axes
        steps, spreads = tried_spreads(values[known], variances)
        weights = 1 / (np.square(spreads)[:, None] + variances)
        known_mean = np.maximum((weights * np.square(ones)).sum(axis=1), 1e-300)
        mean = (weights * ones * turned).sum(axis=1) / known_mean
        left = np.square(turned - mean[:, None] * ones)
        fit = 0.5 * (np.log(weights).sum(axis=1) - np.log(known_mean) - (weights * left).sum(axis=1))
        return cls(
            values=values,
            known=known,
            axes=axes,
            turned=turned,
            ones=ones,
            variances=variances,
            spreads=spreads,
            chances=cumulated(fit + np.log(steps)),  # steps of spreads grow as the spreads' root
            means=(mean, 1 / np.sqrt(known_mean)),
        )

    def drawn(self, normal: Array, shared: Array) -> Array:
        """As `Posterior` has it."""
        at = _picked(self.chances, shared[:, 0])
        mean = (self.means[0][at] + self.means[1][at] * shared[:, 1])[:, None] * self.ones
        own = np.square(self.spreads[at])[:, None]
        kept = own / (own + self.variances)
        drawn = mean + kept * (self.turned - mean) + np.sqrt(kept * self.variances) * normal[:, self.known]
        return _among(self.values, self.known, drawn if self.axes is None else drawn @ self.axes.T)


@frozen(kw_only=True, eq=False)
class Counts:
    """Counts of random events, as rates: those of units vary as a gamma distribution does (its conjugate).

    Attributes:
        counts: Of units with an error, `(known units,)`.
        exposure: The factor from a rate to a count.
        shapes: Of the gamma distributions that are tried.
        rates: 1 by their scale.
        chances: How likely they and those before are together.
    """

    values: Array
    known: Mask
    counts: Array
    exposure: Array
    shapes: Array
    rates: Array
    chances: Array

    @classmethod
    def of(cls, values: Array, size: Array, known: Mask) -> Counts:
        """The posterior of counts around a gamma distribution: negative binomial (Clayton and Kaldor 1987)."""
        exposure = size[known]
        counts = values[known] * exposure
        total = float(exposure.sum()) or 1.0
        mean = (counts.sum() + 0.5) / total
        varied = np.var(values[known]) if known.any() else 0.0
        off = np.sqrt(varied / max(len(counts), 1) + mean / total) / mean
        spread = np.sqrt(varied / mean**2 + (1 / (mean * exposure)).mean()) if known.any() else 1.0
        relative, means, prior = _tried(spread, np.inf, lambda far: mean * np.exp(np.clip(off, 0, 2) * far))
        shapes = 1 / np.square(relative)
        rates = shapes / means
        fit = (
            special.gammaln(shapes[:, None] + counts)
            - special.gammaln(shapes)[:, None]
            + shapes[:, None] * np.log(rates[:, None] / (rates[:, None] + exposure))
            - counts * np.log(rates[:, None] + exposure)
        ).sum(axis=1)
        return cls(
            values=values,
            known=known,
            counts=counts,
            exposure=exposure,
            shapes=shapes,
            rates=rates,
            chances=cumulated(fit + prior),
        )

    def drawn(self, normal: Array, shared: Array) -> Array:
        """As `Posterior` has it."""
        at = _picked(self.chances, shared[:, 0])
        quantile = special.gammaincinv(self.shapes[at][:, None] + self.counts, special.ndtr(normal[:, self.known]))
        return _among(self.values, self.known, quantile / (self.rates[at][:, None] + self.exposure))


@frozen(kw_only=True, eq=False)
class Shares:
    """Shares of samples: those of units vary as a beta distribution does (its conjugate).

    Attributes:
        counts: The number of hits in the sample, for units with an error, `(known units,)`.
        sampled: The size of the sample.
        scale: The value of a share of 1.
        first: The first parameters of the beta distributions that are tried.
        second: The second.
        chances: How likely they and those before are together.
    """

    values: Array
    known: Mask
    counts: Array
    sampled: Array
    scale: float
    first: Array
    second: Array
    chances: Array

    @classmethod
    def of(cls, values: Array, size: Array, known: Mask, scale: float) -> Shares:
        """The posterior of counts around a beta distribution: beta-binomial (Skellam 1948)."""
        sampled = size[known]
        counts = values[known] * sampled
        mean = (counts.sum() + 0.5) / (sampled.sum() + 1)
        within = mean * (1 - mean)
        varied = np.var(values[known]) if known.any() else 0.0
        off = np.sqrt(varied / max(len(counts), 1) + within / (sampled.sum() + 1)) / within
        spread = np.sqrt(varied / within + (1 / sampled).mean()) if known.any() else 1.0
        relative, means, prior = _tried(
            spread, 0.98, lambda far: special.expit(special.logit(mean) + np.clip(off, 0, 2) * far)
        )
        together = 1 / np.square(relative) - 1
        first, second = means * together, (1 - means) * together
        fit = special.betaln(first[:, None] + counts, second[:, None] + sampled - counts).sum(axis=1)
        return cls(
            values=values * scale,
            known=known,
            counts=counts,
            sampled=sampled,
            scale=scale,
            first=first,
            second=second,
            chances=cumulated(fit - len(counts) * special.betaln(first, second) + prior),
        )

    def drawn(self, normal: Array, shared: Array) -> Array:
        """As `Posterior` has it."""
        at = _picked(self.chances, shared[:, 0])
        first, second = self.first[at][:, None] + self.counts, self.second[at][:, None] + self.sampled - self.counts
        return _among(
            self.values, self.known, special.betaincinv(first, second, special.ndtr(normal[:, self.known])) * self.scale
        )


def _tried(spread: float, most: float, mean_at: Any) -> tuple[Array, Array, Array]:
    """Spreads, relative to the mean, each with every mean, and the logarithm of how likely each is before."""
    steps = (np.arange(_SPREADS) + 0.5) / _SPREADS
    relative = np.maximum(min(_WIDEST * spread, most) * np.square(steps), 1e-6)
    spreads, means = np.meshgrid(relative, mean_at(np.linspace(-_FAR, _FAR, _MEANS)), indexing="ij")
    return spreads.ravel(), means.ravel(), np.repeat(np.log(steps), _MEANS)


def tried_spreads(values: Array, variances: Array) -> tuple[Array, Array]:
    """The spreads of true values that are tried, and the roots that grow by equal steps."""
    spread = (np.sqrt(np.var(values) + variances.mean()) if len(values) else 0.0) or 1.0
    steps = (np.arange(_SPREADS) + 0.5) / _SPREADS
    return steps, _WIDEST * spread * np.square(steps)


def cumulated(fit: Array) -> Array:
    """The probability of each choice and those before, of the logarithms of how likely they are."""
    chances = np.cumsum(np.exp(fit - fit.max()))
    return np.asarray(chances / chances[-1])


def _picked(chances: Array, normal: Array) -> Any:
    """The choice of each draw, by a standard normal number."""
    return chosen(chances, special.ndtr(normal))


def chosen(chances: Array, share: Any) -> Any:
    """The choice of each draw, by a number from 0 to 1."""
    return np.minimum(np.searchsorted(chances, share), len(chances) - 1)


def _among(values: Array, known: Mask, drawn: Array) -> Array:
    """Drawn values of those with errors among all, `(draws, units)`."""
    whole = np.broadcast_to(values, (len(drawn), len(values))).copy()
    whole[:, known] = drawn
    return whole
