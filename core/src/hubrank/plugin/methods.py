"""Records of methods: Indicator, the Handbook steps, their forms."""

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

    A score enters as its distance `score + shift` (`counted_from - score + shift` where it is counted down) to the
    power, or as that distance's logarithm where the power is 0; with its sign changed where that would turn the order
    round. Members of weight 0 do not enter. The weights are those that the aggregator takes: shares or raw.

    Attributes:
        power: 1 the arithmetic mean, 0 the geometric, -1 the harmonic, 2 the quadratic.
        shift: What is added to every score before, and taken off the mean.
        counted_from: A mark that scores are counted down from, and the mean with them.
        nonpositive: What becomes of a unit with a distance of 0 or below under a power of 0 or below: an error
            (`error`); the limit `zero`, and an error below it; or no score (`missing`). Under a power above 0 other
            than 1 a distance below 0 is an error.
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
        """Which scores lie where the mean is defined; gaps do not."""
        import numpy as np

        if self.linear:
            return ~np.isnan(scores)
        distance = self._distance(scores)
        return distance > 0 if self.power <= 0 else distance >= 0

    def enter(self, scores: Array, out: Array | None = None) -> Array:
        """Scores as they are summed; gaps stay, and what the mean does not take is not finite.

        Args:
            scores: The scores.
            out: Where they may be written, such as the scores themselves; in new arrays by default.
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
        """Weighted sums as scores."""
        import numpy as np

        if self.linear:
            return sums
        entered = -sums if (self.power < 0) != (self.counted_from is not None) else sums
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            distance = np.exp(entered) if self.power == 0 else entered ** (1 / self.power)
        score = distance - self.shift
        return np.asarray(score if self.counted_from is None else self.counted_from - score)

    def slope(self, scores: Array) -> Array:
        """How fast what enters rises with a score."""
        distance = self._distance(scores)
        return 1 / distance if self.power == 0 else abs(self.power) * distance ** (self.power - 1)

    def _distance(self, scores: Array, out: Array | None = None) -> Array:
        import numpy as np

        if self.counted_from is not None:
            return np.asarray(np.add(np.subtract(self.counted_from, scores, out=out), self.shift, out=out))
        return np.asarray(np.add(scores, self.shift, out=out)) if self.shift else scores


@frozen(kw_only=True)
class Member:
    """One place on the last axis.

    Attributes:
        name: The indicator's or dimension's key in the scenario.
        direction: 1 where more is better, -1 where less is; 1 above the indicators.
        weight: The weight that the scenario gives it, relative to its siblings.
        dimension: The dimension that it is a member of.
        path: The dimensions above it, the nearest first, the root last.
        leaves: How many indicators lie in it: 1 for an indicator.
    """

    name: str
    direction: int = 1
    weight: float = 1.0
    dimension: str = ""
    path: tuple[str, ...] = ()
    leaves: int = 1


@frozen(kw_only=True, eq=False)
class Context:
    """What a method may know in addition to its array.

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
        """The units' groups by a column of the unit set, numbered from 0; -1 where it is empty."""
        import pandas as pd

        return pd.factorize(self.units[column], sort=True)[0]


@frozen(kw_only=True)
class Method:
    """What every method has.

    Attributes:
        name: What a scenario writes.
        options: An attrs class of what a scenario can set.
        title: What it does, in a few words.
        reference: Its source in the literature.
    """

    name: str
    options: type = field(default=NoOptions)
    title: str = ""
    reference: str = ""


@frozen(kw_only=True)
class Imputation(Method):
    """A method that fills gaps (Handbook step 3), handed over by `hubrank_imputations`.

    A scenario names it in `imputation.method`.

    Attributes:
        apply: `apply(values, context, options)` gives values of the same shape, with as many gaps (NaN)
            filled as it can; what was measured is untouched.
        random: Whether it draws from `context.rng`, so that imputing again gives other values.
        from_own: Whether it fills a gap from the unit's own other editions alone, so that a unit with nothing
            measured in an edition can still be ranked in it.
        years: `years(values, context, options)` gives, in the shape of the values, the edition that each one it
            would give is of; NaN where there is none, or none alone.
    """

    apply: Callable[[Array, Context, Any], Array]
    random: bool = False
    from_own: bool = False
    years: Callable[[Array, Context, Any], Array] | None = None


