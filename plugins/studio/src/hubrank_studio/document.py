"""The scenario's text: a change edits its TOML, and the author's comments stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import tomlkit
from attrs import frozen
from hubrank.plugin import UsageError, gettext
from tomlkit.exceptions import TOMLKitError

#: The value of a key that goes.
GONE = object()
#: The lists of sentences at a draft's head: each sentence stands or goes by itself.
_SENTENCES = ("check", "assumed")
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
        path = said.get("path") if isinstance(said, Mapping) else None
        if not isinstance(path, list) or not path or not all(isinstance(item, str) and item for item in path):
            raise UsageError(gettext("an edit needs the path of a key"))
        value = said.get("value")
        return cls(tuple(path), GONE if value is None else value)


def parsed(text: str) -> tomlkit.TOMLDocument:
    """A scenario's text as a document; a `UsageError` says where it is no TOML."""
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise UsageError(gettext("this is no TOML: {why}", why=str(error))) from error


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits: tables above a new key are made, and a value that was written in short is spelt out.

    Raises:
        UsageError: The text is no TOML, or a key lies in something that has no keys.
    """
    document = parsed(text)
    for edit in edits:
        _apply(document, edit)
    return tomlkit.dumps(document)


def _apply(document: tomlkit.TOMLDocument, edit: Edit) -> None:
    *above, key = edit.path
    place: Any = document
    for at, name in enumerate(above):
        inner = place.get(name)
        if inner is None:
            if edit.value is GONE:
                return
            inner = place[name] = tomlkit.table(is_super_table=at + 1 < len(above))
            inner = place[name]
        elif isinstance(inner, str):  # a method by its name alone
            place[name] = {"method": str(inner)}
            inner = place[name]
        if not isinstance(inner, MutableMapping):
            raise UsageError(gettext("{key} has no keys", key=".".join(edit.path[: at + 1])))
        place = inner
    if edit.value is GONE:
        place.pop(key, None)
    elif key == "method" and place.get(key) not in (None, edit.value):
        for other in [item for item in place if item not in (key, *_OF_ANY_METHOD)]:
            del place[other]  # options of the method before
        place[key] = edit.value
    else:
        place[key] = edit.value


def changes(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Edit]:
    """The edits that lead from one table to another."""
    for key in before.keys() - after.keys():
        yield Edit((*path, key))
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            yield from changes(old, value, (*path, key))
        elif key not in before or old != value:
            yield Edit((*path, key), value)


def followed(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The text after its table was read in another way: what the author changed since the first reading stays.

    Args:
        text: The scenario as it is now.
        before: The scenario that the first reading gave.
        after: The scenario that the second one gives.
    """
    now = parsed(text).unwrap()
    mine = {edit.path for edit in changes(before, now)}

    def is_mine(path: Sequence[str]) -> bool:
        return any(tuple(path[:length]) in mine for length in range(1, len(path) + 1))

    edits = [edit for edit in changes(before, after) if edit.path[0] not in _SENTENCES and not is_mine(edit.path)]
    for key in _SENTENCES:
        old, kept = before.get(key, []), now.get(key, [])
        lines = [item for item in after.get(key, []) if item in kept or item not in old]
        if lines != kept:
            edits.append(Edit((key,), lines or GONE))
    return edited(text, edits)
