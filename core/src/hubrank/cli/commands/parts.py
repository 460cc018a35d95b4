"""List, show, version."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import platform
import shutil
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from hubrank.cli.command import Format, answering, complete_parts, completion, write_answer
from hubrank.cli.console import write_text
from hubrank.errors import FileProblem, HubrankError, UsageError, did_you_mean
from hubrank.i18n import count_text, format_number, gettext, gettext_noop, joined, listed
from hubrank.io.answer import Answer, ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.toml import parse_toml, toml_type_text
from hubrank.plugin.registry import CONTRACT, KINDS, Part, Registry, __version__, distributions
from hubrank.plugin.sources import Origin, Table

#: The names of the kinds of components on the command line.
PLURALS = {f"{kind.replace(' ', '-')}s": kind for kind in KINDS}


def list_parts(
    kind: Annotated[
        str | None,
        typer.Argument(
            help=f"One of: {', '.join(PLURALS)}.",
            autocompletion=completion(lambda *_: [(name, "") for name in PLURALS]),
        ),
    ] = None,
    format_: Format = "table",
) -> None:
    """List the installed components of all kinds, or of one kind."""
    if kind is not None and kind not in PLURALS:
        raise UsageError(f"there is no kind '{kind}'{did_you_mean(kind, PLURALS)}")
    registry = Registry.installed()
    page: list[str | ScreenTable] = []
    records = []
    for plural, singular in PLURALS.items():
        parts = [part for name in registry.names(singular) for part in registry.parts[singular][name]]
        if kind not in (None, plural) or not parts:
            continue
        columns = (ScreenColumn(gettext("name"), "name"), ScreenColumn(gettext("meaning"), "words"))
        table = ScreenTable(columns, headed=False, indent=2 if kind is None else 0)
        for part in parts:
            meaning = _meaning(part)
            table.add(escape_markup(registry.name_of(part)), escape_markup(meaning or part.distribution))
        page += [table] if kind is not None else [f"[bold]{plural}[/bold]", table, ""]
        records += parts
    write_answer(Answer(page=page, data=lambda: [*map(_record, records)], rows=lambda: map(_record, records)), format_)
    for item in registry.broken:
        write_text(gettext("could not be loaded: {plugin}", plugin=item), err=True)


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
    return gettext(part.texts.get("title") or part.texts.get("help", ""))


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="Name of a component (see `hubrank list`), table of a source, or scenario file.",
            autocompletion=complete_parts,
        ),
    ],
    format_: Format = "table",
) -> None:
    """Show a component or a table: meaning, inputs, options, sources and licences."""
    registry = Registry.installed()
    tables = [(part, table) for part in registry if part.kind == "source" for table in _by_default(part, "tables")]
    with answering(format_):
        found = [_details(part, registry) for part in registry if name in (part.name, part.full_name)]
        found += [_details(part, registry, table) for part, table in tables if table.name == name]
        if not found and (name.endswith(".toml") or Path(name).is_dir()):
            found = [{"kind": "scenario", "name": name, "head": name, "lines": [*_scenario(name, registry)]}]
    if not found:
        known = [*(part.name for part in registry), *(table.name for _, table in tables)]
        raise UsageError(f"no installed part or table is named '{name}'{did_you_mean(name, known)}")
    page = []
    for item in found:
        page += [item["head"], *(f"  {line}".rstrip() for line in item["lines"]), ""]
    answer = Answer(
        page=[*map(escape_markup, page[:-1])],
        data=lambda: found,
        rows=lambda: [item | {"lines": "\n".join(item["lines"])} for item in found],
    )
    write_answer(answer, format_)


def _details(part: Part, registry: Registry, table: Table | None = None) -> dict[str, Any]:
    """A component or a source's table: the line above the others, and lines that describe it."""
    kind, name, home = part.kind, part.name, f"{part.distribution} {part.version}".rstrip()
    if table is None:
        head = gettext("{kind} '{name}', from {distribution}", kind=gettext(kind), name=name, distribution=home)
        lines = [*_lines(part, registry)]
    else:
        first, *lines = (line.removeprefix("  ") for line in _table(table))
        head = gettext("{table} of source '{name}', from {distribution}", table=first, name=name, distribution=home)
        kind, name = "table", table.name
    about = {"kind": kind, "name": name, "distribution": part.distribution, "version": part.version}
    return {**about, "head": head, "lines": lines}


def _by_default(part: Part, name: str) -> tuple[Any, ...]:
    """What a source provides, by default options if it depends on options; None if an option has no default."""
    given = getattr(part.record, name)
    if not callable(given):
        return tuple(given)
    options, problems = parse_toml(part.record.options, {})
    try:
        return () if problems else tuple(part.call(name, options))
    except (HubrankError, FileProblem):  # it wants a file, or something else that only a scenario has
        return ()


def _table(table: Table) -> list[str]:
    """A table's name and kind, its title, and its columns."""
    head = gettext("table '{name}' ({kind})", name=table.name, kind=table.kind)
    if table.covers:
        span = {"first": table.covers.first, "last": table.covers.last}
        head = gettext("table '{name}' ({kind}, covers {first}-{last})", name=table.name, kind=table.kind, **span)
    title = [f"  {gettext(table.title)}"] if table.title else []
    return [head, *title, *(f"    {column}: {gettext(what)}" for column, what in table.columns.items())]


