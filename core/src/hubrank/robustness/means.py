"""A tree of means, flattened to matrix products: consecutive means of one form are one weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.contract.forms import Form

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.tree import Node

#: The rows of local weights whose product is a weight.
Path = tuple[int, ...]


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
        values: The columns without noise as they are summed, `(cells, columns)`.
    """

    form: Form
    columns: tuple[int, ...]
    column_paths: tuple[Path, ...]
    inner: tuple[Mean, ...]
    inner_paths: tuple[Path, ...]
    present: Array | None
    values: Array

    @property
    def flat(self) -> bool:
        """Whether it is one matrix product."""
        return not self.inner and self.present is None

    def entered(self, panel: Array | None) -> Array:
        """Its columns as they are summed, gaps as 0; those without noise where no panel is given."""
        if panel is None:
            return self.values
        return _entered(self.form, panel, self.columns)

    def weights(self, shares: Any) -> Any:
        """The weights `(columns, draws)` of its columns."""
        return products(shares, self.column_paths)

    def evaluate(self, shares: Array, panel: Array | None = None) -> Array:
        """Its values as they are summed above, `(draws, cells)`.

        Args:
            shares: Local shares, `(rows, draws)`.
            panel: Normalised values with noise, `(draws, cells, indicators)`.
        """
        weights = self.weights(shares)
        total = _dot(weights, self.entered(panel)) if self.columns else 0.0
        inner_weights = products(shares, self.inner_paths)
        for at, mean in enumerate(self.inner):
            value = mean.evaluate(shares, panel)
            if mean.form != self.form:
                value = self.form.enter(mean.form.leave(value))
            if self.present is not None:
                value = np.where(self.present[:, len(self.columns) + at] > 0, value, 0.0)
            total = total + inner_weights[at][:, None] * value
        if self.present is None:
            return np.asarray(total)
        there = np.concatenate([weights, inner_weights]).T @ self.present.T
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(total / there)


def products(shares: Any, paths: tuple[Path, ...]) -> Any:
    """Products of rows, `(paths, draws)`."""
    made = np.empty((len(paths), shares.shape[1]), dtype=shares.dtype)
    for row, path in zip(made, paths, strict=True):
        row[:] = shares[path[0]] if path else 1
        for each in path[1:]:
            np.multiply(row, shares[each], out=row)
    return made


def _entered(form: Form, panel: Array, columns: tuple[int, ...]) -> Array:
    """Columns as they are summed; what is missing weighs nothing, so it may be 0."""
    values = panel[..., list(columns)]
    return np.where(np.isnan(values), 0.0, form.enter(values))


def flattened(plan: Plan, forms: Mapping[str, Form], rows: Mapping[str, int], panel: Array) -> Mean:
    """The tree for cells that lack nothing, means of one form merged.

    Args:
        plan: The plan.
        forms: Each dimension's form.
        rows: The row of local shares where each dimension's members begin.
        panel: Those cells' normalised values, `(cells, indicators)`.
    """
    nodes = {node.name: node for node in plan.tree}
    column = {each.key: at for at, each in enumerate(plan.ranked)}

    def walk(node: Node, form: Form, path: Path) -> tuple[list[tuple[int, Path]], list[tuple[Mean, Path]]]:
        leaves: list[tuple[int, Path]] = []
        inner: list[tuple[Mean, Path]] = []
        for at, member in enumerate(node.members):
            below = (*path, rows[node.name] + at) if len(node.members) > 1 else path
            if member.name in column:
                leaves.append((column[member.name], below))
            elif forms[member.name] == form or len(nodes[member.name].members) == 1:
                found = walk(nodes[member.name], form, below)
                leaves += found[0]
                inner += found[1]
            else:
                inner.append((mean(nodes[member.name]), below))
        return leaves, inner

    def mean(node: Node) -> Mean:
        form = forms[node.name]
        leaves, inner = walk(node, form, ())
        columns = tuple(at for at, _ in leaves)
        return Mean(
            form=form,
            columns=columns,
            column_paths=tuple(path for _, path in leaves),
            inner=tuple(each for each, _ in inner),
            inner_paths=tuple(path for _, path in inner),
            present=None,
            values=_entered(form, panel, columns),
        )

    return mean(plan.tree.root)


def unflattened(
    plan: Plan,
    forms: Mapping[str, Form],
    rows: Mapping[str, int],
    scores: Mapping[str, Any],
    cells: Any,
    panel: Array,
) -> Mean:
    """The tree for cells that lack members: every dimension a mean of its own.

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

    def mean(node: Node) -> Mean:
        members = scores[node.name].members
        there = (~np.isnan(members.reshape(-1, members.shape[-1])[cells])).astype(float)
        leaves = [at for at, member in enumerate(node.members) if member.name in column]
        inner = [at for at, member in enumerate(node.members) if member.name not in column]
        row = rows[node.name]
        columns = tuple(column[node.members[at].name] for at in leaves)
        return Mean(
            form=forms[node.name],
            columns=columns,
            column_paths=tuple((row + at,) for at in leaves),
            inner=tuple(mean(nodes[node.members[at].name]) for at in inner),
            inner_paths=tuple((row + at,) for at in inner),
            present=there[:, leaves + inner],
            values=_entered(forms[node.name], panel, columns),
        )

    return mean(plan.tree.root)


def _dot(weights: Array, values: Array) -> Array:
    """Weights `(columns, draws)` times values `(cells, columns)`, or `(draws, cells, columns)`: `(draws, cells)`."""
    if values.ndim == 2:
        return np.asarray(weights.T @ values.T)
    return np.asarray(np.matmul(values, np.ascontiguousarray(weights.T)[:, :, None])[..., 0])
