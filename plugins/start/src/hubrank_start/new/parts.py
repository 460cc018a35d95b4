"""The things that can be created, their templates, and the folder or the package that they are written to."""

import contextlib
import datetime
import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

import attrs
from attrs import field, frozen
from hubrank.io.write import replace_file, replace_folder
from hubrank.plugin import UsageError

_TEMPLATES = Path(__file__).parent / "templates"
#: The file that describes a distribution.
PROJECT = "pyproject.toml"
#: Files by their places in a folder.
Files = dict[str, str]


@frozen(kw_only=True)
class Kind:
    """A kind of part that a distribution can bring.

    Attributes:
        part: The kind, as `hubrank list` and the registry name it; the folder of its templates has the same name.
        one: Its name with an article for a sentence of a README; `about` describes it.
        imports: The distributions that its module imports beside hubrank, as requirements.
        data: The files beside its module by template: their names, themselves templates.
        group: The group of its entry point.
        brings: The kind of part that has its name, where that is another.
        attribute: The part of its module that is the plugin; the module itself by default.
    """

    part: str
    one: str
    about: str
    listed: str
    imports: Sequence[str] = ()
    data: Mapping[str, str] = field(factory=dict)
    group: str = "hubrank"
    brings: str = ""
    attribute: str = ""


_KINDS = {
    group: {part: Kind(part=part, **fields) for part, fields in kinds.items()}
    for group, kinds in tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")).items()
}
#: The steps of the Handbook, which `hubrank new method` asks for.
STEPS = tuple(_KINDS["method"])
#: Kinds that need no Python, and a distribution only if others install it.
DATA = tuple(_KINDS["data"])
KINDS = {part: kind for kinds in _KINDS.values() for part, kind in kinds.items()}
#: The licences whose texts this distribution has.
LICENCES = tuple(sorted(item.stem for item in (_TEMPLATES / "licences").iterdir()))


@frozen(kw_only=True)
class Wish:
    """A part that is to be made; its module is the importable package itself where it is the first."""

    kind: Kind
    name: str
    title: str
    distribution: str
    licence: str
    author: str
    package: str
    module: str
    extends: str

    @property
    def entry(self) -> str:
        """The target of its entry point."""
        return f"{self.module}:{self.kind.attribute}" if self.kind.attribute else self.module

    @property
    def values(self) -> dict[str, str]:
        """The values of the names in the templates."""
        return attrs.asdict(self, filter=lambda attribute, _: attribute.name != "kind") | {
            "one": self.kind.one,
            "about": self.kind.about,
            "listed": self.kind.listed,
            "group": f'"{self.kind.group}"' if "." in self.kind.group else self.kind.group,
            "entry": self.entry,
            "file": key_of(self.name),
            "suffix": f".{self.name.lower()}.txt",
            "year": str(datetime.datetime.now(tz=datetime.UTC).year),
        }


def key_of(name: str) -> str:
    """A name as Python writes it."""
    return name.lower().replace("-", "_")


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """A template with values put in."""
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(values)


def part(wish: Wish, folder: str, module: str) -> Files:
    """A part alone: its module with what lies beside it, and its test."""
    kind, values = wish.kind.part, wish.values
    test = ("extending_test.py" if wish.extends else "fresh_test.py") if kind == "scenario" else "test.py"
    return {
        f"{folder}/{module}": fill_template(f"{kind}/module.py", values),
        **{f"{folder}/{name}": text for name, text in data(wish).items()},
        f"tests/test_{key_of(wish.name)}.py": fill_template(f"{kind}/{test}", values),
    }


def data(wish: Wish) -> Files:
    """The files that are no Python: tables, a region, the TOML of a scenario with its tables unless it extends one."""
    names = {"scenario/extending.toml": "$file.toml"} if wish.extends else wish.kind.data
    values = wish.values
    return {Template(name).substitute(values): fill_template(template, values) for template, name in names.items()}


