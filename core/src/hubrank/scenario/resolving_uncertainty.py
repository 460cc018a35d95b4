"""From `[robustness]` to sources of uncertainty: every name bound to a part, or every problem reported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from hubrank.basis.errors import suggestion
from hubrank.scenario import changes
from hubrank.scenario.alternatives import (
    Alternative,
    Alternatives,
    Discrete,
    MethodAlternatives,
    ScalingAlternatives,
    older_label,
    steps_label,
)
from hubrank.scenario.binding import Binder
from hubrank.scenario.tree import no_dimension
from hubrank.scenario.uncertainty.sources import Noise, Uncertainties
from hubrank.scenario.uncertainty.weights import bind_weights
from hubrank.scenario.uncertainty_choices import Robustness

if TYPE_CHECKING:
    from hubrank.contract.registry import Part
    from hubrank.scenario.choices import MethodSpec, MissingRule, Scaling, Treating
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.scenario import Scenario
    from hubrank.scenario.tree import Tree
    from hubrank.scenario.unit_sets import BoundUnits


def bind_uncertainties(
    scenario: Scenario,
    indicators: tuple[BoundIndicator, ...],
    tree: Tree,
    units: BoundUnits,
    binder: Binder,
) -> Uncertainties | None:
    """Bind `[robustness]`; none where the scenario has none, or where there are problems."""
    choice = scenario.robustness
    if choice is None:
        return None
    before = len(binder.problems)
    binding = _Binding(scenario, choice, indicators, tree, units, binder)
    discrete = [
        *binding.vintage(),
        *binding.imputation(),
        *binding.treatment(),
        *binding.normalisation(),
        *binding.aggregation(),
        *binding.missing(),
        *binding.leave_out(),
    ]
    noise = binding.noise()
    weights = bind_weights(choice, tree, binder)
    if len(binder.problems) == before and not (discrete or noise or weights):
        binder.problem("robustness", "specifies no uncertainty; set weights, normalisation, noise or the like")
    if len(binder.problems) > before:
        return None
    return Uncertainties(
        choice=choice, weights=weights, discrete=tuple(discrete), noise=tuple(noise), parts=tuple(binding.parts)
    )


@frozen(eq=False)
class _Binding:
    scenario: Scenario
    choice: Robustness
    indicators: tuple[BoundIndicator, ...]
    tree: Tree
    units: BoundUnits
    binder: Binder
    parts: list[Part] = field(factory=list)

    def vintage(self) -> list[Discrete]:
        """Inputs as old as each alternative says."""
        uncertainty = self.choice.vintage
        if uncertainty is None:
            return []

        def made(years: int) -> Alternative:
            return Alternative(older_label(years), years, partial(changes.older, years))

        return [Discrete.among("vintage", [made(each) for each in uncertainty.choices], uncertainty.chances, made(0))]

    def imputation(self) -> list[Discrete]:
        """Methods of imputation, and repetitions of those that draw."""
        found = []
        records = [each.imputation.part.record for each in self.indicators]

        def made(choice: MethodSpec, where: str) -> Alternative:
            bound = self._bind("imputation", choice, where)
            records.extend([bound.part.record] if bound else [])
            return Alternative(choice.label, bound and bound.choice, partial(changes.imputed, choice, bound))

        if uncertainty := self.choice.imputation:
            self._need_common("imputation")
            own = self.scenario.imputation
            listed = [made(each, "robustness.imputation") for each in self._own(uncertainty, own)]
            found.append(Discrete.among("imputation", listed, uncertainty.chances, made(own, "imputation")))
        if count := self.choice.imputations:
            if not any(record.random for record in records):
                self.binder.problem("robustness.imputations", "no imputation is random, so repeats are all equal")
            repeated = [Alternative(str(at + 1), at, partial(changes.reseeded, at)) for at in range(count)]
            found.append(Discrete.among("imputations", repeated, (1.0,) * count))
        return found

    def treatment(self) -> list[Discrete]:
        """Lists of steps."""
        uncertainty = self.choice.treatment
        if uncertainty is None:
            return []
        self._need_common("treatment")

        def made(treating: Treating, where: str) -> Alternative:
            bound = self.binder.steps("treatment", treating.steps, where)
            self.parts.extend(each.part for each in bound)
            label = steps_label(treating.steps)
            choice = ([each.choice for each in bound], treating.fitted_on if bound else "edition")
            return Alternative(label, choice, partial(changes.treated, treating, bound))

        listed = [made(each, "robustness.treatment") for each in uncertainty.choices]
        own = made(self.scenario.treatment, "treatment")
        return [Discrete.among("treatment", listed, uncertainty.chances, own)]

    def normalisation(self) -> list[Discrete]:
        """Methods of normalisation."""
        uncertainty = self.choice.normalisation
        if uncertainty is None:
            return []
        self._need_common("normalisation")

        def made(scaling: Scaling, where: str) -> Alternative:
            bound: Any = self.binder.scaling("normalisation", scaling, where, self.scenario.editions.years)
            self.parts.extend([bound.part] if bound else [])
            choice = (bound and bound.choice, scaling.fitted_on, scaling.bounds_in)
            return Alternative(scaling.choice.label, choice, partial(changes.normalised, scaling, bound))

        listed = [made(each, "robustness.normalisation") for each in _own_scalings(uncertainty, self.scenario)]
        own = made(self.scenario.normalisation, "normalisation")
        return [Discrete.among("normalisation", listed, uncertainty.chances, own)]

    def aggregation(self) -> list[Discrete]:
        """Aggregators of all dimensions together, or of each by itself."""
        uncertainty = self.choice.aggregation
        if uncertainty is None:
            return []
        found = []
        if uncertainty.everywhere is not None:
            own = [node.name for node in self.tree if changes.own(self.scenario, node.name, "aggregation") is None]
            if not own:
                self.binder.problem("robustness.aggregation", "every dimension has its own; list the uncertain ones")
            found.append(self._aggregators("aggregation", uncertainty.everywhere, None))
        known = [node.name for node in self.tree]
        for name, alternatives in sorted(uncertainty.by_dimension.items()):
            if name not in known:
                self.binder.problem(f"robustness.aggregation.{name}", no_dimension(name, known))
                continue
            found.append(self._aggregators(f"aggregation of {name}", alternatives, name))
        return found

    def _aggregators(self, title: str, uncertainty: MethodAlternatives, node: str | None) -> Discrete:
        where = "robustness.aggregation" if node is None else f"robustness.aggregation.{node}"
        of_node = None if node is None else changes.own(self.scenario, node, "aggregation")
        own = of_node or self.scenario.aggregation

        def made(choice: MethodSpec, where: str) -> Alternative:
            bound = self._bind("aggregator", choice, where)
            return Alternative(choice.label, bound and bound.choice, partial(changes.aggregated, node, choice, bound))

        listed = [made(each, where) for each in self._own(uncertainty, own)]
        own_where = "aggregation" if of_node is None else f"dimensions.{node}.aggregation"
        return Discrete.among(title, listed, uncertainty.chances, made(own, own_where))

    def missing(self) -> list[Discrete]:
        """Rules for units that lack a member."""
        uncertainty = self.choice.missing
        if uncertainty is None:
            return []

        def made(rule: MissingRule) -> Alternative:
            label = f"{rule.rule} {rule.at_least_share:g} {rule.at_least_count}"
            return Alternative(label, rule, partial(changes.missing, rule))

        listed = [made(each) for each in uncertainty.choices]
        return [Discrete.among("missing", listed, uncertainty.chances, made(self.scenario.missing))]

    def leave_out(self) -> list[Discrete]:
        """One indicator or none, one unit or none."""
        uncertainty = self.choice.leave_out
        if uncertainty is None:
            return []
        found = []
        ranked = [each.key for each in self.indicators if each.dimension is not None]
        for kind, said, known, change in (
            ("indicators", uncertainty.indicators, ranked, changes.without_member),
            ("units", uncertainty.units, list(self.units.units.codes), changes.without_unit),
        ):
            if said is False:
                continue
            names = known if said is True else list(said)
            for name in names:
                if name not in known:
                    what = f"there is no '{name}'"
                    self.binder.problem(f"robustness.leave_out.{kind}", what + suggestion(name, known))
            if len(known) < 2:
                what = "there is only one; it cannot be left out"
                self.binder.problem(f"robustness.leave_out.{kind}", what)
            alternatives = [Alternative(name, name, partial(change, name)) for name in sorted(names)]
            every = [Alternative("none", "", changes.unchanged), *alternatives]
            found.append(Discrete.among(f"left out {kind}", every, (1.0,) * len(every)))
        return found

    def noise(self) -> list[Noise]:
        """Noise of indicators."""
        uncertainty = self.choice.noise
        if uncertainty is None:
            return []
        ranked = [each.key for each in self.indicators if each.dimension is not None]
        if uncertainty.everywhere is not None:
            return [Noise(indicator=key, uncertainty=uncertainty.everywhere) for key in sorted(ranked)]
        found = []
        for key, each in sorted(uncertainty.by_indicator.items()):
            where = f"robustness.noise.{key}"
            if key not in ranked:
                what = f"there is no indicator '{key}' in the tree"
                self.binder.problem(where, what + suggestion(key, ranked))
            columns = [indicator.key for indicator in self.indicators]
            if each.standard_error is not None and each.standard_error not in columns:
                what = f"there is no indicator '{each.standard_error}'"
                self.binder.problem(where, what + suggestion(each.standard_error, columns))
            if each.relative is None and self.scenario.selection.at_least_nonzero_share > 0:
                what = "noise added to 0 cannot be combined with selection.at_least_nonzero_share"
                self.binder.problem(where, what)
            found.append(Noise(indicator=key, uncertainty=each))
        return found

    def _bind(self, kind: str, choice: Any, where: str) -> Any:
        bound = self.binder.choice(kind, choice, where)
        if bound is not None:
            self.parts.append(bound.part)
        return bound

    def _own(self, uncertainty: Alternatives, own: Any) -> list[Any]:
        """The alternatives, the scenario's own method by its bare name with the scenario's options."""
        return [
            own if bare and choice.names_that_of(own) else choice
            for choice, bare in zip(uncertainty.choices, uncertainty.bare, strict=True)
        ]

    def _need_common(self, key: str) -> None:
        """A problem where no indicator follows the scenario's choice."""
        ranked = [each.key for each in self.indicators if each.dimension is not None]
        if all(getattr(self.scenario.indicators[name], key) is not None for name in ranked):
            self.binder.problem(f"robustness.{key}", f"every indicator has its own {key}, so nothing would change")


def _own_scalings(uncertainty: ScalingAlternatives, scenario: Scenario) -> list[Any]:
    """As for methods; another method by its bare name learns from the same values as the scenario's own."""
    own = scenario.normalisation
    made = []
    for scaling, bare in zip(uncertainty.choices, uncertainty.bare, strict=True):
        if bare and scaling.choice.names_that_of(own.choice):
            made.append(own)
        elif bare:
            made.append(type(own)(scaling.choice, own.fitted_on))
        else:
            made.append(scaling)
    return made
