"""From scenario to plan; the effects of alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import evolve, frozen

from hubrank.errors import Problem, ScenarioError, did_you_mean
from hubrank.io.limits import chosen, exceeded
from hubrank.io.toml import located
from hubrank.plugin.registry import Registry
from hubrank.scenario.choices import (
    Alternative,
    Alternatives,
    Discrete,
    MethodSpec,
    MissingRule,
    Scaling,
    Treating,
    older_label,
    steps_label,
)
from hubrank.scenario.figure_errors import BoundError, bind_errors
from hubrank.scenario.indicators import Binder, BoundIndicator, BoundPart, bind_indicators
from hubrank.scenario.inputs import FILES, BoundInput, bind_inputs
from hubrank.scenario.load import Loaded, MalformedError, Rest
from hubrank.scenario.plan import Noise, Plan, Uncertainties, bind_weights
from hubrank.scenario.schema import ROOT, NoiseUncertainties, Robustness, Scenario, UnitsSettings
from hubrank.scenario.tree import Node, Tree, grow, no_dimension, passes_on
from hubrank.scenario.units import BoundUnits, bind_units


def with_scenario(plan: Plan, **changed: Any) -> Plan:
    """The plan with other choices in its scenario; components stay bound."""
    return evolve(plan, loaded=evolve(plan.loaded, scenario=evolve(plan.scenario, **changed)))


def _older(years: int, plan: Plan) -> Plan:
    """Every input older by years; data must be measured again."""
    inputs = {
        name: evolve(bound, choice=evolve(bound.choice, lag=bound.choice.lag + years))
        for name, bound in plan.inputs.items()
    }
    return evolve(plan, inputs=inputs)


def _reseeded(repetition: int, plan: Plan) -> Plan:
    """Another seed for methods that draw; the first repetition has the scenario's own."""
    if repetition == 0:
        return plan
    seed = int(np.random.SeedSequence((plan.scenario.seed, repetition)).generate_state(1)[0])
    return with_scenario(plan, seed=seed)


def _with_step(key: str, choice: Any, bound: Mapping[str, Any], plan: Plan) -> Plan:
    """Another imputation, treatment or normalisation, for indicators without their own."""
    settings = plan.scenario.indicators
    indicators = tuple(
        evolve(item, **bound) if item.key not in settings or getattr(settings[item.key], key) is None else item
        for item in plan.indicators
    )
    return evolve(with_scenario(plan, **{key: choice}), indicators=indicators)


def _with_rule(key: str, choice: Any, bound: Any, plan: Plan, only: str | None = None) -> Plan:
    """Another aggregation or rule for missing members, of one dimension or of all without their own."""
    dimensions = plan.scenario.dimensions  # the root, which has no table of its own, is none of them

    def is_of(node: Node) -> bool:
        inherits = only is None and getattr(dimensions.get(node.name), key, None) is None
        if inherits and key == "aggregation":
            inherits = not passes_on(node.members, dimensions, bound)
        return node.name == only or inherits

    nodes = tuple(evolve(node, **{key: bound}) if is_of(node) else node for node in plan.tree)
    return evolve(plan if only else with_scenario(plan, **{key: choice}), tree=Tree(nodes))


def _without_unit(code: str, plan: Plan) -> Plan:
    """As if the unit were excluded by name."""
    selection = plan.scenario.selection
    return with_scenario(plan, selection=evolve(selection, exclude=(*selection.exclude, code)))


def without_member(name: str, plan: Plan) -> Plan:
    """The plan as if an indicator or a dimension, with all below it, had never been in the scenario.

    So the composed plan is also screened, imputed, treated and normalised without it: a unit that only lacked this
    indicator is ranked, and one that had little else is not. A dimension goes with the last of its members that has a
    weight. If nothing is left, the plan has no nodes and `ranked` is empty.
    """
    gone = {name}
    for node in plan.tree:
        if not any(member.weight > 0 for member in node.members if member.name not in gone):
            gone.add(node.name)
    for node in reversed(plan.tree.nodes):
        gone.update(member.name for member in node.members if node.name in gone)
    leaves: dict[str, int] = {}
    nodes = []
    for node in (node for node in plan.tree if node.name not in gone):
        members = [member for member in node.members if member.name not in gone]
        counted = tuple(evolve(member, leaves=leaves.get(member.name, 1)) for member in members)
        leaves[node.name] = sum(member.leaves for member in counted)
        nodes.append(evolve(node, members=counted))
    indicators = tuple(evolve(item, dimension=None) if item.key in gone else item for item in plan.indicators)
    return evolve(plan, tree=Tree(tuple(nodes)), indicators=indicators)


