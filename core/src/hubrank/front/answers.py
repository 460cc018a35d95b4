"""The four ways in which a verb answers: a table for people, Markdown, CSV and JSON for scripts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubrank.basis.harmless import json_text
from hubrank.basis.language import ENGLISH, speaking, spoken
from hubrank.front.asking import jsonable
from hubrank.front.letters import writes
from hubrank.front.pages import Page, console, say

if TYPE_CHECKING:
    import pandas as pd

#: The option `--format` of a verb that answers with a table.
Format = Annotated[
    Literal["table", "csv", "json", "markdown"],
    typer.Option("--format", help="Output format; in a pipe, table writes tabs."),
]

#: The formats that programs read.
_PROGRAMS = ("csv", "json")


def answer(
    format_: str,
    *,
    show: Callable[[Page], None],
    data: Callable[[], Any],
    rows: Callable[[], pd.DataFrame | Iterable[Mapping[str, Any]]],
) -> None:
    """Write an answer in the format that is asked for.

    Args:
        format_: One of `Format`.
        show: Writes lines and tables for people, on a screen or as Markdown.
        data: All of the answer, for JSON.
        rows: The answer's main table, for CSV.
    """
    if format_ not in _PROGRAMS:
        show(console("markdown" if format_ == "markdown" else None))
        return
    with answering(format_):
        if format_ == "json":
            say(in_json(data()))
        else:
            _csv(rows())


@contextlib.contextmanager
def answering(format_: str) -> Iterator[None]:
    """Say sentences of an answer in the language that is spoken; in English where programs read them."""
    with speaking(ENGLISH if format_ in _PROGRAMS else spoken()):
        yield


def in_json(value: Any) -> str:
    """A value as JSON on one line; what steers a terminal, or what standard output cannot write, is escaped."""
    return json_text(jsonable(value), writes=writes)


def _csv(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> None:
    """A table as CSV; of records, the entries that are one value each."""
    import pandas as pd

    from hubrank.basis.spreadsheets import csv_bytes

    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame([_flat(each) for each in rows])
    say(csv_bytes(frame).decode(), end="")


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a record that fit in a cell; pairs of a before and an after as two."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, list | tuple) and len(value) == 2 and not isinstance(value[0], Mapping):
            flat |= {f"{key}_before": value[0], f"{key}_after": value[1]}
        elif not isinstance(value, list | tuple | Mapping):
            flat[key] = value
    return flat
