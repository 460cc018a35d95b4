"""Groups of units side by side: countries, continents, whatever the units' columns tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import Ranking, RankingSettings, UsageError, gettext, ranks_of
from hubrank.errors import casefold_name, did_you_mean, shorten_list
from hubrank.explain.shapley import ranked

if TYPE_CHECKING:
    from hubrank import Array

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
    names = {casefold_name(each): each for each in found}
    unknown = [each for each in groups if casefold_name(each) not in names]
    if unknown:
        told = f"no ranked unit has the {by} '{unknown[0]}'"
        raise UsageError(told + did_you_mean(unknown[0], found))
    largest = sorted(found, key=lambda each: (-len(found[each]), each))[:GROUPS]
    chosen = tuple(dict.fromkeys(names[casefold_name(each)] for each in groups)) or tuple(largest)
    if len(chosen) < 2:
        raise UsageError(f"at least two groups are needed; available: {shorten_list(sorted(found))}")
    units = tuple(np.array(found[each]) for each in chosen)
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
        return [name, *(each for member in nodes[name].members if member.name in nodes for each in walk(member.name))]

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
        tiers=np.array([[int((ranks[each] <= tier).sum()) for tier in tiers] for each in units]),
        sums=np.array([np.nansum(scores[each]) for each in units]),
        medians=np.array([_median(scores[each]) for each in units]),
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
    return [each if isinstance(each, str) else "" for each in units[by]]
