"""The sources of uncertainty of a scenario, bound to parts: what every draw chooses from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from hubrank.scenario.alternatives import Discrete
from hubrank.scenario.uncertainty.weights import NodeWeights
from hubrank.scenario.uncertainty_choices import NoiseDoubt, Robustness

if TYPE_CHECKING:
    from hubrank.contract.registry import Part


@frozen(kw_only=True, eq=False)
class Noise:
    """How far the values of an indicator may be off.

    Attributes:
        indicator: Its key.
        doubt: The size of its noise.
    """

    indicator: str
    doubt: NoiseDoubt


@frozen(kw_only=True, eq=False)
class Doubts:
    """All sources of doubt of a scenario.

    Attributes:
        choice: What the scenario says.
        weights: For each dimension whose weights are in doubt, where they may lie.
        discrete: The sources with alternatives.
        noise: The indicators whose values are in doubt.
        parts: The parts that alternatives bring in, for the record.
    """

    choice: Robustness
    weights: tuple[NodeWeights, ...] = ()
    discrete: tuple[Discrete, ...] = ()
    noise: tuple[Noise, ...] = ()
    parts: tuple[Part, ...] = field(default=())
