"""What `hubrank studio` is given - a table, a scenario, a run, a folder - as a session."""

from __future__ import annotations

import shutil
from pathlib import Path

from hubrank.infer.assumptions import DATA, UNITS
from hubrank.plugin import HubrankError, Registry, UsageError, gettext
from hubrank.results.rank import plan_of
from hubrank.results.save import is_run, scenario_toml
from hubrank.scenario.region import SCENARIO

from hubrank_studio.folder import HISTORY, ORIGINAL, Folder
from hubrank_studio.original import Original
from hubrank_studio.session import Session


def begun(what: str | None, folder: Path | None, *, confined: bool = False) -> Session:
    """The session of a table, a scenario, a run, or a folder that a studio or `hubrank start` worked in.

    Args:
        what: What the command line names; None for an empty studio.
        folder: Where to work, if that is not named after it.
        confined: Whether the scenario may name nothing outside its folder.

    Raises:
        UsageError: It is none of them, or another scenario lies where this one would be worked on.
    """
    path = Path(what or "")
    if what is None:
        return Session(Folder(path=folder or Path("studio"), confined=confined))
    if what in Registry.installed().names("scenario"):
        return _new(Folder(path=folder or Path(what), confined=confined), f'extends = "{what}"\n')
    run = path.parent if path.name == SCENARIO else path
    if is_run(run):
        return _of_run(run.resolve(), folder, confined)
    if path.is_dir():
        return Session(Folder(path=path, confined=confined), source=_source_in(path))
    if path.suffix == ".toml" and path.is_file():
        source = _source_in(path.parent) if path.name == SCENARIO else ""
        return Session(Folder(path=path.parent, scenario=path.name, confined=confined), source=source)
    if not path.is_file():
        raise UsageError(gettext("{file}: there is no such file", file=what))
    return _of_table(path, Folder(path=folder or Path(path.name.split(".")[0]), confined=confined))


def _of_table(path: Path, folder: Folder) -> Session:
    """The session of a table: as it was left, unless the table was never given in this form; then that is a step."""
    is_new, content = not folder.path.exists(), path.read_bytes()
    try:
        session = Session(folder)
        if session.step is None or all(folder.original(name).read_bytes() != content for name in folder.originals()):
            session.take(path.name, content)
    except HubrankError:
        if is_new:
            shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return session


def _of_run(run: Path, folder: Path | None, confined: bool) -> Session:
    """The session of a run: that of the folder around it while its scenario is the run's, else one of its own."""
    plan, around = plan_of(str(run), Registry.installed()), run.parent / SCENARIO
    if around.is_file() and folder is None and _gives(around, run):
        return Session(Folder(path=run.parent, confined=confined), source=_source_in(run.parent))
    place = folder or Path(f"{run.name}-studio")
    return _new(Folder(path=place, confined=confined), scenario_toml(plan, place).decode())


def _gives(scenario: Path, run: Path) -> bool:
    """Whether a run is what a scenario gives as it is now."""
    try:
        plan = plan_of(str(scenario), Registry.installed())
    except HubrankError:
        return False
    return scenario_toml(plan, run) == (run / SCENARIO).read_bytes()


def _new(folder: Folder, begin: str) -> Session:
    """The session of a scenario in a folder of its own, which may have been worked in before.

    Raises:
        UsageError: Another scenario lies there.
    """
    if folder.text() is not None and (not folder.at or folder.step(1).toml != begin):
        what = gettext("{folder}: another scenario lies there; --folder names another folder", folder=str(folder.path))
        raise UsageError(what)
    return Session(folder, begin)


def _source_in(folder: Path) -> str:
    """The table in `original/` that the tables beside it were read from without any answer; empty if that is unknown.

    So a folder of `hubrank start` has its questions again.
    """
    originals = [item for item in (folder / ORIGINAL).glob("*") if item.is_file()]
    tables = [folder / DATA, folder / UNITS]
    if len(originals) != 1 or (folder / HISTORY).exists() or not all(item.is_file() for item in tables):
        return ""
    try:
        files = Original(originals[0]).files({})
    except HubrankError:
        return ""
    return originals[0].name if all(item.read_bytes() == files.get(item.name) for item in tables) else ""
