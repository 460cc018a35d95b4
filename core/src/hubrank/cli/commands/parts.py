"""List, show, version."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import platform
import shutil
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from hubrank.cli.command import Format, Word, answer, answering, complete_parts, offered
from hubrank.cli.console import Output, write_text
from hubrank.errors import FileProblem, HubrankError, UsageError, did_you_mean
from hubrank.i18n import count_text, format_number, gettext, joined
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.toml import parse_toml, toml_type_text
from hubrank.plugin.registry import CONTRACT, __version__

if TYPE_CHECKING:
    from hubrank.plugin.registry import Part, Registry
    from hubrank.plugin.sources import Table


#: What the command line calls a kind of parts.
PLURALS = {
    "unit-sets": "unit set",
    "sources": "source",
    "indicators": "indicator",
    "imputations": "imputation",
    "treatments": "treatment",
    "normalisations": "normalisation",
    "weightings": "weighting",
    "aggregators": "aggregator",
    "rescalings": "rescaling",
    "exporters": "exporter",
    "scenarios": "scenario",
    "commands": "command",
}


def _kinds(incomplete: str) -> list[Word]:
    return offered(((plural, "") for plural in PLURALS), incomplete)


def list_parts(
    kind: Annotated[str | None, typer.Argument(help=", ".join(PLURALS), autocompletion=_kinds)] = None,
    format_: Format = "table",
) -> None:
    """List installed parts of all kinds, or of one kind."""
    from hubrank.plugin.registry import Registry

    if kind is not None and kind not in PLURALS:
        raise UsageError(f"there is no kind '{kind}'{did_you_mean(kind, PLURALS)}")
    registry = Registry.installed()
    found = {
        plural: [part for name in registry.names(singular) for part in registry.parts[singular][name]]
        for plural, singular in PLURALS.items()
        if kind in (None, plural) and registry.names(singular)
    }
    answer(
        format_,
        show=lambda out: _show(out, registry, found, headed=kind is None),
        data=lambda: [_record(part) for parts in found.values() for part in parts],
        rows=lambda: [_record(part) for parts in found.values() for part in parts],
    )
    for each in registry.broken:
        write_text(gettext("could not be loaded: {plugin}", plugin=each), err=True)


def _record(part: Part) -> dict[str, str]:
    return {
        "kind": part.kind,
        "name": part.name,
        "full_name": part.full_name,
        "meaning": _meaning(part),
        "distribution": part.distribution,
        "version": part.version,
    }


def _meaning(part: Part) -> str:
    return gettext(getattr(part.record, "title", "") or getattr(part.record, "help", ""))


def _show(out: Output, registry: Registry, found: Mapping[str, Sequence[Part]], *, headed: bool) -> None:
    for plural, parts in found.items():
        if headed:
            out.print(f"[bold]{plural}[/bold]")
        indent = "  " if headed and out.pictures else ""
        grid = ScreenTable(
            (ScreenColumn(gettext("name"), "name"), ScreenColumn(gettext("meaning"), "words")),
            headed=out.shape == "markdown",
        )
        for part in parts:
            grid.add(
                f"{indent}{escape_markup(registry.name_of(part))}", escape_markup(_meaning(part) or part.distribution)
            )
        out.table(grid)
        if headed:
            out.print()


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="Name of an installed part (see `hubrank list`) or of a source's table.", autocompletion=complete_parts
        ),
    ],
    format_: Format = "table",
) -> None:
    """Show the details of an installed part or a source's table: meaning, inputs, options, origins and licences."""
    from hubrank.plugin.registry import Registry

    registry = Registry.installed()
    with answering(format_):
        found = [_part(part, registry) for part in registry if name in (part.name, part.full_name)]
        found += [_table_of(part, table) for part, table in _tables(registry) if table.name == name]
    if not found:
        known = [*(part.name for part in registry), *(table.name for _, table in _tables(registry))]
        instead = did_you_mean(name, known)
        raise UsageError(f"no installed part or table is named '{name}'{instead}")
    answer(
        format_,
        show=lambda out: _print(out, found),
        data=lambda: [attrs.asdict(each) for each in found],
        rows=lambda: [attrs.asdict(each) | {"lines": "\n".join(each.lines)} for each in found],
    )


@attrs.frozen(kw_only=True)
class Shown:
    """What is told of a part or a table.

    Attributes:
        kind: `table`, or the part's.
        name: Its own.
        distribution: Which brings it.
        version: Of the distribution.
        head: The line above the others.
        lines: What it means, with an indent where one belongs to another.
    """

    kind: str
    name: str
    distribution: str
    version: str
    head: str
    lines: list[str]


