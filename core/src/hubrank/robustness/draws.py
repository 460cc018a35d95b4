"""Draws: what each varies, in blocks that can be reproduced one by one, wherever they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.basis.edges import first_place, too_large, unwarned
from hubrank.basis.errors import Problem
from hubrank.basis.language import worded
from hubrank.robustness import steps as numpy_steps
from hubrank.robustness.samplers import WeightSampler, weight_sampler
from hubrank.robustness.streams import normals, stream
from hubrank.robustness.variants import Variant

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.measuring.measurement import Measurement
    from hubrank.robustness.steps import Steps
    from hubrank.robustness.streams import Raw
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.uncertainty.sources import Uncertainties

    Choices = np.ndarray[Any, np.dtype[np.intp]]

#: Draws of a block; fewer where noise would make a block larger than so many numbers.
BLOCK = 4096
_NUMBERS = 4_000_000

_PILOT = 3

#: The streams of random numbers of a block: one for the weights, one for the noise, one for each other source.
_WEIGHTS, _NOISE, _DISCRETE = 0, 1, 2


@frozen(kw_only=True, eq=False)
class Draws:
    """A block of draws.

    Attributes:
        choices: The alternative of each source, `(sources, draws)`.
        raw: The weights' rows, `(members of all dimensions, draws)`: factors or weights, as the sampler says.
        noise: Standard normal numbers, `(draws, editions, units, noisy indicators)`; none where there is no noise.
    """

    choices: Choices
    raw: Raw | Array
    noise: Raw | None

    def __len__(self) -> int:
        return int(self.raw.shape[1])

    def part(self, which: Any) -> Draws:
        """Some of the draws."""
        noise = None if self.noise is None else self.noise[which]
        raw = self.raw[:, which] if isinstance(which, slice) else np.take(self.raw, which, axis=1)
        return Draws(choices=self.choices[:, which], raw=raw, noise=noise)

    def by_setting(self) -> list[tuple[tuple[int, ...], Any]]:
        """The combinations of alternatives with the draws that have them."""
        if not len(self.choices):
            return [((), slice(None))]
        most = self.choices.max(axis=1) + 2
        numbers = np.ravel_multi_index(tuple(self.choices + 1), tuple(most))
        combinations, counts = np.unique(numbers, return_counts=True)
        order = np.argsort(numbers.astype(np.min_scalar_type(numbers.max())), kind="stable")
        groups = np.split(order, np.cumsum(counts)[:-1])
        chosen = np.array(np.unravel_index(combinations, tuple(most))).T - 1
        return [(tuple(map(int, each)), which) for each, which in zip(chosen, groups, strict=True)]


def joined(blocks: list[Draws]) -> Draws:
    """Blocks of draws as one."""
    if len(blocks) == 1:
        return blocks[0]
    noise = [each.noise for each in blocks if each.noise is not None]
    return Draws(
        choices=np.concatenate([each.choices for each in blocks], axis=1),
        raw=np.concatenate([each.raw for each in blocks], axis=1),
        noise=np.concatenate(noise) if noise else None,
    )


@frozen(kw_only=True, eq=False)
class Design:
    """How draws are made.

    Attributes:
        uncertainties: The sources of uncertainty.
        weights: The sampler of weights.
        seed: The seed; block, source and copy make a stream of their own of it.
        cells: Editions, units and noisy indicators.
    """

    uncertainties: Uncertainties
    weights: WeightSampler
    seed: int
    cells: tuple[int, int, int]

    @property
    def block_size(self) -> int:
        """How many draws a block has."""
        numbers: int = self.cells[0] * self.cells[1] * self.cells[2]
        return BLOCK if not numbers else int(max(16, min(BLOCK, _NUMBERS // numbers)))

    def block(self, at: int, copy: int = 0, steps: Steps = numpy_steps) -> Draws:
        """A block of draws, always the same.

        Args:
            at: Which block, from 0.
            copy: Another independent set of draws with the same number; sensitivity needs two.
            steps: What draws the weights.
        """
        size = self.block_size
        numbers = self.cells[0] * self.cells[1] * self.cells[2]
        choices = [
            _choose(np.array(source.chances), size, self._stream(copy, _DISCRETE + number, at))
            for number, source in enumerate(self.uncertainties.discrete)
        ]
        noise = None
        if numbers:
            noise = normals(self._stream(copy, _NOISE, at), size * numbers).reshape(size, *self.cells)
        return Draws(
            choices=np.array(choices, dtype=np.intp).reshape(len(choices), size),
            raw=self.weights.sample(size, self._stream(copy, _WEIGHTS, at), steps),
            noise=noise,
        )

    def draw(self, number: int) -> Draws:
        """One draw by its number, from 1."""
        block, at = divmod(number - 1, self.block_size)
        return self.block(block).part(slice(at, at + 1))

    def centre(self) -> Draws:
        """The draw whose doubts are all at their centre: the scenario's own choices and weights, and no noise."""
        choices = np.full((len(self.uncertainties.discrete), 1), -1, dtype=np.intp)
        return Draws(choices=choices, raw=self.weights.certain(), noise=None)

    def pilot(self) -> Array:
        """The weights' rows of the centre and of three draws, `(members of all dimensions, 4)`."""
        drawn = self.weights.sample(_PILOT, self._stream(0, _WEIGHTS, 0))
        return np.concatenate([self.weights.certain(), drawn], axis=1)

    def _stream(self, copy: int, source: int, block: int) -> np.random.Generator:
        return stream(self.seed, copy, source, block)


