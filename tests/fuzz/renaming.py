"""Rankings in which units, indicators and dimensions have other names and another order."""

import functools
import random
from typing import Any

import numpy as np
from attrs import frozen
from hubrank.plugin import ScenarioError
from hubrank.plugin.registry import Registry
from hubrank.scenario.plan import Plan
from hypothesis import strategies as st

from tests.fuzz.trees import GOALPOSTS, MIN_MAX, Node, Tree, bound, numbered, ranks

#: Steps that every scenario may have; those behind a dimension's score and over all dimensions are drawn too.
NORMALISATIONS = [MIN_MAX, GOALPOSTS, "z-score", "rank", "percentile-rank", "borda", "vector", "sum", "none"]
NORMALISATIONS += ["above-below-mean", "distance-to-max"]
WEIGHTINGS = ["fixed", "fixed", "equal", "equal-by-indicator", "standard-deviation", "critic", "entropy"]
IMPUTATIONS = ["none", "mean", "median", "row-mean", "row-median", "nearest-neighbours"]
TREATMENTS: list[Any] = [[], [], [{"step": "winsorise", "points": 1}], ["log"]]
STEPS = [(), (), ("rank",), ("percentile-rank",), ("min-max",), ("best-100",)]
#: The options of aggregators that need some.
OPTIONS = {"generalised-mean": {"p": 2}, "owa": {"orness": 0.7}}
#: What ends at a tolerance and not at a number: the rotation of `factor`, by 0.001 of a score.
APPROXIMATE = {"factor"}


@frozen
class Pair:
    """One tree as two plans, with the names of its indicators in each."""

    tree: Tree
    one: tuple[Plan, list[str]]
    other: tuple[Plan, list[str]]


@functools.cache
def aggregators() -> list[Any]:
    """Those of hubrank's own members with their options; what other packages compute is not theirs to mend."""
    names = Registry.installed().names("aggregator")
    own = [name for name in names if not name.startswith(("pymcdm-", "skcriteria-")) and name not in APPROXIMATE]
    return [{"method": name, **OPTIONS.get(name, {})} for name in own]


@functools.cache
def pairs() -> list[Pair]:
    """Trees of all methods, each bound twice."""
    chance = random.Random(2)  # noqa: S311  # no secrets
    names, made = aggregators(), []
    for at in range(240):
        dimensions = tuple(
            Node(
                chance.randint(1, 3),
                chance.choice(names),
                tuple(Node(chance.randint(1, 3), direction=chance.choice([1, 1, -1])) for _ in range(members)),
                steps=chance.choice(STEPS),
            )
            for members in (chance.randint(1, 4) for _ in range(chance.randint(1, 3)))
        )
        settings = {
            "normalisation": chance.choice(NORMALISATIONS),
            "weighting": chance.choice(WEIGHTINGS),
            "imputation": chance.choice(IMPUTATIONS),
            "treatment": chance.choice(TREATMENTS),
        }
        tree = Tree(Node(1, names[at % len(names)], dimensions), 6, chance.random() < 0.4, settings)
        made.append(Pair(tree, *(named(tree, order) for order in (None, chance))))
    return made


def named(tree: Tree, chance: random.Random | None) -> tuple[Plan, list[str]]:
    """A tree bound with names and an order by chance, or in their own, and the names of its indicators."""
    names, leaves = numbered(tree)
    if chance is None:
        return bound(tree, names), leaves
    others = dict(zip(names, chance.sample(names, len(names)), strict=True))
    return bound(tree, list(others.values()), chance.shuffle), [others[name] for name in leaves]


def cases() -> st.SearchStrategy[Any]:
    """A pair of plans, values, and which unit takes whose code."""

    def of(at: int) -> st.SearchStrategy[Any]:
        tree = pairs()[at].tree
        values = st.tuples(tree.values, st.sampled_from([1, 0.1, 1 / 3])).map(lambda drawn: (drawn[0] + 1) * drawn[1])
        return st.tuples(st.just(at), values, st.permutations(range(tree.units)))

    return st.integers(0, len(pairs()) - 1).flatmap(of)


def check(case: tuple[int, np.ndarray, list[int]]) -> None:
    """The same ranks, or the same refusal."""
    at, values, codes = case
    pair = pairs()[at]
    one = outcome(*pair.one, values)
    other = outcome(*pair.other, values[codes])
    if isinstance(one, str) or isinstance(other, str):
        assert isinstance(one, str) and isinstance(other, str), (one, other)
        return
    np.testing.assert_array_equal(one[codes], other)


def outcome(plan: Plan, leaves: list[str], values: np.ndarray) -> np.ndarray | str:
    """The ranks, or why there are none."""
    try:
        return ranks(plan, values, leaves)
    except ScenarioError as error:
        return str(error)