def _print(out: Output, found: Sequence[Shown]) -> None:
    for at, each in enumerate(found):
        if at:
            out.print()
        for line in (each.head, *(f"  {line}".rstrip() for line in each.lines)):
            out.print(escape_markup(line))


def _part(part: Part, registry: Registry) -> Shown:
    head = gettext(
        "{kind} '{name}', from {distribution}",
        kind=gettext(part.kind),
        name=part.name,
        distribution=f"{part.distribution} {part.version}".rstrip(),
    )
    return _shown(part, part.kind, part.name, head, _lines(part, registry))


def _shown(part: Part, kind: str, name: str, head: str, lines: list[str]) -> Shown:
    return Shown(kind=kind, name=name, distribution=part.distribution, version=part.version, head=head, lines=lines)


def _tables(registry: Registry) -> Iterator[tuple[Part, Table]]:
    """The tables of all sources, by the default options where they depend on options."""
    for part in registry:
        if part.kind == "source":
            yield from ((part, table) for table in _by_default(part, "tables"))


def _by_default(part: Part, name: str) -> tuple[Any, ...]:
    """What a source gives, by its default options where it depends on options; none where an option has no default."""
    given = getattr(part.record, name)
    if not callable(given):
        return tuple(given)
    options, problems = parse_toml(part.record.options, {})
    try:
        return () if problems else tuple(part.call(name, options))
    except (HubrankError, FileProblem):  # it wants a file, or something else that only a scenario has
        return ()


def _table_of(part: Part, table: Table) -> Shown:
    head, *lines = _table(table)
    head = gettext(
        "{table} of source '{name}', from {distribution}",
        table=head,
        name=part.name,
        distribution=f"{part.distribution} {part.version}".rstrip(),
    )
    return _shown(part, "table", table.name, head, [line.removeprefix("  ") for line in lines])


def _table(table: Table) -> list[str]:
    """A table's name and kind, its title, and its columns."""
    columns = [f"    {column}: {gettext(what)}" for column, what in table.columns.items()]
    return [_table_head(table), *([f"  {gettext(table.title)}"] if table.title else []), *columns]


def _table_head(table: Table) -> str:
    if not table.covers:
        return gettext("table '{name}' ({kind})", name=table.name, kind=table.kind)
    first, last = table.covers.first, table.covers.last
    return gettext(
        "table '{name}' ({kind}, covers {first}-{last})", name=table.name, kind=table.kind, first=first, last=last
    )


def _lines(part: Part, registry: Any) -> list[str]:
    kind, record = part.kind, part.record
    special = {"scenario": _scenario, "unit set": _unit_set, "indicator": _indicator}
    said = gettext(getattr(record, "title", "") or getattr(record, "help", ""))
    lines = [said] if said else []
    lines += special[kind](record, registry) if kind in special else []
    lines += _source(part) if kind == "source" else []
    if reference := getattr(record, "reference", ""):
        lines.append(gettext("reference: {reference}", reference=reference))
    if options := getattr(record, "options", None):
        lines += _options(options)
    return lines


def _indicator(record: Any, _: Any) -> list[str]:
    lines = [gettext(record.description)] if record.description else []
    lines.append(gettext("unit of measure: {unit}", unit=record.unit_of_measure))
    more = record.direction > 0
    lines.append(gettext("direction: more is better") if more else gettext("direction: less is better"))
    if not callable(record.inputs):
        for role, columns in record.inputs.items():
            lines.append(gettext("reads input '{role}': {columns}", role=role, columns=", ".join(columns)))
    lines += [gettext("reference: {reference}", reference=each) for each in record.references]
    return lines


def _source(part: Part) -> list[str]:
    lines = [line for table in _by_default(part, "tables") for line in _table(table)]
    return lines + _origins(_by_default(part, "origins"))


def _unit_set(record: Any, _: Any) -> list[str]:
    frame = record.units()
    columns = ", ".join(str(column) for column in frame.columns)
    said = gettext("{units}; columns: {columns}", units=count_text(len(frame), "unit"), columns=columns)
    return [said, *_origins(record.origins)]


def _origins(origins: Any) -> list[str]:
    lines = []
    for origin in origins:
        said = gettext(
            "origin '{name}': {producer}, {title}; licence: {licence}",
            name=origin.name,
            producer=origin.producer,
            title=origin.title,
            licence=origin.licence,
        )
        lines.append(said)
        details = [each for each in (origin.url, origin.published, origin.note) if each]
        lines += [f"    {each}" for each in details]
    return lines


