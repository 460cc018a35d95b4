"""The fast path of draws: a tree of means as matrix products, in 32 bits of which keys are packed and sorted.

Consecutive means of one form are one weighted sum. A key holds 24 bits of a unit's score and 8 of its number, so that
one sort of whole numbers puts the units of a draw in order. `engine` counts the same by scores in 64 bits where no key
will do, and by the methods themselves where a tree is not made of means.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.numeric import Array, Mask, shares
from hubrank.plugin.methods import Form
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

#: The rows of local shares whose product is a weight; none of them is a weight of 1.
Path = tuple[int, ...]

#: Units whose number fits into a key's last 8 bits; 24 bits are left for the score.
MOST_UNITS = 256
_SCALE = 2.0**23 - 64
#: So far may a score in 32 bits be from that in 64, in steps of which the scores' range has 2^24: a millionth of it.
_OFF = 16

_kept = threading.local()


def buffer(use: Hashable, shape: tuple[int, ...], dtype: Any) -> Any:
    """An array of this thread for a use, which is used again: fresh pages cost a third of the time of filling them."""
    size = math.prod(shape)
    arrays: dict[Hashable, Any] = _kept.__dict__  # type: ignore[assignment]
    kept = arrays.get(use)
    if kept is None or kept.size < size or kept.dtype != dtype:
        kept = arrays[use] = np.empty(size, dtype)
    return kept[:size].reshape(shape)


@frozen(kw_only=True, eq=False)
class Locals:
    """From a draw's rows to the local shares of a variant's dimensions: what each member weighs among its own.

    Attributes:
        parts: For each dimension of the variant the rows of its members, and what they are multiplied by.
        starts: The first row of each dimension's shares.
    """

    parts: tuple[tuple[tuple[int, ...], Array | None], ...]
    starts: dict[str, int]

    def alike(self, other: Locals) -> bool:
        """Whether two read the same rows in the same way."""
        pairs = zip(self.parts, other.parts, strict=False)
        return len(self.parts) == len(other.parts) and all(
            rows == others and (base is factors or np.array_equal(base, factors))  # type: ignore[arg-type]
            for (rows, base), (others, factors) in pairs
        )

    def shares(self, raw: Any, use: str = "") -> Any:
        """Local shares `(members of all dimensions, draws)` in the rows' own precision, summing to 1 by dimension.

        Args:
            raw: The rows of the weights, `(rows, draws)`.
            use: The buffer that they stand in until the next are made for it; a new array by default.
        """
        size = sum(len(rows) for rows, _ in self.parts), raw.shape[1]
        made = buffer(use, size, raw.dtype) if use else np.empty(size, raw.dtype)
        start = 0
        for rows, base in self.parts:
            first, end = rows[0], start + len(rows)
            source = (
                raw[first : first + len(rows)] if rows == tuple(range(first, first + len(rows))) else raw[list(rows)]
            )
            weighed = source if base is None else source * base[:, None].astype(raw.dtype)
            shares(weighed, axis=0, out=made[start:end])
            start = end
        return made


@frozen(kw_only=True, eq=False)
class Mean:
    """A weighted sum of columns and of other means.

    Attributes:
        form: How what is summed enters and leaves.
        columns: The columns of the panel.
        column_paths: For each, the rows of local shares whose product is its weight.
        inner: The means of another form below, and those that lack members.
        inner_paths: As for columns.
        present: Which columns and inner means each cell has, `(cells, columns + inner)`; none where all are there.
        values: The columns without noise as they are summed, `(cells, columns)`; gaps are 0.
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
        made = np.zeros(len(self.values), dtype=bool) if self.present is None else (self.present == 0).any(axis=1)
        for mean in self.inner:
            made |= mean.incomplete
        return made

    def evaluate(self, shares: Any, panel: Array | None = None, *, buffered: bool = False, depth: int = 0) -> Any:
        """Its values as they are summed above, `(draws, cells)`, in the precision of the shares and its own values.

        Args:
            shares: Local shares, `(rows, draws)`.
            panel: Normalised values with noise, `(draws, cells, indicators)`.
            buffered: Whether the values stand in buffers, until the next are asked for; in new arrays by default.
            depth: How many means are above it.
        """
        draws, count = shares.shape[1], len(self.columns)
        sizes = {"weights": (count + len(self.inner), draws), "mean": (draws, len(self.values))}
        weights, total = (
            buffer((use, depth), size, shares.dtype) if buffered else np.empty(size, shares.dtype)
            for use, size in sizes.items()
        )
        weights[...] = 1
        for at, path in enumerate(self.column_paths + self.inner_paths):
            for row in path:
                weights[at] *= shares[row]
        if panel is None:
            np.matmul(weights[:count].T, self.values.T, out=total)
        else:
            values = _entered(self.form, panel, self.columns, self.present)
            total[...] = np.matmul(values, weights[:count].T[:, :, None])[..., 0]
        for at, mean in enumerate(self.inner):
            values = mean.evaluate(shares, panel, buffered=buffered, depth=depth + 1)
            if mean.form != self.form:
                values = self.form.enter(mean.form.leave(values), values)
            if self.present is not None:
                values[:, self.present[:, count + at] == 0] = 0
            values *= weights[count + at][:, None]
            total += values
        if self.present is not None:
            since = int((self.present == 0).any(axis=1).argmax())  # the first cell that lacks something
            with np.errstate(divide="ignore", invalid="ignore"):
                total[:, since:] /= weights.T @ self.present[since:].T
        return total

    def of_cells(self, which: Any) -> Mean:
        """The tree for some of its cells; means that lack nothing there are merged with one of the same form above."""
        present = None if self.present is None else self.present[which]
        made = attrs.evolve(
            self,
            inner=tuple(each.of_cells(which) for each in self.inner),
            present=None if present is None or present.all() else present,
            values=self.values[which],
        )
        if made.present is not None:
            return made
        for at in reversed(range(len(self.inner))):
            mean, path = made.inner[at], made.inner_paths[at]
            if mean.form != self.form or mean.present is not None:
                continue
            below = [tuple((*path, *each) for each in paths) for paths in (mean.column_paths, mean.inner_paths)]
            made = attrs.evolve(
                made,
                columns=made.columns + mean.columns,
                column_paths=made.column_paths + below[0],
                inner=made.inner[:at] + mean.inner + made.inner[at + 1 :],
                inner_paths=made.inner_paths[:at] + below[1] + made.inner_paths[at + 1 :],
                values=np.concatenate([made.values, mean.values], axis=1),
            )
        return made

    def over(self, change: Callable[[Array], Array]) -> Mean:
        """The same tree with its columns' values changed, in 32 bits; gaps stay 0."""
        values = change(self.values)
        if self.present is not None:
            values = values * self.present[:, : len(self.columns)]
        return attrs.evolve(
            self,
            inner=tuple(each.over(change) for each in self.inner),
            present=None if self.present is None else self.present.astype(np.float32),
            values=np.asfortranarray(values, dtype=np.float32),
        )

    def bounds(self) -> tuple[float, float]:
        """The least and the largest that it can come to under any weights, as it is summed above."""
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
        """The same sum of the sizes of its columns; none where no terms can cancel, or it is no plain sum of them."""
        low, high = self.bounds()
        return _sized(self) if self.linear and low < 0 < high else None

    @property
    def mergeable(self) -> bool:
        """Whether some mean would go into the one above it, were it not for what cells lack."""
        return any(each.form == self.form or each.mergeable for each in self.inner)

    @property
    def linear(self) -> bool:
        """Whether it is a weighted sum of the columns as they are, at every level."""
        return self.form.linear and all(each.linear for each in self.inner)


