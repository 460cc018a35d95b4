"""Seats of large listed companies."""

from typing import Literal

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        industries: Which companies count: all, or those of technology, health, or industries that spend much on
            research (`research_intensive`), where the table tells them apart.
        per: Inhabitants that they are counted for; none counts them all.
    """

    industries: Literal["all", "technology", "health", "research_intensive"] = "all"
    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def _column(options):
    return "companies" if options.industries == "all" else options.industries


def inputs(options):
    """The column of the industries that count."""
    return {"large-companies": {_column(options): float}}


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """The newest list's count; a covered place without one has 0."""
    count = inputs["large-companies"].latest(_column(options), absent=0)
    return count if options.per is None else count / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `large-companies`."""
    yield Indicator(
        name="companies",
        title="Large listed companies",
        unit_of_measure="companies, by headquarters",
        inputs=inputs,
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Large firms with headquarters in the unit.",
        references=("Saskia Sassen (1991), The Global City, on command functions",),
    )
