"""From a scenario to a plan: every name bound to a part, or every problem said. No data is read yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import evolve, frozen

from hubrank.binding import Binder, Bound
from hubrank.choices import Over
from hubrank.errors import Problem, listed, suggestion
from hubrank.indicators import Indicator
from hubrank.loading import Loaded
from hubrank.methods import Context, Member
from hubrank.registry import Part, Registry
from hubrank.robustness.sources import Doubts, bind_doubts
from hubrank.scenario import IndicatorChoice, InputChoice, Scenario
from hubrank.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Table
from hubrank.tree import Tree, grow
from hubrank.unit_sets import BoundUnits, bind_units
from hubrank.units import Units


@frozen(kw_only=True, eq=False)
class BoundInput:
    """An input, bound to a source's table.

    Attributes:
        name: Its name in the scenario.
        choice: What the scenario says of it.
        part: The source.
        options: The source's options.
        table: The source's table.
        columns: The columns that indicators read of it, with their types.
    """

    name: str
    choice: InputChoice
    part: Part
    options: Any
    table: Table
    columns: Mapping[str, type]

    @property
    def source(self) -> DataSource:
        """The source's record."""
        source: DataSource = self.part.record
        return source


@frozen(kw_only=True, eq=False)
class BoundIndicator:
    """An indicator with its choices.

    Attributes:
        key: Its key in the scenario: the column.
        bound: The part with its options.
        title: For tables and plots.
        direction: 1 or -1.
        inputs: The scenario's input for each of its own.
        made_from: The keys that it is made from, where it is derived.
        dimension: The dimension that it belongs to; none where it only serves others.
        imputation: How its gaps are filled.
        treatment: Its steps.
        treated_over: The values that treatment learns from.
        normalisation: How it comes to one scale.
        normalised_over: The values that normalisation learns from.
    """

    key: str
    bound: Bound
    title: str
    direction: int
    inputs: Mapping[str, str]
    made_from: tuple[str, ...]
    dimension: str | None
    imputation: Bound
    treatment: tuple[Bound, ...]
    treated_over: Over
    normalisation: Bound
    normalised_over: Over

    @property
    def record(self) -> Indicator:
        """The indicator's record."""
        record: Indicator = self.bound.part.record
        return record


@frozen(kw_only=True, eq=False)
class Plan:
    """A scenario, ready to be measured and composed.

    Attributes:
        loaded: The scenario and its files.
        units: What is ranked.
        inputs: The tables that are read.
        indicators: All columns, those that others are made from before these.
        tree: The dimensions, leaves before the root.
        after: Steps on the final score.
        doubts: What robustness draws from; none where the scenario is in no doubt.
        sample: Whether sources give their samples.
    """

    loaded: Loaded
    units: BoundUnits
    inputs: Mapping[str, BoundInput]
    indicators: tuple[BoundIndicator, ...]
    tree: Tree
    after: tuple[Bound, ...]
    doubts: Doubts | None = None
    sample: bool = False

    @property
    def scenario(self) -> Scenario:
        """The choices."""
        return self.loaded.scenario

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.scenario.editions.years

    @property
    def ranked(self) -> tuple[BoundIndicator, ...]:
        """The indicators of the tree, in the order of the compose arrays' last axis."""
        return tuple(each for each in self.indicators if each.dimension is not None)

    def context(self, members: tuple[Member, ...], units: Units | None = None) -> Context:
        """What methods may know."""
        return Context(
            editions=self.editions,
            units=units or self.units.units,
            members=members,
            rng=np.random.default_rng(self.scenario.seed),
        )


def resolve(loaded: Loaded, registry: Registry, sample: bool = False) -> Plan:
    """Bind every name of a scenario.

    Raises:
        ScenarioError: Every mistake of meaning, with its line.
    """
    scenario = loaded.scenario
    binder = Binder(registry)
    units = bind_units(scenario, binder)
    indicators = _indicators(scenario, binder)
    inputs = _inputs(scenario, indicators, binder)
    tree = grow(scenario, indicators, binder)
    after = binder.steps("rescaling", scenario.ranking.after, "ranking.after")
    if units is not None:
        _check_places(inputs, units, binder)
        _check_unit_columns(scenario, indicators, units, binder)
        _check_selection(scenario, units.units, binder)
    _check_ranking(scenario, binder)
    doubts = bind_doubts(scenario, indicators, tree, units, binder) if tree and units else None
    if binder.problems or units is None or tree is None:
        raise loaded.error(binder.problems)
    return Plan(
        loaded=loaded,
        units=units,
        inputs=inputs,
        indicators=indicators,
        tree=tree,
        after=after,
        doubts=doubts,
        sample=sample,
    )


