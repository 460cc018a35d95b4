"""One value; all values of a plan."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import attrs
import numpy as np
import pandas as pd
from attrs import define, frozen

from hubrank.errors import AbsentError, DataError, HubrankError, Problem, ScenarioError, number_of, shorten_list
from hubrank.io.cache import Cache
from hubrank.io.limits import chosen
from hubrank.measurement.kept import measurement_key, restored, stored
from hubrank.measurement.measurement import (
    Ages,
    CodedTexts,
    InputReport,
    Measurement,
    RowsRead,
    refuse_idle_covers,
    window,
    years_seen,
)
from hubrank.measurement.sampling_errors import errors_of
from hubrank.measurement.totals import TellRead, Totals, fingerprint_of, totals_of
from hubrank.measurement.unmatched import largest, outside_shares, over_limit
from hubrank.methods.ranks import merge_ties
from hubrank.numeric import NOISE, Array, Mask, Texts, extreme, first_place, quiet_numpy
from hubrank.plugin.records import Records
from hubrank.plugin.sources import UNDATED, Origin
from hubrank.plugin.units import MissingColumnError, Units
from hubrank.progress import Progress, no_progress
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan

#: How the years of several inputs are combined: the oldest that was carried, else the newest.
_JOINED = {"carried": np.fmin, "ahead": np.fmax, "too_old": np.fmax}


@frozen(kw_only=True, eq=False)
class Figures:
    """An indicator, measured for one edition.

    Attributes:
        values: `(units,)`; NaN if there is nothing.
        inputs: The records that the indicator was given, by its own name for each input.
        unit_columns: The records that columns of the units were made of, by column.
    """

    values: Array
    inputs: Mapping[str, Records]
    unit_columns: Mapping[str, Records]


#: The units as an edition's indicators see them, and the records that columns were made of.
EditionUnits = tuple[Units, Mapping[str, Records]]


def measure(plan: Plan, cache: Cache | None = None, progress: Progress = no_progress) -> Measurement:
    """Measure every indicator for every edition.

    Args:
        plan: The plan.
        cache: The cache of totals and of measurements; None for no cache.
        progress: Called with the task and its progress.

    Raises:
        ScenarioError: A file that the scenario names is wrong, or a unit column is missing.
        PluginError: A plugin broke its contract.
        DataError: There are no data.
    """
    names = [name for name, bound in plan.inputs.items() if bound.columns or bound.apart]
    found = {} if cache is None else _fingerprints(plan, names, progress)
    key = "" if cache is None or len(found) < len(names) else measurement_key(plan, found)
    if cache is not None and key and (known := cache.get(key)) is not None:
        return restored(plan, *known)
    try:
        refuse_idle_covers(plan)
        totals, stand_ins = _totals(plan, names, cache, progress, found)
        if stand_ins:
            refuse_idle_covers(plan.with_stand_ins(stand_ins))
        measurement = _measured(plan.with_stand_ins(stand_ins), totals, progress)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error
    others = {name: bound.name for name, (bound, _) in found.items() if bound.name != plan.inputs[name].name}
    if cache is not None and key and others == stand_ins and all(total.steady for total in totals.values()):
        cache.put(key, *stored(measurement, plan))
    return measurement


def _measured(plan: Plan, totals: Mapping[str, Totals], progress: Progress) -> Measurement:
    """Measure every indicator by the totals of a plan's inputs."""
    shape = (len(plan.editions), len(plan.units.units), len(plan.indicators))
    texts = {name: CodedTexts.empty(shape) for name in ("origins", "vintages", "methods")}
    panel = _Panel(np.full(shape, np.nan), texts, dict.fromkeys(_JOINED, np.broadcast_to(np.nan, shape)))
    units = [_edition_units(plan, totals, edition) for edition in plan.editions]
    for at, indicator in enumerate(plan.indicators):
        progress(f"measuring {indicator.key}", at, len(plan.indicators), "indicators")
        if indicator.record.measure is None:
            _derive(plan, indicator, panel, at)
        else:
            _measure(plan, indicator, totals, units, panel, at)
        panel.clear([row for row, year in enumerate(plan.editions) if year not in indicator.editions], at)
    progress("measured", len(plan.indicators), len(plan.indicators), "indicators")
    ages = Ages(**panel.years)
    return Measurement(
        indicators=tuple(indicator.key for indicator in plan.indicators),
        values=panel.values,
        **panel.texts,
        ages=ages,
        errors=errors_of(
            plan,
            panel.values,
            ages,
            functools.partial(_single_rows, plan, totals),
            {plan.inputs[name].name: total.index.first_year for name, total in totals.items()},
            lambda edition: units[plan.editions.index(edition)][0]["population"].to_numpy(dtype=float),
        ),
        inputs=tuple(_report(plan, name, total) for name, total in totals.items()),
    )