def _lines(part: Part, registry: Registry) -> Iterator[str]:
    record = part.record
    if text := _meaning(part):
        yield text
    if part.kind == "scenario":
        yield from _scenario(record.name, registry)
    elif part.kind == "unit set":
        frame = record.units()
        columns = listed(str(column) for column in frame.columns)
        yield gettext("{units}; columns: {columns}", units=count_text(len(frame), "unit"), columns=columns)
        yield from _origins(record.origins)
    elif part.kind == "indicator":
        yield from _indicator(record)
    elif part.kind == "source":
        yield from (line for table in _by_default(part, "tables") for line in _table(table))
        yield from _origins(_by_default(part, "origins"))
    if reference := getattr(record, "reference", ""):
        yield gettext("reference: {reference}", reference=reference)
    if options := getattr(record, "options", None):
        yield from _options(options)


def _indicator(record: Any) -> Iterator[str]:
    if record.description:
        yield gettext(record.description)
    yield gettext("unit of measure: {unit}", unit=gettext(record.unit_of_measure))
    yield gettext("direction: higher is better") if record.direction > 0 else gettext("direction: lower is better")
    if not callable(record.inputs):
        for role, columns in record.inputs.items():
            yield gettext("reads input '{role}': {columns}", role=role, columns=listed(columns))
    for item in record.references:
        yield gettext("reference: {reference}", reference=item)


def _origins(origins: Iterable[Origin]) -> Iterator[str]:
    for origin in origins:
        what = gettext_noop("origin '{name}': {producer}, {title}; licence: {licence}")
        names = ("name", "producer", "title", "licence")
        yield gettext(what, **{name: getattr(origin, name) for name in names})
        yield from (f"    {item}" for item in (origin.url, origin.published, origin.note) if item)


def _scenario(name: str, registry: Registry) -> Iterator[str]:
    from hubrank.scenario.load import find, load

    scenario = load(name, registry).scenario
    yield gettext(scenario.title)
    yield gettext("file: {file}", file=find(name, registry).name)
    if scenario.description:
        yield from ("", *gettext(scenario.description).strip().splitlines(), "")
    yield gettext("editions: {editions}", editions=listed(map(str, scenario.editions.years)))
    yield gettext("units: {units}", units=scenario.units.set or scenario.units.file)
    yield from _branch(scenario, None, "")


def _branch(scenario: Any, parent: str | None, indent: str) -> Iterator[str]:
    for name, dimension in scenario.dimensions.items():
        if dimension.parent == parent:
            yield f"{indent}{_weighted(name, dimension.weight)}: {gettext(dimension.title) or name}"
            yield from _branch(scenario, name, f"{indent}  ")
            for key, choice in scenario.indicators.items():
                if choice.dimension == name:
                    yield f"{indent}  {_weighted(key, choice.weight)}"


def _weighted(name: str, weight: float) -> str:
    return gettext("{name} (weight {weight})", name=name, weight=format_number(f"{weight:g}"))


def _options(options: type) -> Iterator[str]:
    """Each option with its type, its default, and its meaning from the class's docstring."""
    if fields := attrs.fields(options):
        yield "options:"
    texts, hints = meanings(options), typing.get_type_hints(options)
    for item in fields:
        value = item.default.factory() if isinstance(item.default, attrs.Factory) else item.default  # type: ignore[arg-type]
        default = "" if value is None or value in ("", (), [], {}) else f"; default {json.dumps(value, default=str)}"
        form = toml_type_text(hints[item.name]) + ("; required" if value is attrs.NOTHING else default)
        yield f"    {item.metadata.get('key', item.name)} ({form}): {texts.get(item.name, '')}".rstrip(": ")


def meanings(options: type) -> dict[str, str]:
    """The descriptions of attributes in the Google-style docstrings of a class and its bases."""
    texts: dict[str, str] = {}
    for cls in reversed(options.__mro__):
        name = ""
        for line in inspect.cleandoc(cls.__doc__ or "").partition("Attributes:")[2].splitlines():
            text = line.strip()
            head, colon, rest = text.partition(": ")
            if colon and head.isidentifier() and len(line) - len(line.lstrip()) <= 4:
                name, texts[head] = head, rest
            elif name and text:
                texts[name] += f" {text}"
    return texts


#: Libraries that count, compute or draw instead of hubrank's own code, if installed: distributions and programs.
_LIBRARIES = ("duckdb", "polars", "pysail", "pyspark", "pyspark-client")
_PROGRAMS = (("java",), ("chromium", "chromium-browser"))


def version(format_: Format = "table") -> None:
    """Print the version."""
    engines: dict[str, str | None] = {}  # versions of libraries, places of programs
    for library in _LIBRARIES:
        try:
            engines[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            engines[library] = None
    engines |= {names[0]: next(filter(None, map(shutil.which, names)), None) for names in _PROGRAMS}
    found = {
        "version": __version__,
        "contract": CONTRACT,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "members": distributions(),
        "engines": engines,
    }
    what = gettext_noop("contract {number}, Python {python}, {platform}")
    text = gettext(what, number=CONTRACT, python=found["python"], platform=found["platform"])
    page: list[str | ScreenTable] = [__version__, escape_markup(text)]
    for heading, versions in ((gettext("distribution"), distributions()), (gettext("engine"), engines)):
        table = ScreenTable((ScreenColumn(heading, "name"), ScreenColumn(gettext("version"), "name")))
        for name, version in versions.items():
            if version is not None:
                table.add(escape_markup(name), escape_markup(version))
        page += ["", table]
    if absent := [name for name, place in engines.items() if place is None]:
        page.append(escape_markup(gettext("not installed: {engines}", engines=joined(absent))))
    kinds = {kind: what if isinstance(what, dict) else {kind: what} for kind, what in found.items()}
    rows = [
        {"kind": kind, "name": "hubrank" if kind == "version" else name, "version": str(version or "")}
        for kind, versions in kinds.items()
        for name, version in versions.items()
    ]
    write_answer(Answer(page=page, data=lambda: found, rows=lambda: rows), format_)
