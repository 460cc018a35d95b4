"""The methods of scikit-criteria, and what a scenario can set of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
from attrs import field, frozen
from hubrank import Aggregator, Context, Normalisation, Weighting

from hubrank_mcda.distances import keep_reference, scaled
from hubrank_mcda.peers import Problem, each_matrix, each_weights, needs

Inverter = Literal["negate", "invert", "min-max", "benefit-cost", "after"]


@frozen(kw_only=True)
class Options:
    """What a scenario can set of every method of scikit-criteria.

    Attributes:
        costs: Whether members with direction -1 are costs on their own scale, after normalisation `none`; by
            default all members are benefits.
    """

    costs: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what is not installed."""
        needs("skcriteria", "scikit-criteria")

    def made_with(self) -> dict[str, Any]:
        """What the method is made with."""
        return {}

    def called_with(self, problem: Problem) -> dict[str, Any]:  # noqa: ARG002  # others look at it
        """What it is handed beside the decision matrix."""
        return {}


@frozen(kw_only=True)
class LambdaOptions(Options):
    """What a scenario can set of `skcriteria-cocoso` and `skcriteria-waspas`.

    Attributes:
        l: Weight of the weighted sum; the rest is that of the weighted product.
    """

    l: float = 0.5  # noqa: E741  # the literature's name

    def made_with(self) -> dict[str, Any]:
        """The weight of the sum."""
        return {"lambda_value": self.l}


@frozen(kw_only=True)
class CodasOptions(Options):
    """What a scenario can set of `skcriteria-codas`.

    Attributes:
        tau: The difference of distances from which the second distance counts no more.
    """

    tau: float = 0.02

    def made_with(self) -> dict[str, Any]:
        """The threshold."""
        return {"tau": self.tau}


@frozen(kw_only=True)
class MetricOptions(Options):
    """What a scenario can set of `skcriteria-topsis`, `skcriteria-probid` and `skcriteria-simplified-probid`.

    Attributes:
        metric: The distance, by its name in SciPy.
    """

    metric: Literal["euclidean", "cityblock", "chebyshev", "sqeuclidean", "canberra", "braycurtis", "cosine"] = (
        "euclidean"
    )

    def made_with(self) -> dict[str, Any]:
        """The distance."""
        return {"metric": self.metric}


@frozen(kw_only=True)
class VikorOptions(Options):
    """What a scenario can set of `skcriteria-vikor`.

    Attributes:
        v: Weight of the utility of the group; the rest is that of the largest regret.
        compromise_set: Whether all units of the compromise set tie at the first rank; the score is the rank with
            its sign changed then.
    """

    v: float = 0.5
    compromise_set: bool = False

    def made_with(self) -> dict[str, Any]:
        """The weight of the group, and whether there is a compromise set."""
        return {"v": self.v, "use_compromise_set": self.compromise_set}


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

    def made_with(self) -> dict[str, Any]:
        """The thresholds."""
        return {key: getattr(self, key) for key in ("p0", "p1", "p2", "q0", "q1")}


@frozen(kw_only=True)
class ErvdOptions(Options):
    """What a scenario can set of `skcriteria-ervd`.

    Attributes:
        point: The value of every member, by its name, from which gains and losses are counted.
        l: How many times heavier a loss weighs.
        alpha: The power of gains and losses.
    """

    point: Mapping[str, float] = field()
    l: float = 2.25  # noqa: E741  # the literature's name
    alpha: float = 0.88

    def made_with(self) -> dict[str, Any]:
        """How losses weigh."""
        return {"lambda_value": self.l, "alpha_value": self.alpha}

    def called_with(self, problem: Problem) -> dict[str, Any]:
        """The reference point."""
        return {"reference_points": problem.levels(self.point, "point")}


@frozen(kw_only=True)
class IdealOptions(Options):
    """What a scenario can set of `skcriteria-aras`.

    Attributes:
        point: The ideal value of every member, by its name; by default the best that is there.
    """

    point: Mapping[str, float] | None = None

    def called_with(self, problem: Problem) -> dict[str, Any]:
        """The ideal unit."""
        best = problem.bounds[:, 1] if self.point is None else problem.levels(self.point, "point")
        return {"ideal": best}


@frozen(kw_only=True)
class NormalisationOptions:
    """What a scenario can set of a direction's inverter, and of `skcriteria-cenit-distance`: nothing."""

    def __attrs_post_init__(self) -> None:
        """Refuse what is not installed."""
        needs("skcriteria", "scikit-criteria")


@frozen(kw_only=True)
class ScalerOptions(NormalisationOptions):
    """What a scenario can set of a scaler of scikit-criteria.

    Attributes:
        costs: How members with direction -1 are turned: by an inverter before the scaling, or `after`: scaled as
            they are, and their sign changed then.
    """

    costs: Inverter = "negate"


