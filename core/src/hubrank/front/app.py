"""The command line: verbs of all plugins under one name; errors become messages and exit codes."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from hubrank.basis.errors import HubrankError, PluginError, UsageError, suggestion
from hubrank.contract.commands import Command
from hubrank.contract.registry import Part
from hubrank.front.installed import BRINGS, installed_verbs, owners
from hubrank.front.screen import quieted

#: In what order `hubrank --help` lists the headings; others come after them.
HEADINGS = ("Rank", "Explain", "Compare and argue", "Test", "Scenarios, plugins and files")


class Verbs(TyperGroup):
    """All verbs, each imported when it is used."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the signature is the group's
        """The verbs' names."""
        return list(installed_verbs())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """One verb, made of the function that its plugin names.

        Raises:
            UsageError: There is no such verb, or two plugins bring it.
            PluginError: The function cannot be imported.
        """
        found = installed_verbs().get(cmd_name, ())
        if not found:
            raise UsageError(_unknown(cmd_name))
        if len(found) > 1:
            raise UsageError(f"'{cmd_name}' is brought by {owners(found)}; uninstall one of them")
        return _made(found[0])

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The verbs under their headings; nothing is imported for it."""
        verbs = installed_verbs()
        groups = {found[0].record.group for found in verbs.values()}
        for heading in sorted(groups, key=lambda name: ((*HEADINGS, name).index(name), name)):
            rows = [(name, _help(found)) for name, found in verbs.items() if found[0].record.group == heading]
            with formatter.section(heading):
                formatter.write_dl(rows)


def _help(found: tuple[Part, ...]) -> str:
    return str(found[0].record.help) if len(found) == 1 else f"brought by {owners(found)}; uninstall one of them"


def _unknown(name: str) -> str:
    if name in BRINGS:
        return f"'{name}' is brought by {BRINGS[name]}, which is not installed; pip install {BRINGS[name]}"
    return f"there is no command '{name}'{suggestion(name, installed_verbs())}"


def _made(part: Part) -> Any:
    """The command that the function makes, with the name and the options of the group."""
    command: Command = part.record
    try:
        function = _function(command)
    except Exception as error:
        what = f"{command.function} cannot be imported: {type(error).__name__}: {error}"
        raise PluginError(part.distribution, str(part), what) from error
    if isinstance(function, typer.Typer):
        made: Any = get_group(function)
    else:
        alone = _app()
        alone.command(command.name)(function)
        made = get_command(alone)
    made.name = command.name
    return made


def _function(command: Command) -> Any:
    module, _colon, name = command.function.partition(":")
    return getattr(importlib.import_module(module), name)


def _app(**options: Any) -> typer.Typer:
    settings: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=dict(settings),
        **options,
    )


app = _app(name="hubrank", cls=Verbs, help="Build, stress-test and explain rankings.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Build, stress-test and explain rankings."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line.

    Args:
        arguments: The words after `hubrank`; `--debug` and `--quiet` may stand anywhere.

    Returns:
        The exit code.
    """
    words = [word for word in arguments if word not in ("--debug", "--quiet")]
    try:
        with quieted("--quiet" in arguments):
            app(args=words, prog_name="hubrank")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except HubrankError as error:
        if "--debug" in arguments:
            traceback.print_exc()
        typer.echo(f"hubrank: {error}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        typer.echo("hubrank: interrupted", err=True)
        return 130
    return 0
