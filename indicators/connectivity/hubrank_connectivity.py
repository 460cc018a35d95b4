"""Connectivity by air, of the table `connectivity`: how many cities the average inhabitant of a unit reaches."""

from attrs import frozen
from hubrank.plugin import Indicator, declare


@frozen
class Options:
    """Options of the indicator.

    Attributes:
        abroad: Whether only cities of other countries count.
    """

    abroad: bool = False


def _column(options):
    return "abroad_inhabitants" if options.abroad else "reach_inhabitants"


def reached(inputs, units, options):
    """The cities that each city reaches, weighted with its inhabitants: two totals of the same rows."""
    column = _column(options)
    people = inputs["connectivity"].latest("inhabitants", beside=(column,))
    return inputs["connectivity"].latest(column, beside=("inhabitants",)) / people.where(people > 0)


hubrank_indicators = declare(
    Indicator(
        name="connectivity",
        title="Global connectivity",
        unit_of_measure="cities reached by air without a stop",
        inputs=lambda options: {"connectivity": {"inhabitants": float, _column(options): float}},
        measure=reached,
        options=Options,
        description="How many cities the average inhabitant of the unit reaches by air without a stop.",
        references=("Campante and Yanagizawa-Drott (2018), Long-Range Growth, Quarterly Journal of Economics 133",),
    ),
)
