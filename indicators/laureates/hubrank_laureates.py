"""Nobel laureates."""

from typing import Literal

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl

Category = Literal["Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics"]


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        categories: The prizes that count; none named counts all.
        per: Inhabitants that they are counted for; none counts them all.
    """

    categories: tuple[Category, ...] = ()
    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def inputs(options):
    """Laureates, and their categories where these matter."""
    return {"laureates": {"laureates": float} | ({"category": str} if options.categories else {})}


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """All awards of the window; a covered place without one has 0."""
    where = {"category": options.categories} if options.categories else None
    laureates = inputs["laureates"].total("laureates", absent=0, where=where)
    return laureates if options.per is None else laureates / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `laureates`."""
    yield Indicator(
        name="laureates",
        title="Nobel laureates",
        unit_of_measure="laureates in the window, by location of their organisation at the time of the award",
        inputs=inputs,
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Research of the highest distinction carried out in the unit.",
        references=("Nobel Foundation, Nobel Prize facts",),
    )
