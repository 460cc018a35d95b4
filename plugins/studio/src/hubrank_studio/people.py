"""Weights of several people: what ranks they agree on, and their distribution in the scenario."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import pandas as pd
from hubrank.io.escaping import csv_bytes
from hubrank.plugin import Array, Ranking, UsageError, gettext
from hubrank.scenario.tree import Node
from hubrank_analysis.sweep import WeightSets, ranked_sets

from hubrank_studio.ballots import POINTS, answered, asked, from_file, given_by, shares_of
from hubrank_studio.document import Edit
from hubrank_studio.folder import Person
from hubrank_studio.queries import edition_of, names_of, numbers, text_of
from hubrank_studio.session import Session

#: Bounds of a Dirichlet distribution's concentration, such as that of people who all say the same.
_LEAST, _MOST = 0.1, 10_000.0
#: The most units whose ranks by each person are shown.
_SHOWN = 500


def view(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """Each person's weights, how far they differ, and which share of people gives each unit its rank."""
    ranking, people = session.settled(ranges=False), session.folder.people()
    titles, sets = ranking.plan.titles(), weight_sets(ranking, people)
    at = edition_of(ranking, query)
    return {
        "link": session.folder.link,
        "counted": len(sets),
        "people": [
            {
                "number": item.number,
                "name": name,
                "left_out": item.left_out,
                "from_file": item.from_file,
                "outdated": not _answers(item, ranking),
            }
            for item, name in zip(people, _names(people), strict=True)
        ],
        "dimensions": [_dimension(node, people, ranking, titles) for node in asked(ranking.plan)],
        "ranks": _ranks(ranking, sets, at) if len(sets) else None,
    }


def _dimension(node: Node, people: list[Person], ranking: Ranking, titles: Mapping[str, str]) -> dict[str, Any]:
    """A dimension's members with each person's shares, and their mean, least and greatest."""
    given = [shares_of(item.said.get(node.name), node, ranking.plan) for item in people]
    counted = given_by(people, node, ranking.plan)
    whole = sum(member.weight for member in node.members) or 1.0

    def member(name: str, weight: float) -> dict[str, Any]:
        shares = [item[name] for item in counted]
        spread = {"mean": sum(shares) / len(shares), "low": min(shares), "high": max(shares)} if shares else {}
        each = [item[name] if item else None for item in given]
        return {"key": name, "title": titles[name], "own": weight / whole, "each": each, **spread}

    members = [member(item.name, item.weight) for item in node.members]
    return {"key": node.name, "title": titles[node.name], "members": members}


def _ranks(ranking: Ranking, sets: pd.DataFrame, at: int) -> list[dict[str, Any]]:
    """For each ranked unit of an edition: the share of people whose weights give it its rank, or the first.

    Raises:
        UsageError: The scenario takes no weights.
    """
    found, _ = ranked_sets(ranking, WeightSets.of(ranking.plan, sets), slice(None))
    ranks, own, names = found[:, at], ranking.ranks[at], names_of(ranking)
    order = ranking.order(at)[:_SHOWN]
    columns = {
        "rank": own[order],
        "same": np.mean(ranks[:, order] == own[order], axis=0),
        "first": np.mean(ranks[:, order] == 1, axis=0),
        "low": np.nanmin(ranks[:, order], axis=0),
        "high": np.nanmax(ranks[:, order], axis=0),
    }
    rows = zip(*(numbers(item) for item in columns.values()), strict=True)
    named = zip(order, rows, strict=True)
    return [{"name": names[unit], **dict(zip(columns, row, strict=True))} for unit, row in named]


def weight_sets(ranking: Ranking, people: list[Person]) -> pd.DataFrame:
    """A row of points for each person who counts, as `hubrank sweep` takes them; none where they said nothing."""
    rows: list[dict[str, Any]] = []
    for person, name in zip(people, _names(people), strict=True):
        if not person.left_out and _answers(person, ranking):
            rows.append({"name": name})
            for node in asked(ranking.plan):
                shares = shares_of(person.said.get(node.name), node, ranking.plan)
                for member in node.members:
                    rows[-1][member.name] = round(POINTS * shares[member.name], 4) if shares else np.nan
    return pd.DataFrame(rows)


