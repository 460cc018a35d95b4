"""Names bound to components; the columns of a ranking."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from hubrank.errors import FileProblem, MethodError, PluginError, Problem, ScenarioError, did_you_mean, shorten_list
from hubrank.i18n import Title
from hubrank.io.toml import parse_toml
from hubrank.numeric import quiet_numpy
from hubrank.plugin.methods import Indicator
from hubrank.plugin.registry import NotFoundError, Part, Registry
from hubrank.scenario.choices import FittedOn, MethodSpec, Scaling, Span
from hubrank.scenario.schema import IndicatorSettings, MaxAge, Scenario


@frozen(eq=False)
class BoundPart:
    """A component with its options and the key that chose it.

    Attributes:
        part: The installed component.
        options: Its options, structured.
        where: The scenario's key.
    """

    part: Part
    options: Any
    where: str

    def call(self, function: Callable[..., Any], name: str, *arguments: Any) -> Any:
        """Call one of the component's functions.

        Raises:
            ScenarioError: The method cannot take the values, or a file is wrong.
            MissingColumnError: The units lack a column that it requires.
            PluginError: It raised anything else.
        """
        return self._run(functools.partial(self.part.call, function=function), name, *arguments)

    def asked(self, name: str) -> Any:
        """The value of an attribute such as `tables` with the options: as `Part.ask`, with the errors of `call`."""
        return self._run(self.part.ask, name, self.options)

    def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function; errors that the author of the scenario can fix are reported with the key."""
        try:
            with quiet_numpy():  # results of a component are checked, and reported with unit and indicator
                return function(*arguments)
        except (FileProblem, MethodError) as error:
            problems = error.problems if isinstance(error, FileProblem) else [str(error)]
            raise ScenarioError("", [Problem(self.where, item) for item in problems]) from error

    def broke(self, what: str) -> PluginError:
        """The error for a component that violates the plugin contract."""
        return self.part.broke(what)

    @property
    def choice(self) -> tuple[str, Any]:
        """The identity of this choice: the component's full name and the options."""
        return self.part.full_name, self.options


@frozen(eq=False)
class Binder:
    """Binds names, and collects the problems and the bound components."""

    registry: Registry
    problems: list[Problem] = field(factory=list)
    bound: list[BoundPart] = field(factory=list)

    def problem(self, where: str, what: str) -> None:
        """Remember a problem; duplicates are reported once."""
        if (problem := Problem(where, what)) not in self.problems:
            self.problems.append(problem)

    def part(self, kind: str, name: str, where: str) -> Part | None:
        """The component of that name, or None and a problem."""
        try:
            return self.registry.find(kind, name)
        except NotFoundError as error:
            self.problem(where, str(error))
            return None

    def bind(self, part: Part, options: Mapping[str, Any], where: str, options_where: str) -> BoundPart | None:
        """A component with its options, or None and the problems."""
        values, problems = part.call(
            "options", function=lambda: parse_toml(part.record.options, options, options_where)
        )
        for item in problems:
            self.problem(item.where, item.what)
        if problems:
            return None
        self.bound.append(BoundPart(part, values, where))
        return self.bound[-1]

    def choice(self, kind: str, choice: MethodSpec, where: str) -> BoundPart | None:
        """A method with its options, or None and the problems."""
        part = self.part(kind, choice.method, where)
        return None if part is None else self.bind(part, choice.options, where, where)

    def scaling(self, kind: str, scaling: Scaling, where: str, editions: Sequence[int]) -> BoundPart | None:
        """A method with its options, its reference year checked."""
        if isinstance(scaling.fitted_on, int) and scaling.fitted_on not in editions:
            hint = did_you_mean(str(scaling.fitted_on), map(str, editions))
            self.problem(f"{where}.fitted_on", f"no edition {scaling.fitted_on}{hint}")
        return self.choice(kind, scaling.choice, where)

    def steps(self, kind: str, steps: Sequence[MethodSpec], where: str) -> tuple[BoundPart, ...]:
        """Steps in their order; those that could not be bound are problems."""
        bound = [self.choice(kind, step, f"{where}[{at}]") for at, step in enumerate(steps)]
        return tuple(item for item in bound if item is not None)


