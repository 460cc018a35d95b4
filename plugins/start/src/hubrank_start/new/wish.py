"""What can be begun, and what each kind needs."""

from __future__ import annotations

import datetime
import keyword
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from attrs import field, frozen
from hubrank import Registry, UsageError


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
    imports: tuple[str, ...] = ()
    data: dict[str, str] = field(factory=dict)
    group: str = "hubrank"
    brings: str = ""
    attribute: str = ""


_NUMPY = "numpy>=2"
_ATTRS = "attrs>=25"

#: The steps of the Handbook, which `hubrank new method` asks for.
METHODS = (
    Kind(
        part="normalisation",
        one="a normalisation",
        about="It brings indicators of all kinds to one scale.",
        listed="normalisations",
        imports=(_NUMPY,),
    ),
    Kind(
        part="aggregator",
        one="an aggregator",
        about="It makes one score of those of several members.",
        listed="aggregators",
        imports=(_ATTRS, _NUMPY),
    ),
    Kind(
        part="imputation",
        one="an imputation",
        about="It fills gaps and leaves alone what was measured.",
        listed="imputations",
        imports=(_ATTRS, _NUMPY),
    ),
    Kind(
        part="treatment",
        one="a treatment",
        about="It takes the skew out of an indicator and keeps the order of its values.",
        listed="treatments",
        imports=(_NUMPY,),
    ),
    Kind(
        part="weighting",
        one="a weighting",
        about="It says how much each member counts.",
        listed="weightings",
        imports=(_NUMPY,),
    ),
    Kind(
        part="rescaling",
        one="a rescaling",
        about="It is a step on scores: those of a dimension, or the final ones.",
        listed="rescalings",
        imports=(_NUMPY,),
    ),
)
#: What needs no Python, and a distribution only where others install it.
DATA = {
    "scenario": Kind(
        part="scenario",
        one="a scenario",
        about="It ranks by one command, once it is installed.",
        listed="scenarios",
        data={
            "scenario/fresh.toml": "$file.toml",
            "scenario/units.csv": "$file-units.csv",
            "scenario/figures.csv": "$file-figures.csv",
        },
    ),
    "region": Kind(
        part="region",
        one="a region",
        about="It has units, figures of known origin, and a scenario that ranks the units.",
        listed="unit-sets",
        data={
            "region/region.toml": "region.toml",
            "region/units.csv": "units.csv",
            "scenario/figures.csv": "figures.csv",
            "region/scenario.toml": "scenario.toml",
        },
        brings="unit set",
        attribute="region",
    ),
}
#: The others, by the word on the command line.
PARTS = {
    "indicator": Kind(
        part="indicator",
        one="an indicator",
        about="It measures one number for each unit and edition.",
        listed="indicators",
        imports=(_ATTRS,),
    ),
    "source": Kind(
        part="source",
        one="a source",
        about="It yields rows that say where, when and how much; the core puts them into units.",
        listed="sources",
        imports=("pandas>=2.2",),
        data={"source/rows.csv": "$file.csv"},
    ),
    "exporter": Kind(
        part="exporter",
        one="an exporter",
        about="It writes a ranking to a file.",
        listed="exporters",
    ),
    "command": Kind(
        part="command",
        one="a verb",
        about="It is a verb of the command line.",
        listed="commands",
        imports=("typer>=0.15",),
        group="hubrank.commands",
    ),
}

#: What a method can be.
STEPS = tuple(each.part for each in METHODS)


def kind_of(word: str, step: str | None) -> Kind:
    """The kind that a word of the command line means.

    Args:
        word: What follows `hubrank new`.
        step: What `--kind` says, for a method.
    """
    if word == "method":
        return next(each for each in METHODS if each.part == step)
    return (PARTS | DATA)[word]


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
        said = given
        if said is None and (self.possible or default is not None):
            said = self.text(f"{what} ({listed})", None, default or known[0])
        if said is None:
            raise UsageError(f"specify {option}; available: {listed}")
        if said not in known:
            raise UsageError(f"{option} {said}: is none; available: {listed}")
        return said
