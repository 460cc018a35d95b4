"""The tables that a ranking reads: inputs, bound to sources."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, fields_dict, frozen, has

from hubrank.errors import ScenarioError, did_you_mean
from hubrank.io.addresses import table_at
from hubrank.io.safe_input import is_named
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Request, Table
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.indicators import Binder, BoundIndicator, BoundPart
from hubrank.scenario.schema import InputSettings, Scenario
from hubrank.scenario.units import BoundUnits, units_of_rows

#: The source of tables that come with a scenario.
FILES = "files"


@frozen(kw_only=True, eq=False)
class BoundInput:
    """An input of the scenario, bound to a source's table.

    Attributes:
        source: The source's record.
        columns: The columns that indicators, and errors of their values, read of it, with their types.
        apart: Whether an indicator must see its rows one by one.
        fallback: The input that is used instead if its rows are absent.
        instead_of: The input that it replaces.
    """

    name: str
    choice: InputSettings
    part: Part
    source: DataSource
    options: Any
    table: Table
    columns: Mapping[str, type]
    apart: bool = False
    fallback: BoundInput | None = None
    instead_of: BoundInput | None = None

    @property
    def chain(self) -> tuple[BoundInput, ...]:
        """The input, its fallback, the fallback's fallback, and so on."""
        return (self, *(self.fallback.chain if self.fallback else ()))

    @property
    def lacks_file(self) -> bool:
        """Whether its option `file` names a missing file."""
        file = getattr(self.options, "file", None)
        return isinstance(file, Path) and not is_named(file) and table_at(file) is None

    def request(
        self,
        years: tuple[int | None, int | None] = (None, None),
        sample: bool = False,
        units: BoundUnits | None = None,
    ) -> Request:
        """The request to the source, for the years that any edition sees, and for units if they are known."""
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
        """The most years by which a value may be older than the newest year that an edition sees; None for any.

        The indicator sets it, or else the scenario's input, or else the rhythm of the source's table.
        """
        ages = [None if indicator is None else indicator.max_age, self.choice.max_age, self.table.every - 1]
        age = next(age for age in ages if age is not None)
        return age if isinstance(age, int) else None


def bind_inputs(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], errors: Sequence[BoundError], binder: Binder
) -> Mapping[str, BoundInput]:
    """All inputs with the columns that indicators and their errors read; problems go to the binder."""
    errors = [item for item in errors if item.reads_rows]
    columns = _wanted_columns(scenario, indicators, errors, binder)
    apart = {name for item in indicators for role, name in item.inputs.items() if role in item.record.rows}
    apart |= {item.input for item in errors}  # in a sum of rows the variances are added, not the errors
    tables = {name: _bind_table(name, choice, binder) for name, choice in scenario.inputs.items()}
    inputs: dict[str, BoundInput] = {}
    for first in (name for name, table in tables.items() if table is not None):
        chain: BoundInput | None = None
        for name in reversed(_chain(first, scenario, binder)):
            if (table := tables[name]) is not None:
                chain = inputs[first] = BoundInput(
                    name=name,
                    choice=scenario.inputs[name],
                    part=table[0].part,
                    source=table[0].part.record,
                    options=table[0].options,
                    table=table[1],
                    columns=columns.get(first, {}),
                    apart=first in apart,
                    fallback=chain,
                )
                for column in [
                    item for item in chain.columns if chain.table.columns and item not in chain.table.columns
                ]:
                    amounts = set(chain.table.columns) - {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
                    hint = did_you_mean(column, amounts)
                    binder.problem(f"inputs.{name}", f"table '{chain.table.name}' has no column '{column}'{hint}")
    for indicator in (item for item in indicators if item.reads_absence):  # of tables that may lack rows anywhere
        chains = [inputs[name].chain for name in indicator.inputs.values() if name in inputs]
        for idle in [item for chain in chains for item in chain if item.table.covers is None][:1]:
            remedy = f"remove absent, since the source '{idle.source.name}' has no covers for table '{idle.table.name}'"
            if has(type(idle.options)) and "covers" in fields_dict(type(idle.options)):
                remedy = f"set inputs.{idle.name}.options.covers = {{ first = YEAR, last = YEAR }}"
            what = f"has no effect: input '{idle.name}' does not say what it is complete for; {remedy}"
            binder.problem(f"indicators.{indicator.key}.options.absent", what)
    return inputs


def _chain(first: str, scenario: Scenario, binder: Binder) -> list[str]:
    """The names of an input and of its fallbacks, in their order."""
    names = [first]
    while (name := scenario.inputs[names[-1]].fallback) is not None:
        where = f"inputs.{names[-1]}.fallback"
        if name not in scenario.inputs:
            binder.problem(where, _no_input(name, scenario))
            break
        if name in names:
            binder.problem(where, f"is circular: {' -> '.join([*names[names.index(name) :], name])}")
            break
        names.append(name)
    return names


def _wanted_columns(
    scenario: Scenario, indicators: tuple[BoundIndicator, ...], errors: Sequence[BoundError], binder: Binder
) -> dict[str, dict[str, type]]:
    """For each input the columns that indicators and units read of it, with their types."""
    wanted: dict[str, dict[str, type]] = {}
    for item in indicators:
        roles = item.bound.asked("inputs")
        for role, name in item.inputs.items():
            if name not in scenario.inputs:
                key = f"indicators.{item.key}.inputs.{role}" if name != role else f"indicators.{item.key}"
                binder.problem(key, _no_input(name, scenario))
            wanted.setdefault(name, {}).update(roles[role])
    for error in errors:
        wanted[error.input].update(dict.fromkeys(error.columns, float) | dict.fromkeys(error.texts, str))
    for column, name in scenario.units.from_inputs.items():
        if name not in scenario.inputs:
            binder.problem(f"units.from_inputs.{column}", _no_input(name, scenario))
        wanted.setdefault(name, {})[column] = float
    return wanted


def _no_input(name: str, scenario: Scenario) -> str:
    return f"there is no input '{name}'" + did_you_mean(name, scenario.inputs)


def _bind_table(name: str, choice: InputSettings, binder: Binder) -> tuple[BoundPart, Table] | None:
    """An input's source with its options and the table; None if there are problems."""
    where, table = f"inputs.{name}", choice.table or name
    part = binder.part("source", choice.source, f"{where}.source")
    bound = binder.bind(part, choice.options, f"{where}.source", f"{where}.options") if part else None
    try:
        tables = {item.name: item for item in bound.asked("tables")} if bound else {}
    except ScenarioError as error:
        binder.problems.extend(error.problems)
        return None
    if bound is None:
        return None
    if "*" in tables:
        return bound, evolve(tables["*"], name=table)
    if table not in tables:
        what = f"'{bound.part.record.name}' has no table '{table}'" + did_you_mean(table, tables)
        binder.problem(f"{where}.table" if choice.table else where, what)
        return None
    return bound, tables[table]
