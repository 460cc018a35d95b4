"""Private companies valued at a billion US dollars or more."""

import functools

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


def measure(column, inputs, units, options):
    """The newest list's sum; a covered place without a company has 0."""
    amount = inputs["unicorns"].latest(column, absent=0)
    return amount if options.per is None else amount / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """Two columns of the table `unicorns`."""
    yield Indicator(
        name="unicorns",
        title="Unicorns",
        unit_of_measure="private companies valued at a billion US dollars or more",
        inputs={"unicorns": {"unicorns": float}},
        unit_columns=unit_columns,
        measure=functools.partial(measure, "unicorns"),
        options=Options,
        description="Young firms in the unit that investors expect to lead a market.",
        references=("Aileen Lee (2013), Welcome to the Unicorn Club",),
    )
    yield Indicator(
        name="unicorn-valuation",
        title="Valuation of unicorns",
        unit_of_measure="billion US dollars",
        inputs={"unicorns": {"valuation": float}},
        unit_columns=unit_columns,
        measure=functools.partial(measure, "valuation"),
        options=Options,
        description="Combined value that investors assign to these firms.",
    )
