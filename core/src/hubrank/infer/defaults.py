"""Scales, weights, treatment proposed, with reasons."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from hubrank.errors import Problem, did_you_mean
from hubrank.i18n import (
    count_text,
    enumerated,
    format_count,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
    listed,
    ngettext,
)
from hubrank.infer import column_roles
from hubrank.infer.assumptions import ALL, LEAST, Assumption, Choices, DraftDimension, DraftIndicator
from hubrank.infer.directions import direction_of
from hubrank.infer.forms import by_column
from hubrank.methods.toolkit import correlations, skewness_and_kurtosis
from hubrank.methods.treatment import SkewKurtosisOptions, passes, stages
from hubrank.numeric import Array
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.units import Units

#: The treatment step that changes only members that are too skewed.
TREATMENT = "skew-kurtosis"
#: The share of units below which an indicator is said to lack many, and of its indicators that a unit must have.
ENOUGH = 0.65
#: A correlation that opposes two members, and the number of units needed to test it.
OPPOSED, TELLING = -0.4, 20
#: The number of units needed to distinguish an outlier from the spread.
SHAPED = 10
#: Names of shares, rates and scores, and those of rates that are no shares.
_BOUNDED = re.compile(
    r"[%％]|percent|prozent|porcent|pourcent|\b(?:shares?|rates?|scores?|accuracy|wins?|pass|passed|proportion)\b"
    r"|anteil|quote\b|\btaux\b|\btasa\b|率|比例|得分",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:per|pro|par|por|pour)\b|/ ?\d|‰|每", re.IGNORECASE)


def editions_of(figures: pd.DataFrame, keys: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """The years to rank, and the greatest age of a value.

    These are the years in which every indicator distinguishes units, with no older values; and the newest of any
    indicator, for which other indicators' values may be as old as their own newest.
    """
    telling = (figures.groupby("year")[list(keys)].nunique() > 1).all(axis=1)
    years = [int(year) for year in telling.index[telling]]
    newest = newest_of(figures, keys).values()
    latest = max(newest, default=int(figures["year"].max()))
    if years and latest <= years[-1]:
        return tuple(years), 0
    return (*years, latest), latest - min(newest, default=int(figures["year"].min()))


def newest_of(figures: pd.DataFrame, keys: Sequence[str]) -> dict[str, int]:
    """Each indicator's newest year that distinguishes units and has at least half as many values as its best year."""
    by_year = figures.groupby("year")[list(keys)]
    counts = by_year.count()
    right = (by_year.nunique() > 1) & (counts >= counts.max() / 2)
    return {key: int(right.index[right[key]].max()) for key in keys if right[key].any()}


def aggregation_of(turned: Array, titles: Sequence[str]) -> tuple[str, str]:
    """Whether a bad score may be made up for by a good one: `arithmetic` or `geometric`, and why.

    Args:
        turned: Values of the newest edition on which more is better, `(units, indicators)`.
        titles: The indicators' names.
    """
    if turned.shape[-1] == 1:
        return "arithmetic", gettext("there is only one indicator")
    if gaps := int(np.isnan(turned).sum()):
        return "arithmetic", gettext(
            "{gaps} would weigh more in a geometric mean", gaps=count_text(gaps, "missing value")
        )
    matrix = correlations(turned, "spearman")
    first, second = sorted(int(at) for at in np.unravel_index(int(np.argmin(matrix)), matrix.shape))
    least = float(matrix[first, second])
    shown = format_number(f"{least:.2f}")
    if least > OPPOSED:
        return "arithmetic", gettext(
            "no two indicators pull in opposite directions; lowest correlation {least}", least=shown
        )
    pair = {"first": titles[first], "second": titles[second]}
    if len(turned) < TELLING:
        why = gettext(
            "{number} units are too few to test for a trade-off between {first} and {second}",
            number=len(turned),
            **pair,
        )
        return "arithmetic", why
    why = gettext(
        "{first} and {second} pull in opposite directions, correlation {least}: a high score should not make up for a "
        "low one",
        least=shown,
        **pair,
    )
    return "geometric", why


@frozen(kw_only=True, eq=False)
class Material:
    """A table with known columns, and the choices for it.

    Attributes:
        roles: The roles of its columns.
        left: Columns of numbers that cannot rank, and why.
        choices: The user's choices.
        keys: The indicators' keys by column; `every` has those of columns beside them too.
        dimension_of: The dimension's key of each indicator, by its key.
        figures: One row per unit and year; of `units` one per unit.
        groups: The groups' columns in the table by those in `units`.
        max_age: The greatest age of a value.
        panel: The values, `(editions, units, indicators)`.
    """

    roles: column_roles.Roles
    left: Mapping[str, str]
    choices: Choices
    keys: Mapping[str, str]
    every: Mapping[str, str]
    dimensions: tuple[DraftDimension, ...]
    dimension_of: Mapping[str, str]
    figures: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)
    groups: Mapping[str, str]
    editions: tuple[int, ...]
    max_age: int
    panel: Array = field(repr=False)


