"""Imputation that learns from all members of a unit."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Imputation, hookimpl

from hubrank_mcda.imputation.chained import MultipleOptions, RegressionOptions, multiple, regression
from hubrank_mcda.imputation.likelihood import ExpectationOptions, expectation_maximisation
from hubrank_mcda.imputation.neighbours import NeighboursOptions, nearest_neighbours


@hookimpl
def hubrank_imputations() -> Iterator[Imputation]:
    """Nearest neighbours, regression, expectation maximisation, and draws."""
    yield Imputation(
        name="nearest-neighbours",
        title="the mean of the most similar units",
        apply=nearest_neighbours,
        options=NeighboursOptions,
        reference="Troyanskaya et al., Missing value estimation methods for DNA microarrays (2001)",
    )
    yield Imputation(
        name="regression",
        title="predictions of a regression on the other members",
        apply=regression,
        options=RegressionOptions,
        reference="van Buuren and Groothuis-Oudshoorn, mice: multivariate imputation by chained equations (2011)",
    )
    yield Imputation(
        name="expectation-maximisation",
        title="expected values under a multivariate normal distribution fitted by maximum likelihood",
        apply=expectation_maximisation,
        options=ExpectationOptions,
        reference="Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm (1977)",
    )
    yield Imputation(
        name="multiple",
        title="a draw from a regression's predictive distribution",
        apply=multiple,
        options=MultipleOptions,
        random=True,
        reference="Rubin, Multiple Imputation for Nonresponse in Surveys (1987)",
    )
