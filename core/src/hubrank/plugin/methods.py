"""Records of methods: indicators, the Handbook's steps, and their forms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen, validators

from hubrank.plugin.sources import NoOptions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hubrank.numeric import Array, Mask
    from hubrank.plugin.records import Records
    from hubrank.plugin.units import Units


@frozen(kw_only=True)
class Form:
    """A weighted mean of powers: scores enter a weighted sum by a rising function, and its inverse makes the score.

    A score enters as its distance `score + shift` (`counted_from - score + shift` if it is counted down) to the power,
    or as the distance's logarithm if the power is 0. The sign changes if the order would be reversed. Members of weight
    0 do not enter. The weights are those of the aggregation method: shares or raw.

    Attributes:
        power: 1 the arithmetic mean, 0 the geometric, -1 the harmonic, 2 the quadratic.
        shift: Added to every score before, and subtracted from the mean.
        counted_from: A value from which the scores and the mean are counted down.
        nonpositive: The result for a unit with a distance of 0 or below if the power is 0 or below: an error (`error`),
            the limit at 0 and an error below it (`zero`), or no score (`missing`). With other powers above 0 except 1,
            a distance below 0 is an error.
    """

    power: float = 1.0
    shift: float = 0.0
    counted_from: float | None = field(default=None)
    nonpositive: Literal["error", "zero", "missing"] = "error"

    @counted_from.validator
    def _alone(self, _: object, value: float | None) -> None:
        if self.linear and (self.shift or value is not None):
            raise ValueError("shift and counted_from have no effect on an arithmetic mean; remove them")

    @property
    def linear(self) -> bool:
        """Whether the score is a weighted sum of the scores themselves."""
        return self.power == 1

    @property
    def logarithmic(self) -> bool:
        """Whether it is a weighted sum of logarithms that rise with the scores."""
        return self.power == 0 and self.counted_from is None

    def takes(self, scores: Array) -> Mask:
        """Which scores the mean is defined for; missing scores are not."""
        import numpy as np

        if self.linear:
            return ~np.isnan(scores)
        distance = self._distance(scores)
        return distance > 0 if self.power <= 0 else distance >= 0

    def enter(self, scores: Array, out: Array | None = None) -> Array:
        """The terms of the sum: missing scores stay missing, scores outside the domain give values that are not finite.

        Args:
            scores: The scores.
            out: An array for the result, such as the scores themselves; new arrays by default.
        """
        import numpy as np

        if self.linear:
            return scores
        distance = self._distance(scores, out)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.power == 0:
                entered = np.log(distance, out=out)
            else:
                entered = np.where(distance >= 0, distance, np.nan) ** self.power
        turned = (self.power < 0) != (self.counted_from is not None)
        return np.negative(entered, out=out) if turned else np.asarray(entered)

    def leave(self, sums: Array) -> Array:
        """Scores of weighted sums."""
        import numpy as np

        if self.linear:
            return sums
        entered = -sums if (self.power < 0) != (self.counted_from is not None) else sums
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            distance = np.exp(entered) if self.power == 0 else entered ** (1 / self.power)
        score = distance - self.shift
        return np.asarray(score if self.counted_from is None else self.counted_from - score)

    def slope(self, scores: Array) -> Array:
        """The slope of a score's term."""
        distance = self._distance(scores)
        return 1 / distance if self.power == 0 else abs(self.power) * distance ** (self.power - 1)

    def _distance(self, scores: Array, out: Array | None = None) -> Array:
        import numpy as np

        if self.counted_from is not None:
            return np.asarray(np.add(np.subtract(self.counted_from, scores, out=out), self.shift, out=out))
        return np.asarray(np.add(scores, self.shift, out=out)) if self.shift else scores


@frozen(kw_only=True)
class Member:
    """One position on the last axis.

    Attributes:
        name: The indicator's or dimension's key in the scenario.
        direction: 1 if more is better, -1 if less is; 1 above the indicators.
        weight: The weight that the scenario gives it, relative to its siblings.
        dimension: The dimension that it is a member of.
        path: The dimensions above it, the nearest first, the root last.
        leaves: The number of indicators in it: 1 for an indicator.
    """

    name: str
    direction: int = 1
    weight: float = 1.0
    dimension: str = ""
    path: tuple[str, ...] = ()
    leaves: int = 1


