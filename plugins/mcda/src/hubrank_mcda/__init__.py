"""Methods of multi-criteria decision analysis, imputation that learns, and the methods of two other packages."""

from collections.abc import Iterator

from hubrank.plugin import Aggregator, Form, Imputation, NoOptions, Normalisation, Weighting, hookimpl

_DOUBT = "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82"


@hookimpl
def hubrank_aggregators() -> Iterator[Aggregator]:
    """TOPSIS and related methods, outranking, rank aggregation, best weights, and the methods of the two packages."""
    from hubrank_mcda import distances, frontier, majorities, peers, pymcdm_methods, skcriteria_methods

    yield Aggregator(
        name="benefit-of-the-doubt",
        title="the score under each unit's most favourable weights, relative to the best unit",
        apply=frontier.aggregate,
        options=frontier.ShareOptions,
        reference=_DOUBT,
    )
    yield Aggregator(
        name="topsis",
        title="relative closeness to the ideal unit (TOPSIS)",
        apply=distances.topsis,
        options=NoOptions,
        reference="Hwang and Yoon (1981), Multiple Attribute Decision Making",
    )
    yield Aggregator(
        name="vikor",
        title="compromise between total and largest regret (VIKOR)",
        apply=distances.vikor,
        options=distances.VikorOptions,
        monotone=False,
        reference="Opricovic and Tzeng (2004), European Journal of Operational Research 156",
    )
    yield Aggregator(
        name="spotis",
        title="distance to the ideal unit, free of rank reversal (SPOTIS)",
        apply=distances.spotis,
        options=distances.SpotisOptions,
        reference="Dezert, Tchamova, Han and Tacnet (2020), FUSION",
    )
    yield Aggregator(
        name="wroclaw",
        title="taxonomic distance to the best unit (Hellwig)",
        apply=distances.wroclaw,
        options=NoOptions,
        monotone=False,
        reference="Hellwig (1968), Przeglad Statystyczny 15",
    )
    yield Aggregator(
        name="promethee",
        title="net preference flow (PROMETHEE II)",
        apply=majorities.promethee,
        options=majorities.PrometheeOptions,
        reference="Brans and Vincke (1985), Management Science 31",
    )
    yield Aggregator(
        name="copras",
        title="benefits and inverse costs, in per cent of the best (COPRAS)",
        apply=distances.copras,
        options=peers.CostOptions,
        monotone=False,
        reference="Zavadskas, Kaklauskas and Sarka (1994)",
    )
    yield Aggregator(
        name="wpm",
        title="weighted product; 0 if any member is 0",
        apply=distances.weighted_product,
        options=NoOptions,
        form=Form(power=0, nonpositive="zero"),
        reference="Bridgman (1922), Dimensional Analysis",
    )
    yield Aggregator(
        name="factor",
        title="scores on rotated principal components",
        apply=distances.factor,
        options=distances.FactorOptions,
        monotone=False,
        reference="Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226",
    )
    yield Aggregator(
        name="kemeny",
        title="the order that agrees best with the members' orders, exact (Kemeny)",
        apply=majorities.kemeny,
        options=majorities.KemenyOptions,
        monotone=False,
        reference="Kemeny (1959), Daedalus 88",
    )
    yield Aggregator(
        name="schulze",
        title="the strongest majority paths (Schulze)",
        apply=majorities.schulze,
        options=majorities.MajorityOptions,
        reference="Schulze (2011), Social Choice and Welfare 36",
    )
    yield from pymcdm_methods.AGGREGATORS
    yield from skcriteria_methods.AGGREGATORS


@hookimpl
def hubrank_weightings() -> Iterator[Weighting]:
    """The best weights of each unit, and the methods of the two packages."""
    from hubrank_mcda import frontier, pymcdm_methods, skcriteria_methods

    yield Weighting(
        name="benefit-of-the-doubt",
        title="each unit's most favourable weights",
        apply=frontier.weigh,
        options=frontier.ShareOptions,
        data_driven=True,
        reference=_DOUBT,
    )
    yield from pymcdm_methods.WEIGHTINGS
    yield from skcriteria_methods.WEIGHTINGS


@hookimpl
def hubrank_normalisations() -> Iterator[Normalisation]:
    """The methods of the two packages."""
    from hubrank_mcda import pymcdm_methods, skcriteria_methods

    yield from pymcdm_methods.NORMALISATIONS
    yield from skcriteria_methods.NORMALISATIONS


@hookimpl
def hubrank_imputations() -> Iterator[Imputation]:
    """Nearest neighbours, regression, expectation maximisation, and draws."""
    from hubrank_mcda import imputation

    yield Imputation(
        name="nearest-neighbours",
        title="the mean of the most similar units",
        apply=imputation.nearest_neighbours,
        options=imputation.NeighboursOptions,
        reference="Troyanskaya et al., Missing value estimation methods for DNA microarrays (2001)",
    )
    yield Imputation(
        name="regression",
        title="predictions of a regression on the other members",
        apply=imputation.regression,
        options=imputation.RegressionOptions,
        reference="van Buuren and Groothuis-Oudshoorn, mice: multivariate imputation by chained equations (2011)",
    )
    yield Imputation(
        name="expectation-maximisation",
        title="expected values under a multivariate normal distribution fitted by maximum likelihood",
        apply=imputation.expectation_maximisation,
        options=imputation.ExpectationOptions,
        reference="Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm (1977)",
    )
    yield Imputation(
        name="multiple",
        title="a draw from a regression's predictive distribution",
        apply=imputation.multiple,
        options=imputation.MultipleOptions,
        random=True,
        reference="Rubin, Multiple Imputation for Nonresponse in Surveys (1987)",
    )