@frozen(kw_only=True, eq=False)
class BoundIndicator:
    """An indicator with its choices.

    Attributes:
        key: Its key in the scenario: the column.
        bound: The part with its options.
        record: The indicator's record.
        reads_absence: Whether the scenario sets the value of missing rows.
        title: For tables and plots.
        direction: 1 or -1.
        inputs: The scenario's input for each of its own.
        max_age: The greatest age of its values, if it sets one; a number of years, or any.
        made_from: The keys that it is derived from, if any.
        dimension: The dimension that it belongs to; None if it only serves others, or is outside.
        outside: Whether it is a variable outside the ranking.
        editions: The editions that it is part of.
        imputation: The method for its missing values.
        treatment: Its steps.
        treatment_fitted_on: The values that the treatment is fitted on.
        normalisation: The method that normalises it.
        normalisation_fitted_on: The values that the normalisation is fitted on.
        bounds_in: Whether its levels, such as goalposts, are given as `measured` or as `treated` values.
    """

    key: str
    bound: BoundPart
    record: Indicator
    reads_absence: bool
    title: Title | str
    direction: int
    inputs: Mapping[str, str]
    max_age: MaxAge | None
    made_from: tuple[str, ...]
    dimension: str | None
    outside: bool
    editions: tuple[int, ...]
    imputation: BoundPart
    treatment: tuple[BoundPart, ...]
    treatment_fitted_on: FittedOn
    normalisation: BoundPart
    normalisation_fitted_on: FittedOn
    bounds_in: Literal["measured", "treated"]


def bind_indicators(scenario: Scenario, binder: Binder) -> tuple[BoundIndicator, ...]:
    """All columns, sources before those derived from them; the problems go to the binder.

    Names in `from` that are not indicators are columns of the input, read unchanged.
    """
    settings = scenario.indicators
    choices = dict(settings) | {
        name: IndicatorSettings(indicator="value", inputs=choice.inputs, max_age=choice.max_age)
        for choice in settings.values()
        for name in choice.made_from
        if name not in settings
    }
    bound: dict[str, BoundIndicator | None] = {}

    def bind(key: str, *path: str) -> None:
        """Bind an indicator, after those that it is derived from; none of a circle, so that nothing else meets it."""
        if key in path:
            circle = " -> ".join([*path[path.index(key) :], key])
            binder.problem(f"indicators.{key}.from", f"is circular: {circle}")
            bound[key] = None
        elif key not in bound:
            for name in choices[key].made_from:
                bind(name, *path, key)
            made = _bind_indicator(key, choices[key], scenario, binder)
            is_whole = key not in bound and all(bound[name] is not None for name in choices[key].made_from)
            bound[key] = made if is_whole else None

    for key in choices:
        bind(key)
    indicators = tuple(item for item in bound.values() if item is not None)
    robustness = scenario.robustness
    doubts: list[Any] = [item.kind for item in robustness.error.values()] if robustness else []
    doubts += robustness.noise.by_indicator.values() if robustness and robustness.noise else []
    used = {name for choice in choices.values() for name in choice.made_from}
    used |= {getattr(item, name) for item in doubts for name in ("standard_error", "relative") if hasattr(item, name)}
    _refuse_misplaced(indicators, used, binder)
    for indicator in indicators:
        choice, where = choices[indicator.key], f"indicators.{indicator.key}.max_age"
        columns = [name for name in choice.made_from if name not in settings]
        if choice.max_age is not None and choice.made_from and not columns:  # it would have no effect
            what = f"cannot be set for what is made from other indicators; set it for {shorten_list(choice.made_from)}"
            binder.problem(where, what)
        others = [item.made_from for item in settings.values() if item.max_age != choice.max_age]
        for name in [name for name in columns if any(name in made_from for made_from in others)]:
            binder.problem(where, f"must be the same in every indicator that is made from the column '{name}'")
    return indicators


