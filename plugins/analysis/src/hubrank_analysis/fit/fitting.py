"""Weights fitted to a published list: the list as a target, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen
from hubrank import UsageError, compose, weigh
from hubrank.errors import shorten_list
from hubrank.explain.shapley import ranked

from hubrank_analysis.fit.comparison import DEFAULT, ListReading, list_of, listing_of, published, shared_names
from hubrank_analysis.fit.searching import (
    Weighted,
    fewest_violations,
    largest_gaps,
    ordered_by_search,
    ranges,
    squared,
    violations,
    weighted,
    widest_margin,
)

if TYPE_CHECKING:
    from hubrank import Array, Context, Node, Ranking, Weigh


@frozen(kw_only=True, eq=False)
class Target:
    """A published list among the units of a ranking.

    Attributes:
        title: The file's name.
        units: The positions of the units that it lists and that are ranked, best first.
        ranks: Their published ranks.
        scores: Their published scores; none where the list has none.
        rest: The positions of the ranked units that it does not list; empty where they are left out.
        unmatched: Names that are no ranked unit's.
        ambiguous: Names that are several units', with these units' codes.
    """

    title: str
    units: Any
    ranks: Array
    scores: Array | None
    rest: Any
    unmatched: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]

    def pairs(self) -> tuple[Any, Any]:
        """Every pair whose order the list tells, better and worse, as positions in `everyone`.

        Whoever is listed is ahead of whoever is not.
        """
        count = len(self.units)
        better, worse = np.nonzero(self.ranks[:, None] < self.ranks[None, :])
        above, below = np.meshgrid(np.arange(count), count + np.arange(len(self.rest)), indexing="ij")
        return np.concatenate([better, above.ravel()]), np.concatenate([worse, below.ravel()])

    @property
    def everyone(self) -> Any:
        """The positions of those listed, then of the rest."""
        return np.concatenate([self.units, self.rest]).astype(np.intp)


def target(
    path: Path, ranking: Ranking, edition: int, *, listed_only: bool = False, reading: ListReading = DEFAULT
) -> Target:
    """Match a published list (a CSV with a column `rank`, one of names, and perhaps `score`) to a ranking.

    Args:
        path: The list.
        ranking: The ranking.
        edition: The edition's position.
        listed_only: Whether units that are not listed say nothing; by default they come after all that are.
        reading: How the list is written.

    Raises:
        UsageError: It is no such list, or fewer than 3 of its names match ranked units; at least 3 are needed.
    """
    own = listing_of(ranking, edition)
    listing = published(path, own, reading)
    order = [int(at) for at in ranking.order(edition)]
    position = dict(zip(own.ranks, order, strict=True))
    by_key = {key: name for name, keys in own.keys.items() for key in keys}
    matched: dict[str, int] = {}
    for name in listing.ranks:
        found = next((by_key[key] for key in listing.keys[name] if key in by_key), None)
        if found is not None and position[found] not in matched.values():
            matched[name] = position[found]
    ambiguous = shared_names(listing, (name for name in listing.ranks if name not in matched), own)
    unmatched = tuple(name for name in listing.ranks if name not in matched and name not in ambiguous)
    if len(matched) < 3:
        text = f"{path.name}: {len(matched)} of its names match ranked units; at least 3 are needed"
        text += "; " + f"not found: {shorten_list(unmatched)}" if unmatched else ""
        text += "; " + f"ambiguous: {shorten_list(list(ambiguous))}" if ambiguous else ""
        raise UsageError(text)
    units = np.array(list(matched.values()))
    everyone = ranked(ranking, edition)
    return Target(
        title=listing.title,
        units=units,
        ranks=np.array([listing.ranks[name] for name in matched]),
        scores=_scores(path, list(matched), reading),
        rest=np.array([], dtype=np.intp) if listed_only else everyone[~np.isin(everyone, units)],
        unmatched=unmatched,
        ambiguous=ambiguous,
    )


def _scores(path: Path, names: list[str], reading: ListReading) -> Array | None:
    """The published scores of some names, where each has one."""
    frame = list_of(path, reading)
    if "score" not in frame.columns:
        return None
    for column in frame.columns:
        by_name = dict(zip(frame[column], frame["score"], strict=True))
        if all(name in by_name for name in names):
            scores = np.array([by_name[name] for name in names], dtype=float)
            return None if np.isnan(scores).any() else scores
    return None


@frozen(kw_only=True, eq=False)
class Outcome:
    """What some weights make of a published list.

    Attributes:
        weights: The free weights, in the order of `Fit.names`.
        ranking: The ranking composed with them.
        violated: How many of the list's pairs come out the other way.
        spearman: Spearman's rank correlation with the list, over its units.
        kendall: Kendall's tau-b, over its units.
        overlap: How many of the list's units are among the first as many.
    """

    weights: Array
    ranking: Ranking
    violated: int
    spearman: float
    kendall: float
    overlap: int


@frozen(kw_only=True, eq=False)
class Fit:
    """Weights, fitted to a published list.

    Attributes:
        target: The list.
        level: Which weights were free.
        names: Dimension and member of each free weight.
        pairs: How many pairs the list orders.
        own: What the scenario's own weights make of it.
        ordinal: What the weights do that violate fewest pairs.
        squares: What the weights do whose scores are nearest to the published ones, or to ranks taken for scores.
        correlation: Of those scores with the published.
        at_least: How many pairs any weights violate: proven.
        exact: Whether no weights violate fewer than `ordinal`.
        impossible: Pairs of unit positions, better and worse, that no allowed weights order as the list does.
        dominated: Which of these because the worse is at least as good in every member.
        ranges: The least and most of each weight while all pairs that `ordinal` orders stay so; none where the
            weights of more than the top are free.
    """

    target: Target
    level: Literal["top", "all"]
    names: tuple[tuple[str, str], ...]
    pairs: int
    own: Outcome
    ordinal: Outcome
    squares: Outcome
    correlation: float
    at_least: int
    exact: bool
    impossible: tuple[tuple[int, int], ...]
    dominated: tuple[bool, ...]
    ranges: Array | None

    @property
    def reproducible(self) -> bool:
        """Whether some weights bring out every pair."""
        return self.ordinal.violated == 0


def fit(
    ranking: Ranking,
    edition: int,
    target: Target,
    *,
    level: Literal["top", "all"] = "top",
    low: float = 0.0,
    high: float = 1.0,
    seconds: float = 30.0,
) -> Fit:
    """Fit weights to a published list.

    With the `top` weights free, scores are linear in them (for a geometric mean, their logarithms), so that the
    fewest violated pairs are a mixed-integer program with a proven bound. With `all` free they are not, and the
    answer is the best that a search finds.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        target: The list.
        level: The weights of the root's members, or those of every dimension.
        low: The least that a weight may be, relative to its siblings.
        high: The most.
        seconds: Time limit in seconds for the search for fewer reversed pairs.

    Raises:
        UsageError: The bounds leave no weights, or a dimension is no mean of values or logarithms.
    """
    if ranking.plan.scenario.ranking.best == "lowest":
        raise UsageError("weights can be fitted only where the highest score is best; here the lowest is")
    model = weighted(ranking, edition, target.everyone, level)
    for block in model.blocks:
        if not low * len(block.members) <= 1 <= high * len(block.members):
            raise UsageError(
                f"no {len(block.members)} weights of {block.node} lie between {low:g} and {high:g} and sum to 1"
            )
    pairs = target.pairs()
    own = model.own_weights()
    top = weighted(ranking, edition, target.everyone, "top")
    best, at_least, possible = _top_weights(top, pairs, low, high, seconds)
    gaps = _gaps(top, pairs, best)
    wanted = -target.ranks if target.scores is None else target.scores
    starts = (own, np.concatenate([best, own[len(best) :]]))
    tries = [squared(model, len(target.units), wanted, low, high, start) for start in starts]
    nearest, correlation = max(tries, key=lambda item: item[1])
    if level == "all":
        best = ordered_by_search(model, pairs, low, high, (*starts, nearest))
        at_least, possible = 0, np.ones(len(pairs[0]), dtype=bool)
    return Fit(
        target=target,
        level=level,
        names=model.names,
        pairs=len(pairs[0]),
        own=_outcome(model, target, own),
        ordinal=_outcome(model, target, best),
        squares=_outcome(model, target, nearest),
        correlation=correlation,
        at_least=at_least,
        exact=at_least == int(violations(model, pairs, best).sum()),
        impossible=_named(target, pairs, ~possible),
        dominated=tuple((gaps[~possible] <= 0).all(axis=1).tolist()),
        ranges=ranges(gaps, best, low, high) if level == "top" else None,
    )


def _top_weights(
    model: Weighted, pairs: tuple[Any, Any], low: float, high: float, seconds: float
) -> tuple[Array, int, Any]:
    """The weights of the root's members, how many pairs any weights violate, and which pairs some weights order.

    The program is over pairs of units that lack no member, since only their scores are linear in the weights: what
    it proves of them holds for all.
    """
    whole: Any = ~np.isnan(model.entered()).any(axis=-1)
    linear = whole[pairs[0]] & whole[pairs[1]]
    gaps = _gaps(model, pairs, np.full(len(model.names), 1 / len(model.names)))
    found = fewest_violations(gaps[linear], low, high, seconds)
    weights = found.weights
    if not found.exact or not linear.all():
        searched = ordered_by_search(model, pairs, low, high, (weights, model.own_weights()))
        centred = widest_margin(gaps[~violations(model, pairs, searched)], low, high)
        weights = min((weights, centred, searched), key=lambda item: int(violations(model, pairs, item).sum()))
    possible = np.where(linear, largest_gaps(gaps, low, high) > 0, True)
    return weights, found.at_least, possible


def _gaps(model: Weighted, pairs: tuple[Any, Any], weights: Array) -> Array:
    """Better less worse, member by member, gaps filled with the units' own scores."""
    entered = model.entered()
    filled = np.where(np.isnan(entered), model.scores(weights)[0][:, None], entered)
    return np.asarray(filled[pairs[0]] - filled[pairs[1]])


