"""The methods of pymcdm, and what a scenario can set of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from attrs import field, frozen
from hubrank import Aggregator, Context, MethodError, Normalisation, Weighting

from hubrank_mcda.distances import keep_reference, scaled
from hubrank_mcda.peers import Problem, each_matrix, each_weights, needs

Scaler = Literal[
    "minmax",
    "max",
    "sum",
    "vector",
    "logarithmic",
    "linear",
    "nonlinear",
    "enhanced_accuracy",
    "zavadskas_turskis",
]


@frozen(kw_only=True)
class Options:
    """What a scenario can set of every method of pymcdm.

    Attributes:
        costs: Whether members with direction -1 are costs on their own scale, after normalisation `none`; by
            default all members are benefits.
    """

    costs: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what is not installed."""
        needs("pymcdm", "pymcdm")

    def arguments(self, problem: Problem) -> dict[str, Any]:  # noqa: ARG002  # others look at it
        """What the method is made with."""
        return {}


@frozen(kw_only=True)
class ScalerOptions(Options):
    """What a scenario can set of a method that scales the values itself.

    Attributes:
        normalisation: Its own scaling; by default the one that the method's authors use.
    """

    normalisation: Scaler | None = None

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The scaling function, where one is named."""
        made = super().arguments(problem)
        return made if self.normalisation is None else {**made, "normalization_function": scaler(self.normalisation)}


@frozen(kw_only=True)
class LambdaOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-cocoso` and `pymcdm-waspas`.

    Attributes:
        l: Weight of the weighted sum; the rest is that of the weighted product.
    """

    l: float = 0.5  # noqa: E741  # the literature's and pymcdm's name

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The scaling and the weight of the sum."""
        return {**super().arguments(problem), "l": self.l}


@frozen(kw_only=True)
class VikorOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-vikor`.

    Attributes:
        v: Weight of the utility of the group; the rest is that of the largest regret.
    """

    v: float = 0.5

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The scaling and the weight of the group."""
        return {**super().arguments(problem), "v": self.v}


@frozen(kw_only=True)
class PointOptions(Options):
    """What a scenario can set of a method that looks at a point.

    Attributes:
        point: The expected or ideal value of every member, by its name, on the scale that the method is handed.
    """

    point: Mapping[str, float] | None = None


@frozen(kw_only=True)
class ArasOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-aras`.

    Attributes:
        point: The ideal value of every member, by its name; by default the best that is there.
    """

    point: Mapping[str, float] | None = None

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The scaling and the ideal unit."""
        made = super().arguments(problem)
        return made if self.point is None else {**made, "esp": problem.levels(self.point, "point")}


@frozen(kw_only=True)
class BoundsOptions(PointOptions):
    """What a scenario can set of a method that needs bounds.

    Attributes:
        low: The lowest possible value of every member, by its name; by default the lowest that is there.
        high: The highest possible value of every member, by its name; by default the highest that is there.
    """

    low: Mapping[str, float] | None = None
    high: Mapping[str, float] | None = None

    def bounds(self, problem: Problem) -> np.ndarray:
        """The lowest and the highest possible value of each member."""
        bounds = problem.bounds.copy()
        if self.low is not None:
            bounds[:, 0] = problem.levels(self.low, "low")
        if self.high is not None:
            bounds[:, 1] = problem.levels(self.high, "high")
        outside = (problem.bounds[:, 0] < bounds[:, 0]) | (problem.bounds[:, 1] > bounds[:, 1])
        if outside.any():
            member = problem.names[int(np.argmax(outside))]
            raise MethodError(f"low and high: '{member}' has values outside its bounds")
        return bounds


@frozen(kw_only=True)
class SpotisOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-spotis`."""

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds, and the expected point where one is given."""
        point = None if self.point is None else problem.levels(self.point, "point")
        return {"bounds": self.bounds(problem), "esp": point}


@frozen(kw_only=True)
class BalancedSpotisOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-balanced-spotis`.

    Attributes:
        point: The expected value of every member, by its name.
        alpha: The trust in that point; the rest is that in the best possible one.
    """

    point: Mapping[str, float] = field()
    alpha: float = 0.5

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds, the expected point and the trust in it."""
        return {"bounds": self.bounds(problem), "esp": problem.levels(self.point, "point"), "alpha": self.alpha}


@frozen(kw_only=True)
class RimOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-rim`: the ideal is the point, or the best bound."""

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds, and the ideal as an interval of no width."""
        ideal = None if self.point is None else np.repeat(problem.levels(self.point, "point")[:, None], 2, axis=1)
        return {"bounds": self.bounds(problem), "ref_ideal": ideal}


@frozen(kw_only=True)
class RafsiOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-rafsi`.

    Attributes:
        n1: The worst end of the scale that all members are mapped to.
        n2k: Its best end: how many times better the ideal is than the worst.
    """

    n1: float = 1.0
    n2k: float = 6.0

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds and the scale."""
        low, high = self.bounds(problem).T
        return {"ideal": high, "anti_ideal": low, "n1": self.n1, "n2k": self.n2k}


@frozen(kw_only=True)
class ErvdOptions(PointOptions):
    """What a scenario can set of `pymcdm-ervd`.

    Attributes:
        point: The value of every member, by its name, from which gains and losses are counted.
        lambd: How many times heavier a loss weighs.
        alpha: The power of gains and losses.
    """

    point: Mapping[str, float] = field()
    lambd: float = 2.25
    alpha: float = 0.88

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The reference point and how losses weigh."""
        return {"ref_point": problem.levels(self.point, "point"), "lambd": self.lambd, "alpha": self.alpha}


@frozen(kw_only=True)
class PrometheeOptions(Options):
    """What a scenario can set of `pymcdm-promethee-ii`.

    Attributes:
        preference: The preference function.
        p: Leads of strict preference, by the members' names.
        q: Leads of indifference, by the members' names.
    """

    preference: Literal["usual", "ushape", "vshape", "level", "vshape_2"] = "usual"
    p: Mapping[str, float] | None = None
    q: Mapping[str, float] | None = None

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The preference function and its thresholds."""
        levels = {"p": self.p, "q": self.q}
        given = {key: problem.levels(level, key) for key, level in levels.items() if level is not None}
        return {"preference_function": self.preference, **given}


@frozen(kw_only=True)
class LogarithmicOptions:
    """What a scenario can set of normalisation `pymcdm-logarithmic`.

    Attributes:
        turned: Whether members whose product is below 1 are let through, whose order the method turns round.
    """

    turned: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what is not installed."""
        needs("pymcdm", "pymcdm")


@frozen(kw_only=True)
class NormalisationOptions:
    """What a scenario can set of the other normalisations of pymcdm: nothing."""

    def __attrs_post_init__(self) -> None:
        """Refuse what is not installed."""
        needs("pymcdm", "pymcdm")


def scaler(name: str) -> Any:
    """A scaling function of pymcdm."""
    import pymcdm.normalizations

    return getattr(pymcdm.normalizations, f"{name}_normalization")


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
