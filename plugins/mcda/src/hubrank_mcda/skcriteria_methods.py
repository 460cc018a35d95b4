"""The ranking methods of scikit-criteria by name, such as `skcriteria-edas`, and their options."""

from collections.abc import Mapping
from functools import partial
from pkgutil import resolve_name
from typing import Any, Literal

import numpy as np
from attrs import NOTHING, field, frozen
from hubrank.plugin import Aggregator, Normalisation, Weighting

from hubrank_mcda.peers import CostOptions, Method, Peer, Problem

SKCRITERIA = Peer("skcriteria", "scikit-criteria", "Cabral, Luczywo and Zanazzi (2016), scikit-criteria")


Options = SKCRITERIA.options("Options", CostOptions)
LambdaOptions = SKCRITERIA.options(
    "LambdaOptions",
    Options,
    l=(float, "Weight of the weighted sum; the rest is that of the weighted product.", 0.5, "lambda_value"),
)
_TAU = "The difference of distances from which the second distance counts no more."
CodasOptions = SKCRITERIA.options("CodasOptions", Options, tau=(float, _TAU, 0.02))
_METRICS = Literal["euclidean", "cityblock", "chebyshev", "sqeuclidean", "canberra", "braycurtis", "cosine"]
MetricOptions = SKCRITERIA.options(
    "MetricOptions", Options, metric=(_METRICS, "The distance, by its name in SciPy.", "euclidean")
)
_COMPROMISE = (
    "Whether all units of the compromise set tie at the first rank; the score is the rank with its sign changed then."
)
VikorOptions = SKCRITERIA.options(
    "VikorOptions",
    Options,
    v=(float, "Weight of the utility of the group; the rest is that of the largest regret.", 0.5),
    compromise_set=(bool, _COMPROMISE, False, "use_compromise_set"),
)
Electre2Options = SKCRITERIA.options(
    "Electre2Options",
    Options,
    p0=(float, "Concordance that a strong outranking needs, together with weak discordance.", 0.65),
    p1=(float, "Concordance that a strong outranking needs, together with very weak discordance.", 0.5),
    p2=(float, "Concordance that a weak outranking needs.", 0.35),
    q0=(float, "Discordance that is weak.", 0.65),
    q1=(float, "Discordance that is very weak.", 0.35),
)
_REFERENCE = "The value of every member, by its name, from which gains and losses are counted."
ErvdOptions = SKCRITERIA.options(
    "ErvdOptions",
    Options,
    point=(Mapping[str, float], _REFERENCE, NOTHING, "reference_points"),
    l=(float, "How many times heavier a loss weighs.", 2.25, "lambda_value"),
    alpha=(float, "The power of gains and losses.", 0.88, "alpha_value"),
)
CriticOptions = SKCRITERIA.options(
    "CriticOptions",
    Options,
    correlation=(Literal["pearson", "spearman"], "Which correlation counts as conflict.", "pearson"),
    scale=(bool, "Whether members are scaled to their range first.", True),
)


@frozen(kw_only=True)
class IdealOptions(Options):
    """Options of `skcriteria-aras`.

    Attributes:
        point: The ideal value of every member, by its name; by default the best that is there.
    """

    point: Mapping[str, float] | None = field(default=None, metadata={"argument": "ideal"})

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The ideal unit."""
        return {"ideal": problem.bounds[:, 1], **super().arguments(problem)}


NormalisationOptions = SKCRITERIA.options("NormalisationOptions", object)
_TURNED = (
    "How members with direction -1 are turned: by an inverter before the scaling, or `after`: scaled as they are, and "
    "their sign changed then."
)
_COSTS = Literal["negate", "invert", "min-max", "benefit-cost", "after"]
ScalerOptions = SKCRITERIA.options("ScalerOptions", NormalisationOptions, costs=(_COSTS, _TURNED, "negate"))
SumOptions = SKCRITERIA.options("SumOptions", NormalisationOptions, costs=(_COSTS, _TURNED, "invert"))

#: Passed with the decision matrix, not to the method's constructor.
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

#: Conversions of costs, by name: the class, and its description.
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
    decision = _class("mkdm")(problem.matrix, problem.directions, weights=problem.weights)
    result = _class(f"agg.{method.cls}")(**arguments).evaluate(decision, **beside)
    if getattr(options, "compromise_set", False):
        return -result.rank_.astype(float)
    return method.sign * np.asarray(result.e_[method.score], dtype=float)


def _weigh(cls: str, options: Options, problem: Problem) -> np.ndarray:
    weighter = _class(f"preprocessing.weighters.{cls}")(**options.arguments(problem))
    decision = _class("mkdm")(problem.matrix, problem.directions, weights=problem.weights)
    return weighter.transform(decision).weights.to_numpy()


def _scale(name: str, column: np.ndarray, direction: int, options: ScalerOptions) -> np.ndarray:
    """Turn costs by one class and scale by another."""
    if options.costs != "after":
        column = _turn(_TURNS[f"{options.costs}-minimize"][0], column, direction)
    if name == "sum" and column.min() < 0:
        raise ValueError("a sum of negative values is meaningless; set costs = 'invert' or 'after'")
    scaled = _turn(f"scalers.{_SCALERS[name]}", column, 1, options, "matrix")
    return direction * scaled if options.costs == "after" else scaled


def _turn(cls: str, column: np.ndarray, direction: int, options: Any = None, *arguments: str) -> np.ndarray:  # noqa: ARG001
    """One member through a transformer."""
    transformer = _class(f"preprocessing.{cls}")(*arguments)
    return transformer.transform(_class("mkdm")(column[:, None], [direction])).matrix.to_numpy()[:, 0]


def _class(path: str) -> Any:
    return resolve_name(f"skcriteria.{path}")


AGGREGATORS = [
    SKCRITERIA.part(Aggregator, item.name, item.cls.rpartition(".")[2].replace("_", " "), item.options, item, _score)
    for item in METHODS
]
WEIGHTINGS = [
    SKCRITERIA.part(
        Weighting,
        name,
        f"{name.replace('_', ' ')} weights",
        CriticOptions if name == "critic" else Options,
        partial(_weigh, cls),
        lowest,
        data_driven=name not in ("equal", "rancom"),
    )
    for name, (cls, lowest) in _WEIGHTERS.items()
]
NORMALISATIONS = [
    SKCRITERIA.part(
        Normalisation, name, f"{name} scaling", SumOptions if name == "sum" else ScalerOptions, partial(_scale, name)
    )
    for name in _SCALERS
] + [
    SKCRITERIA.part(
        Normalisation, name, title, NormalisationOptions, partial(_turn, cls), needs_spread=name == "cenit-distance"
    )
    for name, (cls, title) in _TURNS.items()
]