def _outcome(model: Weighted, target: Target, weights: Array) -> Outcome:
    """The ranking under some weights, against the list."""
    from scipy.stats import kendalltau, spearmanr

    ranking = compose(model.ranking.plan, model.ranking.measurement, _weigher(model, weights))
    scores = ranking.scores[model.edition]
    better, worse = target.pairs()
    everyone = target.everyone
    ranks = ranking.ranks[model.edition][target.units]
    return Outcome(
        weights=weights,
        ranking=ranking,
        violated=int((scores[everyone[better]] <= scores[everyone[worse]]).sum()),
        spearman=float(spearmanr(ranks, target.ranks).statistic),
        kendall=float(kendalltau(ranks, target.ranks).statistic),
        overlap=int((ranks <= len(target.units)).sum()),
    )


def _weigher(model: Weighted, weights: Array) -> Weigh:
    """What gives `compose` these weights in place of the scenario's."""
    given = {block.node: weights[block.at][None, None, :] for block in model.blocks}

    def weighing(node: Node, scores: Array, context: Context) -> Array:
        return given[node.name] if node.name in given else weigh(node, scores, context)

    return weighing


def _named(target: Target, pairs: tuple[Any, Any], which: Any) -> tuple[tuple[int, int], ...]:
    everyone = target.everyone
    better, worse = everyone[pairs[0][which]], everyone[pairs[1][which]]
    return tuple((int(one), int(other)) for one, other in zip(better, worse, strict=True))
