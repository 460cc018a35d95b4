"""What can be ranked: a table, a file of one, a scenario, a run; each becomes a name that a run is made of."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from hubrank.basis.doors import is_file, is_folder
from hubrank.basis.errors import FileProblem, PluginError, Problem, ScenarioError, UsageError, listed, suggestion
from hubrank.basis.files import temporary_place, told
from hubrank.basis.table_files import read_table, table_kind
from hubrank.contract.installed import BRINGS
from hubrank.contract.registry import Part, Registry
from hubrank.drafting.draft import Draft, draft
from hubrank.drafting.records import SCENARIO
from hubrank.interactive.asking import function_at
from hubrank.runs.running import run_folder
from hubrank.scenario.loading import find, load

if TYPE_CHECKING:
    from hubrank.scenario.scenario import Scenario

#: A table of more bytes was written by a program: it is read as a tidy one first, which is many times as fast.
_LARGE = 50_000_000
#: What may be said of a scenario; the other choices are of tables.
_OF_SCENARIOS = ("title", "weights", "direction", "normalisation", "weighting", "aggregation", "doubt")


@frozen(kw_only=True, eq=False)
class Source:
    """What is ranked.

    Attributes:
        name: What a run is made of: a scenario's name, a path of a TOML, a run folder.
        draft: What was made of a table, where one was given.
    """

    name: str
    draft: Draft | None = field(default=None)


def source_of(what: Any, said: Mapping[str, Any]) -> Source:
    """Make a source of what is handed over.

    Args:
        what: A table of pandas, polars or pyarrow; the path of one; a `Draft`; a scenario's name or path; a run folder.
        said: Choices that are laid over it, by the arguments of `draft`.

    Raises:
        HubrankError: Every mistake of it, in the words of the command line.
    """
    if isinstance(what, Draft):
        return _drafted(what.with_(**said) if said else what)
    if not isinstance(what, str | Path):
        return _drafted(draft(what, **said))
    if (made := _of_file(Path(what), said)) is not None:
        return _drafted(made)
    return _changed(str(what), said) if said else Source(name=str(what))


def _of_file(path: Path, said: Mapping[str, Any]) -> Draft | None:
    """What is made of the table in a file; none of what is none, such as a scenario or a run.

    Raises:
        HubrankError: It cannot be read.
    """
    is_tidy_kind = table_kind(str(path)) is not None and not is_folder(path)
    reader = next((part for part in Registry.of_commands() if part.kind == "command" and part.record.reads), None)
    if reader is None or not is_file(path) or path.suffix.lower() in ("", ".toml"):
        return _tidy(path, said) if is_tidy_kind else None
    if is_tidy_kind and path.stat().st_size > _LARGE:
        with contextlib.suppress(ScenarioError):
            return _tidy(path, said)
    return _read(path, said, reader)


def _read(path: Path, said: Mapping[str, Any], reader: Part) -> Draft:
    """A table as people have it, by the verb of a member that reads it.

    Raises:
        PluginError: The verb's function cannot be imported, or does not return a `Draft`.
    """
    made = function_at(reader.record.reads, reader)(path, **said)
    if not isinstance(made, Draft):
        what = f"{reader.record.reads} returned {type(made).__name__}; expected a Draft"
        raise PluginError(reader.distribution, str(reader), what)
    return made


def _tidy(path: Path, said: Mapping[str, Any]) -> Draft:
    """A table with one row of names above one row a unit (and year).

    Raises:
        ScenarioError: It is another, or what was said does not fit it.
    """
    try:
        frame = read_table(path).reset_index(drop=True)
        return draft(frame, **{"title": path.stem, "source": path.name, **said})
    except FileProblem as error:
        problems = [Problem("", each.removeprefix(f"{path.name}: ")) for each in error.problems]
        raise ScenarioError(path.name, [*problems, *_instead(path)]) from error
    except ScenarioError as error:
        if said:
            raise
        raise ScenarioError(path.name, [*error.problems, *_instead(path)]) from error


def _instead(path: Path) -> list[Problem]:
    """Who reads a table that is not tidy."""
    if not is_file(path):
        return []
    return [Problem("", f"{BRINGS['start']} reads tables as people have them; pip install {BRINGS['start']}")]


def _drafted(made: Draft) -> Source:
    return _kept(made.files(), made)


def _kept(files: Mapping[str, bytes], made: Draft | None = None) -> Source:
    """A source of files in a temporary folder, which goes with it.

    Raises:
        UsageError: There is no room for them.
    """
    place = temporary_place()
    try:
        with told(place.new):
            for name, content in files.items():
                (place.new / name).write_bytes(content)
    except BaseException:
        place.close()
        raise
    source = Source(name=str(place.new / SCENARIO), draft=made)
    weakref.finalize(source, place.close)
    return source


def _changed(name: str, said: Mapping[str, Any]) -> Source:
    """A scenario that extends another by a few choices.

    Raises:
        UsageError: A choice is one of tables, or a run is to be changed.
        ScenarioError: A weight or direction is of nothing in the scenario.
    """
    import tomli_w

    if others := [each for each in said if each not in _OF_SCENARIOS]:
        raise UsageError(f"{listed(others)}: only for tables; of a scenario can be said {listed(_OF_SCENARIOS)}")
    registry = Registry.installed()
    if run_folder(name, registry) is not None:
        raise UsageError(f"{name}: a run is opened as it is; rank {Path(name) / 'scenario.toml'} to choose otherwise")
    scenario = load(name, registry).scenario
    extended = name if name in registry.names("scenario") else str(find(name, registry).resolve())
    return _kept({SCENARIO: tomli_w.dumps({"extends": extended, **_table_of(name, scenario, said)}).encode()})


def _table_of(name: str, scenario: Scenario, said: Mapping[str, Any]) -> dict[str, Any]:
    """Choices as the tables of a scenario."""
    table: dict[str, Any] = {"indicators": {}, "dimensions": {}}
    problems = []
    for choice, key in (("weights", "weight"), ("direction", "direction")):
        for each, value in (said.get(choice) or {}).items():
            if each in scenario.indicators:
                table["indicators"].setdefault(each, {})[key] = value
            elif each in scenario.dimensions and choice == "weights":
                table["dimensions"].setdefault(each, {})[key] = value
            else:
                hint = suggestion(each, [*scenario.dimensions, *scenario.indicators])
                problems.append(Problem(choice, f"there is no indicator '{each}'{hint}"))
    if said.get("doubt") == 0:
        problems.append(Problem("doubt", "must be above 0; what a scenario doubts cannot be taken out of it"))
    if problems:
        raise ScenarioError(name, problems)
    if "title" in said:
        table["title"] = said["title"]
    if "doubt" in said:
        table["robustness"] = {"weights": said["doubt"]}
    return table | {key: {"method": said[key]} for key in ("normalisation", "weighting", "aggregation") if key in said}
