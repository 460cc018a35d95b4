"""Ways to state the error of a value: by sampling, procedure or age (`[robustness] error`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from attrs import field, fields_dict, frozen

from hubrank.io.toml import describe_value, parse_toml
from hubrank.numeric import Array, Mask
from hubrank.scenario.choices import refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

#: A number that is the same for all values, or the column that holds it.
Given = float | str


def _above_0(_: Any, attribute: Any, value: Any) -> None:
    if isinstance(value, float) and not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{attribute.name}: must be a number above 0; got {value:g}")


def _from_0(_: Any, attribute: Any, value: Any) -> None:
    if isinstance(value, float) and not (value >= 0 and math.isfinite(value)):
        raise ValueError(f"{attribute.name}: must be a number from 0 up; got {value:g}")


def _share(_: Any, attribute: Any, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{attribute.name}: must be between 0 and 1, such as 0.95; got {value:g}")


def _texts(*given: Given) -> tuple[str, ...]:
    return tuple(item for item in given if isinstance(item, str))


def _cells(rows: pd.DataFrame, given: Given) -> Array:
    """The given value for each row."""
    return rows[given].to_numpy(dtype=float) if isinstance(given, str) else np.full(len(rows), given)


class RowErrors(Protocol):
    """Errors of single rows, whose variances add up if a value is a sum of rows."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold them."""
        ...

    def sizes(self, rows: pd.DataFrame) -> Array:
        """The standard error of each row's value, `(rows,)`; NaN for an empty cell."""
        ...

    def wrong(self, rows: pd.DataFrame, values: Array) -> Iterator[tuple[str, Mask, str]]:
        """Columns with their invalid rows, and a description of valid cells; `values` are those of the rows."""
        ...


def _beyond(rows: pd.DataFrame, given: Given, least: float, rule: str) -> Iterator[tuple[str, Mask, str]]:
    """The cells of a column that are not finite, or below the minimum."""
    if isinstance(given, str):
        cells = _cells(rows, given)
        yield given, np.isinf(cells) | (cells < least), rule


