"""Students of universities, of the table `students`; a place without a row is unknown."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="international-students",
        title="International students",
        unit_of_measure="students from abroad",
        table="students",
        column="international",
        options=PerOptions,
        description="How many people come from other countries to study in the unit.",
        references=("OECD, Education at a Glance, indicator B4: students from abroad",),
    ),
    column_indicator(
        name="students",
        title="Students",
        unit_of_measure="students",
        options=PerOptions,
        description="Students of the universities of the unit that the table knows.",
    ),
)