def _bind_uncertainties(
    scenario: Scenario,
    indicators: tuple[BoundIndicator, ...],
    errors: tuple[BoundError, ...],
    tree: Tree,
    units: BoundUnits,
    binder: Binder,
) -> Uncertainties | None:
    """Bind `[robustness]`; None if the scenario has none, or if there are problems."""
    choice = scenario.robustness
    if choice is None:
        return None
    before, parts = len(binder.problems), len(binder.bound)
    ranked = [item.key for item in indicators if item.dimension is not None]
    sources = _Sources(scenario, choice, indicators, ranked, tree, binder)
    discrete = [
        *sources.among("data_lag", choice.data_lag, 0, sources.older),
        *sources.among("imputation", choice.imputation, scenario.imputation, sources.imputation),
        *(sources.repetitions(parts, choice.n_imputations) if choice.n_imputations else ()),
        *sources.among("treatment", choice.treatment, scenario.treatment, sources.treatment),
        *sources.among("normalisation", choice.normalisation, scenario.normalisation, sources.normalisation),
        *sources.aggregations(),
        *sources.among("missing", choice.missing, scenario.missing, sources.missing),
        *sources.left_out("indicators", ranked, without_member),
        *sources.left_out("units", units.units.codes, _without_unit),
    ]
    noise = sources.noise(choice.noise) if choice.noise else ()
    weights = bind_weights(choice, tree, binder)
    bound = len(binder.problems) == before and len(indicators) == len(scenario.indicators)
    if bound and not (discrete or noise or choice.error or weights):
        binder.problem("robustness", "specifies no uncertainty; set weights, normalisation, error or the like")
    if len(binder.problems) > before:
        return None
    brought = tuple(item.part for item in binder.bound[parts:])
    return Uncertainties(
        choice=choice, weights=weights, discrete=tuple(discrete), noise=noise, errors=errors, parts=brought
    )


