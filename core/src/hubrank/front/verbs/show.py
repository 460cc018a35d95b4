"""`hubrank show`."""

from __future__ import annotations

import inspect
import typing
from typing import Annotated, Any

import attrs
import typer

from hubrank.basis.errors import UsageError, suggestion
from hubrank.basis.words import counted


def show(
    name: Annotated[str, typer.Argument(help="Name of an installed part (see `hubrank list`).")],
) -> None:
    """Show the details of an installed part: its meaning, inputs, options, origins and licences."""
    from hubrank.contract.registry import Registry

    registry = Registry.installed()
    parts = [part for part in registry if part.name == name]
    if not parts:
        raise UsageError(f"no installed part is named '{name}'{suggestion(name, (part.name for part in registry))}")
    for at, part in enumerate(parts):
        if at:
            typer.echo("")
        typer.echo(f"{part.kind} '{part.name}', from {part.distribution} {part.version}".rstrip())
        for line in _lines(part.kind, part.record, registry):
            typer.echo(f"  {line}".rstrip())


def _lines(kind: str, record: Any, registry: Any) -> list[str]:
    special = {"scenario": _scenario, "source": _source, "unit set": _unit_set, "indicator": _indicator}
    said = getattr(record, "title", "") or getattr(record, "help", "")
    lines = [said] if said else []
    lines += special[kind](record, registry) if kind in special else []
    if reference := getattr(record, "reference", ""):
        lines.append(f"reference: {reference}")
    if options := getattr(record, "options", None):
        lines += _options(options)
    return lines


def _indicator(record: Any, _: Any) -> list[str]:
    lines = [record.description] if record.description else []
    lines.append(f"unit of measure: {record.unit_of_measure}")
    lines.append(f"direction: {'more' if record.direction > 0 else 'less'} is better")
    if not callable(record.inputs):
        for role, columns in record.inputs.items():
            lines.append(f"reads input '{role}': {', '.join(columns)}")
    lines += [f"reference: {each}" for each in record.references]
    return lines


def _source(record: Any, _: Any) -> list[str]:
    lines = []
    if not callable(record.tables):
        for table in record.tables:
            covers = f", covers {table.covers.first}-{table.covers.last}" if table.covers else ""
            lines.append(f"table '{table.name}' ({table.kind}{covers}): {table.title}".rstrip(": "))
            lines += [f"    {column}: {what}" for column, what in table.columns.items()]
    return lines + (_origins(record.origins) if not callable(record.origins) else [])


def _unit_set(record: Any, _: Any) -> list[str]:
    frame = record.units()
    columns = ", ".join(str(column) for column in frame.columns)
    return [f"{counted(len(frame), 'unit')}; columns: {columns}", *_origins(record.origins)]


def _origins(origins: Any) -> list[str]:
    lines = []
    for origin in origins:
        lines.append(f"origin '{origin.name}': {origin.producer}, {origin.title}; licence: {origin.licence}")
        details = [each for each in (origin.url, origin.published, origin.note) if each]
        lines += [f"    {each}" for each in details]
    return lines


def _scenario(record: Any, registry: Any) -> list[str]:
    from hubrank.scenario.loading import load

    loaded = load(record.name, registry)
    scenario = loaded.scenario
    lines = [scenario.title, f"file: {record.path.name}"]
    if scenario.description:
        lines += ["", *scenario.description.strip().splitlines(), ""]
    lines.append(f"editions: {', '.join(map(str, scenario.editions.years))}")
    lines.append(f"units: {scenario.units.set or scenario.units.file}")
    lines += _branch(scenario, None, 0)
    return lines


def _branch(scenario: Any, parent: str | None, depth: int) -> list[str]:
    lines = []
    for name, dimension in scenario.dimensions.items():
        if dimension.parent == parent:
            lines.append(f"{'  ' * depth}{name} (weight {dimension.weight:g}): {dimension.title or name}")
            lines += _branch(scenario, name, depth + 1)
            for key, choice in scenario.indicators.items():
                if choice.dimension == name:
                    lines.append(f"{'  ' * (depth + 1)}{key} (weight {choice.weight:g})")
    return lines


def _options(options: type) -> list[str]:
    """Each option with its type, default and meaning, as the class's docstring tells it."""
    fields = attrs.fields(options)
    if not fields:
        return []
    said = {name: what for cls in reversed(options.__mro__) for name, what in _attributes(_doc(cls)).items()}
    hints = typing.get_type_hints(options)
    lines = ["options:"]
    for each in fields:
        default = "" if each.default is attrs.NOTHING else f" = {_default(each.default)}"
        name = each.metadata.get("key", each.name)
        kind = _kind(hints[each.name])
        lines.append(f"    {name} ({kind}{default}): {said.get(each.name, '')}".rstrip(": "))
    return lines


def _kind(hint: Any) -> str:
    """A type as it is written; a choice as what may be chosen."""
    if not typing.get_args(hint):
        return str(getattr(hint, "__name__", hint))
    return str(hint).replace("typing.", "").replace("collections.abc.", "").replace("pathlib.", "")


def _default(default: Any) -> str:
    return "..." if isinstance(default, attrs.Factory) else repr(default)  # type: ignore[arg-type]


def _doc(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def _attributes(doc: str) -> dict[str, str]:
    """What a Google docstring says of each attribute."""
    said: dict[str, str] = {}
    name = ""
    for line in doc.partition("Attributes:")[2].splitlines():
        text = line.strip()
        head, colon, rest = text.partition(": ")
        if colon and head.isidentifier() and len(line) - len(line.lstrip()) <= 4:
            name, said[head] = head, rest
        elif name and text:
            said[name] += f" {text}"
    return said
