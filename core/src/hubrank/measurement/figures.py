"""One figure; all figures of a plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
from attrs import define, field, frozen

from hubrank.errors import AbsentError, DataError, Problem, ScenarioError, number_of, shorten_list
from hubrank.io.cache import Cache
from hubrank.io.limits import chosen
from hubrank.measurement.measurement import (
    Ages,
    CodedTexts,
    InputReport,
    Measurement,
    refuse_idle_covers,
    window,
    years_seen,
)
from hubrank.measurement.totals import TellRead, Totals, totals_of
from hubrank.measurement.unmatched import largest, over_limit
from hubrank.numeric import Array, Mask, Positions, Texts, extreme, first_place, quiet_numpy
from hubrank.plugin.records import Records
from hubrank.plugin.sources import Origin
from hubrank.plugin.units import MissingColumnError, Units
from hubrank.progress import Progress, no_progress
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True, eq=False)
class Figures:
    """An indicator, measured for one edition.

    Attributes:
        values: `(units,)`; NaN where there is nothing.
        inputs: The records that the indicator was given, by its own name for each input.
        unit_columns: The records that columns of the units were made of, by column.
    """

    values: Array
    inputs: Mapping[str, Records]
    unit_columns: Mapping[str, Records]


@frozen(kw_only=True, eq=False)
class EditionUnits:
    """The units as an edition's indicators see them: with the columns that are read from inputs.

    Attributes:
        edition: The year.
        units: The units.
        columns: The records that these columns were made of, by column.
    """

    edition: int
    units: Units
    columns: Mapping[str, Records]


def edition_units(plan: Plan, totals: Mapping[str, Totals], edition: int) -> EditionUnits:
    """The units of an edition, the same for all indicators.

    Args:
        plan: The plan.
        totals: The totals of the inputs that columns are read from, by name.
        edition: The year.
    """
    from_inputs = plan.scenario.units.from_inputs
    records = {column: _records(plan, name, totals, edition) for column, name in from_inputs.items()}
    columns = {column: each.value(column) for column, each in records.items()}
    units = Units(frame=plan.units.units.frame.assign(**columns)) if columns else plan.units.units
    return EditionUnits(edition=edition, units=units, columns=records)


def figures_of(plan: Plan, indicator: BoundIndicator, totals: Mapping[str, Totals], of: EditionUnits) -> Figures:
    """Measure an indicator for an edition.

    Args:
        plan: The plan.
        indicator: The indicator; it has a `measure`.
        totals: The totals of its inputs, by name.
        of: The edition and its units.

    Raises:
        ScenarioError: The units lack a column that the indicator asks for.
        PluginError: The indicator broke its contract.
    """
    assert indicator.record.measure is not None  # noqa: S101  # the caller looked
    own = indicator.inputs.items()
    inputs = {role: _records(plan, name, totals, of.edition, indicator, role) for role, name in own}
    try:
        values = indicator.bound.call(indicator.record.measure, "measure", inputs, of.units, indicator.bound.options)
    except MissingColumnError as error:
        what = f"needs the unit column '{error}', which the units do not have"
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)]) from error
    return Figures(values=_checked(indicator, values, of.units, of.edition), inputs=inputs, unit_columns=of.columns)


def derive(plan: Plan, indicator: BoundIndicator, values: list[Array]) -> Array:
    """What an indicator is that is made from others.

    Args:
        plan: The plan.
        indicator: The indicator.
        values: The figures of those that it is made from, `(editions, units)` each.

    Raises:
        ScenarioError: Its values are too large or too small; it names unit, edition and values.
        PluginError: It has no way to be made, or broke its contract.
    """
    made = _derived(plan, indicator, values)
    infinite = np.isinf(made)
    if infinite.any():
        place = first_place(infinite, plan.units.units.codes, plan.editions)
        own = [each[place.at, place.unit] for each in values]
        if not indicator.bound.part.built_in and not extreme(np.array(own)):
            raise indicator.bound.broke("derive returned infinity; expected finite numbers or NaN")
        told = (
            f"'{indicator.bound.part.name}' of {shorten_list([f'{each:g}' for each in own])} "
            f"({shorten_list(indicator.made_from)}) "
            f"is larger than a number can be (1.8e308), for {place.units} in edition {place.edition}; use "
            "another unit of measure, or correct the values"
        )
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", told)])
    return made


def _derived(plan: Plan, indicator: BoundIndicator, values: list[Array]) -> Array:
    """What `derive` gives, in the shape that it has to have."""
    if indicator.record.derive is None:
        raise indicator.bound.broke("has neither measure nor derive; it needs one of them")
    given = [each.copy() for each in values]
    made = indicator.bound.call(indicator.record.derive, "derive", given, plan.context(()), indicator.bound.options)
    found = indicator.bound.part.numbers(made, "derive")
    if found.shape != values[0].shape:
        given, expected = found.shape, values[0].shape
        raise indicator.bound.broke(f"derive returned shape {given}; expected {expected}")
    return found


def editions_behind(plan: Plan, indicator: BoundIndicator, values: list[Array], derived: Array) -> Mask:
    """Which editions a derived figure is made of: those whose figures, made larger or taken away, change it.

    Args:
        plan: The plan.
        indicator: An indicator that is made from others.
        values: Their figures, `(editions, units)` each.
        derived: What `derive` makes of them.

    Returns:
        `(editions, editions, units)`: whether the figure of the second edition is made of those of the first; its own
        always counts.
    """
    editions = len(derived)
    behind = np.broadcast_to(np.eye(editions, dtype=bool)[..., None], (editions, *derived.shape)).copy()
    for row in range(editions if editions > 1 else 0):
        for factor in (1.5, np.nan):
            changed = [each.copy() for each in values]
            with quiet_numpy():
                for each in changed:
                    each[row] *= factor
            try:
                other = _derived(plan, indicator, changed)
            except ScenarioError:  # what cannot be made any more does depend on what was changed
                other = np.full(derived.shape, np.inf)
            behind[row] |= ~((other == derived) | (np.isnan(other) & np.isnan(derived)))
    return behind


def _records(
    plan: Plan,
    name: str,
    totals: Mapping[str, Totals],
    edition: int,
    indicator: BoundIndicator | None = None,
    role: str = "",
) -> Records:
    bound, made = plan.inputs[name], totals[name]
    apart = indicator is not None and role in indicator.record.rows
    index = made.apart_index if apart else made.index
    return Records(
        table=bound.table,
        edition=edition,
        window=window(plan, bound, edition, index.year, indicator),
        rows=made.rows,
        rows_without_unit=made.rows_without_unit,
        apart=apart,
        index=index,
        units=plan.units.units,
    )


def _checked(indicator: BoundIndicator, values: Any, units: Units, edition: int) -> Array:
    """The values in the units' order, when the plugin kept its promise."""
    import pandas as pd

    bound = indicator.bound
    if not isinstance(values, pd.Series):
        given = type(values).__name__
        raise bound.broke(f"measure returned {given}; expected a pandas Series by unit")
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        raise bound.broke("measure returned values that are not numbers")
    if not values.index.is_(units.frame.index):
        _refuse_others(bound, values.index, units)
        values = values.reindex(units.frame.index)
    try:
        numbers: Array = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise bound.broke("measure returned values that are not numbers") from error
    if np.isinf(numbers).any():
        which = shorten_list([code for code, each in zip(units.codes, numbers, strict=True) if np.isinf(each)])
        if bound.part.built_in:
            told = (
                f"the sum of its rows is larger than a number can be (1.8e308), for {which} in edition "
                f"{edition}; use another unit of measure, or correct the values"
            )
            raise ScenarioError("", [Problem(f"indicators.{indicator.key}", told)])
        raise bound.broke(f"measure returned infinity for {which}; expected finite numbers or NaN")
    return numbers


def _refuse_others(bound: BoundPart, index: pd.Index[str], units: Units) -> None:
    """Raise where values are of what is no unit, or two of one."""
    if index.has_duplicates:
        twice = sorted(set(index[index.duplicated()].astype(str)))
        raise bound.broke(f"measure returned two values for {shorten_list(twice)}; expected one per unit")
    strange = sorted(set(index.astype(str)) - set(units.codes))
    if strange:
        raise bound.broke(f"measure returned values for unknown units: {shorten_list(strange)}")


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
