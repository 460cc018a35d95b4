"""What people are asked about weights, and what weights their answers are."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np
from hubrank.errors import MethodError
from hubrank.methods import NOISE
from hubrank.methods.weighting import AhpOptions, comparison_matrix, judged
from hubrank.plugin import Array, HubrankError, Ranking, UsageError, gettext
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

from hubrank_studio.document import parsed
from hubrank_studio.folder import Person
from hubrank_studio.session import Session

#: The points that are shared out, and how far off their sum may be.
POINTS, _OFF = 100, 0.01
#: The most members that are compared in pairs: beyond, there are too many questions.
COMPARED = 7
#: The most people, and how many times as important a member can be called.
_PEOPLE, _TIMES = 2000, 9
#: The greatest consistency ratio of comparisons.
AT_MOST: float = attrs.fields(AhpOptions).at_most.default  # type: ignore[assignment]  # of attrs, an option's own


def asked(plan: Plan) -> list[Node]:
    """The dimensions whose weights people can give, the root first: those of several members that no method weighs."""

    def below(node: Node) -> Iterator[Node]:
        yield node
        for member in node.members:
            if member.name in nodes:
                yield from below(nodes[member.name])

    nodes = {node.name: node for node in plan.tree}
    whole = below(plan.tree.root)
    return [node for node in whole if len(node.members) > 1 and node.weighting.part.is_own("fixed")]


def shares_of(said: Mapping[str, Any] | None, node: Node, plan: Plan) -> dict[str, float] | None:
    """The weights, summing to 1, that an answer gives a dimension's members; None if it is not about just these."""
    names = [member.name for member in node.members]
    try:
        if said is None:
            return None
        if "points" not in said:
            return dict(zip(names, judged(_matrix(said, node, plan))[0].tolist(), strict=True))
    except HubrankError:
        return None
    points = said["points"]
    return {name: points[name] / sum(points.values()) for name in names} if points.keys() == {*names} else None


def given_by(people: list[Person], node: Node, plan: Plan) -> list[dict[str, float]]:
    """The weights that people who count give a dimension's members, as far as they do."""
    said = (shares_of(item.said.get(node.name), node, plan) for item in people if not item.left_out)
    return [shares for shares in said if shares]


def ballot(session: Session, secret: str) -> dict[str, Any]:
    """What a person is asked, and what they said before; the means of the others only once they have answered."""
    ranking = _ranking(session)
    plan, titles = ranking.plan, ranking.plan.titles()
    people = session.folder.people()
    me = _person(people, secret)
    others = [item for item in people if item is not me] if me is not None else []

    def means(node: Node) -> dict[str, float] | None:
        given = given_by(others, node, plan)
        names = [member.name for member in node.members]
        return {name: sum(item[name] for item in given) / len(given) for name in names} if given else None

    return {
        "title": ranking.title,
        "name": me.name if me else "",
        "answered": me is not None,
        "points": POINTS,
        "compared": COMPARED,
        "dimensions": [
            {
                "key": node.name,
                "title": titles[node.name],
                "members": [{"key": item.name, "title": titles[item.name]} for item in node.members],
                "said": me.said.get(node.name) if me else None,
                "mine": shares_of(me.said.get(node.name), node, plan) if me else None,
                "others": means(node),
            }
            for node in asked(plan)
        ],
    }


def weighed(session: Session, said: Mapping[str, Any]) -> dict[str, Any]:
    """The weights of a dimension's comparisons, how far these contradict each other, and the one that fits least."""
    plan = _ranking(session).plan
    node = _node(plan, said.get("dimension"))
    matrix = _matrix(said, node, plan)
    weights, ratio = judged(matrix)
    names = [member.name for member in node.members]
    row, column = divmod(int(np.argmax(np.abs(np.log(matrix * weights / weights[:, None])))), len(names))
    return {
        "weights": dict(zip(names, weights.tolist(), strict=True)),
        "contradicts": ratio > AT_MOST,
        "least": [names[row], names[column]],
    }


def answered(session: Session, said: Mapping[str, Any]) -> Person:
    """A person's answer as it is kept, in place of what the same person said before.

    Raises:
        UsageError: It is incomplete, or contradicts itself.
    """
    plan, people = _ranking(session).plan, session.folder.people()
    name, secret, given = said.get("name"), said.get("me"), said.get("said")
    if not isinstance(name, str) or not isinstance(secret, str) or not isinstance(given, Mapping):
        raise UsageError(gettext("an answer needs a name and weights"))
    kept = {key: _checked(plan, _node(plan, key), item) for key, item in given.items()}
    if not kept:
        raise UsageError(gettext("nothing was answered yet"))
    before = _person(people, secret)
    if before is not None:
        return attrs.evolve(before, name=name, said=kept)
    _refuse_more(people)
    return Person(secret=secrets.token_urlsafe(24), name=name, said=kept)


