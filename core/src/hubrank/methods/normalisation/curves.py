"""Scales that are no straight lines: the logistic curve and bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Normalisation
from hubrank.methods import arrays
from hubrank.methods.checks import above, rising
from hubrank.methods.normalisation.linear import ZScoreOptions, mean_and_deviation, z_score

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context
    from hubrank.methods.normalisation.linear import Ends


@frozen(kw_only=True)
class LogisticOptions:
    """What a scenario can set of `logistic`.

    Attributes:
        steepness: Steepness of the curve at its middle, per standard deviation.
    """

    steepness: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class BandOptions:
    """What a scenario can set of `bands` and `quantile-bands`.

    Attributes:
        cuts: Where a band ends and the next begins, going up: on the indicator's own scale (`bands`), or shares
            of the units, between 0 and 1 (`quantile-bands`). A value on a cut is in the better band.
        marks: The scores of the bands, the worst first; one more than the cuts.
    """

    cuts: tuple[float, ...] = field(validator=rising())
    marks: tuple[float, ...] = field(validator=rising())

    @marks.validator
    def _one_more(self, _: Any, value: tuple[float, ...]) -> None:
        if len(value) != len(self.cuts) + 1:
            told = f"must have one more than the cuts, {len(self.cuts) + 1:,}; got {len(value):,}"
            raise ValueError(f"marks: {told}")


@frozen(kw_only=True)
class QuantileBandOptions(BandOptions):
    """What a scenario can set of `quantile-bands`."""

    def __attrs_post_init__(self) -> None:
        if any(not 0 < cut < 1 for cut in self.cuts):
            told = f"must be shares of the units, above 0 and below 1; got {list(self.cuts)}"
            raise ValueError(f"cuts: {told}")


def logistic_fit(reference: Array, context: Context, options: LogisticOptions) -> Ends:  # noqa: ARG001
    """The mean and the standard deviation."""
    return mean_and_deviation(reference, context, ZScoreOptions())


def logistic(values: Array, fitted: Ends, context: Context, options: LogisticOptions) -> Array:
    """The logistic curve of the z-score: one half at the mean."""
    scores = z_score(values, fitted, context, ZScoreOptions(sd=options.steepness))
    return np.asarray(0.5 * (1 + np.tanh(scores / 2)))


def bands_fit(reference: Array, context: Context, options: BandOptions) -> None:
    """Nothing is learnt."""


def bands(values: Array, fitted: None, context: Context, options: BandOptions) -> Array:  # noqa: ARG001
    """The mark of the band that a value lies in."""
    turned = context.directions < 0
    made = _marked(values, [np.array(cut) for cut in options.cuts], options.marks)
    if not turned.any():
        return made
    cuts = [np.array(-cut) for cut in reversed(options.cuts)]
    return np.where(turned, _marked(-values, cuts, options.marks), made)


def quantile_bands_fit(reference: Array, context: Context, options: QuantileBandOptions) -> list[Array]:  # noqa: ARG001
    """The quantiles that are the cuts."""
    return [arrays.quantile(reference, share) for share in options.cuts]


def quantile_bands(values: Array, cuts: list[Array], context: Context, options: QuantileBandOptions) -> Array:  # noqa: ARG001
    """The mark of the band that a value lies in."""
    return _marked(values, cuts, options.marks)


def _marked(values: Array, cuts: list[Array], marks: tuple[float, ...]) -> Array:
    band = sum((values >= cut for cut in cuts), np.zeros(values.shape, dtype=int))
    return np.where(np.isnan(values), np.nan, np.array(marks)[band])


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

NORMALISATIONS = (
    Normalisation(
        name="logistic",
        fit=logistic_fit,
        apply=logistic,
        options=LogisticOptions,
        needs_spread=True,
        title="the logistic curve of the z-score",
        reference="Bilbao-Ubillos, The limits of the Human Development Index (2013)",
    ),
    Normalisation(
        name="bands",
        fit=bands_fit,
        apply=bands,
        options=BandOptions,
        oriented=False,
        title="scores of bands between cut points",
        reference=_SOURCE,
    ),
    Normalisation(
        name="quantile-bands",
        fit=quantile_bands_fit,
        apply=quantile_bands,
        options=QuantileBandOptions,
        title="scores of bands with given shares of the units",
        reference=_SOURCE,
    ),
)