def _indicators(scenario: Scenario, binder: Binder) -> tuple[BoundIndicator, ...]:
    choices = dict(scenario.indicators)
    choices |= _columns_made_from(scenario)
    bound: dict[str, BoundIndicator] = {}
    for key in _sources_first(choices, binder):
        made = _indicator(key, choices[key], scenario, binder)
        if made is not None:
            bound[key] = made
    wanted = {name for each in bound.values() for name in each.made_from} | _standard_errors(scenario)
    for key, each in bound.items():
        if each.dimension is None and key not in wanted:
            binder.problem(
                f"indicators.{key}.dimension",
                "missing; an indicator belongs to a dimension unless another is made from it",
            )
    return tuple(bound.values())


def _standard_errors(scenario: Scenario) -> set[str]:
    """The indicators that are the standard errors of others."""
    noise = scenario.robustness.noise if scenario.robustness else None
    return {each.standard_error for each in noise.by_indicator.values() if each.standard_error} if noise else set()


def _columns_made_from(scenario: Scenario) -> dict[str, IndicatorChoice]:
    """What `from` names beside indicators: columns of the input, read as they are."""
    return {
        name: IndicatorChoice(indicator="value", inputs=choice.inputs)
        for choice in scenario.indicators.values()
        for name in choice.made_from
        if name not in scenario.indicators
    }


def _sources_first(choices: Mapping[str, IndicatorChoice], binder: Binder) -> list[str]:
    """The keys, those that others are made from before these."""
    order: list[str] = []
    open_: list[str] = []

    def visit(key: str) -> None:
        if key in order:
            return
        if key in open_:
            circle = " -> ".join([*open_[open_.index(key) :], key])
            binder.problem(f"indicators.{key}.from", f"goes round in a circle: {circle}")
            return
        open_.append(key)
        for name in choices[key].made_from:
            visit(name)
        open_.pop()
        order.append(key)

    for key in choices:
        visit(key)
    return order


def _indicator(key: str, choice: IndicatorChoice, scenario: Scenario, binder: Binder) -> BoundIndicator | None:
    where = f"indicators.{key}"
    name = choice.indicator or key
    options = choice.options
    if name == "value" and "column" not in options:
        options = {**options, "column": key}
    named = where if choice.indicator is None else f"{where}.indicator"
    bound = binder.bind("indicator", name, options, named, f"{where}.options")
    imputation = binder.choice(
        "imputation",
        choice.imputation or scenario.imputation,
        _nearest(choice.imputation, where, "imputation"),
    )
    treating = choice.treatment or scenario.treatment
    treatment = binder.steps("treatment", treating.steps, _nearest(choice.treatment, where, "treatment"))
    scaling = choice.normalisation or scenario.normalisation
    place = _nearest(choice.normalisation, where, "normalisation")
    normalisation = binder.scaling("normalisation", scaling, place, scenario.editions.years)
    if bound is None or imputation is None or treatment is None or normalisation is None:
        return None
    record: Indicator = bound.part.record
    inputs = {} if record.derive else _roles(where, choice, record, bound, binder)
    if record.derive and not choice.made_from:
        binder.problem(f"{where}.from", f"missing; '{name}' is made from other indicators")
    if choice.made_from and not record.derive:
        binder.problem(f"{where}.from", f"'{name}' is measured from inputs, not made from other indicators")
    if scaling.bounds_in == "measured":
        _check_pointwise(place, treatment, binder)
    return BoundIndicator(
        key=key,
        bound=bound,
        title=choice.title or (record.title if record.name != "value" else key),
        direction=choice.direction or record.direction,
        inputs=inputs,
        made_from=choice.made_from,
        dimension=choice.dimension,
        imputation=imputation,
        treatment=treatment,
        treated_over=treating.over,
        normalisation=normalisation,
        normalised_over=scaling.over,
    )


def _nearest(own: Any, where: str, key: str) -> str:
    """Where a choice stands: in the indicator or dimension, or at the top."""
    return key if own is None else f"{where}.{key}"


def _check_pointwise(where: str, treatment: tuple[Bound, ...], binder: Binder) -> None:
    for step in treatment:
        if not step.part.record.pointwise:
            binder.problem(
                f"{where}.bounds_in",
                f"'{step.part.name}' treats a value by the others, so bounds cannot be treated alike; "
                "give treated bounds",
            )


