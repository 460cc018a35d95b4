"""From inputs to measurements: one number for each edition, unit and indicator, with its origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
from attrs import frozen

from hubrank.basis.errors import DataError, Problem, ScenarioError, listed
from hubrank.contract.records import Records, Window
from hubrank.contract.units import MissingColumnError, Units
from hubrank.measuring.cache import Cache
from hubrank.measuring.measurement import InputReport, Measurement, Progress
from hubrank.measuring.totals import Counted, count
from hubrank.scenario.binding import Bound
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Texts


T = TypeVar("T")


def measure(plan: Plan, cache: Cache | None = None, progress: Progress | None = None) -> Measurement:
    """Measure every indicator for every edition.

    Args:
        plan: The plan.
        cache: Where counted rows are kept; none keeps none.
        progress: Called with what is being done and the share that is done.

    Raises:
        ScenarioError: A file that the scenario names is wrong, or a unit column is missing.
        PluginError: A plugin broke its contract.
        DataError: There are no data.
    """
    tell = progress or (lambda _what, _share: None)
    used = {name: each for name, each in plan.inputs.items() if each.columns}
    counted: dict[str, Counted] = {}
    for at, (name, bound) in enumerate(used.items()):
        tell(f"reading {name}", at / (len(used) + 1))
        counted[name] = _located(plan, count, bound, plan.units, years_seen(plan, bound), cache, plan.sample)
    tell("measuring", len(used) / (len(used) + 1))
    made = _Panel.empty(plan)
    for at, indicator in enumerate(plan.indicators):
        _located(plan, _measure_one, plan, indicator, counted, made, at)
    tell("measured", 1.0)
    return Measurement(
        indicators=tuple(each.key for each in plan.indicators),
        values=made.values,
        origins=made.texts[0],
        vintages=made.texts[1],
        methods=made.texts[2],
        inputs=tuple(_report(used[name], each, plan.sample) for name, each in counted.items()),
    )


@frozen(eq=False)
class _Panel:
    """The arrays that are being filled."""

    values: Array
    texts: tuple[Texts, Texts, Texts]

    @classmethod
    def empty(cls, plan: Plan) -> _Panel:
        shape = (len(plan.editions), len(plan.units.units), len(plan.indicators))
        texts = tuple(np.full(shape, "", dtype=object) for _ in range(3))
        return cls(np.full(shape, np.nan), texts)  # type: ignore[arg-type]


def _located(plan: Plan, do: Callable[..., T], *arguments: Any) -> T:
    """Do it; a problem found on the way gets the scenario's name and line."""
    try:
        return do(*arguments)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error


def years_seen(plan: Plan, bound: BoundInput) -> tuple[int | None, int | None]:
    """The first and the last year that any edition sees of an input; none where all count."""
    windows = [window(plan, bound, edition) for edition in plan.editions]
    firsts = [each.oldest if bound.table.kind == "stock" else each.first for each in windows]
    open_start = any(each is None for each in firsts) or any(each.newest_only for each in windows)
    last = None if bound.choice.look_ahead else max(each.last for each in windows)
    return (None if open_start else min(each for each in firsts if each is not None)), last


def window(plan: Plan, bound: BoundInput, edition: int, years: Array | None = None) -> Window:
    """Which years an edition sees of an input.

    Args:
        plan: The plan.
        bound: The input.
        edition: The year that is measured.
        years: The years that the input has; with `look_ahead`, an edition before all of them sees the first.
    """
    choice = bound.choice
    last = edition - choice.lag
    if choice.look_ahead and years is not None and len(years):
        last = max(last, int(years.min()))
    length = plan.scenario.window if choice.window is None else choice.window
    return Window(
        first=last - length + 1 if isinstance(length, int) else None,
        last=last,
        oldest=None if choice.at_most_age is None else last - choice.at_most_age,
        newest_only=length == "newest",
    )


def _measure_one(plan: Plan, indicator: BoundIndicator, counted: Mapping[str, Counted], made: _Panel, at: int) -> None:
    if indicator.record.measure is None:
        _derive(plan, indicator, made, at)
        return
    rows_in_range = 0
    for row, edition in enumerate(plan.editions):
        inputs = {
            role: _records(plan, plan.inputs[name], counted[name], edition) for role, name in indicator.inputs.items()
        }
        units = _units(plan, counted, edition)
        try:
            values = indicator.bound.call(indicator.record.measure, "measure", inputs, units, indicator.bound.options)
        except MissingColumnError as error:
            what = f"needs the unit column '{error}', which the units do not have"
            raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)]) from error
        made.values[row, :, at] = _checked(indicator, values, units)
        for records in inputs.values():
            rows_in_range += _note_provenance(records, units, made, row, at)
    if np.isnan(made.values[:, :, at]).all():
        _refuse_empty(indicator, rows_in_range)


