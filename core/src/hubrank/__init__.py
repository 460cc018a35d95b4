"""Rankings that can be checked: build, stress-test and explain composite indices.

For people in Python: `hubrank.rank(table or name)` makes a `Ranked`, which answers what is asked of it; `hubrank.open`
reads one that was saved. For members: the contract (what a plugin writes and is handed), the errors, and the records
that carry a figure through the house: scenario, plan, measurement, ranking. What a method's author needs is in
`hubrank.methods`, what a verb needs in `hubrank.front`, draws in `hubrank.uncertainty`, explanations in
`hubrank.questions`, tests in `hubrank.testing`. Everything else is inside and may change.
"""

from typing import TYPE_CHECKING

from hubrank.basis.errors import (
    AbsentError,
    DataError,
    FileProblem,
    HubrankError,
    MethodError,
    PluginError,
    Problem,
    ScenarioError,
    UsageError,
)
from hubrank.basis.faces import face
from hubrank.basis.language import (
    ENGLISH,
    Title,
    category,
    forms_in_context,
    grouped,
    in_context,
    languages,
    marked,
    numeral,
    plural,
    speaking,
    spoken,
    territory,
    worded,
)
from hubrank.basis.version import __version__
from hubrank.basis.words import counted, percent
from hubrank.contract.commands import Command
from hubrank.contract.exporters import Exporter
from hubrank.contract.forms import Form
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.indicators import Indicator
from hubrank.contract.methods import (
    Aggregator,
    Context,
    Imputation,
    Member,
    Normalisation,
    Rescaling,
    Treatment,
    Weighting,
)
from hubrank.contract.origins import Origin, StatedOrigin
from hubrank.contract.scenarios import ScenarioFile
from hubrank.contract.sources import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    TIME_COLUMNS,
    Covers,
    DataSource,
    NoOptions,
    Request,
    Table,
    WantedService,
    Wants,
)
from hubrank.contract.units import Units, UnitSet

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.basis.limits import Limits, limited, limits
    from hubrank.composing.aggregating import Weigh, aggregate, rescale, weigh
    from hubrank.composing.caveats import Caveat
    from hubrank.composing.compose import compose
    from hubrank.composing.composed import NodeScores
    from hubrank.composing.provenance import UsedOrigin
    from hubrank.composing.ranking import Ranking, ranks_of
    from hubrank.composing.screening import Coverage
    from hubrank.contract.registry import Registry
    from hubrank.drafting.draft import Draft, draft
    from hubrank.interactive.ranked import Ranked, Robustness, open, rank  # noqa: A004  # as in other libraries
    from hubrank.interactive.texts import ScenarioText
    from hubrank.interactive.units import RankedUnit
    from hubrank.measuring.measure import measure
    from hubrank.measuring.measurement import Measurement
    from hubrank.questions.answers import Answer
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.changes import with_scenario, without_member
    from hubrank.scenario.choices import MissingRule
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.loading import load
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.region import Region
    from hubrank.scenario.resolving import resolve
    from hubrank.scenario.scenario import RankingSettings, Scenario
    from hubrank.scenario.tree import ROOT, Node, Tree

#: Imported when they are asked for, so that a plugin that only writes records loads no arrays.
__getattr__ = face(
    __name__,
    {
        "hubrank.basis.arrays": ("Array", "Mask"),
        "hubrank.basis.limits": ("Limits", "limited", "limits"),
        "hubrank.composing.aggregating": ("Weigh", "aggregate", "rescale", "weigh"),
        "hubrank.composing.caveats": ("Caveat",),
        "hubrank.composing.compose": ("compose",),
        "hubrank.composing.composed": ("NodeScores",),
        "hubrank.composing.provenance": ("UsedOrigin",),
        "hubrank.composing.ranking": ("Ranking", "ranks_of"),
        "hubrank.composing.screening": ("Coverage",),
        "hubrank.contract.registry": ("Registry",),
        "hubrank.drafting.draft": ("Draft", "draft"),
        "hubrank.interactive.ranked": ("Ranked", "Robustness", "open", "rank"),
        "hubrank.interactive.texts": ("ScenarioText",),
        "hubrank.interactive.units": ("RankedUnit",),
        "hubrank.measuring.measure": ("measure",),
        "hubrank.measuring.measurement": ("Measurement",),
        "hubrank.questions.answers": ("Answer",),
        "hubrank.scenario.binding": ("Bound",),
        "hubrank.scenario.changes": ("with_scenario", "without_member"),
        "hubrank.scenario.choices": ("MissingRule",),
        "hubrank.scenario.columns": ("BoundIndicator",),
        "hubrank.scenario.loading": ("load",),
        "hubrank.scenario.plan": ("Plan",),
        "hubrank.scenario.region": ("Region",),
        "hubrank.scenario.resolving": ("resolve",),
        "hubrank.scenario.scenario": ("RankingSettings", "Scenario"),
        "hubrank.scenario.tree": ("ROOT", "Node", "Tree"),
    },
)

__all__ = [
    "ENGLISH",
    "PLACE_COLUMNS",
    "PROVENANCE_COLUMNS",
    "ROOT",
    "TIME_COLUMNS",
    "AbsentError",
    "Aggregator",
    "Answer",
    "Array",
    "Bound",
    "BoundIndicator",
    "Caveat",
    "Command",
    "Context",
    "Coverage",
    "Covers",
    "DataError",
    "DataSource",
    "Draft",
    "Exporter",
    "FileProblem",
    "Form",
    "HubrankError",
    "Imputation",
    "Indicator",
    "Limits",
    "Mask",
    "Measurement",
    "Member",
    "MethodError",
    "MissingRule",
    "NoOptions",
    "Node",
    "NodeScores",
    "Normalisation",
    "Origin",
    "Plan",
    "PluginError",
    "Problem",
    "Ranked",
    "RankedUnit",
    "Ranking",
    "RankingSettings",
    "Region",
    "Registry",
    "Request",
    "Rescaling",
    "Robustness",
    "Scenario",
    "ScenarioError",
    "ScenarioFile",
    "ScenarioText",
    "StatedOrigin",
    "Table",
    "Title",
    "Treatment",
    "Tree",
    "UnitSet",
    "Units",
    "UsageError",
    "UsedOrigin",
    "WantedService",
    "Wants",
    "Weigh",
    "Weighting",
    "__version__",
    "aggregate",
    "category",
    "compose",
    "counted",
    "draft",
    "forms_in_context",
    "grouped",
    "hookimpl",
    "in_context",
    "languages",
    "limited",
    "limits",
    "load",
    "marked",
    "measure",
    "numeral",
    "open",
    "percent",
    "plural",
    "rank",
    "ranks_of",
    "rescale",
    "resolve",
    "speaking",
    "spoken",
    "territory",
    "weigh",
    "with_scenario",
    "without_member",
    "worded",
]

#: What a notebook completes.
__dir__ = __all__.copy
