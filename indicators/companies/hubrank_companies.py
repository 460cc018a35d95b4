"""Seats of listed companies, of the table `listed-companies`; a covered place without a row has 0."""

from typing import Literal

from attrs import frozen
from hubrank.plugin import PerOptions, column_indicator, declare


@frozen
class Options(PerOptions):
    """Options of the indicator.

    Attributes:
        industries: Which companies count: all, or those of technology, health, or industries with high spending on
            research (`research_intensive`).
    """

    industries: Literal["all", "technology", "health", "research_intensive"] = "all"


hubrank_indicators = declare(
    column_indicator(
        name="companies",
        title="Listed companies",
        unit_of_measure="companies, by headquarters",
        table="listed-companies",
        column=lambda options: "companies" if options.industries == "all" else options.industries,
        absent=0,
        options=Options,
        description="Listed firms with headquarters in the unit.",
        references=("Saskia Sassen (1991), The Global City, on command functions",),
    ),
)
