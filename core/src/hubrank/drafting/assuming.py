"""What a draft assumes: each choice that nobody made, its reason, and whether only the user can know it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import frozen

from hubrank.basis.language import grouped, marked, plural, worded
from hubrank.basis.words import counted, enumerated, percent
from hubrank.contract.methods import Context, Member
from hubrank.contract.units import Units
from hubrank.drafting.directions import direction_of
from hubrank.drafting.making import Material
from hubrank.drafting.proposing import ENOUGH, aggregation_of, treatment_of
from hubrank.drafting.records import ALL, LEAST, Assumption, DraftIndicator
from hubrank.drafting.roles import codes_say, names_say

#: The share by which each weight may differ where nothing is said.
DOUBT = 0.25
_WAYS = {1: marked("higher is better"), -1: marked("lower is better")}
_MEANS = {"arithmetic": marked("the arithmetic mean"), "geometric": marked("the geometric mean")}


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
        why = worded("since it tells all rows apart")
        if others:
            why = worded("since it tells all rows apart; so do {columns}", columns=enumerated(list(others)))
        yield _assumed("unit", worded("units"), roles.unit, _column(roles.unit), why, bool(others))
    if roles.name is not None and roles.guessed:
        why = worded("since it names each unit")
        yield _assumed("name", worded("names of units"), roles.name, _column(roles.name), why)
    yield from _of_years(material)
    for key, column in () if roles.grouped else material.groups.items():
        why = worded("since several units share its texts")
        yield _assumed(f"groups.{key}", worded("groups"), column, _column(column), why)
    if blank := material.blank:
        why = worded("{number} of the table's rows", number=blank)
        yield _assumed("unit.blank", worded("rows without a unit"), blank, worded("left out"), why)
    for column, reason in roles.left.items():
        why = worded("since {reason}", reason=reason)
        yield _assumed(f"leave_out.{column}", _column(column), column, worded("left out"), why)


def _column(name: str) -> str:
    return worded('column "{name}"', name=name)


def _of_years(material: Material) -> Iterator[Assumption]:
    years, column = material.editions, material.roles.year
    span = worded("{first} to {last}", first=years[0], last=years[-1])
    text = ", ".join(map(str, years)) if len(years) < 4 else span  # a short list
    if material.choices.edition is not None:
        return
    if column is None:
        yield _assumed("year", worded("year"), years[0], text, worded("this year, since no column says one"))
        return
    all_years = sorted(set(material.figures["year"]))
    if material.max_age:
        why = worded(
            'column "{name}"; in no year has every indicator figures, so that older ones stand in', name=column
        )
    elif left := [str(each) for each in all_years if each not in years]:
        why = worded(
            'column "{name}"; {years} left out, since an indicator has no figures that differ then',
            name=column,
            years=enumerated(left),
        )
    else:
        why = _column(column)
    yield _assumed("year", worded("years"), years[-1], text, why)


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
    why = worded("since more is taken for better where the name does not tell")
    if word:
        why = worded('since its name says "{word}"', word=word)
    what = worded("direction of {indicator}", indicator=title)
    made = _assumed(f"direction.{key}", what, way, worded(_WAYS[way]), why, not word)
    return Chosen(value=way, assumed=(made,))


def _treatment(material: Material, key: str, title: str, at: int) -> Chosen:
    if (said := material.said("treatment", key)) is not None:
        return Chosen(value=said)
    name, shown, why = treatment_of(material.panel[:, :, at], _context(material, key))
    if not why:
        return Chosen(value=name)
    what = worded("outliers of {indicator}", indicator=title)
    return Chosen(value=name, assumed=(_assumed(f"treatment.{key}", what, name, shown, why),))


def _context(material: Material, key: str) -> Context:
    """What a treatment is handed: it knows the units and draws nothing."""
    units = Units(frame=material.units.set_index("unit"))
    return Context(editions=material.editions, units=units, members=(Member(name=key),), rng=np.random.default_rng(0))


def _coverage(material: Material, made: DraftIndicator, at: int) -> Iterator[Assumption]:
    if made.coverage < ENOUGH:
        there = int((~np.isnan(material.panel[-1, :, at])).sum())
        why = worded(
            "though only {there} of {units} have it in {year}",
            there=there,
            units=counted(len(material.units), "unit"),
            year=material.editions[-1],
        )
        what = worded("gaps of {indicator}", indicator=made.title)
        yield _assumed(f"coverage.{made.key}", what, made.key, worded("kept"), why)


def normalisation_of(material: Material, aggregation: str) -> Chosen:
    """The method with its options: min-max onto 0 to 100, or 1 to 100 for a geometric mean, which takes no 0."""
    if (said := material.choices.normalisation) is not None and said != "min-max":
        return Chosen(value={"method": said})
    low = 1 if aggregation in ("geometric", "harmonic") else 0
    value = {"method": "min-max", "low": low, "high": 100}
    if said is not None:
        return Chosen(value=value)
    shown = worded("min-max, {low} for the worst unit and 100 for the best", low=low)
    why = worded("since it is the most usual and the easiest to read")
    if len(material.editions) > 1:
        why = worded("since it is the most usual and the easiest to read; in each year by itself")
    return Chosen(value=value, assumed=(_assumed("normalisation", worded("scale"), "min-max", shown, why),))


def weighting_of(material: Material) -> Chosen:
    """The weighting's name."""
    choices = material.choices
    value = choices.weighting or "fixed"
    if choices.weighting is not None or choices.weights:
        return Chosen(value=value)
    shown = worded("equal, dimension by dimension") if len(material.dimensions) > 1 else worded("equal")
    made = [_assumed("weighting", worded("weights"), value, shown, worded("since nobody said what matters more"))]
    if choices.dimensions and (rest := [key for key, each in material.dimension_of.items() if each == ALL]):
        what = worded("indicators in no dimension")
        made.append(_assumed("dimensions", what, ALL, enumerated(rest), worded("put together as one more")))
    return Chosen(value=value, assumed=tuple(made))


