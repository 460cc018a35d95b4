"""Scenario to Plan; what an alternative changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from hubrank.errors import Problem, ScenarioError, did_you_mean
from hubrank.io.limits import chosen, exceeded
from hubrank.plugin.registry import Registry
from hubrank.plugin.units import Units
from hubrank.scenario.choices import (
    Alternative,
    Alternatives,
    Discrete,
    MethodAlternatives,
    MethodSpec,
    Scaling,
    ScalingAlternatives,
    Treating,
    older_label,
    steps_label,
)
from hubrank.scenario.indicators import Binder, BoundIndicator, BoundPart, bind_indicators
from hubrank.scenario.inputs import FILES, BoundInput, bind_inputs
from hubrank.scenario.load import Loaded
from hubrank.scenario.plan import Noise, Plan, Uncertainties, bind_weights
from hubrank.scenario.schema import Robustness, Scenario
from hubrank.scenario.tree import Tree, grow, no_dimension
from hubrank.scenario.units import BoundUnits, bind_units

if TYPE_CHECKING:
    from hubrank.plugin.registry import Part
    from hubrank.scenario.choices import MissingRule


def node_setting(scenario: Scenario, node: str, key: str) -> Any:
    """What a dimension says of its own; the root says nothing."""
    return getattr(scenario.dimensions[node], key) if node in scenario.dimensions else None


def with_scenario(plan: Plan, **changed: Any) -> Plan:
    """The plan with other choices in its scenario; what is bound to parts stays as it is."""
    return evolve(plan, loaded=evolve(plan.loaded, scenario=evolve(plan.scenario, **changed)))


def unchanged(plan: Plan) -> Plan:
    """The plan as it is."""
    return plan


def older(years: int, plan: Plan) -> Plan:
    """Every input older by years; what is measured must be measured again."""
    inputs = {
        name: evolve(each, choice=evolve(each.choice, lag=each.choice.lag + years))
        for name, each in plan.inputs.items()
    }
    return evolve(plan, inputs=inputs)


def imputed(choice: MethodSpec, bound: BoundPart, plan: Plan) -> Plan:
    """Another imputation, where an indicator has none of its own."""
    return _each_indicator(with_scenario(plan, imputation=choice), "imputation", imputation=bound)


def reseeded(repetition: int, plan: Plan) -> Plan:
    """Another seed for methods that draw; the first repetition has the scenario's own."""
    if repetition == 0:
        return plan
    seed = int(np.random.SeedSequence((plan.scenario.seed, repetition)).generate_state(1)[0])
    return with_scenario(plan, seed=seed)


def treated(treating: Treating, steps: tuple[BoundPart, ...], plan: Plan) -> Plan:
    """Another treatment, where an indicator has none of its own."""
    changed = with_scenario(plan, treatment=treating)
    return _each_indicator(changed, "treatment", treatment=steps, treatment_fitted_on=treating.fitted_on)


def normalised(scaling: Scaling, bound: BoundPart, plan: Plan) -> Plan:
    """Another normalisation, where an indicator has none of its own."""
    changed = with_scenario(plan, normalisation=scaling)
    return _each_indicator(changed, "normalisation", normalisation=bound, normalisation_fitted_on=scaling.fitted_on)


def aggregated(node: str | None, choice: MethodSpec, bound: BoundPart, plan: Plan) -> Plan:
    """Another aggregator for a dimension, or for all that have none of their own."""
    scenario = plan.scenario
    if node is None:
        plan = with_scenario(plan, aggregation=choice)
    return _each_node(
        plan,
        lambda each: (
            evolve(each, aggregation=bound)
            if each.name == node or (node is None and node_setting(scenario, each.name, "aggregation") is None)
            else each
        ),
    )


def missing(rule: MissingRule, plan: Plan) -> Plan:
    """Another rule for units that lack a member, where a dimension has none of its own."""
    scenario = plan.scenario
    return _each_node(
        with_scenario(plan, missing=rule),
        lambda each: evolve(each, missing=rule) if node_setting(scenario, each.name, "missing") is None else each,
    )


