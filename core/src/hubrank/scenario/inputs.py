"""The tables that a ranking reads: inputs, bound to sources."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields_dict, frozen, has

from hubrank.errors import ScenarioError, did_you_mean
from hubrank.io.safe_input import is_named
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Request, Table
from hubrank.scenario.indicators import Binder, BoundIndicator
from hubrank.scenario.schema import InputSettings, Scenario
from hubrank.scenario.units import units_of_rows

if TYPE_CHECKING:
    from hubrank.scenario.units import BoundUnits

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
        fallback: The input that stands in for it where its rows are absent; none where nothing does.
        instead_of: The input that it stands in for; none where it is read for itself.
    """

    name: str
    choice: InputSettings
    part: Part
    options: Any
    table: Table
    columns: Mapping[str, type]
    apart: bool = False
    fallback: BoundInput | None = None
    instead_of: BoundInput | None = None

    @property
    def chain(self) -> tuple[BoundInput, ...]:
        """Itself, what stands in for it, what stands in for that, and so on."""
        return (self, *(self.fallback.chain if self.fallback else ()))

    @property
    def lacks_file(self) -> bool:
        """Whether its option `file` names what is not there."""
        file = getattr(self.options, "file", None)
        return isinstance(file, Path) and not is_named(file)

    def stand_in(self, name: str) -> BoundInput:
        """The input of its chain that has a name, as what stands in for it.

        Raises:
            LookupError: There is none.
        """
        if self.name == name:
            return self
        if self.fallback is None:
            raise LookupError(name)
        return evolve(self.fallback, instead_of=self.instead_of or self).stand_in(name)

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
    bound = {name: _with_fallbacks(each, bound, scenario, binder) for name, each in bound.items()}
    _refuse_absence(indicators, bound, binder)
    return bound


def _with_fallbacks(
    first: BoundInput, bound: Mapping[str, BoundInput], scenario: Scenario, binder: Binder
) -> BoundInput:
    """An input with what stands in for it, which must have the columns that are read of it."""
    made: BoundInput | None = None
    for name in reversed(_fallbacks(first.name, scenario, binder)):
        if name in bound:
            made = evolve(bound[name], columns=first.columns, apart=first.apart, fallback=made)
            _check_columns(made, binder)
    return evolve(first, fallback=made)


def _fallbacks(first: str, scenario: Scenario, binder: Binder) -> list[str]:
    """The names of the inputs that stand in for one, in their order."""
    names = [first]
    while (name := scenario.inputs[names[-1]].fallback) is not None:
        where = f"inputs.{names[-1]}.fallback"
        if name not in scenario.inputs:
            binder.problem(where, _no_input(name, scenario))
            break
        if name in names:
            circle = " -> ".join([*names[names.index(name) :], name])
            binder.problem(where, f"is circular: {circle}")
            break
        names.append(name)
    return names[1:]


def _refuse_absence(indicators: tuple[BoundIndicator, ...], inputs: Mapping[str, BoundInput], binder: Binder) -> None:
    """A problem for each indicator that says what no row means, of a table that may lack rows anywhere."""
    for each in indicators:
        read = [inputs[name] for name in each.inputs.values() if name in inputs]
        idle = [one for first in read for one in first.chain if one.table.covers is None]
        if each.reads_absence and idle:
            binder.problem(
                f"indicators.{each.key}.options.absent",
                f"has no effect: input '{idle[0].name}' does not say what it is complete for; {_instead(idle[0])}",
            )


def _instead(bound: BoundInput) -> str:
    if has(type(bound.options)) and "covers" in fields_dict(type(bound.options)):
        return f"set inputs.{bound.name}.options.covers = {{ first = YEAR, last = YEAR }}"
    return f"remove absent, since the source '{bound.source.name}' has no covers for table '{bound.table.name}'"


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
    return f"there is no input '{name}'" + did_you_mean(name, scenario.inputs)


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
        what = f"'{source.name}' has no table '{table_name}'"
        binder.problem(key, what + did_you_mean(table_name, tables))
        return None
    table = tables[table_name]
    made = BoundInput(name=name, choice=choice, part=bound.part, options=bound.options, table=table, columns=columns)
    _check_columns(made, binder)
    return made


def _check_columns(bound: BoundInput, binder: Binder) -> None:
    """A problem for each column that is read and that the table has not."""
    table = bound.table
    for column in bound.columns:
        if table.columns and column not in table.columns:
            amounts = set(table.columns) - {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
            what = f"table '{table.name}' has no column '{column}'"
            binder.problem(f"inputs.{bound.name}", what + did_you_mean(column, amounts))
