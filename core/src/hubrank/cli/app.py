"""The command line: commands of all plugins under one name; errors become messages and exit codes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from hubrank.cli.command import complete_languages
from hubrank.cli.console import ClosedError, asked, refused, writable, write_text, write_warning
from hubrank.cli.tables import writes
from hubrank.errors import HubrankError, UsageError, library
from hubrank.i18n import (
    ENGLISH,
    LANGUAGE,
    gettext,
    gettext_noop,
    known_language,
    language_name,
    languages,
    requested_language,
    use_language,
)
from hubrank.io.limits import assigned_in, limited, whole_number
from hubrank.plugin.calls import answering, exception_text, plugin_call
from hubrank.plugin.registry import BRINGS, Part, Registry, help_of, verb

#: The fewest columns that `--width` may ask for.
NARROWEST = 20

#: The distributions whose commands are our own: exceptions in them are errors of this program, with a traceback.
OWN = {"hubrank", *BRINGS.values()}

#: Exceptions that end a command without a bug; typer reports usage errors by its own click.
_TOLD: tuple[type[Exception], ...] = (HubrankError, OSError, typer.Exit, typer.Abort, typer.BadParameter.__mro__[2])

#: The variable by which a shell asks for completions.
COMPLETING = "_HUBRANK_COMPLETE"

#: The exit code of an interrupted command.
INTERRUPTED = 130

#: The text below the commands in `hubrank --help`.
EPILOG = gettext_noop(
    "Every command takes --quiet (print only the result), --width N (columns for tables; HUBRANK_WIDTH), --language "
    "LANGUAGE (HUBRANK_LANGUAGE), --limit NAME=NUMBER (HUBRANK_LIMITS) and --debug (add the traceback to an error). "
    "NO_COLOR and FORCE_COLOR are honoured."
)

#: The headings of `hubrank --help` with their verbs in order; others come after them, the last heading at the end.
HEADINGS = {
    "Rank": "studio start rank report export",
    "Explain": "explain diff whatif",
    "Test": "robustness sweep audit links outlook",
    "Compare": "compare rivalry match-weights optimise-weights",
    "Data": "fetch import",
    "Scenarios and plugins": "check list show new version",
}
LAST = "For maintainers"

#: What a parameter wants that does not say so itself, by its type.
_WANTED = {int: "N", float: "NUMBER", Path: "PATH"}


class _Sparing:
    """A command whose parameters typer checks only where a user gave something other than a text.

    What it checks with, pydantic, takes half as long to import as all that `hubrank --help` needs.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters; while a shell completes a line, also those of all commands, which `run` otherwise removes."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        parameters = [*parameters, *(common_options() if COMPLETING in os.environ else ())]
        for item in parameters:
            item.process_value = functools.partial(_checked, item, type(item).process_value)
        return parameters


def _checked(parameter: Any, check: Callable[[Any, Any, Any], Any], ctx: Any, value: Any) -> Any:
    """The value of a parameter; defaults and texts are valid without conversion."""
    descriptor = getattr(parameter, "type_descriptor", None)  # typer before 0.20 has none, and no pydantic
    text = isinstance(value, str) and getattr(descriptor, "annotation", None) is str
    if not text and (parameter.required or value is not parameter.default):
        return check(parameter, ctx, value)
    return value if parameter.callback is None else parameter.callback(ctx, parameter, value)


class Verb(_Sparing, TyperCommand):
    """One command."""


