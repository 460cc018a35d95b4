"""The tables that a ranking reads: inputs, bound to sources."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields_dict, frozen, has

from hubrank.basis.errors import ScenarioError, suggestion
from hubrank.basis.language import worded
from hubrank.contract.registry import Part
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Request, Table
from hubrank.scenario.binding import Binder
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.locating import units_of_rows
from hubrank.scenario.scenario import InputSettings, Scenario

if TYPE_CHECKING:
    from hubrank.scenario.unit_sets import BoundUnits

#: The source of tables that come with a scenario.
FILES = "files"


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
        apart: Whether an indicator must see its rows one by one.
    """

    name: str
    choice: InputSettings
    part: Part
    options: Any
    table: Table
    columns: Mapping[str, type]
    apart: bool = False

    @property
    def source(self) -> DataSource:
        """The source's record."""
        source: DataSource = self.part.record
        return source

    def request(
        self,
        years: tuple[int | None, int | None] = (None, None),
        sample: bool = False,
        units: BoundUnits | None = None,
    ) -> Request:
        """What is asked of the source.

        Args:
            years: The first and last year that any edition sees; none where all count.
            sample: Whether its sample is read in place of its rows.
            units: The units that its rows are put into; none where that is not known.
        """
        return Request(
            table=self.table.name,
            columns=tuple(sorted(self.columns)),
            first_year=years[0],
            last_year=years[1],
            options=self.options,
            sample=sample,
            texts=tuple(sorted(name for name, cls in self.columns.items() if cls is str)),
            locate=None if units is None else functools.partial(units_of_rows, self.name, self.choice.match, units),
        )

    def max_age(self, indicator: BoundIndicator | None = None) -> int | None:
        """How many years older than the newest year that an edition sees a value may be; none where any may.

        The indicator says so, or else the scenario's input, or else the rhythm of the source's table.
        """
        own = None if indicator is None else indicator.max_age
        said = self.choice.max_age if own is None else own
        if said is None:
            return self.table.every - 1
        return said if isinstance(said, int) else None


def bind_inputs(scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder) -> Mapping[str, BoundInput]:
    """All inputs with the columns that indicators read of them; the problems go to the binder."""
    wanted = _wanted_columns(scenario, indicators, binder)
    bound: dict[str, BoundInput] = {}
    for name, choice in scenario.inputs.items():
        made = _input(name, choice, wanted.get(name, {}), binder)
        if made is not None:
            bound[name] = evolve(made, apart=any(name in each.seen_apart for each in indicators))
    _refuse_absence(indicators, bound, binder)
    return bound


def _refuse_absence(indicators: tuple[BoundIndicator, ...], inputs: Mapping[str, BoundInput], binder: Binder) -> None:
    """A problem for each indicator that says what no row means, of a table that may lack rows anywhere."""
    for each in indicators:
        idle = [name for name in each.inputs.values() if name in inputs and inputs[name].table.covers is None]
        if each.reads_absence and idle:
            binder.problem(
                f"indicators.{each.key}.options.absent",
                worded(
                    "has no effect: input '{input}' does not say what it is complete for; {instead}",
                    input=idle[0],
                    instead=_instead(inputs[idle[0]]),
                ),
            )


def _instead(bound: BoundInput) -> str:
    if has(type(bound.options)) and "covers" in fields_dict(type(bound.options)):
        return worded("set {key}", key=f"inputs.{bound.name}.options.covers = {{ first = YEAR, last = YEAR }}")
    return worded(
        "remove absent, since the source '{source}' has no covers for table '{table}'",
        source=bound.source.name,
        table=bound.table.name,
    )


def _wanted_columns(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder
) -> dict[str, dict[str, type]]:
    wanted: dict[str, dict[str, type]] = {}
    for each in indicators:
        roles = each.bound.asked("inputs")
        for role, name in each.inputs.items():
            if name not in scenario.inputs:
                key = f"indicators.{each.key}.inputs.{role}" if name != role else f"indicators.{each.key}"
                binder.problem(key, _no_input(name, scenario))
            wanted.setdefault(name, {}).update(roles[role])
    for column, name in scenario.units.from_inputs.items():
        if name not in scenario.inputs:
            binder.problem(f"units.from_inputs.{column}", _no_input(name, scenario))
        wanted.setdefault(name, {})[column] = float
    return wanted


def _no_input(name: str, scenario: Scenario) -> str:
    return worded("there is no input '{name}'", name=name) + suggestion(name, scenario.inputs)


def _input(name: str, choice: InputSettings, columns: Mapping[str, type], binder: Binder) -> BoundInput | None:
    where = f"inputs.{name}"
    bound = binder.bind("source", choice.source, choice.options, f"{where}.source", f"{where}.options")
    if bound is None:
        return None
    source: DataSource = bound.part.record
    table_name = choice.table or name
    try:
        tables = {table.name: table for table in bound.asked("tables")}
    except ScenarioError as error:
        binder.problems.extend(error.problems)
        return None
    if "*" in tables:
        tables = {table_name: evolve(tables["*"], name=table_name)}
    if table_name not in tables:
        key = f"{where}.table" if choice.table else where
        what = worded("'{source}' has no table '{table}'", source=source.name, table=table_name)
        binder.problem(key, what + suggestion(table_name, tables))
        return None
    table = tables[table_name]
    for column in columns:
        if table.columns and column not in table.columns:
            amounts = set(table.columns) - {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
            what = worded("table '{table}' has no column '{column}'", table=table_name, column=column)
            binder.problem(where, what + suggestion(column, amounts))
    return BoundInput(name=name, choice=choice, part=bound.part, options=bound.options, table=table, columns=columns)
