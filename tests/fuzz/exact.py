"""Ranks that are known by exact fractions: means of means, compared by methods that see the order of units alone."""

import functools
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hubrank.plugin import ScenarioError
from hubrank.scenario.plan import Plan
from hypothesis import strategies as st

from tests.fuzz.trees import GOALPOSTS, HIGH, LOW, MIN_MAX, MOST, Node, Tree, bound, numbered, ranks

Exact = Fraction | None
#: Where a value lies that has no range.
HALF = Fraction(1, 2)

#: What sums up members exactly except a function that keeps the order: weights, then numbers above 0.
MEANS: dict[str, Callable[[Sequence[tuple[int, Fraction]]], Fraction]] = {
    "arithmetic": lambda items: sum(w * x for w, x in items) / Fraction(sum(w for w, _ in items)),
    "harmonic": lambda items: sum(w for w, _ in items) / sum((w / x for w, x in items), Fraction()),
    "minimum": lambda items: min(x for _, x in items),
    "maximum": lambda items: max(x for _, x in items),
}


def product(items: Sequence[tuple[int, Fraction]]) -> Fraction:
    """Grows with the geometric mean, where all units have the same members."""
    result = Fraction(1)
    for weight, number in items:
        result *= number**weight
    return result


def normalised(tree: Tree, values: np.ndarray) -> list[list[Exact]] | None:
    """The columns of normalised values, exactly; None if one is the same for all of several units."""
    columns = []
    for leaf, column in zip(tree.root.leaves, values.T, strict=True):
        given = [None if np.isnan(item) else Fraction(int(item)) for item in column]
        there = [item for item in given if item is not None] or [Fraction()]
        low, high = (min(there), max(there)) if tree.settings["normalisation"] == MIN_MAX else (0, MOST)
        if low == high and len(there) > 1:
            return None
        ends = (LOW, HIGH) if leaf.direction == 1 else (HIGH, LOW)
        shares = [None if item is None else (item - low) / (high - low) if high > low else HALF for item in given]
        columns.append([None if share is None else ends[0] + (ends[1] - ends[0]) * share for share in shares])
    return columns


def members(node: Node, columns: Iterator[list[Exact]]) -> list[list[Exact]]:
    """The exact scores of a node's members, by member and unit."""
    found = []
    for member in node.members:
        if not member.members:
            found.append(next(columns))
            continue
        below = members(member, columns)
        mean = product if member.method == "geometric" else MEANS[member.method]
        scores: list[Exact] = []
        for unit in zip(*below, strict=True):
            items = [(item.weight, x) for item, x in zip(member.members, unit, strict=True) if x is not None]
            scores.append(mean(items) if items else None)
        if member.steps == ("rank",):
            scores = [None if own is None else Fraction(1 + rank_below(own, scores)) for own in scores]
        found.append(scores)
    return found


def rank_below(own: Fraction, scores: Sequence[Exact]) -> int:
    """How many scores are less."""
    return sum(item is not None and item < own for item in scores)


def margins(weights: Sequence[int], scores: Sequence[Sequence[Exact]]) -> list[list[Fraction]]:
    """The majority of each unit over each other, among the members that both have."""
    units = list(zip(*scores, strict=True))
    result = []
    for own in units:
        row = []
        for other in units:
            both = [(w, a, b) for w, a, b in zip(weights, own, other, strict=True) if a is not None and b is not None]
            lead = sum(w * ((a > b) - (a < b)) for w, a, b in both)
            row.append(Fraction(lead, sum(w for w, _, _ in both)) if both else Fraction())
        result.append(row)
    return result


def copeland(majority: list[list[Fraction]]) -> list[Fraction]:
    """How many others a unit beats, less those that beat it."""
    return [Fraction(sum((item > 0) - (item < 0) for item in row)) for row in majority]


def flow(majority: list[list[Fraction]]) -> list[Fraction]:
    """The sum of the majorities over all others: PROMETHEE's net flow, and Borda's where all have all members."""
    return [sum(row, Fraction()) for row in majority]


def schulze(majority: list[list[Fraction]]) -> list[Fraction]:
    """How many others a unit beats by the strongest path, a tie counting a half."""
    path = [[max(item, Fraction()) for item in row] for row in majority]
    every = range(len(path))
    for by, a, b in itertools.product(every, every, every):
        path[a][b] = max(path[a][b], min(path[a][by], path[by][b]))
    return led(lambda a, b: path[a][b] > path[b][a], len(path))


