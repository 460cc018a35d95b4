"""The methods of pymcdm by name, such as `pymcdm-mabac`, and what a scenario can set of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from attrs import field, frozen
from hubrank import MethodError

from hubrank_mcda.peers import CostOptions, Method, Peer, PeerOptions, Problem

PYMCDM = Peer("pymcdm", "pymcdm", "Kizielewicz, Shekhovtsov and Salabun (2023), SoftwareX 22, pymcdm")

Scaler = Literal[
    "minmax", "max", "sum", "vector", "logarithmic", "linear", "nonlinear", "enhanced_accuracy", "zavadskas_turskis"
]


@frozen(kw_only=True)
class Options(CostOptions):
    """What a scenario can set of every method of pymcdm."""

    peer = PYMCDM


@frozen(kw_only=True)
class ScalerOptions(Options):
    """What a scenario can set of a method that scales the values itself.

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


@frozen(kw_only=True)
class LambdaOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-cocoso` and `pymcdm-waspas`.

    Attributes:
        l: Weight of the weighted sum; the rest is that of the weighted product.
    """

    l: float = 0.5  # noqa: E741  # the literature's and pymcdm's name


@frozen(kw_only=True)
class VikorOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-vikor`.

    Attributes:
        v: Weight of the utility of the group; the rest is that of the largest regret.
    """

    v: float = 0.5


@frozen(kw_only=True)
class ArasOptions(ScalerOptions):
    """What a scenario can set of `pymcdm-aras`.

    Attributes:
        point: The ideal value of every member, by its name; by default the best that is there.
    """

    point: Mapping[str, float] | None = field(default=None, metadata={"argument": "esp"})


@frozen(kw_only=True)
class BoundsOptions(Options):
    """What a scenario can set of a method that needs bounds.

    Attributes:
        low: The lowest possible value of every member, by its name; by default the lowest that is there.
        high: The highest possible value of every member, by its name; by default the highest that is there.
    """

    low: Mapping[str, float] | None = None
    high: Mapping[str, float] | None = None

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


@frozen(kw_only=True)
class SpotisOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-spotis`.

    Attributes:
        point: The expected or ideal value of every member, by its name, on the scale that the method is handed.
    """

    point: Mapping[str, float] | None = field(default=None, metadata={"argument": "esp"})


@frozen(kw_only=True)
class BalancedSpotisOptions(BoundsOptions):
    """What a scenario can set of `pymcdm-balanced-spotis`.

    Attributes:
        point: The expected value of every member, by its name.
        alpha: The trust in that point; the rest is that in the best possible one.
    """

    point: Mapping[str, float] = field(metadata={"argument": "esp"})
    alpha: float = 0.5


@frozen(kw_only=True)
class RimOptions(SpotisOptions):
    """What a scenario can set of `pymcdm-rim`: the ideal is the point, or the best bound."""

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The bounds, and the ideal as an interval of no width."""
        result = super().arguments(problem)
        if self.point is not None:
            result["ref_ideal"] = np.repeat(result.pop("esp")[:, None], 2, axis=1)
        return result


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
        """The scale, and the bounds as the ideal and its opposite."""
        result = super().arguments(problem)
        low, high = result.pop("bounds").T
        return {"ideal": high, "anti_ideal": low, **result}


@frozen(kw_only=True)
class ErvdOptions(Options):
    """What a scenario can set of `pymcdm-ervd`.

    Attributes:
        point: The value of every member, by its name, from which gains and losses are counted.
        lambd: How many times heavier a loss weighs.
        alpha: The power of gains and losses.
    """

    point: Mapping[str, float] = field(metadata={"argument": "ref_point"})
    lambd: float = 2.25
    alpha: float = 0.88


@frozen(kw_only=True)
class PrometheeOptions(Options):
    """What a scenario can set of `pymcdm-promethee-ii`.

    Attributes:
        preference: The preference function.
        p: Leads of strict preference, by the members' names.
        q: Leads of indifference, by the members' names.
    """

    preference: Literal["usual", "ushape", "vshape", "level", "vshape_2"] = field(
        default="usual", metadata={"argument": "preference_function"}
    )
    p: Mapping[str, float] | None = None
    q: Mapping[str, float] | None = None


@frozen(kw_only=True)
class NormalisationOptions(PeerOptions):
    """What a scenario can set of the other normalisations of pymcdm: nothing."""

    peer = PYMCDM


@frozen(kw_only=True)
class LogarithmicOptions(NormalisationOptions):
    """What a scenario can set of normalisation `pymcdm-logarithmic`.

    Attributes:
        turned: Whether members whose product is below 1 are let through, whose order the method turns round.
    """

    turned: bool = False


#: What pymcdm has and we do not bring, and why.
LEFT_OUT = {
    "COPRAS": "its formula adds costs to benefits, so higher costs rank better; use copras",
    "AROMAN": "it adds costs to benefits, so higher costs rank better",
    "COMET": "it needs an expert's judgement of every pair of characteristic objects",
}

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


def _normalise(name: str, column: np.ndarray, direction: int, options: PeerOptions) -> np.ndarray:  # noqa: ARG001
    return _scaler(name)(column, cost=direction < 0)


AGGREGATORS = [PYMCDM.aggregator(method, _score) for method in METHODS]
WEIGHTINGS = [
    PYMCDM.weighting(name, partial(_weigh, name), Options, 0 if name in _FROM_0 else None, data_driven=name != "equal")
    for name in sorted(_ANY + _FROM_0)
]
NORMALISATIONS = [  # each turns costs in its own way
    PYMCDM.normalisation(
        name,
        f"{name.replace('_', ' ')} normalisation",
        partial(_normalise, name),
        LogarithmicOptions if name == "logarithmic" else NormalisationOptions,
        needs_spread=name == "enhanced_accuracy",
    )
    for name in get_args(Scaler)
]