@frozen(kw_only=True, eq=False)
class Stage:
    """What one stage of a treatment left.

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
    """A treatment of skew and outliers (Handbook step 3), handed over by `hubrank_treatments`.

    A scenario names it as a step of `treatment`.

    Attributes:
        apply: `apply(values, context, options)` gives values of the same shape; it never reverses the order
            of two values of one member, and leaves gaps as gaps.
        pointwise: Whether a value's treatment depends on that value alone, so that goalposts given on the
            measured scale can be treated alike.
        stages: `stages(values, context, options)` gives what each `Stage` left, in order, for a treatment that has
            several: the record tells a value by the stages that changed it.
    """

    apply: Callable[[Array, Context, Any], Array]
    pointwise: bool = False
    stages: Callable[[Array, Context, Any], tuple[Stage, ...]] | None = None


@frozen(kw_only=True)
class Normalisation(Method):
    """A normalisation to one scale (Handbook step 5), handed over by `hubrank_normalisations`.

    A scenario names it in `normalisation.method`. The core turns indicators whose direction is -1 before `fit` and
    `apply` by changing the sign of the values and of the options named in `levels`, so that more is better in every
    method.

    Attributes:
        fit: `fit(reference, context, options)` learns the scale from values of the shape
            `(..., 1 or editions, units, members)`; whatever it returns is handed to `apply`.
        apply: `apply(values, fitted, context, options)` gives normalised values; it keeps order, gaps stay
            gaps, and equal values survive.
        levels: Options on the indicator's own scale: a number, or a pair of a lower and an upper bound, whose ends
            change places where the direction is -1; `"min"` and `"max"` may stand for the ends of the values.
        oriented: Whether the core turns the values; where False the method does so by `context.directions`.
        needs_spread: Whether it is undefined for an indicator that is the same for all units, which the core
            then rejects.
    """

    fit: Callable[[Array, Context, Any], Any]
    apply: Callable[[Array, Any, Context, Any], Array]
    levels: tuple[str, ...] = ()
    oriented: bool = True
    needs_spread: bool = False


@frozen(kw_only=True)
class Weighting(Method):
    """A weighting method (Handbook step 6), handed over by `hubrank_weightings`.

    A scenario names it in `weighting.method`.

    Attributes:
        apply: `apply(scores, context, options)`, with the members' scores `(..., editions, units, members)`,
            gives weights that broadcast against them, usually `(..., editions or 1, units or 1, members)`:
            none below 0, not all 0. The scenario's own weights are `context.weights`.
        data_driven: Whether the weights depend on the scores.
    """

    apply: Callable[[Array, Context, Any], Array]
    data_driven: bool = False


@frozen(kw_only=True)
class Aggregator(Method):
    """An aggregation of member scores to one score (Handbook step 6), handed over by `hubrank_aggregators`.

    A scenario names it in `aggregation.method`. Where a unit's member is missing and the scenario renormalises, the
    core gives it weight 0 and the score 1. So weight 0 means "not there", a weighted sum needs no care, and what
    compares units one by one leaves out members of weight 0.

    What it declares in addition to `apply` is trusted, never guessed. An aggregator with a `form` is drawn by matrix
    products, split exactly by `explain`, moved on the page and written as a formula into the workbook. One that is no
    such mean gives `script` for the page and `formula` for the workbook. Where nothing is declared all of them show
    what `apply` composed, and say so.

    Attributes:
        apply: `apply(scores, weights, context, options)` with scores `(..., editions, units, members)` and
            weights that broadcast against them gives `(..., editions, units)`. The order of units and members
            means nothing; batched is the same as looped. Raises `MethodError` for values it cannot take.
        weights: `shares`, that sum to 1 for each unit, or `raw`, as the weighting gave them.
        monotone: Whether more of a member is never worse for the unit.
        may_be_undefined: Whether it may leave a unit without a score where it is not defined for it.
        form: The mean that `apply` is: a `Form`, or `form(options)` that gives one, or none for options under which
            it is no such mean.
        script: JavaScript source of a pure function `(scores, weights, options) => score` of one unit: two
            `Float64Array`s of the members that are there, in their order, weights as `apply` gets them, and the
            options as an object. It gives NaN where the unit has no score, and throws an `Error` with a message for
            values that it cannot take.
        formula: `formula(scores, weights, options)` gives the text of an Excel formula, without `=`, for the score of
            one unit from as many expressions of its members' scores and weights. A member that is not there has
            weight 0. Weights are as the weighting gave them and can be overwritten by a reader, so a formula for
            shares divides by their sum.
    """

    apply: Callable[[Array, Array, Context, Any], Array]
    weights: Literal["shares", "raw"] = "shares"
    monotone: bool = True
    may_be_undefined: bool = False
    form: Form | Callable[[Any], Form | None] | None = None
    script: str = ""
    formula: Callable[[Sequence[str], Sequence[str], Any], str] | None = None

    def form_with(self, options: Any) -> Form | None:
        """The mean that it is under some options; none where it is no such mean."""
        return self.form(options) if callable(self.form) else self.form


@frozen(kw_only=True)
class Rescaling(Method):
    """A step on a dimension's or the final score, handed over by `hubrank_rescalings`.

    A scenario names it as a step of `post_processing`.

    Attributes:
        apply: `apply(scores, context, options)` with `(..., editions, units)` gives the same shape; a unit
            without a score stays so.
        reverses: Whether it reverses the order of the units.
    """

    apply: Callable[[Array, Context, Any], Array]
    reverses: bool = False


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
    """What a scenario can set of an indicator that may be divided by the inhabitants of a unit.

    Attributes:
        per: Inhabitants that they are counted for; none counts them all.
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
    """An indicator that is one amount of a table, by inhabitants where its options are `PerOptions`.

    Args:
        name: What a scenario writes.
        table: The input, and the table that it is bound to where a scenario binds nothing; named as the indicator by
            default.
        column: The amount, or a function of the options where they decide it; named as the indicator by default, with
            `_` for `-`.
        reading: The `latest` of a stock, or the `total` of a flow over the window.
        absent: What no row means, inside what the table covers; outside it stays missing.
        combine: Of a stock, whether a unit's places add up, or the largest place speaks for it.
        where: A function of the options that gives columns with the texts of which a row must have one.
        options: As `Indicator` has it; with `per`, the unit set must have `population`.
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
