"""Papers on robotics and machine learning, of the table `robotics-papers`; a covered place without a row has 0."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="robotics-papers",
        title="Robotics and machine-learning papers",
        unit_of_measure="papers of the window, divided among institutions",
        column="papers",
        reading="total",
        absent=0,
        options=PerOptions,
        description="How much research on robots and machine learning universities and firms do there.",
        references=("Papers Copilot, paperlists: accepted papers of conferences with their authors' affiliations",),
    ),
)