def without_unit(code: str, plan: Plan) -> Plan:
    """As if the unit were dropped by name."""
    selection = plan.scenario.selection
    return with_scenario(plan, selection=evolve(selection, drop=(*selection.drop, code)))


def without_member(name: str, plan: Plan) -> Plan:
    """As if an indicator or a dimension, with all that lies below it, had never been in the scenario.

    So whoever composes the plan screens, imputes, treats and normalises without it too: a unit that only lacked this
    indicator is ranked, and one that had little else is not. A dimension goes with the last of its members that has
    a weight. Where nothing is left, the plan has no nodes and `ranked` is empty.
    """
    gone = {name, *_below(plan.tree, name)}
    for node in plan.tree:
        if not any(member.weight > 0 for member in node.members if member.name not in gone):
            gone |= {node.name, *_below(plan.tree, node.name)}
    nodes = [
        evolve(node, members=tuple(member for member in node.members if member.name not in gone))
        for node in plan.tree
        if node.name not in gone
    ]
    indicators = tuple(evolve(each, dimension=None) if each.key in gone else each for each in plan.indicators)
    return evolve(plan, tree=_counted(Tree(tuple(nodes))), indicators=indicators)


def _below(tree: Tree, name: str) -> set[str]:
    nodes = {node.name: node for node in tree}
    if name not in nodes:
        return set()
    names = {member.name for member in nodes[name].members}
    return names.union(*(_below(tree, each) for each in names))


def _counted(tree: Tree) -> Tree:
    """The tree with the number of indicators in each member."""
    leaves: dict[str, int] = {}
    nodes = []
    for node in tree:
        members = tuple(evolve(member, leaves=leaves.get(member.name, 1)) for member in node.members)
        leaves[node.name] = sum(member.leaves for member in members)
        nodes.append(evolve(node, members=members))
    return Tree(tuple(nodes))


def _each_indicator(plan: Plan, key: str, **changed: Any) -> Plan:
    """Change all indicators that say nothing of their own under a key."""
    said = plan.scenario.indicators
    indicators = tuple(
        evolve(each, **changed) if each.key not in said or getattr(said[each.key], key) is None else each
        for each in plan.indicators
    )
    return evolve(plan, indicators=indicators)


