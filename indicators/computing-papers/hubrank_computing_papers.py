"""Papers of computer-science venues, of the table `computing-papers`; a covered place without a row has 0."""

from hubrank import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="computing-papers",
        title="Computer-science papers",
        unit_of_measure="papers of the window, divided among institutions",
        column="papers",
        reading="total",
        absent=0,
        options=PerOptions,
        description="How much research in computing comes from there, which appears at conferences first.",
        references=("CSMetrics, Institutional Publication Metrics for Computer Science",),
    ),
)