def _derive(plan: Plan, indicator: BoundIndicator, made: _Panel, at: int) -> None:
    keys = [each.key for each in plan.indicators]
    columns = [keys.index(name) for name in indicator.made_from]
    values = [made.values[:, :, column] for column in columns]
    if indicator.record.derive is None:
        raise indicator.bound.broke("has neither measure nor derive; one of them is needed")
    derived = indicator.bound.call(indicator.record.derive, "derive", values, plan.context(()), indicator.bound.options)
    if np.shape(derived) != made.values.shape[:2]:
        raise indicator.bound.broke(f"derive gave shape {np.shape(derived)}; {made.values.shape[:2]} was promised")
    if np.isinf(derived).any():
        raise indicator.bound.broke("derive gave infinity; finite numbers or NaN were promised")
    made.values[:, :, at] = derived
    there = ~np.isnan(derived)
    for texts in made.texts:
        texts[:, :, at] = np.where(there, _merged([texts[:, :, column] for column in columns]), "")
    made.texts[2][:, :, at] = np.where(there, f"{indicator.record.name} of {', '.join(indicator.made_from)}", "")
    if np.isnan(derived).all():
        _refuse_empty(indicator, 0)


def _records(plan: Plan, bound: BoundInput, counted: Counted, edition: int) -> Records:
    years = counted.frame["year"].to_numpy()
    return Records(
        table=bound.table,
        edition=edition,
        window=window(plan, bound, edition, years),
        rows=counted.rows,
        rows_without_unit=counted.rows_without_unit,
        counted=counted.frame,
        units=plan.units.units,
    )


def _units(plan: Plan, counted: Mapping[str, Counted], edition: int) -> Units:
    """The units, with the columns that are read from inputs for the edition."""
    columns = {
        column: _records(plan, plan.inputs[name], counted[name], edition).value(column)
        for column, name in plan.scenario.units.from_inputs.items()
    }
    return Units(frame=plan.units.units.frame.assign(**columns)) if columns else plan.units.units


def _checked(indicator: BoundIndicator, values: Any, units: Units) -> Array:
    """The values in the units' order, when the plugin kept its promise."""
    import pandas as pd

    bound = indicator.bound
    if not isinstance(values, pd.Series):
        raise bound.broke(f"measure gave a {type(values).__name__}; a pandas Series by unit was promised")
    if values.index.has_duplicates:
        twice = sorted(set(values.index[values.index.duplicated()].astype(str)))
        raise bound.broke(f"measure gave two values for {listed(twice)}; one a unit was promised")
    if values.index is not units.frame.index:
        _refuse_strangers(bound, values, units)
    try:
        numbers = values.reindex(units.frame.index).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise bound.broke("measure gave something else than numbers") from error
    if np.isinf(numbers).any():
        which = listed([code for code, each in zip(units.codes, numbers, strict=True) if np.isinf(each)])
        raise bound.broke(f"measure gave infinity for {which}; finite numbers or NaN were promised")
    return numbers


def _refuse_strangers(bound: Bound, values: pd.Series, units: Units) -> None:
    """Raise for values of what is no unit."""
    strange = sorted(set(values.index.astype(str)) - set(units.codes))
    if strange:
        raise bound.broke(f"measure gave values for {listed(strange)}, which are no units")


def _note_provenance(records: Records, units: Units, made: _Panel, row: int, at: int) -> int:
    found = records.provenance()
    if not len(found):
        return 0
    position = units.frame.index.get_indexer(found.index)
    there = ~np.isnan(made.values[row, position, at])
    for texts, name in zip(made.texts, ("origin", "vintage", "method"), strict=True):
        new = found[name].to_numpy(dtype=object)
        texts[row, position[there], at] = _merged([texts[row, position[there], at], new[there]])
    return len(found)


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


def _refuse_empty(indicator: BoundIndicator, rows_in_range: int) -> None:
    if rows_in_range:
        raise indicator.bound.broke(
            f"measure gave no number for any unit from the rows of {rows_in_range} units and editions"
        )
    raise DataError(
        f"indicators.{indicator.key}",
        "no unit has a value in any edition; look at the years that its inputs have, at window, lag and units, "
        "or exclude it",
    )


def _report(bound: BoundInput, counted: Counted, sample: bool) -> InputReport:
    return InputReport(
        name=bound.name,
        source=bound.source.name,
        table=bound.table.name,
        kind=bound.table.kind,
        distribution=f"{bound.part.distribution} {bound.part.version}".strip(),
        origins=tuple(
            attrs.asdict(origin) for origin in counted.origins if origin.name in set(counted.frame["origin"])
        ),
        rows=counted.rows,
        rows_without_unit=counted.rows_without_unit,
        amounts=counted.amounts,
        fingerprint=counted.fingerprint,
        look_ahead=bound.choice.look_ahead,
        cached=counted.cached,
        sample=sample,
    )