def design_of(plan: Plan, uncertainties: Uncertainties, seed: int | None = None) -> Design:
    """The design of a plan's draws; the seed is the scenario's by default."""
    noisy = len(uncertainties.noise)
    return Design(
        uncertainties=uncertainties,
        weights=weight_sampler(plan, uncertainties.weights),
        seed=uncertainties.choice.seed if seed is None else seed,
        cells=(len(plan.editions), len(plan.units.units), noisy),
    )


def noisy_values(variant: Variant, uncertainties: Uncertainties, measured: Measurement, noise: Raw) -> Array:
    """Measured values with noise.

    Args:
        variant: The variant whose values they are.
        uncertainties: The uncertainties; their noise in order.
        measured: Everything measured, for standard errors that are data.
        noise: Standard normal numbers, `(draws, editions, units, noisy indicators)`.

    Returns:
        `(draws, editions, units, indicators)`.
    """
    values = np.broadcast_to(variant.values, (len(noise), *variant.values.shape)).copy()
    with unwarned():
        _add_noise(values, variant, uncertainties, measured, noise)
    _refuse_infinite(variant, values)
    return values


def _refuse_infinite(variant: Variant, values: Array) -> None:
    """Raise for values that noise makes larger than a number can be."""
    if too_large(values) and np.isinf(values).any():
        plan = variant.plan
        column = int(np.flatnonzero(np.isinf(values).reshape(-1, values.shape[-1]).any(axis=0))[0])
        found = first_place(np.isinf(values[..., column]), plan.units.units.codes, plan.editions)
        told = worded(
            "with noise, the value of {units} in edition {edition} is larger than a number can be (1.8e308); use "
            "another unit of measure",
            units=found.units,
            edition=found.edition,
        )
        raise plan.loaded.error([Problem(f"robustness.noise.{plan.ranked[column].key}", told)])


def _add_noise(
    values: Array, variant: Variant, uncertainties: Uncertainties, measured: Measurement, noise: Raw
) -> None:
    """Add noise to values `(draws, editions, units, indicators)`, in place; as `noisy_values`."""
    keys = [each.key for each in variant.plan.ranked]
    there = [
        (at, each, keys.index(each.indicator)) for at, each in enumerate(uncertainties.noise) if each.indicator in keys
    ]
    relative = [
        (at, column, each.uncertainty.relative) for at, each, column in there if each.uncertainty.relative is not None
    ]
    if relative:
        which, columns, errors = (list(each) for each in zip(*relative, strict=True))
        spread = np.sqrt(np.log1p(np.square(np.array(errors, dtype=np.float32))))
        factors = (noise if len(which) == noise.shape[-1] else noise[..., which]) * spread
        factors -= spread**2 / 2
        np.exp(factors, out=factors)
        if columns == list(range(len(keys))):
            values *= factors
        else:
            values[..., columns] *= factors
    for at, each, column in there:
        normal = noise[..., at].astype(float)
        if each.uncertainty.absolute is not None:
            values[..., column] += each.uncertainty.absolute * normal
        elif each.uncertainty.standard_error is not None:
            sizes = measured.values[..., measured.indicators.index(str(each.uncertainty.standard_error))]
            values[..., column] += np.nan_to_num(sizes) * normal


def _choose(chances: Array, size: int, rng: np.random.Generator) -> Choices:
    """Alternatives, each exactly as likely as it should be."""
    if (chances == chances[0]).all():
        return rng.integers(len(chances), size=size)
    ends = np.cumsum(chances)
    return np.minimum(np.searchsorted(ends / ends[-1], rng.random(size), side="right"), len(chances) - 1)


def mixed(
    first: Draws, second: Draws, *, source: int | None = None, rows: slice | None = None, noise: bool = False
) -> Draws:
    """The first draws with one source's choices taken from the second.

    Args:
        first: Draws.
        second: As many others.
        source: The number of a source with alternatives.
        rows: The rows of a dimension's weights.
        noise: Whether the noise is taken.
    """
    changed: dict[str, Any] = {}
    if source is not None:
        changed["choices"] = first.choices.copy()
        changed["choices"][source] = second.choices[source]
    if rows is not None:
        changed["raw"] = first.raw.copy()
        changed["raw"][rows] = second.raw[rows]
    if noise:
        changed["noise"] = second.noise
    return attrs.evolve(first, **changed)