def _scenario(record: Any, registry: Any) -> list[str]:
    from hubrank.scenario.load import load

    loaded = load(record.name, registry)
    scenario = loaded.scenario
    lines = [gettext(scenario.title), gettext("file: {file}", file=record.path.name)]
    if scenario.description:
        lines += ["", *gettext(scenario.description).strip().splitlines(), ""]
    lines.append(gettext("editions: {editions}", editions=", ".join(map(str, scenario.editions.years))))
    lines.append(gettext("units: {units}", units=scenario.units.set or scenario.units.file))
    lines += _branch(scenario, None, 0)
    return lines


def _branch(scenario: Any, parent: str | None, depth: int) -> list[str]:
    lines = []
    for name, dimension in scenario.dimensions.items():
        if dimension.parent == parent:
            title = gettext(dimension.title) or name
            lines.append(f"{'  ' * depth}{_weighted(name, dimension.weight)}: {title}")
            lines += _branch(scenario, name, depth + 1)
            for key, choice in scenario.indicators.items():
                if choice.dimension == name:
                    lines.append(f"{'  ' * (depth + 1)}{_weighted(key, choice.weight)}")
    return lines


def _weighted(name: str, weight: float) -> str:
    return gettext("{name} (weight {weight})", name=name, weight=format_number(f"{weight:g}"))


def _options(options: type) -> list[str]:
    """Each option with what may be written, its default, and its meaning as the class's docstring tells it."""
    fields = attrs.fields(options)
    if not fields:
        return []
    said = meanings(options)
    hints = typing.get_type_hints(options)
    lines = ["options:"]
    for each in fields:
        name = each.metadata.get("key", each.name)
        form = f"{toml_type_text(hints[each.name])}{_default(each.default)}"
        lines.append(f"    {name} ({form}): {said.get(each.name, '')}".rstrip(": "))
    return lines


def meanings(options: type) -> dict[str, str]:
    """What the docstrings of a class and of those that it is made of say of each option."""
    return {name: what for cls in reversed(options.__mro__) for name, what in _attributes(_doc(cls)).items()}


def _default(default: Any) -> str:
    """What holds where the option is not set, as TOML writes it."""
    if default is attrs.NOTHING:
        return "; required"
    made = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
    if made is None or made in ("", (), [], {}):
        return ""
    return f"; default {json.dumps(made, default=str)}"


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


#: What counts, computes or shows in place of hubrank's own ways, where it is installed: distributions and programs.
_LIBRARIES = ("duckdb", "polars", "pysail", "pyspark", "pyspark-client")
_PROGRAMS = (("java",), ("chromium", "chromium-browser"))


def version(format_: Format = "table") -> None:
    """Print the version."""
    from hubrank.plugin.registry import distributions

    found = {
        "version": __version__,
        "contract": CONTRACT,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "members": distributions(),
        "engines": _engines(),
    }
    answer(format_, show=lambda out: _version_show(out, found), data=lambda: found, rows=lambda: _rows(found))


def _engines() -> dict[str, str | None]:
    """The versions of libraries, the places of programs; none of what is not there."""
    libraries = {name: _installed(name) for name in _LIBRARIES}
    programs = {names[0]: next(filter(None, map(shutil.which, names)), None) for names in _PROGRAMS}
    return libraries | programs


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a version, for CSV."""
    for kind, what in found.items():
        several = what if isinstance(what, dict) else {"hubrank" if kind == "version" else kind: what}
        yield from ({"kind": kind, "name": name, "version": str(version or "")} for name, version in several.items())


def _version_show(out: Output, found: dict[str, Any]) -> None:
    engines = found["engines"]
    out.print(found["version"])
    said = gettext(
        "contract {number}, Python {python}, {platform}",
        number=found["contract"],
        python=found["python"],
        platform=found["platform"],
    )
    out.print(escape_markup(said))
    _version_table(out, gettext("distribution"), found["members"].items())
    _version_table(out, gettext("engine"), ((name, version) for name, version in engines.items() if version))
    if absent := [name for name, version in engines.items() if version is None]:
        out.print(escape_markup(gettext("not installed: {engines}", engines=joined(absent))))


def _version_table(out: Output, heading: str, versions: Iterable[tuple[str, str]]) -> None:
    grid = ScreenTable((ScreenColumn(heading, "name"), ScreenColumn(gettext("version"), "name")))
    for name, version in versions:
        grid.add(escape_markup(name), escape_markup(version))
    out.print()
    out.table(grid)
