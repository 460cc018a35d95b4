"""`hubrank new`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from hubrank import UsageError, gettext, gettext_noop

if TYPE_CHECKING:
    from hubrank_start.new.making import Files, Home
    from hubrank_start.new.wish import Asking, Wish


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
    from hubrank_start.new.making import home_of, is_home
    from hubrank_start.new.wish import (
        DATA,
        LICENCES,
        STEPS,
        Asking,
        Wish,
        check_name,
        check_text,
        key_of,
        kind_of,
        title_of,
    )

    for each in (name, distribution):
        if each is not None:
            check_name(each)
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
    title = asks.text(gettext("title"), title, title_of(name))
    if home is None and not alone:
        licence = asks.one_of(gettext("licence"), "--licence", licence, LICENCES, "MIT")
    known = Asking(possible=False) if source else asks  # whose polygons or cities they are nobody is asked
    author = known.text(gettext("author"), author, f"The authors of {name if alone else owner}")
    check_text("--title", title)
    check_text("--author", author)
    wish = Wish(
        kind=kind_of(what, step),
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
    from hubrank_start.new.wish import DATA

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
            words = ", ".join(f"hubrank new {each}" for each in kinds)
            raise UsageError(f"{option}: is an option of {words}")


def _check_home(home: Home, given: Mapping[str, str | None]) -> None:
    if said := [option for option, text in given.items() if text is not None]:
        raise UsageError(f"{said[0]}: the package {home.distribution} in {home.folder} says that itself; leave it out")


def _write(wish: Wish, home: Home | None, into: Path | None, alone: bool) -> None:
    from hubrank_start.new.wish import owners_of

    others = [] if alone else owners_of(wish.kind, wish.name)
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
    from hubrank_start.new.making import distribution, write_new

    files = distribution(wish)
    write_new(folder, files)
    _wrote(folder, files)
    what = gettext_noop("licence: {licence}; rights: {author}; both stand in LICENSE and pyproject.toml")
    _tell(gettext(what, licence=wish.licence, author=wish.author))
    _tell(gettext("next: {commands}", commands=f'cd {folder} && pip install --editable ".[test]" && pytest'))


def _further(wish: Wish, home: Home) -> None:
    from hubrank_start.new.making import PROJECT, add, lacking, part, with_entry

    changed = {PROJECT: with_entry(home, wish.kind, wish.name, wish.entry)}
    if wish.kind.attribute:  # what lies beside its module is its own
        files = part(wish, f"{home.source}/{wish.key}", "__init__.py")
    else:
        files = part(wish, home.source, f"{wish.key}.py")
    add(home.folder, files, changed)
    _wrote(home.folder, files | changed)
    if missing := lacking(home, wish.kind):
        what = gettext_noop("add to the dependencies in {file}: {missing}")
        _tell(gettext(what, file=PROJECT, missing=", ".join(f'"{each}"' for each in missing)))
    _tell(gettext("next: {commands}", commands=f"cd {home.folder} && pip install --editable . && pytest"))


def _data(wish: Wish, into: Path | None) -> None:
    """Files without a distribution: one beside others where it extends a scenario, else a folder."""
    from hubrank_start.new.making import add, data, write_new

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
    from hubrank_start.new.making import begun, write_new

    files, doubtful = begun(wish.name, wish.title, source, asks)
    write_new(folder, files)
    _wrote(folder, files)
    for each in doubtful:
        _tell(gettext("left out, since its place is doubtful: {place}", place=each))
    _tell(gettext("next: {commands}", commands=f"hubrank rank {folder}"))


def _wrote(folder: Path, files: Files) -> None:
    from hubrank.cli.console import write_text

    for each in files:
        write_text(os.path.normpath(folder / each))


def _tell(sentence: str) -> None:
    from hubrank.cli.console import is_quiet, write_text

    if not is_quiet():
        write_text(sentence)
