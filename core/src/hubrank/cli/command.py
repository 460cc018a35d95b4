"""The arguments and answers of every command."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubrank.cli.console import console, is_quiet, progress, write_text
from hubrank.cli.tables import writes
from hubrank.errors import UsageError
from hubrank.i18n import ENGLISH, current_language, gettext, gettext_noop, language_name, languages, use_language
from hubrank.io.escaping import json_text, strip_control
from hubrank.io.limits import whole_number

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.io.answer import Answer
    from hubrank.ranking.ranking import Ranking
    from hubrank.scenario.plan import Plan


#: Characters that shells read as letters.
_PLAIN_WORD = re.compile(r"[\w.,:@%+/=^-]+")
#: Characters with a meaning in some shell.
_SHELLS = re.compile(r"[\\\"'`$]")

#: A word, and its description for shells that can show it.
Word = tuple[str, str]


class Offer(str):
    """A suggested word that may begin differently from the typed text, which Typer would drop."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """It was chosen already."""
        return True


def completion(words: Callable[[typer.Context, str], Iterable[Word]]) -> Callable[[typer.Context, str], list[Word]]:
    """Completions of an argument: words, or words whose meanings, begin with the typed text; case is ignored.

    Words that shells would interpret, such as `$(...)`, are not suggested; nothing is suggested if a scenario or a
    plugin has errors, which the command itself reports.
    """

    def complete(ctx: typer.Context, incomplete: str) -> list[Word]:
        begun = incomplete.casefold()
        try:
            plain = [
                (word, _SHELLS.sub(" ", strip_control(about)))
                for word, about in words(ctx, incomplete)
                if _PLAIN_WORD.fullmatch(word)
            ]
        except (Exception, SystemExit):  # noqa: BLE001  # a traceback would land in the line that is being typed
            return []
        return [
            (Offer(word), about)
            for word, about in plain
            if word.casefold().startswith(begun) or about.casefold().startswith(begun)
        ]

    return complete


def _units(ctx: typer.Context, _: str) -> Iterable[Word]:
    index = _plan(ctx).units.units.by_name
    return zip(index.codes, index.names, strict=True)


#: Installed scenarios, TOML files and folders.
complete_scenarios = completion(lambda _, typed: [*_installed("scenario"), *_files(typed)])
#: The codes of the units of the scenario that the line names, with their names; either may be typed.
complete_units = completion(_units)
#: The indicators of that scenario.
complete_indicators = completion(lambda ctx, _: [(item.key, gettext(item.title)) for item in _plan(ctx).ranked])
#: The editions of that scenario.
complete_editions = completion(lambda ctx, _: [(str(year), "") for year in _plan(ctx).editions])
#: The languages that hubrank speaks, each with its own name.
complete_languages = completion(lambda *_: [(item, language_name(item)) for item in languages()])
#: All installed parts.
complete_parts = completion(lambda *_: _installed(None))


def _installed(kind: str | None) -> Iterator[Word]:
    from hubrank.plugin.registry import Registry

    for part in Registry.installed():
        if kind in (None, part.kind):
            yield part.name, gettext(part.texts.get("title", "")) or part.kind


def _files(typed: str) -> Iterator[Word]:
    """TOML files and folders that continue the typed path."""
    folder = Path(typed) if typed.endswith("/") else Path(typed).parent
    for path in sorted(folder.glob("[!.]*")):
        if path.is_dir() or path.suffix == ".toml":
            yield f"{path.as_posix()}{'/' if path.is_dir() else ''}", ""


def _plan(ctx: typer.Context) -> Plan:
    from hubrank.plugin.registry import Registry
    from hubrank.results.rank import plan_of

    # While an option waits for its value, the words before it are not yet parsed.
    return plan_of(str(ctx.params.get("scenario") or ctx.args[0]), Registry.installed())


#: The argument that names the ranking.
ScenarioName = Annotated[
    str, typer.Argument(help="Installed scenario, TOML file, or run folder.", autocompletion=complete_scenarios)
]
#: The argument that names a unit.
UnitName = Annotated[str, typer.Argument(help="Code, name or alias of a unit.", autocompletion=complete_units)]
#: The option `--edition`.
OfEdition = Annotated[
    int | None,
    typer.Option(
        "--edition", metavar="YEAR", help="Edition to use.", show_default="the latest", autocompletion=complete_editions
    ),
]
#: The option `--sample`.
Sample = Annotated[bool, typer.Option("--sample", help="Use the small sample data of the sources.")]

#: The option `--draws`.
Draws = Annotated[
    str | None,
    typer.Option(
        "--draws",
        metavar="N|auto",
        help="Number of draws; auto draws until more of them would hardly move the ranges.",
        show_default="as in the scenario, else auto",
    ),
]
#: The option `--seconds`.
Seconds = Annotated[
    float | None, typer.Option("--seconds", metavar="S", help="Draw for S seconds; the number of draws is printed.")
]


def number_of_draws(text: str | None) -> int | Literal["auto"] | None:
    """What `--draws` asks for; a `UsageError` if it is neither a number from 1 nor `auto`."""
    if text is None or text == "auto":
        return None if text is None else "auto"
    number = whole_number(text.replace("_", ""))
    if not number:
        raise UsageError(f"--draws must be a whole number from 1, or auto; got '{text}'")
    return number


def ranking_of(scenario: str, sample: bool) -> Ranking:
    """Rank the scenario or run folder that the command line names, with a progress bar."""
    from hubrank.io.cache import Cache
    from hubrank.results import rank

    with progress("loading") as tell:
        ranking = rank.rank(scenario, sample=sample, cache=Cache.default(), progress=tell)
    tell_resumed(ranking)
    return ranking


def tell_resumed(ranking: Ranking) -> None:
    """Say on standard error which inputs continue the work of a run that ended before it had all."""
    for item in ranking.measurement.inputs:
        if item.resumed and not is_quiet():
            what = gettext_noop(
                "{input}: {resumed} of {parts} parts were summed by an earlier run; the others by this one"
            )
            write_text(gettext(what, input=item.name, resumed=item.resumed, parts=item.parts), err=True)


def ranked_unit(ranking: Ranking, at: int, text: str) -> int:
    """The position of a unit that has a rank in an edition; `UsageError` if there is none."""
    from hubrank.ranking.ranking import refuse_unranked
    from hubrank.results import rank

    position = rank.unit_of(ranking, text)
    refuse_unranked(ranking, at, position)
    return position


def jsonable(value: Any) -> Any:
    """A value ready for JSON: frames as records, missing values as null, NumPy numbers as Python's."""
    if hasattr(value, "to_dict"):
        value = value.to_dict("records")
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


