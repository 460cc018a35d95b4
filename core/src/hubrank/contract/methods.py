"""The Handbook's steps as records: pure functions over arrays in one order of axes.

Every array is `(..., editions, units, members)`: any number of axes for draws comes first. What works unit by
unit ignores the axes before; what works over time knows where the editions are. A member is an indicator, or
below an aggregation a dimension or an indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from hubrank.contract.forms import Form
from hubrank.contract.sources import NoOptions

if TYPE_CHECKING:
    import numpy as np

    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.units import Units


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
class Imputation:
    """A method that fills gaps (Handbook step 3), handed over by `hubrank_imputations`.

    Attributes:
        name: What a scenario writes in `imputation.method`.
        apply: `apply(values, context, options)` gives values of the same shape, with as many gaps (NaN)
            filled as it can; what was measured is untouched.
        options: An attrs class of what a scenario can set.
        title: What it does, in a few words.
        reference: Its source in the literature.
        random: Whether it draws from `context.rng`, so that imputing again gives other values.
        from_own: Whether it fills a gap from the unit's own other editions alone, so that a unit with nothing
            measured in an edition can still be ranked in it.
        years: `years(values, context, options)` gives, in the shape of the values, the edition that each one it
            would give is of; NaN where there is none, or none alone.
    """

    name: str
    apply: Callable[[Array, Context, Any], Array]
    options: type = field(default=NoOptions)
    title: str = ""
    reference: str = ""
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
class Treatment:
    """A treatment of skew and outliers (Handbook step 3), handed over by `hubrank_treatments`.

    Attributes:
        name: What a scenario writes as a step of `treatment`.
        apply: `apply(values, context, options)` gives values of the same shape; it never reverses the order
            of two values of one member, and leaves gaps as gaps.
        options: An attrs class of what a scenario can set.
        pointwise: Whether a value's treatment depends on that value alone, so that goalposts given on the
            measured scale can be treated alike.
        stages: `stages(values, context, options)` gives what each `Stage` left, in order, for a treatment that has
            several: the record tells a value by the stages that changed it.
        title: What it does, in a few words.
        reference: Its source in the literature.
    """

    name: str
    apply: Callable[[Array, Context, Any], Array]
    options: type = field(default=NoOptions)
    pointwise: bool = False
    stages: Callable[[Array, Context, Any], tuple[Stage, ...]] | None = None
    title: str = ""
    reference: str = ""


@frozen(kw_only=True)
class Normalisation:
    """A normalisation to one scale (Handbook step 5), handed over by `hubrank_normalisations`.

    The core turns indicators whose direction is -1 before `fit` and `apply` by changing the sign of the values
    and of the options named in `levels`, so that more is better in every method.

    Attributes:
        name: What a scenario writes in `normalisation.method`.
        fit: `fit(reference, context, options)` learns the scale from values of the shape
            `(..., 1 or editions, units, members)`; whatever it returns is handed to `apply`.
        apply: `apply(values, fitted, context, options)` gives normalised values; it keeps order, gaps stay
            gaps, and equal values survive.
        options: An attrs class of what a scenario can set.
        levels: Options on the indicator's own scale: single names, or pairs of a lower and an upper bound,
            which change places where the direction is -1.
        oriented: Whether the core turns the values; where False the method does so by `context.directions`.
        needs_spread: Whether it is undefined for an indicator that is the same for all units, which the core
            then rejects.
        title: What it does, in a few words.
        reference: Its source in the literature.
    """

    name: str
    fit: Callable[[Array, Context, Any], Any]
    apply: Callable[[Array, Any, Context, Any], Array]
    options: type = field(default=NoOptions)
    levels: tuple[str | tuple[str, str], ...] = ()
    oriented: bool = True
    needs_spread: bool = False
    title: str = ""
    reference: str = ""


@frozen(kw_only=True)
class Weighting:
    """A weighting method (Handbook step 6), handed over by `hubrank_weightings`.

    Attributes:
        name: What a scenario writes in `weighting.method`.
        apply: `apply(scores, context, options)`, with the members' scores `(..., editions, units, members)`,
            gives weights that broadcast against them, usually `(..., editions or 1, units or 1, members)`:
            none below 0, not all 0. The scenario's own weights are `context.weights`.
        options: An attrs class of what a scenario can set.
        data_driven: Whether the weights depend on the scores.
        title: What it does, in a few words.
        reference: Its source in the literature.
    """

    name: str
    apply: Callable[[Array, Context, Any], Array]
    options: type = field(default=NoOptions)
    data_driven: bool = False
    title: str = ""
    reference: str = ""


@frozen(kw_only=True)
class Aggregator:
    """An aggregation of member scores to one score (Handbook step 6), handed over by `hubrank_aggregators`.

    Where a unit's member is missing and the scenario renormalises, the core gives it weight 0 and the score 1.
    So weight 0 means "not there", a weighted sum needs no care, and what compares units one by one leaves out
    members of weight 0.

    What it declares in addition to `apply` is trusted, never guessed. An aggregator with a `form` is drawn by matrix
    products, split exactly by `explain`, moved on the page and written as a formula into the workbook. One that is no
    such mean gives `script` for the page and `formula` for the workbook. Where nothing is declared all of them show
    what `apply` composed, and say so.

    Attributes:
        name: What a scenario writes in `aggregation.method`.
        apply: `apply(scores, weights, context, options)` with scores `(..., editions, units, members)` and
            weights that broadcast against them gives `(..., editions, units)`. The order of units and members
            means nothing; batched is the same as looped. Raises `MethodError` for values it cannot take.
        options: An attrs class of what a scenario can set.
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
        title: What it does, in a few words.
        reference: Its source in the literature.
    """

    name: str
    apply: Callable[[Array, Array, Context, Any], Array]
    options: type = field(default=NoOptions)
    weights: Literal["shares", "raw"] = "shares"
    monotone: bool = True
    may_be_undefined: bool = False
    form: Form | Callable[[Any], Form | None] | None = None
    script: str = ""
    formula: Callable[[Sequence[str], Sequence[str], Any], str] | None = None
    title: str = ""
    reference: str = ""

    def form_with(self, options: Any) -> Form | None:
        """The mean that it is under some options; none where it is no such mean."""
        return self.form(options) if callable(self.form) else self.form


@frozen(kw_only=True)
class Rescaling:
    """A step on a dimension's or the final score, handed over by `hubrank_rescalings`.

    Attributes:
        name: What a scenario writes as a step of `post_processing`.
        apply: `apply(scores, context, options)` with `(..., editions, units)` gives the same shape; a unit
            without a score stays so.
        options: An attrs class of what a scenario can set.
        title: What it does, in a few words.
        reference: Its source in the literature.
        reverses: Whether it reverses the order of the units.
    """

    name: str
    apply: Callable[[Array, Context, Any], Array]
    options: type = field(default=NoOptions)
    title: str = ""
    reference: str = ""
    reverses: bool = False
