"""The lines of a TOML text that a key's change touches; all others, comments among them, stay as they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

import tomli
from attrs import define, evolve, frozen
from hubrank.io.toml import SIGN
from hubrank.io.toml_text import key_text, pairs_text, value_text

#: The place of a key: names, and numbers of the tables in a list of tables.
Path = tuple[str | int, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEAD = re.compile(rf"[ \t]*\[(\[?)[ \t]*({_DOTTED})[ \t]*\][^\n]*\n?")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@frozen
class Part:
    """A header, a key with its value, or a line without either.

    Attributes:
        text: The text, with the end of its last line.
        table: The table that it lies in; a header lies in its own.
        key: The whole path of the key, or of the header's table; None for another line.
        value: Where the value begins and ends in the text; None for other lines.
    """

    text: str
    table: Path
    key: Path | None = None
    value: tuple[int, int] | None = None

    def within(self, path: Path) -> bool:
        """Whether it is the key or header of a path, or of what lies below."""
        return self.key is not None and self.key[: len(path)] == path


@define
class Lines:
    """A valid TOML text, part by part."""

    parts: list[Part]

    @classmethod
    def of(cls, text: str) -> Lines:
        """The parts of a text."""
        return cls(list(_parts(text)))

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    def put(self, path: Path, after: Mapping[str, Any]) -> None:
        """Write a key's value, which is that in a table of all keys; the tables above may be new."""
        at = self._written_with(path)
        if at is not None:
            part = self.parts[at]
            start, end = part.value or (0, 0)
            new = _rewritten(part.text[start:end], _value(after, part.key or ()))
            text = f"{part.text[:start]}{new}{part.text[end:]}"
            self.parts[at] = evolve(part, text=text, value=(start, start + len(new)))
            return
        self._cut(path)
        self._insert(path, _value(after, path))

    def take(self, path: Path, after: Mapping[str, Any]) -> None:
        """Take a key out; the table above stays, even if it is empty then."""
        at = self._written_with(path)
        if at is not None and self.parts[at].key != path:
            self.put(path, after)
            return
        self._cut(path)
        above = path[:-1]
        if above and not any(part.within(above) for part in self.parts):
            self._insert(above, {})

    def _written_with(self, path: Path) -> int | None:
        """The part whose value is that of a path, or of a table above it."""
        keys = ((at, part) for at, part in enumerate(self.parts) if part.value is not None)
        return next((at for at, part in keys if part.key == path[: len(part.key or ())]), None)

    def _cut(self, path: Path) -> None:
        """Remove a path's headers and keys, and the lines among them; those behind the last key are of what follows."""
        last: dict[Path, int] = {part.table: at for at, part in enumerate(self.parts) if part.key is not None}
        self.parts = [
            part
            for at, part in enumerate(self.parts)
            if not (part.within(path) or (part.table[: len(path)] == path and at < last[part.table]))
        ]

    def _insert(self, path: Path, value: Any) -> None:
        """Write a key that is not there yet: into the table above, or with a header of its own."""
        inner = value.values() if isinstance(value, Mapping) and len(path) < _WITH_HEADER else ()
        if inner and all(isinstance(item, Mapping) for item in inner):
            for key, item in value.items():  # such as `indicators`, whose members each have a header
                self._insert((*path, key), item)
            return
        depth, section = self._home(path)
        if isinstance(value, Mapping) and len(path) <= _WITH_HEADER and section is None:
            self._add_section(path, value)
        elif depth < len(path) - 1 and section is None:
            *above, key = path
            self._add_section(tuple(above), {str(key): value})
        else:
            home = path[:depth] if section is None else section
            key = ".".join(key_text(str(name)) for name in path[len(home) :])
            text = f"{key} = {value_text(value)}"
            self._add(home, Part(f"{text}\n", home, path, (len(key) + 3, len(text))))

    def _home(self, path: Path) -> tuple[int, Path | None]:
        """How many names of a path are those of a table that is there already, and by dotted keys of which section."""
        for depth in range(len(path) - 1, 0, -1):
            above = path[:depth]
            for part in self.parts:
                if part.value is not None and part.within(above) and len(part.table) < depth:
                    return depth, part.table
            if any(part.value is None and part.key == above for part in self.parts):
                return depth, None
        return 0, None

    def _add(self, table: Path, part: Part) -> None:
        """Add a key behind the last one of a table with a header, or of the text's head."""
        at = max((at for at, item in enumerate(self.parts) if item.table == table and item.key is not None), default=-1)
        if at < 0:  # behind the lines about the whole text
            head = next((at for at, item in enumerate(self.parts) if item.key is not None), len(self.parts))
            at = max((at for at in range(head) if not self.parts[at].text.strip()), default=-1)
        self._splice(at + 1, [part])

    def _add_section(self, path: Path, table: Mapping[str, Any]) -> None:
        """Add a table with a header behind the last of its siblings, or at the end."""
        heads = [(at, part.table) for at, part in enumerate(self.parts) if part.key is not None]
        shared = max((_shared(path, item) for _, item in heads), default=0)
        siblings = [at for at, item in heads if shared and _shared(path, item) == shared]
        head = f"[{'.'.join(key_text(str(name)) for name in path)}]\n"
        parts = [Part("\n", path), Part(head, path, path)]
        for name, text in zip(table, pairs_text(table, *table), strict=True):
            start = len(key_text(name)) + 3
            parts.append(Part(f"{text}\n", path, (*path, name), (start, len(text))))
        self._splice(siblings[-1] + 1 if siblings else len(self.parts), parts)

    def _splice(self, at: int, parts: list[Part]) -> None:
        if at and not self.parts[at - 1].text.endswith("\n"):
            self.parts[at - 1] = evolve(self.parts[at - 1], text=f"{self.parts[at - 1].text}\n")
        self.parts[at:at] = parts


