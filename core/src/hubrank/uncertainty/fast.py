"""The fast path of draws: a tree of means as matrix products, in 32 bits of which keys are packed and sorted.

Consecutive means of one form are one weighted sum. A key holds 24 bits of a unit's score and 8 of its number, so that
one sort of whole numbers puts the units of a draw in order. `engine` counts the same by scores in 64 bits where no key
will do, and by the methods themselves where a tree is not made of means.
"""

from __future__ import annotations

import functools
import itertools
import math
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.numeric import Array, Mask, shares, without_noise
from hubrank.plugin.methods import Form
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

#: The rows of local shares whose product is a weight; none of them is a weight of 1.
Path = tuple[int, ...]
#: For each dimension of a variant the rows of its members' weights, and their factors.
Locals = tuple[tuple[tuple[int, ...], tuple[float, ...] | None], ...]

#: Units whose number fits into a key's last 8 bits; 24 bits are left for the score.
MOST_UNITS = 256
_SCALE = 2.0**23 - 64
#: So far may a score in 32 bits be from that in 64, in steps of which the scores' range has 2^24: a millionth of it.
_OFF = 16
#: Drawn values that are weighed at a time: many, so that a call costs little, but few enough for the cache.
_WEIGHED = 100_000

_kept = threading.local()


def buffer(use: Hashable, shape: tuple[int, ...], dtype: Any) -> Any:
    """An array of this thread for a use, which is used again: fresh pages cost a third of the time of filling them."""
    size = math.prod(shape)
    arrays: dict[Hashable, Any] = _kept.__dict__  # type: ignore[assignment]
    kept = arrays.get(use)
    if kept is None or kept.size < size or kept.dtype != dtype:
        kept = arrays[use] = np.empty(size, dtype)
    return kept[:size].reshape(shape)


def local_shares(here: Locals, raw: Any, use: str = "") -> Any:
    """Local shares `(members, draws)` of rows `(rows, draws)`, summing to 1 by dimension; a use names their buffer."""
    size = sum(len(rows) for rows, _ in here), raw.shape[1]
    result = buffer(use, size, raw.dtype) if use else np.empty(size, raw.dtype)
    start = 0
    for rows, base in here:
        first, end = rows[0], start + len(rows)
        source = raw[first : first + len(rows)] if rows == tuple(range(first, first + len(rows))) else raw[list(rows)]
        weighed = source if base is None else source * np.array(base, dtype=raw.dtype)[:, None]
        shares(weighed, axis=0, out=result[start:end])
        start = end
    return result


@frozen(eq=False)
class Panel:
    """The drawn values of some draws.

    Attributes:
        values: `(columns, draws, cells)`, 0 where they are missing.
        columns: For each column of a mean its position among these.
        rows: The positions of the draws.
        cells: The positions of the mean's cells.
        terms: For each inner mean, by its number, the draws and shares that its terms are made of, and the terms; kept
            for other weights of the mean itself. None if nothing is kept.
    """

    values: Any
    columns: Sequence[int]
    rows: Any
    cells: Any
    terms: dict[int, tuple[tuple[Any, ...], Any]] | None = None

    def of(self, columns: Sequence[int]) -> Any:
        """A new array of some columns, of all cells."""
        return self.values[np.array([self.columns[at] for at in columns])[:, None], self.rows]

    def taken(self, values: Any) -> Any:
        """Those of the mean's cells, of values of all cells."""
        return values if len(self.cells) == values.shape[-1] else values.take(self.cells, axis=-1)


