"""`hubrank check-plugin`."""

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from hubrank.cli.command import Format, write_answer
from hubrank.cli.console import progress
from hubrank.errors import did_you_mean
from hubrank.i18n import library_message
from hubrank.io.escaping import escape_markup
from hubrank.plugin import Answer, PluginError, UsageError, gettext, ngettext
from hubrank.testing import Finding, UnfitError, parts_of, plugins_of, tried


def check_plugin(
    plugin: Annotated[str, typer.Argument(help="Installed package, module, or path of either.", show_default=False)],
    options: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML file with options to test components with, by their names."),
    ] = None,
    format_: Format = "table",
) -> None:
    """Test the components of a plugin against the plugin contract, with generated inputs."""
    samples: dict[str, Any] = {}
    if options is not None:
        try:
            samples = tomllib.loads(options.read_bytes().decode())
        except (OSError, ValueError) as error:
            raise UsageError(f"{options}: cannot be read: {library_message(error)}") from error
    findings = _findings(plugin, plugins_of(plugin), samples, options)
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
        for item in findings
    ]
    answer = Answer(page=[*_page(findings)], data=lambda: {"plugin": plugin, "checks": records}, rows=lambda: records)
    write_answer(answer, format_)
    if any(item.state == "broken" for item in findings):
        raise typer.Exit(PluginError.exit_code)


def _findings(
    plugin: str, modules: Sequence[ModuleType], samples: Mapping[str, Any], options: Path | None
) -> list[Finding]:
    try:
        parts = {module: parts_of(module) for module in modules}
    except UnfitError as error:
        raise PluginError(plugin, "its hooks", str(error)) from error
    names = {
        module: {name for part in records for name in (part.name, f"{part.kind}:{part.name}")}
        for module, records in parts.items()
    }
    known = set().union(*names.values())
    if unknown := [item for item in samples if item not in known]:
        raise UsageError(f"{options}: there is no part '{unknown[0]}'{did_you_mean(unknown[0], known)}")
    findings = []
    with progress("checking") as tell:
        for module, here in names.items():
            try:
                for finding in tried(module, {name: item for name, item in samples.items() if name in here}):
                    findings.append(finding)
                    tell(f"checking {finding.label}")
            except UnfitError as error:
                raise UsageError(f"{options}: {error}") from error
    return findings


def _page(findings: Sequence[Finding]) -> Iterator[str]:
    """A line for each component, and below it the errors, the requirements and the places; unknown results too."""
    for (kind, label), group in itertools.groupby(findings, lambda item: (item.part.kind, item.label)):
        own = list(group)
        wrong = [item for item in own if item.state == "broken"]
        count = sum(item.state != "unchecked" for item in own)
        tally = gettext("not checked")
        if wrong:
            tally = ngettext(
                count, "{wrong} of {count} check failed", "{wrong} of {count} checks failed", wrong=len(wrong)
            )
        elif count:
            tally = ngettext(count, "{count} check passed", "{count} checks passed")
        yield f"{escape_markup(gettext(kind))} [bold]{escape_markup(label.removeprefix(f'{kind}:'))}[/bold]: {tally}"
        for item in wrong:
            yield f"  [red]{escape_markup(item.check)}[/red]: {escape_markup(item.what)}"
            yield f"    {gettext('expected: {promise}', promise=escape_markup(item.promise))}"
            if item.where:
                yield f"    {gettext('where: {place}', place=escape_markup(item.where))}"
        reasons: dict[str, list[str]] = {}  # the checks that could not be made, by the component's messages
        for item in own:
            if item.state == "unchecked":
                needs = gettext("{what}; give options in a file, with --options", what=item.what)
                reasons.setdefault(item.what if item.check else needs, []).append(item.check or gettext("all"))
        for what, checks in reasons.items():
            shown = gettext("not checked: {checks}", checks=escape_markup(", ".join(checks)))
            yield f"  {shown}: {escape_markup(what)}"
