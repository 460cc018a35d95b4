"""Firms' spending on research, from the table `research-spending`; a covered place without a row has 0."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="research-spending",
        title="Research spending of firms",
        unit_of_measure="million euro a year, by headquarters",
        column="spending",
        absent=0,
        options=PerOptions,
        description="What the firms led from the unit spend on research and development.",
        references=("OECD (2015), Frascati Manual", "European Commission, EU Industrial R&D Scoreboard"),
    ),
    column_indicator(
        name="research-firms",
        title="Firms with large research",
        unit_of_measure="firms among the world's largest spenders on research, by headquarters",
        table="research-spending",
        column="firms",
        absent=0,
        options=PerOptions,
        description="How many firms led from the unit are among the world's largest spenders on research.",
    ),
)
