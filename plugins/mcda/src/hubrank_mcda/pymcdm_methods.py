"""The methods of pymcdm by name, such as `pymcdm-mabac`, and their options."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from attrs import NOTHING, frozen
from hubrank.plugin import Aggregator, MethodError, Normalisation, Weighting

from hubrank_mcda.peers import CostOptions, Method, Peer, Problem

PYMCDM = Peer("pymcdm", "pymcdm", "Kizielewicz, Shekhovtsov and Salabun (2023), SoftwareX 22, pymcdm")

Scaler = Literal[
    "minmax", "max", "sum", "vector", "logarithmic", "linear", "nonlinear", "enhanced_accuracy", "zavadskas_turskis"
]


#: A number for every member, by its name.
Levels = Mapping[str, float]

Options = PYMCDM.options("Options", CostOptions)


@frozen(kw_only=True)
class ScalerOptions(Options):
    """Options of a method that scales the values itself.

    Attributes:
        normalisation: Its own scaling; by default the one that the method's authors use.
    """

    normalisation: Scaler | None = None

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The options that are set, with the scaling as a function."""
        result = super().arguments(problem)
        if self.normalisation is not None:
            result["normalization_function"] = _scaler(result.pop("normalisation"))
        return result


LambdaOptions = PYMCDM.options(
    "LambdaOptions",
    ScalerOptions,
    l=(float, "Weight of the weighted sum; the rest is that of the weighted product.", 0.5),
)
VikorOptions = PYMCDM.options(
    "VikorOptions",
    ScalerOptions,
    v=(float, "Weight of the utility of the group; the rest is that of the largest regret.", 0.5),
)
_IDEAL = "The ideal value of every member, by its name; by default the best that is there."
ArasOptions = PYMCDM.options("ArasOptions", ScalerOptions, point=(Levels | None, _IDEAL, None, "esp"))


@frozen(kw_only=True)
class BoundsOptions(Options):
    """Options of a method that needs bounds.

    Attributes:
        low: The lowest possible value of every member, by its name; by default the lowest that is there.
        high: The highest possible value of every member, by its name; by default the highest that is there.
    """

    low: Levels | None = None
    high: Levels | None = None

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The options that are set, with the bounds of each member as an array."""
        result = super().arguments(problem)
        least, most = problem.bounds.T
        low, high = result.pop("low", least), result.pop("high", most)
        outside = (least < low) | (most > high)
        if outside.any():
            member = problem.names[int(np.argmax(outside))]
            raise MethodError(f"low and high: '{member}' has values outside its bounds")
        return {"bounds": np.stack([low, high], axis=1), **result}


_EXPECTED = "The expected or ideal value of every member, by its name, on the scale that the method is handed."
SpotisOptions = PYMCDM.options("SpotisOptions", BoundsOptions, point=(Levels | None, _EXPECTED, None, "esp"))
BalancedSpotisOptions = PYMCDM.options(
    "BalancedSpotisOptions",
    BoundsOptions,
    point=(Levels, "The expected value of every member, by its name.", NOTHING, "esp"),
    alpha=(float, "The trust in that point; the rest is that in the best possible one.", 0.5),
)


@frozen(kw_only=True)
class RimOptions(SpotisOptions):
    """Options of `pymcdm-rim`: the ideal is the point, or the best bound."""

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds, and the ideal as an interval of no width."""
        result = super().arguments(problem)
        if self.point is not None:
            result["ref_ideal"] = np.repeat(result.pop("esp")[:, None], 2, axis=1)
        return result


@frozen(kw_only=True)
class RafsiOptions(BoundsOptions):
    """Options of `pymcdm-rafsi`.

    Attributes:
        n1: The worst end of the scale that all members are mapped to.
        n2k: Its best end: how many times better the ideal is than the worst.
    """

    n1: float = 1.0
    n2k: float = 6.0

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The scale, and the bounds as the ideal and its opposite."""
        result = super().arguments(problem)
        low, high = result.pop("bounds").T
        return {"ideal": high, "anti_ideal": low, **result}


_REFERENCE = "The value of every member, by its name, from which gains and losses are counted."
ErvdOptions = PYMCDM.options(
    "ErvdOptions",
    Options,
    point=(Levels, _REFERENCE, NOTHING, "ref_point"),
    lambd=(float, "How many times heavier a loss weighs.", 2.25),
    alpha=(float, "The power of gains and losses.", 0.88),
)
_PREFERENCES = Literal["usual", "ushape", "vshape", "level", "vshape_2"]
PrometheeOptions = PYMCDM.options(
    "PrometheeOptions",
    Options,
    preference=(_PREFERENCES, "The preference function.", "usual", "preference_function"),
    p=(Levels | None, "Leads of strict preference, by the members' names.", None),
    q=(Levels | None, "Leads of indifference, by the members' names.", None),
)
NormalisationOptions = PYMCDM.options("NormalisationOptions", object)
_TURNED = "Whether members whose product is below 1 are allowed, although the method reverses their order."
LogarithmicOptions = PYMCDM.options("LogarithmicOptions", NormalisationOptions, turned=(bool, _TURNED, False))

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

#: Weightings of any values, and of those that no value may be below 0 for.
_ANY = ("critic", "equal", "lopcow", "standard_deviation", "variance")
_FROM_0 = ("angle", "cilos", "entropy", "gini", "idocriw", "merec")


def _score(method: Method, options: Options, problem: Problem) -> np.ndarray:
    import pymcdm.methods

    solver = getattr(pymcdm.methods, method.cls)(**options.arguments(problem))  # some work only once
    return method.sign * solver(problem.matrix, problem.weights, problem.directions, validation=False)


def _weigh(name: str, options: Options, problem: Problem) -> np.ndarray:  # noqa: ARG001
    import pymcdm.weights

    return getattr(pymcdm.weights, f"{name}_weights")(problem.matrix, problem.directions)


def _scaler(name: str) -> Any:
    import pymcdm.normalizations

    return getattr(pymcdm.normalizations, f"{name}_normalization")


def _normalise(name: str, column: np.ndarray, direction: int, options: Any) -> np.ndarray:  # noqa: ARG001
    return _scaler(name)(column, cost=direction < 0)


AGGREGATORS = [
    PYMCDM.part(Aggregator, item.name, item.cls.replace("_", " "), item.options, item, _score) for item in METHODS
]
WEIGHTINGS = [
    PYMCDM.part(
        Weighting,
        name,
        f"{name.replace('_', ' ')} weights",
        Options,
        partial(_weigh, name),
        0 if name in _FROM_0 else None,
        data_driven=name != "equal",
    )
    for name in sorted(_ANY + _FROM_0)
]
NORMALISATIONS = [  # each turns costs in its own way
    PYMCDM.part(
        Normalisation,
        name,
        f"{name.replace('_', ' ')} normalisation",
        LogarithmicOptions if name == "logarithmic" else NormalisationOptions,
        partial(_normalise, name),
        needs_spread=name == "enhanced_accuracy",
    )
    for name in get_args(Scaler)
]
