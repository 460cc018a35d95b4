"""Nobel laureates, of all awards of the window in the table `laureates`; a covered place without a row has 0."""

from typing import Literal

from attrs import frozen
from hubrank.plugin import PerOptions, column_indicator, declare

Category = Literal["Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics"]


@frozen
class Options(PerOptions):
    """Options of the indicator.

    Attributes:
        categories: The prizes that count; all by default.
    """

    categories: tuple[Category, ...] = ()


hubrank_indicators = declare(
    column_indicator(
        name="laureates",
        title="Nobel laureates",
        unit_of_measure="laureates in the window, by location of their organisation at the time of the award",
        reading="total",
        absent=0,
        where=lambda options: {"category": options.categories} if options.categories else {},
        options=Options,
        description="Research of the highest distinction carried out in the unit.",
        references=("Nobel Foundation, Nobel Prize facts",),
    ),
)
