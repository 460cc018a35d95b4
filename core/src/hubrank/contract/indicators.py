"""What is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from hubrank.contract.sources import NoOptions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hubrank.contract.methods import Context
    from hubrank.contract.records import Records
    from hubrank.contract.units import Units

    Measure = Callable[[Mapping[str, Records], Units, Any], pd.Series]
    Derive = Callable[[list[np.ndarray], Context, Any], np.ndarray]


@frozen(kw_only=True)
class Indicator:
    """A measured variable with a direction, handed over by `hubrank_indicators`.

    Attributes:
        name: What a scenario writes in `indicators.KEY.indicator`; the key itself where it writes nothing.
        title: For tables and plots.
        unit_of_measure: What one counts: "papers, counted fractionally".
        direction: 1 where more is better, -1 where less is.
        inputs: For each input its columns and their types: `float` for an amount, which is summed, `str` for
            a column that tells rows apart. A function of the options where they decide it.
        unit_columns: Columns of the unit set that it needs; a function of the options where they decide it.
        rows: The inputs whose rows it must see one by one, to count or filter them. Theirs are kept apart, all in
            memory; of all others rows of one unit, place and time are summed before they are handed over.
        measure: `measure(inputs, units, options)` for one edition: a float a unit, finite or NaN, indexed by
            unit. The same for any batching, row order and unit order; it survives no rows.
        derive: In place of `measure`, for an indicator that is made from others of the scenario (its option
            `from`): `derive(values, context, options)` with one array `(editions, units)` for each.
        options: An attrs class of what a scenario can set. One named `absent` is what no row means, and is refused
            for tables that do not say what they cover.
        description: What it says about a unit, in a sentence.
        references: Where the definition comes from.
    """

    name: str
    title: str
    unit_of_measure: str
    direction: Literal[1, -1] = 1
    inputs: Mapping[str, Mapping[str, type]] | Callable[[Any], Mapping[str, Mapping[str, type]]] = field(factory=dict)
    unit_columns: tuple[str, ...] | Callable[[Any], tuple[str, ...]] = ()
    rows: tuple[str, ...] = ()
    measure: Measure | None = None
    derive: Derive | None = None
    options: type = field(default=NoOptions)
    description: str = ""
    references: tuple[str, ...] = ()

    def inputs_for(self, options: Any) -> Mapping[str, Mapping[str, type]]:
        """The inputs that it reads with these options."""
        return self.inputs(options) if callable(self.inputs) else self.inputs

    def unit_columns_for(self, options: Any) -> tuple[str, ...]:
        """The unit columns that it needs with these options."""
        return self.unit_columns(options) if callable(self.unit_columns) else self.unit_columns
