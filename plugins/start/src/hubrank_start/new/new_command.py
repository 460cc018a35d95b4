"""`hubrank new`: a plugin, a region or a scenario of templates, in a new folder or a package that is there."""

import keyword
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import hubrank
import typer
from hubrank.cli.console import is_quiet, write_text
from hubrank.io.escaping import strip_control
from hubrank.io.safe_input import read_bytes
from hubrank.plugin import FileProblem, Registry, UsageError, gettext, gettext_noop

from hubrank_start.new import parts
from hubrank_start.new.parts import DATA, LICENCES, PROJECT, STEPS, Files, Home, Wish, key_of
from hubrank_start.places import Place, region_of

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
#: The starter of a checkout, if hubrank runs from one.
RUN = Path(hubrank.__file__).parents[3] / "run.py"
#: What a package's README says of itself, elsewhere than in a checkout.
INSTALL = 'pip install --editable ".[test]"\npytest'
_What = Literal["indicator", "source", "method", "exporter", "command", "scenario", "region"]


def new(
    what: Annotated[
        _What,
        typer.Argument(
            metavar="WHAT",
            help="One of: indicator, source, method, exporter, command, scenario, region.",
            show_default=False,
        ),
    ],
    name: Annotated[str, typer.Argument(help="Name in scenarios and on the command line.", show_default=False)],
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder to write; if it is a package of plugins, add to it.")
    ] = None,
    step: Annotated[
        str | None,
        typer.Option("--kind", metavar="STEP", help="For a method: the step of the Handbook, such as normalisation."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title for readers.", show_default="the name in words")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the package.", show_default="MIT")] = None,
    author: Annotated[str | None, typer.Option(help="Holder of the rights.")] = None,
    distribution: Annotated[str | None, typer.Option(help="Name of the package.", show_default="hubrank-NAME")] = None,
    extends: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="For a scenario: the scenario to extend.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="FILE", help="For a region: GeoJSON of its units, or a text file with one city per line."
        ),
    ] = None,
    package: Annotated[
        bool, typer.Option("--package", help="For a scenario or region: create an installable package.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the default for every question.")] = False,
) -> None:
    """Create a plugin, region or scenario with tests: a new package, or a part of an existing one."""
    for item in (name, distribution):
        if item is not None:
            _check_name(item)
    _check_options(what, step, extends, package, source)
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    if what == "method":
        step = _one_of(gettext("step of the Handbook"), "--kind", step, STEPS, None, asks)
    alone = what in DATA and not package
    home = None if alone else parts.home_of(into or Path())
    if home is not None:
        _check_home(home, {"--distribution": distribution, "--licence": licence})
    owner = home.distribution if home else distribution or f"hubrank-{key_of(name).replace('_', '-')}"
    words = re.sub(r"[-_]+", " ", name)
    title = _text(gettext("title"), title, words[:1].upper() + words[1:], asks)
    if home is None and not alone:
        licence = _one_of(gettext("licence"), "--licence", licence, LICENCES, "MIT", asks)
    default = f"The authors of {name if alone else owner}"
    author = _text(gettext("author"), author, default, asks and source is None)  # not of whose cities or polygons
    for option, text in (("--title", title), ("--author", author)):  # they occur in lines of TOML and of Python
        if not text.strip() or not text.isprintable() or any(item in text for item in '"\\$'):
            raise UsageError(f'{option} must be one line of text without ", \\ and $; got {text}')
    wish = Wish(
        kind=parts.KINDS[step if step else what],
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
        _region(wish, source, into or Path(name), asks)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f"the name '{name}' must consist of letters, digits, '-' and '_', and begin with a letter")
    if keyword.iskeyword(key_of(name)):
        raise UsageError(f"the name '{name}' is a reserved word of Python; choose another")


def _check_options(what: str, step: str | None, extends: str | None, package: bool, source: Path | None) -> None:
    if step is not None and what != "method":
        raise UsageError("--kind: is an option of hubrank new method")
    if source is not None and package:
        raise UsageError("--input: creates a folder, not a distribution; leave out --package")
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
            f"{options[0]}: the package {home.distribution} in {home.folder} sets that already; leave it out"
        )


def _text(what: str, given: str | None, default: str, asks: bool) -> str:
    if given is not None or not asks:
        return default if given is None else given
    return str(typer.prompt(strip_control(f"{what} [{default}]"), default=default, show_default=False)).strip()


def _one_of(what: str, option: str, given: str | None, known: Sequence[str], default: str | None, asks: bool) -> str:
    """One of several words; without a default it is required if no one can be asked."""
    listed = ", ".join(known)
    if given is None and default is None and not asks:
        raise UsageError(f"specify {option}; available: {listed}")
    word = _text(f"{what} ({listed})", given, default or known[0], asks)
    if word not in known:
        raise UsageError(f"{option} {word}: is none; available: {listed}")
    return word


def _write(wish: Wish, home: Home | None, into: Path | None, alone: bool) -> None:
    same = Registry.installed().parts[wish.kind.brings or wish.kind.part].get(wish.name, ())
    others = [] if alone else sorted({item.distribution for item in same})
    if home is not None:
        _further(wish, home)
    elif alone:
        _data(wish, into)
    else:
        _distribution(wish, into or Path(wish.distribution))
    owner = wish.distribution
    if owner in others and home is None:
        text = gettext_noop(
            "{owner} is already installed, and this one would replace it; --distribution gives it another name"
        )
        _tell(gettext(text, owner=owner))
    elif others:
        text = gettext_noop("{owner} also has the name '{name}'; if both are installed, write {full}")
        _tell(gettext(text, owner=", ".join(others), name=wish.name, full=f"{owner}:{wish.name}"))