@frozen(eq=False)
class _Sources:
    """Makes the sources of uncertainty of a scenario.

    An alternative's function takes the choice and its key in the scenario.
    """

    scenario: Scenario
    choice: Robustness
    indicators: tuple[BoundIndicator, ...]
    ranked: list[str]
    tree: Tree
    binder: Binder

    def among(
        self,
        key: str,
        alternatives: Alternatives | None,
        own: Any,
        alternative: Callable[[Any, str], Alternative],
        node: str | None = None,
    ) -> list[Discrete]:
        """The source of a key of `[robustness]`, of all dimensions or of one; None if the scenario lists nothing."""
        if alternatives is None:
            return []
        settings = [self.scenario.indicators[name] for name in self.ranked]
        if all(getattr(item, key, None) is not None for item in settings):
            self.binder.problem(f"robustness.{key}", f"every indicator has its own {key}, so nothing would change")
        where = f"robustness.{key}" + (f".{node}" if node else "")
        dimension = self.scenario.dimensions.get(node or ROOT)
        own_where = key if getattr(dimension, key, None) is None else f"dimensions.{node}.{key}"
        listed = []
        for choice, bare in zip(alternatives.choices, alternatives.bare, strict=True):
            meant = choice
            if bare:  # a bare name means the scenario's own choice if it is of that method, with its options
                scaled = isinstance(choice, Scaling)
                method, own_method = (choice.choice, own.choice) if scaled else (choice, own)
                if scaled:  # another normalisation is fitted on the same values as the scenario's own
                    meant = Scaling(choice.choice, own.fitted_on)
                if isinstance(method, MethodSpec) and (  # perhaps one names the distribution and the other does not
                    method.method in (own_method.method, own_method.label) or method.label == own_method.method
                ):
                    meant = own
            listed.append(alternative(meant, where))
        name = key if node is None else f"{key} of {node}"
        return [Discrete.among(name, listed, alternatives.chances, alternative(own, own_where))]

    def older(self, years: int, _where: str) -> Alternative:
        return Alternative(older_label(years), years, partial(_older, years))

    def imputation(self, choice: MethodSpec, where: str) -> Alternative:
        bound = self.binder.choice("imputation", choice, where)
        change = partial(_with_step, "imputation", choice, {"imputation": bound})
        return Alternative(choice.label, bound and bound.choice, change)

    def treatment(self, treating: Treating, where: str) -> Alternative:
        steps = self.binder.steps("treatment", treating.steps, where)
        choice = ([step.choice for step in steps], treating.fitted_on if steps else "edition")
        bound = {"treatment": steps, "treatment_fitted_on": treating.fitted_on}
        return Alternative(steps_label(treating.steps), choice, partial(_with_step, "treatment", treating, bound))

    def normalisation(self, scaling: Scaling, where: str) -> Alternative:
        part = self.binder.scaling("normalisation", scaling, where, self.scenario.editions.years)
        choice = (part and part.choice, scaling.fitted_on, scaling.bounds_in)
        fitted = {"normalisation_fitted_on": scaling.fitted_on, "bounds_in": scaling.bounds_in}
        bound = {"normalisation": part, **fitted}
        return Alternative(scaling.choice.label, choice, partial(_with_step, "normalisation", scaling, bound))

    def aggregation(self, node: str | None, choice: MethodSpec, where: str) -> Alternative:
        bound = self.binder.choice("aggregator", choice, where)
        change = partial(_with_rule, "aggregation", choice, bound, only=node)
        return Alternative(choice.label, bound and bound.choice, change)

    def missing(self, rule: MissingRule, _where: str) -> Alternative:
        label = f"{rule.rule} {rule.at_least_share:g} {rule.at_least_count}"
        return Alternative(label, rule, partial(_with_rule, "missing", rule, rule))

    def repetitions(self, bound: int, count: int) -> list[Discrete]:
        """Repetitions of imputations that draw: the scenario's own and those bound as alternatives since."""
        parts = [item.imputation.part for item in self.indicators]
        parts += [item.part for item in self.binder.bound[bound:]]
        if not any(part.kind == "imputation" and part.record.random for part in parts):
            self.binder.problem("robustness.n_imputations", "no imputation is random, so repeats are all equal")
        repeated = [Alternative(str(at + 1), at, partial(_reseeded, at)) for at in range(count)]
        return [Discrete.among("imputations", repeated, (1.0,) * count)]

    def aggregations(self) -> list[Discrete]:
        """Aggregators of all dimensions together, or of each by itself."""
        if (uncertainty := self.choice.aggregation) is None:
            return []
        declared = {name: dimension.aggregation for name, dimension in self.scenario.dimensions.items()}
        nodes = [node.name for node in self.tree]
        if uncertainty.everywhere and all(declared.get(name) for name in nodes):
            self.binder.problem("robustness.aggregation", "every dimension has its own; list the uncertain ones")
        sources = []
        for name, alternatives in [(None, uncertainty.everywhere), *sorted(uncertainty.by_dimension.items())]:
            if name is not None and name not in nodes:
                self.binder.problem(f"robustness.aggregation.{name}", no_dimension(name, nodes))
                continue
            default = declared.get(name or ROOT) or self.scenario.aggregation
            sources += self.among("aggregation", alternatives, default, partial(self.aggregation, name), name)
        return sources

    def left_out(self, kind: str, known: Sequence[str], change: Callable[[str, Plan], Plan]) -> list[Discrete]:
        """One indicator or none, or one unit or none."""
        wanted = getattr(self.choice.exclude, kind, False)
        if wanted is False:
            return []
        names, where = known if wanted is True else wanted, f"robustness.exclude.{kind}"
        for name in names:
            if name not in known:
                self.binder.problem(where, f"there is no '{name}'" + did_you_mean(name, known))
        if len(known) < 2:
            self.binder.problem(where, "there is only one; it cannot be left out")
        alternatives = [Alternative(name, name, partial(change, name)) for name in sorted(names)]
        every = [Alternative("none", "", lambda plan: plan), *alternatives]
        return [Discrete.among(f"left out {kind}", every, (1.0,) * len(every))]

    def noise(self, uncertainty: NoiseUncertainties) -> tuple[Noise, ...]:
        """Noise of indicators."""
        if uncertainty.everywhere is not None:
            return tuple(Noise(indicator=key, uncertainty=uncertainty.everywhere) for key in sorted(self.ranked))
        columns = [item.key for item in self.indicators]
        for key, noise in sorted(uncertainty.by_indicator.items()):
            where, error = f"robustness.noise.{key}", noise.standard_error
            if key not in self.ranked:
                what = f"there is no indicator '{key}' in the tree" + did_you_mean(key, self.ranked)
                self.binder.problem(where, what)
            if error is not None and error not in columns:
                self.binder.problem(where, f"there is no indicator '{error}'" + did_you_mean(error, columns))
            if noise.relative is None and self.scenario.selection.at_least_nonzero_share > 0:
                what = "noise added to 0 cannot be combined with selection.at_least_nonzero_share"
                self.binder.problem(where, what)
        return tuple(Noise(indicator=key, uncertainty=noise) for key, noise in sorted(uncertainty.by_indicator.items()))


