"""All methods of pymcdm that can be said in a scenario, by name: `pymcdm-mabac`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, get_args

import numpy as np
from attrs import frozen
from hubrank import Aggregator, Context, Normalisation, Weighting

from hubrank_mcda.peers import Problem, each_matrix, each_weights
from hubrank_mcda.pymcdm_options import (
    ArasOptions,
    BalancedSpotisOptions,
    ErvdOptions,
    LambdaOptions,
    LogarithmicOptions,
    NormalisationOptions,
    Options,
    PrometheeOptions,
    RafsiOptions,
    RimOptions,
    Scaler,
    ScalerOptions,
    SpotisOptions,
    VikorOptions,
    scaler,
)
from hubrank_mcda.scaling import keep_reference, scaled

#: What pymcdm has and we do not bring, and why.
LEFT_OUT = {
    "COPRAS": "its formula adds costs to benefits, so higher costs rank better; use copras",
    "AROMAN": "it adds costs to benefits, so higher costs rank better",
    "COMET": "it needs an expert's judgement of every pair of characteristic objects",
}


@frozen
class Method:
    """A class of pymcdm.

    Attributes:
        name: What a scenario writes after `pymcdm-`.
        cls: The class.
        options: Its options.
        lowest: What no value may be below; none where it does not mind.
        sign: -1 where less is better in its score, which we then give with its sign changed.
    """

    name: str
    cls: str
    options: type = Options
    lowest: float | None = None
    sign: int = 1


METHODS = (
    Method("aras", "ARAS", ArasOptions, 0),
    Method("balanced-spotis", "BalancedSPOTIS", BalancedSpotisOptions, sign=-1),
    Method("cocoso", "COCOSO", LambdaOptions),
    Method("codas", "CODAS", ScalerOptions, 0),
    Method("edas", "EDAS", Options, 0),
    Method("ervd", "ERVD", ErvdOptions, 0),
    Method("lmaw", "LMAW", Options, 0),
    Method("lopm", "LoPM", Options, 0, sign=-1),
    Method("mabac", "MABAC", ScalerOptions),
    Method("mairca", "MAIRCA", ScalerOptions, sign=-1),
    Method("marcos", "MARCOS", ScalerOptions, 0),
    Method("moora", "MOORA", Options, 0),
    Method("ocra", "OCRA", ScalerOptions, 0),
    Method("probid", "PROBID", Options, 0),
    Method("promethee-ii", "PROMETHEE_II", PrometheeOptions),
    Method("rafsi", "RAFSI", RafsiOptions),
    Method("ram", "RAM", ScalerOptions, 0),
    Method("rim", "RIM", RimOptions),
    Method("spotis", "SPOTIS", SpotisOptions, sign=-1),
    Method("sprobid", "SPROBID", Options, 0),
    Method("topsis", "TOPSIS", ScalerOptions),
    Method("vikor", "VIKOR", VikorOptions, sign=-1),
    Method("waspas", "WASPAS", LambdaOptions, 0),
    Method("wpm", "WPM", ScalerOptions, 0),
    Method("wsm", "WSM", ScalerOptions, 0),
)

#: Weightings, and what no value may be below.
WEIGHTINGS: dict[str, float | None] = {
    "angle": 0,
    "cilos": 0,
    "critic": None,
    "entropy": 0,
    "equal": None,
    "gini": 0,
    "idocriw": 0,
    "lopcow": None,
    "merec": 0,
    "standard_deviation": None,
    "variance": None,
}


def aggregate(
    method: Method, scores: np.ndarray, weights: np.ndarray, context: Context, options: Options
) -> np.ndarray:
    """Score by a class of pymcdm; made anew for each call, as some work only once."""
    import pymcdm.methods

    def solve(problem: Problem) -> np.ndarray:
        made = getattr(pymcdm.methods, method.cls)(**options.arguments(problem))
        return method.sign * made(problem.matrix, problem.weights, problem.directions, validation=False)

    return each_matrix(solve, scores, weights, context, costs=options.costs, lowest=method.lowest)


def weigh(name: str, scores: np.ndarray, context: Context, options: Options) -> np.ndarray:
    """Weigh by a function of pymcdm."""
    import pymcdm.weights

    function = getattr(pymcdm.weights, f"{name}_weights")

    def solve(problem: Problem) -> np.ndarray:
        return function(problem.matrix, problem.directions)

    return each_weights(solve, scores, context, costs=options.costs, lowest=WEIGHTINGS[name])


def normalise(name: str, values: np.ndarray, reference: np.ndarray, context: Context, options: Any) -> np.ndarray:
    """Normalise by a function of pymcdm."""
    function = scaler(name)

    def scale(column: np.ndarray, direction: int) -> np.ndarray:
        return function(column, cost=direction < 0)

    return scaled(scale, values, reference, context, turned=getattr(options, "turned", False))


def aggregators() -> Iterator[Aggregator]:
    """Its aggregators."""
    for method in METHODS:
        yield Aggregator(
            name=f"pymcdm-{method.name}",
            title=f"{method.cls.replace('_', ' ')}, by pymcdm",
            apply=partial(aggregate, method),
            options=method.options,
            monotone=False,
            reference="Kizielewicz, Shekhovtsov and Salabun (2023), SoftwareX 22, pymcdm",
        )


def weightings() -> Iterator[Weighting]:
    """Its objective weightings."""
    for name in WEIGHTINGS:
        yield Weighting(
            name=f"pymcdm-{name.replace('_', '-')}",
            title=f"{name.replace('_', ' ')} weights, by pymcdm",
            apply=partial(weigh, name),
            options=Options,
            data_driven=name != "equal",
            reference="Kizielewicz, Shekhovtsov and Salabun (2023), SoftwareX 22, pymcdm",
        )


def normalisations() -> Iterator[Normalisation]:
    """Its normalisations; each turns costs in its own way."""
    for name in get_args(Scaler):
        yield Normalisation(
            name=f"pymcdm-{name.replace('_', '-')}",
            title=f"{name.replace('_', ' ')} normalisation, by pymcdm",
            fit=keep_reference,
            apply=partial(normalise, name),
            options=LogarithmicOptions if name == "logarithmic" else NormalisationOptions,
            oriented=False,
            needs_spread=name == "enhanced_accuracy",
            reference="Kizielewicz, Shekhovtsov and Salabun (2023), SoftwareX 22, pymcdm",
        )
