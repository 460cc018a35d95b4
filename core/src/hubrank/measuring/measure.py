"""From inputs to measurements: one number for each edition, unit and indicator, with its origin."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
import numpy as np
from attrs import define, field

from hubrank.basis.arrays import Array, Mask, Positions, Texts
from hubrank.basis.coded import CodedTexts
from hubrank.basis.errors import AbsentError, DataError, Problem, ScenarioError, number_of
from hubrank.basis.limits import chosen
from hubrank.basis.progress import Progress, no_progress
from hubrank.contract.origins import Origin
from hubrank.contract.records import Records
from hubrank.measuring.absence import refuse_idle_covers
from hubrank.measuring.cache import Cache
from hubrank.measuring.figures import EditionUnits, Figures, derive, edition_units, editions_behind, figures_of
from hubrank.measuring.lost import largest, over_limit
from hubrank.measuring.measurement import Ages, InputReport, Measurement
from hubrank.measuring.parts import TellRead
from hubrank.measuring.totals import Totals, totals_of
from hubrank.measuring.windows import years_seen
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan

T = TypeVar("T")

#: How the years of several inputs come to one: the oldest that was carried, else the newest.
_JOINED = {"carried": np.fmin, "ahead": np.fmax, "too_old": np.fmax}


def measure(plan: Plan, cache: Cache | None = None, progress: Progress = no_progress) -> Measurement:
    """Measure every indicator for every edition.

    Args:
        plan: The plan.
        cache: Where totals are kept; none keeps none.
        progress: Told what is being done, and how far it is.

    Raises:
        ScenarioError: A file that the scenario names is wrong, or a unit column is missing.
        PluginError: A plugin broke its contract.
        DataError: There are no data.
    """
    _located(plan, refuse_idle_covers, plan)
    read = [name for name, each in plan.inputs.items() if each.columns or each.apart]
    totals, stand_ins = _totals(plan, read, cache, progress)
    if stand_ins:
        plan = plan.with_stand_ins(stand_ins)
        _located(plan, refuse_idle_covers, plan)
    made = _Panel.empty(plan)
    editions = [_located(plan, edition_units, plan, totals, edition) for edition in plan.editions]
    for at, indicator in enumerate(plan.indicators):
        progress(f"measuring {indicator.key}", at, len(plan.indicators), "indicators")
        if indicator.record.measure is None:
            _located(plan, _derive, plan, indicator, made, at)
        else:
            _located(plan, _measure, plan, indicator, totals, editions, made, at)
    progress("measured", len(plan.indicators), len(plan.indicators), "indicators")
    return Measurement(
        indicators=tuple(each.key for each in plan.indicators),
        values=made.values,
        origins=made.texts[0],
        vintages=made.texts[1],
        methods=made.texts[2],
        ages=made.ages,
        inputs=tuple(_report(name, plan.inputs[name], each, plan.sample) for name, each in totals.items()),
    )


def measure_one(plan: Plan, indicator: BoundIndicator, edition: int, cache: Cache | None = None) -> Figures:
    """Measure one indicator for one edition, as `measure` does, to see which rows it is made of.

    Args:
        plan: The plan.
        indicator: One of the plan's that is not made from others.
        edition: One of its years.
        cache: Where totals are kept.

    Raises:
        ScenarioError: As `measure` does, and so for the others.
        PluginError: A plugin broke its contract.
        DataError: There are no data.
    """
    wanted = [*indicator.inputs.values(), *plan.scenario.units.from_inputs.values()]
    totals, stand_ins = _totals(plan, dict.fromkeys(wanted), cache, no_progress)
    plan = plan.with_stand_ins(stand_ins)
    units = _located(plan, edition_units, plan, totals, edition)
    return _located(plan, figures_of, plan, indicator, totals, units)


@define(eq=False)
class _Panel:
    """The arrays that are being filled; those of years are made when there is one."""

    values: Array
    texts: tuple[CodedTexts, CodedTexts, CodedTexts]
    ages: Ages

    @classmethod
    def empty(cls, plan: Plan) -> _Panel:
        shape = (len(plan.editions), len(plan.units.units), len(plan.indicators))
        texts = (CodedTexts.empty(shape), CodedTexts.empty(shape), CodedTexts.empty(shape))
        return cls(np.full(shape, np.nan), texts, Ages.none(shape))

    def write_years(self, name: str, row: int, at: int, years: Array) -> None:
        """Write the years of one indicator in one edition, `(units,)`."""
        held: Array = getattr(self.ages, name)
        if not held.flags.writeable:
            if np.isnan(years).all():
                return
            held = np.full(self.values.shape, np.nan)
            self.ages = attrs.evolve(self.ages, **{name: held})
        held[row, :, at] = years


def _located(plan: Plan, do: Callable[..., T], *arguments: Any) -> T:
    """Do it; a problem found on the way gets the scenario's name and line."""
    try:
        return do(*arguments)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error


