"""The sources of uncertainty of a scenario, bound to parts: what every draw chooses from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from hubrank.scenario.alternatives import Discrete
from hubrank.scenario.uncertainty.weights import NodeWeights
from hubrank.scenario.uncertainty_choices import NoiseUncertainty, Robustness

if TYPE_CHECKING:
    from hubrank.contract.registry import Part


@frozen(kw_only=True, eq=False)
class Noise:
    """How far the values of an indicator may be off.

    Attributes:
        indicator: Its key.
        uncertainty: The size of its noise.
    """

    indicator: str
    uncertainty: NoiseUncertainty


@frozen(kw_only=True, eq=False)
class Uncertainties:
    """All sources of uncertainty of a scenario.

    Attributes:
        choice: What the scenario says.
        weights: For each dimension whose weights are uncertain, where they may lie.
        discrete: The sources with alternatives.
        noise: The indicators whose values are uncertain.
        parts: The parts that alternatives bring in, for the record.
    """

    choice: Robustness
    weights: tuple[NodeWeights, ...] = ()
    discrete: tuple[Discrete, ...] = ()
    noise: tuple[Noise, ...] = ()
    parts: tuple[Part, ...] = field(default=())
