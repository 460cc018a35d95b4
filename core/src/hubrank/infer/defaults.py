"""Scales, weights, treatment proposed, with reasons."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.errors import Problem, did_you_mean, shorten_list
from hubrank.i18n import (
    count_text,
    enumerated,
    format_count,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
    ngettext,
)
from hubrank.infer.assumptions import ALL, LEAST, Assumption, DraftDimension, DraftIndicator, direction_of
from hubrank.infer.column_roles import (
    ColumnHints,
    Roles,
    codes_say,
    figures_of,
    keys_of,
    names_say,
    panel_of,
    roles_of,
    units_of,
)
from hubrank.methods.toolkit import correlations, kurtosis, skewness
from hubrank.methods.treatment import SkewKurtosisOptions, passes, stages
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.units import Units

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Array


#: The step that draws in what is too skewed, and leaves the rest.
TREATMENT = "skew-kurtosis"
#: The share of units below which an indicator is told to lack many, and of its indicators that a unit must have.
ENOUGH = 0.65
#: A correlation that opposes two members, and the number of units from which on it can be told.
OPPOSED, TELLING = -0.4, 20
#: The number of units from which on an outlier can be told from a spread.
SHAPED = 10


def treatment_of(panel: Array, context: Context) -> tuple[str, str, str]:
    """Whether an indicator's outliers are drawn in.

    Args:
        panel: Its values, `(editions, units)`.
        context: What a treatment is handed.

    Returns:
        The step's name or `none`, what it does in words, and why; both empty where nothing is to be said.
    """
    values, options = panel[..., None], SkewKurtosisOptions()
    failing = ~passes(values, options).reshape(len(panel), -1).all(axis=-1)
    if not failing.any():
        return "none", "", ""
    worst = int(np.flatnonzero(failing)[-1])
    one = values[worst]
    why = gettext(
        "since a few units lie far from the others (skewness {skewness} above {most}, "
        "kurtosis {kurtosis} above {peak})",
        skewness=format_number(f"{float(skewness(one)[0, 0]):.1f}"),
        most=2,
        kurtosis=format_number(f"{float(kurtosis(one)[0, 0]):.1f}"),
        peak=format_number("3.5"),
    )
    if (number := int((~np.isnan(one)).sum())) < SHAPED:
        few = gettext("{reason}, but {number} units are too few to be sure", reason=why, number=number)
        return "none", gettext("left as they are"), few
    made = stages(one, context, options)
    if len(made) > 1:
        return TREATMENT, gettext("a logarithm"), why
    moved = int((made[0].values != one)[~np.isnan(one)].sum())
    shown = ngettext(moved, "{count} extreme value set to the next", "{count} extreme values set to the next")
    return TREATMENT, shown, why


def editions_of(figures: pd.DataFrame, keys: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """The years in which every indicator tells units apart, and how old a figure may be.

    Args:
        figures: One row a unit and year.
        keys: The indicators' columns.

    Returns:
        The years; where there is none, the newest, and the years from the oldest figure to it.
    """
    telling = (figures.groupby("year")[list(keys)].nunique() > 1).all(axis=1)
    years = tuple(int(year) for year in telling.index[telling])
    if years:
        return years, 0
    newest = int(figures["year"].max())
    return (newest,), newest - int(figures["year"].min())


def aggregation_of(turned: Array, titles: Sequence[str]) -> tuple[str, str]:
    """Whether a bad score may be made up for by a good one.

    Args:
        turned: Values of the newest edition on which more is better, `(units, indicators)`.
        titles: The indicators' names.

    Returns:
        `arithmetic` or `geometric`, and why.
    """
    if turned.shape[-1] == 1:
        return "arithmetic", gettext("since there is one indicator")
    if gaps := int(np.isnan(turned).sum()):
        return "arithmetic", gettext("since {gaps} would weigh more in a geometric mean", gaps=count_text(gaps, "gap"))
    made = correlations(turned, "spearman")
    first, second = sorted(int(each) for each in np.unravel_index(int(np.argmin(made)), made.shape))
    least = float(made[first, second])
    shown = format_number(f"{least:.2f}")
    if least > OPPOSED:
        why = gettext("since no two indicators oppose each other (least correlation {least})", least=shown)
        return "arithmetic", why
    pair = {"first": titles[first], "second": titles[second]}
    if len(turned) < TELLING:
        why = gettext(
            "since {number} units are too few to tell whether {first} and {second} oppose each other",
            number=len(turned),
            **pair,
        )
        return "arithmetic", why
    why = gettext(
        "since {first} and {second} oppose each other (correlation {least}): good should not make up for bad",
        least=shown,
        **pair,
    )
    return "geometric", why


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


def material_of(frame: pd.DataFrame, told: ColumnHints, choices: Choices) -> tuple[Material | None, list[Problem]]:
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
        hint = did_you_mean(str(choices.edition), years)
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


def _year_heads(roles: Roles, told: ColumnHints) -> Iterator[Problem]:
    """Years as columns, which would be ranked as if they were indicators."""
    years = [each for each in roles.figures if re.fullmatch(r"(1[89]|20)\d\d", each)]
    if len(years) > 1 and told.indicators is None:
        what = f"columns {shorten_list(years)} are years; give a row for each unit and year, or name them in indicators"
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
                hint = did_you_mean(name, keys)
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
        rest = gettext("Other indicators") if made else gettext("All indicators")
        made.append(DraftDimension(key=ALL, title=rest))
    return tuple(made)


#: The share by which each weight may differ where nothing is said.
DOUBT = 0.25
_WAYS = {1: gettext_noop("higher is better"), -1: gettext_noop("lower is better")}
_MEANS = {"arithmetic": gettext_noop("the arithmetic mean"), "geometric": gettext_noop("the geometric mean")}


@frozen(kw_only=True)
class Chosen:
    """A choice with what was assumed for it; nothing where the user made it."""

    value: Any
    assumed: tuple[Assumption, ...] = ()


def of_columns(material: Material) -> Iterator[Assumption]:
    """What the columns were taken for, and what was left out."""
    roles = material.roles
    if roles.guessed:
        told = codes_say(roles.unit) or (roles.name is not None and names_say(roles.name))
        others = roles.rivals if not told else ()
        why = gettext("since it tells all rows apart")
        if others:
            why = gettext("since it tells all rows apart; so do {columns}", columns=enumerated(list(others)))
        yield _assumed("unit", gettext("units"), roles.unit, _column(roles.unit), why, bool(others))
    if roles.name is not None and roles.guessed:
        why = gettext("since it names each unit")
        yield _assumed("name", gettext("names of units"), roles.name, _column(roles.name), why)
    yield from _of_years(material)
    for key, column in () if roles.grouped else material.groups.items():
        why = gettext("since several units share its texts")
        yield _assumed(f"groups.{key}", gettext("groups"), column, _column(column), why)
    if blank := material.blank:
        why = gettext("{number} of the table's rows", number=blank)
        yield _assumed("unit.blank", gettext("rows without a unit"), blank, gettext("left out"), why)
    for column, reason in roles.left.items():
        why = gettext("since {reason}", reason=reason)
        yield _assumed(f"leave_out.{column}", _column(column), column, gettext("left out"), why)


def _column(name: str) -> str:
    return gettext('column "{name}"', name=name)


def _of_years(material: Material) -> Iterator[Assumption]:
    years, column = material.editions, material.roles.year
    span = gettext("{first} to {last}", first=years[0], last=years[-1])
    text = ", ".join(map(str, years)) if len(years) < 4 else span  # a short list
    if material.choices.edition is not None:
        return
    if column is None:
        yield _assumed("year", gettext("year"), years[0], text, gettext("this year, since no column says one"))
        return
    all_years = sorted(set(material.figures["year"]))
    if material.max_age:
        why = gettext(
            'column "{name}"; in no year has every indicator figures, so that older ones stand in', name=column
        )
    elif left := [str(each) for each in all_years if each not in years]:
        why = gettext(
            'column "{name}"; {years} left out, since an indicator has no figures that differ then',
            name=column,
            years=enumerated(left),
        )
    else:
        why = _column(column)
    yield _assumed("year", gettext("years"), years[-1], text, why)


def indicators_of(material: Material) -> Iterator[tuple[DraftIndicator, tuple[Assumption, ...]]]:
    """Each indicator with what was assumed of it."""
    for at, (column, key) in enumerate(material.keys.items()):
        title = material.title(key)
        ways = _direction(material, key, title)
        treated = _treatment(material, key, title, at)
        coverage = float(np.mean(~np.isnan(material.panel[-1, :, at])))
        weight = material.said("weights", key)
        made = DraftIndicator(
            key=key,
            column=column,
            title=title,
            direction=ways.value,
            treatment=treated.value,
            weight=1.0 if weight is None else float(weight),
            dimension=material.dimension_of[key],
            coverage=coverage,
        )
        yield made, (*ways.assumed, *treated.assumed, *_coverage(material, made, at))


def _direction(material: Material, key: str, title: str) -> Chosen:
    if (said := material.said("direction", key)) is not None:
        return Chosen(value=said)
    way, word = direction_of(title)
    why = gettext("since more is taken for better where the name does not tell")
    if word:
        why = gettext('since its name says "{word}"', word=word)
    what = gettext("direction of {indicator}", indicator=title)
    made = _assumed(f"direction.{key}", what, way, gettext(_WAYS[way]), why, not word)
    return Chosen(value=way, assumed=(made,))


def _treatment(material: Material, key: str, title: str, at: int) -> Chosen:
    if (said := material.said("treatment", key)) is not None:
        return Chosen(value=said)
    name, shown, why = treatment_of(material.panel[:, :, at], _context(material, key))
    if not why:
        return Chosen(value=name)
    what = gettext("outliers of {indicator}", indicator=title)
    return Chosen(value=name, assumed=(_assumed(f"treatment.{key}", what, name, shown, why),))


def _context(material: Material, key: str) -> Context:
    """What a treatment is handed: it knows the units and draws nothing."""
    units = Units(frame=material.units.set_index("unit"))
    return Context(editions=material.editions, units=units, members=(Member(name=key),), rng=np.random.default_rng(0))


def _coverage(material: Material, made: DraftIndicator, at: int) -> Iterator[Assumption]:
    if made.coverage < ENOUGH:
        there = int((~np.isnan(material.panel[-1, :, at])).sum())
        why = gettext(
            "though only {there} of {units} have it in {year}",
            there=there,
            units=count_text(len(material.units), "unit"),
            year=material.editions[-1],
        )
        what = gettext("gaps of {indicator}", indicator=made.title)
        yield _assumed(f"coverage.{made.key}", what, made.key, gettext("kept"), why)


def normalisation_of(material: Material, aggregation: str) -> Chosen:
    """The method with its options: min-max onto 0 to 100, or 1 to 100 for a geometric mean, which takes no 0."""
    if (said := material.choices.normalisation) is not None and said != "min-max":
        return Chosen(value={"method": said})
    low = 1 if aggregation in ("geometric", "harmonic") else 0
    value = {"method": "min-max", "low": low, "high": 100}
    if said is not None:
        return Chosen(value=value)
    shown = gettext("min-max, {low} for the worst unit and 100 for the best", low=low)
    why = gettext("since it is the most usual and the easiest to read")
    if len(material.editions) > 1:
        why = gettext("since it is the most usual and the easiest to read; in each year by itself")
    return Chosen(value=value, assumed=(_assumed("normalisation", gettext("scale"), "min-max", shown, why),))


def weighting_of(material: Material) -> Chosen:
    """The weighting's name."""
    choices = material.choices
    value = choices.weighting or "fixed"
    if choices.weighting is not None or choices.weights:
        return Chosen(value=value)
    shown = gettext("equal, dimension by dimension") if len(material.dimensions) > 1 else gettext("equal")
    made = [_assumed("weighting", gettext("weights"), value, shown, gettext("since nobody said what matters more"))]
    if choices.dimensions and (rest := [key for key, each in material.dimension_of.items() if each == ALL]):
        what = gettext("indicators in no dimension")
        made.append(_assumed("dimensions", what, ALL, enumerated(rest), gettext("put together as one more")))
    return Chosen(value=value, assumed=tuple(made))