def resolve(loaded: Loaded, registry: Registry, sample: bool = False, before: Plan | None = None) -> Plan:
    """Bind every name of a scenario.

    Args:
        loaded: The scenario.
        registry: The installed components.
        sample: Whether sources read their samples.
        before: Another plan, whose units are kept if they are chosen in the same way.

    Raises:
        ScenarioError: Every error of meaning, with its line.
    """
    with chosen(loaded.scenario.limits.changes):
        scenario = loaded.scenario
        registry = loaded.joined(registry)
        binder = Binder(registry)
        units = _units_of(before, scenario, binder) or bind_units(scenario, binder)
        indicators = bind_indicators(scenario, binder)
        errors = bind_errors(scenario, indicators, binder)
        inputs = bind_inputs(scenario, indicators, errors, binder)
        tree = grow(scenario, indicators, binder)
        post_processing = binder.steps("rescaling", scenario.ranking.post_processing, "ranking.post_processing")
        _check_ranking(scenario, None if units is None else len(units.units), binder)
        if units is not None:
            _check_units(scenario, indicators, inputs, units, binder)
        uncertainties = None
        if tree and units:
            uncertainties = _bind_uncertainties(scenario, indicators, errors, tree, units, binder)
        if binder.problems or units is None or tree is None:
            unbound = set(scenario.indicators) - {item.key for item in indicators}
            raise loaded.error(item for item in binder.problems if not _follows(item, unbound))
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


def _units_of(before: Plan | None, scenario: Scenario, binder: Binder) -> BoundUnits | None:
    """The units of another plan, if a scenario chooses them in the same way, by the same component."""
    if before is None or before.scenario.limits != scenario.limits:
        return None
    if _choice_of_units(before.scenario) != _choice_of_units(scenario):
        return None
    found = binder.registry.called("unit set", scenario.units.set) if scenario.units.set else (None,)
    return before.units if found == (before.units.part,) else None


def _choice_of_units(scenario: Scenario) -> UnitsSettings:
    """How units are chosen, from files by their whole paths."""
    files = {name: path.resolve() for name in ("file", "places") if (path := getattr(scenario.units, name))}
    return evolve(scenario.units, **files)


def _follows(problem: Problem, unbound: set[str]) -> bool:
    """Whether a problem is caused by an indicator that could not be bound."""
    return any(f"'{key}'" in problem.what and not problem.where.startswith(f"indicators.{key}") for key in unbound)


def with_others(error: ScenarioError, scenario: Loaded | MalformedError, registry: Registry) -> ScenarioError:
    """The error with all other errors of the scenario and of the tables that come with it.

    Wrong parts are removed and the rest is resolved again, until nothing is wrong or nothing can be removed.
    """
    rest, found, wrong = Rest.of(scenario), [*error.problems], list(error.problems)
    while wrong and rest.take_out(wrong):
        loaded, wrong = rest.parsed()
        tables: list[Problem] = []
        if loaded is not None:
            tables = problems_of_tables(loaded, registry)
            try:
                resolve(loaded, registry)
            except ScenarioError as others:
                wrong = [item for item in others.problems if not rest.follows(item)]
        found += [item for item in (*wrong, *tables) if item not in found and not rest.follows(item)]
    return ScenarioError(error.file, located(found, scenario.sources))


