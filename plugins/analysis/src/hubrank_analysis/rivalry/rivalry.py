"""Groups of units side by side, and weights that balance influence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen
from hubrank import Ranking, RankingSettings, UsageError, aggregate, gettext, ranks_of, rescale, weigh
from hubrank.errors import casefold_name, did_you_mean, shorten_list
from hubrank.explain.shapley import ranked
from hubrank.methods import Kind, correlations, shares

if TYPE_CHECKING:
    from hubrank import Array, Context, Node


#: Tiers where the scenario has none.
TIERS = (10, 30, 100)
#: Groups that are compared where none are named.
GROUPS = 6


@frozen(kw_only=True, eq=False)
class Standing:
    """The groups in one dimension, or in the whole index.

    Attributes:
        name: The dimension; `index` for the whole.
        tiers: How many units of each group are in each tier by it, `(groups, tiers)`.
        sums: The sums of their scores, `(groups,)`.
        medians: The medians.
        wins: The share of pairs of one unit of each that the first group's wins, ties as halves, `(groups, groups)`;
            NaN on the diagonal.
    """

    name: str
    tiers: Any
    sums: Array
    medians: Array
    wins: Array


@frozen(kw_only=True, eq=False)
class Rivalry:
    """Groups of an edition's ranked units side by side.

    Attributes:
        ranking: The ranking.
        edition: The edition's position.
        by: The column.
        groups: Its values.
        units: The positions of each group's ranked units.
        tiers: The ranks that close a tier.
        standings: The whole index, then every dimension, those above first.
    """

    ranking: Ranking
    edition: int
    by: str
    groups: tuple[str, ...]
    units: tuple[Any, ...]
    tiers: tuple[int, ...]
    standings: tuple[Standing, ...]

    def title(self, standing: Standing) -> str:
        """What the ranking or a dimension is called, in the language that is spoken."""
        node = self.ranking.plan.tree[standing.name]
        return self.ranking.title if node.parent is None else gettext(node.title)


def rivalry(ranking: Ranking, edition: int, by: str, groups: Sequence[str] = ()) -> Rivalry:
    """Compare groups of units.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        by: A column of the units: `country`, `continent` ...
        groups: Its values, in any case; by default those with most ranked units.

    Raises:
        UsageError: The units have no such column, or no ranked unit is in a group.
    """
    column = _column(ranking, by)
    everyone = ranked(ranking, edition)
    found: dict[str, list[int]] = {}
    for unit in everyone:
        if column[unit]:
            found.setdefault(column[unit], []).append(int(unit))
    names = {casefold_name(item): item for item in found}
    unknown = [item for item in groups if casefold_name(item) not in names]
    if unknown:
        message = f"no ranked unit has the {by} '{unknown[0]}'"
        raise UsageError(message + did_you_mean(unknown[0], found))
    largest = sorted(found, key=lambda item: (-len(found[item]), item))[:GROUPS]
    chosen = tuple(dict.fromkeys(names[casefold_name(item)] for item in groups)) or tuple(largest)
    if len(chosen) < 2:
        raise UsageError(f"at least two groups are needed; available: {shorten_list(sorted(found))}")
    units = tuple(np.array(found[item]) for item in chosen)
    tiers = ranking.plan.scenario.ranking.tiers or TIERS
    tiers = tuple(tier for tier in tiers if tier < len(everyone)) or tiers[:1]
    return Rivalry(
        ranking=ranking,
        edition=edition,
        by=by,
        groups=chosen,
        units=units,
        tiers=tiers,
        standings=tuple(_standing(ranking, edition, name, units, tiers) for name in _names(ranking)),
    )


def share_won(first: Array, second: Array) -> float:
    """The share of pairs that the first wins, ties as halves; NaN without pairs.

    Args:
        first: Scores, more is better; gaps are no part of any pair.
        second: The same.
    """
    first, second = first[~np.isnan(first)], np.sort(second[~np.isnan(second)])
    if not (len(first) and len(second)):
        return float("nan")
    below, up_to = np.searchsorted(second, first, "left"), np.searchsorted(second, first, "right")
    return float((below + up_to).mean() / 2 / len(second))


def _names(ranking: Ranking) -> list[str]:
    """The root, then the dimensions, in the order of the tree."""
    tree = ranking.plan.tree
    nodes = {node.name: node for node in tree}

    def walk(name: str) -> list[str]:
        return [name, *(item for member in nodes[name].members if member.name in nodes for item in walk(member.name))]

    return walk(tree.root.name)


def _standing(ranking: Ranking, edition: int, name: str, units: tuple[Any, ...], tiers: tuple[int, ...]) -> Standing:
    node = ranking.plan.tree[name]
    whole = node.parent is None
    scores = ranking.scores[edition] if whole else ranking.nodes[name].scores[edition]
    scores = np.where(np.isnan(ranking.ranks[edition]), np.nan, scores)
    lowest = whole and ranking.plan.scenario.ranking.best == "lowest"
    ranks = ranking.ranks[edition] if whole else ranks_of(scores, RankingSettings())
    better = -scores if lowest else scores
    wins = np.array([[share_won(better[one], better[other]) for other in units] for one in units])
    np.fill_diagonal(wins, np.nan)
    return Standing(
        name=name,
        tiers=np.array([[int((ranks[item] <= tier).sum()) for tier in tiers] for item in units]),
        sums=np.array([np.nansum(scores[item]) for item in units]),
        medians=np.array([_median(scores[item]) for item in units]),
        wins=wins,
    )


def _median(scores: Array) -> float:
    there = scores[~np.isnan(scores)]
    return float(np.median(there)) if len(there) else float("nan")


def _column(ranking: Ranking, by: str) -> list[str]:
    units = ranking.plan.units.units
    if by not in units:
        names = [str(name) for name in units.frame.columns if isinstance(units[str(name)].iloc[0], str)]
        raise UsageError(f"the units have no column '{by}'" + did_you_mean(by, names))
    return [item if isinstance(item, str) else "" for item in units[by]]


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
    if set(targets) != set(elements) or not all(item > 0 for item in targets.values()):
        raise UsageError(
            f"targets: must be above 0, for members among {shorten_list(elements)}; got {shorten_list(sorted(targets))}"
        )
    wanted = np.array([targets[name] for name in elements], dtype=float)
    return np.asarray(wanted / wanted.sum())


def _members(ranking: Ranking, elements: Sequence[str], edition: int) -> Array:
    """The elements' scores, `(units, elements)`."""
    column = {item.key: at for at, item in enumerate(ranking.plan.ranked)}
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
    result = np.array(weights, dtype=float)
    for name in set(of):
        result[of == name] = shares(result[of == name])
    return result