def _fingerprints(plan: Plan, names: Sequence[str], progress: Progress) -> Mapping[str, tuple[BoundInput, str]]:
    """Of each input the one of its chain that is there, and its rows' fingerprint; what is wrong reading them says."""
    found: dict[str, tuple[BoundInput, str]] = {}
    for at, name in enumerate(names):
        _tell_read(progress, name, at, len(names), 0, 0, 1)
        for bound in _candidates(plan, name):
            try:
                with chosen(plan.scenario.limits.changes):
                    request = bound.request(years_seen(plan, bound), plan.sample, plan.units)
                    found[name] = bound, fingerprint_of(bound, request)
            except AbsentError:
                continue
            except (HubrankError, OSError):
                pass
            break
    return found


def _candidates(plan: Plan, name: str) -> tuple[BoundInput, ...]:
    """The inputs of a chain that may be there, in their order.

    A sample is that of the last: those before it are fetched or a user's, and theirs a few rows of anywhere.
    """
    *others, last = plan.inputs[name].chain
    return (*(item for item in others if not (plan.sample or item.lacks_file)), last)


def measure_one(plan: Plan, indicator: BoundIndicator, edition: int, cache: Cache | None = None) -> Figures:
    """Measure one indicator for one edition, as `measure` does, to see which rows it is made of.

    Args:
        indicator: One of the plan's that is not made from others.

    Raises:
        ScenarioError: As `measure` does, and so for the others.
        PluginError: A plugin broke its contract.
        DataError: There are no data.
    """
    try:
        names = dict.fromkeys([*indicator.inputs.values(), *plan.scenario.units.from_inputs.values()])
        totals, stand_ins = _totals(plan, list(names), cache, no_progress, {})
        plan = plan.with_stand_ins(stand_ins)
        return _figures(plan, indicator, totals, edition, _edition_units(plan, totals, edition))
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error


def _totals(
    plan: Plan,
    names: Sequence[str],
    cache: Cache | None,
    progress: Progress,
    found: Mapping[str, tuple[BoundInput, str]],
) -> tuple[Mapping[str, Totals], Mapping[str, str]]:
    """The totals of inputs, by name, and the fallbacks used for absent inputs, by name.

    Args:
        found: Fingerprints that are known, as `_fingerprints` gives them.
    """
    totals: dict[str, Totals] = {}
    stand_ins: dict[str, str] = {}
    problems: list[Problem] = []
    lost: list[Problem | None] = []
    for at, name in enumerate(names):
        tell = functools.partial(_tell_read, progress, name, at, len(names))
        tell(0, 0, 1)
        read = functools.partial(_totals_of, plan, found.get(name), cache, tell)
        *others, bound = _candidates(plan, name)
        try:
            with chosen(plan.scenario.limits.changes):
                for candidate in others:
                    with contextlib.suppress(AbsentError):  # the next fallback is used
                        totals[name], bound = read(candidate), candidate
                        break
                else:
                    totals[name] = read(bound)
        except ScenarioError as error:  # errors of the other tables are reported together
            problems += error.problems
            continue
        lost.append(over_limit(bound, totals[name]))
        if bound.name != plan.inputs[name].name:
            stand_ins[name] = bound.name
    if problems := [*problems, *(problem for problem in lost if problem is not None)]:
        raise ScenarioError("", problems)
    return totals, stand_ins