#: A new table down to this depth has a header: `[dimensions.health]`; a deeper one is written in its key's line.
_WITH_HEADER = 2


def _parts(text: str) -> Iterator[Part]:
    at, table, lists = 0, Path(), dict[Path, int]()
    while at < len(text):
        if head := _HEAD.match(text, at):
            path = _numbered(_names(head[2]), lists)
            if head[1]:
                lists[path] = lists.get(path, -1) + 1
                path = (*path, lists[path])
            table, end = path, head.end()
            yield Part(head[0], table, table)
        elif pair := _PAIR.match(text, at):
            value = pair.end()
            until = _end_of_value(text, value)
            line = _LINE.match(text, until)
            end = line.end() if line else until
            yield Part(text[at:end], table, table + _names(pair[1]), (value - at, until - at))
        else:
            line = _LINE.match(text, at)
            end = line.end() if line else len(text)
            yield Part(text[at:end], table)
        at = end


def _names(text: str) -> Path:
    """The names of a dotted key."""
    names, place = list[str](), tomli.loads(f"{text} = 0")
    while isinstance(place, dict):
        ((name, place),) = place.items()
        names.append(name)
    return tuple(names)


def _numbered(names: Path, lists: Mapping[Path, int]) -> Path:
    """A header's path, with the number of the last table so far for each list of tables above it."""
    path = Path()
    for name in names[:-1]:
        path = (*path, name)
        path = (*path, lists[path]) if path in lists else path
    return (*path, names[-1])


def _end_of_value(text: str, start: int) -> int:
    """Where a value ends that begins at a place: before the line's end or its comment."""
    depth, end = 0, len(text)
    for sign in SIGN.finditer(text, start):
        if sign[0] in ("[", "{"):
            depth += 1
        elif sign[0] in ("]", "}"):
            depth -= 1
        elif depth == 0 and sign[0][0] in "#\n":
            end = sign.start()
            break
    return start + len(text[start:end].rstrip())


def _rewritten(old: str, new: Any) -> str:
    """A value's text; of a list with comments the items that stay keep their lines."""
    if not isinstance(new, list) or "#" not in old or not old.startswith("["):
        return value_text(new)
    items, chunks, rest = tomli.loads(f"x = {old}")["x"], *_chunks(old[1:-1])
    text = "["
    for _, first, last, begin, end in SequenceMatcher(
        None, [*map(repr, items)], [*map(repr, new)], False
    ).get_opcodes():
        same = [repr(item) for item in items[first:last]] == [repr(item) for item in new[begin:end]]
        for chunk in chunks[first:last] if same else [f"\n    {value_text(item)}," for item in new[begin:end]]:
            text += chunk if chunk.startswith("\n") or "#" not in text.rpartition("\n")[2] else f"\n{chunk.lstrip()}"
    return f"{text}{rest}]" if "\n" in rest or "#" not in text.rpartition("\n")[2] else f"{text}\n{rest}]"


def _chunks(inner: str) -> tuple[list[str], str]:
    """What is between a list's brackets: each item with its comma and its comments, and the rest behind the last."""
    chunks, begin, depth = list[str](), 0, 0
    for sign in SIGN.finditer(inner):
        depth += (sign[0] in ("[", "{")) - (sign[0] in ("]", "}"))
        if sign[0] == "," and depth == 0:
            end = _COMMENT.match(inner, sign.end()).end()  # type: ignore[union-attr]
            chunks.append(inner[begin:end])
            begin = end
    rest = inner[begin:]
    item = SIGN.sub(lambda sign: " " * len(sign[0]) if sign[0][0] == "#" else sign[0], rest).rstrip()
    if not item:
        return chunks, rest
    return [*chunks, f"{rest[: len(item)]},"], rest[len(item) :]


#: A comment behind an item, which may be none.
_COMMENT = re.compile(r"(?:[ \t]*#[^\n]*)?")


def _value(table: Any, path: Path) -> Any:
    for name in path:
        table = table[name]
    return table


def _shared(first: Path, second: Path) -> int:
    """How many names at their beginning two paths have in common."""
    return len(list(itertools.takewhile(lambda names: names[0] == names[1], zip(first, second, strict=False))))
