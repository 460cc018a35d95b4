"""`hubrank new`: a plugin, a region or a scenario of templates, in a new folder or a package that is there."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Annotated, Any, Literal

import typer
from attrs import frozen
from hubrank import FileProblem, Registry, UsageError, __version__, gettext, gettext_noop
from hubrank.cli.console import is_quiet, write_text
from hubrank.io.safe_input import read_bytes
from hubrank.io.write import replace_file, replace_folder

from hubrank_start.new.wish import (
    DATA,
    KINDS,
    LICENCES,
    STEPS,
    Asking,
    Kind,
    Wish,
    check_name,
    check_text,
    key_of,
)
from hubrank_start.places import Doubt, region_of

_TEMPLATES = Path(__file__).parent / "templates"

#: Files by their places in a folder.
Files = dict[str, str]


def fill_template(template: str, values: dict[str, str]) -> str:
    """A template with values put in."""
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(values)


def part(wish: Wish, folder: str, module: str) -> Files:
    """A part alone: its module with what lies beside it, and its test."""
    kind, values = wish.kind.part, wish.values
    beside = data(wish)
    test = ("extending_test.py" if wish.extends else "fresh_test.py") if kind == "scenario" else "test.py"
    return {
        f"{folder}/{module}": fill_template(f"{kind}/module.py", values),
        **{f"{folder}/{name}": text for name, text in beside.items()},
        f"tests/test_{wish.key}.py": fill_template(f"{kind}/{test}", values),
    }


def data(wish: Wish) -> Files:
    """What is no Python: tables, a region, the TOML of a scenario with its tables unless it extends another."""
    names = wish.kind.data
    if wish.extends:
        names = {"scenario/extending.toml": "$file.toml"}
    return {
        Template(name).substitute(wish.values): fill_template(template, wish.values) for template, name in names.items()
    }


def write_new(folder: Path, files: Files) -> None:
    """Write a new folder; one that is there with nothing in it that can be seen stays the folder that it is.

    Raises:
        UsageError: Something is there, or it cannot be written.
    """
    if folder.is_symlink() or folder.exists():
        if not folder.is_dir() or any(not item.name.startswith(".") for item in folder.iterdir()):
            raise UsageError(f"{folder}: is there already; choose another with --into")
        add(folder, files)
        return
    replace_folder(
        folder, {top: _writer(top, files) for top in dict.fromkeys(item.partition("/")[0] for item in files)}
    )


def add(folder: Path, files: Files, changed: Files | None = None) -> None:
    """Write new files beside others, and then those that are changed.

    Raises:
        UsageError: One of the new ones is there, or one cannot be written; then none is.
    """
    if there := [item for item in files if (folder / item).exists()]:
        raise UsageError(f"{folder / there[0]}: is there already; choose another name")
    with contextlib.ExitStack() as undo:
        for place, text in files.items():
            undo.callback((folder / place).unlink, missing_ok=True)
            replace_file(folder / place, text.encode())
        for place, text in (changed or {}).items():
            replace_file(folder / place, text.encode())
        undo.pop_all()


def _writer(top: str, files: Files) -> bytes | Callable[[Path], None]:
    if top in files:
        return files[top].encode()

    def write(path: Path) -> None:
        for place, text in files.items():
            if place.startswith(f"{top}/"):
                target = path.parent / place
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode())

    return write


#: Where a distribution says what it is.
PROJECT = "pyproject.toml"


@frozen(kw_only=True)
class Home:
    """A package of plugins that is there.

    Attributes:
        folder: Where its `pyproject.toml` lies.
        text: What that says.
        distribution: Its distribution's name.
        package: The package that its parts lie in.
        source: The package's folder, as written from `folder`.
    """

    folder: Path
    text: str
    distribution: str
    package: str
    source: str


def is_home(folder: Path) -> bool:
    """Whether a folder holds a package that brings parts of hubrank."""
    try:
        return bool(_modules(tomllib.loads((folder / PROJECT).read_bytes().decode())))
    except (OSError, ValueError, AttributeError):
        return False


def home_of(folder: Path) -> Home:
    """The package of plugins in a folder.

    Raises:
        UsageError: Its parts do not lie in one package that another module could be put into.
    """
    text = (folder / PROJECT).read_bytes().decode()
    table = tomllib.loads(text)
    packages = {re.split(r"[.:]", item)[0] for item in _modules(table)}
    places = [
        f"{above}{name}"
        for name in packages
        for above in ("src/", "")
        if (folder / above / name / "__init__.py").is_file()
    ]
    if len(packages) != 1 or len(places) != 1:
        raise UsageError(
            f"{folder / PROJECT}: its parts do not lie in one package (a folder with __init__.py); add the part by hand"
        )
    return Home(
        folder=folder,
        text=text,
        distribution=str(table["project"]["name"]),
        package=packages.pop(),
        source=places[0],
    )


def with_entry(home: Home, kind: Kind, name: str, module: str) -> str:
    """What `pyproject.toml` says with one entry point more; everything else stays as it is.

    Raises:
        UsageError: There is such an entry point, or the file is written in a way that no line can be added to.
    """
    before = tomllib.loads(home.text)
    points = before["project"]["entry-points"]
    if name in points.get(kind.group, {}):
        raise UsageError(f"{home.folder / PROJECT}: has the entry point '{name}' already")
    line = f'{name} = "{module}"'
    after = _inserted(home.text, kind.group, line)
    wanted = points | {kind.group: points.get(kind.group, {}) | {name: module}}
    try:
        is_same = tomllib.loads(after) == before | {"project": before["project"] | {"entry-points": wanted}}
    except tomllib.TOMLDecodeError:
        is_same = False
    if not is_same:
        raise UsageError(
            f"{home.folder / PROJECT}: cannot be added to as it is written; add {line} to its entry points "
            f"'{kind.group}' by hand"
        )
    return after


def _modules(table: dict[str, Any]) -> list[str]:
    points = table.get("project", {}).get("entry-points", {})
    return [str(item) for group in ("hubrank", "hubrank.commands") for item in points.get(group, {}).values()]


def _inserted(text: str, group: str, line: str) -> str:
    """A text with a line below the head of a group of entry points; with a head at its end where it has none."""
    end = "\r\n" if "\r\n" in text else "\n"
    quoted = re.escape(group)
    head = rf"^\[\s*project\s*\.\s*entry-points\s*\.\s*(?:\"{quoted}\"|'{quoted}'|{quoted})\s*\][^\n]*\n"
    if found := re.search(head, text, re.MULTILINE):
        return f"{text[: found.end()]}{line}{end}{text[found.end() :]}"
    named = f'"{group}"' if "." in group else group
    return f"{text.rstrip()}{end}{end}[project.entry-points.{named}]{end}{line}{end}"


def _bare(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0].lower().replace("_", "-")


def _place_text(doubt: Doubt) -> str:
    known = "; ".join(f"{item.name} ({item.country})" for item in doubt.choices[:5])
    return f"{doubt.name} [{known}]" if known else doubt.name


What = Literal["indicator", "source", "method", "exporter", "command", "scenario", "region"]


def new(
    what: Annotated[What, typer.Argument(help="What is begun.", show_default=False)],
    name: Annotated[str, typer.Argument(help="What scenarios and command lines call it.", show_default=False)],
    into: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder to write; a package of plugins there gets a further part."),
    ] = None,
    step: Annotated[
        str | None, typer.Option("--kind", metavar="STEP", help="For a method: the step of the Handbook.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What people read (default: the name in words).")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the distribution (default: MIT).")] = None,
    author: Annotated[str | None, typer.Option(help="Who holds the rights.")] = None,
    distribution: Annotated[str | None, typer.Option(help="Name of the distribution (default: hubrank-NAME).")] = None,
    extends: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="For a scenario: which one it extends.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="FILE", help="For a region: GeoJSON of its units, or a text with a city a line."
        ),
    ] = None,
    package: Annotated[
        bool, typer.Option("--package", help="For a scenario or a region: make a distribution of it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the default for every question.")] = False,
) -> None:
    """Begin a plugin, a region or a scenario of your own: a whole distribution, or a further part of one."""
    for item in (name, distribution):
        if item is not None:
            check_name(item)
    _check_options(what, step, extends, package, source)
    asks = Asking.unless(yes)
    if what == "method":
        step = asks.one_of(gettext("step of the Handbook"), "--kind", step, STEPS, None)
    place = into or Path()
    alone = what in DATA and not package
    home = home_of(place) if not alone and is_home(place) else None
    if home is not None:
        _check_home(home, {"--distribution": distribution, "--licence": licence})
    owner = home.distribution if home else distribution or f"hubrank-{key_of(name).replace('_', '-')}"
    words = re.sub(r"[-_]+", " ", name)
    title = asks.text(gettext("title"), title, words[:1].upper() + words[1:])
    if home is None and not alone:
        licence = asks.one_of(gettext("licence"), "--licence", licence, LICENCES, "MIT")
    known = Asking(possible=False) if source else asks  # whose polygons or cities they are nobody is asked
    author = known.text(gettext("author"), author, f"The authors of {name if alone else owner}")
    check_text("--title", title)
    check_text("--author", author)
    wish = Wish(
        kind=KINDS[step if step else what],
        name=name,
        title=title,
        distribution=owner,
        licence=licence or "",
        author=author,
        package=home.package if home else key_of(owner),
        module=f"{home.package}.{key_of(name)}" if home else key_of(owner),
        extends=extends or "",
    )
    if source is None:
        _write(wish, home, into, alone)
    else:
        _begun(wish, source, into or Path(name), asks)


def _check_options(what: str, step: str | None, extends: str | None, package: bool, source: Path | None) -> None:
    if step is not None and what != "method":
        raise UsageError("--kind: is an option of hubrank new method")
    if source is not None and package:
        raise UsageError("--input: makes a folder and no distribution of it; leave out --package")
    options: Sequence[tuple[str, bool, Iterable[str]]] = (
        ("--extends", extends is not None, ("scenario",)),
        ("--input", source is not None, ("region",)),
        ("--package", package, DATA),
    )
    for option, given, kinds in options:
        if given and what not in kinds:
            words = ", ".join(f"hubrank new {item}" for item in kinds)
            raise UsageError(f"{option}: is an option of {words}")


def _check_home(home: Home, given: Mapping[str, str | None]) -> None:
    if options := [option for option, text in given.items() if text is not None]:
        raise UsageError(
            f"{options[0]}: the package {home.distribution} in {home.folder} says that itself; leave it out"
        )


def _write(wish: Wish, home: Home | None, into: Path | None, alone: bool) -> None:
    parts = Registry.installed().parts[wish.kind.brings or wish.kind.part].get(wish.name, ())
    others = [] if alone else sorted({item.distribution for item in parts})
    if home is not None:
        _further(wish, home)
    elif alone:
        _data(wish, into)
    else:
        _distribution(wish, into or Path(wish.distribution))
    if wish.distribution in others and home is None:
        what = gettext_noop(
            "{owner} is installed already, and this one would take its place; --distribution names it otherwise"
        )
        _tell(gettext(what, owner=wish.distribution))
    elif others:
        what = gettext_noop("{owner} has the name '{name}' too; where both are installed, write {full}")
        _tell(gettext(what, owner=", ".join(others), name=wish.name, full=f"{wish.distribution}:{wish.name}"))


def _distribution(wish: Wish, folder: Path) -> None:
    major, minor, *_ = __version__.split(".")
    requirements = sorted([*wish.kind.imports, f"hubrank>={major}.{minor},<{int(major) + 1}"])
    values = wish.values | {
        "dependencies": ", ".join(f'"{item}"' for item in requirements),
        "use": fill_template(f"{wish.kind.part}/use.md", wish.values).strip(),
    }
    files = {
        "pyproject.toml": fill_template("package/pyproject.toml", values),
        "README.md": fill_template("package/README.md", values),
        "LICENSE": fill_template(f"licences/{wish.licence}", values),
        ".gitignore": fill_template("package/gitignore", values),
        ".github/workflows/test.yml": fill_template("package/test.yml", values),
        **part(wish, f"src/{wish.package}", "__init__.py"),
    }
    write_new(folder, files)
    _wrote(folder, files)
    what = gettext_noop("licence: {licence}; rights: {author}; both stand in LICENSE and pyproject.toml")
    _tell(gettext(what, licence=wish.licence, author=wish.author))
    _tell(gettext("next: {commands}", commands=f'cd {folder} && pip install --editable ".[test]" && pytest'))


def _further(wish: Wish, home: Home) -> None:
    changed = {PROJECT: with_entry(home, wish.kind, wish.name, wish.entry)}
    if wish.kind.attribute:  # what lies beside its module is its own
        files = part(wish, f"{home.source}/{wish.key}", "__init__.py")
    else:
        files = part(wish, home.source, f"{wish.key}.py")
    add(home.folder, files, changed)
    _wrote(home.folder, files | changed)
    known = {_bare(item) for item in tomllib.loads(home.text)["project"].get("dependencies", ())}
    if missing := [item for item in wish.kind.imports if _bare(item) not in known]:
        what = gettext_noop("add to the dependencies in {file}: {missing}")
        _tell(gettext(what, file=PROJECT, missing=", ".join(f'"{item}"' for item in missing)))
    _tell(gettext("next: {commands}", commands=f"cd {home.folder} && pip install --editable . && pytest"))


def _data(wish: Wish, into: Path | None) -> None:
    """Files without a distribution: one beside others where it extends a scenario, else a folder."""
    files = data(wish)
    folder = into or Path() / ("" if wish.extends else wish.name)
    if wish.extends:
        add(folder, files)
    else:
        write_new(folder, files)
    _wrote(folder, files)
    ranked = folder if wish.kind.attribute else folder / f"{wish.key}.toml"
    _tell(gettext("next: {commands}", commands=f"hubrank rank {ranked}"))


def _begun(wish: Wish, source: Path, folder: Path, asks: Asking) -> None:
    try:
        what: bytes | list[str] = read_bytes(source, "start_bytes")
        if isinstance(what, bytes) and source.suffix.lower() not in (".geojson", ".json"):
            what = what.decode("utf-8-sig").splitlines()
    except FileProblem as error:
        raise UsageError(str(error)) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{source.name}: is not UTF-8: {error.reason} at byte {error.start}") from error
    region = region_of(what, wish.name, wish.title)
    if not isinstance(what, bytes) and asks.possible and region.doubts:
        region = region_of(_place_doubtful(what, region.doubts, asks), wish.name, wish.title)
    if not region.files:
        raise UsageError(
            f"{source.name}: no unit could be placed; write a city a line, such as Valencia, Spain or Lille, "
            "FRA, 50.63, 3.07"
        )
    files = {name: text.decode() for name, text in region.files.items()}
    write_new(folder, files)
    _wrote(folder, files)
    for item in region.doubts:
        _tell(gettext("left out, since its place is doubtful: {place}", place=_place_text(item)))
    _tell(gettext("next: {commands}", commands=f"hubrank rank {folder}"))


def _place_doubtful(lines: Sequence[str], doubts: Sequence[Doubt], asks: Asking) -> list[str]:
    """The lines, behind each doubtful city what a person says of its place."""
    doubtful, placed = {item.name: item for item in doubts}, []
    for line in lines:
        if doubt := doubtful.get(line.strip()):
            question = gettext("where is {place}: country, or country, latitude, longitude", place=_place_text(doubt))
            answer = asks.text(question, None, "")
            placed.append(f"{doubt.name.partition(',')[0]}, {answer}" if answer else doubt.name)
        else:
            placed.append(line)
    return placed


def _wrote(folder: Path, files: Files) -> None:
    for item in files:
        write_text(os.path.normpath(folder / item))


def _tell(sentence: str) -> None:
    if not is_quiet():
        write_text(sentence)