class Verbs(_Sparing, TyperGroup):
    """All commands, each imported when it is used."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the signature is the group's
        """The commands' names."""
        return list(Registry.of_commands().names("command"))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """One command, made from the function that its plugin names; `UsageError` or `PluginError` if it cannot be."""
        part = verb(Registry.of_commands(), cmd_name)
        module, _colon, name = part.record.function.partition(":")
        wrong = "cannot be imported"
        try:
            with plugin_call():
                function = getattr(importlib.import_module(module), name)
                wrong = "is not a valid command"
                if isinstance(function, typer.Typer):
                    function.rich_markup_mode = None
                    command: Any = get_group(function)
                else:
                    command = _alone(part.name, function)
        except Exception as error:
            raise part.broke(f"{part.record.function} {wrong}: {exception_text(error)}") from error
        command.name = part.name
        command.epilog = part.record.example
        _readable(command)
        if part.distribution not in OWN:
            command.invoke = functools.partial(_invoked, part, command.invoke)
        return command

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The commands and their descriptions, for a shell; nothing is imported for it."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        commands = Registry.of_commands()
        names = commands.names("command")
        found = [name for name in names if name.startswith(incomplete)]
        return [SimpleNamespace(value=name, help=help_of(commands, name), type="plain") for name in found]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The options of every command, in the reader's language."""
        formatter.write_paragraph()
        formatter.write_text(gettext(EPILOG))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The commands under their headings; nothing is imported for it."""
        commands = Registry.of_commands()
        verbs = {name: commands.parts["command"][name][0].texts["group"] for name in commands.names("command")}
        for heading in sorted({*verbs.values()}, key=lambda name: (name == LAST, (*HEADINGS, name).index(name), name)):
            order = [*HEADINGS.get(heading, "").split(), *verbs]
            named = sorted((name for name in verbs if verbs[name] == heading), key=order.index)
            with formatter.section(gettext(heading)):
                formatter.write_dl([(name, gettext(help_of(commands, name))) for name in named])
        if commands.broken:
            with formatter.section("Plugins that could not be loaded"):
                formatter.write_dl([(item.distribution, exception_text(item.error)) for item in commands.broken])


def _readable(command: Any) -> None:
    """Let a command's help, and that of the commands in it, say in capitals what is wanted, and end with an example."""
    for item in command.params:
        item.get_help_record = functools.partial(_help_record, item)
        if item.param_type_name == "argument":
            item.metavar = _wanted(item)
            item.get_usage_pieces = functools.partial(_usage, item)
    command.format_epilog = functools.partial(_example, command)
    for inner in getattr(command, "commands", {}).values():
        _readable(inner)


def _wanted(item: Any) -> str:
    described = item.type_descriptor
    if item.metavar or not described.is_choice:
        return str(item.metavar or _WANTED.get(described.annotation, item.name.upper()))
    return "|".join(map(str, described.choices))


def _usage(item: Any, *_: Any) -> list[str]:
    """An argument in the usage line: `SCENARIO`, `[UNIT]`, `[GROUP]...`."""
    wanted = _wanted(item)
    return [f"{wanted if item.required else f'[{wanted}]'}{'...' if item.nargs != 1 else ''}"]


def _help_record(item: Any, *_: Any) -> tuple[str, str] | None:
    """A parameter as its command's help lists it: what is wanted, what it does, and its default in brackets."""
    if item.hidden:
        return None
    name = ", ".join(sorted(item.opts, key=len))
    if item.param_type_name == "argument":
        name = _wanted(item)
    elif not item.is_flag:
        name = f"{name} {_wanted(item)}"
    elif item.secondary_opts:
        name = f"{name}, {item.secondary_opts[0]}"
    default = item.show_default if isinstance(item.show_default, str) else item.default
    note = "required" if item.required else ""
    if not note and default not in (None, "") and not isinstance(default, bool):
        note = f"default: {f'{default:,g}' if isinstance(default, float) else default}"
    return name, f"{item.help or ''}{f' [{note}]' if note else ''}".strip()


def _example(command: Any, _context: Any, formatter: Any) -> None:
    """The example at the end of a command's help."""
    if command.epilog:
        with formatter.section("Example"):
            formatter.write_text(f"\b\n{command.epilog}")


def _invoked(part: Part, invoke: Callable[[Any], Any], ctx: Any) -> Any:
    """Run a plugin's command, which may exit with a code; `PluginError` if it raises anything but a user's error."""
    try:
        with plugin_call(verb=True):
            return invoke(ctx)
    except _TOLD:
        raise
    except Exception as error:
        raise part.broke(f"{part.record.function} raised {exception_text(error)}") from error


_SETTINGS: Mapping[str, Any] = {
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}

app = typer.Typer(
    name="hubrank", cls=Verbs, help="Build, stress-test and explain rankings.", invoke_without_command=True, **_SETTINGS
)

#: The first steps, and their descriptions.
FIRST = (
    ("hubrank start my.xlsx", "rank your own table; asks what it cannot infer"),
    ("hubrank.rank(frame)", "the same in Python, after `import hubrank`"),
    ("hubrank rank global", "rank the world's innovation hubs, from included data"),
)


@app.callback()
def _root(context: typer.Context) -> None:
    """Build, stress-test and explain rankings."""
    if context.invoked_subcommand is None:
        write_text("hubrank builds, stress-tests and explains rankings. Three ways to begin:\n")
        for command, does in FIRST:
            write_text(f"  {command:<23}{does}")
        write_text("\nhubrank --help lists all commands; hubrank COMMAND --help explains one.")


