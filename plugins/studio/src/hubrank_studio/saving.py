"""What a person takes away: a run, the scenario with its tables, a page, a workbook, other files, lines of Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hubrank.io.addresses import address_of, path_at
from hubrank.io.write import temp_dir
from hubrank.plugin import HubrankError, Registry, UsageError, gettext
from hubrank.results.save import write_run
from hubrank.scenario.load import Loaded, with_files
from hubrank_output.exporters.export_tables import zip_bytes
from hubrank_output.report.pages import report
from hubrank_start.tables import draft_of

from hubrank_studio.document import SENTENCES, parsed
from hubrank_studio.folder import ORIGINAL, RUN, file_name
from hubrank_studio.session import Session


def report_page(session: Session) -> str:
    """The ranking as the page that `hubrank report` writes, as far as its ranges have grown."""
    return report(session.newest()[0])


def saved(session: Session, kind: str) -> tuple[str, bytes]:
    """A file to save, one of `KINDS`, by its name and its content: once all ranges are drawn.

    Raises:
        UsageError: There is no such kind, or nothing to save.
        ScenarioError: The scenario cannot be ranked as it is.
    """
    if kind not in KINDS:
        raise UsageError(gettext("there is no such file to save"))
    while True:
        _, number = session.ranked
        ending, content = KINDS[kind](session)
        ranking = session.settled(ranges=False)
        if not session.superseded(number):  # else it changed meanwhile, and this may be a mixture
            return file_name(re.sub(r"[/\\]", "-", ranking.title) + ending), content


def disposition(name: str) -> str:
    """The header that names a file to save, also in other scripts (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _run(session: Session) -> tuple[str, bytes]:
    """The run, which is written into the folder too, in a zip with the scenario that it is of."""
    ranking, run = session.settled(), session.folder.own(RUN)
    write_run(ranking, run)
    files = {f"{run.name}/{item.name}": item.read_bytes() for item in sorted(run.iterdir())}
    return ".run.zip", zip_bytes({**_scenario_files(session), **files})


def _scenario_files(session: Session) -> dict[str, bytes]:
    """All that `hubrank rank` needs beside what is installed, by name, and the table as it was given.

    Raises:
        UsageError: A file lies outside of the folder.
    """
    folder, found = session.folder, dict[str, bytes]()
    for path in dict.fromkeys(_own_files(session.settled(ranges=False).plan.loaded)):
        try:
            name = path.resolve().relative_to(folder.path.resolve()).as_posix()
        except ValueError as error:
            what = gettext("{file} lies outside of the scenario's folder; copy it there first", file=str(path))
            raise UsageError(what) from error
        found[name] = path.read_bytes()
    if session.step is not None and session.step.source:
        original = folder.original(session.step.source)
        found[f"{ORIGINAL}/{original.name}"] = original.read_bytes()
    return found


def _own_files(loaded: Loaded) -> Iterator[Path]:
    """The files of a scenario, and those that they name, except what is installed or at an address."""
    scenarios = (part for part in Registry.installed() if part.kind == "scenario")
    installed = {Path(part.texts["path"]).resolve().parent for part in scenarios}
    region = loaded.region
    paths = [*region.files] if region is not None and region.folder.resolve() not in installed else []
    for source in loaded.sources:
        if (folder := source.path.resolve().parent) not in installed:
            named = list[str]()
            with_files(source.table, lambda name, found=named: found.append(name) or name)  # type: ignore[misc]
            paths += [source.path, *(path_at(name, folder) for name in named)]
    return (path for path in paths if path.is_file() and address_of(path) is None)


def _exported(name: str) -> Callable[[Session], tuple[str, bytes]]:
    """What an exporter writes."""

    def write(session: Session) -> tuple[str, bytes]:
        part, ranking = Registry.installed().find("exporter", name), session.settled()
        with temp_dir() as folder:
            path = folder / f"file{part.texts['suffix']}"
            part.call("write", ranking, path)
            return part.texts["suffix"], path.read_bytes()

    return write


#: The leaves of a scenario by their paths.
_Leaves = dict[tuple[str, ...], Any]


def _snippet(session: Session) -> str:
    """Lines that rank the table, or the installed scenario, with the same choices; else the scenario's file.

    A table stands there only if its draft with these choices was made and is the same scenario.
    """
    session.settled(ranges=False)
    step, what = session.step, session.folder.scenario
    table = parsed(step.toml if step else "")
    base, said = table.get("extends", ""), None
    if step is not None and step.source:
        said = None if step.answers else _of_table(session, table)
        what = what if said is None else step.source
    elif isinstance(base, str) and base and not base.endswith(".toml"):
        said, left = _choices({path: value for path, value in _leaves(table) if path != ("extends",)})
        what, said = (what, None) if left else (base, said)
    lines = [f"    {key}={value!r},\n" for key, value in (said or {}).items()]
    call = f"hubrank.rank(\n    {what!r},\n{''.join(lines)})" if lines else f"hubrank.rank({what!r})"
    return f"import hubrank\n\nranking = {call}\nprint(ranking)\n"


def _of_table(session: Session, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments with which a table's draft is the wanted scenario; None if there are none."""
    reading, now = session.reading(), dict(_leaves(wanted))
    if session.step is None or reading is None:
        return None
    before = dict(_leaves(reading.draft.table()))
    said, _ = _choices({path: value for path, value in now.items() if path not in before or before[path] != value})
    try:
        made = draft_of(session.folder.original(session.step.source), **said)
    except HubrankError:
        return None
    return said if dict(_leaves(made.table())) == now else None


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What a scenario's tables hold, each with its path; not the sentences."""
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*above, key))
        elif above or key not in SENTENCES:
            yield (*above, key), value


def _choices(leaves: _Leaves) -> tuple[dict[str, Any], list[tuple[str, ...]]]:
    """The arguments of `hubrank.rank` for some choices of a scenario, and the paths of those that have none."""
    said, left = dict[str, Any](), []
    for path, value in leaves.items():
        match path:
            case ("title",) if isinstance(value, str):
                said["title"] = value
            case ("indicators" | "dimensions", name, "weight"):
                said.setdefault("weights", {})[name] = value
            case ("indicators", name, "direction"):
                said.setdefault("direction", {})[name] = value
            case ("normalisation" | "weighting" | "aggregation" as choice, "method") if isinstance(value, str):
                said[choice] = value
            case ("robustness", "weight_uncertainty") if isinstance(value, int | float):
                said["weight_uncertainty"] = value
            case _:
                left.append(path)
    return said, left


#: What can be saved, by name: each gives the end of the file's name, and its content.
KINDS: dict[str, Callable[[Session], tuple[str, bytes]]] = {
    "run": _run,
    "scenario": lambda session: (".zip", zip_bytes(_scenario_files(session))),
    **{name: _exported(name) for name in ("report", "workbook", "markdown", "coinr", "datapackage-zip")},
    "python": lambda session: (".py", _snippet(session).encode()),
}
