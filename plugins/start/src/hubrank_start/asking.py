"""Questions in a terminal: the reading, one question after the other and back, a review, and the next steps."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import typer
from hubrank.cli.console import console, is_quiet, width, write_text
from hubrank.errors import casefold_name
from hubrank.i18n import enumerated
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup, strip_control
from hubrank.plugin import HubrankError, count_text, gettext, gettext_noop

from hubrank_start.beside import LONG, figures_beside, shortened
from hubrank_start.desk import Question
from hubrank_start.tables import Reading

#: The values beside a question, and those shown if more are requested.
_FEW, _MORE = 3, 20


class _Go(Enum):
    """Other possible replies to a question: in English, or in the reader's language."""

    BACK = gettext_noop("back")
    DEFAULTS = gettext_noop("all defaults")
    MORE = "?"


def asked_in_terminal(
    read: Callable[[Mapping[str, str]], Reading], answers: dict[str, str], command: Sequence[str]
) -> Reading:
    """The reading with a user's answers to all its questions.

    Args:
        read: Reads the table with answers by key; new questions that they cause are asked as well.
        answers: Those of flags; the user's are added.
        command: The words that repeat the command; an interrupt prints them with all answers, and exits with 130.
    """
    reading, given, again, alone = read(answers), list[Question](), None, False
    _show_overview(reading)
    try:
        while True:
            left = [] if alone else [item for item in reading.desk.asked if item.key not in answers]
            question = again or next(iter(left), None)
            if question is None and (again := _reviewed(given, answers)) is None:
                return read(answers)
            if question is None:
                continue
            number = given.index(question) + 1 if question in given else len(given) + 1
            reply = _reply(question, number, len(given) + len(left), reading)
            if reply is _Go.DEFAULTS:
                again, alone = None, True
            elif reply is _Go.BACK and again is None and given:
                del answers[given.pop().key]
                reading = read(answers)
            elif isinstance(reply, str):
                reading = _with(question, reply, read, answers, reading)
                given += [question] if question.key in answers and question not in given else []
            if isinstance(reply, str) or reply is _Go.BACK:
                again = None
    except (typer.Abort, KeyboardInterrupt):
        write_text(f"\n{gettext('your answers are saved; to continue:')}\n\n{_command(command, answers)}\n")
        raise typer.Exit(130) from None


def _with(
    question: Question, reply: str, read: Callable[[Mapping[str, str]], Reading], answers: dict[str, str], old: Reading
) -> Reading:
    """The reading with one more answer, or the old one where it cannot be, which is said."""
    before = dict(answers)
    answers[question.key] = reply
    if reply == before.get(question.key, question.default):
        return old
    try:
        return read(answers)
    except HubrankError as error:
        answers.clear()
        answers.update(before)
        console().print(escape_markup(error))
        return old


def _show_overview(reading: Reading) -> None:
    """The reading before any question."""
    if is_quiet():
        return
    draft, out = reading.draft, console()
    units = enumerated([shortened(name) for name in map(str, draft.units["name"])], 6)
    indicators = enumerated([shortened(item.title) for item in draft.indicators], 6)
    years = enumerated(list(map(str, draft.editions)), 6)
    table = ScreenTable([ScreenColumn(head, kind="words") for head in (gettext("what was read"), gettext("read as"))])
    table.add(count_text(len(draft.units), "unit"), escape_markup(units))
    table.add(count_text(len(draft.indicators), "indicator"), escape_markup(indicators))
    table.add(count_text(len(draft.editions), "year"), escape_markup(years))
    for what, done, why in reading.desk.notes:
        table.add(escape_markup(what), escape_markup(done) + (f" [dim]({escape_markup(why)})[/dim]" if why else ""))
    out.print(f"\n[bold]{escape_markup(draft.title)}[/bold]\n")
    out.table(table)
    if questions := len(reading.desk.asked):
        hint = gettext(
            "Enter accepts the answer in brackets; ? explains, back goes back, all defaults skips the other questions"
        )
        out.print(f"\n{count_text(questions, 'question')}. [dim]{hint}[/dim]")


def _reply(question: Question, number: int, count: int, reading: Reading) -> str | _Go:
    """An answer that the question accepts, or where else to go."""
    out = console()
    place = gettext("{number} of {all}", number=number, all=count)
    out.print(f"\n[bold]{place}  {escape_markup(question.text)}[/bold] [dim]({escape_markup(question.why)})[/dim]")
    for line in figures_beside(question, reading, _FEW):
        out.print(f"  {escape_markup(line)}")
    options = "/".join(question.shown(item) for item in question.options)
    prompt = strip_control(f"  {options} [{question.shown(question.default)}]")
    if len(prompt) > width() - LONG:
        out.print(f"  {escape_markup(options)}")
        prompt = f"  [{shortened(strip_control(question.shown(question.default)))}]"
    while True:
        said = str(typer.prompt(prompt, default="", show_default=False)).strip()
        answer = question.accepted(said) if said else question.default
        go = next(
            (item for item in _Go if casefold_name(said) in (item.value, casefold_name(gettext(item.value)))), None
        )
        if go is _Go.MORE:
            for line in (question.explained(), *figures_beside(question, reading, _MORE)):
                out.print(f"  {escape_markup(line)}")
        elif go is not None and question.accepted(said) not in question.options:
            return go
        elif answer is not None:
            return answer
        else:
            out.print(escape_markup(f"  {gettext('one of: {answers}', answers=options.replace('/', ', '))}"))


def _reviewed(given: Sequence[Question], answers: Mapping[str, str]) -> Question | None:
    """The question whose answer is to be changed; None if all are right, or nothing was answered."""
    if not given:
        return None
    write_text(f"\n{gettext('your answers')}")
    for number, question in enumerate(given, start=1):
        text = f"{number:>3}  {question.text} {question.shown(answers[question.key])}"
        console().print(escape_markup(text))
    while True:
        prompt = f"  {gettext('Enter to continue, a number to change an answer')}"
        said = str(typer.prompt(prompt, default="", show_default=False))
        if not said.strip():
            return None
        if said.strip().isdecimal() and 1 <= int(said) <= len(given):
            return given[int(said) - 1]


def _command(words: Sequence[str], answers: Mapping[str, str]) -> str:
    """The words and answers as a shell takes them, a line an answer."""
    flags = [f"--set {_quoted(key.replace('=', ' ') + '=' + value)}" for key, value in answers.items()]
    return " \\\n  ".join([" ".join(map(_quoted, words)), *flags])


def _quoted(word: str) -> str:
    """A word as a shell takes it; one that would steer the terminal has escapes, as bash, zsh and ksh read them."""
    if word.isprintable():
        return shlex.quote(word)
    signs = (item if item.isprintable() and item not in "\\'" else f"\\U{ord(item):08x}" for item in word)
    return f"$'{''.join(signs)}'"
