"""Table, file, scenario or result; asking a command."""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve, frozen

from hubrank.errors import FileProblem, Problem, ScenarioError, UsageError, did_you_mean, shorten_list
from hubrank.infer.draft import InferredScenario, draft, table_reader
from hubrank.infer.forms import by_column
from hubrank.io.addresses import address_of, hand_over, path_at
from hubrank.io.answer import Answer
from hubrank.io.cache import Cache
from hubrank.io.safe_input import is_file, is_folder, missing
from hubrank.io.tables import read_table, table_kind
from hubrank.io.write import temp_place, write_error
from hubrank.measurement.measurement import Measurement
from hubrank.plugin.calls import PluginCallError, plugin_call
from hubrank.plugin.registry import BRINGS, Registry, verb
from hubrank.ranking.ranking import Ranking
from hubrank.results.rank import run_folder
from hubrank.scenario.load import find, load, with_files
from hubrank.scenario.region import SCENARIO
from hubrank.scenario.schema import Scenario
from hubrank.uncertainty.outcome import vintages


def ask(name: str, ranking: Ranking, **options: Any) -> Answer:
    """The answer of a command about a ranking; messages about missing arguments are those of the command line."""
    part = verb(Registry.of_commands(), name)
    place: str = part.record.python
    if not place:
        raise UsageError(f"'{name}' of {part.distribution} is only on the command line; run hubrank {name}")
    function = part.function(place)
    signature = inspect.signature(function)
    try:
        signature.bind(ranking, **options)
    except TypeError as error:
        takes = shorten_list([*signature.parameters][1:])
        raise UsageError(f"'{name}' of {part.distribution}: {error}; it takes {takes or 'no options'}") from error
    try:
        with plugin_call(verb=True):
            answer = function(ranking, **options)
    except PluginCallError as error:
        raise part.broke(f"{place} raised {error}") from error
    if not isinstance(answer, Answer):
        raise part.broke(f"{place} returned {type(answer).__name__}; expected an Answer")
    return answer


def scenarios() -> pd.DataFrame:
    """The installed scenarios, which `hubrank.rank` takes by `name`: their `title`, `editions` and `distribution`."""
    registry = Registry.installed()
    rows = []
    for name in registry.names("scenario"):
        scenario = load(name, registry).scenario
        distribution = registry.parts["scenario"][name][0].distribution
        rows.append((name, str(scenario.title), scenario.editions.years, distribution))
    return pd.DataFrame(rows, columns=["name", "title", "editions", "distribution"])


def measurements_of(ranking: Ranking) -> tuple[Measurement, ...]:
    """The measurements for each alternative of the data lag; one if it is certain. Computed only if needed."""
    return vintages(ranking.plan, ranking.measurement, Cache.default())


#: The choices for a scenario; the other choices are for tables.
_OF_SCENARIOS = (
    *("title", "weights", "direction", "normalisation", "weighting", "aggregation"),
    *("weight_uncertainty", "doubt", "inputs"),
)


@frozen(kw_only=True, eq=False)
class Source:
    """A scenario's name, a path of a TOML or a run folder; and the draft of a table, if one is ranked.

    Attributes:
        data: The source in whose folder the table is, if that is another.
    """

    name: str
    draft: InferredScenario | None = None
    data: Source | None = None


def source_of(what: Any, said: Mapping[str, Any]) -> Source:
    """Make a source of a table, the path of one, a draft, a scenario's name or path, or a run.

    The choices, which are the arguments of `draft`, are applied to it.
    """
    if not isinstance(inputs := said.get("inputs", {}), Mapping):
        raise UsageError(f"inputs: must be tables by name; got {type(inputs).__name__}")
    if inputs and not isinstance(what, str | Path):
        raise UsageError("inputs: are those of a scenario; a table has none")
    if isinstance(what, InferredScenario):
        scenario = what.with_(**said) if said else what
    elif not isinstance(what, str | Path):
        scenario = draft(what, **said)
    elif "\n" in str(what):
        raise UsageError("a text is not a table: hubrank.rank(pd.read_csv(io.StringIO(text)))")
    elif isinstance(said.get("unit"), list):
        raise UsageError("unit: of a file must be a column's name; names of units go with an array or a frame")
    elif (table := _of_file(path_at(what), said)) is not None:
        scenario = table
    else:
        return _changed(str(what), said)
    return _stored(scenario.files(), scenario)


def changed_source(before: Source, what: str | InferredScenario, said: Mapping[str, Any], known: Scenario) -> Source:
    """The source of the same with other choices; a table that stays the same is not written again.

    Args:
        before: The source.
        what: The scenario's name or path, or the draft.
        said: The choices, for a draft those that are new.
        known: The scenario of the source.
    """
    import tomli_w

    if not isinstance(what, InferredScenario):
        return _changed(what, said, known)
    scenario, data = what.with_(**said) if said else what, before.data or before
    old = data.draft
    if old is None or not (scenario.figures.equals(old.figures) and scenario.units.equals(old.units)):
        return _stored(scenario.files(), scenario)
    table = with_files(scenario.table(), Path(data.name).parent.joinpath)
    return _stored({SCENARIO: tomli_w.dumps(table).encode()}, scenario, data)


