"""Methods of multi-criteria decision analysis, and adapters to pymcdm and scikit-criteria."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Aggregator, Form, NoOptions, Normalisation, Weighting, hookimpl

from hubrank_mcda import pymcdm_methods, skcriteria_methods
from hubrank_mcda.distances import (
    CoprasOptions,
    FactorOptions,
    SpotisOptions,
    VikorOptions,
    copras,
    factor,
    spotis,
    topsis,
    vikor,
    weighted_product,
    wroclaw,
)
from hubrank_mcda.majorities import KemenyOptions, MajorityOptions, PrometheeOptions, kemeny, promethee, schulze


@hookimpl
def hubrank_aggregators() -> Iterator[Aggregator]:
    """TOPSIS and related methods, outranking, rank aggregation, and the methods of the two packages."""
    yield Aggregator(
        name="topsis",
        title="relative closeness to the ideal unit (TOPSIS)",
        apply=topsis,
        options=NoOptions,
        reference="Hwang and Yoon (1981), Multiple Attribute Decision Making",
    )
    yield Aggregator(
        name="vikor",
        title="compromise between total and largest regret (VIKOR)",
        apply=vikor,
        options=VikorOptions,
        monotone=False,
        reference="Opricovic and Tzeng (2004), European Journal of Operational Research 156",
    )
    yield Aggregator(
        name="spotis",
        title="distance to the ideal unit, free of rank reversal (SPOTIS)",
        apply=spotis,
        options=SpotisOptions,
        reference="Dezert, Tchamova, Han and Tacnet (2020), FUSION",
    )
    yield Aggregator(
        name="wroclaw",
        title="taxonomic distance to the best unit (Hellwig)",
        apply=wroclaw,
        options=NoOptions,
        monotone=False,
        reference="Hellwig (1968), Przeglad Statystyczny 15",
    )
    yield Aggregator(
        name="promethee",
        title="net preference flow (PROMETHEE II)",
        apply=promethee,
        options=PrometheeOptions,
        reference="Brans and Vincke (1985), Management Science 31",
    )
    yield Aggregator(
        name="copras",
        title="benefits and inverse costs, in per cent of the best (COPRAS)",
        apply=copras,
        options=CoprasOptions,
        monotone=False,
        reference="Zavadskas, Kaklauskas and Sarka (1994)",
    )
    yield Aggregator(
        name="wpm",
        title="weighted product; 0 if any member is 0",
        apply=weighted_product,
        options=NoOptions,
        form=Form(power=0, nonpositive="zero"),
        reference="Bridgman (1922), Dimensional Analysis",
    )
    yield Aggregator(
        name="factor",
        title="scores on rotated principal components",
        apply=factor,
        options=FactorOptions,
        monotone=False,
        reference="Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226",
    )
    yield Aggregator(
        name="kemeny",
        title="the order that agrees best with the members' orders, exact (Kemeny)",
        apply=kemeny,
        options=KemenyOptions,
        monotone=False,
        reference="Kemeny (1959), Daedalus 88",
    )
    yield Aggregator(
        name="schulze",
        title="the strongest majority paths (Schulze)",
        apply=schulze,
        options=MajorityOptions,
        reference="Schulze (2011), Social Choice and Welfare 36",
    )
    yield from pymcdm_methods.aggregators()
    yield from skcriteria_methods.aggregators()


@hookimpl
def hubrank_weightings() -> Iterator[Weighting]:
    """What the two packages bring."""
    yield from pymcdm_methods.weightings()
    yield from skcriteria_methods.weightings()


@hookimpl
def hubrank_normalisations() -> Iterator[Normalisation]:
    """What the two packages bring."""
    yield from pymcdm_methods.normalisations()
    yield from skcriteria_methods.normalisations()
