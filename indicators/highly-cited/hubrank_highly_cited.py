"""Highly cited researchers."""

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
    count = inputs["highly-cited"].latest("highly_cited", absent=0)
    return count if options.per is None else count / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `highly-cited`."""
    yield Indicator(
        name="highly-cited",
        title="Highly cited researchers",
        unit_of_measure="researchers, counted in each of their fields",
        inputs={"highly-cited": {"highly_cited": float}},
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Number of the most cited researchers in their fields who work in the unit.",
        references=("Clarivate, Highly Cited Researchers, methodology",),
    )
