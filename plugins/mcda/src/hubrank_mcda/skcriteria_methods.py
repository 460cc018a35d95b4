"""The methods of scikit-criteria that rank, by name, such as `skcriteria-edas`, and what a scenario can set of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank_mcda.peers import CostOptions, Method, Peer, PeerOptions, Problem

SKCRITERIA = Peer("skcriteria", "scikit-criteria", "Cabral, Luczywo and Zanazzi (2016), scikit-criteria")


@frozen(kw_only=True)
class Options(CostOptions):
    """What a scenario can set of every method of scikit-criteria."""

    peer = SKCRITERIA


@frozen(kw_only=True)
class LambdaOptions(Options):
    """What a scenario can set of `skcriteria-cocoso` and `skcriteria-waspas`.

    Attributes:
        l: Weight of the weighted sum; the rest is that of the weighted product.
    """

    l: float = field(default=0.5, metadata={"argument": "lambda_value"})  # noqa: E741  # the literature's name


@frozen(kw_only=True)
class CodasOptions(Options):
    """What a scenario can set of `skcriteria-codas`.

    Attributes:
        tau: The difference of distances from which the second distance counts no more.
    """

    tau: float = 0.02


@frozen(kw_only=True)
class MetricOptions(Options):
    """What a scenario can set of `skcriteria-topsis`, `skcriteria-probid` and `skcriteria-simplified-probid`.

    Attributes:
        metric: The distance, by its name in SciPy.
    """

    metric: Literal["euclidean", "cityblock", "chebyshev", "sqeuclidean", "canberra", "braycurtis", "cosine"] = (
        "euclidean"
    )


@frozen(kw_only=True)
class VikorOptions(Options):
    """What a scenario can set of `skcriteria-vikor`.

    Attributes:
        v: Weight of the utility of the group; the rest is that of the largest regret.
        compromise_set: Whether all units of the compromise set tie at the first rank; the score is the rank with
            its sign changed then.
    """

    v: float = 0.5
    compromise_set: bool = field(default=False, metadata={"argument": "use_compromise_set"})


@frozen(kw_only=True)
class Electre2Options(Options):
    """What a scenario can set of `skcriteria-electre2`.

    Attributes:
        p0: Concordance that a strong outranking needs, beside weak discordance.
        p1: Concordance that a strong outranking needs, beside very weak discordance.
        p2: Concordance that a weak outranking needs.
        q0: Discordance that is weak.
        q1: Discordance that is very weak.
    """

    p0: float = 0.65
    p1: float = 0.5
    p2: float = 0.35
    q0: float = 0.65
    q1: float = 0.35


@frozen(kw_only=True)
class ErvdOptions(Options):
    """What a scenario can set of `skcriteria-ervd`.

    Attributes:
        point: The value of every member, by its name, from which gains and losses are counted.
        l: How many times heavier a loss weighs.
        alpha: The power of gains and losses.
    """

    point: Mapping[str, float] = field(metadata={"argument": "reference_points"})
    l: float = field(default=2.25, metadata={"argument": "lambda_value"})  # noqa: E741  # the literature's name
    alpha: float = field(default=0.88, metadata={"argument": "alpha_value"})


@frozen(kw_only=True)
class IdealOptions(Options):
    """What a scenario can set of `skcriteria-aras`.

    Attributes:
        point: The ideal value of every member, by its name; by default the best that is there.
    """

    point: Mapping[str, float] | None = field(default=None, metadata={"argument": "ideal"})

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The ideal unit."""
        return {"ideal": problem.bounds[:, 1], **super().arguments(problem)}


@frozen(kw_only=True)
class NormalisationOptions(PeerOptions):
    """What a scenario can set of a direction's inverter, and of `skcriteria-cenit-distance`: nothing."""

    peer = SKCRITERIA


@frozen(kw_only=True)
class ScalerOptions(NormalisationOptions):
    """What a scenario can set of a scaler of scikit-criteria.

    Attributes:
        costs: How members with direction -1 are turned: by an inverter before the scaling, or `after`: scaled as
            they are, and their sign changed then.
    """

    costs: Literal["negate", "invert", "min-max", "benefit-cost", "after"] = "negate"


@frozen(kw_only=True)
class SumOptions(ScalerOptions):
    """What a scenario can set of `skcriteria-sum`."""

    costs: Literal["negate", "invert", "min-max", "benefit-cost", "after"] = "invert"


@frozen(kw_only=True)
class CriticOptions(Options):
    """What a scenario can set of weighting `skcriteria-critic`.

    Attributes:
        correlation: Which correlation counts as conflict.
        scale: Whether members are scaled to their range first.
    """

    correlation: Literal["pearson", "spearman"] = "pearson"
    scale: bool = True


#: What scikit-criteria has and we do not bring, and why.
LEFT_OUT = {
    "ELECTRE1": "it yields a kernel of units, not a ranking",
    "SIMUS": "it takes no weights, and starts a solver that writes to the screen",
    "BasePROBID": "it is the base class of PROBID and SimplifiedPROBID, not a method",
    "Critic": "the old name of CRITIC",
    "CenitDistance": "the old name of CenitDistanceMatrixScaler",
    "MaxScaler": "the old name of MaxAbsScaler",
    "MinimizeToMaximize": "the old name of InvertMinimize",
}

#: What is handed over beside the decision matrix, not when the method is made.
_BESIDE = ("ideal", "reference_points")

