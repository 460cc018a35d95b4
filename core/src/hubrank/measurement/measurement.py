"""Measurement, windows, and the meaning of missing rows."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import Factory, define, field, frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.i18n import gettext
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.numeric import Array, Mask, Texts
from hubrank.plugin.sources import Window
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan


def window(
    plan: Plan, bound: BoundInput, edition: int, years: Array | None = None, indicator: BoundIndicator | None = None
) -> Window:
    """The years of an input that an edition uses.

    A sample has few years, so none of its values is too old; carried values are reported all the same.

    Args:
        edition: The year that is measured.
        years: The years that the input has; with `look_ahead`, an edition before all of them uses the first.
        indicator: The indicator that reads it, since it may set the greatest age of its values.
    """
    choice = bound.choice
    last = due = edition - choice.lag
    if choice.look_ahead and years is not None and len(years):
        last = max(last, int(years.min()))
    age = None if plan.sample else bound.max_age(indicator)
    length = plan.scenario.window if choice.window is None else choice.window
    return Window(
        first=last - length + 1 if isinstance(length, int) else None,
        last=last,
        oldest=None if age is None else last - age,
        newest_only=length == "newest",
        due=due,
    )


def years_seen(plan: Plan, bound: BoundInput) -> tuple[int | None, int | None]:
    """The first and the last year to request from a source; None if all count.

    For a stock these are all years up to the last edition, since values that are too old are reported.
    """
    windows = [window(plan, bound, edition) for edition in plan.editions]
    firsts = [seen.first for seen in windows if seen.first is not None]
    last = None if bound.choice.look_ahead else max(seen.last for seen in windows)
    return (None if bound.table.kind == "stock" else min(firsts, default=None)), last


def uncovered(plan: Plan, edition: int) -> Mapping[str, tuple[str, ...]]:
    """The years of a flow's window for an edition that its table does not cover, by input, in words.

    Only tables with declared coverage are reported. The newest period of a flow, and a stock, have an age instead.
    """
    texts: dict[str, tuple[str, ...]] = {}
    for name, bound in plan.inputs.items():
        covers, seen = bound.table.covers, window(plan, bound, edition)
        if not bound.columns or bound.table.kind == "stock" or seen.newest_only or covers is None:
            continue
        years = []
        if seen.first is not None and seen.first < covers.first:
            years.append(gettext("before {year}", year=covers.first))
        if covers.last < seen.last:
            years.append(gettext("after {year}", year=covers.last))
        if years:
            texts[name] = tuple(years)
    return texts


def refuse_idle_covers(plan: Plan) -> None:
    """Reject what no row means for tables that are complete for no year that any edition sees.

    Raises:
        ScenarioError: There are such; all of them are named.
    """
    problems = []
    for indicator in plan.indicators:
        for bound in (plan.inputs[name] for name in indicator.inputs.values() if indicator.reads_absence):
            covers = bound.table.covers
            if covers is None or bound.choice.look_ahead:
                continue
            windows = [window(plan, bound, edition, indicator=indicator) for edition in plan.editions]
            if not any(seen.meets(covers, bound.table.kind) for seen in windows):
                what = (
                    f"has no effect: input '{bound.name}' is complete from {covers.first} to {covers.last} "
                    "(covers), and no edition sees a year of these; editions are "
                    f"{', '.join(str(edition) for edition in plan.editions)}"
                )
                problems.append(Problem(f"indicators.{indicator.key}.options.absent", what))
    if problems:
        raise ScenarioError("", problems)


@define(eq=False)
class CodedTexts:
    """An array of texts, read like one.

    Attributes:
        codes: The number of each cell's text, in as few bytes as the table needs.
        texts: The texts by number, each once.
    """

    codes: np.ndarray[Any, np.dtype[Any]]
    texts: list[str]

    @functools.cached_property
    def _known(self) -> dict[str, int]:
        return {text: at for at, text in enumerate(self.texts)}

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> CodedTexts:
        """Nothing but empty texts."""
        return cls(np.zeros(shape, dtype=np.uint8), [""])

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the array."""
        return tuple(self.codes.shape)

    def __getitem__(self, where: Any) -> Any:
        """The text of a cell, or an array of those of several."""
        codes = self.codes[where]
        return self.texts[codes] if np.ndim(codes) == 0 else np.array(self.texts, dtype=object)[codes]

    def __setitem__(self, where: Any, cells: Any) -> None:
        """Write an array of texts, or one for all."""
        if isinstance(cells, str):
            self.put(where, 0, [cells])
        else:
            other = coded(cells)
            self.put(where, other.codes, other.texts)

    def put(self, where: Any, codes: Any, texts: Sequence[str]) -> None:
        """Write texts that are coded by another table.

        Args:
            codes: Their numbers in `texts`.
            texts: That table.
        """
        for text in texts:
            if text not in self._known:
                self._known[text] = len(self.texts)
                self.texts.append(text)
        if np.iinfo(self.codes.dtype).max < len(self.texts) - 1:
            self.codes = self.codes.astype(np.min_scalar_type(len(self.texts) - 1))
        known = np.array([self._known[text] for text in texts], dtype=self.codes.dtype)
        self.codes[where] = known[0] if len(known) == 1 else known[codes]