@frozen(kw_only=True)
class SumOptions(NormalisationOptions):
    """What a scenario can set of `skcriteria-sum`.

    Attributes:
        costs: How members with direction -1 are turned: by an inverter before the scaling, or `after`: scaled as
            they are, and their sign changed then.
    """

    costs: Inverter = "invert"


@frozen(kw_only=True)
class CriticOptions(Options):
    """What a scenario can set of weighting `skcriteria-critic`.

    Attributes:
        correlation: Which correlation counts as conflict.
        scale: Whether members are scaled to their range first.
    """

    correlation: Literal["pearson", "spearman"] = "pearson"
    scale: bool = True

    def made_with(self) -> dict[str, Any]:
        """The correlation and the scaling."""
        return {"correlation": self.correlation, "scale": self.scale}


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

SOURCE = "Cabral, Luczywo and Zanazzi (2016), scikit-criteria"


@frozen
class Method:
    """A class of scikit-criteria.

    Attributes:
        name: What a scenario writes after `skcriteria-`.
        cls: The class, as `module.Class` below `skcriteria.agg`.
        score: Where its result keeps the score.
        options: Its options.
        lowest: What no value may be below; none where it does not mind.
        sign: -1 where less is better in its score, which we then give with its sign changed.
    """

    name: str
    cls: str
    score: str = "score"
    options: type = Options
    lowest: float | None = None
    sign: int = 1


METHODS = (
    Method("aras", "aras.ARAS", "utility", IdealOptions, 0),
    Method("cocoso", "cocoso.CoCoSo", options=LambdaOptions),
    Method("codas", "codas.CODAS", options=CodasOptions),
    Method("copras", "copras.COPRAS"),
    Method("edas", "edas.EDAS", lowest=0),
    Method("electre2", "electre.ELECTRE2", options=Electre2Options, sign=-1),
    Method("ervd", "ervd.ERVD", "similarity", options=ErvdOptions, lowest=0),
    Method("full-multiplicative-form", "moora.FullMultiplicativeForm"),
    Method("mabac", "mabac.MABAC"),
    Method("mairca", "mairca.MAIRCA", "values", sign=-1),
    Method("marcos", "marcos.MARCOS", "utility_scores", lowest=0),
    Method("multi-moora", "moora.MultiMOORA"),
    Method("ocra", "ocra.OCRA", "performance", lowest=0),
    Method("probid", "probid.PROBID", options=MetricOptions),
    Method("ram", "ram.RAM", lowest=0),
    Method("ratio-moora", "moora.RatioMOORA"),
    Method("reference-point-moora", "moora.ReferencePointMOORA", sign=-1),
    Method("rim", "rim.RIM"),
    Method("simplified-probid", "probid.SimplifiedPROBID", options=MetricOptions),
    Method("spotis", "spotis.SPOTIS", sign=-1),
    Method("topsis", "topsis.TOPSIS", "similarity", MetricOptions),
    Method("vikor", "vikor.VIKOR", "q_k", VikorOptions, sign=-1),
    Method("waspas", "waspas.WASPAS", options=LambdaOptions),
    Method("weighted-product-model", "simple.WeightedProductModel"),
    Method("weighted-sum-model", "simple.WeightedSumModel"),
)

#: Weightings by name: the class and what no value may be below.
WEIGHTINGS: dict[str, tuple[str, float | None]] = {
    "critic": ("CRITIC", None),
    "entropy": ("EntropyWeighter", 0),
    "equal": ("EqualWeighter", None),
    "gini": ("GiniWeighter", 0),
    "merec": ("MEREC", 0),
    "rancom": ("RANCOM", None),
    "std": ("StdWeighter", None),
}

#: Scalers by name: the class.
SCALERS = {
    "max-abs": "MaxAbsScaler",
    "min-max": "MinMaxScaler",
    "standard": "StandarScaler",
    "sum": "SumScaler",
    "vector": "VectorScaler",
}

#: Inverters of directions by name: the class.
INVERTERS = {
    "negate": "NegateMinimize",
    "invert": "InvertMinimize",
    "min-max": "MinMaxInverter",
    "benefit-cost": "BenefitCostInverter",
}


def decision(problem: Problem) -> Any:
    """The decision matrix, as scikit-criteria wants it."""
    import skcriteria

    return skcriteria.mkdm(problem.matrix, problem.directions, weights=problem.weights)


