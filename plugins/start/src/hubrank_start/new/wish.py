"""What can be begun, and what each kind needs."""

from __future__ import annotations

import datetime
import keyword
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import attrs
import typer
from attrs import field, frozen
from hubrank import UsageError


@frozen(kw_only=True)
class Kind:
    """A kind of part that a distribution can bring.

    Attributes:
        part: The kind, as `hubrank list` and the registry name it; the folder of its templates has the same name.
        one: One of it in an English sentence of a README.
        about: What it does, for readers of a README.
        listed: Where `hubrank list` shows it.
        imports: The distributions that its module imports beside hubrank, as requirements.
        data: The files beside its module by template: their names, themselves templates.
        group: The group of its entry point.
        brings: The kind of part that has its name, where that is another.
        attribute: What of its module is the plugin; the module itself by default.
    """

    part: str
    one: str
    about: str
    listed: str
    imports: Sequence[str] = ()
    data: dict[str, str] = field(factory=dict)
    group: str = "hubrank"
    brings: str = ""
    attribute: str = ""


_KINDS = {
    group: {part: Kind(part=part, **fields) for part, fields in kinds.items()}
    for group, kinds in tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")).items()
}
#: The steps of the Handbook, which `hubrank new method` asks for.
STEPS = tuple(_KINDS["method"])
#: What needs no Python, and a distribution only where others install it.
DATA = tuple(_KINDS["data"])


KINDS = {part: kind for kinds in _KINDS.values() for part, kind in kinds.items()}
#: The licences whose texts this distribution has.
LICENCES = tuple(sorted(item.stem for item in (Path(__file__).parent / "templates" / "licences").iterdir()))
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
        return attrs.asdict(self, filter=lambda attribute, _: attribute.name != "kind") | {
            "one": self.kind.one,
            "about": self.kind.about,
            "listed": self.kind.listed,
            "group": f'"{self.kind.group}"' if "." in self.kind.group else self.kind.group,
            "entry": self.entry,
            "file": self.key,
            "suffix": f".{self.name.lower()}.txt",
            "year": str(datetime.datetime.now(tz=datetime.UTC).year),
        }


def key_of(name: str) -> str:
    """A name as Python writes it."""
    return name.lower().replace("-", "_")


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
    if not text.strip() or not text.isprintable() or any(item in text for item in '"\\$'):
        raise UsageError(f'{option} must be one line of text without ", \\ and $; got {text}')


@frozen
class Asking:
    """Whether anything may be asked.

    Attributes:
        possible: Whether somebody would answer.
    """

    possible: bool

    @classmethod
    def unless(cls, yes: bool) -> Asking:
        """Ask in a terminal, unless the defaults are wanted."""
        return cls(not yes and sys.stdin.isatty() and sys.stdout.isatty())

    def text(self, what: str, given: str | None, default: str) -> str:
        """A text: the one that is given, what is answered, or the default."""
        from hubrank.io.escaping import strip_control

        if given is not None or not self.possible:
            return default if given is None else given
        return str(typer.prompt(strip_control(f"{what} [{default}]"), default=default, show_default=False)).strip()

    def one_of(self, what: str, option: str, given: str | None, known: Sequence[str], default: str | None) -> str:
        """One of several words.

        Args:
            what: What is asked for.
            option: The option that gives it.
            given: What the option gives.
            known: The words.
            default: What is taken where nobody answers; none where that must not be guessed.

        Raises:
            UsageError: It is none of them, or nobody can be asked.
        """
        listed = ", ".join(known)
        word = given
        if word is None and (self.possible or default is not None):
            word = self.text(f"{what} ({listed})", None, default or known[0])
        if word is None:
            raise UsageError(f"specify {option}; available: {listed}")
        if word not in known:
            raise UsageError(f"{option} {word}: is none; available: {listed}")
        return word
