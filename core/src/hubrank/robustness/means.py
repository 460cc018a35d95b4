"""A tree of means, flattened to matrix products: consecutive means of one form are one weighted sum."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field, frozen

from hubrank.contract.forms import Form
from hubrank.robustness import steps as numpy_steps
from hubrank.robustness.paths import Path, Paths

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.robustness.buffers import Buffers
    from hubrank.robustness.steps import Steps
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.tree import Node


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

    @functools.cached_property
    def paths(self) -> Paths:
        """Those of its columns, then those of its inner means."""
        return Paths(self.column_paths + self.inner_paths)

    def entered(self, panel: Array | None) -> Array:
        """Its columns as they are summed, gaps as 0; those without noise where no panel is given."""
        if panel is None:
            return self.values
        return _entered(self.form, panel, self.columns, self.present)

    @property
    def incomplete(self) -> Mask:
        """Which cells lack anything, at any level."""
        made = np.zeros(len(self.values), dtype=bool) if self.present is None else (self.present == 0).any(axis=1)
        for mean in self.inner:
            made |= mean.incomplete
        return made

    @functools.cached_property
    def since(self) -> int:
        """The first cell that lacks a column or an inner mean; none before it does."""
        return len(self.values) if self.present is None else int((self.present == 0).any(axis=1).argmax())

    @functools.cached_property
    def without(self) -> tuple[Any, ...]:
        """For each inner mean the positions of the cells that lack it."""
        if self.present is None:
            return (np.array([], dtype=np.intp),) * len(self.inner)
        return tuple(np.flatnonzero(there == 0) for there in self.present.T[len(self.columns) :])

    def evaluate(
        self,
        shares: Any,
        panel: Array | None = None,
        buffers: Buffers | None = None,
        steps: Steps = numpy_steps,
        depth: int = 0,
    ) -> Any:
        """Its values as they are summed above, `(draws, cells)`, in the precision of the shares and its own values.

        Args:
            shares: Local shares, `(rows, draws)`.
            panel: Normalised values with noise, `(draws, cells, indicators)`.
            buffers: Where the values stand, until the next are asked for; in new arrays by default.
            steps: What adds up.
            depth: How many means are above it.
        """
        draws = shares.shape[1]
        weights = _array(buffers, ("weights", depth), (len(self.paths), draws), shares.dtype)
        steps.products(shares, self.paths, weights)
        out = _array(buffers, ("mean", depth), (draws, len(self.values)), shares.dtype)
        count = len(self.columns)
        total = _dot(weights[:count].T, self.entered(panel), out)
        for at, mean in enumerate(self.inner):
            values = mean.evaluate(shares, panel, buffers, steps, depth + 1)
            if mean.form != self.form:
                values = self.form.enter(mean.form.leave(values), values)
            values[:, self.without[at]] = 0
            steps.add_weighed(total, values, weights[count + at])
        if self.present is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                total[:, self.since :] /= weights.T @ self.present[self.since :].T
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
        return made.merged() if made.present is None else made

    def merged(self) -> Mean:
        """The tree without the means directly below that have its form and lack nothing."""
        made = self
        for at in reversed(range(len(self.inner))):
            mean, path = self.inner[at], self.inner_paths[at]
            if mean.form != self.form or mean.present is not None:
                continue
            made = attrs.evolve(
                made,
                columns=made.columns + mean.columns,
                column_paths=made.column_paths + tuple((*path, *each) for each in mean.column_paths),
                inner=made.inner[:at] + mean.inner + made.inner[at + 1 :],
                inner_paths=made.inner_paths[:at]
                + tuple((*path, *each) for each in mean.inner_paths)
                + made.inner_paths[at + 1 :],
                values=np.concatenate([made.values, mean.values], axis=1),
            )
        return made

    def over(self, change: Callable[[Array], Array]) -> Mean:
        """The same tree with its columns' values changed, in 32 bits; gaps stay 0."""
        there = None if self.present is None else self.present[:, : len(self.columns)]
        values = change(self.values) if there is None else change(self.values) * there
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
    plan: Plan,
    forms: Mapping[str, Form],
    rows: Mapping[str, int],
    scores: Mapping[str, Any],
    cells: Any,
    panel: Array,
) -> Mean:
    """The tree for some cells; a mean that lacks nothing there goes into the one above, where that has its form.

    Args:
        plan: The plan.
        forms: Each dimension's form.
        rows: The row of local shares where each dimension's members begin.
        scores: Each dimension's scores with the scenario's own weights, which tell what is missing.
        cells: Which of all editions and units are meant.
        panel: Their normalised values, `(cells, indicators)`.
    """
    nodes = {node.name: node for node in plan.tree}
    column = {each.key: at for at, each in enumerate(plan.ranked)}
    there = {name: ~np.isnan(_cells_of(scores[name].members, cells)) for name in nodes}

    def walk(node: Node, form: Form, path: Path, member_there: Array | None) -> _Found:
        found = _Found()
        for at, member in enumerate(node.members):
            below = (*path, rows[node.name] + at) if len(node.members) > 1 else path
            has = there[node.name][:, at] if member_there is None else member_there
            if member.name in column:
                found.add_column(column[member.name], below, has)
                continue
            inner = nodes[member.name]
            one = len(inner.members) == 1
            if (forms[member.name] == form or one) and (one or there[member.name][has].all()):
                found.extend(walk(inner, form, below, has))
            else:
                found.add_inner(mean(inner), below, has)
        return found

    def mean(node: Node) -> Mean:
        form = forms[node.name]
        found = walk(node, form, (), None)
        present = np.array(found.columns_there + found.inner_there, dtype=float).T
        return Mean(
            form=form,
            columns=tuple(found.columns),
            column_paths=tuple(found.column_paths),
            inner=tuple(found.inner),
            inner_paths=tuple(found.inner_paths),
            present=None if present.all() else present,
            values=_entered(form, panel, tuple(found.columns), present),
        )

    return mean(plan.tree.root)


@frozen(eq=False)
class _Found:
    """What a mean sums: columns and inner means, with their paths and the cells that have them."""

    columns: list[int] = field(factory=list)
    column_paths: list[Path] = field(factory=list)
    columns_there: list[Array] = field(factory=list)
    inner: list[Mean] = field(factory=list)
    inner_paths: list[Path] = field(factory=list)
    inner_there: list[Array] = field(factory=list)

    def add_column(self, column: int, path: Path, there: Array) -> None:
        self.columns.append(column)
        self.column_paths.append(path)
        self.columns_there.append(there)

    def add_inner(self, mean: Mean, path: Path, there: Array) -> None:
        self.inner.append(mean)
        self.inner_paths.append(path)
        self.inner_there.append(there)

    def extend(self, other: _Found) -> None:
        for each in attrs.fields(_Found):
            getattr(self, each.name).extend(getattr(other, each.name))


def _cells_of(members: Array, cells: Any) -> Array:
    return np.asarray(members.reshape(-1, members.shape[-1])[cells])


def _array(buffers: Buffers | None, use: Hashable, shape: tuple[int, ...], dtype: Any) -> Any:
    return np.empty(shape, dtype) if buffers is None else buffers.array(use, shape, dtype)


def _dot(weights: Array, values: Array, out: Any) -> Array:
    """Weights `(draws, columns)` times values `(cells, columns)`, or `(draws, cells, columns)`: `(draws, cells)`."""
    if values.ndim == 2:
        return np.asarray(np.matmul(weights, values.T, out=out))
    out[...] = np.matmul(values, weights[:, :, None])[..., 0]
    return np.asarray(out)