def _totals(
    plan: Plan, names: Iterable[str], cache: Cache | None, tell: Progress
) -> tuple[Mapping[str, Totals], Mapping[str, str]]:
    """The totals of inputs, by name, and the names of those that stand in for what is absent."""
    wanted = list(names)
    found: dict[str, tuple[BoundInput, Totals]] = {}
    problems: list[Problem] = []
    for at, name in enumerate(wanted):
        told = functools.partial(_tell_read, tell, name, at, len(wanted))
        told(0, 0, 1)
        try:
            with chosen(plan.scenario.limits.changes):
                found[name] = _first_there(plan, plan.inputs[name], cache, told)
        except ScenarioError as error:  # the other tables' mistakes are told with it
            problems += error.problems
    lost = [over_limit(bound, each.rows, each.amounts, each.lost) for bound, each in found.values()]
    if problems := [*problems, *(each for each in lost if each is not None)]:
        raise plan.loaded.error(problems)
    stand_ins = {name: bound.name for name, (bound, _) in found.items() if bound.name != plan.inputs[name].name}
    return {name: each for name, (_, each) in found.items()}, stand_ins


def _first_there(plan: Plan, bound: BoundInput, cache: Cache | None, told: TellRead) -> tuple[BoundInput, Totals]:
    """An input with its totals; where its rows are absent, the first that stands in for it and whose are not.

    A sample is that of the last, since those before it are fetched or a user's, and theirs a few rows of anywhere.
    """
    if bound.fallback is None:
        return bound, totals_of(bound, plan.units, years_seen(plan, bound), cache, plan.sample, told)
    if not plan.sample and not bound.lacks_file:
        try:
            return bound, totals_of(bound, plan.units, years_seen(plan, bound), cache, plan.sample, told)
        except AbsentError:
            pass
    return _first_there(plan, bound.fallback, cache, told)


def _tell_read(tell: Progress, name: str, at: int, inputs: int, rows: int, part: int, parts: int) -> None:
    tell(_reading(name, rows, part + 1, parts), at + part / parts, inputs, "inputs")


def _reading(name: str, rows: int, part: int, parts: int) -> str:
    """What is being read: `reading papers, part 2 of 3, 1,000 rows`."""
    doing = f"reading {name}"
    if parts > 1:
        doing = f"reading {name}, part {part} of {parts}"
    return f"{doing}, {number_of(rows, 'row')}" if rows else doing


def _measure(
    plan: Plan,
    indicator: BoundIndicator,
    totals: Mapping[str, Totals],
    editions: list[EditionUnits],
    made: _Panel,
    at: int,
) -> None:
    rows_in_range, empty = 0, True
    for row, edition in enumerate(editions):
        figures = figures_of(plan, indicator, totals, edition)
        made.values[row, :, at] = figures.values
        empty &= bool(np.isnan(figures.values).all())
        columns = indicator.bound.asked("unit_columns")
        read = [figures.unit_columns[column] for column in columns if column in figures.unit_columns]
        own = _Told(made, row, at, ~np.isnan(figures.values))
        for records in (*figures.inputs.values(), *read):
            own.add(records)
        rows_in_range += sum(own.counts[: len(figures.inputs)])
    if empty:
        read_from = {plan.inputs[name].name: totals[name] for name in indicator.inputs.values()}
        _refuse_empty(indicator, rows_in_range, made.ages.too_old[:, :, at], read_from)


def _derive(plan: Plan, indicator: BoundIndicator, made: _Panel, at: int) -> None:
    keys = [each.key for each in plan.indicators]
    columns = [keys.index(name) for name in indicator.made_from]
    values = [made.values[:, :, column] for column in columns]
    derived = derive(plan, indicator, values)
    behind = editions_behind(plan, indicator, values, derived)
    made.values[:, :, at] = derived
    there = ~np.isnan(derived)
    for texts in made.texts:
        for row in range(len(behind)):
            told = [
                np.where(each, texts[own, :, column], "")
                for own, each in enumerate(behind[:, row])
                for column in columns
            ]
            texts[row, :, at] = np.where(there[row], _merged(told), "")
    made.texts[2][:, :, at] = np.where(there, f"{indicator.record.name} of {', '.join(indicator.made_from)}", "")
    _derive_ages(made, columns, behind, there, at)
    if np.isnan(derived).all():
        _refuse_empty(indicator, 0, made.ages.too_old[:, :, at], {})


def _derive_ages(made: _Panel, columns: list[int], behind: Mask, there: Mask, at: int) -> None:
    """A derived figure is as old or new as those that it is made of, in all editions."""
    for name, joined in _JOINED.items():
        years: Array = getattr(made.ages, name)
        wanted = ~there if name == "too_old" else there
        for row in range(len(behind) if years.flags.writeable else 0):
            told = [
                np.where(each, years[own, :, column], np.nan)
                for own, each in enumerate(behind[:, row])
                for column in columns
            ]
            made.write_years(name, row, at, np.where(wanted[row], joined.reduce(told), np.nan))