def _refuse_misplaced(indicators: Sequence[BoundIndicator], used: set[str], binder: Binder) -> None:
    """Report indicators that are neither ranked, used, nor outside the ranking, and those both ranked and outside."""
    ranked = with_parts(indicators, [item.key for item in indicators if item.dimension is not None])
    for item in indicators:
        if item.outside and item.key in ranked:
            binder.problem(f"indicators.{item.key}.outside", "is true of what is ranked, or of a part of it; remove it")
        elif item.dimension is None and not item.outside and item.key not in used:
            what = "missing; an indicator needs a dimension unless another is made from it, or it is `outside`"
            binder.problem(f"indicators.{item.key}.dimension", what)


def with_parts(indicators: Sequence[BoundIndicator], keys: Iterable[str]) -> set[str]:
    """Some keys, and recursively those that they are derived from; indicators in the order of `bind_indicators`."""
    found = set(keys)
    for item in reversed(indicators):
        found.update(item.made_from if item.key in found else ())
    return found


def _bind_indicator(key: str, choice: IndicatorSettings, scenario: Scenario, binder: Binder) -> BoundIndicator | None:
    where = f"indicators.{key}"
    name = choice.indicator or key
    place = {  # the place of a choice: in the indicator or at the top
        setting: setting if getattr(choice, setting) is None else f"{where}.{setting}"
        for setting in ("imputation", "treatment", "normalisation")
    }
    bound = part = None
    new = choice.indicator or choice.dimension or choice.outside or binder.registry.called("indicator", key)
    if not new:
        others = scenario.indicators.keys() - {key}
        binder.problem(where, f"there is no indicator '{key}' to change" + did_you_mean(key, others))
    elif (part := binder.part("indicator", name, f"{where}.indicator")) is not None:
        options = {"column": key, **choice.options} if part.is_own("value") else choice.options
        bound = binder.bind(part, options, f"{where}.indicator", f"{where}.options")
    imputation = binder.choice("imputation", choice.imputation or scenario.imputation, place["imputation"])
    treating, scaling = choice.treatment or scenario.treatment, choice.normalisation or scenario.normalisation
    treatment = binder.steps("treatment", treating.steps, place["treatment"])
    normalisation = binder.scaling("normalisation", scaling, place["normalisation"], scenario.editions.years)
    if bound is None or imputation is None or normalisation is None:
        return None
    record: Indicator = bound.part.record
    roles = {} if record.derive else bound.asked("inputs")
    absent = getattr(bound.options, "absent", None)
    if not record.derive:
        for role in [role for role in choice.inputs if role not in roles]:
            what = f"'{record.name}' has no input '{role}'" + did_you_mean(role, roles)
            binder.problem(f"{where}.inputs.{role}", what)
    if bool(record.derive) != bool(choice.made_from):
        what = f"'{name}' is measured from inputs, not made from other indicators"
        what = f"missing; '{name}' is made from other indicators" if record.derive else what
        binder.problem(f"{where}.from", what)
    for step in treatment if scaling.bounds_in == "measured" else ():
        if not step.part.record.pointwise:
            what = f"'{step.part.name}' depends on the other values, so it cannot be applied to bounds"
            binder.problem(f"{place['normalisation']}.bounds_in", f"{what}; give treated bounds")
    editions, span = scenario.editions.years, choice.editions or Span()
    part_of = tuple(year for year in editions if span.first <= year <= span.last)
    if not part_of:
        binder.problem(f"{where}.editions", f"contains no edition; they are {shorten_list(list(map(str, editions)))}")
    return BoundIndicator(
        key=key,
        bound=bound,
        record=record,
        reads_absence=isinstance(absent, float | int) and not math.isnan(absent),
        title=choice.title or (record.title if not bound.part.is_own("value") else key),
        direction=choice.direction or record.direction,
        inputs={role: choice.inputs.get(role, role) for role in roles},
        max_age=choice.max_age,
        made_from=choice.made_from,
        dimension=choice.dimension,
        outside=choice.outside,
        editions=part_of,
        imputation=imputation,
        treatment=treatment,
        treatment_fitted_on=treating.fitted_on,
        normalisation=normalisation,
        normalisation_fitted_on=scaling.fitted_on,
        bounds_in=scaling.bounds_in,
    )