def _alone(name: str | None, function: Callable[..., Any]) -> Any:
    """A function as a command by itself."""
    alone = typer.Typer(add_completion=False, **_SETTINGS)
    alone.command(name, cls=Verb)(function)
    return get_command(alone)


def _everywhere(
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the result.")] = False,
    width: Annotated[int | None, typer.Option(metavar="N", help="Lay tables out for N columns.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="Use another language.", autocompletion=complete_languages)
    ] = None,
    limit: Annotated[list[str] | None, typer.Option(metavar="NAME=NUMBER", help="Set a limit.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Add the traceback to an error.")] = False,
) -> None:
    """The options that `run` removes from a line, at any position."""


@functools.cache
def common_options() -> Sequence[Any]:
    """The options that all commands share."""
    options: Sequence[Any] = _alone(None, _everywhere).params
    for item in options:
        item.expose_value = False
    return options


def run(arguments: Sequence[str]) -> int:
    """Run a command line, the words after `hubrank`, and return its exit code.

    `--debug`, `--quiet`, `--width N`, `--language L` and `--limit NAME=NUMBER` may appear anywhere.
    """
    words: list[str] = []
    texts: dict[str, list[str]] = {"--language": [], "--width": [], "--limit": []}
    rest = iter(arguments)
    for word in rest:
        name, equals, text = word.partition("=")
        if name in texts:
            texts[name].append(text if equals else next(rest, ""))
        elif word not in ("--debug", "--quiet"):
            words.append(word)
    with writable():
        try:
            language = _language(*texts["--language"][-1:])
            with use_language(language), _asked("--quiet" in arguments, texts), answering():
                app(args=words, prog_name="hubrank")
        except SystemExit as leaving:
            return _left_with(leaving)
        except HubrankError as error:
            return _failed(error, arguments)
        except OSError as error:
            if traceback.extract_tb(error.__traceback__)[-1].name != "echo":  # typer writes help by itself
                raise
            return _failed(refused(error), arguments)
        except KeyboardInterrupt:
            write_text("hubrank: interrupted", err=True)
            return INTERRUPTED
        except MemoryError:
            write_warning("hubrank: there is not enough memory; use smaller files, fewer units or fewer draws")
            return 1
    return 0


@contextlib.contextmanager
def _asked(quiet: bool, texts: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Run with `--quiet`, `--width` and limits as a user sets them; `UsageError` if one is none."""
    given = next(reversed(texts["--width"]), None)
    width = None if given is None else whole_number(given)
    if given is not None and (width is None or width < NARROWEST):
        raise UsageError(f"--width must be a number of columns from {NARROWEST}; got '{given[:40]}'")
    with asked(quiet, width), limited(**assigned_in(texts["--limit"], "--limit")):
        yield


def _left_with(leaving: SystemExit) -> int:
    """The exit code of a command that exits as in Python: with a number, or with an error message."""
    if isinstance(leaving.__context__, BrokenPipeError):
        return ClosedError.exit_code
    if leaving.code == INTERRUPTED:  # typer has caught it
        write_text("hubrank: interrupted", err=True)
    if leaving.code is None or isinstance(leaving.code, int):
        return leaving.code or 0
    write_text(leaving.code, err=True)
    return 1


def _failed(error: HubrankError, arguments: Sequence[str]) -> int:
    """Report an error, unless it would appear in the line being typed."""
    if COMPLETING not in os.environ and not isinstance(error, ClosedError):
        if "--debug" in arguments:
            write_text(traceback.format_exc(), err=True, end="")
        write_warning(f"hubrank: {error}")
    return error.exit_code


def _language(text: str | None = None) -> str:
    """The language of the output: `--language`, else the environment; English if its letters cannot be written.

    `UsageError` if there is no catalogue for the requested language.
    """
    wanted = f"--language {text}"
    try:
        language = requested_language() if text is None else known_language(text)
    except ValueError as error:
        wanted, language = f"{LANGUAGE}={error}", None
    if language is None:
        library("babel", f"{wanted}: a language other than English")
        raise UsageError(f"{wanted}: there is no such language; available: {', '.join(languages())}")
    if language != ENGLISH and not all(map(writes, language_name(language))):
        write_warning(f"hubrank: the output's encoding cannot write the language {language}; English is used")
        return ENGLISH
    return language