def write_new(folder: Path, files: Files) -> None:
    """Write a new folder; one that is there with nothing in it that can be seen stays the folder that it is."""
    if folder.is_symlink() or folder.exists():
        if not folder.is_dir() or any(not item.name.startswith(".") for item in folder.iterdir()):
            raise UsageError(f"{folder}: exists; choose another with --into")
        add(folder, files)
    else:
        tops = dict.fromkeys(item.partition("/")[0] for item in files)
        replace_folder(folder, {top: functools.partial(_write, files) for top in tops})


def _write(files: Files, path: Path) -> None:
    for place, text in files.items():
        if place.partition("/")[0] == path.name:
            target = path.parent / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())


def add(folder: Path, files: Files, changed: Files | None = None) -> None:
    """Write new files beside others, and then those that are changed; None if one is there or cannot be written."""
    if there := [item for item in files if (folder / item).exists()]:
        raise UsageError(f"{folder / there[0]}: exists; choose another name")
    with contextlib.ExitStack() as undo:
        for place, text in files.items():
            undo.callback((folder / place).unlink, missing_ok=True)
            replace_file(folder / place, text.encode())
        for place, text in (changed or {}).items():
            replace_file(folder / place, text.encode())
        undo.pop_all()


@frozen(kw_only=True)
class Home:
    """An existing package of plugins: its `pyproject.toml`, and `source`, its path in the folder."""

    folder: Path
    text: str
    distribution: str
    package: str
    source: str


def home_of(folder: Path) -> Home | None:
    """The package that brings parts of hubrank in a folder; None if there is none, a `UsageError` where several."""
    try:
        text = (folder / PROJECT).read_bytes().decode()
        table: Any = tomllib.loads(text)
        points = table.get("project", {}).get("entry-points", {})
        modules = [str(item) for group in ("hubrank", "hubrank.commands") for item in points.get(group, {}).values()]
    except (OSError, ValueError, AttributeError):
        return None
    if not modules:
        return None
    packages = {re.split(r"[.:]", item)[0] for item in modules}
    places = [f"{above}{name}" for name in packages for above in ("src/", "")]
    places = [place for place in places if (folder / place / "__init__.py").is_file()]
    if len(packages) != 1 or len(places) != 1:
        raise UsageError(
            f"{folder / PROJECT}: its parts are not in one package (a folder with __init__.py); add the part by hand"
        )
    name = str(table["project"]["name"])
    return Home(folder=folder, text=text, distribution=name, package=packages.pop(), source=places[0])


def with_entry(home: Home, wish: Wish) -> str:
    """The text of `pyproject.toml` with a further entry point, or a `UsageError`; everything else is unchanged."""
    text, group, line = home.text, wish.kind.group, f'{wish.name} = "{wish.entry}"'
    before = tomllib.loads(text)
    points = before["project"]["entry-points"]
    if wish.name in points.get(group, {}):
        raise UsageError(f"{home.folder / PROJECT}: has the entry point '{wish.name}' already")
    end = "\r\n" if "\r\n" in text else "\n"
    quoted = re.escape(group)
    head = rf"^\[\s*project\s*\.\s*entry-points\s*\.\s*(?:\"{quoted}\"|'{quoted}'|{quoted})\s*\][^\n]*\n"
    if found := re.search(head, text, re.MULTILINE):
        after = f"{text[: found.end()]}{line}{end}{text[found.end() :]}"
    else:
        after = f"{text.rstrip()}{end}{end}[project.entry-points.{wish.values['group']}]{end}{line}{end}"
    wanted = points | {group: points.get(group, {}) | {wish.name: wish.entry}}
    with contextlib.suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(after) == before | {"project": before["project"] | {"entry-points": wanted}}:
            return after
    raise UsageError(
        f"{home.folder / PROJECT}: cannot be added to as it is written; add {line} to its entry points "
        f"'{group}' by hand"
    )
