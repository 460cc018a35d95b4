"""The Handbook's methods, yielded by the same hooks as anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.methods.aggregation import AGGREGATORS
from hubrank.methods.imputation import IMPUTATIONS
from hubrank.methods.normalisation import NORMALISATIONS
from hubrank.methods.rescaling import RESCALINGS
from hubrank.methods.treatment import TREATMENTS
from hubrank.methods.weighting import WEIGHTINGS
from hubrank.plugin.hooks import hookimpl

if TYPE_CHECKING:
    from hubrank.plugin.methods import Aggregator, Imputation, Normalisation, Rescaling, Treatment, Weighting


@hookimpl
def hubrank_imputations() -> tuple[Imputation, ...]:
    """The Handbook's imputations."""
    return IMPUTATIONS


@hookimpl
def hubrank_treatments() -> tuple[Treatment, ...]:
    """The Handbook's treatments."""
    return TREATMENTS


@hookimpl
def hubrank_normalisations() -> tuple[Normalisation, ...]:
    """The Handbook's normalisations."""
    return NORMALISATIONS


@hookimpl
def hubrank_weightings() -> tuple[Weighting, ...]:
    """The Handbook's weightings."""
    return WEIGHTINGS


@hookimpl
def hubrank_aggregators() -> tuple[Aggregator, ...]:
    """The Handbook's aggregators."""
    return AGGREGATORS


@hookimpl
def hubrank_rescalings() -> tuple[Rescaling, ...]:
    """Steps on a score."""
    return RESCALINGS