def kemeny(majority: list[list[Fraction]]) -> list[Fraction]:
    """How many others a unit leads in every order that agrees best, among all orders; a pair that none leads halves."""
    best, above = None, set()
    for order in itertools.permutations(range(len(majority))):
        pairs = list(itertools.combinations(order, 2))
        agreement = sum((majority[a][b] for a, b in pairs), Fraction())
        if best is None or agreement > best:
            best, above = agreement, set(pairs)
        elif agreement == best:
            above &= set(pairs)
    return led(lambda a, b: (a, b) in above, len(majority))


def led(leads: Callable[[int, int], bool], units: int) -> list[Fraction]:
    """The number of units that each leads, with half of those with which it is level."""
    every = range(units)
    return [
        sum((Fraction(2 * leads(a, b) + (not leads(b, a) and not leads(a, b)), 2) for b in every if b != a), Fraction())
        for a in every
    ]


#: Methods that compare units, by their exact scores from majorities.
COMPARING = {"copeland": copeland, "promethee": flow, "borda": flow, "schulze": schulze, "kemeny": kemeny}


def leaf(chance: random.Random) -> Node:
    """An indicator."""
    return Node(chance.randint(1, 3), direction=chance.choice([1, 1, -1]))


def dimension(chance: random.Random, means: Sequence[str], steps: tuple[str, ...]) -> Node:
    """A dimension of some indicators, now and then with a dimension below it."""
    parts = [leaf(chance) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.3:
        parts.append(Node(chance.randint(1, 3), "arithmetic", (leaf(chance), leaf(chance))))
        means = list(MEANS)
    return Node(chance.randint(1, 3), chance.choice(means), tuple(parts), steps=steps)


def trees(count: int) -> list[Tree]:
    """Trees made once, so that each plan is bound once."""
    chance = random.Random(1)  # noqa: S311  # no secrets
    found = []
    for at in range(count):
        method = [*COMPARING, "arithmetic"][at % 6]
        gaps = chance.random() < 0.4 and method != "borda"
        means = [*MEANS, *([] if gaps else ["geometric"])]
        steps = ("rank",) if method == "arithmetic" else ()
        root = Node(1, method, tuple(dimension(chance, means, steps) for _ in range(chance.randint(2, 4))))
        normalisation = chance.choice([MIN_MAX, GOALPOSTS])
        found.append(Tree(root, 5 if method == "kemeny" else 7, gaps, {"normalisation": normalisation}))
    return found


@functools.cache
def plans() -> list[tuple[Tree, Plan, list[str]]]:
    """The trees with their plans and the names of their indicators."""
    made = []
    for tree in trees(120):
        names, leaves = numbered(tree)
        made.append((tree, bound(tree, names), leaves))
    return made


def cases() -> st.SearchStrategy[Any]:
    """A tree and values for it."""
    return st.integers(0, len(plans()) - 1).flatmap(lambda at: st.tuples(st.just(at), plans()[at][0].values))


def check(case: tuple[int, np.ndarray]) -> None:
    """Ranks are those of exact arithmetic; what is rejected is the same for all units."""
    at, values = case
    tree, plan, leaves = plans()[at]
    columns = normalised(tree, values)
    try:
        found = ranks(plan, values, leaves).tolist()
    except ScenarioError:
        assert columns is None
        return
    scores = members(tree.root, iter(columns))
    weights = [item.weight for item in tree.root.members]
    if tree.root.method == "arithmetic":
        units = (zip(weights, unit, strict=True) for unit in zip(*scores, strict=True))
        items = [[(w, x) for w, x in unit if x is not None] for unit in units]
        final: list[Exact] = [MEANS["arithmetic"](item) if item else None for item in items]
    else:
        some = [at for at, unit in enumerate(zip(*scores, strict=True)) if any(x is not None for x in unit)]
        among = [[column[at] for at in some] for column in scores]
        by_unit = dict(zip(some, COMPARING[tree.root.method](margins(weights, among)), strict=True))
        final = [by_unit.get(at) for at in range(tree.units)]
    best = [None if own is None else 1 + sum(item is not None and item > own for item in final) for own in final]
    assert [None if np.isnan(item) else item for item in found] == best