def _totals_of(
    plan: Plan, found: tuple[BoundInput, str] | None, cache: Cache | None, tell: TellRead, bound: BoundInput
) -> Totals:
    fingerprint = found[1] if found and found[0] is bound else None
    return totals_of(bound, plan.units, years_seen(plan, bound), cache, plan.sample, tell, fingerprint)


def _tell_read(progress: Progress, name: str, at: int, inputs: int, rows: int, part: int, parts: int) -> None:
    """Report what is being read: `reading papers, part 2 of 3, 1,000 rows`."""
    text = f"reading {name}, part {part + 1} of {parts}" if parts > 1 else f"reading {name}"
    progress(f"{text}, {number_of(rows, 'row')}" if rows else text, at + part / parts, inputs, "inputs")


def _edition_units(plan: Plan, totals: Mapping[str, Totals], edition: int) -> EditionUnits:
    from_inputs = plan.scenario.units.from_inputs
    records = {column: _records(plan, name, totals, edition) for column, name in from_inputs.items()}
    columns = {column: item.value(column) for column, item in records.items()}
    units = plan.units.units
    return Units(frame=units.frame.assign(**columns)) if columns else units, records


def _records(
    plan: Plan,
    name: str,
    totals: Mapping[str, Totals],
    edition: int,
    indicator: BoundIndicator | None = None,
    role: str = "",
) -> Records:
    bound, total = plan.inputs[name], totals[name]
    apart = indicator is not None and role in indicator.record.rows
    index = total.apart_index if apart else total.index
    return Records(
        table=bound.table,
        edition=edition,
        window=window(plan, bound, edition, index.year, indicator),
        rows=total.rows,
        rows_without_unit=total.rows_without_unit,
        apart=apart,
        index=index,
        units=plan.units.units,
    )


def _single_rows(plan: Plan, totals: Mapping[str, Totals], indicator: BoundIndicator, edition: int) -> pd.DataFrame:
    """The rows that the value of a column is the sum of, one by one, as `Records.used` gives them."""
    name = indicator.inputs["values"]
    summed = _records(plan, name, totals, edition, indicator, "values")
    records = attrs.evolve(summed, apart=True, index=totals[name].apart_index)
    records.value(indicator.bound.options.column)
    return records.used()


def _figures(
    plan: Plan, indicator: BoundIndicator, totals: Mapping[str, Totals], edition: int, of: EditionUnits
) -> Figures:
    """Measure an indicator that has a `measure` for an edition."""
    bound, (units, columns) = indicator.bound, of
    inputs = {role: _records(plan, name, totals, edition, indicator, role) for role, name in indicator.inputs.items()}
    try:
        values = bound.call(bound.part.record.measure, "measure", inputs, units, bound.options)
    except MissingColumnError as error:
        what = f"needs the unit column '{error}', which the units do not have"
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)]) from error
    return Figures(values=_checked(indicator, values, units, edition), inputs=inputs, unit_columns=columns)


def _checked(indicator: BoundIndicator, values: Any, units: Units, edition: int) -> Array:
    """The values in the units' order, if the plugin kept the contract."""
    bound = indicator.bound
    if not isinstance(values, pd.Series):
        raise bound.broke(f"measure returned {type(values).__name__}; expected a pandas Series by unit")
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        raise bound.broke("measure returned values that are not numbers")
    if not values.index.is_(units.frame.index):
        index = values.index
        if index.has_duplicates:
            twice = sorted(set(index[index.duplicated()].astype(str)))
            raise bound.broke(f"measure returned two values for {shorten_list(twice)}; expected one per unit")
        if unknown := sorted(set(index.astype(str)) - set(units.codes)):
            raise bound.broke(f"measure returned values for unknown units: {shorten_list(unknown)}")
        values = values.reindex(units.frame.index)
    try:
        numbers: Array = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise bound.broke("measure returned values that are not numbers") from error
    if np.isinf(numbers).any():
        which = shorten_list(list(np.array(units.codes, dtype=object)[np.isinf(numbers)]))
        if not bound.part.built_in:
            raise bound.broke(f"measure returned infinity for {which}; expected finite numbers or NaN")
        what = (
            f"the sum of its rows is larger than a number can be (1.8e308), for {which} in edition "
            f"{edition}; use another unit of measure, or correct the values"
        )
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)])
    return numbers


