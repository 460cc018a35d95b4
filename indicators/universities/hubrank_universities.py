"""Universities among the best of the world, of the table `universities`; a covered place without a row has 0."""

from typing import Literal

from attrs import frozen
from hubrank import PerOptions, column_indicator, declare


@frozen
class Options(PerOptions):
    """What a scenario can set.

    Attributes:
        band: How far down the list a university counts: among the first 100, 200, 500 or 1000.
    """

    band: Literal[100, 200, 500, 1000] = 500


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
)