METHODS = (
    Method("aras", "aras.ARAS", IdealOptions, 0, score="utility"),
    Method("cocoso", "cocoso.CoCoSo", LambdaOptions),
    Method("codas", "codas.CODAS", CodasOptions),
    Method("copras", "copras.COPRAS", Options),
    Method("edas", "edas.EDAS", Options, 0),
    Method("electre2", "electre.ELECTRE2", Electre2Options, sign=-1),
    Method("ervd", "ervd.ERVD", ErvdOptions, 0, score="similarity"),
    Method("full-multiplicative-form", "moora.FullMultiplicativeForm", Options),
    Method("mabac", "mabac.MABAC", Options),
    Method("mairca", "mairca.MAIRCA", Options, sign=-1, score="values"),
    Method("marcos", "marcos.MARCOS", Options, 0, score="utility_scores"),
    Method("multi-moora", "moora.MultiMOORA", Options),
    Method("ocra", "ocra.OCRA", Options, 0, score="performance"),
    Method("probid", "probid.PROBID", MetricOptions),
    Method("ram", "ram.RAM", Options, 0),
    Method("ratio-moora", "moora.RatioMOORA", Options),
    Method("reference-point-moora", "moora.ReferencePointMOORA", Options, sign=-1),
    Method("rim", "rim.RIM", Options),
    Method("simplified-probid", "probid.SimplifiedPROBID", MetricOptions),
    Method("spotis", "spotis.SPOTIS", Options, sign=-1),
    Method("topsis", "topsis.TOPSIS", MetricOptions, score="similarity"),
    Method("vikor", "vikor.VIKOR", VikorOptions, sign=-1, score="q_k"),
    Method("waspas", "waspas.WASPAS", LambdaOptions),
    Method("weighted-product-model", "simple.WeightedProductModel", Options),
    Method("weighted-sum-model", "simple.WeightedSumModel", Options),
)

#: Weightings by name: the class and what no value may be below.
_WEIGHTERS: dict[str, tuple[str, float | None]] = {
    "critic": ("CRITIC", None),
    "entropy": ("EntropyWeighter", 0),
    "equal": ("EqualWeighter", None),
    "gini": ("GiniWeighter", 0),
    "merec": ("MEREC", 0),
    "rancom": ("RANCOM", None),
    "std": ("StdWeighter", None),
}

#: Scalers by name: the class.
_SCALERS = {
    "max-abs": "MaxAbsScaler",
    "min-max": "MinMaxScaler",
    "standard": "StandarScaler",
    "sum": "SumScaler",
    "vector": "VectorScaler",
}

#: What turns costs, by name: the class, and what it does.
_TURNS = {
    "cenit-distance": ("scalers.CenitDistanceMatrixScaler", "distance from worst to best"),
    "negate-minimize": ("invert_objectives.NegateMinimize", "values unchanged, costs inverted by negate"),
    "invert-minimize": ("invert_objectives.InvertMinimize", "values unchanged, costs inverted by invert"),
    "min-max-minimize": ("invert_objectives.MinMaxInverter", "benefits scaled alike, costs inverted by min-max"),
    "benefit-cost-minimize": (
        "invert_objectives.BenefitCostInverter",
        "benefits scaled alike, costs inverted by benefit-cost",
    ),
}


def _score(method: Method, options: Options, problem: Problem) -> np.ndarray:
    arguments = options.arguments(problem)
    beside = {name: arguments.pop(name) for name in _BESIDE if name in arguments}
    result = _class(f"agg.{method.cls}")(**arguments).evaluate(_decision(problem), **beside)
    if getattr(options, "compromise_set", False):
        return -result.rank_.astype(float)
    return method.sign * np.asarray(result.e_[method.score], dtype=float)


def _weigh(cls: str, options: Options, problem: Problem) -> np.ndarray:
    weighter = _class(f"preprocessing.weighters.{cls}")(**options.arguments(problem))
    return weighter.transform(_decision(problem)).weights.to_numpy()


def _scale(name: str, column: np.ndarray, direction: int, options: ScalerOptions) -> np.ndarray:
    """Turn costs by one class and scale by another."""
    if options.costs != "after":
        column = _turn(_TURNS[f"{options.costs}-minimize"][0], column, direction)
    if name == "sum" and column.min() < 0:
        raise ValueError("a sum of negative values is meaningless; set costs = 'invert' or 'after'")
    scaled = _column(_class(f"preprocessing.scalers.{_SCALERS[name]}")("matrix"), column, 1)
    return direction * scaled if options.costs == "after" else scaled


def _turn(cls: str, column: np.ndarray, direction: int, options: Any = None) -> np.ndarray:  # noqa: ARG001
    return _column(_class(f"preprocessing.{cls}")(), column, direction)


def _column(transformer: Any, column: np.ndarray, direction: int) -> np.ndarray:
    """One member through a transformer."""
    import skcriteria

    return transformer.transform(skcriteria.mkdm(column[:, None], [direction])).matrix.to_numpy()[:, 0]


def _decision(problem: Problem) -> Any:
    import skcriteria

    return skcriteria.mkdm(problem.matrix, problem.directions, weights=problem.weights)


def _class(path: str) -> Any:
    module, _, name = f"skcriteria.{path}".rpartition(".")
    return getattr(importlib.import_module(module), name)


AGGREGATORS = [SKCRITERIA.aggregator(method, _score) for method in METHODS]
WEIGHTINGS = [
    SKCRITERIA.weighting(
        name,
        partial(_weigh, cls),
        CriticOptions if name == "critic" else Options,
        lowest,
        data_driven=name not in ("equal", "rancom"),
    )
    for name, (cls, lowest) in _WEIGHTERS.items()
]
NORMALISATIONS = [
    SKCRITERIA.normalisation(
        name, f"{name} scaling", partial(_scale, name), SumOptions if name == "sum" else ScalerOptions
    )
    for name in _SCALERS
] + [
    SKCRITERIA.normalisation(
        name, title, partial(_turn, cls), NormalisationOptions, needs_spread=name == "cenit-distance"
    )
    for name, (cls, title) in _TURNS.items()
]
