"""List, show, version."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import platform
import shutil
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import attrs
import typer

from hubrank.cli.command import Format, Word, answering, complete_parts, offered, write_answer
from hubrank.cli.console import write_text
from hubrank.errors import FileProblem, HubrankError, UsageError, did_you_mean
from hubrank.i18n import count_text, format_number, gettext, joined
from hubrank.io.answer import Answer, ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.toml import parse_toml, toml_type_text
from hubrank.plugin.registry import CONTRACT, Part, Registry, __version__, distributions
from hubrank.plugin.sources import Origin, Table

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
    return offered(lambda: [(plural, "") for plural in PLURALS], incomplete)


def list_parts(
    kind: Annotated[str | None, typer.Argument(help=", ".join(PLURALS), autocompletion=_kinds)] = None,
    format_: Format = "table",
) -> None:
    """List installed parts of all kinds, or of one kind."""
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
    return gettext(getattr(part.record, "title", "") or getattr(part.record, "help", ""))


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
    registry = Registry.installed()
    tables = [(part, table) for part in registry if part.kind == "source" for table in _by_default(part, "tables")]
    with answering(format_):
        found = [_part(part, registry) for part in registry if name in (part.name, part.full_name)]
        found += [_table_of(part, table) for part, table in tables if table.name == name]
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


def _part(part: Part, registry: Registry) -> dict[str, Any]:
    """A part: the line above the others, and lines that say what it means."""
    head = gettext("{kind} '{name}', from {distribution}", kind=gettext(part.kind), name=part.name, **_home(part))
    return _shown(part, part.kind, part.name, head, _lines(part, registry))


def _home(part: Part) -> dict[str, str]:
    return {"distribution": f"{part.distribution} {part.version}".rstrip()}


def _shown(part: Part, kind: str, name: str, head: str, lines: Iterable[str]) -> dict[str, Any]:
    whose = {"kind": kind, "name": name, "distribution": part.distribution, "version": part.version}
    return {**whose, "head": head, "lines": [*lines]}


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


def _table_of(part: Part, table: Table) -> dict[str, Any]:
    head, *lines = _table(table)
    head = gettext("{table} of source '{name}', from {distribution}", table=head, name=part.name, **_home(part))
    return _shown(part, "table", table.name, head, [line.removeprefix("  ") for line in lines])


def _table(table: Table) -> list[str]:
    """A table's name and kind, its title, and its columns."""
    names = {"name": table.name, "kind": table.kind}
    if table.covers:
        span = {"first": table.covers.first, "last": table.covers.last}
        head = gettext("table '{name}' ({kind}, covers {first}-{last})", **names, **span)
    else:
        head = gettext("table '{name}' ({kind})", **names)
    title = [f"  {gettext(table.title)}"] if table.title else []
    return [head, *title, *(f"    {column}: {gettext(what)}" for column, what in table.columns.items())]


def _lines(part: Part, registry: Registry) -> Iterator[str]:
    record = part.record
    if text := _meaning(part):
        yield text
    if part.kind == "scenario":
        yield from _scenario(record, registry)
    elif part.kind == "unit set":
        yield from _unit_set(record)
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
    yield gettext("unit of measure: {unit}", unit=record.unit_of_measure)
    yield gettext("direction: more is better") if record.direction > 0 else gettext("direction: less is better")
    if not callable(record.inputs):
        for role, columns in record.inputs.items():
            yield gettext("reads input '{role}': {columns}", role=role, columns=", ".join(columns))
    for item in record.references:
        yield gettext("reference: {reference}", reference=item)


def _unit_set(record: Any) -> Iterator[str]:
    frame = record.units()
    columns = ", ".join(str(column) for column in frame.columns)
    yield gettext("{units}; columns: {columns}", units=count_text(len(frame), "unit"), columns=columns)
    yield from _origins(record.origins)


def _origins(origins: Iterable[Origin]) -> Iterator[str]:
    for origin in origins:
        yield gettext(
            "origin '{name}': {producer}, {title}; licence: {licence}",
            name=origin.name,
            producer=origin.producer,
            title=origin.title,
            licence=origin.licence,
        )
        yield from (f"    {item}" for item in (origin.url, origin.published, origin.note) if item)