@frozen(kw_only=True, eq=False)
class Context:
    """Everything a method may use in addition to its array.

    Attributes:
        editions: The editions' years, in order; the third axis from the end.
        units: The units; the second axis from the end.
        members: The members; the last axis.
        rng: For methods that draw; seeded by the scenario.
    """

    editions: tuple[int, ...]
    units: Units
    members: tuple[Member, ...]
    rng: np.random.Generator

    @property
    def directions(self) -> Array:
        """1 or -1 for each member."""
        import numpy as np

        return np.array([member.direction for member in self.members], dtype=float)

    @property
    def weights(self) -> Array:
        """The scenario's weights, relative to one another."""
        import numpy as np

        return np.array([member.weight for member in self.members], dtype=float)

    def groups(self, column: str) -> np.ndarray[Any, np.dtype[np.intp]]:
        """The units' groups by a column of the unit set, numbered from 0; -1 if it is empty."""
        import pandas as pd

        return pd.factorize(self.units[column], sort=True)[0]


@frozen(kw_only=True)
class Method:
    """Attributes of every method.

    Attributes:
        name: The name in a scenario.
        options: An attrs class of the options that a scenario can set.
        title: A description in a few words.
        reference: The source in the literature.
    """

    name: str
    options: type = field(default=NoOptions)
    title: str = ""
    reference: str = ""


@frozen(kw_only=True)
class Imputation(Method):
    """A method that fills in missing values (Handbook step 3), yielded by `hubrank_imputations`.

    A scenario names it in `imputation.method`.

    Attributes:
        apply: `apply(values, context, options)` returns values of the same shape with as many missing values (NaN)
            filled in as it can; measured values do not change.
        random: Whether it draws from `context.rng`, so that a second imputation gives different values.
        from_own: Whether it uses only the unit's own other editions, so that a unit without any measured value in an
            edition can still be ranked in it.
        years: `years(values, context, options)` returns, in the shape of the values, the edition that each imputed
            value is of; NaN for none, or for more than one.
    """

    apply: Callable[[Array, Context, Any], Array]
    random: bool = False
    from_own: bool = False
    years: Callable[[Array, Context, Any], Array] | None = None


@frozen(kw_only=True, eq=False)
class Stage:
    """The result of one stage of a treatment.

    Attributes:
        name: The stage.
        values: The values after it, in the shape that the treatment got.
        passed: Whether each member then passes the treatment's own test, `(..., 1, members)`.
    """

    name: str
    values: Array
    passed: Mask


@frozen(kw_only=True)
class Treatment(Method):
    """A treatment of skew and outliers (Handbook step 3), yielded by `hubrank_treatments`.

    A scenario names it as a step of `treatment`.

    Attributes:
        apply: `apply(values, context, options)` returns values of the same shape. It never reverses the order of two
            values of one member, and missing values stay missing.
        pointwise: Whether the result for a value depends on that value alone, so that goalposts on the raw scale can be
            treated in the same way.
        stages: `stages(values, context, options)` returns a `Stage` for each of several stages, in order: the record
            names the stages that changed a value.
    """

    apply: Callable[[Array, Context, Any], Array]
    pointwise: bool = False
    stages: Callable[[Array, Context, Any], tuple[Stage, ...]] | None = None


@frozen(kw_only=True)
class Normalisation(Method):
    """A normalisation to one scale (Handbook step 5), yielded by `hubrank_normalisations`.

    A scenario names it in `normalisation.method`. If an indicator's direction is -1, the core reverses the signs of the
    values and of the options named in `levels` before `fit` and `apply`, so that more is better in every method.

    Attributes:
        fit: `fit(reference, context, options)` learns the scale from values of the shape `(..., 1 or editions, units,
            members)`; its result is passed to `apply`.
        apply: `apply(values, fitted, context, options)` returns normalised values. It keeps the order, missing values
            stay missing, and equal values are allowed.
        levels: Options on the indicator's own scale: a number, or a pair of a lower and an upper bound, which are
            swapped if the direction is -1; `"min"` and `"max"` mean the ends of the values.
        oriented: Whether the core reverses the values; if False, the method does so by `context.directions`.
        needs_spread: Whether it is undefined for equal values of all units. The core then rejects such indicators.
    """

    fit: Callable[[Array, Context, Any], Any]
    apply: Callable[[Array, Any, Context, Any], Array]
    levels: tuple[str, ...] = ()
    oriented: bool = True
    needs_spread: bool = False