def from_file(session: Session, toml: str, file: str) -> Person:
    """The weights of a file that a reader of the report sends back; they replace those of the same name.

    Raises:
        UsageError: It is no such file, or about another index.
    """
    plan, table = _ranking(session).plan, parsed(toml)
    name = table.get("author", "")
    weights = dict(_weights_in(table))
    known = {member.name for node in plan.tree for member in node.members}
    if not weights or not isinstance(name, str):
        raise UsageError(gettext("{file}: has no weights; drop a table, or a file of weights from a report", file=file))
    if unknown := [key for key in weights if key not in known]:
        raise UsageError(gettext("{file}: '{name}' is no part of this index", file=file, name=unknown[0]))
    said = {}
    for node in asked(plan):
        given = {item.name: weights.get(item.name, item.weight) for item in node.members}
        if weights.keys() & given.keys() and (whole := sum(given.values())) > 0:
            said[node.name] = {"points": {key: round(POINTS * item / whole, 4) for key, item in given.items()}}
    people = session.folder.people()
    for item in people:
        if item.from_file and name and item.name == name:
            return attrs.evolve(item, said=said)
    _refuse_more(people)
    return Person(name=name, said=said, from_file=True)


def _ranking(session: Session) -> Ranking:
    """The newest ranking, whatever is wrong with the scenario just now: people go on answering meanwhile."""
    if session.ranking is None:
        raise UsageError(gettext("there is nothing to weigh yet"))
    return session.ranking


def _weights_in(table: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for kind in ("dimensions", "indicators"):
        items = table.get(kind)
        for key, item in items.items() if isinstance(items, Mapping) else ():
            weight = item.get("weight") if isinstance(item, Mapping) else None
            if isinstance(weight, int | float) and 0 <= weight < math.inf:
                yield key, float(weight)


def _person(people: list[Person], secret: str) -> Person | None:
    return next((item for item in people if secret and secrets.compare_digest(item.secret, secret)), None)


def _refuse_more(people: list[Person]) -> None:
    if len(people) >= _PEOPLE:
        raise UsageError(gettext("there are weights of {count} people already", count=_PEOPLE))


def _node(plan: Plan, name: Any) -> Node:
    for node in asked(plan):
        if node.name == name:
            return node
    raise UsageError(gettext("the index has changed meanwhile; load this page again"))


def _checked(plan: Plan, node: Node, said: Any) -> dict[str, Any]:
    """What is said about a dimension, if it can be weights."""
    title = plan.titles()[node.name]
    if isinstance(said, Mapping) and "pairs" in said:
        if judged(_matrix(said, node, plan))[1] > AT_MOST:
            raise UsageError(gettext("{title}: the answers contradict each other", title=title))
        return {"pairs": said["pairs"]}
    points = said.get("points") if isinstance(said, Mapping) else None
    names = {member.name for member in node.members}
    numbers = points.values() if isinstance(points, Mapping) and points.keys() == names else [math.nan]
    if not all(type(item) in (int, float) and 0 <= item <= POINTS for item in numbers):
        raise UsageError(gettext("{title}: each part needs points", title=title))
    if abs(sum(numbers) - POINTS) > _OFF:
        raise UsageError(gettext("{title}: the points must sum to {count}", title=title, count=POINTS))
    return {"points": dict(points or {})}


def _matrix(said: Mapping[str, Any], node: Node, plan: Plan) -> Array:
    """How many times as important each member is called as each other; a `UsageError` if that is not said."""
    try:
        pairs = {key: dict(item) for key, item in dict(said["pairs"]).items()}
        options = AhpOptions(comparisons=pairs)
        matrix = comparison_matrix(options.comparisons, plan.context(node.members))
    except (MethodError, LookupError, ValueError, TypeError) as error:
        raise UsageError(gettext("{title}: not every pair is compared", title=plan.titles()[node.name])) from error
    if len(matrix) > COMPARED or matrix.max() > _TIMES * (1 + NOISE):
        raise UsageError(gettext("{title}: these are no comparisons", title=plan.titles()[node.name]))
    return matrix
