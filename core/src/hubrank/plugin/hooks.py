"""What a plugin provides; Command, Exporter, ScenarioFile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import Attribute, field, frozen, validators

if TYPE_CHECKING:
    from hubrank.plugin.methods import Aggregator, Imputation, Indicator, Normalisation, Rescaling, Treatment, Weighting
    from hubrank.plugin.sources import DataSource
    from hubrank.plugin.units import UnitSet


_TEXT = validators.instance_of(str)


@frozen(kw_only=True)
class Command:
    """A verb of the command line, handed over by `hubrank_commands`.

    Attributes:
        name: What is typed after `hubrank`.
        help: What it does, in one line for `hubrank --help`.
        function: Where it is, as `"module:name"`: a function whose arguments are written as typer takes them, or
            a `typer.Typer` of several. It is imported when the verb is used, and not before, so the module that
            yields the record should import little.
        group: The heading that `hubrank --help` lists it under.
        python: Where it is for those who ask in Python, as `"module:name"`: a function of a `Ranking` and the verb's
            options by name, which returns an `Answer`. Empty where the verb is of the command line alone.
        reads: Where it is that reads tables as people have them, as `"module:name"`: a function of a path and the
            choices of `hubrank.draft` by name, which returns a `Draft`. `hubrank.rank` of a file goes through it.
            Empty where the verb reads none.
    """

    name: str = field(validator=_TEXT)
    help: str = field(validator=_TEXT)
    function: str = field(validator=_TEXT)
    group: str = field(default="Other commands", validator=_TEXT)
    python: str = field(default="", validator=_TEXT)
    reads: str = field(default="", validator=_TEXT)

    @function.validator
    @python.validator
    @reads.validator
    def _place(self, attribute: Attribute[str], value: str) -> None:
        module, _colon, name = value.partition(":")
        if not (module and name.isidentifier()) and (value or attribute.name == "function"):
            said = f'must be "module:name"; got "{value}"'
            raise ValueError(f"{attribute.name}: {said}")


@frozen(kw_only=True)
class Exporter:
    """A file format, handed over by `hubrank_exporters`.

    Attributes:
        name: A short name for lists and messages.
        suffix: The suffix of its files, with the dot: ".xlsx".
        write: `write(ranking, path)` writes a `hubrank.Ranking` to exactly that file, with the same bytes each time.
        title: What it makes, in a few words.
    """

    name: str
    suffix: str
    write: Callable[[Any, Path], None]
    title: str = ""


@frozen(kw_only=True)
class ScenarioFile:
    """A scenario that can be named without a path, handed over by `hubrank_scenarios`.

    Attributes:
        name: Its name on the command line and in `extends`.
        path: The TOML file.
    """

    name: str
    path: Path


# mypy: disable-error-code="empty-body"


hookspec = pluggy.HookspecMarker("hubrank")
#: Marks a function of a plugin that implements a hook.
hookimpl = pluggy.HookimplMarker("hubrank")


@hookspec
def hubrank_unit_sets() -> Iterable[UnitSet]:
    """Yield sets of units that can be ranked.

    Example:
        ```python
        import pandas as pd
        from hubrank import UnitSet, hookimpl


        def units():
            return pd.DataFrame({"unit": ["AAA", "BBB"], "name": ["Aland", "Beland"]})


        def places():
            return pd.DataFrame({"unit": ["AAA", "BBB"], "country": ["AAA", "BBB"]})


        @hookimpl
        def hubrank_unit_sets():
            yield UnitSet(name="lands", title="Two lands", units=units, places=places)
        ```
    """


@hookspec
def hubrank_data_sources() -> Iterable[DataSource]:
    """Yield sources of rows.

    Example:
        ```python
        import pandas as pd
        from hubrank import DataSource, Origin, Table, hookimpl


        def sample(table, options):
            return pd.DataFrame({"country": ["AAA"], "year": [2024], "patents": [3.0]})


        def read(request):
            yield sample(request.table, request.options)


        @hookimpl
        def hubrank_data_sources():
            yield DataSource(
                name="office",
                title="A patent office",
                read=read,
                sample=sample,
                tables=(
                    Table(
                        name="patents",
                        kind="flow",
                        columns={"country": "ISO 3166-1 alpha-3", "year": "of filing", "patents": "applications"},
                        origin="office",
                    ),
                ),
                origins=(Origin(name="office", producer="An office", title="Filings", licence="CC0-1.0"),),
            )
        ```
    """


@hookspec
def hubrank_indicators() -> Iterable[Indicator]:
    """Yield indicators: metadata and a pure function.

    Example:
        ```python
        from hubrank import Indicator, hookimpl


        def measure(inputs, units, options):
            return inputs["prizes"].total("prizes", absent=0)


        @hookimpl
        def hubrank_indicators():
            yield Indicator(
                name="prizes",
                title="Prizes",
                unit_of_measure="prizes",
                inputs={"prizes": {"prizes": float}},
                measure=measure,
            )
        ```
    """


@hookspec
def hubrank_imputations() -> Iterable[Imputation]:
    """Yield imputations: ways to fill gaps.

    Example:
        ```python
        import numpy as np
        from hubrank import Imputation, hookimpl


        def apply(values, context, options):
            lowest = np.nanmin(values, axis=-2, keepdims=True, initial=np.inf)
            return np.where(np.isnan(values) & np.isfinite(lowest), lowest, values)


        @hookimpl
        def hubrank_imputations():
            yield Imputation(name="lowest", title="the lowest value of the edition", apply=apply)
        ```
    """


@hookspec
def hubrank_treatments() -> Iterable[Treatment]:
    """Yield treatments of skew and outliers.

    Example:
        ```python
        import numpy as np
        from hubrank import Treatment, hookimpl


        def apply(values, context, options):
            return np.cbrt(values)


        @hookimpl
        def hubrank_treatments():
            yield Treatment(name="cube-root", title="the cube root", apply=apply, pointwise=True)
        ```
    """


@hookspec
def hubrank_normalisations() -> Iterable[Normalisation]:
    """Yield normalisations to one scale.

    Example:
        ```python
        import numpy as np
        from hubrank import Normalisation, hookimpl


        def fit(reference, context, options):
            return np.nanmax(np.abs(reference), axis=-2, keepdims=True, initial=0)


        def apply(values, largest, context, options):
            return values / np.where(largest == 0, 1, largest)


        @hookimpl
        def hubrank_normalisations():
            yield Normalisation(name="by-largest", title="share of the largest", fit=fit, apply=apply)
        ```
    """


@hookspec
def hubrank_weightings() -> Iterable[Weighting]:
    """Yield weightings.

    Example:
        ```python
        import numpy as np
        from hubrank import Weighting, hookimpl


        def apply(scores, context, options):
            return 1 / np.arange(1, len(context.members) + 1)


        @hookimpl
        def hubrank_weightings():
            yield Weighting(name="by-order", title="1, 1/2, 1/3 ... as they are listed", apply=apply)
        ```
    """


@hookspec
def hubrank_aggregators() -> Iterable[Aggregator]:
    """Yield aggregators: from member scores to one score.

    Example:
        ```python
        import numpy as np
        from hubrank import Aggregator, hookimpl


        def apply(scores, weights, context, options):
            return np.sqrt((weights * scores**2).sum(axis=-1))


        @hookimpl
        def hubrank_aggregators():
            yield Aggregator(name="quadratic", title="the quadratic mean", apply=apply, monotone=False)
        ```
    """


@hookspec
def hubrank_rescalings() -> Iterable[Rescaling]:
    """Yield rescalings: steps on a dimension's score or the final score.

    Example:
        ```python
        from hubrank import Rescaling, hookimpl


        def apply(scores, context, options):
            return scores / 10


        @hookimpl
        def hubrank_rescalings():
            yield Rescaling(name="tenth", title="a tenth of the score", apply=apply)
        ```
    """


@hookspec
def hubrank_exporters() -> Iterable[Exporter]:
    r"""Yield file formats for rankings.

    Example:
        ```python
        from hubrank import Exporter, hookimpl


        def write(ranking, path):
            path.write_text(ranking.table().to_csv(sep="\t", index=False), encoding="utf-8")


        @hookimpl
        def hubrank_exporters():
            yield Exporter(name="tabs", suffix=".tsv", write=write)
        ```
    """


@hookspec
def hubrank_scenarios() -> Iterable[ScenarioFile]:
    """Yield scenarios that can be named without a path.

    Example:
        ```python
        from pathlib import Path
        from hubrank import ScenarioFile, hookimpl


        @hookimpl
        def hubrank_scenarios():
            yield ScenarioFile(name="mine", path=Path(__file__).with_name("mine.toml"))
        ```
    """


@hookspec
def hubrank_commands() -> Iterable[Command]:
    """Yield verbs of the command line.

    The module that yields them is named in the entry-point group `hubrank.commands`, apart from the other parts, and
    imports little: it is loaded by every `hubrank --help`. The functions are imported when their verb is used.

    Example:
        ```python
        from hubrank import Command, hookimpl


        def greet(name: str = "world"):
            print(f"Hello, {name}")


        @hookimpl
        def hubrank_commands():
            yield Command(name="greet", help="Say hello.", function=f"{__name__}:greet")
        ```
    """
