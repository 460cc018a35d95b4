"""`hubrank check-plugin`."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from hubrank import PluginError, UsageError, gettext, ngettext
from hubrank.cli.command import Format, write_answer
from hubrank.cli.console import progress
from hubrank.errors import did_you_mean
from hubrank.i18n import library_message
from hubrank.io.answer import Answer
from hubrank.io.escaping import escape_markup
from hubrank.testing import Finding, UnfitError, parts_of, plugins_of, tried


def check_plugin(
    plugin: Annotated[
        str, typer.Argument(help="An installed distribution, a module, or the path of one.", show_default=False)
    ],
    options: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="TOML with options to try parts with: a table, or several, by a part's name."
        ),
    ] = None,
    format_: Format = "table",
) -> None:
    """Check that the parts of a plugin keep their promises, with inputs made from the contract."""
    samples = {} if options is None else _samples(options)
    found = _found(plugin, plugins_of(plugin), samples, options)
    records = [
        {
            "kind": item.part.kind,
            "name": item.part.name,
            "tried_as": item.label,
            "check": item.check,
            "state": item.state,
            "promise": item.promise,
            "what": item.what,
            "where": item.where,
        }
        for item in found
    ]
    answer = Answer(page=[*_page(found)], data=lambda: {"plugin": plugin, "checks": records}, rows=lambda: records)
    write_answer(answer, format_)
    if any(item.state == "broken" for item in found):
        raise typer.Exit(PluginError.exit_code)


def _samples(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {library_message(error)}") from error


def _found(
    plugin: str, modules: Sequence[ModuleType], samples: Mapping[str, Any], options: Path | None
) -> list[Finding]:
    try:
        parts = {module: parts_of(module) for module in modules}
    except UnfitError as error:
        raise PluginError(plugin, "its hooks", str(error)) from error
    names = {name for item in parts.values() for part in item for name in (part.name, f"{part.kind}:{part.name}")}
    if unknown := [item for item in samples if item not in names]:
        what = f"{options}: there is no part '{unknown[0]}'"
        raise UsageError(what + did_you_mean(unknown[0], names))
    found = []
    with progress("checking") as tell:
        for module, own in parts.items():
            here = {name for part in own for name in (part.name, f"{part.kind}:{part.name}")}
            try:
                for finding in tried(module, {name: item for name, item in samples.items() if name in here}):
                    found.append(finding)
                    tell(f"checking {finding.label}")
            except UnfitError as error:
                raise UsageError(f"{options}: {error}") from error
    return found


def _page(found: Sequence[Finding]) -> Iterator[str]:
    """A line for each part, and below it what is wrong, what it should be and where; what is not known too."""
    for (kind, label), group in itertools.groupby(found, lambda item: (item.part.kind, item.label)):
        own = list(group)
        wrong = sum(item.state == "broken" for item in own)
        count = sum(item.state != "unchecked" for item in own)
        name = f"{escape_markup(gettext(kind))} [bold]{escape_markup(label.removeprefix(f'{kind}:'))}[/bold]"
        yield f"{name}: {_tally(count, wrong)}"
        for item in own:
            if item.state == "broken":
                yield f"  [red]{escape_markup(item.check)}[/red]: {escape_markup(item.what)}"
                yield f"    {gettext('expected: {promise}', promise=escape_markup(item.promise))}"
                if item.where:
                    yield f"    {gettext('where: {place}', place=escape_markup(item.where))}"
        for what, checks in _unchecked(own).items():
            yield f"  {gettext('not checked: {checks}', checks=escape_markup(checks))}: {escape_markup(what)}"


def _tally(checks: int, wrong: int) -> str:
    if not checks:
        return gettext("not checked")
    if wrong:
        return ngettext(checks, "{wrong} of {count} check failed", "{wrong} of {count} checks failed", wrong=wrong)
    return ngettext(checks, "{count} check, no fault", "{count} checks, no fault")


def _unchecked(found: Sequence[Finding]) -> dict[str, str]:
    """The checks that could not be made, by what the part said."""
    reasons: dict[str, list[str]] = {}
    for item in found:
        if item.state == "unchecked":
            needs = gettext("{what}; give options in a file, with --options", what=item.what)
            reasons.setdefault(item.what if item.check else needs, []).append(item.check or gettext("all"))
    return {what: ", ".join(checks) for what, checks in reasons.items()}