#: The option `--format` of a command that answers with a table.
Format = Annotated[
    Literal["table", "csv", "json", "markdown"],
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Print table, csv, json or markdown; in a pipe, a table is separated by tabs.",
    ),
]

#: The formats that programs read.
_PROGRAMS = ("csv", "json")


def write_answer(answer: Answer, format_: str) -> None:
    """Write an answer in one of `Format`: its page for people, its data as JSON, its rows as CSV.

    Its `data` and `rows` are computed in English.
    """
    if format_ not in _PROGRAMS:
        out = console("markdown" if format_ == "markdown" else None)
        for block in answer.page if is_quiet() else [*answer.page, *answer.details]:
            out.print(block) if isinstance(block, str) else out.table(block)
        return
    with answering(format_):
        if format_ == "json":
            write_text(json_text(jsonable(answer.envelope()), writes=writes))
            return
        import pandas as pd

        from hubrank.io.escaping import csv_bytes

        rows = answer.rows()
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(map(_flat, rows))
        write_text(csv_bytes(frame).decode(), end="")
        if answer.left_out and not is_quiet():
            write_text(f"... and {answer.left_out:,} more (--top {len(frame) + answer.left_out})", err=True)


def asked_rows(table: pd.DataFrame, newest: int, edition: int | None, top: int | None) -> pd.DataFrame:
    """The rows of a table that programs get: all, the newest edition first, unless fewer are asked for.

    Args:
        table: Has a column `edition`, and the rows of each edition in their order.
        newest: The edition that a screen shows.
        edition: The edition that was asked for, if any.
        top: The number of units that was asked for, if any.
    """
    if edition is None and top is None:
        return table.sort_values("edition", ascending=False, kind="stable")
    return table[table["edition"] == newest][:top]


@contextlib.contextmanager
def answering(format_: str) -> Iterator[None]:
    """Say sentences of an answer in the reader's language; in English where programs read them."""
    with use_language(ENGLISH if format_ in _PROGRAMS else current_language()):
        yield


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a record that fit in a cell; pairs of a before and an after as two."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, list | tuple) and len(value) == 2 and not isinstance(value[0], Mapping):
            flat |= {f"{key}_before": value[0], f"{key}_after": value[1]}
        elif not isinstance(value, list | tuple | Mapping):
            flat[key] = value
    return flat
