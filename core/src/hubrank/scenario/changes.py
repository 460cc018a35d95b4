"""What an alternative makes of a plan: the same plan with another method, without an indicator, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from hubrank.scenario.tree import Tree

if TYPE_CHECKING:
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.choices import MethodSpec, MissingRule, Scaling, Treating
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.scenario import Scenario


def own(scenario: Scenario, node: str, key: str) -> Any:
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


def imputed(choice: MethodSpec, bound: Bound, plan: Plan) -> Plan:
    """Another imputation, where an indicator has none of its own."""
    return _each_indicator(with_scenario(plan, imputation=choice), "imputation", imputation=bound)


def reseeded(repetition: int, plan: Plan) -> Plan:
    """Another seed for methods that draw; the first repetition has the scenario's own."""
    if repetition == 0:
        return plan
    seed = int(np.random.SeedSequence((plan.scenario.seed, repetition)).generate_state(1)[0])
    return with_scenario(plan, seed=seed)


def treated(treating: Treating, steps: tuple[Bound, ...], plan: Plan) -> Plan:
    """Another treatment, where an indicator has none of its own."""
    changed = with_scenario(plan, treatment=treating)
    return _each_indicator(changed, "treatment", treatment=steps, treatment_fitted_on=treating.fitted_on)


def normalised(scaling: Scaling, bound: Bound, plan: Plan) -> Plan:
    """Another normalisation, where an indicator has none of its own."""
    changed = with_scenario(plan, normalisation=scaling)
    return _each_indicator(changed, "normalisation", normalisation=bound, normalisation_fitted_on=scaling.fitted_on)


def aggregated(node: str | None, choice: MethodSpec, bound: Bound, plan: Plan) -> Plan:
    """Another aggregator for a dimension, or for all that have none of their own."""
    scenario = plan.scenario
    if node is None:
        plan = with_scenario(plan, aggregation=choice)
    return _each_node(
        plan,
        lambda each: (
            evolve(each, aggregation=bound)
            if each.name == node or (node is None and own(scenario, each.name, "aggregation") is None)
            else each
        ),
    )


def missing(rule: MissingRule, plan: Plan) -> Plan:
    """Another rule for units that lack a member, where a dimension has none of its own."""
    scenario = plan.scenario
    return _each_node(
        with_scenario(plan, missing=rule),
        lambda each: evolve(each, missing=rule) if own(scenario, each.name, "missing") is None else each,
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