def coded(cells: Texts | CodedTexts) -> CodedTexts:
    """The texts of an array."""
    if isinstance(cells, CodedTexts):
        return cells
    codes, texts = pd.factorize(np.asarray(cells, dtype=object).ravel())
    small = codes.astype(np.min_scalar_type(max(len(texts) - 1, 0))).reshape(np.shape(cells))
    return CodedTexts(small, [str(text) for text in texts])


@frozen(kw_only=True, eq=False)
class RowsRead:
    """The account of the rows read from an input.

    Attributes:
        rows_without_unit: The number of rows in no unit.
        amounts: For each amount the sum inside and outside the units; a row in several units counts once.
        unassigned: The account of the rows in no unit: one row per reason and place, the largest first, with
            `reason, scheme, place, country, rows`, `sum_AMOUNT` for each amount, and `suggestion`.
        fingerprint: The source's fingerprint of its rows.
        folded: The number of rows assigned to a unit by another spelling of its name.
        undated: The number of rows in units without a year, though others have one; they count in every edition.
        parts: The number of parts in which the rows were summed.
        resumed: The number of parts that an earlier run had summed.
    """

    rows: int
    rows_without_unit: int
    amounts: Mapping[str, tuple[float, float]]
    unassigned: pd.DataFrame
    fingerprint: str
    folded: int = 0
    undated: int = 0
    cached: bool = False
    parts: int = 1
    resumed: int = 0


@frozen(kw_only=True, eq=False)
class InputReport(RowsRead):
    """The record of an input.

    Attributes:
        kind: `flow` or `stock`.
        distribution: The distribution that provides the source, with its version.
        origins: The producers of the rows, as dictionaries.
        fallback: The name of the input used instead, whose rows these are; empty if they are its own.
        outside: For each amount the share outside the units of the rows that the last edition uses (large for a table
            of the whole world); of none read as the largest of a unit's places. None if rows have no years.
        rising: For a flow whose years are added up, by amount, the number of units in which no year has less than the
            one before and the last has more than the first, and the number of units with enough years.
    """

    name: str
    source: str
    table: str
    kind: str
    distribution: str
    origins: tuple[Mapping[str, str], ...]
    look_ahead: bool
    sample: bool = False
    fallback: str = ""
    outside: Mapping[str, float] | None = None
    rising: Mapping[str, tuple[int, int]] = Factory(dict)


@frozen(kw_only=True, eq=False)
class Ages:
    """The years of values that are not of their own edition: `(editions, units, indicators)`, NaN for the others.

    Attributes:
        carried: The oldest year used instead of a newer one.
        ahead: The newest year that an edition sees only because it looks ahead.
        too_old: For missing values, the newest year that was excluded because it is too old.
    """

    carried: Array
    ahead: Array
    too_old: Array

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Ages:
        """No value of another year: arrays that take no space and cannot be written."""
        nothing = np.broadcast_to(np.nan, shape)
        return cls(carried=nothing, ahead=nothing, too_old=nothing)

    def silent(self, name: Literal["carried", "ahead", "too_old"]) -> bool:
        """Whether an array of years is one of `none`, so that it need not be looked through."""
        years: Array = getattr(self, name)
        return not any(years.strides) and bool(np.isnan(years.flat[:1]).all())