def _of_file(path: Path, said: Mapping[str, Any]) -> InferredScenario | None:
    """The draft of the table in a file; None if it is no table but a scenario or a run."""
    if address_of(path) is not None and not is_file(path):
        raise UsageError(missing(path))
    is_tidy_kind = table_kind(str(path)) is not None and not is_folder(path)
    reader = table_reader()
    if reader is None or not is_file(path) or path.suffix.lower() in ("", ".toml"):
        return _tidy(path, said) if is_tidy_kind else None
    return reader(path, **said).read_by(functools.partial(reader, path), said)


def _tidy(path: Path, said: Mapping[str, Any]) -> InferredScenario:
    """A table with one row of names above one row per unit (and year); else a `ScenarioError` with advice."""
    try:
        frame = read_table(path).reset_index(drop=True)
        return draft(frame, **{"title": path.stem, "source": path.name, **said})
    except (FileProblem, ScenarioError) as error:
        if isinstance(error, ScenarioError) and said:
            raise
        wrong = (item if isinstance(item, Problem) else Problem("", item) for item in error.problems)
        problems = [evolve(item, what=item.what.removeprefix(f"{path.name}: ")) for item in wrong]
        if is_file(path):
            what = f"{BRINGS['start']} reads messy tables; pip install {BRINGS['start']}"
            problems.append(Problem("", what))
        raise ScenarioError(path.name, problems) from error


def _stored(files: Mapping[str, bytes], draft: InferredScenario | None = None, data: Source | None = None) -> Source:
    """A source of files in a temporary folder, deleted with it; a `UsageError` if there is no space for them."""
    place = temp_place()
    try:
        with write_error(Path(place.name)):
            for name, content in files.items():
                Path(place.name, name).write_bytes(content)
    except BaseException:
        place.cleanup()
        raise
    source = Source(name=str(Path(place.name, SCENARIO)), draft=draft, data=data)
    weakref.finalize(source, place.cleanup)
    return source


def _changed(name: str, said: Mapping[str, Any], known: Scenario | None = None) -> Source:
    """A scenario that extends another by a few choices; `known` is the other, or what choices have made of it."""
    import tomli_w

    if not said:
        return Source(name=name)
    said = {key: value for key, value in said.items() if value is not None}
    if others := shorten_list([item for item in said if item not in _OF_SCENARIOS]):
        raise UsageError(f"{others}: only for tables; a scenario takes {shorten_list(_OF_SCENARIOS)}")
    registry = Registry.installed()
    if run_folder(name, registry) is not None:
        raise UsageError(f"{name}: a run is read as it is; to change it, rank {Path(name) / 'scenario.toml'}")
    scenario = known or load(name, registry).scenario
    extended = name if name in registry.names("scenario") else str(find(name, registry).resolve())
    return _stored({SCENARIO: tomli_w.dumps({"extends": extended, **_table_of(name, scenario, said)}).encode()})


def _table_of(name: str, scenario: Scenario, said: Mapping[str, Any]) -> dict[str, Any]:
    """Choices as the tables of a scenario."""
    given = said.get("inputs", {})
    unknown = [item for item in given if item not in scenario.inputs]
    problems = [
        Problem("inputs", f"there is no input '{item}'{did_you_mean(item, scenario.inputs)}") for item in unknown
    ]
    inputs = {item: {"options": {"file": hand_over(value, item)}} for item, value in given.items()}
    table: dict[str, Any] = {"indicators": {}, "dimensions": {}, "inputs": inputs}
    for choice, key in (("weights", "weight"), ("direction", "direction")):
        for item, value in by_column(choice, said.get(choice, {}), list(scenario.indicators)).items():
            if item in scenario.indicators:
                table["indicators"].setdefault(item, {})[key] = value
            elif item in scenario.dimensions and choice == "weights":
                table["dimensions"].setdefault(item, {})[key] = value
            else:
                hint = did_you_mean(item, [*scenario.dimensions, *scenario.indicators])
                problems.append(Problem(choice, f"there is no indicator '{item}'{hint}"))
    weighting = said.get("weighting", scenario.weighting.choice.method)
    if said.get("weights") and weighting != "fixed":
        problems.append(Problem("weights", f"'{weighting}' computes its own; weighting='fixed' uses yours"))
    weights = {key: said[key] for key in ("weight_uncertainty",) if key in said}
    doubt = weights | said.get("doubt", {})
    if doubt.get("weight_uncertainty") == 0:
        what = "must be above 0; the uncertainty of a scenario cannot be removed"
        problems.append(Problem("weight_uncertainty", what))
    if problems:
        raise ScenarioError(name, problems)
    table |= {"title": said["title"]} if "title" in said else {}
    table |= {"robustness": doubt} if doubt else {}
    return table | {key: {"method": said[key]} for key in ("normalisation", "weighting", "aggregation") if key in said}