@define(eq=False)
class _Told:
    """What is told of one indicator in one edition: provenance and ages of the records that it was made of.

    Attributes:
        panel: Where it is written.
        row: The edition's position.
        at: The indicator's.
        there: `(units,)`; whether a unit has a figure.
        counts: The units of each of the records so far.
    """

    panel: _Panel
    row: int
    at: int
    there: Mask
    counts: list[int] = field(factory=list)

    def add(self, records: Records) -> None:
        """Add those of one input."""
        self._add_ages(records)
        units, numbers, told = records.provenance_numbers()
        self.counts.append(len(units))
        if not len(units):
            return
        there = self.there[units]
        where = (self.row, units[there], self.at)
        for texts, own in zip(self.panel.texts, zip(*told, strict=True), strict=True):
            if texts.codes[where].any():
                _join(texts, where, numbers[there], own)
            else:
                texts.put(where, numbers[there], own)

    def _add_ages(self, records: Records) -> None:
        """Add the years of one input: what is there was carried or is ahead, what is missing may be too old."""
        for name, years in records.ages().items():
            if np.isnan(years).all():
                continue
            told = np.where(self.there != (name == "too_old"), years, np.nan)
            held = getattr(self.panel.ages, name)[self.row, :, self.at]
            self.panel.write_years(name, self.row, self.at, _JOINED[name](held, told))


def _join(texts: CodedTexts, where: tuple[int, Positions, int], numbers: Positions, own: tuple[str, ...]) -> None:
    """Join texts to those of the same cells, each pair of two once."""
    pairs, back = np.unique(texts.codes[where].astype(np.intp) * len(own) + numbers, return_inverse=True)
    before, new = np.divmod(pairs, len(own))
    merged = _merged([np.array(texts.texts, dtype=object)[before], np.array(own, dtype=object)[new]])
    texts.put(where, back, merged.tolist())


def _merged(texts: list[Texts]) -> Texts:
    """Texts joined by ` + `, each once."""
    told = [each for each in texts if (each != "").any()] or texts[:1]
    if all((each == told[0]).all() for each in told[1:]):
        return told[0]
    joined = np.frompyfunc(
        lambda *each: " + ".join(sorted({part for text in each for part in text.split(" + ") if part})),
        len(texts),
        1,
    )
    merged: Texts = joined(*texts)
    return merged


def _refuse_empty(indicator: BoundIndicator, rows_in_range: int, too_old: Array, totals: Mapping[str, Totals]) -> None:
    if rows_in_range and np.isnan(too_old).all():
        raise indicator.bound.broke(
            f"measure returned no number for any unit from the rows of {rows_in_range} units and editions"
        )
    what = ["no unit has a value in any edition"]
    if not np.isnan(too_old).all():
        newest = f"{np.nanmax(too_old):.0f}"
        what = [f"no unit has a value in any edition: the newest is of {newest}, older than max_age allows"]
    what += [_lost_text(name, made) for name, made in totals.items() if made.rows_without_unit]
    what.append("check the years of its inputs, max_age, window, lag and units, or exclude it")
    raise DataError(f"indicators.{indicator.key}", "; ".join(what))


def _lost_text(name: str, made: Totals) -> str:
    return f"{made.rows_without_unit:,} of {made.rows:,} rows of {name} lie in no unit: {largest(name, made.lost)}"


def _report(name: str, bound: BoundInput, totals: Totals, sample: bool) -> InputReport:
    return InputReport(
        name=name,
        fallback=bound.name if bound.instead_of else "",
        source=bound.source.name,
        table=bound.table.name,
        kind=bound.table.kind,
        distribution=f"{bound.part.distribution} {bound.part.version}".strip(),
        origins=tuple(attrs.asdict(each) for each in _origins(totals)),
        rows=totals.rows,
        rows_without_unit=totals.rows_without_unit,
        amounts=totals.amounts,
        lost=totals.lost,
        folded=totals.folded,
        undated=totals.undated,
        fingerprint=totals.fingerprint,
        look_ahead=bound.choice.look_ahead,
        cached=totals.cached,
        parts=totals.parts,
        resumed=totals.resumed,
        sample=sample,
    )


def _origins(totals: Totals) -> Iterator[Origin]:
    """Who made the rows: those that the source declares, then names that only rows give.

    Such a name is on the terms of the source where it declares one origin alone, as a file does.
    """
    named = {origin for origin, _, _ in totals.index.provenance[1]}
    declared = {each.name: each for each in totals.origins}
    yield from (each for name, each in declared.items() if name in named)
    terms = totals.origins[0] if len(totals.origins) == 1 else None
    for name in sorted(named - set(declared) - {""}):
        if terms is None:
            yield Origin(name=name, producer="not stated", title=name, licence="not stated")
        else:
            yield attrs.evolve(terms, name=name)