def _each_node(plan: Plan, change: Any) -> Plan:
    return evolve(plan, tree=Tree(tuple(change(node) for node in plan.tree)))


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
            return Alternative(older_label(years), years, partial(older, years))

        return [Discrete.among("vintage", [made(each) for each in uncertainty.choices], uncertainty.chances, made(0))]

    def imputation(self) -> list[Discrete]:
        """Methods of imputation, and repetitions of those that draw."""
        found = []
        records = [each.imputation.part.record for each in self.indicators]

        def made(choice: MethodSpec, where: str) -> Alternative:
            bound = self._bind("imputation", choice, where)
            records.extend([bound.part.record] if bound else [])
            return Alternative(choice.label, bound and bound.choice, partial(imputed, choice, bound))

        if uncertainty := self.choice.imputation:
            self._need_common("imputation")
            own = self.scenario.imputation
            listed = [made(each, "robustness.imputation") for each in self._own(uncertainty, own)]
            found.append(Discrete.among("imputation", listed, uncertainty.chances, made(own, "imputation")))
        if count := self.choice.imputations:
            if not any(record.random for record in records):
                self.binder.problem("robustness.imputations", "no imputation is random, so repeats are all equal")
            repeated = [Alternative(str(at + 1), at, partial(reseeded, at)) for at in range(count)]
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
            return Alternative(label, choice, partial(treated, treating, bound))

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
            return Alternative(scaling.choice.label, choice, partial(normalised, scaling, bound))

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
            own = [node.name for node in self.tree if node_setting(self.scenario, node.name, "aggregation") is None]
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
        of_node = None if node is None else node_setting(self.scenario, node, "aggregation")
        default = of_node or self.scenario.aggregation

        def made(choice: MethodSpec, where: str) -> Alternative:
            bound = self._bind("aggregator", choice, where)
            return Alternative(choice.label, bound and bound.choice, partial(aggregated, node, choice, bound))

        listed = [made(each, where) for each in self._own(uncertainty, default)]
        own_where = "aggregation" if of_node is None else f"dimensions.{node}.aggregation"
        return Discrete.among(title, listed, uncertainty.chances, made(default, own_where))

    def missing(self) -> list[Discrete]:
        """Rules for units that lack a member."""
        uncertainty = self.choice.missing
        if uncertainty is None:
            return []

        def made(rule: MissingRule) -> Alternative:
            label = f"{rule.rule} {rule.at_least_share:g} {rule.at_least_count}"
            return Alternative(label, rule, partial(missing, rule))

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
            ("indicators", uncertainty.indicators, ranked, without_member),
            ("units", uncertainty.units, list(self.units.units.codes), without_unit),
        ):
            if said is False:
                continue
            names = known if said is True else list(said)
            for name in names:
                if name not in known:
                    what = f"there is no '{name}'"
                    self.binder.problem(f"robustness.leave_out.{kind}", what + did_you_mean(name, known))
            if len(known) < 2:
                what = "there is only one; it cannot be left out"
                self.binder.problem(f"robustness.leave_out.{kind}", what)
            alternatives = [Alternative(name, name, partial(change, name)) for name in sorted(names)]
            every = [Alternative("none", "", unchanged), *alternatives]
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
                self.binder.problem(where, what + did_you_mean(key, ranked))
            columns = [indicator.key for indicator in self.indicators]
            if each.standard_error is not None and each.standard_error not in columns:
                what = f"there is no indicator '{each.standard_error}'"
                self.binder.problem(where, what + did_you_mean(each.standard_error, columns))
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


#: What stands in for a normalisation that may have mistakes.
_PLAIN = Scaling(MethodSpec("min-max"))


def resolve(loaded: Loaded, registry: Registry, sample: bool = False) -> Plan:
    """Bind every name of a scenario.

    Raises:
        ScenarioError: Every error of meaning, with its line.
    """
    with chosen(loaded.scenario.limits.changes):
        return _resolved(loaded, registry, sample)


def _resolved(loaded: Loaded, registry: Registry, sample: bool) -> Plan:
    scenario = loaded.scenario
    registry = loaded.joined(registry)
    binder = Binder(registry)
    units = bind_units(scenario, binder)
    indicators = bind_indicators(scenario, binder)
    inputs = bind_inputs(scenario, indicators, binder)
    tree = grow(scenario, indicators, binder)
    post_processing = binder.steps("rescaling", scenario.ranking.post_processing, "ranking.post_processing")
    if units is not None:
        _check_places(inputs, units, binder)
        _check_names(inputs, units.units, binder)
        _check_unit_columns(scenario, indicators, units, binder)
        _check_selection(scenario, units.units, binder)
    _check_ranking(scenario, binder)
    if units is not None:
        _check_sizes(scenario, len(units.units), binder)
    uncertainties = bind_uncertainties(scenario, indicators, tree, units, binder) if tree and units else None
    if binder.problems or units is None or tree is None:
        binder.problems.extend([] if loaded.measured or sample else _of_tables(scenario, registry))
        raise loaded.error(binder.problems)
    return Plan(
        loaded=loaded,
        units=units,
        inputs=inputs,
        indicators=indicators,
        tree=tree,
        post_processing=post_processing,
        uncertainties=uncertainties,
        sample=sample,
    )


def of_files(loaded: Loaded, registry: Registry) -> list[Problem]:
    """What is wrong with the units and tables of a scenario that has mistakes elsewhere.

    Args:
        loaded: What has none.
        registry: Where names are looked up.
    """
    registry = loaded.joined(registry)
    binder = Binder(registry)
    with chosen(loaded.scenario.limits.changes):
        bind_units(loaded.scenario, binder)
        bind_inputs(loaded.scenario, bind_indicators(loaded.scenario, binder), binder)
        found = [*binder.problems, *_of_tables(loaded.scenario, registry)]
    return list(loaded.error([each for each in found if each.where.startswith(("units", "inputs"))]).problems)