def missing_of(material: Material) -> Iterator[Assumption]:
    """What happens to units that lack an indicator, where any does."""
    if gaps := int(np.isnan(material.panel[-1]).sum()):
        why = ngettext(
            gaps,
            "since {count} figure of {all} is missing; a unit with fewer than {share} of the indicators has no rank",
            "since {count} figures of {all} are missing; a unit with fewer than {share} of the indicators has no rank",
            all=format_count(material.panel[-1].size),
            share=format_percent(LEAST),
        )
        yield _assumed("missing", gettext("gaps"), "renormalise", gettext("the others count for it"), why)


def aggregated(material: Material, indicators: tuple[DraftIndicator, ...]) -> Chosen:
    """The aggregation's name."""
    if (said := material.choices.aggregation) is not None:
        return Chosen(value=said)
    turned = material.panel[-1] * np.array([each.direction for each in indicators])
    name, why = aggregation_of(turned, [each.title for each in indicators])
    return Chosen(value=name, assumed=(_assumed("aggregation", gettext("mean"), name, gettext(_MEANS[name]), why),))


def doubt_of(material: Material) -> Chosen:
    """The share by which weights may differ."""
    if (said := material.choices.doubt) is not None:
        return Chosen(value=float(said))
    if len(material.keys) == 1:
        return Chosen(value=0.0)
    why = gettext("so that each rank has a range; usual in the field where nobody is sure of weights")
    shown = gettext("each weight may be {share} higher or lower", share=format_percent(DOUBT))
    return Chosen(value=DOUBT, assumed=(_assumed("doubt", gettext("doubts"), DOUBT, shown, why),))


def _assumed(key: str, what: str, value: Any, shown: str, why: str, asked: bool = False) -> Assumption:
    return Assumption(key=key, what=what, value=value, shown=shown, why=why, asked=asked)