def _answers(person: Person, ranking: Ranking) -> bool:
    """Whether a person said something about a dimension as it is now."""
    plan = ranking.plan
    return any(shares_of(person.said.get(node.name), node, plan) is not None for node in asked(plan))


def _names(people: list[Person]) -> list[str]:
    """A name for each person, no name twice."""
    taken, names = Counter[str](), []
    for person in people:
        name = person.name or gettext("person {number}", number=person.number)
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return names


def keep(session: Session, person: Person) -> None:
    """Keep a person's weights, and the table of all."""

    def table() -> bytes:
        ranking = session.ranking
        return b"" if ranking is None else csv_bytes(weight_sets(ranking, session.folder.people()))

    session.keep_person(person, table)


def answer(session: Session, said: Mapping[str, Any]) -> str:
    """Take a person's answer from the ballot; the secret by which they come back."""
    person = answered(session, said)
    keep(session, person)
    return person.secret


def leave(session: Session, said: Mapping[str, Any]) -> None:
    """Leave a person out, or count them again."""
    for person in session.folder.people():
        if person.number == said.get("number"):
            return keep(session, attrs.evolve(person, left_out=bool(said.get("out"))))
    raise UsageError(gettext("there is no such person"))


def take_file(session: Session, said: Mapping[str, Any]) -> None:
    """Take the weights of a file that a reader of the report sends back."""
    keep(session, from_file(session, text_of(said, "toml"), text_of(said, "file")))


def renew_link(session: Session, said: Mapping[str, Any]) -> None:
    """Ask people on a new link, or on none."""
    session.folder.set_link("" if said.get("close") else secrets.token_urlsafe(24))


def apply(session: Session, _said: Mapping[str, Any]) -> None:
    """Make the people's mean weights those of the scenario, and their spread its uncertainty: a Dirichlet distribution.

    Its concentration is that with the sum of their variances. What else is uncertain of weights stays so.
    """
    ranking, people = session.settled(ranges=False), session.folder.people()
    plan = ranking.plan
    drawn = plan.uncertainties.weights if plan.uncertainties is not None else ()
    uncertain = {item.node: _as_toml(item.uncertainty) for item in drawn}
    edits, most = [], 0
    for node in asked(plan):
        given = given_by(people, node, plan)
        if len(given) > 1:
            most = max(most, len(given))
            matrix = np.array([[item[member.name] for member in node.members] for item in given])
            for member, mean in zip(node.members, matrix.mean(axis=0), strict=True):
                kind = "indicators" if member.name in plan.scenario.indicators else "dimensions"
                edits.append(Edit((kind, member.name, "weight"), round(float(POINTS * mean), 2)))
            uncertain[node.name] = {"distribution": "dirichlet", "concentration": concentration(matrix)}
    if not edits:
        raise UsageError(gettext("weights of two people or more are needed"))
    edits.append(Edit(("robustness", "weight_uncertainty"), uncertain))
    session.edit(edits, {"key": "step.people", "values": {"count": most}})


def concentration(shares: Array) -> float:
    """The concentration of the Dirichlet distribution whose variances sum to those of shares `(people, members)`."""
    mean, variance = shares.mean(axis=0), shares.var(axis=0, ddof=1).sum()
    if variance == 0:
        return _MOST
    return round(float(np.clip((mean * (1 - mean)).sum() / variance - 1, _LEAST, _MOST)), 3)


def _as_toml(uncertainty: Any) -> dict[str, Any]:
    """A dimension's uncertainty as a scenario writes it."""
    table = attrs.asdict(uncertainty, filter=lambda _field, value: value not in (None, ()))
    return {key: list(item) if isinstance(item, tuple) else item for key, item in table.items()}