@frozen(kw_only=True)
class Weighting(Method):
    """A weighting method (Handbook step 6), yielded by `hubrank_weightings`.

    A scenario names it in `weighting.method`.

    Attributes:
        apply: `apply(scores, context, options)` takes the members' scores `(..., editions, units, members)` and returns
            weights that broadcast against them, usually `(..., editions or 1, units or 1, members)`: none below 0, not
            all 0. The scenario's own weights are `context.weights`.
        data_driven: Whether the weights depend on the scores.
    """

    apply: Callable[[Array, Context, Any], Array]
    data_driven: bool = False


@frozen(kw_only=True)
class Aggregator(Method):
    """A method that aggregates member scores to one score (Handbook step 6), yielded by `hubrank_aggregators`.

    A scenario names it in `aggregation.method`. If a unit's member is missing and the scenario renormalises, the core
    gives it weight 0 and the score 1. So weight 0 means "missing": weighted sums need no special case, and comparisons
    of units leave out members of weight 0.

    What it declares in addition to `apply` is trusted. If it has a `form`, simulations use matrix products, `explain`
    splits scores exactly, the page recomputes them and the workbook holds a formula. Without a form, give `script` for
    the page and `formula` for the workbook. If it declares nothing, all of them show the results of `apply` and report
    this.

    Attributes:
        apply: `apply(scores, weights, context, options)` takes scores `(..., editions, units, members)` and weights
            that broadcast against them and returns `(..., editions, units)`. The order of units and members is
            irrelevant, and a batch gives the same as a loop. Raises `MethodError` for values it cannot take.
        weights: `shares`, which sum to 1 for each unit, or `raw`, as the weighting returned them.
        monotone: Whether more of a member is never worse for the unit.
        may_be_undefined: Whether it may leave a unit without a score.
        form: The mean that `apply` computes: a `Form`, or `form(options)` that returns one, or None if there is none.
        script: JavaScript source of a pure function `(scores, weights, options) => score` for one unit. It takes two
            `Float64Array`s of the members with a score, in order, weights as for `apply`, and the options as an object.
            It returns NaN for a unit without a score, and throws an `Error` with a message for values that it cannot
            take.
        formula: `formula(scores, weights, options)` returns an Excel formula, without `=`, for one unit's score from
            the expressions of its members' scores and weights. A missing member has weight 0. Weights are as the
            weighting returned them and readers can overwrite them, so a formula for shares divides by their sum.
    """

    apply: Callable[[Array, Array, Context, Any], Array]
    weights: Literal["shares", "raw"] = "shares"
    monotone: bool = True
    may_be_undefined: bool = False
    form: Form | Callable[[Any], Form | None] | None = None
    script: str = ""
    formula: Callable[[Sequence[str], Sequence[str], Any], str] | None = None

    def form_with(self, options: Any) -> Form | None:
        """The mean that it computes with some options; None if it is no such mean."""
        return self.form(options) if callable(self.form) else self.form


@frozen(kw_only=True)
class Rescaling(Method):
    """A post-processing step on a dimension's or the final score, yielded by `hubrank_rescalings`.

    A scenario names it as a step of `post_processing`.

    Attributes:
        apply: `apply(scores, context, options)` takes `(..., editions, units)` and returns the same shape; a unit
            without a score stays without.
        reverses: Whether it reverses the order of the units.
    """

    apply: Callable[[Array, Context, Any], Array]
    reverses: bool = False