@define(eq=False)
class _Panel:
    """The arrays `(editions, units, indicators)` that are being filled; those of years are made when there is one."""

    values: Array
    texts: dict[str, CodedTexts]
    years: dict[str, Array]

    def write_years(self, name: str, row: int, at: int, years: Array) -> None:
        """Write the years of one indicator in one edition, `(units,)`."""
        if not self.years[name].flags.writeable:
            if np.isnan(years).all():
                return
            self.years[name] = np.full(self.values.shape, np.nan)
        self.years[name][row, :, at] = years

    def clear(self, rows: list[int], at: int) -> None:
        """Leave nothing of an indicator in editions that it is not part of."""
        self.values[rows, :, at] = np.nan
        for texts in self.texts.values():
            texts[rows, :, at] = ""
        for years in self.years.values():
            if years.flags.writeable:
                years[rows, :, at] = np.nan


def _measure(
    plan: Plan,
    indicator: BoundIndicator,
    totals: Mapping[str, Totals],
    units: list[EditionUnits],
    panel: _Panel,
    at: int,
) -> None:
    columns = indicator.bound.asked("unit_columns")
    rows_in_range, found = 0, False
    for row, edition in enumerate(plan.editions):
        figures = _figures(plan, indicator, totals, edition, units[row])
        panel.values[row, :, at] = figures.values
        there = ~np.isnan(figures.values)
        found |= bool(there.any())
        for name, records in figures.inputs.items():
            rows_in_range += _note(panel, row, at, there, records)
            if shared := records.overlap():
                unit, one, other = shared
                what = f"{one} and {other} of '{unit}' share years, which edition {edition} would count twice"
                raise DataError(f"inputs.{indicator.inputs[name]}", f'{what}; set window = "newest", or a shorter one')
        for column in columns:
            if column in figures.unit_columns:
                _note(panel, row, at, there, figures.unit_columns[column], divisor=True)
    if not found:
        read_from = {plan.inputs[name].name: totals[name] for name in indicator.inputs.values()}
        _refuse_empty(indicator, rows_in_range, panel.years["too_old"][:, :, at], read_from, plan.editions)


def _note(panel: _Panel, row: int, at: int, there: Mask, records: Records, divisor: bool = False) -> int:
    """Write provenance and ages of the records behind an edition's values; report the number of their units.

    Existing values were carried or are ahead, missing ones may be too old. Inhabitants as a divisor do not make a value
    older if they are as new as the rhythm of their table allows.
    """
    ages = dict(records.ages())
    if divisor:
        recent = ages["carried"] > records.window.last - records.table.every
        ages["carried"] = np.where(recent, np.nan, ages["carried"])
    for name, years in ages.items():
        if not np.isnan(years).all():
            new_years = np.where(there != (name == "too_old"), years, np.nan)
            panel.write_years(name, row, at, _JOINED[name](panel.years[name][row, :, at], new_years))
    units, numbers, provenance = records.provenance_numbers()
    if len(units):
        inside = there[units]
        every = len(units) == len(there) and inside.all() and (units == np.arange(len(units))).all()
        where, numbers = (row, slice(None) if every else units[inside], at), numbers[inside]
        for texts, new in zip(panel.texts.values(), zip(*provenance, strict=True), strict=True):
            before = texts.codes[where]
            if before.any():  # each pair of an earlier text and a new one is joined once
                pairs, numbers_of_pairs = np.unique(before * np.intp(len(new)) + numbers, return_inverse=True)
                first, second = np.divmod(pairs, len(new))
                joined = _joined_texts(
                    [np.array(texts.texts, dtype=object)[first], np.array(new, dtype=object)[second]]
                )
                texts.put(where, numbers_of_pairs, joined.tolist())
            else:
                texts.put(where, numbers, new)
    return len(units)


