"""Leading universities of two tables; a covered place without a row has 0."""

from typing import Literal

from attrs import frozen
from hubrank.plugin import PerOptions, column_indicator, declare


@frozen
class Options(PerOptions):
    """Options of the indicator.

    Attributes:
        band: The last rank that counts: 100, 200, 500 or 1000.
    """

    band: Literal[100, 200, 500, 1000] = 500


@frozen
class LeadingOptions(PerOptions):
    """Options of the indicator.

    Attributes:
        band: The last rank that counts: 1000 or 2000.
    """

    band: Literal[1000, 2000] = 1000


@frozen
class FieldOptions(PerOptions):
    """Options of the indicator.

    Attributes:
        of: Which fields count: those of `science`, or of `technology`.
    """

    of: Literal["science", "technology"] = "science"


LISTS = ("SCImago Research Group, SCImago Institutions Rankings, methodology",)

hubrank_indicators = declare(
    column_indicator(
        name="universities",
        title="Leading universities",
        unit_of_measure="universities in the band",
        column=lambda options: f"top{options.band}",
        absent=0,
        options=Options,
        description="Number of world-class universities in the unit.",
        references=("ShanghaiRanking, Academic Ranking of World Universities, methodology",),
    ),
    column_indicator(
        name="leading-universities",
        title="Universities among the first 1,000 or 2,000",
        unit_of_measure="universities in the band",
        column=lambda options: f"first{options.band}",
        absent=0,
        options=LeadingOptions,
        description="Number of universities in the unit that are among the first of several thousand.",
        references=LISTS,
    ),
    column_indicator(
        name="leading-fields",
        title="Top-100 places of universities, field by field",
        unit_of_measure="universities among the first 100, counted in each of their fields",
        table="leading-universities",
        column=lambda options: f"{options.of}100",
        absent=0,
        options=FieldOptions,
        description="In how many fields the unit's universities are among the best of the world.",
        references=LISTS,
    ),
)