def _scenario(record: Any, registry: Registry) -> Iterator[str]:
    from hubrank.scenario.load import load

    scenario = load(record.name, registry).scenario
    yield gettext(scenario.title)
    yield gettext("file: {file}", file=record.path.name)
    if scenario.description:
        yield from ("", *gettext(scenario.description).strip().splitlines(), "")
    yield gettext("editions: {editions}", editions=", ".join(map(str, scenario.editions.years)))
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
    """Each option with what may be written, its default, and its meaning as the class's docstring tells it."""
    if fields := attrs.fields(options):
        yield "options:"
    texts, hints = meanings(options), typing.get_type_hints(options)
    for item in fields:
        form = f"{toml_type_text(hints[item.name])}{_default(item.default)}"
        yield f"    {item.metadata.get('key', item.name)} ({form}): {texts.get(item.name, '')}".rstrip(": ")


def meanings(options: type) -> dict[str, str]:
    """What the docstrings of a class and of those that it is made of say of each option."""
    docs = [inspect.cleandoc(cls.__doc__ or "") for cls in reversed(options.__mro__)]
    return {name: text for doc in docs for name, text in _attributes(doc).items()}


def _default(default: Any) -> str:
    """What holds where the option is not set, as TOML writes it."""
    if default is attrs.NOTHING:
        return "; required"
    value = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
    return "" if value is None or value in ("", (), [], {}) else f"; default {json.dumps(value, default=str)}"


def _attributes(doc: str) -> dict[str, str]:
    """What a Google docstring says of each attribute."""
    texts: dict[str, str] = {}
    name = ""
    for line in doc.partition("Attributes:")[2].splitlines():
        text = line.strip()
        head, colon, rest = text.partition(": ")
        if colon and head.isidentifier() and len(line) - len(line.lstrip()) <= 4:
            name, texts[head] = head, rest
        elif name and text:
            texts[name] += f" {text}"
    return texts


#: What counts, computes or shows in place of hubrank's own ways, where it is installed: distributions and programs.
_LIBRARIES = ("duckdb", "polars", "pysail", "pyspark", "pyspark-client")
_PROGRAMS = (("java",), ("chromium", "chromium-browser"))


def version(format_: Format = "table") -> None:
    """Print the version."""
    members, engines = distributions(), _engines()
    found = {
        "version": __version__,
        "contract": CONTRACT,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "members": members,
        "engines": engines,
    }
    text = gettext(
        "contract {number}, Python {python}, {platform}",
        number=CONTRACT,
        python=found["python"],
        platform=found["platform"],
    )
    present = {name: place for name, place in engines.items() if place is not None}
    page: list[str | ScreenTable] = [__version__, escape_markup(text)]
    page += ["", _versions(gettext("distribution"), members), "", _versions(gettext("engine"), present)]
    if absent := [name for name in engines if name not in present]:
        page.append(escape_markup(gettext("not installed: {engines}", engines=joined(absent))))
    write_answer(Answer(page=page, data=lambda: found, rows=lambda: _version_rows(found)), format_)


def _engines() -> dict[str, str | None]:
    """The versions of libraries, the places of programs; none of what is not there."""
    engines: dict[str, str | None] = {}
    for library in _LIBRARIES:
        try:
            engines[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            engines[library] = None
    return engines | {names[0]: next(filter(None, map(shutil.which, names)), None) for names in _PROGRAMS}


def _version_rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a version."""
    for kind, what in found.items():
        several = what if isinstance(what, dict) else {"hubrank" if kind == "version" else kind: what}
        yield from ({"kind": kind, "name": name, "version": str(version or "")} for name, version in several.items())


def _versions(heading: str, versions: Mapping[str, str]) -> ScreenTable:
    table = ScreenTable((ScreenColumn(heading, "name"), ScreenColumn(gettext("version"), "name")))
    for name, version in versions.items():
        table.add(escape_markup(name), escape_markup(version))
    return table