def _sized(mean: Mean) -> Mean:
    return attrs.evolve(mean, values=np.abs(mean.values), inner=tuple(map(_sized, mean.inner)))


def _entered(form: Form, panel: Array, columns: tuple[int, ...], present: Array | None) -> Array:
    """Columns as they are summed; what is missing weighs nothing, so it may be 0."""
    values = panel[..., list(columns)]
    gaps = np.isnan(values) if present is None else np.isnan(values) | (present[:, : len(columns)] == 0)
    return np.where(gaps, 0.0, form.enter(values))


def mean_of(
    plan: Plan, forms: Mapping[str, Form], starts: Mapping[str, int], members: Mapping[str, Array], panel: Array
) -> Mean:
    """The tree for some cells; a mean that lacks nothing there goes into the one above, where that has its form.

    Args:
        plan: The plan.
        forms: Each dimension's form.
        starts: The row of local shares where each dimension's members begin.
        members: Each dimension's members' scores in these cells, `(cells, members)`, which tell what is missing.
        panel: Their normalised values, `(cells, indicators)`.
    """
    nodes = {node.name: node for node in plan.tree}
    column = {each.key: at for at, each in enumerate(plan.ranked)}
    there = {name: ~np.isnan(scores) for name, scores in members.items()}

    def summed(node: Node, form: Form, path: Path, has: Mask | None) -> Iterator[tuple[int | Mean, Path, Mask]]:
        """The columns and inner means that a dimension's mean sums, with their paths and the cells that have them."""
        for at, member in enumerate(node.members):
            below = (*path, starts[node.name] + at) if len(node.members) > 1 else path
            here = there[node.name][:, at] if has is None else has
            if member.name in column:
                yield column[member.name], below, here
                continue
            inner = nodes[member.name]
            one = len(inner.members) == 1
            if (forms[member.name] == form or one) and (one or there[member.name][here].all()):
                yield from summed(inner, form, below, here)
            else:
                yield mean(inner), below, here

    def mean(node: Node) -> Mean:
        form = forms[node.name]
        columns: list[tuple[int, Path, Mask]] = []
        inner: list[tuple[Mean, Path, Mask]] = []
        for what, path, has in summed(node, form, (), None):
            if isinstance(what, Mean):
                inner.append((what, path, has))
            else:
                columns.append((what, path, has))
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
        parts: The tree in 32 bits: for the units that lack nothing, and for the others.
        units: The units' numbers, part by part.
        centre: The sum that becomes the key 0.
        factor: What a sum less `centre` is multiplied by; below 0 where the highest is best.
        ready: Whether the columns are scaled already, as they are where every mean is a weighted sum of them.
    """

    parts: tuple[Mean, ...]
    units: Any
    centre: float
    factor: float
    ready: bool

    def keys(self, shares: Any) -> Any:
        """Packed keys `(draws, units)`; they stand until the next are made.

        Args:
            shares: Local shares `(rows, draws)`, in 32 bits.
        """
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
    """Add to `counts` `(places, units)` how often each unit's number stands in each place of sorted keys."""
    places, units = counts.shape
    at = buffer("count", keys.shape, np.int64)
    np.bitwise_and(keys, MOST_UNITS - 1, out=at)
    at += np.arange(0, places * units, units)
    counts += np.bincount(at.ravel(), minlength=places * units).reshape(places, units)


