"""The scenario's text: a change edits its TOML, and the author's comments stay."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import tomli
from attrs import frozen
from hubrank.io.toml_text import value_text
from hubrank.plugin import UsageError, gettext

from hubrank_studio.queries import path_of
from hubrank_studio.toml_lines import Lines

#: The value of a key that goes.
GONE = object()
#: The most signs of a value in the history.
_LONGEST = 80
#: The lists of sentences at a draft's head: each sentence stands or goes by itself.
SENTENCES = ("check", "assumed")
#: Keys of a choice of method that stay when another method is chosen.
_OF_ANY_METHOD = ("fitted_on",)


@frozen
class Edit:
    """A key of the scenario, by its path, and its new value; `GONE` takes it out."""

    path: tuple[str, ...]
    value: Any = GONE

    @classmethod
    def of(cls, said: Any) -> Edit:
        """An edit as a page says it, `{"path": [...], "value": ...}`; without a value the key goes.

        Raises:
            UsageError: It is none.
        """
        given = said if isinstance(said, Mapping) else {}
        value = given.get("value")
        return cls(path_of(given.get("path")), GONE if value is None else value)

    def __attrs_post_init__(self) -> None:
        try:
            value_text([list(self.path), [] if self.value is GONE else self.value]).encode()
        except (TypeError, ValueError, RecursionError) as error:
            key = ".".join(self.path).encode(errors="replace").decode()
            raise UsageError(gettext("{key}: TOML has no such value", key=key)) from error


def in_words(value: Any) -> str:
    """A value as the history tells it; nothing of a key that goes."""
    text = value if isinstance(value, str) else json.dumps(value, default=lambda _: "", ensure_ascii=False)
    return "" if value in (None, GONE) else text[:_LONGEST]


def parsed(text: str) -> dict[str, Any]:
    """A scenario's text as a table; a `UsageError` says where it is no TOML."""
    try:
        return tomli.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UsageError(gettext("this is no TOML: {why}", why=str(error))) from error


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits; only the lines of the keys that change differ, and a list of tables is one value.

    Tables above a new key are made. A method by its name alone is spelt out for its options, and another method loses
    the options of the one before.

    Raises:
        UsageError: The text is no TOML, or a key lies in something that has no keys.
    """
    before = parsed(text)
    after = copy.deepcopy(before)
    for edit in edits:
        _apply(after, edit)
    lines = Lines.of(text.removeprefix("\ufeff"))
    for edit in changes(before, after):
        (lines.take if edit.value is GONE else lines.put)(edit.path, after)
    return str(lines)


def _apply(table: dict[str, Any], edit: Edit) -> None:
    """Edit a table in place."""
    *above, key = edit.path
    place: Any = table
    for at, name in enumerate(above):
        if edit.value is GONE and (name not in place or (isinstance(place[name], str) and key != "method")):
            return
        inner = place.setdefault(name, {})
        if isinstance(inner, str):  # a method by its name alone
            inner = place[name] = {"method": inner}
        if not isinstance(inner, dict):
            raise UsageError(gettext("{key} has no keys", key=".".join(edit.path[: at + 1])))
        place = inner
    if edit.value is GONE:
        place.pop(key, None)
        return
    if above and key == "method" and place.get(key) != edit.value:
        for other in [item for item in place if item not in _OF_ANY_METHOD]:
            del place[other]  # options of the method before
    place[key] = edit.value


def changes(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Edit]:
    """The edits that lead from one table to another."""
    for key in [key for key in before if key not in after]:
        yield Edit((*path, key))
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            yield from changes(old, value, (*path, key))
        elif key not in before or repr(old) != repr(value):  # 1 and 1.0 and true are three values
            yield Edit((*path, key), value)


def followed(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The text after its table was read in another way: what the author changed since the first reading stays.

    What was assumed, and is to be checked, is not followed here.

    Args:
        text: The scenario as it is now.
        before: The scenario that the first reading gave.
        after: The scenario that the second one gives.
    """
    now = parsed(text)
    mine = {edit.path for edit in changes(before, now)}

    def is_mine(path: Sequence[str]) -> bool:
        return any(tuple(path[:length]) in mine for length in range(1, len(path) + 1))

    edits = [edit for edit in changes(before, after) if edit.path[0] not in SENTENCES and not is_mine(edit.path)]
    return edited(text, edits)