def material_of(
    frame: pd.DataFrame, roles: column_roles.Roles, choices: Choices, ordered: Mapping[str, Any]
) -> tuple[Material | None, list[Problem]]:
    """The content of a table, or None; and every problem. Choices in the order of columns become choices by name."""
    reasons = {name: why for name in roles.figures if (why := column_roles.useless(frame[name]))}
    roles = evolve(roles, figures=[name for name in roles.figures if name not in reasons])
    if not roles.figures:
        told = "; ".join(f"{column}: {why}" for column, why in reasons.items())
        return None, [Problem("", "no column of numbers can rank units" + (f" ({told})" if told else ""))]
    names = column_roles.keys_of(choices.dimensions, "dimension", (ALL,))
    called = [roles.codes.get(name, name) for name in (*roles.figures, *roles.beside)]
    every = column_roles.keys_of(called, "figure", names.values())
    every = dict(zip((*roles.figures, *roles.beside), every.values(), strict=True))
    keys, problems = {name: every[name] for name in roles.figures}, list[Problem]()
    for key, value in ordered.items():
        named = by_column(key, value, list(keys))
        known: dict[str, Any] = {key: {name: item for name, item in named.items() if name in keys}}
        choices = evolve(choices, **known)
    problems += _choice_problems(choices, keys)
    figures = column_roles.figures_of(frame, roles, every)
    edition = choices.edition
    if edition is not None and roles.year is not None and edition not in set(figures["year"]):
        hint = did_you_mean(str(edition), [str(year) for year in sorted(set(figures["year"]))])
        problems.append(Problem("year", f"no row is of {edition}{hint}"))
    if problems:
        return None, problems
    units, groups = column_roles.units_of(frame, roles)
    editions: tuple[int, ...] = (edition or datetime.datetime.now(datetime.UTC).year,)
    max_age = 0
    if roles.year is not None and edition is None:
        editions, max_age = editions_of(figures, list(keys.values()))
    dimension_of = dict.fromkeys(keys.values(), ALL)
    for name, members in choices.dimensions.items():
        dimension_of |= {keys.get(member, member): names[name] for member in members}
    used = {name: key for name, key in names.items() if key in dimension_of.values()}
    dimensions = [DraftDimension(key, name, float(choices.weights.get(name, 1))) for name, key in used.items()]
    if ALL in dimension_of.values():
        dimensions.append(DraftDimension(ALL, gettext("Other indicators") if used else gettext("All indicators")))
    return Material(
        roles=roles,
        left=reasons,
        choices=choices,
        keys=keys,
        every=every,
        dimensions=tuple(dimensions),
        dimension_of=dimension_of,
        figures=figures,
        units=units,
        groups=groups,
        editions=editions,
        max_age=max_age,
        panel=column_roles.panel_of(figures, keys.values(), editions, max_age, units["unit"]),
    ), []


def _choice_problems(choices: Choices, keys: Mapping[str, str]) -> Iterator[Problem]:
    """Names that are no indicator's, and values that cannot be."""
    known = [*keys, *keys.values()]
    for where, names, available in (
        ("direction", choices.direction, known),
        ("titles", choices.titles, known),
        ("treatment", choices.treatment, known),
        ("weights", choices.weights, [*known, *choices.dimensions]),
        *((f"dimensions.{name}", members, known) for name, members in choices.dimensions.items()),
    ):
        for name in names:
            if name not in available:
                yield Problem(where, f"there is no indicator '{name}'" + did_you_mean(name, keys))
    for name, direction in choices.direction.items():
        if direction not in (1, -1) or isinstance(direction, bool):
            what = f"must be 1 (higher is better) or -1 (lower is better); got {direction!r}"
            yield Problem(f"direction.{name}", what)
    for name, weight in choices.weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < np.inf:
            yield Problem(f"weights.{name}", f"must be a number of 0 or more; got {weight!r}")
    share: Any = 0 if choices.weight_uncertainty is None else choices.weight_uncertainty
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        yield Problem("weight_uncertainty", f"must be a share between 0 and 1; got {share}")
    members = Counter(keys.get(member, member) for listed in choices.dimensions.values() for member in listed)
    for name in sorted(name for name, count in members.items() if count > 1):
        yield Problem("dimensions", f"'{name}' is in two of them; keep it in one")


#: The share by which each weight may differ where nothing is said.
DOUBT = 0.25
_WAYS = {1: gettext_noop("higher is better"), -1: gettext_noop("lower is better")}
_MEANS = {"arithmetic": gettext_noop("the arithmetic mean"), "geometric": gettext_noop("the geometric mean")}


