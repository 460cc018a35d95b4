"""From inputs to measurements: one number for each edition, unit and indicator, with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
import numpy as np
from attrs import define

from hubrank.basis.arrays import Array, Mask, Texts
from hubrank.basis.coded import CodedTexts
from hubrank.basis.errors import DataError, ScenarioError
from hubrank.basis.progress import Progress, no_progress
from hubrank.contract.origins import Origin
from hubrank.contract.records import Records
from hubrank.measuring.absence import refuse_idle_covers
from hubrank.measuring.cache import Cache
from hubrank.measuring.figures import Figures, derive, editions_behind, figures_of
from hubrank.measuring.lost import largest, over_limit
from hubrank.measuring.measurement import Ages, InputReport, Measurement
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
    totals = _totals(plan, [name for name, each in plan.inputs.items() if each.columns or each.apart], cache, progress)
    made = _Panel.empty(plan)
    for at, indicator in enumerate(plan.indicators):
        progress(f"measuring {indicator.key}", at, len(plan.indicators), "indicators")
        if indicator.record.measure is None:
            _located(plan, _derive, plan, indicator, made, at)
        else:
            _located(plan, _measure, plan, indicator, totals, made, at)
    progress("measured", len(plan.indicators), len(plan.indicators), "indicators")
    return Measurement(
        indicators=tuple(each.key for each in plan.indicators),
        values=made.values,
        origins=made.texts[0],
        vintages=made.texts[1],
        methods=made.texts[2],
        ages=made.ages,
        inputs=tuple(_report(plan.inputs[name], each, plan.sample) for name, each in totals.items()),
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
    totals = _totals(plan, dict.fromkeys(wanted), cache, no_progress)
    return _located(plan, figures_of, plan, indicator, totals, edition)


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


def _totals(plan: Plan, names: Iterable[str], cache: Cache | None, tell: Progress) -> Mapping[str, Totals]:
    """The totals of inputs, by name."""
    wanted = list(names)
    made: dict[str, Totals] = {}
    for at, name in enumerate(wanted):
        bound = plan.inputs[name]

        def rows(count: int, name: str = name, at: int = at) -> None:
            tell(f"reading {name}" + (f", {count:,} rows" if count else ""), at, len(wanted), "inputs")

        rows(0)
        made[name] = _located(plan, totals_of, bound, plan.units, years_seen(plan, bound), cache, plan.sample, rows)
    problems = [over_limit(plan.inputs[name], each.rows, each.amounts, each.lost) for name, each in made.items()]
    if lost := [each for each in problems if each is not None]:
        raise plan.loaded.error(lost)
    return made


def _measure(plan: Plan, indicator: BoundIndicator, totals: Mapping[str, Totals], made: _Panel, at: int) -> None:
    rows_in_range = 0
    for row, edition in enumerate(plan.editions):
        figures = figures_of(plan, indicator, totals, edition)
        made.values[row, :, at] = figures.values
        for records in figures.inputs.values():
            rows_in_range += _note_provenance(records, plan, made, row, at)
        for column in indicator.record.unit_columns_for(indicator.bound.options):
            if column in figures.unit_columns:
                _note_provenance(figures.unit_columns[column], plan, made, row, at)
    if np.isnan(made.values[:, :, at]).all():
        read = {name: totals[name] for name in indicator.inputs.values()}
        _refuse_empty(indicator, rows_in_range, made.ages.too_old[:, :, at], read)


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


def _note_provenance(records: Records, plan: Plan, made: _Panel, row: int, at: int) -> int:
    _note_ages(records, made, row, at)
    if (sole := records.sole_provenance()) is not None and not any(each.codes[row, :, at].any() for each in made.texts):
        units, numbers, told = sole
        if not len(units):
            return 0
        kept = ~np.isnan(made.values[row, units, at])
        for texts, own in zip(made.texts, zip(*told, strict=True), strict=True):
            texts.put((row, units[kept], at), numbers[kept], own)
        return len(units)
    found = records.provenance()
    if not len(found):
        return 0
    position = plan.units.units.frame.index.get_indexer(found.index)
    there = ~np.isnan(made.values[row, position, at])
    for texts, name in zip(made.texts, ("origin", "vintage", "method"), strict=True):
        new = found[name].to_numpy(dtype=object)
        texts[row, position[there], at] = _merged([texts[row, position[there], at], new[there]])
    return len(found)


def _note_ages(records: Records, made: _Panel, row: int, at: int) -> None:
    """Add the years of one input: what is there was carried or is ahead, what is missing may be too old."""
    found = records.ages()
    there = ~np.isnan(made.values[row, :, at])
    for name, joined in _JOINED.items():
        told = np.where(there != (name == "too_old"), found[name], np.nan)
        made.write_years(name, row, at, joined(getattr(made.ages, name)[row, :, at], told))


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
    what = "no unit has a value in any edition"
    if not np.isnan(too_old).all():
        what += f": the newest is of {np.nanmax(too_old):.0f}, older than max_age allows"
    what += "".join(
        f"; {made.rows_without_unit:,} of {made.rows:,} rows of {name} lie in no unit: {largest(name, made.lost)}"
        for name, made in totals.items()
        if made.rows_without_unit
    )
    instead = "check the years of its inputs, max_age, window, lag and units, or exclude it"
    raise DataError(f"indicators.{indicator.key}", f"{what}; {instead}")


def _report(bound: BoundInput, totals: Totals, sample: bool) -> InputReport:
    return InputReport(
        name=bound.name,
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
        sample=sample,
    )


def _origins(totals: Totals) -> Iterator[Origin]:
    """Who made the rows: those that the source declares, then names that only rows give.

    Such a name is on the terms of the source where it declares one origin alone, as a file does.
    """
    named = set(totals.frame["origin"])
    declared = {each.name: each for each in totals.origins}
    yield from (each for name, each in declared.items() if name in named)
    terms = totals.origins[0] if len(totals.origins) == 1 else None
    for name in sorted(named - set(declared) - {""}):
        if terms is None:
            yield Origin(name=name, producer="not stated", title=name, licence="not stated")
        else:
            yield attrs.evolve(terms, name=name)
