"""Ranked conferences held in a place."""

from attrs import frozen
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        top: Whether only conferences of the highest rank count.
    """

    top: bool = False


def _column(options):
    return "top_conferences" if options.top else "conferences"


def inputs(options):
    """All conferences, or those of the highest rank."""
    return {"conferences": {_column(options): float}}


def measure(inputs, units, options):
    """All conferences of the window; a covered place without one has 0."""
    return inputs["conferences"].total(_column(options), absent=0)


@hookimpl
def hubrank_indicators():
    """One column of the table `conferences`."""
    yield Indicator(
        name="conferences",
        title="Scientific conferences",
        unit_of_measure="conferences held in the window",
        inputs=inputs,
        measure=measure,
        options=Options,
        description="How often researchers of other places meet there.",
        references=("Bathelt, Malmberg and Maskell (2004), Clusters and knowledge, on temporary proximity",),
    )