def inputs_of(plan: Plan, indicator: BoundIndicator) -> Iterator[tuple[BoundInput, BoundIndicator]]:
    """Every input that an indicator is made of in the end, with the indicator that reads it."""
    for key in indicator.made_from:
        yield from inputs_of(plan, next(item for item in plan.indicators if item.key == key))
    yield from ((plan.inputs[name], indicator) for name in indicator.inputs.values())


def years_of(plan: Plan, ages: Ages, indicator: BoundIndicator) -> Array:
    """The year of an indicator's values, `(editions, units)`, whether they exist or not.

    Values that are neither carried nor ahead are of the newest year that its inputs allow.
    """
    at = [item.key for item in plan.indicators].index(indicator.key)
    lag = max((bound.choice.lag for bound, _ in inputs_of(plan, indicator)), default=0)
    due = np.array(plan.editions, dtype=float)[:, None] - lag
    carried, ahead = ages.carried[..., at], ages.ahead[..., at]
    return np.where(np.isnan(carried), np.where(np.isnan(ahead), due, ahead), carried)


@frozen(kw_only=True, eq=False)
class Errors:
    """The errors of an indicator's values that were measured on a sample.

    Attributes:
        family: How they are off: `normal`, `poisson` (counts) or `binomial` (shares).
        size: `(editions, units)`: the standard error; for a count its factor, such as the divisor of a ratio; for a
            share the size of the sample. NaN if it is not given.
        scale: The value of a share of 1.
        covariance: `(editions, units, units)` of normal errors that units share; None if each has its own.
    """

    family: Literal["normal", "poisson", "binomial"]
    size: Array = field(converter=np.ascontiguousarray)  # on the layout the last digit of sums depends
    scale: float = 1.0
    covariance: Array | None = None

    def standard_errors(self, values: Array) -> Array:
        """Those of values, in their own unit of measure, `(editions, units)`; NaN if a value has none.

        Of counts and shares by Jeffreys' prior, so that 0, and none or all of a sample, are off too.
        """
        known = np.where(np.isnan(values), np.nan, self.size)
        if self.family == "normal":
            return np.asarray(known)
        if self.family == "poisson":
            return np.asarray(np.sqrt(values * known + 0.5) / known)
        near = (values / self.scale * known + 0.5) / (known + 1)
        return np.asarray(self.scale * np.sqrt(near * (1 - near) / known))


@frozen(kw_only=True, eq=False)
class Measurement:
    """Everything that was measured.

    Attributes:
        indicators: The columns' keys, in the plan's order.
        values: `(editions, units, indicators)`; NaN if there is nothing.
        origins: The names of the origins, of the same shape; empty if there are none.
        vintages: The vintages, of the same shape.
        methods: How derived rows were made, of the same shape.
        inputs: The record of each input.
        ages: Which values are of other years.
        errors: The errors of indicators' values (by key), if the scenario states any.
    """

    indicators: tuple[str, ...]
    values: Array
    origins: CodedTexts = field(converter=coded)
    vintages: CodedTexts = field(converter=coded)
    methods: CodedTexts = field(converter=coded)
    inputs: tuple[InputReport, ...]
    ages: Ages = Factory(lambda self: Ages.none(self.values.shape), takes_self=True)
    errors: Mapping[str, Errors | AgedErrors] = field(factory=dict)

    def standard_errors(self, key: str) -> Array:
        """The errors of an indicator's values, `(editions, units)`; NaN if unknown."""
        values = self.values[..., self.indicators.index(key)]
        return self.errors[key].standard_errors(values) if key in self.errors else np.broadcast_to(np.nan, values.shape)

    def exact(self, key: str) -> Mask:
        """Which values of an indicator have no error, though others of it do, `(editions, units)`."""
        values = self.values[..., self.indicators.index(key)]
        return np.isnan(self.errors[key].size) & ~np.isnan(values)

    @property
    def stand_ins(self) -> Mapping[str, str]:
        """The fallback used, by input."""
        return {report.name: report.fallback for report in self.inputs if report.fallback}
