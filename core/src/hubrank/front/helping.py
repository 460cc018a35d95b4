"""Help and mistakes of the command line in the language that is spoken; what typer says is translated here alone.

A help stands in the code in English. It is looked up when it is shown, never when a verb is made.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from hubrank.basis.language import ENGLISH, marked, spoken, worded
from hubrank.front.pages import say

#: The class of all mistakes in a line, which typer brings along or takes from click.
_Mistake: Any = typer.BadParameter.__base__
#: What makes a mistake whole by itself: the help of a verb that was given no words.
_HELP = "NoArgsIsHelpError"

#: What typer, click and pydantic say, with places for what they put in; the first that fits is taken.
_LIBRARY = (
    marked("No such option: {option} (Possible options: {options})"),
    marked("No such option: {option}"),
    marked("No such command {name}. Did you mean {names}?"),
    marked("No such command {name}."),
    marked("Missing command."),
    marked("Missing argument {name}. Choose from: {choices}"),
    marked("Missing argument {name}."),
    marked("Missing option {name}. Choose from: {choices}"),
    marked("Missing option {name}."),
    marked("Invalid value for {name}: {what}"),
    marked("Invalid value: {what}"),
    marked("Got unexpected extra argument(s) ({words})"),
    marked("Option {name} requires an argument."),
    marked("Option {name} requires {count} arguments."),
    marked("Option {name} does not take a value."),
    marked("Argument {name} takes {count} values."),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("Input should be greater than {bound}"),
    marked("Input should be less than {bound}"),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Value error, {value} is not one of {values}."),
    marked("{value} is not one of {values}."),
    marked("{value} is not in the range {range}."),
    marked("{value} is not a valid integer."),
    marked("{value} is not a valid float."),
    marked("default: {value}"),
    marked("required"),
    marked("(dynamic)"),
    marked("Show this message and exit."),
)
#: Stands behind a letter that takes two cells while lines are broken, which typer counts by letters; no text has it.
_CELL = "\ue001"
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def told(text: str) -> str:
    """What typer says, in the language that is spoken; as it is where nobody has translated it."""
    if spoken() == ENGLISH:
        return text
    for each in _LIBRARY:
        form = _PLACE.sub(r"(?P<\1>.+)", re.escape(each)).replace(r"\ ", r"\s+")
        if found := re.fullmatch(form, text, re.DOTALL):
            return worded(each, **{name: told(value) for name, value in found.groupdict().items()})
    return text


def help_text(text: str | None) -> str:
    """A help as it stands in the catalogues: the docstring of a verb without its indent and what typer leaves out."""
    return inspect.cleandoc(text or "").partition("\f")[0].strip()


def by_cells(text: str) -> str:
    """A text of as many characters as it takes cells, for `get_help` alone, which takes away what is put in."""
    return "".join(f"{each}{_CELL}" if unicodedata.east_asian_width(each) in "WF" else each for each in text)


@contextlib.contextmanager
def telling() -> Iterator[None]:
    """Say a mistake in the line as typer does, with its usage, and leave with its exit code."""
    try:
        yield
    except _Mistake as error:
        if type(error).__name__ == _HELP:
            raise
        say(_mistake(error), err=True)
        raise SystemExit(error.exit_code) from error
    except typer.Abort as error:
        say(worded("Aborted!"), err=True)
        raise SystemExit(1) from error


def _mistake(error: Any) -> str:
    what = worded("Error: {what}", what=told(error.format_message()))
    if error.ctx is None:
        return what
    command, option = error.ctx.command_path, error.ctx.help_option_names[0]
    hint = worded("Try '{command}' for help.", command=f"{command} {option}")
    return f"{error.ctx.get_usage()}\n{hint}\n\n{what}"


class Helping:
    """What the classes of verbs have in common: their help, part by part."""

    help: str | None
    epilog: str | None

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What may stand behind the verb's name."""
        options = f"[{worded('OPTIONS')}]"
        command = f"{worded('COMMAND')} [{worded('ARGS')}]..."
        said = {"[OPTIONS]": options, "COMMAND [ARGS]...": command}
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]  # of typer's class beside it
        return [said.get(each, each) for each in pieces]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line of how the verb is used."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{worded('Usage:')} ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What the verb does."""
        with self._worded():
            super().format_help_text(ctx, formatter)  # type: ignore[misc]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What stands below."""
        with self._worded():
            super().format_epilog(ctx, formatter)  # type: ignore[misc]

    def get_help(self, ctx: Any) -> str:
        """The whole help."""
        made: str = super().get_help(ctx)  # type: ignore[misc]
        return made.replace(_CELL, "")

    def get_short_help_str(self, limit: int = 45) -> str:
        """What the verb does, in one line; typer shortens English, where words have blanks between them."""
        if spoken() == ENGLISH:
            return str(super().get_short_help_str(limit))  # type: ignore[misc]
        return worded(help_text(self.help)).partition("\n\n")[0]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments and the options, and the verbs of a group."""
        parameters = self.get_params(ctx)  # type: ignore[attr-defined]
        for heading, kind in ((worded("Arguments"), "argument"), (worded("Options"), "option")):
            found = [_record(each, ctx) for each in parameters if each.param_type_name == kind]
            if rows := [each for each in found if each is not None]:
                with formatter.section(heading):
                    formatter.write_dl(rows)
        if isinstance(self, TyperGroup):
            self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The options that a shell offers."""
        offers: list[Any] = super().shell_complete(ctx, incomplete)  # type: ignore[misc]
        for each in offers:
            each.help = _help(each.help) or None
        return offers

    @contextlib.contextmanager
    def _worded(self) -> Iterator[None]:
        """With its texts in the language that is spoken."""
        kept = self.help, self.epilog
        self.help, self.epilog = (each and by_cells(worded(help_text(each))) for each in kept)
        try:
            yield
        finally:
            self.help, self.epilog = kept


class Helped(Helping, TyperCommand):
    """A verb of a group."""


class HelpedGroup(Helping, TyperGroup):
    """A verb that has verbs of its own."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Its verbs."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        shown = {name: each for name, each in found.items() if each is not None and not each.hidden}
        if shown:
            room = formatter.width - 6 - max(map(len, shown))
            with formatter.section(worded("Commands")):
                formatter.write_dl([(name, by_cells(each.get_short_help_str(room))) for name, each in shown.items()])


def _help(text: str | None) -> str:
    """A help in the language that is spoken, be it a verb's or typer's own."""
    return told(worded(help_text(text)))


def _record(parameter: Any, ctx: Any) -> tuple[str, str] | None:
    """A parameter and what is told of it: its help, then what typer adds of its default and its bounds."""
    bare = copy.copy(parameter)
    bare.help = ""
    record = bare.get_help_record(ctx)
    if record is None:
        return None
    name, more = record
    added = "; ".join(told(each) for each in more.strip().removeprefix("[").removesuffix("]").split("; ") if each)
    told_of = "  ".join(each for each in (_help(parameter.help), f"[{added}]" if added else "") if each)
    return name, by_cells(told_of)
