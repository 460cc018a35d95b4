"""Weights under which the members of several dimensions have the importance for the index that is asked for.

The weighting `correlation-optimised` looks at one dimension and its own score. Here the weights of any elements, in
whichever dimensions they lie, are looked for together, and what counts is how each correlates with the final score.

Source: Becker, Saisana, Paruolo and Vandecasteele, Weights and importance in composite indicators (2017).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen
from hubrank import UsageError, aggregate, rescale, weigh
from hubrank.errors import shorten_list
from hubrank.methods import Kind, correlations, shares

if TYPE_CHECKING:
    from hubrank import Array, Context, Node, Ranking

#: Units that a correlation tells anything of.
_FEWEST = 3


@frozen(kw_only=True, eq=False)
class Balance:
    """Weights, and the importance that they give.

    Attributes:
        weights: By element; those of one dimension sum to 1.
        importance: By element, its correlation with the index under these weights.
        missed: The most by which a share of the correlations lies away from its target; 0 where there are none.
    """

    weights: Mapping[str, float]
    importance: Mapping[str, float]
    missed: float


def balance(
    ranking: Ranking,
    elements: Sequence[str],
    targets: Mapping[str, float] | None = None,
    *,
    aim: Literal["targets", "information"] = "targets",
    kind: Kind = "pearson",
    edition: int = -1,
) -> Balance:
    """Look for weights, 0 or more, of some elements.

    Args:
        ranking: The ranking; all other weights stay as they are.
        elements: Indicators or dimensions by key or title, in whatever dimensions they lie; no other member of these
            is moved.
        targets: The importance that each is to have, relative to one another; equal by default.
        aim: `targets`, or `information`: the greatest sum of correlations.
        kind: The correlation.
        edition: The edition's position.

    Raises:
        UsageError: An element is not in the ranking, the targets are not those of the elements, or too few units have
            all of them.
    """
    elements = [_member(ranking, name) for name in elements]
    wanted = _targets(ranking, elements, targets)
    values = _members(ranking, elements, edition)
    _check_complete(np.column_stack([values, ranking.scores[edition]]), elements)

    def found(weights: Array) -> Array:
        together = np.column_stack([values, _index(ranking, elements, weights, edition)])
        return correlations(together[~np.isnan(together).any(axis=1)][None], kind)[0, -1, :-1]

    def loss(weights: Array) -> float:
        r = found(weights)
        return -float(r.sum()) if aim == "information" else float(((r / r.sum() - wanted) ** 2).sum())

    weights = _shares(ranking, elements, _least(loss, len(elements)))
    r = found(weights)
    missed = 0.0 if aim == "information" else float(np.abs(r / r.sum() - wanted).max())
    return Balance(
        weights=dict(zip(elements, weights.tolist(), strict=True)),
        importance=dict(zip(elements, r.tolist(), strict=True)),
        missed=missed,
    )


def _check_complete(values: Array, elements: Sequence[str]) -> None:
    """Refuse what correlations cannot be computed of; those of two units are 1 or -1 whatever the weights."""
    complete = int((~np.isnan(values).any(axis=1)).sum())
    if complete < _FEWEST:
        raise UsageError(
            f"a balance needs {_FEWEST} ranked units with values of all of {shorten_list(elements)}; "
            f"there are {complete}"
        )


def _least(loss: Callable[[Array], float], number: int) -> Array:
    """The weights of the least loss: a search that follows slopes, then one that needs none, as ranks have none."""
    from scipy.optimize import minimize

    bounds = [(0.0, 1.0)] * number
    near = minimize(loss, np.full(number, 1 / number), method="SLSQP", bounds=bounds, options={"ftol": 1e-14})
    fine = {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000, "adaptive": True}
    return np.asarray(minimize(loss, near.x, method="Nelder-Mead", bounds=bounds, options=fine).x)  # type: ignore[call-overload]


def _member(ranking: Ranking, name: str) -> str:
    """The key of an indicator or a dimension below the root."""
    key = ranking.plan.key(name)
    if key == ranking.plan.tree.root.name:
        raise UsageError(f"'{name}' is the whole index, which has no weight; give members of it")
    return key


def _targets(ranking: Ranking, elements: Sequence[str], targets: Mapping[str, float] | None) -> Array:
    if targets is None:
        return np.full(len(elements), 1 / len(elements))
    targets = {_member(ranking, name): share for name, share in targets.items()}
    if set(targets) != set(elements) or not all(each > 0 for each in targets.values()):
        raise UsageError(
            f"targets: must be above 0, for members among {shorten_list(elements)}; got {shorten_list(sorted(targets))}"
        )
    wanted = np.array([targets[name] for name in elements], dtype=float)
    return np.asarray(wanted / wanted.sum())


def _members(ranking: Ranking, elements: Sequence[str], edition: int) -> Array:
    """The elements' scores, `(units, elements)`."""
    column = {each.key: at for at, each in enumerate(ranking.plan.ranked)}
    scores = [
        ranking.nodes[name].handed_up[edition]
        if name in ranking.nodes
        else ranking.normalised[edition, :, column[name]]
        for name in elements
    ]
    return np.column_stack(scores)


def _index(ranking: Ranking, elements: Sequence[str], weights: Array, edition: int) -> Array:
    """The final scores of an edition under weights of the elements."""
    given = dict(zip(elements, weights, strict=True))

    def weigh_by(node: Node, scores: Array, context: Context) -> Array:
        own = weigh(node, scores, context)
        free = [at for at, member in enumerate(node.members) if member.name in given]
        if not free:
            return own
        local = shares(own)
        left = local[..., free].sum(axis=-1, keepdims=True)
        chosen = np.array([given[node.members[at].name] for at in free]) + 1e-300
        local[..., free] = left * shares(chosen)
        return local

    nodes = aggregate(ranking.plan, ranking.normalised, weigh_by)
    plan = ranking.plan
    scores: Array = rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))[edition]
    return scores


def _shares(ranking: Ranking, elements: Sequence[str], weights: Array) -> Array:
    """The weights of each dimension's elements, summing to 1."""
    parent = {member.name: node.name for node in ranking.plan.tree for member in node.members}
    of = np.array([parent[name] for name in elements])
    made = np.array(weights, dtype=float)
    for name in set(of):
        made[of == name] = shares(made[of == name])
    return made