def _of_tables(scenario: Scenario, registry: Registry) -> list[Problem]:
    """What is wrong with the tables that come with the scenario; those of other sources may take long to read.

    What an indicator reads of them does not depend on the methods, which may have mistakes.
    """
    binder = Binder(registry)
    plain = evolve(scenario, imputation=MethodSpec("none"), treatment=Treating(), normalisation=_PLAIN)
    inputs = bind_inputs(plain, bind_indicators(plain, binder), binder)
    found: list[Problem] = []
    for name, each in inputs.items():
        if each.part.is_own(FILES) and each.columns:
            part = BoundPart(each.part, each.options, f"inputs.{name}")
            try:
                part.call(lambda request, source=each.source: next(iter(source.read(request))), "read", each.request())
            except ScenarioError as error:
                found += error.problems
    return found


def _check_sizes(scenario: Scenario, units: int, binder: Binder) -> None:
    """Refuse a ranking of more units, indicators, values or draws than are allowed."""
    indicators = len(scenario.indicators)
    found = {
        "units": ("units", units),
        "indicators": ("indicators", indicators),
        "panel": ("editions", units * indicators * len(scenario.editions.years)),
    }
    if (robustness := scenario.robustness) is not None:
        found["draws"] = ("robustness.draws", robustness.draws)
        found["drawn"] = ("robustness.draws", robustness.draws * units * indicators)
    for limit, (where, number) in found.items():
        if said := exceeded(limit, number):
            binder.problem(where, said)


def _check_places(inputs: Mapping[str, BoundInput], units: BoundUnits, binder: Binder) -> None:
    for each in (one for first in inputs.values() for one in first.chain):
        if each.columns and each.table.columns and (what := units.places.unmet(each.table.columns)):
            binder.problem(f"inputs.{each.name}", what)


def _check_names(inputs: Mapping[str, BoundInput], units: Units, binder: Binder) -> None:
    """Refuse to look for units by names that cannot tell two of them apart."""
    index = units.by_folded_name
    for name in (name for name, each in inputs.items() if each.choice.match == "folded"):
        for pair in index.alike():
            one, other = (f"'{index.codes[at]}' ({index.names[at]})" for at in pair)
            binder.problem(f"inputs.{name}.match", f"units {one} and {other} are alike when their names are folded")


def _check_unit_columns(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], units: BoundUnits, binder: Binder
) -> None:
    known = {*units.units.frame.columns, *scenario.units.from_inputs}
    for each in indicators:
        for column in each.bound.asked("unit_columns"):
            if column not in known:
                what = f"needs the unit column '{column}', which the units do not have"
                binder.problem(f"indicators.{each.key}", what + did_you_mean(column, known))


def _check_selection(scenario: Scenario, units: Units, binder: Binder) -> None:
    for key, codes in (("except", scenario.selection.keep), ("drop", scenario.selection.drop)):
        for code in codes:
            if code not in units.frame.index:
                what = f"there is no unit '{code}'"
                binder.problem(f"selection.{key}", what + did_you_mean(code, units.codes))


def _check_ranking(scenario: Scenario, binder: Binder) -> None:
    if scenario.ranking.tiers and scenario.ranking.classes:
        what = "cannot be combined with tiers; remove one of them"
        binder.problems.append(Problem("ranking.classes", what))
    tiers = list(scenario.ranking.tiers)
    if tiers != sorted(set(tiers)) or any(tier < 1 for tier in tiers):
        what = "must be ranks in ascending order, without duplicates"
        binder.problems.append(Problem("ranking.tiers", what))
    if scenario.window < 1:
        what = f"must be at least 1 year; got {scenario.window}"
        binder.problems.append(Problem("window", what))
