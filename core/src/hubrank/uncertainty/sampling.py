"""Draws: the choices of each, in blocks that can be reproduced one by one, wherever they are counted.

Random numbers are made in single precision, a few times faster than one by one: whole words, turned by array functions.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any, Literal

import attrs
import numpy as np
from attrs import Factory, field, frozen

from hubrank.errors import Problem, library
from hubrank.measurement.measurement import Errors, Measurement
from hubrank.numeric import Array, first_place, quiet_numpy, too_large
from hubrank.plugin.methods import Member
from hubrank.ranking.pipeline import weigh
from hubrank.scenario.error_kinds import Relative
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.plan import NodeWeights, Plan, Uncertainties
from hubrank.scenario.schema import NoiseUncertainty, WeightUncertainty
from hubrank.scenario.tree import Node, Tree
from hubrank.uncertainty.variants import Variant

Raw = np.ndarray[Any, np.dtype[np.float32]]
Choices = np.ndarray[Any, np.dtype[np.intp]]

#: Normal numbers that an edition's draw takes beside one a unit: for the spread of true values and for their mean.
SHARED = 2
#: The way in which values with errors are drawn.
ErrorDraws = Literal["posterior", "around"]
#: Draws of a block; fewer if noise would make a block larger than this many numbers.
BLOCK = 4096
_NUMBERS = 4_000_000
#: Draws of a block that are counted at a time at least.
_STEP = 128
#: Numbers that are made at a time, so that they stay in the cache.
_PIECE = 50_000
#: Steps of every chain for each dimension of a polytope, and at least.
_STEPS_A_DIMENSION, _LEAST_STEPS = 16, 40
#: The streams of random numbers of a block: one for the weights, one for the noise, one for each other source.
_WEIGHTS, _NOISE, _DISCRETE = 0, 1, 2
#: Beside that of the noise, that of errors by procedure and age.
_AGED = 1


def stream(seed: int, *key: int) -> np.random.Generator:
    """An independent stream of a seed; the same key gives the same stream."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def uniforms(rng: np.random.Generator, count: int) -> Raw:
    """Numbers from 0 up to 1 in steps of 2^-24, `(count,)`: two of each word, its lower half first."""
    words = rng.integers(0, np.iinfo(np.uint64).max, -(-count // 2), dtype=np.uint64, endpoint=True).view(np.uint32)
    words >>= np.uint32(8)
    numbers = words.view(np.int32)[:count].astype(np.float32)
    numbers *= np.float32(2.0**-24)
    return numbers


def exponentials(rng: np.random.Generator, count: int) -> Raw:
    """Exponential numbers of mean 1, `(count,)`."""
    numbers: Raw = -np.log(np.float32(1) - uniforms(rng, count))
    return numbers


def normals(rng: np.random.Generator, count: int) -> Raw:
    """Standard normal numbers, `(count,)`, two from each radius and angle (Box and Muller 1958)."""
    half = -(-count // 2)
    radius = np.sqrt(exponentials(rng, half) * np.float32(2))
    angle = uniforms(rng, half) * np.float32(2 * np.pi)
    return np.concatenate([np.cos(angle) * radius, np.sin(angle) * radius])[:count]


@functools.cache
def _normal_quantiles() -> Raw:
    """The middles of 2^16 equally likely parts of the standard normal distribution."""
    middles = (np.arange(2**16) + 0.5) / 2**16
    return np.array([*map(NormalDist().inv_cdf, middles.tolist())], dtype=np.float32)


def quantiles(rng: np.random.Generator, count: int) -> Raw:
    """Standard normal numbers to 16 bits, `(count,)`, four of each word: many times as fast as to 24."""
    numbers, table = np.empty(count, np.float32), _normal_quantiles()
    for start in range(0, count, _PIECE):
        piece = numbers[start : start + _PIECE]
        words = rng.integers(0, np.iinfo(np.uint64).max, -(-len(piece) // 4), dtype=np.uint64, endpoint=True)
        np.take(table, words.view(np.uint16)[: len(piece)], out=piece, mode="wrap")
    return numbers


@frozen(kw_only=True, eq=False)
class Polytope:
    """The points `centre + basis @ z` with `matrix @ point <= bound`, drawn by hit-and-run (Smith 1984).

    Attributes:
        matrix: `(constraints, coordinates)`.
        bound: `(constraints,)`.
        centre: A point well inside, `(coordinates,)`.
        basis: `(coordinates, dimensions)`, scaled so that the polytope is about as wide in every direction.
    """

    matrix: Array
    bound: Array
    centre: Array
    basis: Array

    def sample(self, size: int, rng: np.random.Generator) -> Array:
        """Points `(size, coordinates)`, each from a chain of its own that starts at the centre."""
        return self.walk(size, max(_LEAST_STEPS, _STEPS_A_DIMENSION * self.basis.shape[1]), rng)

    def walk(self, size: int, steps: int, rng: np.random.Generator) -> Array:
        """Move every point along a random line to a uniform point of it inside, `steps` times."""
        points = np.tile(self.centre, (size, 1))
        slack = self.bound - points @ self.matrix.T
        for _ in range(steps):
            direction = rng.standard_normal((size, self.basis.shape[1])) @ self.basis.T
            along = direction @ self.matrix.T
            with np.errstate(divide="ignore", invalid="ignore"):
                reach = slack / along
            far = np.where(along > 0, reach, np.inf).min(axis=1)
            near = np.where(along < 0, reach, -np.inf).max(axis=1)
            step = (near + (far - near) * rng.random(size))[:, None]
            points = points + step * direction
            slack = np.maximum(slack - step * along, 0.0)
        return points


def polytope(matrix: Array, bound: Array, on_simplex: bool) -> Polytope | None:
    """The polytope of `matrix @ x <= bound`, and of points that sum to 1 where it lies on the simplex.

    A first walk rounds its centre and basis; it is None if it has no inside.
    """
    linprog = library("scipy.optimize", "[robustness] with constraints of weights").linprog
    count = matrix.shape[1]
    basis = np.eye(count)
    if on_simplex:  # the directions whose coordinates sum to 0
        basis = np.linalg.qr(np.column_stack([np.ones(count), np.eye(count)[:, 1:]]))[0][:, 1:]
    ball = linprog(  # the largest inside
        np.append(np.zeros(count), -1.0),
        A_ub=np.column_stack([matrix, np.linalg.norm(matrix @ basis, axis=1)]),
        b_ub=bound,
        A_eq=np.append(np.ones(count), 0.0)[None] if on_simplex else None,
        b_eq=[1.0] if on_simplex else None,
        bounds=[(None, None)] * count + [(0, None)],
    )
    if ball.x is None or ball.x[-1] < 1e-9:
        return None
    found = Polytope(matrix=matrix, bound=bound, centre=np.asarray(ball.x[:-1], dtype=float), basis=basis)
    if basis.shape[1] < 2:
        return found
    first = found.walk(1000, 40 * basis.shape[1], np.random.default_rng(0))
    wide = basis @ np.linalg.cholesky(np.cov(first @ basis, rowvar=False))
    return attrs.evolve(found, centre=first.mean(axis=0), basis=wide)


@frozen(kw_only=True, eq=False)
class NodeSampler:
    """Draws the weights of one dimension.

    Attributes:
        span: Its rows among all dimensions' rows.
        base: The weights that the scenario gives.
        uncertainty: Where they may lie; None if they are certain.
        inside: The polytope, where constraints stand.
        written: The members as the scenario has them.
    """

    node: str
    members: tuple[str, ...]
    span: slice
    base: Array
    uncertainty: WeightUncertainty | None
    inside: Polytope | None = None
    written: tuple[Member, ...] = ()

    @property
    def relative(self) -> bool:
        """Whether a draw gives factors of the scenario's weights, or weights themselves."""
        return self.uncertainty is None or self.uncertainty.distribution == "box"

    def rows_of(self, node: Node) -> list[int]:
        """The rows of the members of a dimension that may have fewer."""
        return [self.span.start + self.members.index(member.name) for member in node.members]

    def fill(self, rows: Raw, rng: np.random.Generator) -> None:
        """Draw into rows `(members, draws)`."""
        if self.uncertainty is None:
            rows[:] = 1
        elif self.inside is not None:
            points = self.inside.sample(rows.shape[1], rng)
            rows[:] = (points / self.base if self.relative else points).T
        elif self.uncertainty.distribution == "box" and self.uncertainty.within is not None:
            rows[:] = uniforms(rng, rows.size).reshape(rows.shape)
            rows *= np.float32(2 * self.uncertainty.within)
            rows += np.float32(1 - self.uncertainty.within)
        elif self.uncertainty.distribution == "simplex":
            rows[:] = exponentials(rng, rows.size).reshape(rows.shape)
        else:
            concentration = self.uncertainty.concentration or len(self.members)
            shape = concentration * self.base / self.base.sum()
            rows[:] = rng.standard_gamma(shape[:, None], rows.shape)


@frozen(eq=False)
class WeightSampler:
    """Draws the weights of all dimensions, a row for each member of each dimension."""

    nodes: tuple[NodeSampler, ...]

    @property
    def rows(self) -> int:
        """The number of rows that a draw has."""
        return sum(len(node.members) for node in self.nodes)

    def __getitem__(self, name: str) -> NodeSampler:
        return next(node for node in self.nodes if node.node == name)

    def rows_of(self, tree: Tree) -> list[tuple[str, str, int]]:
        """Each dimension and member of a tree, in its order, with the row that is theirs."""
        return [
            (node.name, member.name, row)
            for node in tree
            for member, row in zip(node.members, self[node.name].rows_of(node), strict=True)
        ]

    def sample(self, size: int, rng: np.random.Generator) -> Raw:
        """Rows `(members of all dimensions, size)`."""
        raw = np.ones((self.rows, size), dtype=np.float32)
        if not all(node.inside is None and node.relative for node in self.nodes):
            for node in self.nodes:
                node.fill(raw[node.span], rng)
            return raw
        width = np.zeros((self.rows, 1), dtype=np.float32)
        for node in self.nodes:
            width[node.span] = (node.uncertainty and node.uncertainty.within) or 0
        free = np.flatnonzero(width)
        drawn = uniforms(rng, len(free) * size).reshape(len(free), size)  # all boxes in one go
        drawn *= 2 * width[free]
        drawn += 1 - width[free]
        raw[free] = drawn
        return raw

    def certain(self) -> Array:
        """The rows `(members of all dimensions, 1)` of the scenario's own weights, to the last bit."""
        raw = np.ones((self.rows, 1))
        for node in self.nodes:
            if not node.relative:
                raw[node.span, 0] = node.base
        return raw


def weight_sampler(plan: Plan, uncertainties: tuple[NodeWeights, ...]) -> WeightSampler:
    """The sampler of a plan's weights: its rows are in the order of the dimensions' and members' names.

    Raises:
        ScenarioError: Constraints leave no space.
    """
    by_node = {item.node: item for item in uncertainties}
    samplers: list[NodeSampler] = []
    for node in plan.tree.by_name:
        sampler, base = by_node.get(node.name), base_weights(plan, node)
        start = samplers[-1].span.stop if samplers else 0
        samplers.append(
            NodeSampler(
                node=node.name,
                members=tuple(member.name for member in node.members),
                span=slice(start, start + len(node.members)),
                base=base,
                uncertainty=sampler.uncertainty if sampler else None,
                inside=_inside(plan, base, sampler) if sampler and len(sampler.constraints) else None,
                written=node.members,
            )
        )
    return WeightSampler(tuple(samplers))


def base_weights(plan: Plan, node: Node) -> Array:
    """The weights that the scenario gives a dimension's members; 1 where they follow the scores."""
    if node.weighting.part.record.data_driven:
        return np.ones(len(node.members))
    shape = (len(plan.editions), len(plan.units.units), len(node.members))
    base: Array = weigh(node, np.ones(shape), plan.context(node.members)).reshape(-1, len(node.members))[0]
    return base


def _inside(plan: Plan, base: Array, weights: NodeWeights) -> Polytope:
    """The weights that box, or simplex, and constraints leave."""
    unit, within = np.eye(len(base)), weights.uncertainty.within
    ends = [(-unit, np.zeros(len(base)))]
    if within is not None:
        ends = [(unit, base * (1 + within)), (-unit, -base * (1 - within))]
    ends.append((-weights.constraints, np.zeros(len(weights.constraints))))
    matrix, bound = (np.concatenate(item) for item in zip(*ends, strict=True))
    found = polytope(matrix, bound, on_simplex=weights.uncertainty.distribution == "simplex")
    if found is None:
        problem = f"leave no possible weights for dimension '{weights.node}'"
        raise plan.loaded.error([Problem("robustness.weight_uncertainty.constraints", problem)])
    return found


@frozen(kw_only=True, eq=False)
class Draws:
    """A block of draws.

    Attributes:
        choices: The alternative of each source, `(sources, draws)`.
        raw: The weights' rows, `(members of all dimensions, draws)`: factors or weights, as the sampler says.
        noise: Standard normal numbers, `(draws, editions, units, indicators with noise, then those with errors)`, which
            the posterior of values with errors takes more of than there are units; None if there is neither.
        aged: The same of errors by procedure and age, `(draws, rows, units)`, the rows as `Design` has them.
        panel: The values drawn by these numbers after the scenario's own methods, once computed,
            `(indicators, draws, editions, units)`, 0 where they are missing; of these draws and perhaps others.
        rows: The positions of the draws in the panel.
        place: Where the panel is kept for rankings after it; None if it is not.
    """

    choices: Choices
    raw: Raw | Array
    noise: Raw | None = None
    aged: Raw | None = None
    panel: Any = None
    rows: Choices = field(default=Factory(lambda self: np.arange(len(self)), takes_self=True))
    place: tuple[Any, ...] | None = None

    def __len__(self) -> int:
        return int(self.raw.shape[1])

    @property
    def figures(self) -> bool:
        """Whether they have values of their own."""
        return any(item is not None for item in (self.noise, self.aged, self.panel))

    def part(self, which: Any) -> Draws:
        """Some of the draws."""
        raw = self.raw[:, which] if isinstance(which, slice) else np.take(self.raw, which, axis=1)
        noise, aged = (None if item is None else item[which] for item in (self.noise, self.aged))
        return attrs.evolve(
            self, choices=self.choices[:, which], raw=raw, noise=noise, aged=aged, rows=self.rows[which]
        )

    @classmethod
    def joined(cls, blocks: list[Draws]) -> Draws:
        """Blocks of draws without a panel as one."""
        if len(blocks) == 1:
            return blocks[0]
        axes = {"choices": 1, "raw": 1, "noise": 0, "aged": 0}
        given = {name: [item for block in blocks if (item := getattr(block, name)) is not None] for name in axes}
        joined: dict[str, Any] = {name: np.concatenate(items, axes[name]) for name, items in given.items() if items}
        return cls(**joined)

    def by_setting(self) -> list[tuple[tuple[int, ...], Any]]:
        """The combinations of alternatives with the draws that have them."""
        if not len(self.choices):
            return [((), slice(None))]
        order = np.lexsort(self.choices[::-1])
        ordered = self.choices[:, order]
        begins = np.flatnonzero((ordered[:, 1:] != ordered[:, :-1]).any(axis=0)) + 1
        groups = np.split(order, begins)
        return [(tuple(map(int, self.choices[:, which[0]])), which) for which in groups]


@frozen(kw_only=True, eq=False)
class Design:
    """The settings of the draws.

    Attributes:
        seed: The seed; block, source and copy make a stream of their own of it.
        cells: Editions, units (and what posteriors take beside), and indicators with noise or errors.
        rows: Which rows of numbers errors by procedure and age take, by what values are read of.
        errors: Whether true values are drawn, given the measured ones, or measured ones `around` themselves.
    """

    uncertainties: Uncertainties
    weights: WeightSampler
    seed: int
    cells: tuple[int, int, int]
    rows: Mapping[str, slice] = field(factory=dict)
    errors: ErrorDraws = "posterior"

    @property
    def block_size(self) -> int:
        """The number of draws that a block has."""
        numbers = math.prod(self.cells) + math.prod(self.aged_cells)
        most = _NUMBERS * (2 if self.rows else 1)
        return BLOCK if not numbers else int(max(16, min(BLOCK, most // numbers)))

    @property
    def step(self) -> int:
        """The draws that are made at once: whole blocks if their numbers take long."""
        slow = bool(self.uncertainties.figures) or any(node.inside is not None for node in self.weights.nodes)
        return self.block_size if slow else _STEP

    @property
    def precision(self) -> Any:
        """That of drawn figures: where all are drawn by procedure and age none tie but those that are the same."""
        return float if math.prod(self.cells) else np.float32

    @property
    def aged_cells(self) -> tuple[int, int]:
        """The numbers of a draw for errors of procedure and age: rows, and units with the columns beside them."""
        return max((item.stop for item in self.rows.values()), default=0), self.cells[1]

    def block(self, at: int, copy: int = 0) -> Draws:
        """A block of draws by its number from 0, always the same; another copy is an independent set of draws."""
        return self.numbered(self.choices(at, copy), at, copy)

    def choices(self, at: int, copy: int = 0) -> Draws:
        """A block of draws without numbers for values."""
        size, choices = self.block_size, []
        for number, source in enumerate(self.uncertainties.discrete):
            rng, ends = stream(self.seed, copy, _DISCRETE + number, at), np.cumsum(source.chances)
            if len(set(source.chances)) == 1:
                choices.append(rng.integers(len(ends), size=size))
            else:  # each exactly as likely as it should be
                places = np.searchsorted(ends / ends[-1], rng.random(size), side="right")
                choices.append(np.minimum(places, len(ends) - 1))
        return Draws(
            choices=np.array(choices, dtype=np.intp).reshape(len(choices), size),
            raw=self.weights.sample(size, stream(self.seed, copy, _WEIGHTS, at)),
        )

    def numbered(self, draws: Draws, at: int, copy: int) -> Draws:
        """The first draws of a block with their numbers for noise and errors, and for errors by procedure and age."""
        noise = aged = None
        cells, aged_cells = (self.block_size, *self.cells), (self.block_size, *self.aged_cells)
        if math.prod(cells):
            numbers = normals(stream(self.seed, copy, _NOISE, at), math.prod(cells))
            noise = numbers.reshape(cells)[: len(draws)]
        if self.rows:
            numbers = quantiles(stream(self.seed, copy, _NOISE, at, _AGED), math.prod(aged_cells))
            aged = numbers.reshape(aged_cells)[: len(draws)]
        return attrs.evolve(draws, noise=noise, aged=aged)

    def draw(self, number: int) -> Draws:
        """One draw by its number, from 1."""
        block, at = divmod(number - 1, self.block_size)
        return self.block(block).part(slice(at, at + 1))

    @functools.cached_property
    def pilot(self) -> Array:
        """The weights' rows of the centre and of three draws, `(members of all dimensions, 4)`."""
        return np.concatenate([self.weights.certain(), self.weights.sample(3, stream(self.seed, 0, _WEIGHTS, 0))], 1)


def cells_of(uncertainties: Uncertainties, editions: int, units: int) -> tuple[int, int, int]:
    """The number of normal numbers in a draw: by edition, unit and indicator."""
    beside = SHARED if uncertainties.errors else 0
    return editions, units + beside, len(uncertainties.noise) + len(sampled(uncertainties))


def sampled(uncertainties: Uncertainties) -> list[BoundError]:
    """The errors whose numbers stand beside those of noise: all but those by procedure and age."""
    return [item for item in uncertainties.errors if not isinstance(item.kind, Relative)]


def rows_of(errors: Sequence[BoundError], editions: int) -> Mapping[str, slice]:
    """The rows of numbers, by what values are read of or divided by: of the procedure, then of each edition."""
    aged = [error.read_of for error in errors if isinstance(error.kind, Relative)]
    rows: dict[str, slice] = {}
    start = 0
    for name in sorted({name for both in aged for name in both if name}):
        size = 1 + editions * any(name == first for first, _ in aged)
        rows[name] = slice(start, start + size)
        start += size
    return rows


def _drawn(variant: Variant, key: str, values: Array, normal: Raw, errors: ErrorDraws) -> Array:
    """An indicator's values `(editions, units)`, drawn by their errors: `(draws, editions, units)`."""
    from hubrank.uncertainty.posterior import around  # on use: it imports scipy, which takes long

    given = variant.measurement.errors[key]
    assert isinstance(given, Errors)  # noqa: S101  # the caller looked
    drawn = []
    for at, known in enumerate(variant.posteriors[key]):
        own, shared = np.split(normal[:, at].astype(float), [values.shape[1]], axis=1)
        drawn.append(around(values, given, at, own) if errors == "around" else known.drawn(own, shared))
    return np.stack(drawn, axis=1)


def _add_noise(column: Any, size: NoiseUncertainty, normal: Raw, measured: Measurement) -> None:
    """Move an indicator's values `(draws, editions, units)` by noise."""
    with quiet_numpy():  # values that are too large are reported below
        if size.relative is not None:
            spread = np.sqrt(np.log1p(np.square(np.float32(size.relative))))
            column *= np.exp(normal * spread - np.square(spread) / 2)
        elif size.absolute is not None:
            column += size.absolute * normal.astype(float)
        elif size.standard_error is not None:
            given = measured.values[..., measured.indicators.index(str(size.standard_error))]
            column += np.nan_to_num(given) * normal.astype(float)


def noisy_values(variant: Variant, design: Design, draws: Draws) -> Array:
    """A variant's measured values with noise, and drawn by their errors, `(draws, editions, units, indicators)`.

    Raises:
        ScenarioError: Noise makes a value larger than a number can be.
    """
    plan, measured = variant.plan, variant.measurement
    keys = [item.key for item in plan.ranked]
    uncertainties, (editions, units, indicators) = design.uncertainties, variant.values.shape
    values = np.moveaxis(np.empty((indicators, len(draws), editions, units), design.precision), 0, -1)
    numbers = np.empty((0, 0, 0), np.float32) if draws.aged is None else draws.aged
    aged = {} if draws.aged is None else variant.aged(around=design.errors == "around")
    for at, key in enumerate(keys):
        if key not in aged:
            values[..., at] = variant.values[..., at]
    noise = np.empty((len(draws), editions, units, 0), np.float32) if draws.noise is None else draws.noise
    normals, noisy_count = np.moveaxis(noise, -1, 0), len(uncertainties.noise)
    for normal, noisy in zip(normals[:noisy_count, :, :, :units], uncertainties.noise, strict=True):
        if noisy.indicator in keys:
            _add_noise(values[..., keys.index(noisy.indicator)], noisy.uncertainty, normal, measured)
    for normal, error in zip(normals[noisy_count:], sampled(uncertainties), strict=True):
        if error.indicator in keys:
            at = keys.index(error.indicator)
            values[..., at] = _drawn(variant, error.indicator, variant.values[..., at], normal, design.errors)
    for key, known in aged.items():
        known.drawn(numbers, design.rows, values[..., keys.index(key)])
    if too_large(values) and np.isinf(values).any():
        at = int(np.flatnonzero(np.isinf(values).reshape(-1, values.shape[-1]).any(axis=0))[0])
        found = first_place(np.isinf(values[..., at]), plan.units.units.codes, plan.editions)
        problem = (
            f"with noise, the value of {found.units} in edition {found.edition} is larger than a number can "
            "be (1.8e308); use another unit of measure"
        )
        raise plan.loaded.error([Problem(f"robustness.noise.{keys[at]}", problem)])
    return values