def aggregate(
    method: Method, scores: np.ndarray, weights: np.ndarray, context: Context, options: Options
) -> np.ndarray:
    """Score by a class of scikit-criteria."""
    cls = _class("agg." + method.cls)

    def solve(problem: Problem) -> np.ndarray:
        result = cls(**options.made_with()).evaluate(decision(problem), **options.called_with(problem))
        if getattr(options, "compromise_set", False):
            return -result.rank_.astype(float)
        return method.sign * np.asarray(result.e_[method.score], dtype=float)

    return each_matrix(solve, scores, weights, context, costs=options.costs, lowest=method.lowest)


def weigh(name: str, scores: np.ndarray, context: Context, options: Options) -> np.ndarray:
    """Weigh by a class of scikit-criteria."""
    cls, lowest = WEIGHTINGS[name]
    weighter = _class(f"preprocessing.weighters.{cls}")

    def solve(problem: Problem) -> np.ndarray:
        return weighter(**options.made_with()).transform(decision(problem)).weights.to_numpy()

    return each_weights(solve, scores, context, costs=options.costs, lowest=lowest)


def normalise(
    name: str, values: np.ndarray, reference: np.ndarray, context: Context, options: ScalerOptions
) -> np.ndarray:
    """Turn costs by one class of scikit-criteria and scale by another."""
    scaler = _class(f"preprocessing.scalers.{SCALERS[name]}")("matrix")
    inverter = None if options.costs == "after" else _inverter(options.costs)

    def scale(column: np.ndarray, direction: int) -> np.ndarray:
        turned = _column(inverter, column, direction) if inverter else column
        if name == "sum" and turned.min() < 0:
            raise ValueError("a sum of negative values is meaningless; set costs = 'invert' or 'after'")
        made = _column(scaler, turned, 1)
        return direction * made if inverter is None else made

    return scaled(scale, values, reference, context)


def turn(name: str, values: np.ndarray, reference: np.ndarray, context: Context, options: Any) -> np.ndarray:  # noqa: ARG001
    """Only turn costs, or measure the distance to the best, by a class of scikit-criteria."""
    made = _class("preprocessing.scalers.CenitDistanceMatrixScaler")() if name == "cenit-distance" else _inverter(name)

    def scale(column: np.ndarray, direction: int) -> np.ndarray:
        return _column(made, column, direction)

    return scaled(scale, values, reference, context)


def aggregators() -> Iterator[Aggregator]:
    """Its aggregators."""
    for method in METHODS:
        yield Aggregator(
            name=f"skcriteria-{method.name}",
            title=f"{method.cls.split('.')[1]}, by scikit-criteria",
            apply=partial(aggregate, method),
            options=method.options,
            monotone=False,
            reference=SOURCE,
        )


def weightings() -> Iterator[Weighting]:
    """Its weightings."""
    for name in WEIGHTINGS:
        yield Weighting(
            name=f"skcriteria-{name}",
            title=f"{name} weights, by scikit-criteria",
            apply=partial(weigh, name),
            options=CriticOptions if name == "critic" else Options,
            data_driven=name not in ("equal", "rancom"),
            reference=SOURCE,
        )


def normalisations() -> Iterator[Normalisation]:
    """Its scalers, and its inverters of directions alone."""
    for name in SCALERS:
        options = SumOptions if name == "sum" else ScalerOptions
        yield _normalisation(name, f"{name} scaling", partial(normalise, name), options)
    cenit = "cenit-distance"
    yield _normalisation(cenit, "distance from worst to best", partial(turn, cenit), NormalisationOptions, spread=True)
    for name in INVERTERS:
        unchanged = "benefits scaled alike" if name in ("min-max", "benefit-cost") else "values unchanged"
        title = f"{unchanged}, costs inverted by {name}"
        yield _normalisation(f"{name}-minimize", title, partial(turn, name), NormalisationOptions)


def _normalisation(name: str, title: str, apply: Any, options: type, *, spread: bool = False) -> Normalisation:
    return Normalisation(
        name=f"skcriteria-{name}",
        title=f"{title}, by scikit-criteria",
        fit=keep_reference,
        apply=apply,
        options=options,
        oriented=False,
        needs_spread=spread,
        reference=SOURCE,
    )


def _class(path: str) -> Any:
    import importlib

    module, _, name = f"skcriteria.{path}".rpartition(".")
    return getattr(importlib.import_module(module), name)


def _inverter(name: str) -> Any:
    return _class(f"preprocessing.invert_objectives.{INVERTERS[name]}")()


def _column(transformer: Any, column: np.ndarray, direction: int) -> np.ndarray:
    """One member through a transformer."""
    import skcriteria

    made = transformer.transform(skcriteria.mkdm(column[:, None], [direction]))
    return made.matrix.to_numpy()[:, 0]