def problems_of_tables(loaded: Loaded, registry: Registry) -> list[Problem]:
    """Errors of the tables that come with a scenario, as far as their headers and first rows show."""
    with chosen(loaded.scenario.limits.changes):
        region = loaded.region.settings.name if loaded.region else None
        return list(loaded.error(_of_tables(loaded.scenario, loaded.joined(registry), region)).problems)


def _of_tables(scenario: Scenario, registry: Registry, region: str | None) -> list[Problem]:
    """Errors of the tables that come with the scenario; those of other sources may take long to read.

    The columns that an indicator reads do not depend on the methods, which may have errors.
    """
    binder = Binder(registry)
    plain = evolve(
        scenario, imputation=MethodSpec("none"), treatment=Treating(), normalisation=Scaling(MethodSpec("min-max"))
    )
    problems: list[Problem] = []
    indicators = bind_indicators(plain, binder)
    for name, item in bind_inputs(plain, indicators, bind_errors(plain, indicators, binder), binder).items():
        stands_in = item.lacks_file and item.fallback is not None
        if (item.part.is_own(FILES) or item.part.name == region) and item.columns and not stands_in:
            part = BoundPart(item.part, item.options, f"inputs.{name}")
            try:
                part.call(lambda request, source=item.source: next(iter(source.read(request))), "read", item.request())
            except ScenarioError as error:
                problems += error.problems
    return problems


def _check_units(
    scenario: Scenario,
    indicators: tuple[BoundIndicator, ...],
    inputs: Mapping[str, BoundInput],
    units: BoundUnits,
    binder: Binder,
) -> None:
    """Check what inputs, indicators and choices need of the units."""
    for item in (one for first in inputs.values() for one in first.chain):
        if item.columns and item.table.columns and (what := units.places.unmet(item.table.columns)):
            binder.problem(f"inputs.{item.name}", what)
    index = units.units.by_folded_name
    for name in (name for name, item in inputs.items() if item.choice.match == "folded"):
        for pair in index.alike():
            one, other = (f"'{index.codes[at]}' ({index.names[at]})" for at in pair)
            binder.problem(
                f"inputs.{name}.match", f"units {one} and {other} differ only in case, accents, spaces or punctuation"
            )
    known = {*units.units.frame.columns, *scenario.units.from_inputs}
    for indicator in indicators:
        for column in indicator.bound.asked("unit_columns"):
            if column not in known:
                what = f"needs the unit column '{column}', which the units do not have"
                binder.problem(f"indicators.{indicator.key}", what + did_you_mean(column, known))
    codes = units.units.codes
    for key, wanted in (("keep", scenario.selection.keep), ("exclude", scenario.selection.exclude)):
        for code in (code for code in wanted if code not in codes):
            binder.problem(f"selection.{key}", f"there is no unit '{code}'" + did_you_mean(code, codes))


def _check_ranking(scenario: Scenario, units: int | None, binder: Binder) -> None:
    """Reject invalid tiers, and more units, indicators, values or draws than are allowed."""
    ranking, robustness = scenario.ranking, scenario.robustness
    if ranking.tiers and ranking.classes:
        binder.problem("ranking.classes", "cannot be combined with tiers; remove one of them")
    if list(ranking.tiers) != sorted(set(ranking.tiers)) or min(ranking.tiers, default=1) < 1:
        binder.problem("ranking.tiers", "must be ranks in ascending order, without duplicates")
    if scenario.window < 1:
        binder.problem("window", f"must be at least 1 year; got {scenario.window}")
    if units is None:
        return
    values, own = units * len(scenario.indicators), robustness.draws if robustness else 0
    draws = own if own != "auto" else 0
    for limit, where, number in (
        ("units", "units", units),
        ("indicators", "indicators", len(scenario.indicators)),
        ("panel", "editions", values * len(scenario.editions.years)),
        ("draws", "robustness.draws", draws),
        ("drawn", "robustness.draws", draws * values),
    ):
        if what := exceeded(limit, number):
            binder.problem(where, what)
