"""From a table and what is said of it to the fields of a draft."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import Problem, listed, suggestion
from hubrank.basis.language import worded
from hubrank.drafting.proposing import editions_of
from hubrank.drafting.records import ALL, DraftDimension
from hubrank.drafting.roles import Roles, Told, roles_of
from hubrank.drafting.tidying import figures_of, keys_of, panel_of, units_of

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array


@frozen(kw_only=True)
class Choices:
    """What the user says of figures; `draft` explains each.

    Attributes:
        weights: Weights by column, key or dimension.
        direction: 1 or -1 by column or key.
        dimensions: Columns or keys by dimension.
        edition: The year that is ranked.
        titles: Names for people by column or key.
        treatment: Treatments by column or key.
        normalisation: A method's name.
        weighting: A method's name.
        aggregation: A method's name.
        doubt: The share by which weights may differ.
    """

    weights: Mapping[str, float]
    direction: Mapping[str, int]
    dimensions: Mapping[str, Sequence[str]]
    edition: int | None
    titles: Mapping[str, str]
    treatment: Mapping[str, str]
    normalisation: str | None
    weighting: str | None
    aggregation: str | None
    doubt: float | None


@frozen(kw_only=True, eq=False)
class Material:
    """A table whose columns are known, with what is said of it.

    Attributes:
        roles: What its columns are.
        choices: What is said of figures.
        keys: The indicators' keys by column.
        dimensions: The dimensions.
        dimension_of: The dimension's key of each indicator, by its key.
        figures: One row a unit and year.
        units: One row a unit.
        groups: The groups' columns in the table by those in `units`.
        editions: The years that are ranked.
        max_age: How old a figure may be.
        panel: The figures, `(editions, units, indicators)`.
        blank: How many rows have no unit.
    """

    roles: Roles
    choices: Choices
    keys: Mapping[str, str]
    dimensions: tuple[DraftDimension, ...]
    dimension_of: Mapping[str, str]
    figures: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)
    groups: Mapping[str, str]
    editions: tuple[int, ...]
    max_age: int
    panel: Array = field(repr=False)
    blank: int

    def said(self, choice: str, key: str) -> Any:
        """What is said of an indicator (by its key) in one of the choices; none where nothing is."""
        table = getattr(self.choices, choice)
        column = next(column for column, each in self.keys.items() if each == key)
        return table.get(column, table.get(key))

    def title(self, key: str) -> str:
        """An indicator's name for people."""
        column = next(column for column, each in self.keys.items() if each == key)
        return str(self.said("titles", key) or " ".join(column.replace("_", " ").split()))


def material_of(frame: pd.DataFrame, told: Told, choices: Choices) -> tuple[Material | None, list[Problem]]:
    """Find out what a table holds.

    Returns:
        The material, or none; and every problem.
    """
    roles, problems = roles_of(frame, told)
    if roles is None:
        return None, problems
    if not roles.figures:
        what = "no column of numbers can rank units"
        if roles.left:
            reasons = "; ".join(f"{column}: {why}" for column, why in roles.left.items())
            what = f"no column of numbers can rank units ({reasons})"
        return None, [*problems, Problem("", what)]
    problems += _year_heads(roles, told)
    names = keys_of(choices.dimensions, "dimension", (ALL,))
    keys = keys_of(roles.figures, "figure", names.values())
    problems += _choice_problems(choices, keys)
    figures = figures_of(frame, roles, keys)
    if choices.edition is not None and roles.year is not None and choices.edition not in set(figures["year"]):
        years = [str(each) for each in sorted(set(figures["year"]))]
        hint = suggestion(str(choices.edition), years)
        what = f"no row is of {choices.edition}{hint}"
        problems.append(Problem("year", what))
    if problems:
        return None, problems
    units, groups = units_of(frame, roles)
    editions, max_age = _editions(figures, roles, choices, list(keys.values()))
    inside = _placed(choices, keys, names)
    return Material(
        roles=roles,
        choices=choices,
        keys=keys,
        dimensions=_dimensions(choices, names, inside),
        dimension_of=inside,
        figures=figures,
        units=units,
        groups=groups,
        editions=editions,
        max_age=max_age,
        panel=panel_of(figures, keys.values(), editions, max_age, units["unit"]),
        blank=len(frame) - len(figures),
    ), []


def _year_heads(roles: Roles, told: Told) -> Iterator[Problem]:
    """Years as columns, which would be ranked as if they were indicators."""
    years = [each for each in roles.figures if re.fullmatch(r"(1[89]|20)\d\d", each)]
    if len(years) > 1 and told.indicators is None:
        what = f"columns {listed(years)} are years; give a row for each unit and year, or name them in indicators"
        yield Problem("year", what)


def _editions(figures: pd.DataFrame, roles: Roles, choices: Choices, keys: list[str]) -> tuple[tuple[int, ...], int]:
    if roles.year is None:
        return (choices.edition or datetime.datetime.now(datetime.UTC).year,), 0
    if choices.edition is not None:
        return (choices.edition,), 0
    return editions_of(figures, keys)


def _choice_problems(choices: Choices, keys: Mapping[str, str]) -> Iterator[Problem]:
    """Names that are no indicator's, and values that cannot be."""
    known = [*keys, *keys.values()]
    tables = {"direction": choices.direction, "titles": choices.titles, "treatment": choices.treatment}
    for where, names, most in (
        *((where, list(table), known) for where, table in tables.items()),
        ("weights", list(choices.weights), [*known, *choices.dimensions]),
        *((f"dimensions.{name}", list(members), known) for name, members in choices.dimensions.items()),
    ):
        for name in names:
            if name not in most:
                hint = suggestion(name, keys)
                yield Problem(where, f"there is no indicator '{name}'{hint}")
    for name, each in choices.direction.items():
        if each not in (1, -1) or isinstance(each, bool):
            yield Problem(f"direction.{name}", f"must be 1 (higher is better) or -1 (lower is better); got {each}")
    for name, weight in choices.weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < np.inf:
            yield Problem(f"weights.{name}", f"must be a number of 0 or more; got {weight}")
    if choices.doubt is not None and not 0 <= choices.doubt <= 1:
        given = f"{choices.doubt:g}"
        yield Problem("doubt", f"must be a share between 0 and 1; got {given}")
    members = [keys.get(each, each) for listed in choices.dimensions.values() for each in listed]
    for name in sorted({each for each in members if members.count(each) > 1}):
        yield Problem("dimensions", f"'{name}' is in two of them; keep it in one")


def _placed(choices: Choices, keys: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The dimension's key of each indicator's key."""
    made = dict.fromkeys(keys.values(), ALL)
    for name, members in choices.dimensions.items():
        made |= {keys.get(each, each): names[name] for each in members}
    return made


def _dimensions(choices: Choices, names: Mapping[str, str], inside: Mapping[str, str]) -> tuple[DraftDimension, ...]:
    """The dimensions that have indicators; those that are in none come last, together."""
    used = set(inside.values())
    made = [
        DraftDimension(key=key, title=name, weight=float(choices.weights.get(name, 1)))
        for name, key in names.items()
        if key in used
    ]
    if ALL in used:
        rest = worded("Other indicators") if made else worded("All indicators")
        made.append(DraftDimension(key=ALL, title=rest))
    return tuple(made)
