"""Hook specifications, and the records Command, Exporter and ScenarioFile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import frozen

if TYPE_CHECKING:
    from hubrank.plugin.methods import Aggregator, Imputation, Indicator, Normalisation, Rescaling, Treatment, Weighting
    from hubrank.plugin.sources import DataSource
    from hubrank.plugin.units import UnitSet


@frozen(kw_only=True)
class Command:
    """A command of the command line, yielded by `hubrank_commands`.

    Attributes:
        name: The word after `hubrank`.
        help: A description in one line for `hubrank --help`.
        function: A function with typer's annotations, or a `typer.Typer` of several, as `"module:name"`. It is imported
            only when the command is used, so the module that yields the record should import little.
        group: The heading that `hubrank --help` lists it under.
        example: A command line that runs, for the end of its help.
        python: A function for Python users as `"module:name"`: it takes a `Ranking` and the command's options by name
            and returns an `Answer`. Empty if the command exists on the command line only.
        reads: A function that reads tables as people have them, as `"module:name"`: it takes a path, or a frame of
            pandas and its name as `source`, and the choices of `hubrank.draft` by name, and returns a `Draft`;
            `hubrank.rank` of a file or a frame uses it. Empty if the command reads none.
    """

    name: str
    help: str
    function: str
    group: str = "Other commands"
    example: str = ""
    python: str = ""
    reads: str = ""

    def __attrs_post_init__(self) -> None:
        for key, place in (("function", self.function), ("python", self.python), ("reads", self.reads)):
            module, _colon, name = str(place).partition(":")
            if not (module and name.isidentifier()) and (place or key == "function"):
                raise ValueError(f'{key}: must be "module:name"; got "{place}"')


@frozen(kw_only=True)
class Exporter:
    """A file format, yielded by `hubrank_exporters`.

    Attributes:
        name: A short name for lists and messages.
        suffix: The suffix of its files, with the dot: ".xlsx".
        write: `write(ranking, path)` writes a `Ranking` to exactly that file, with the same bytes each time.
        title: A description of its files in a few words.
        draw: `draw(ranking, *chosen, **options)` returns a plot for notebooks, an object with `save(path)`. Users call
            it as `hubrank.rank(...).plot.NAME`, with the exporter's name up to a hyphen. None if it is no plot.
        most_rows: The most rows of a table in its files, if there is a limit; `hubrank export` refuses a ranking with
            more values before it measures them.
    """

    name: str
    suffix: str
    write: Callable[[Any, Path], None]
    title: str = ""
    draw: Callable[..., Any] | None = None
    most_rows: int | None = None


@frozen(kw_only=True)
class ScenarioFile:
    """A scenario that can be named without a path, yielded by `hubrank_scenarios`.

    Attributes:
        name: Its name on the command line and in `extends`.
        path: The TOML file.
    """

    name: str
    path: Path


# mypy: disable-error-code="empty-body"


hookspec = pluggy.HookspecMarker("hubrank")
#: Marks a function of a plugin that implements a hook; `hubrank new` writes an example of each kind.
hookimpl = pluggy.HookimplMarker("hubrank")


def declare(*records: Any) -> Callable[[], tuple[Any, ...]]:
    """The hook of a module that yields records of any kind."""
    return hookimpl(lambda: records)


@hookspec
def hubrank_unit_sets() -> Iterable[UnitSet]:
    """Yield sets of units that can be ranked."""


@hookspec
def hubrank_data_sources() -> Iterable[DataSource]:
    """Yield sources of rows."""


@hookspec
def hubrank_indicators() -> Iterable[Indicator]:
    """Yield indicators: metadata and a pure function."""


@hookspec
def hubrank_imputations() -> Iterable[Imputation]:
    """Yield imputations: ways to fill in missing values."""


@hookspec
def hubrank_treatments() -> Iterable[Treatment]:
    """Yield treatments of skew and outliers."""


@hookspec
def hubrank_normalisations() -> Iterable[Normalisation]:
    """Yield normalisations to one scale."""


@hookspec
def hubrank_weightings() -> Iterable[Weighting]:
    """Yield weightings."""


@hookspec
def hubrank_aggregators() -> Iterable[Aggregator]:
    """Yield aggregation methods: from member scores to one score."""


@hookspec
def hubrank_rescalings() -> Iterable[Rescaling]:
    """Yield post-processing steps on a dimension's score or the final score."""


@hookspec
def hubrank_exporters() -> Iterable[Exporter]:
    """Yield file formats for rankings."""


@hookspec
def hubrank_scenarios() -> Iterable[ScenarioFile]:
    """Yield scenarios that can be named without a path."""


@hookspec
def hubrank_commands() -> Iterable[Command]:
    """Yield commands, in a module of the group `hubrank.commands` that imports little."""