def _derived(plan: Plan, indicator: BoundIndicator, values: list[Array]) -> Array:
    """The values of a derived indicator, `(editions, units)` like these, infinite if too large."""
    bound = indicator.bound
    if indicator.record.derive is None:
        raise bound.broke("has neither measure nor derive; it needs one of them")
    given = [item.copy() for item in values]
    derived = bound.call(indicator.record.derive, "derive", given, plan.context(()), bound.options)
    numbers = bound.part.numbers(derived, "derive")
    if numbers.shape != values[0].shape:
        raise bound.broke(f"derive returned shape {numbers.shape}; expected {values[0].shape}")
    return numbers


def _refuse_infinite(plan: Plan, indicator: BoundIndicator, values: list[Array], infinite: Mask) -> NoReturn:
    place = first_place(infinite, plan.units.units.codes, plan.editions)
    given = [item[place.at, place.unit] for item in values]
    if not indicator.bound.part.built_in and not extreme(np.array(given)):
        raise indicator.bound.broke("derive returned infinity; expected finite numbers or NaN")
    what = (
        f"'{indicator.bound.part.name}' of {shorten_list([f'{item:g}' for item in given])} "
        f"({shorten_list(indicator.made_from)}) "
        f"is larger than a number can be (1.8e308), for {place.units} in edition {place.edition}; use "
        "another unit of measure, or correct the values"
    )
    raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)])


def editions_behind(plan: Plan, indicator: BoundIndicator, values: list[Array], derived: Array) -> Mask:
    """Which editions a derived value is made of: those whose values, made larger or taken away, change it.

    Args:
        values: Their values, `(editions, units)` each.
        derived: The result of `derive` for them.

    Returns:
        `(editions, editions, units)`: whether the second edition's value depends on those of the first; always on its
        own.
    """
    editions = len(derived)
    behind = np.broadcast_to(np.eye(editions, dtype=bool)[..., None], (editions, *derived.shape)).copy()
    for row in range(editions if editions > 1 else 0):
        for factor in (1.5, np.nan):
            changed = [item.copy() for item in values]
            with quiet_numpy():
                for item in changed:
                    item[row] *= factor
            try:
                other = _derived(plan, indicator, changed)
            except ScenarioError:  # a value that can no longer be computed does depend on the change
                other = np.full(derived.shape, np.inf)
            behind[row] |= ~((other == derived) | (np.isnan(other) & np.isnan(derived)))
    return behind


def _derive(plan: Plan, indicator: BoundIndicator, panel: _Panel, at: int) -> None:
    """Derive an indicator; a value is as old or new as those of all editions that it depends on."""
    keys = [item.key for item in plan.indicators]
    columns = [keys.index(name) for name in indicator.made_from]
    values = [panel.values[:, :, column] for column in columns]
    derived = _derived(plan, indicator, values)
    if np.isinf(derived).any():
        _refuse_infinite(plan, indicator, values, np.isinf(derived))
    behind = editions_behind(plan, indicator, values, derived)
    there = ~np.isnan(derived)
    panel.values[:, :, at] = merge_ties(derived[..., None], NOISE, own_size=True)[..., 0]
    for row in range(len(derived)):
        sources = [(used, edition, column) for edition, used in enumerate(behind[:, row]) for column in columns]
        for name in ("origins", "vintages"):
            texts = panel.texts[name]
            message = [np.where(used, texts[edition, :, column], "") for used, edition, column in sources]
            texts[row, :, at] = np.where(there[row], _joined_texts(message), "")
        for name, join in _JOINED.items():
            years = panel.years[name]
            if years.flags.writeable:
                joined = join.reduce(
                    [np.where(used, years[edition, :, column], np.nan) for used, edition, column in sources]
                )
                panel.write_years(name, row, at, np.where(there[row] != (name == "too_old"), joined, np.nan))
    method = f"{indicator.record.name} of {', '.join(indicator.made_from)}"
    panel.texts["methods"][:, :, at] = np.where(there, method, "")
    if not there.any():
        _refuse_empty(indicator, 0, panel.years["too_old"][:, :, at], {})


