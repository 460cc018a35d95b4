"""The command line: verbs of all plugins under one name; errors become messages and exit codes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from attrs import frozen
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from hubrank.cli.command import complete_languages
from hubrank.cli.console import ClosedError, asked, echoed, refused, writable, write_text, write_warning
from hubrank.cli.tables import writes
from hubrank.errors import HubrankError, UsageError
from hubrank.i18n import ENGLISH, LANGUAGE, known_language, language_name, languages, requested_language, use_language
from hubrank.plugin.calls import answering, exception_text, plugin_call
from hubrank.plugin.registry import BRINGS, Part, Registry, help_of, verb

#: The fewest columns that `--width` may ask for.
NARROWEST = 20

#: The distributions whose verbs are no guests: what they raise is a mistake of this program, and keeps its traceback.
OWN = {"hubrank", *BRINGS.values()}

#: What ends a verb and is no mistake of its author: typer tells what is wrong with words by its own click.
_TOLD: tuple[type[Exception], ...] = (HubrankError, OSError, typer.Exit, typer.Abort, typer.BadParameter.__mro__[2])

#: The variable by which a shell asks for completions.
COMPLETING = "_HUBRANK_COMPLETE"

#: The exit code of what a person has interrupted.
INTERRUPTED = 130

#: In what order `hubrank --help` lists the headings; others come after them.
HEADINGS = ("Rank", "Explain", "Compare and argue", "Test", "Scenarios, plugins and files")


def _sparing(parameters: Iterable[Any]) -> list[Any]:
    """Parameters that typer checks only where a person gave something other than a text.

    What it checks with, pydantic, takes half as long to import as all that `hubrank --help` needs.
    """
    kept = list(parameters)
    for each in kept:
        each.process_value = functools.partial(_checked, each, type(each).process_value)
    return kept


def _checked(parameter: Any, check: Callable[[Any, Any, Any], Any], ctx: Any, value: Any) -> Any:
    """The value of a parameter; a default and a text are right as they are."""
    descriptor = getattr(parameter, "type_descriptor", None)  # typer before 0.20 has none, and no pydantic
    text = isinstance(value, str) and getattr(descriptor, "annotation", None) is str
    if not text and (parameter.required or value is not parameter.default):
        return check(parameter, ctx, value)
    return value if parameter.callback is None else parameter.callback(ctx, parameter, value)


class Verb(TyperCommand):
    """One verb, its words checked by typer where they need it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters of the function, and `--help`."""
        return _sparing([*super().get_params(ctx), *_offered()])


@frozen(kw_only=True)
class Offer:
    """A verb that a shell offers.

    Attributes:
        value: Its name.
        help: What a shell that can tells of it.
        type: `plain`, as the classes that write for shells want it.
    """

    value: str
    help: str
    type: str = "plain"


class Verbs(TyperGroup):
    """All verbs, each imported when it is used."""

    def get_params(self, ctx: Any) -> list[Any]:
        """`--help` alone."""
        return _sparing([*super().get_params(ctx), *_offered()])

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the signature is the group's
        """The verbs' names."""
        return list(Registry.of_commands().names("command"))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """One verb, made from the function that its plugin names.

        Raises:
            UsageError: There is no such verb, or two distributions provide it.
            PluginError: The function cannot be imported, or cannot be turned into a verb.
        """
        return _made(verb(Registry.of_commands(), cmd_name))

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The verbs and what they do, for a shell; nothing is imported for it."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        commands = Registry.of_commands()
        names = (name for name in commands.names("command") if name.startswith(incomplete))
        return [Offer(value=name, help=help_of(commands, name)) for name in names]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The verbs under their headings; nothing is imported for it."""
        commands = Registry.of_commands()
        verbs = {name: commands.parts["command"][name][0].record.group for name in commands.names("command")}
        for heading in sorted(set(verbs.values()), key=lambda name: ((*HEADINGS, name).index(name), name)):
            with formatter.section(heading):
                formatter.write_dl([(name, help_of(commands, name)) for name in verbs if verbs[name] == heading])
        if commands.broken:
            with formatter.section("Plugins that could not be loaded"):
                formatter.write_dl([(each.distribution, exception_text(each.error)) for each in commands.broken])


def _made(part: Part) -> Any:
    """The command that the function makes, with the name and the options of the group."""
    module, _colon, name = part.record.function.partition(":")
    wrong = "cannot be imported"
    try:
        with plugin_call():
            function = getattr(importlib.import_module(module), name)
            wrong = "is not a valid command"
            made = _command(part.name, function)
    except Exception as error:
        raise part.broke(f"{part.record.function} {wrong}: {exception_text(error)}") from error
    made.name = part.name
    if part.distribution not in OWN:
        made.invoke = functools.partial(_invoked, part, made.invoke)
    return made


def _invoked(part: Part, invoke: Callable[[Any], Any], ctx: Any) -> Any:
    """Run a verb of a plugin, which prints its answer and may end with an exit code of its own.

    Raises:
        PluginError: It raised what is no error of a person.
    """
    try:
        with plugin_call(verb=True):
            return invoke(ctx)
    except _TOLD:
        raise
    except Exception as error:
        raise part.broke(f"{part.record.function} raised {exception_text(error)}") from error


def _command(name: str, function: Any) -> Any:
    if isinstance(function, typer.Typer):
        function.rich_markup_mode = None
        return get_group(function)
    alone = _app()
    alone.command(name, cls=Verb)(function)
    return get_command(alone)


def _app(**options: Any) -> typer.Typer:
    settings: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}
    return typer.Typer(
        **{"add_completion": False} | options,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=dict(settings),
    )


app = _app(
    name="hubrank",
    cls=Verbs,
    help="Build, stress-test and explain rankings.",
    epilog=(
        "With every command: --quiet prints the result alone, --width N lays tables out for N columns (as "
        "HUBRANK_WIDTH does for every run), --language L speaks another language (as HUBRANK_LANGUAGE does), --limit "
        "NAME=NUMBER sets a limit (as HUBRANK_LIMITS does), --debug adds the traceback to an error. NO_COLOR and "
        "FORCE_COLOR are heeded."
    ),
    invoke_without_command=True,
    add_completion=True,
)

#: What to do first, and what it does.
FIRST = (
    ("hubrank start my.xlsx", "rank a table of your own; asks what it cannot know"),
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


def _everywhere(
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the result alone.")] = False,
    width: Annotated[int | None, typer.Option(help="Lay tables out for so many columns.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Speak another language.", autocompletion=complete_languages)
    ] = None,
    limit: Annotated[list[str] | None, typer.Option(help="Set a limit: NAME=NUMBER.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Add the traceback to an error.")] = False,
) -> None:
    """The options that `run` takes out of a line, wherever they stand in it."""


def _offered() -> Sequence[Any]:
    """The options of all verbs alike, while a shell completes a line; at other times `run` has taken them out."""
    return common_options() if COMPLETING in os.environ else ()


@functools.cache
def common_options() -> Sequence[Any]:
    """The options of all verbs alike."""
    alone = _app()
    alone.command()(_everywhere)
    made: Sequence[Any] = get_command(alone).params
    for each in made:
        each.expose_value = False
    return made


def run(arguments: Sequence[str]) -> int:
    """Run a command line.

    Args:
        arguments: The words after `hubrank`; `--debug`, `--quiet`, `--width N`, `--language L` and
            `--limit NAME=NUMBER` may appear anywhere.

    Returns:
        The exit code.
    """
    with writable():
        try:
            said, language = _taken(arguments, "--language")
            with use_language(_language(*language[-1:])):
                return _run(said)
        except UsageError as error:
            return _failed(error, arguments)


def _run(arguments: Sequence[str]) -> int:
    """Run a command line in the language that is spoken."""
    try:
        words, widths = _taken([word for word in arguments if word not in ("--debug", "--quiet")], "--width")
        words, changes = _taken(words, "--limit")
        with asked("--quiet" in arguments, _width(*widths[-1:])), _limited(changes), answering():
            app(args=words, prog_name="hubrank")
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            return ClosedError.exit_code
        if leaving.code == INTERRUPTED:  # typer has caught it
            write_text("hubrank: interrupted", err=True)
        return _left_with(leaving.code)
    except HubrankError as error:
        return _failed(error, arguments)
    except OSError as error:
        if not echoed(error):
            raise
        return _failed(refused(error), arguments)
    except KeyboardInterrupt:
        write_text("hubrank: interrupted", err=True)
        return INTERRUPTED
    except MemoryError:
        write_warning("hubrank: there is not enough memory for it; smaller files, fewer units or draws need less")
        return 1
    return 0


def _left_with(code: object) -> int:
    """The exit code of a verb that leaves as Python does: with a number, or with what is wrong."""
    if code is None or isinstance(code, int):
        return code or 0
    write_text(code, err=True)
    return 1


def _failed(error: HubrankError, arguments: Sequence[str]) -> int:
    """Say what is wrong, unless it would land in the line that is being typed."""
    if COMPLETING not in os.environ and not isinstance(error, ClosedError):
        if "--debug" in arguments:
            write_text(traceback.format_exc(), err=True, end="")
        write_warning(f"hubrank: {error}")
    return error.exit_code


def _limited(changes: Sequence[str]) -> contextlib.AbstractContextManager[None]:
    """Run within the limits that `--limit` sets; where it sets none, no time is taken for them.

    Raises:
        UsageError: One of them is none.
    """
    if not changes:
        return contextlib.nullcontext()
    from hubrank.io.limits import assigned_in, limited

    return limited(**assigned_in(changes, "--limit"))


def _taken(words: Iterable[str], option: str) -> tuple[list[str], list[str]]:
    """The words without an option that may stand anywhere, and each text that it is given."""
    rest, texts = [], []
    given = iter(words)
    for word in given:
        if word == option or word.startswith(f"{option}="):
            texts.append(next(given, "") if word == option else word.partition("=")[2])
        else:
            rest.append(word)
    return rest, texts


def _width(text: str | None = None) -> int | None:
    """The number of columns that `--width` asks for.

    Raises:
        UsageError: It is no number that a line may have.
    """
    if text is None:
        return None
    if not text.isdecimal() or int(text) < NARROWEST:
        raise UsageError(f"--width must be a number of columns from {NARROWEST}; got '{text}'")
    return int(text)


def _language(text: str | None = None) -> str:
    """The language to speak: what `--language` says, else the environment; English where its letters cannot be written.

    Raises:
        UsageError: There is no catalogue of what is asked for.
    """
    try:
        found = requested_language() if text is None else known_language(text)
    except ValueError as error:
        raise UsageError(_unknown(f"{LANGUAGE}={error}")) from error
    if found is None:
        raise UsageError(_unknown(f"--language {text}"))
    if not all(map(writes, language_name(found))):
        write_warning(f"hubrank: the output's encoding cannot write the language {found}; English is spoken")
        return ENGLISH
    return found


def _unknown(asked_for: str) -> str:
    return f"{asked_for}: there is no catalogue of it; available: {', '.join(languages())}"
