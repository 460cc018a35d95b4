"""What a scenario can set of the methods of scikit-criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from hubrank_mcda.peers import Problem, needs

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