def missing_of(material: Material) -> Iterator[Assumption]:
    """What happens to units that lack an indicator, where any does."""
    if gaps := int(np.isnan(material.panel[-1]).sum()):
        why = plural(
            gaps,
            "since {count} figure of {all} is missing; a unit with fewer than {share} of the indicators has no rank",
            "since {count} figures of {all} are missing; a unit with fewer than {share} of the indicators has no rank",
            all=grouped(material.panel[-1].size),
            share=percent(LEAST),
        )
        yield _assumed("missing", worded("gaps"), "renormalise", worded("the others count for it"), why)


def aggregated(material: Material, indicators: tuple[DraftIndicator, ...]) -> Chosen:
    """The aggregation's name."""
    if (said := material.choices.aggregation) is not None:
        return Chosen(value=said)
    turned = material.panel[-1] * np.array([each.direction for each in indicators])
    name, why = aggregation_of(turned, [each.title for each in indicators])
    return Chosen(value=name, assumed=(_assumed("aggregation", worded("mean"), name, worded(_MEANS[name]), why),))


def doubt_of(material: Material) -> Chosen:
    """The share by which weights may differ."""
    if (said := material.choices.doubt) is not None:
        return Chosen(value=float(said))
    if len(material.keys) == 1:
        return Chosen(value=0.0)
    why = worded("so that each rank has a range; usual in the field where nobody is sure of weights")
    shown = worded("each weight may be {share} higher or lower", share=percent(DOUBT))
    return Chosen(value=DOUBT, assumed=(_assumed("doubt", worded("doubts"), DOUBT, shown, why),))


def _assumed(key: str, what: str, value: Any, shown: str, why: str, asked: bool = False) -> Assumption:
    return Assumption(key=key, what=what, value=value, shown=shown, why=why, asked=asked)