@frozen(kw_only=True)
class Indicator:
    """A measured variable with a direction, yielded by `hubrank_indicators`.

    Attributes:
        name: The name in `indicators.KEY.indicator`; by default the key itself.
        title: For tables and plots.
        unit_of_measure: The meaning of 1: "papers, counted fractionally".
        direction: 1 if more is better, -1 if less is.
        inputs: The columns of each input and their types: `float` for an amount, which is summed, `str` for a column
            that distinguishes rows. A function of the options if they decide it.
        unit_columns: Columns of the unit set that it needs; a function of the options if they decide it.
        rows: The inputs whose single rows it must see, to count or filter them. These rows are kept in memory; of all
            other inputs, the rows of one unit, place and time are summed first.
        measure: `measure(inputs, units, options)` for one edition: a float for each unit, finite or NaN, indexed by
            unit. Batches, the order of rows and the order of units do not change it; it accepts empty inputs.
        derive: Instead of `measure`, for an indicator derived from others of the scenario (its option `from`):
            `derive(values, context, options)` with one array `(editions, units)` for each.
        options: An attrs class of the options that a scenario can set. An option named `absent` is the value of missing
            rows; it is rejected for tables that do not state what they cover.
        description: A sentence on what it shows about a unit.
        references: The source of the definition.
    """

    name: str
    title: str
    unit_of_measure: str
    direction: Literal[1, -1] = 1
    inputs: Mapping[str, Mapping[str, type]] | Callable[[Any], Mapping[str, Mapping[str, type]]] = field(factory=dict)
    unit_columns: tuple[str, ...] | Callable[[Any], tuple[str, ...]] = ()
    rows: tuple[str, ...] = ()
    measure: Callable[[Mapping[str, Records], Units, Any], pd.Series] | None = None
    derive: Callable[[list[np.ndarray], Context, Any], np.ndarray] | None = None
    options: type = field(default=NoOptions)
    description: str = ""
    references: tuple[str, ...] = ()

    def inputs_for(self, options: Any) -> Mapping[str, Mapping[str, type]]:
        """The inputs that it reads with these options."""
        return self.inputs(options) if callable(self.inputs) else self.inputs

    def unit_columns_for(self, options: Any) -> tuple[str, ...]:
        """The unit columns that it needs with these options."""
        return self.unit_columns(options) if callable(self.unit_columns) else self.unit_columns


@frozen
class PerOptions:
    """Options of an indicator that may be divided by the inhabitants of a unit.

    Attributes:
        per: Count for this number of inhabitants; None counts all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def column_indicator(
    *,
    name: str,
    table: str = "",
    column: str | Callable[[Any], str] = "",
    reading: Literal["latest", "total"] = "latest",
    absent: float = float("nan"),
    combine: Literal["sum", "max"] = "sum",
    where: Callable[[Any], Mapping[str, Collection[str]]] | None = None,
    options: type = NoOptions,
    **said: Any,
) -> Indicator:
    """Make an indicator of one amount of a table, per inhabitant if its options are `PerOptions`.

    Args:
        name: The name in a scenario.
        table: The input, and the table that it is bound to by default; by default the indicator's name.
        column: The amount, or a function of the options that names it; by default the name with `_` for `-`.
        reading: The `latest` of a stock, or the `total` of a flow over the window.
        absent: The value of missing rows within what the table covers; outside it the value stays missing.
        combine: Whether the places of a unit are added up, or only the largest counts (for a stock).
        where: A function of the options that returns columns and the texts of which a row must have one.
        options: As in `Indicator`; with `per`, the unit set must have `population`.
        **said: The other attributes of `Indicator`: title, unit_of_measure, direction, description, references.
    """
    table = table or name
    column = column or name.replace("-", "_")
    column_of = column if callable(column) else lambda _: column
    rows_of = where or (lambda _: {})

    def measure(inputs: Mapping[str, Records], units: Units, options: Any) -> pd.Series:
        records, amount, rows = inputs[table], column_of(options), rows_of(options) or None
        if reading == "total":
            values = records.total(amount, absent, rows)
        else:
            values = records.latest(amount, absent, combine, rows)
        per = getattr(options, "per", None)
        return values if per is None else values / units["population"] * per

    return Indicator(
        name=name,
        inputs={table: {column: float}}
        if isinstance(column, str) and where is None
        else lambda options: {table: {column_of(options): float} | dict.fromkeys(rows_of(options), str)},
        unit_columns=(lambda options: () if options.per is None else ("population",))
        if issubclass(options, PerOptions)
        else (),
        measure=measure,
        options=options,
        **said,
    )
