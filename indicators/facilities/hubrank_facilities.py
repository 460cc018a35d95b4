"""Large research facilities, of the table `facilities`; a covered place without a row has 0."""

from hubrank.plugin import column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="facilities",
        title="Large research facilities",
        unit_of_measure="facilities in use",
        absent=0,
        description="How many instruments are there that researchers from all over the world come to use.",
        references=("ESFRI (2021), Roadmap 2021: Strategy Report on Research Infrastructures",),
    ),
)