def _distribution(wish: Wish, folder: Path) -> None:
    major, minor, *_ = hubrank.__version__.split(".")
    requirements = sorted([*wish.kind.imports, f"hubrank>={major}.{minor},<{int(major) + 1}"])
    member = _is_member(folder)
    values = wish.values | {
        "install": f"python3 run.py pytest {folder.parent.name}/{folder.name}" if member else INSTALL,
        "start": "python3 run.py " if member else "",
        "dependencies": ", ".join(f'"{item}"' for item in requirements),
        "use": parts.fill_template(f"{wish.kind.part}/use.md", wish.values).strip(),
    }
    files = {
        "pyproject.toml": parts.fill_template("package/pyproject.toml", values),
        "README.md": parts.fill_template("package/README.md", values),
        "LICENSE": parts.fill_template(f"licences/{wish.licence}", values),
        **parts.part(wish, f"src/{wish.package}", "__init__.py"),
    }
    if not member:
        files[".gitignore"] = parts.fill_template("package/gitignore", values)
        files[".github/workflows/test.yml"] = parts.fill_template("package/test.yml", values)
    parts.write_new(folder, files)
    _wrote(folder, files)
    what = gettext_noop("licence: {licence}; rights: {author}; both are in LICENSE and pyproject.toml")
    _tell(gettext(what, licence=wish.licence, author=wish.author))
    _next(*_tests(folder, "[test]"))


def _further(wish: Wish, home: Home) -> None:
    changed = {PROJECT: parts.with_entry(home, wish)}
    key = key_of(wish.name)
    if wish.kind.attribute:  # what lies beside its module is its own
        files = parts.part(wish, f"{home.source}/{key}", "__init__.py")
    else:
        files = parts.part(wish, home.source, f"{key}.py")
    parts.add(home.folder, files, changed)
    _wrote(home.folder, files | changed)

    def bare(requirement: str) -> str:
        return re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0].lower().replace("_", "-")

    known = set(map(bare, tomllib.loads(home.text)["project"].get("dependencies", ())))
    if missing := [item for item in wish.kind.imports if bare(item) not in known]:
        what = gettext_noop("add to the dependencies in {file}: {missing}")
        _tell(gettext(what, file=PROJECT, missing=", ".join(f'"{item}"' for item in missing)))
    _next(*_tests(home.folder))


def _data(wish: Wish, into: Path | None) -> None:
    """Files without a distribution: one beside others where it extends a scenario, else a folder."""
    files = parts.data(wish)
    folder = into or Path() / ("" if wish.extends else wish.name)
    if wish.extends:
        parts.add(folder, files)
    else:
        parts.write_new(folder, files)
    _wrote(folder, files)
    ranked = folder if wish.kind.attribute else folder / f"{key_of(wish.name)}.toml"
    _next(f"hubrank rank {ranked}")


def _region(wish: Wish, source: Path, folder: Path, asks: bool) -> None:
    """A region of cities or polygons; the user is asked for the places of unclear cities."""
    try:
        content = read_bytes(source, "start_bytes")
        is_json = source.suffix.lower() in (".geojson", ".json")
        what: bytes | list[str] = content if is_json else content.decode("utf-8-sig").splitlines()
    except FileProblem as error:
        raise UsageError(str(error)) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{source.name}: is not UTF-8: {error.reason} at byte {error.start}") from error
    files, doubts = region_of(what, wish.name, wish.title)
    if not isinstance(what, bytes) and asks and doubts:
        for at, line in enumerate(map(str.strip, what)):
            if line in doubts:
                place = _place_text(line, doubts[line])
                question = gettext("where is {place}: country, or country, latitude, longitude", place=place)
                answer = _text(question, None, "", asks)
                what[at] = f"{line.partition(',')[0]}, {answer}" if answer else line
        files, doubts = region_of(what, wish.name, wish.title)
    if not files:
        raise UsageError(
            f"{source.name}: no unit could be placed; write a city a line, such as Valencia, Spain or Lille, "
            "FRA, 50.63, 3.07"
        )
    texts = {name: text.decode() for name, text in files.items()}
    parts.write_new(folder, texts)
    _wrote(folder, texts)
    for name, choices in doubts.items():
        _tell(gettext("left out: its place is uncertain: {place}", place=_place_text(name, choices)))
    _next(f"hubrank rank {folder}")


def _place_text(name: str, choices: Sequence[Place]) -> str:
    known = "; ".join(f"{item.name} ({item.country})" for item in choices[:5])
    return f"{name} [{known}]" if known else name


def _wrote(folder: Path, files: Files) -> None:
    for item in files:
        write_text(os.path.normpath(folder / item))


def _is_member(folder: Path) -> bool:
    """Whether a folder belongs to the checkout that hubrank runs from, whose `run.py` installs it."""
    return RUN.is_file() and folder.resolve().parent in (RUN.parent / "indicators", RUN.parent / "plugins")


def _start() -> str:
    """What starts a program: in a checkout its `run.py`."""
    return f"python3 {RUN.name if RUN.parent == Path.cwd() else RUN} " if RUN.is_file() else ""


def _tests(folder: Path, extra: str = "") -> Iterator[str]:
    """The commands that install and test a package."""
    if not _is_member(folder):
        target = f'"{folder}{extra}"' if extra and not RUN.is_file() else f"{folder}"
        yield f"{'uv ' if RUN.is_file() else ''}pip install --editable {target}"
    yield f"pytest {folder}"


def _next(*commands: str) -> None:
    _tell(gettext("next: {commands}", commands=" && ".join(f"{_start()}{item}" for item in commands)))


def _tell(sentence: str) -> None:
    if not is_quiet():
        write_text(sentence)
