"""From `[robustness]` to sources of uncertainty: every name bound to a part, or every problem reported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from hubrank.basis.errors import suggestion
from hubrank.basis.words import counted
from hubrank.scenario import changes
from hubrank.scenario.alternatives import Alternatives, Discrete, MethodAlternatives, ScalingAlternatives
from hubrank.scenario.binding import Binder
from hubrank.scenario.uncertainty.sources import Noise, Uncertainties
from hubrank.scenario.uncertainty.weights import bind_weights
from hubrank.scenario.uncertainty_choices import Robustness

if TYPE_CHECKING:
    from hubrank.contract.registry import Part
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
        labels = [f"{counted(years, 'year')} older" for years in uncertainty.choices]
        return [
            _discrete("vintage", uncertainty, labels, [partial(changes.older, years) for years in uncertainty.choices])
        ]

    def imputation(self) -> list[Discrete]:
        """Methods of imputation, and repetitions of those that draw."""
        found = []
        bound_alternatives = []
        if uncertainty := self.choice.imputation:
            self._need_common("imputation")
            for choice in self._own(uncertainty, self.scenario.imputation):
                bound_alternatives.append((choice, self._bind("imputation", choice, "robustness.imputation")))
            found.append(
                _discrete(
                    "imputation",
                    uncertainty,
                    [choice.method for choice, _ in bound_alternatives],
                    [partial(changes.imputed, choice, bound) for choice, bound in bound_alternatives],
                )
            )
        if count := self.choice.imputations:
            records = [each.imputation.part.record for each in self.indicators]
            records += [bound.part.record for _, bound in bound_alternatives if bound]
            if not any(record.random for record in records):
                self.binder.problem("robustness.imputations", "no imputation is random, so repeats are all equal")
            repeated = Alternatives(tuple(range(count)), (1.0,) * count, (False,) * count)
            labels = [str(at + 1) for at in range(count)]
            found.append(
                _discrete("imputations", repeated, labels, [partial(changes.reseeded, at) for at in range(count)])
            )
        return found

    def treatment(self) -> list[Discrete]:
        """Lists of steps."""
        uncertainty = self.choice.treatment
        if uncertainty is None:
            return []
        self._need_common("treatment")
        alternatives = []
        labels = []
        for treating in uncertainty.choices:
            bound = self.binder.steps("treatment", treating.steps, "robustness.treatment")
            self.parts.extend(each.part for each in bound)
            alternatives.append(partial(changes.treated, treating, bound))
            labels.append(" then ".join(step.method for step in treating.steps) or "none")
        return [_discrete("treatment", uncertainty, labels, alternatives)]

    def normalisation(self) -> list[Discrete]:
        """Methods of normalisation."""
        uncertainty = self.choice.normalisation
        if uncertainty is None:
            return []
        self._need_common("normalisation")
        alternatives = []
        for scaling in _own_scalings(uncertainty, self.scenario):
            where = "robustness.normalisation"
            bound = self.binder.scaling("normalisation", scaling, where, self.scenario.editions.years)
            if bound is not None:
                self.parts.append(bound.part)
                alternatives.append(partial(changes.normalised, scaling, bound))
        labels = [scaling.choice.method for scaling in uncertainty.choices]
        return [_discrete("normalisation", uncertainty, labels, alternatives)]

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
        for name, alternatives in uncertainty.by_dimension.items():
            if name not in known:
                hint = suggestion(name, known)
                self.binder.problem(f"robustness.aggregation.{name}", f"there is no dimension '{name}'{hint}")
                continue
            found.append(self._aggregators(f"aggregation of {name}", alternatives, name))
        return found

    def _aggregators(self, title: str, uncertainty: MethodAlternatives, node: str | None) -> Discrete:
        where = "robustness.aggregation" if node is None else f"robustness.aggregation.{node}"
        own = (None if node is None else changes.own(self.scenario, node, "aggregation")) or self.scenario.aggregation
        made = [
            partial(changes.aggregated, node, choice, self._bind("aggregator", choice, where))
            for choice in self._own(uncertainty, own)
        ]
        return _discrete(title, uncertainty, [choice.method for choice in uncertainty.choices], made)

    def missing(self) -> list[Discrete]:
        """Rules for units that lack a member."""
        uncertainty = self.choice.missing
        if uncertainty is None:
            return []
        labels = [f"{rule.rule} {rule.at_least_share:g} {rule.at_least_count}" for rule in uncertainty.choices]
        return [
            _discrete("missing", uncertainty, labels, [partial(changes.missing, rule) for rule in uncertainty.choices])
        ]

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
                    hint = suggestion(name, known)
                    self.binder.problem(f"robustness.leave_out.{kind}", f"there is no '{name}'{hint}")
            if len(known) < 2:
                self.binder.problem(f"robustness.leave_out.{kind}", "there is only one; it cannot be left out")
            every = Alternatives(("", *names), (1.0,) * (len(names) + 1), (False,) * (len(names) + 1))
            alternatives = [changes.unchanged, *(partial(change, name) for name in names)]
            found.append(_discrete(f"left out {kind}", every, ["none", *names], alternatives))
        return found

    def noise(self) -> list[Noise]:
        """Noise of indicators."""
        uncertainty = self.choice.noise
        if uncertainty is None:
            return []
        ranked = [each.key for each in self.indicators if each.dimension is not None]
        if uncertainty.everywhere is not None:
            return [Noise(indicator=key, uncertainty=uncertainty.everywhere) for key in ranked]
        found = []
        for key, each in uncertainty.by_indicator.items():
            where = f"robustness.noise.{key}"
            if key not in ranked:
                self.binder.problem(where, f"there is no indicator '{key}' in the tree{suggestion(key, ranked)}")
            columns = [indicator.key for indicator in self.indicators]
            if each.standard_error is not None and each.standard_error not in columns:
                hint = suggestion(each.standard_error, columns)
                self.binder.problem(where, f"there is no indicator '{each.standard_error}'{hint}")
            if each.relative is None and self.scenario.selection.at_least_nonzero_share > 0:
                self.binder.problem(where, "noise added to 0 cannot be combined with selection.at_least_nonzero_share")
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
            own if bare and choice.method == own.method else choice
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
        if bare and scaling.choice.method == own.choice.method:
            made.append(own)
        elif bare:
            made.append(type(own)(scaling.choice, own.fitted_on))
        else:
            made.append(scaling)
    return made


def _discrete(name: str, uncertainty: Alternatives, labels: list[str], alternatives: list[Any]) -> Discrete:
    total = sum(uncertainty.chances)
    return Discrete(
        name=name,
        labels=tuple(labels),
        chances=tuple(chance / total for chance in uncertainty.chances),
        changes=tuple(alternatives),
    )