def of_columns(material: Material) -> Iterator[Assumption]:
    """The years, and the columns that cannot rank."""
    yield from _of_years(material)
    for column, reason in material.left.items():
        yield Assumption(f"exclude.{column}", _column(column), column, gettext("left out"), reason)


def _column(name: str) -> str:
    return gettext('column "{name}"', name=name)


def _of_years(material: Material) -> Iterator[Assumption]:
    years, column = material.editions, material.roles.year
    if material.choices.edition is not None:
        return
    text = listed(map(str, years))
    if len(years) > 3:
        text = gettext("{first} to {last}", first=years[0], last=years[-1])
    if column is None:
        why = gettext("this year: no column has a year")
        yield Assumption("year", gettext("year"), years[0], text, why)
        return
    why = _column(column)
    if material.max_age:
        newest = newest_of(material.figures, list(material.keys.values()))
        own = [f"{name} {newest[key]}" for name, key in material.keys.items() if key in newest]
        why = gettext('column "{name}"; newest values: {years}', name=column, years=enumerated(own, most=12))
    elif left := [str(year) for year in sorted(set(material.figures["year"])) if year not in years]:
        why = gettext(
            'column "{name}"; {years} left out: an indicator has no values then, or all are equal',
            name=column,
            years=enumerated(left),
        )
    yield Assumption("year", gettext("years"), years[-1], text, why)


def indicators_of(material: Material) -> Iterator[tuple[DraftIndicator, list[Assumption]]]:
    """Each indicator with the assumptions about it."""
    for at, (column, key) in enumerate(material.keys.items()):
        choices, assumed = material.choices, []
        tables: list[Mapping[str, Any]] = [choices.weights, choices.titles, choices.direction, choices.treatment]
        weight, title, direction, treatment = (table.get(column, table.get(key)) for table in tables)
        title = str(title or " ".join(column.replace("_", " ").split()))
        if direction is None:
            judged = direction_of(title)
            direction = judged.direction or 1
            what, shown = gettext("direction of {indicator}", indicator=title), gettext(_WAYS[direction])
            asked = not judged.direction
            assumed.append(Assumption(f"direction.{key}", what, direction, shown, judged.why, asked))
        if treatment is None:
            treatment, shown, why = _treatment(material, key, title, at)
            if why:
                what = gettext("outliers of {indicator}", indicator=title)
                assumed.append(Assumption(f"treatment.{key}", what, treatment, shown, why))
        there = ~np.isnan(material.panel[-1, :, at])
        if np.mean(there) < ENOUGH:
            why = gettext(
                "although only {there} of {units} have it in {year}",
                there=int(there.sum()),
                units=count_text(len(material.units), "unit"),
                year=material.editions[-1],
            )
            what = gettext("missing values of {indicator}", indicator=title)
            assumed.append(Assumption(f"coverage.{key}", what, key, gettext("kept"), why))
        indicator = DraftIndicator(
            key=key,
            column=column,
            title=title,
            direction=direction,
            treatment=treatment,
            weight=1.0 if weight is None else float(weight),
            dimension=material.dimension_of[key],
        )
        yield indicator, assumed


def own_scale(title: str, values: Array) -> int | None:
    """Where the scale from 0 of a share, a rate or a score by its name ends, 1 or 100; None if it has none."""
    if not _BOUNDED.search(title) or _RELATIVE.search(title) or np.nanmin(values) < 0:
        return None
    return next((end for end in (1, 100) if np.nanmax(values) <= end), None)


def _treatment(material: Material, key: str, title: str, at: int) -> tuple[str, str, str]:
    """The step that treats an indicator's outliers or `none`, its effect, and the reason; empty if all is usual."""
    options, there = SkewKurtosisOptions(), ~np.isnan(material.panel[:, :, at])
    values = material.panel[:, :, at].reshape(-1, 1)
    if passes(values, options).all():
        return "none", "", ""
    skew, peak = (float(item[0, 0]) for item in skewness_and_kurtosis(values))
    why = gettext(
        "a few units lie far from the others: skewness {skewness}, above {most}; kurtosis {kurtosis}, above {peak}",
        skewness=format_number(f"{skew:.1f}"),
        most=2,
        kurtosis=format_number(f"{peak:.1f}"),
        peak=format_number("3.5"),
    )
    if (end := own_scale(title, values)) is not None:
        return "none", gettext("left as they are"), gettext("its scale ends at 0 and {end}", end=end)
    if (number := int(there.any(axis=0).sum())) < SHAPED:
        few = gettext("{reason}, but {number} units are too few to be sure", reason=why, number=number)
        return "none", gettext("left as they are"), few
    units, rng = Units(frame=material.units.set_index("unit")), np.random.default_rng(0)
    context = Context(editions=material.editions, units=units, members=(Member(name=key),), rng=rng)
    steps = stages(values, context, options)
    if len(steps) > 1:
        return TREATMENT, gettext("a logarithm"), why
    treated = steps[0].values[there.ravel()]
    if treated.min() == treated.max():
        return "none", gettext("left as they are"), gettext("{reason}, but all others are equal", reason=why)
    moved = int((treated != values[there.ravel()]).sum())
    shown = ngettext(moved, "{count} extreme value set to the next", "{count} extreme values set to the next")
    return TREATMENT, shown, why


