"""Seats of large listed companies."""

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        per: Inhabitants that they are counted for; none counts them all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """The newest list's count; a covered place without one has 0."""
    count = inputs["large-companies"].latest("companies", absent=0)
    return count if options.per is None else count / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `large-companies`."""
    yield Indicator(
        name="companies",
        title="Large listed companies",
        unit_of_measure="companies, by headquarters",
        inputs={"large-companies": {"companies": float}},
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Large firms with headquarters in the unit.",
        references=("Saskia Sassen (1991), The Global City, on command functions",),
    )