@frozen(kw_only=True, eq=False)
class Mean:
    """A weighted sum of columns and of other means.

    Attributes:
        form: How terms enter the sum and the sum becomes a score.
        columns: The columns of the panel.
        column_paths: For each, the rows of local shares whose product is its weight.
        inner: The means of another form below, and those that lack members.
        inner_paths: As for columns.
        present: Which columns and inner means each cell has, `(cells, columns + inner)`; None if none are missing.
        values: The columns without noise as terms of the sum, `(cells, columns)`; missing ones are 0.
    """

    form: Form
    columns: tuple[int, ...]
    column_paths: tuple[Path, ...]
    inner: tuple[Mean, ...]
    inner_paths: tuple[Path, ...]
    present: Array | None
    values: Array

    @property
    def incomplete(self) -> Mask:
        """Which cells lack anything, at any level."""
        result = np.zeros(len(self.values), dtype=bool) if self.present is None else (self.present == 0).any(axis=1)
        for mean in self.inner:
            result |= mean.incomplete
        return result

    def evaluate(self, shares: Any, panel: Panel | None = None, *, buffered: bool = False, depth: int = 0) -> Any:
        """Its values as terms of the sum above, `(draws, cells)`, in the precision of the shares and its own values.

        Args:
            shares: Local shares, `(rows, draws)`.
            panel: The drawn values; the variant's own by default.
            buffered: Whether the values are in buffers until the next call.
            depth: The number of means above it.
        """
        draws, count = shares.shape[1], len(self.columns)
        sizes = {"weights": (count + len(self.inner), draws), "mean": (draws, len(self.values))}
        weights, total = (
            buffer((use, depth), size, shares.dtype) if buffered else np.empty(size, shares.dtype)
            for use, size in sizes.items()
        )
        weights[...] = 1
        for at, path in enumerate(self.column_paths + self.inner_paths):
            weight = weights[at]
            for row in path:
                weight *= shares[row]
        if panel is None:
            np.matmul(weights[:count].T, self.values.T, out=total)
        else:
            self._add_columns(panel, weights[:count], total)
        for at in range(len(self.inner)):
            values = self._terms(at, shares, panel, buffered=buffered, depth=depth + 1)
            total += np.multiply(values, weights[count + at][:, None], out=values if buffered else None)
        if self.present is not None:
            since, there, _ = self.gaps
            with np.errstate(divide="ignore", invalid="ignore"):
                total[:, since:] /= weights.T @ there.astype(weights.dtype, copy=False)
        return total

    def _terms(self, at: int, shares: Any, panel: Panel | None, *, buffered: bool, depth: int) -> Any:
        """The values of an inner mean as terms of the sum, 0 where they are missing; as kept, if made of the same."""
        mean, kept = self.inner[at], None if panel is None or depth > 1 else panel.terms
        made_of = () if kept is None or panel is None else (panel.rows, shares[mean.rows])
        if kept is not None and at in kept and all(map(np.array_equal, kept[at][0], made_of)):
            return kept[at][1]
        values = mean.evaluate(shares, panel, buffered=buffered, depth=depth)
        if mean.form != self.form:
            values = self.form.enter(mean.form.leave(values), values)
        if self.present is not None and len(lacking := self.gaps[2][at]):
            values[:, lacking] = 0
        if kept is not None:
            kept[at] = made_of, values
        return values

    @functools.cached_property
    def rows(self) -> list[int]:
        """The rows of local shares that it reads, those of inner means among them."""
        own = {row for path in self.column_paths + self.inner_paths for row in path}
        return sorted(own.union(*(mean.rows for mean in self.inner)))

    @functools.cached_property
    def gaps(self) -> tuple[int, Any, list[Any]]:
        """The first cell that lacks something, what it and those behind have, and which cells lack each inner mean."""
        assert self.present is not None  # noqa: S101  # the caller looked
        lacks = self.present == 0
        since = int(lacks.any(axis=1).argmax())
        inner = lacks[:, len(self.columns) :].T
        return since, self.present[since:].T.astype(np.float32), [np.flatnonzero(item) for item in inner]

    def _add_columns(self, panel: Panel, weights: Any, total: Any) -> None:
        """Put the weighted sum of the columns' drawn values into `(draws, cells)`."""
        sums: Any = None
        step = max(1, _WEIGHED // (len(panel.rows) * panel.values.shape[-1]))
        for start in range(0, len(weights), step):
            some = slice(start, min(start + step, len(weights)))
            values = panel.of(self.columns[some])
            if not self.form.linear:
                values = self.form.enter(panel.taken(values))
                if self.present is not None:
                    np.copyto(values, 0, where=(self.present[:, some].T == 0)[:, None])
            found = np.einsum("cd,cdu->du", weights[some], values)
            sums = found if sums is None else sums + found
        total[...] = 0 if sums is None else panel.taken(sums) if self.form.linear else sums

    def of_cells(self, which: Any) -> Mean:
        """The tree for some of its cells; means that lack nothing there are merged with one of the same form above."""
        present = None if self.present is None else self.present[which]
        result = attrs.evolve(
            self,
            inner=tuple(item.of_cells(which) for item in self.inner),
            present=None if present is None or present.all() else present,
            values=self.values[which],
        )
        if result.present is not None:
            return result
        for at in reversed(range(len(self.inner))):
            mean, path = result.inner[at], result.inner_paths[at]
            if mean.form != self.form or mean.present is not None:
                continue
            below = [tuple((*path, *item) for item in paths) for paths in (mean.column_paths, mean.inner_paths)]
            result = attrs.evolve(
                result,
                columns=result.columns + mean.columns,
                column_paths=result.column_paths + below[0],
                inner=result.inner[:at] + mean.inner + result.inner[at + 1 :],
                inner_paths=result.inner_paths[:at] + below[1] + result.inner_paths[at + 1 :],
                values=np.concatenate([result.values, mean.values], axis=1),
            )
        return result

    def over(self, change: Callable[[Array], Array]) -> Mean:
        """The same tree with its columns' values changed, in 32 bits; missing ones stay 0."""
        values = change(self.values)
        if self.present is not None:
            values = values * self.present[:, : len(self.columns)]
        return attrs.evolve(
            self,
            inner=tuple(item.over(change) for item in self.inner),
            present=None if self.present is None else self.present.astype(np.float32),
            values=np.asfortranarray(values, dtype=np.float32),
        )

    def bounds(self) -> tuple[float, float]:
        """Its least and greatest possible value under any weights, as a term of the sum above."""
        there = True if self.present is None else self.present[:, : len(self.columns)] > 0
        lows, highs = [self.values.min(initial=np.inf, where=there)], [self.values.max(initial=-np.inf, where=there)]
        for mean in self.inner:
            ends = np.array(mean.bounds())
            low, high = ends if mean.form == self.form else self.form.enter(mean.form.leave(ends))
            lows.append(low)
            highs.append(high)
        return float(min(lows)), float(max(highs))

    @functools.cached_property
    def sizes(self) -> Mean | None:
        """The same sum of the sizes of its columns; None if no terms can cancel, or it is no plain sum of them."""

        def sized(mean: Mean) -> Mean:
            return attrs.evolve(mean, values=np.abs(mean.values), inner=tuple(map(sized, mean.inner)))

        low, high = self.bounds()
        return sized(self) if self.linear and low < 0 < high else None

    def sums(self, shares: Any) -> Any:
        """As `evaluate`; 0 where the terms of a plain mean cancel, as the methods themselves make it."""
        sizes, sums = self.sizes, self.evaluate(shares)
        return sums if sizes is None else without_noise(sums, lambda: sizes.evaluate(shares), sizes.bounds()[1])

    @property
    def mergeable(self) -> bool:
        """Whether some mean would go into the one above it, were it not for what cells lack."""
        return any(item.form == self.form or item.mergeable for item in self.inner)

    @property
    def linear(self) -> bool:
        """Whether it is a weighted sum of the unchanged columns, at every level."""
        return self.form.linear and all(item.linear for item in self.inner)


def _entered(form: Form, panel: Array, columns: tuple[int, ...], present: Array | None) -> Array:
    """Columns as terms of the sum; missing values have no weight, so they may be 0."""
    values = panel[..., list(columns)]
    gaps = np.isnan(values) if present is None else np.isnan(values) | (present[:, : len(columns)] == 0)
    return np.where(gaps, 0.0, form.enter(values))


def mean_of(plan: Plan, forms: Mapping[str, Form], members: Mapping[str, Array], panel: Array) -> Mean:
    """The tree for some cells; a complete mean merges into the one above if that has its form.

    Each dimension's members' scores in these cells, `(cells, members)`, show what is missing; the panel has normalised
    values, `(cells, indicators)`.
    """
    nodes = {node.name: node for node in plan.tree}
    sizes = itertools.accumulate((len(node.members) for node in plan.tree), initial=0)
    starts = dict(zip(nodes, sizes, strict=False))
    column = {item.key: at for at, item in enumerate(plan.ranked)}
    there = {name: ~np.isnan(scores) for name, scores in members.items()}

    def summed(node: Node, form: Form, path: Path, has: Mask | None) -> Iterator[tuple[int | Mean, Path, Mask]]:
        """The columns and inner means that a dimension's mean sums, with their paths and the cells that have them."""
        for at, member in enumerate(node.members):
            below = (*path, starts[node.name] + at) if len(node.members) > 1 else path
            here = there[node.name][:, at] if has is None else has
            if member.name in column:
                yield column[member.name], below, here
                continue
            inner, known = nodes[member.name], there[member.name]
            one = len(inner.members) == 1
            whole = (one or known[here].all()) and not known[~here].any()  # a cell without the mean has none of it
            if (forms[member.name] == form or one) and whole:
                yield from summed(inner, form, below, here)
            else:
                yield mean(inner), below, here

    def mean(node: Node) -> Mean:
        form = forms[node.name]
        found = list(summed(node, form, (), None))
        columns = [(what, path, has) for what, path, has in found if not isinstance(what, Mean)]
        inner = [(what, path, has) for what, path, has in found if isinstance(what, Mean)]
        numbers = tuple(what for what, _, _ in columns)
        present = np.array([has for _, _, has in (*columns, *inner)], dtype=float).T
        return Mean(
            form=form,
            columns=numbers,
            column_paths=tuple(path for _, path, _ in columns),
            inner=tuple(what for what, _, _ in inner),
            inner_paths=tuple(path for _, path, _ in inner),
            present=None if present.all() else present,
            values=_entered(form, panel, numbers, present),
        )

    return mean(plan.tree.root)


@frozen(kw_only=True, eq=False)
class Keys:
    """Makes the keys of an edition's units.

    Attributes:
        parts: The tree in 32 bits: for the complete units, and for the others.
        units: The units' numbers, part by part.
        centre: The sum that becomes the key 0.
        factor: The factor of a sum less `centre`; below 0 if the highest is best.
        ready: Whether the columns are scaled already, which they are if every mean is a weighted sum of them.
    """

    parts: tuple[Mean, ...]
    units: Any
    centre: float
    factor: float
    ready: bool

    def keys(self, shares: Any) -> Any:
        """Keys `(draws, units)` of local shares `(rows, draws)` in 32 bits; they stand until the next are made."""
        keys = buffer("keys", (shares.shape[1], len(self.units)), np.int32)
        start = 0
        for part in self.parts:
            sums = part.evaluate(shares, buffered=True)
            end = start + len(part.values)
            if not self.ready:
                sums -= np.float32(self.centre)
                sums *= np.float32(self.factor)
            target = keys[:, start:end]
            target[...] = sums
            target <<= 8
            target |= self.units[start:end]
            start = end
        return keys


def count_keys(keys: Any, counts: Any) -> None:
    """Add to `counts` `(places, units)` the frequencies of each unit's number at each place of sorted keys."""
    places, units = counts.shape
    at = buffer("count", keys.shape, np.int64)
    np.bitwise_and(keys, MOST_UNITS - 1, out=at)
    at += np.arange(0, places * units, units)
    counts += np.bincount(at.ravel(), minlength=places * units).reshape(places, units)


def keys_of(tree: Mean, cells: slice, here: Locals, best: str, pilot: Array) -> Keys | None:
    """The maker of keys for a tree's units; None if 32 bits cannot hold its scores or its units.

    The scores in 32 bits are compared with those in 64 for the rows of some weights, `(rows, draws)`; for the first,
    the scenario's own, both must give one order.
    """
    if not 1 < cells.stop - cells.start <= MOST_UNITS:
        return None
    mean = tree.of_cells(cells)
    if (keys := keys_of_mean(mean, best)) is None:
        return None
    shares = local_shares(here, pilot)
    exact = (mean.evaluate(shares)[:, keys.units] - keys.centre) * keys.factor
    packed = keys.keys(shares.astype(np.float32))
    off = np.abs((packed >> 8) - exact).max()
    centre = np.sort(packed[0]) & (MOST_UNITS - 1)
    same = (centre == keys.units[np.argsort(exact[0])]).all()
    if not same or off > _OFF:
        return None
    order = np.argsort(exact, axis=1)  # units closer in every draw than 32 bits resolve; by chance in one is harmless
    near = np.diff(np.take_along_axis(exact, order, axis=1), axis=1) <= 2 * _OFF
    pairs = [
        {frozenset(pair) for pair in itertools.compress(itertools.pairwise(row), item)}
        for row, item in zip(order, near, strict=True)
    ]
    return None if set.intersection(*pairs) else keys


def keys_of_mean(mean: Mean, best: str) -> Keys | None:
    """The same for a tree; None if its values may not be finite."""
    low, high = mean.bounds()
    if not np.isfinite([low, high]).all():
        return None
    centre, factor = (low + high) / 2, 2 / max(high - low, 1e-300) * _SCALE * (1 if best == "lowest" else -1)
    ready = mean.linear
    incomplete = mean.incomplete
    order = np.argsort(incomplete, kind="stable")
    ends = [int((~incomplete).sum())] if mean.mergeable and 0 < incomplete.sum() < len(order) else []
    scaled = (lambda values: (values - centre) * factor) if ready else (lambda values: values)
    return Keys(
        parts=tuple(mean.of_cells(item).over(scaled) for item in np.split(order, ends)),
        units=order.astype(np.int32),
        centre=centre,
        factor=factor,
        ready=ready,
    )
