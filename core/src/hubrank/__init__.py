"""Rankings that can be checked: build, stress-test and explain composite indices."""

from hubrank.errors import MethodError
from hubrank.exporters import Exporter
from hubrank.hookspecs import hookimpl
from hubrank.indicators import Indicator
from hubrank.methods import (
    Aggregator,
    Context,
    Imputation,
    Member,
    Normalisation,
    Rescaling,
    Treatment,
    Weighting,
)
from hubrank.origins import Origin
from hubrank.scenario import ScenarioFile
from hubrank.sources import Covers, DataSource, NoOptions, Request, Table
from hubrank.units import Units, UnitSet
from hubrank.version import __version__

__all__ = [
    "Aggregator",
    "Context",
    "Covers",
    "DataSource",
    "Exporter",
    "Imputation",
    "Indicator",
    "Member",
    "MethodError",
    "NoOptions",
    "Normalisation",
    "Origin",
    "Request",
    "Rescaling",
    "ScenarioFile",
    "Table",
    "Treatment",
    "UnitSet",
    "Units",
    "Weighting",
    "__version__",
    "hookimpl",
]
