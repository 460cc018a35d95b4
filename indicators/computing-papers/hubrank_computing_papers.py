"""Papers of computer-science venues."""

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        per: Inhabitants that the papers are counted for; none counts them all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """All papers of the window; a covered place without one has 0."""
    papers = inputs["computing-papers"].total("papers", absent=0)
    return papers if options.per is None else papers / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `computing-papers`."""
    yield Indicator(
        name="computing-papers",
        title="Computer-science papers",
        unit_of_measure="papers of the window, divided among institutions",
        inputs={"computing-papers": {"papers": float}},
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="How much research in computing comes from there, which appears at conferences first.",
        references=("CSMetrics, Institutional Publication Metrics for Computer Science",),
    )