def _roles(where: str, choice: IndicatorChoice, record: Indicator, bound: Bound, binder: Binder) -> Mapping[str, str]:
    roles = record.inputs_for(bound.options)
    for role in choice.inputs:
        if role not in roles:
            binder.problem(
                f"{where}.inputs.{role}", f"'{record.name}' reads no input '{role}'{suggestion(role, roles)}"
            )
    return {role: choice.inputs.get(role, role) for role in roles}


def _inputs(scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder) -> Mapping[str, BoundInput]:
    wanted = _wanted_columns(scenario, indicators, binder)
    bound: dict[str, BoundInput] = {}
    for name, choice in scenario.inputs.items():
        made = _input(name, choice, wanted.get(name, {}), binder)
        if made is not None:
            bound[name] = made
    return bound


def _wanted_columns(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder
) -> dict[str, dict[str, type]]:
    wanted: dict[str, dict[str, type]] = {}
    for each in indicators:
        roles = each.record.inputs_for(each.bound.options)
        for role, name in each.inputs.items():
            if name not in scenario.inputs:
                key = f"indicators.{each.key}.inputs.{role}" if name != role else f"indicators.{each.key}"
                binder.problem(key, f"there is no input '{name}'{suggestion(name, scenario.inputs)}")
            wanted.setdefault(name, {}).update(roles[role])
    for column, name in scenario.units.from_inputs.items():
        if name not in scenario.inputs:
            binder.problem(
                f"units.from_inputs.{column}",
                f"there is no input '{name}'{suggestion(name, scenario.inputs)}",
            )
        wanted.setdefault(name, {})[column] = float
    return wanted


def _input(name: str, choice: InputChoice, columns: Mapping[str, type], binder: Binder) -> BoundInput | None:
    where = f"inputs.{name}"
    bound = binder.bind("source", choice.source, choice.options, f"{where}.source", f"{where}.options")
    if bound is None:
        return None
    source: DataSource = bound.part.record
    table_name = choice.table or name
    tables = {table.name: table for table in bound.call(source.tables_for, "tables", bound.options)}
    if "*" in tables:
        tables = {table_name: evolve(tables["*"], name=table_name)}
    if table_name not in tables:
        key = f"{where}.table" if choice.table else where
        binder.problem(key, f"'{source.name}' has no table '{table_name}'{suggestion(table_name, tables)}")
        return None
    table = tables[table_name]
    for column in columns:
        if table.columns and column not in table.columns:
            amounts = set(table.columns) - {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
            binder.problem(where, f"table '{table_name}' has no column '{column}'{suggestion(column, amounts)}")
    return BoundInput(name=name, choice=choice, part=bound.part, options=bound.options, table=table, columns=columns)


def _check_places(inputs: Mapping[str, BoundInput], units: BoundUnits, binder: Binder) -> None:
    schemes = units.places.schemes
    for name, each in inputs.items():
        there = [column for column in PLACE_COLUMNS if column in each.table.columns and column != "lon"]
        if each.columns and there and not set(there) & set(schemes):
            binder.problem(
                f"inputs.{name}",
                f"its rows say where by {listed(there)}; the units are found by {listed(schemes)}",
            )


def _check_unit_columns(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], units: BoundUnits, binder: Binder
) -> None:
    known = {*units.units.frame.columns, *scenario.units.from_inputs}
    for each in indicators:
        for column in each.record.unit_columns_for(each.bound.options):
            if column not in known:
                binder.problem(
                    f"indicators.{each.key}",
                    f"needs the unit column '{column}', which the units do not have{suggestion(column, known)}",
                )


def _check_selection(scenario: Scenario, units: Units, binder: Binder) -> None:
    for key, codes in (("except", scenario.selection.keep), ("drop", scenario.selection.drop)):
        for code in codes:
            if code not in units.frame.index:
                binder.problem(f"selection.{key}", f"there is no unit '{code}'{suggestion(code, units.codes)}")


def _check_ranking(scenario: Scenario, binder: Binder) -> None:
    if scenario.ranking.tiers and scenario.ranking.classes:
        binder.problems.append(Problem("ranking.classes", "stands beside tiers; one of them must go"))
    tiers = list(scenario.ranking.tiers)
    if tiers != sorted(set(tiers)) or any(tier < 1 for tier in tiers):
        binder.problems.append(Problem("ranking.tiers", "must be ranks in order, each once"))
    if scenario.window < 1:
        binder.problems.append(Problem("window", f"must be at least 1 year; got {scenario.window}"))
