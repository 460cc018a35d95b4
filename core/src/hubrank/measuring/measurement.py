"""What was measured, and what each input gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import Factory, field, frozen

from hubrank.basis.coded import CodedTexts, coded

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array


@frozen(kw_only=True, eq=False)
class InputReport:
    """What an input gave, for the record.

    Attributes:
        name: The input's name.
        source: The source's name.
        table: The table's name.
        kind: `flow` or `stock`.
        distribution: The distribution that provides the source, with its version.
        origins: Who made the rows, as dictionaries.
        rows: How many rows there were.
        rows_without_unit: How many lie in no unit.
        amounts: For each amount the sum inside and outside the units; a row in several units counts once.
        lost: The account of the rows in no unit: one row a reason and place, the largest first, with
            `reason, scheme, place, country, rows`, `sum_AMOUNT` for each amount, and `suggestion`.
        folded: How many rows were put into a unit by another spelling of its name.
        undated: How many rows in units lack a year, though others have one; they count in every edition.
        fingerprint: What the source says of the state of its rows.
        look_ahead: Whether editions see vintages newer than themselves.
        cached: Whether the rows came from the cache.
        parts: In how many parts the rows were summed.
        resumed: How many of them an earlier run had summed.
        sample: Whether they are the source's sample.
        fallback: The name of the input that stood in for it, whose rows these are; empty where they are its own.
    """

    name: str
    source: str
    table: str
    kind: str
    distribution: str
    origins: tuple[Mapping[str, str], ...]
    rows: int
    rows_without_unit: int
    amounts: Mapping[str, tuple[float, float]]
    lost: pd.DataFrame
    fingerprint: str
    look_ahead: bool
    folded: int = 0
    undated: int = 0
    cached: bool = False
    parts: int = 1
    resumed: int = 0
    sample: bool = False
    fallback: str = ""


@frozen(kw_only=True, eq=False)
class Ages:
    """Which figures are not of the year that they stand for: years `(editions, units, indicators)`, NaN where none is.

    Attributes:
        carried: The oldest year of what stands in for a newer one.
        ahead: The newest year of what an edition sees only because it looks ahead.
        too_old: Where nothing was measured, the newest year that was kept out because it is too old.
    """

    carried: Array
    ahead: Array
    too_old: Array

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Ages:
        """No figure of another year: arrays that take no room and cannot be written."""
        nothing = np.broadcast_to(np.nan, shape)
        return cls(carried=nothing, ahead=nothing, too_old=nothing)

    def silent(self, name: Literal["carried", "ahead", "too_old"]) -> bool:
        """Whether an array of years is one of `none`, so that it need not be looked through."""
        years: Array = getattr(self, name)
        return not any(years.strides) and bool(np.isnan(years.flat[:1]).all())


@frozen(kw_only=True, eq=False)
class Measurement:
    """Everything that was measured.

    Attributes:
        indicators: The columns' keys, in the plan's order.
        values: `(editions, units, indicators)`; NaN where there is nothing.
        origins: The names of the origins, of the same shape; empty where there are none.
        vintages: The vintages, of the same shape.
        methods: How derived rows were made, of the same shape.
        inputs: What each input gave.
        ages: Which figures are of other years.
    """

    indicators: tuple[str, ...]
    values: Array
    origins: CodedTexts = field(converter=coded)
    vintages: CodedTexts = field(converter=coded)
    methods: CodedTexts = field(converter=coded)
    inputs: tuple[InputReport, ...]
    ages: Ages = Factory(lambda made: Ages.none(made.values.shape), takes_self=True)

    @property
    def stand_ins(self) -> Mapping[str, str]:
        """By input, the one that stood in for it."""
        return {each.name: each.fallback for each in self.inputs if each.fallback}