@frozen(kw_only=True)
class StandardError:
    """The standard error: a number, a column of the indicator's table, or an indicator outside the tree."""

    standard_error: Given = field(validator=_above_0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that holds it."""
        return _texts(self.standard_error)

    def sizes(self, rows: pd.DataFrame) -> Array:
        """See `RowErrors`."""
        return _cells(rows, self.standard_error)

    def wrong(self, rows: pd.DataFrame, values: Array) -> Iterator[tuple[str, Mask, str]]:  # noqa: ARG002
        """See `RowErrors`."""
        yield from _beyond(rows, self.standard_error, 0.0, "a standard error is finite, and 0 or more")


@frozen(kw_only=True)
class Interval:
    """The columns of the ends of a confidence interval, of normal errors, with its confidence, such as 0.95."""

    interval: tuple[str, ...]
    confidence: float = field(validator=_share)

    def __attrs_post_init__(self) -> None:
        if len(self.interval) != 2:
            raise ValueError(f"interval: must be the columns of its two ends; got {len(self.interval)}")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its ends."""
        return self.interval

    def sizes(self, rows: pd.DataFrame) -> Array:
        """See `RowErrors`."""
        low, high = (_cells(rows, end) for end in self.interval)
        return np.asarray((high - low) / (2 * NormalDist().inv_cdf((1 + self.confidence) / 2)))

    def wrong(self, rows: pd.DataFrame, values: Array) -> Iterator[tuple[str, Mask, str]]:
        """See `RowErrors`."""
        low, high = (_cells(rows, end) for end in self.interval)
        yield self.interval[0], np.isinf(low) | (low > values), "the lower end is finite, and no larger than the value"
        yield self.interval[1], np.isinf(high) | (high < values), "the upper end is finite, and no less than the value"


@frozen(kw_only=True)
class SampleSize:
    """The size of the sample whose mean the value is, and the standard deviation of the sampled quantity."""

    sample_size: Given = field(validator=_above_0)
    sd: Given = field(validator=_above_0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold them."""
        return _texts(self.sample_size, self.sd)

    def sizes(self, rows: pd.DataFrame) -> Array:
        """See `RowErrors`."""
        return np.asarray(_cells(rows, self.sd) / np.sqrt(_cells(rows, self.sample_size)))

    def wrong(self, rows: pd.DataFrame, values: Array) -> Iterator[tuple[str, Mask, str]]:  # noqa: ARG002
        """See `RowErrors`."""
        yield from _beyond(rows, self.sample_size, 1.0, "a sample has 1 or more")
        yield from _beyond(rows, self.sd, 0.0, "a standard deviation is finite, and 0 or more")


@frozen(kw_only=True)
class Count:
    """A count of independent random events (Poisson); its variance equals the count."""

    columns: tuple[str, ...] = field(default=(), init=False)


@frozen(kw_only=True)
class Share:
    """A share of a sample (binomial), whose size is a number or a column.

    Attributes:
        binomial: The size of the sample.
        scale: The value of a share of 1: 100 for per cent; that of a `ratio` is known.
    """

    binomial: Given = field(validator=_above_0)
    scale: float | None = field(default=None, validator=_above_0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that holds its sample."""
        return _texts(self.binomial)


@frozen(kw_only=True)
class Relative:
    """Errors of a procedure, of counting and of age, for values that are not samples.

    The variance of a value y that is `a` years old is (relative y)^2 + (per_year y)^2 a + count y.

    Attributes:
        relative: The relative standard error of the procedure, which is the same error in all editions: a number, or an
            indicator outside the tree whose values it is.
        count: The variance of a count of 1: true for random events, which means 1; less than 1 if lists differ by less;
            for a ratio or a density, that of the numerator.
        per_year: The relative standard error that a year adds, times the square root of the years.
        divisor: The relative standard error of the divisor, such as inhabitants.
    """

    relative: Given = field(validator=_from_0)
    count: bool | float = field(default=False, validator=_from_0)
    per_year: float = field(default=0.0, validator=_from_0)
    divisor: float = field(default=0.0, validator=_from_0)
    columns: tuple[str, ...] = field(default=(), init=False)

    def __attrs_post_init__(self) -> None:
        if not (self.relative or self.count or self.per_year or self.divisor):
            raise ValueError("relative: 0 is not an error; set count, per_year or divisor too, or a number above 0")


#: Keys that a scenario can add to the relative error of the one that it extends.
ADDED_TO_RELATIVE = frozenset({"count", "per_year", "divisor"})

#: The factor of the sum of squared deviations of replicates, by their number (Wolter 2007).
_REPLICATION: dict[str, Callable[[int], float]] = {
    "brr": lambda count: 1 / count,
    "bootstrap": lambda count: 1 / count,
    "jackknife": lambda count: (count - 1) / count,
    "jackknife-2": lambda _: 1.0,
}


@frozen(kw_only=True)
class Replicates:
    """Columns with the value for each replicate weight of a survey.

    Attributes:
        replicates: The columns; or one name with a `*` that is replaced by the numbers from 1 to `count`.
        count: The number of columns for a name with `*`.
        method: `brr`, `jackknife` (one group left out), `jackknife-2` (one of each pair) or `bootstrap`.
        fay: For `brr`, the factor of Fay's method: 0.5 in PISA.
        factor: Instead of a method, the factor of the sum of squared deviations.
        paired: Whether a replicate resamples all units together, so that they share their errors.
    """

    replicates: str | tuple[str, ...]
    count: int | None = None
    method: Literal["brr", "bootstrap", "jackknife", "jackknife-2"] | None = None
    fay: float | None = None
    factor: float | None = field(default=None, validator=_above_0)
    paired: bool = False

    def __attrs_post_init__(self) -> None:
        if isinstance(self.replicates, str):
            if "*" not in self.replicates:
                raise ValueError("replicates: must be a list of columns, or a name with * in place of a number")
            if self.count is None or self.count < 2:
                last = self.replicates.replace("*", "80")
                raise ValueError(f"count: missing; 80 makes the columns up to '{last}'")
        elif self.count is not None or len(self.replicates) < 2:
            raise ValueError("replicates: must be two columns or more; count is of a name with *")
        if (self.method is None) == (self.factor is None):
            names = ", ".join(sorted(_REPLICATION))
            raise ValueError(f"method: set one of {names}; or in its place factor, a number")
        if self.fay is not None and (self.method != "brr" or not 0 <= self.fay < 1):
            raise ValueError('fay: must be from 0 to below 1, and only applies to method = "brr"')

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold them."""
        if isinstance(self.replicates, tuple):
            return self.replicates
        return tuple(self.replicates.replace("*", str(at + 1)) for at in range(self.count or 0))

    @property
    def multiplied(self) -> float:
        """The factor of the sum of squared deviations."""
        if self.method is None:
            return float(self.factor or 0)
        return _REPLICATION[self.method](len(self.columns)) / (1 - (self.fay or 0)) ** 2


@frozen(kw_only=True)
class Bootstrap:
    """The rows that a value is the sum of, or a ratio the mean of, as a sample of possible rows.

    Attributes:
        bootstrap: True.
        cluster: The column of the sampled things, such as items, whose rows are all in or all out.
    """

    bootstrap: Literal[True]
    cluster: str | None = None
    columns: tuple[str, ...] = field(default=(), init=False)


_KINDS: dict[str, type] = {
    "standard_error": StandardError,
    "interval": Interval,
    "sample_size": SampleSize,
    "binomial": Share,
    "replicates": Replicates,
    "bootstrap": Bootstrap,
    "relative": Relative,
}
SamplingError = StandardError | Interval | SampleSize | Count | Share | Replicates | Bootstrap
FigureError = SamplingError | Relative


@frozen
class GivenError:
    """The error of an indicator's values: in TOML `"poisson"`, or a table with the keys of one of the kinds below."""

    kind: FigureError
    #: The same as in the scenario: `standard_error = gdp_se`.
    text: str = "poisson"

    @classmethod
    def from_toml(cls, value: Any) -> GivenError:
        """Make it; `ValueError` if that is impossible."""
        if value == "poisson":
            return cls(Count())
        keys = sorted(_KINDS)
        if not isinstance(value, dict):
            raise ValueError(f'must be "poisson" or a table with one of {", ".join(keys)}; got {describe_value(value)}')
        found = [key for key in keys if key in value]
        if len(found) != 1:
            refuse_unknown(value if not found else {}, keys)
            raise ValueError(f"must have one of {', '.join(keys)}; got {' and '.join(found) or 'none'}")
        result, problems = parse_toml(_KINDS[found[0]], value)
        if problems or result is None:
            raise ValueError(str(problems[0]))
        given = sorted(value, key=list(fields_dict(type(result))).index)
        return cls(result, ", ".join(f"{key} = {_plain(value[key])}" for key in given))


def _plain(value: Any) -> str:
    """A value of TOML without its quotes and brackets: `gdp_low, gdp_high`."""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