def keys_of(mean: Mean, here: Locals, best: str, pilot: Array) -> Keys | None:
    """What makes the keys of an edition's units; none where 32 bits do not hold its scores, or not its units.

    Args:
        mean: The tree for the edition's units.
        here: How weights' rows become local shares.
        best: `highest` or `lowest`.
        pilot: Rows of some weights, `(rows, draws)`, by which the scores in 32 bits are compared with those in 64; in
            the first, the scenario's own, both must give one order.
    """
    keys = keys_of_mean(mean, best) if 1 < len(mean.values) <= MOST_UNITS else None
    if keys is None:
        return None
    shares = here.shares(pilot)
    exact = (mean.evaluate(shares)[:, keys.units] - keys.centre) * keys.factor
    packed = keys.keys(shares.astype(np.float32))
    off = np.abs((packed >> 8) - exact).max()
    centre = np.sort(packed[0]) & (MOST_UNITS - 1)
    same = (centre == keys.units[np.argsort(exact[0])]).all()
    return keys if same and off <= _OFF and not _always_near(exact) else None


def _always_near(scaled: Array) -> bool:
    """Whether two units lie nearer in every draw `(draws, units)` than 32 bits tell; by chance in one is no harm."""
    order = np.argsort(scaled, axis=1)
    gaps = np.diff(np.take_along_axis(scaled, order, axis=1), axis=1)
    pairs = [
        {frozenset(pair) for pair in zip(row[:-1][near], row[1:][near], strict=True)}
        for row, near in zip(order, gaps <= 2 * _OFF, strict=True)
    ]
    return bool(set.intersection(*pairs))


def keys_of_mean(mean: Mean, best: str) -> Keys | None:
    """The same for a tree; none where it can come to what is not finite."""
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
        parts=tuple(mean.of_cells(each).over(scaled) for each in np.split(order, ends)),
        units=order.astype(np.int32),
        centre=centre,
        factor=factor,
        ready=ready,
    )