def normalisation_of(
    material: Material, aggregation: str, indicators: Sequence[DraftIndicator]
) -> tuple[dict[str, Any], list[Assumption]]:
    """The method with its options: the scale that all have, as their values tell, else min-max onto 0 to 100.

    It is 1 to 100 for a geometric mean, which takes no 0.
    """
    method = material.choices.normalisation
    ends = {own_scale(item.title, material.panel[..., at]) for at, item in enumerate(indicators)}
    directions = {item.direction for item in indicators}
    end = ends.pop() if len(ends) == len(directions) == 1 else None
    told = end is not None and (len(indicators) == 1 or 2 * np.nanmax(material.panel) > end)
    if method is None and aggregation == "arithmetic" and told:
        shown = gettext("their own, from 0 to {end}", end=end)
        why = gettext("all are shares, rates or scores on it, so a further unit moves no other")
        if directions == {1}:
            return {"method": "none"}, [Assumption("normalisation", gettext("scale"), "none", shown, why)]
        value = {"method": "goalposts", "goalposts": [0, end], "range": [0, end]}
        return value, [Assumption("normalisation", gettext("scale"), "goalposts", shown, why)]
    if method not in (None, "min-max"):
        return {"method": method}, []
    low = 1 if aggregation in ("geometric", "harmonic") else 0
    value = {"method": "min-max", "range": [low, 100]}
    if method is not None:
        return value, []
    shown = gettext("min-max, {low} for the worst unit and 100 for the best", low=low)
    why = gettext("the most common one and the easiest to read")
    if len(material.editions) > 1:
        why = gettext(
            "the most common one and the easiest to read; over all years together, so that their scores can be compared"
        )
    return value, [Assumption("normalisation", gettext("scale"), "min-max", shown, why)]


def weighting_of(material: Material) -> tuple[str, list[Assumption]]:
    """The weighting's name."""
    choices = material.choices
    value = choices.weighting or "fixed"
    if choices.weighting is not None or choices.weights:
        return value, []
    shown = gettext("equal, dimension by dimension") if len(material.dimensions) > 1 else gettext("equal")
    why = gettext("no weights were given")
    assumed = [Assumption("weighting", gettext("weights"), value, shown, why)]
    if choices.dimensions and (rest := [key for key, item in material.dimension_of.items() if item == ALL]):
        what, why = gettext("indicators in no dimension"), gettext("grouped as one more dimension")
        assumed.append(Assumption("dimensions", what, ALL, enumerated(rest), why))
    return value, assumed


def missing_of(material: Material) -> list[Assumption]:
    """The rule for units that lack an indicator, if any does."""
    gaps = int(np.isnan(material.panel[-1]).sum())
    if not gaps:
        return []
    why = gettext(
        "{number} of {all}; a unit with fewer than {share} of the indicators is not ranked",
        number=format_count(gaps),
        all=format_count(material.panel[-1].size),
        share=format_percent(LEAST),
    )
    return [
        Assumption(
            "missing",
            gettext("missing values"),
            "renormalise",
            gettext("the unit's other indicators get their weight"),
            why,
        )
    ]


def mean_of(material: Material, indicators: Sequence[DraftIndicator]) -> tuple[str, list[Assumption]]:
    """The aggregation's name."""
    if (method := material.choices.aggregation) is not None:
        return method, []
    turned = material.panel[-1] * np.array([indicator.direction for indicator in indicators])
    name, why = aggregation_of(turned, [indicator.title for indicator in indicators])
    return name, [Assumption("aggregation", gettext("mean"), name, gettext(_MEANS[name]), why)]


def doubt_of(material: Material) -> tuple[float, list[Assumption]]:
    """The share by which weights may differ."""
    if (share := material.choices.weight_uncertainty) is not None:
        return float(share), []
    if len(material.keys) == 1:
        return 0.0, []
    why = gettext("gives each rank a range; common practice where weights are uncertain")
    shown = gettext("each weight may be {share} higher or lower", share=format_percent(DOUBT))
    return DOUBT, [Assumption("weight_uncertainty", gettext("uncertainty"), DOUBT, shown, why)]
