"""What a person wants: a kind, a name and a few words, checked before anything is written."""

from __future__ import annotations

import datetime
import keyword
import re
from pathlib import Path

from attrs import frozen
from hubrank import Registry, UsageError

from hubrank_start.new.kinds import Kind

#: The licences whose texts this distribution has.
LICENCES = tuple(sorted(each.stem for each in (Path(__file__).parent / "templates" / "licences").iterdir()))
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")


@frozen(kw_only=True)
class Wish:
    """A part that is to be made.

    Attributes:
        kind: What it is.
        name: What scenarios and command lines call it.
        title: What people read.
        distribution: The distribution that brings it.
        licence: A member of `LICENCES`.
        author: Who holds the rights.
        package: The importable package that its module lies in.
        module: Its module; the package itself where it is the first.
        extends: For a scenario, the one that it extends.
    """

    kind: Kind
    name: str
    title: str
    distribution: str
    licence: str
    author: str
    package: str
    module: str
    extends: str = ""

    @property
    def key(self) -> str:
        """The name as Python writes it."""
        return key_of(self.name)

    @property
    def entry(self) -> str:
        """What its entry point names."""
        return f"{self.module}:{self.kind.attribute}" if self.kind.attribute else self.module

    @property
    def values(self) -> dict[str, str]:
        """What stands for each name in the templates."""
        return {
            "name": self.name,
            "title": self.title,
            "one": self.kind.one,
            "about": self.kind.about,
            "listed": self.kind.listed,
            "group": f'"{self.kind.group}"' if "." in self.kind.group else self.kind.group,
            "distribution": self.distribution,
            "package": self.package,
            "module": self.module,
            "entry": self.entry,
            "file": self.key,
            "suffix": f".{self.name.lower()}.txt",
            "licence": self.licence,
            "author": self.author,
            "year": str(datetime.datetime.now(tz=datetime.UTC).year),
            "extends": self.extends,
        }


def key_of(name: str) -> str:
    """A name as Python writes it."""
    return name.lower().replace("-", "_")


def title_of(name: str) -> str:
    """What a name says in words."""
    words = re.sub(r"[-_]+", " ", name)
    return words[:1].upper() + words[1:]


def check_name(name: str) -> None:
    """Refuse a name that no part or no module can have.

    Raises:
        UsageError: It is one.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"the name '{name}' must consist of letters, digits, '-' and '_', and begin with a letter")
    if keyword.iskeyword(key_of(name)):
        raise UsageError(f"the name '{name}' is a word of Python; choose another")


def check_text(option: str, text: str) -> None:
    """Refuse a title or an author that would not stand in a line of TOML and of Python as it is.

    Raises:
        UsageError: It is one.
    """
    if not text.strip() or not text.isprintable() or any(each in text for each in '"\\$'):
        raise UsageError(f'{option} must be one line of text without ", \\ and $; got {text}')


def owners_of(kind: Kind, name: str) -> list[str]:
    """The distributions that bring a part of this name already."""
    parts = Registry.installed().parts[kind.brings or kind.part].get(name, ())
    return sorted({each.distribution for each in parts})
