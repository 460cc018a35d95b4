"""Universities among the best of the world."""

from typing import Literal

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        band: How far down the list a university counts: among the first 100, 200, 500 or 1000.
        per: Inhabitants that they are counted for; none counts them all.
    """

    band: Literal[100, 200, 500, 1000] = 500
    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def inputs(options):
    """The band's column."""
    return {"universities": {f"top{options.band}": float}}


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """The newest list's count; a covered place without one has 0."""
    count = inputs["universities"].latest(f"top{options.band}", absent=0)
    return count if options.per is None else count / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `universities`."""
    yield Indicator(
        name="universities",
        title="Leading universities",
        unit_of_measure="universities in the band",
        inputs=inputs,
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Number of world-class universities in the unit.",
        references=("ShanghaiRanking, Academic Ranking of World Universities, methodology",),
    )
