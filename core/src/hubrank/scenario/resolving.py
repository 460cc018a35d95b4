"""From a scenario to a plan: every name bound to a part, or every problem reported. No data is read yet."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from hubrank.basis.errors import Problem, ScenarioError, suggestion
from hubrank.basis.limits import chosen, exceeded
from hubrank.contract.registry import Registry
from hubrank.contract.units import Units
from hubrank.scenario.binding import Binder, Bound
from hubrank.scenario.choices import MethodSpec, Scaling, Treating
from hubrank.scenario.columns import BoundIndicator, bind_indicators
from hubrank.scenario.inputs import FILES, BoundInput, bind_inputs
from hubrank.scenario.loading import Loaded
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolving_uncertainty import bind_uncertainties
from hubrank.scenario.scenario import Scenario
from hubrank.scenario.tree import grow
from hubrank.scenario.unit_sets import BoundUnits, bind_units

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
            part = Bound(each.part, each.options, f"inputs.{name}")
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
                binder.problem(f"indicators.{each.key}", what + suggestion(column, known))


def _check_selection(scenario: Scenario, units: Units, binder: Binder) -> None:
    for key, codes in (("except", scenario.selection.keep), ("drop", scenario.selection.drop)):
        for code in codes:
            if code not in units.frame.index:
                what = f"there is no unit '{code}'"
                binder.problem(f"selection.{key}", what + suggestion(code, units.codes))


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
