"""Scientific papers, of the tables `works` and `university-papers`; where a table covers a year, no row is none."""

from typing import Literal

from attrs import frozen
from hubrank.plugin import PerOptions, column_indicator, declare

MOST_CITED = ("CWTS Leiden Ranking, indicators: P and P(top 10%)",)


@frozen
class TopOptions(PerOptions):
    """Options of the indicator.

    Attributes:
        share: The percentage of a field and year that counts as most cited: 10 or 1.
    """

    share: Literal[10, 1] = 10


hubrank_indicators = declare(
    column_indicator(
        name="papers",
        title="Scientific papers",
        unit_of_measure="papers in the window",
        table="works",
        reading="total",
        absent=0,
        options=PerOptions,
        description="Volume of published research from the unit.",
        references=MOST_CITED,
    ),
    column_indicator(
        name="top-papers",
        title="Highly cited papers",
        unit_of_measure="papers in the window among the most cited of their field and year",
        table="works",
        column=lambda options: f"top{options.share}_papers",
        reading="total",
        absent=0,
        options=TopOptions,
        description="Volume of influential research from the unit.",
        references=MOST_CITED,
    ),
    column_indicator(
        name="industry-papers",
        title="Papers with industry",
        unit_of_measure="papers of the window with an author of a firm",
        table="works",
        reading="total",
        options=PerOptions,
        description="How much research universities and firms do together.",
        references=("CWTS Leiden Ranking, indicators: P(industry)",),
    ),
    column_indicator(
        name="international-papers",
        title="International papers",
        unit_of_measure="papers of the window with authors of several countries",
        table="works",
        reading="total",
        options=PerOptions,
        description="How much research is done together with other countries.",
        references=("CWTS Leiden Ranking, indicators: P(int collab)",),
    ),
    column_indicator(
        name="university-papers",
        title="Papers of leading universities",
        unit_of_measure="per mille of the papers of the world's thousand leading universities in a year",
        column="papers",
        absent=0,
        options=PerOptions,
        description="Volume of current published research of the unit's leading universities, relative to "
        "those of the world.",
        references=("ShanghaiRanking, Academic Ranking of World Universities, methodology: PUB",),
    ),
)