def _joined_texts(texts: list[Texts]) -> Texts:
    """Texts joined by ` + `, each once."""
    given = [item for item in texts if (item != "").any()] or texts[:1]
    if all((item == given[0]).all() for item in given[1:]):
        return given[0]
    joined = np.empty_like(given[0])
    for at in range(len(joined)):
        joined[at] = " + ".join(sorted({part for item in texts for part in item[at].split(" + ") if part}))
    return joined


def _refuse_empty(
    indicator: BoundIndicator,
    rows_in_range: int,
    too_old: Array,
    totals: Mapping[str, Totals],
    editions: Sequence[int] = (),
) -> None:
    if rows_in_range and np.isnan(too_old).all():
        raise indicator.bound.broke(
            f"measure returned no number for any unit from the rows of {rows_in_range} units and editions"
        )
    years = [year for read in totals.values() for year in np.unique(read.index.year) if year != UNDATED]
    if (
        years
        and editions
        and np.isnan(too_old).all()
        and not any(min(years) <= edition <= max(years) for edition in editions)
    ):
        rows = f"the years of the rows of indicators.{indicator.key}, {min(years)} to {max(years)}"
        raise DataError("editions", f"none is among {rows}; choose others, or set lag of its inputs")
    what = ["no unit has a value in any edition"]
    if not np.isnan(too_old).all():
        what = [f"{what[0]}: the newest is of {np.nanmax(too_old):.0f}, older than max_age allows"]
    what += [
        f"{read.rows_without_unit:,} of {read.rows:,} rows of {name} are not assigned to a unit: "
        f"{largest(name, read.unassigned)}"
        for name, read in totals.items()
        if read.rows_without_unit
    ]
    what.append("check the years of its inputs, max_age, window, lag and units, or exclude it")
    raise DataError(f"indicators.{indicator.key}", "; ".join(what))


#: The number of years from which on it is informative that none has less than the one before.
_SOME_YEARS = 4


def _rising(frame: pd.DataFrame, amount: str) -> tuple[int, int]:
    """The number of units in which no year has less than the one before and the last more than the first.

    And the number of units with enough years for this to be informative.
    """
    of_years = frame[frame["from_year"] == frame["year"]].groupby(["unit", "year"])[amount].sum(min_count=1).unstack()
    of_years = of_years[of_years.notna().sum(axis=1) >= _SOME_YEARS]
    if of_years.empty:
        return 0, 0
    known = of_years.ffill(axis=1)
    first, last = of_years.bfill(axis=1).iloc[:, 0], known.iloc[:, -1]
    rises = ~(known.diff(axis=1) < 0).any(axis=1) & (last > first)
    return int(rises.sum()), len(rises)


def _report(plan: Plan, name: str, totals: Totals) -> InputReport:
    """The record of an input; its origins are those of its rows that the source declares, then names in rows only.

    Such a name gets the terms of the source if it declares one origin alone, as a file does.
    """
    bound = plan.inputs[name]
    seen = window(plan, bound, plan.editions[-1])
    added = bound.table.kind == "flow" and not seen.newest_only and seen.first != seen.last
    named = {origin for origin, _, _ in totals.index.provenance[1]}
    declared = {item.name: item for item in totals.origins}
    origins = [item for name, item in declared.items() if name in named]
    for origin in sorted(named - set(declared) - {""}):
        unknown = Origin(name=origin, producer="not stated", title=origin, licence="not stated")
        origins.append(attrs.evolve(totals.origins[0], name=origin) if len(totals.origins) == 1 else unknown)
    return InputReport(
        **{attribute.name: getattr(totals, attribute.name) for attribute in attrs.fields(RowsRead)},
        name=name,
        fallback=bound.name if bound.instead_of else "",
        source=bound.source.name,
        table=bound.table.name,
        kind=bound.table.kind,
        distribution=f"{bound.part.distribution} {bound.part.version}".strip(),
        origins=tuple(attrs.asdict(origin) for origin in origins),
        look_ahead=bound.choice.look_ahead,
        sample=plan.sample,
        outside=outside_shares(
            totals.years, window(plan, bound, plan.editions[-1], totals.index.year), bound.table.kind, totals.largest
        )
        if len(totals.years)
        else None,
        rising={amount: _rising(totals.frame, amount) for amount in totals.amounts} if added else {},
    )
