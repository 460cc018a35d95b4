"""Papers of computer-science venues."""

from hubrank import PerOptions, column_indicator, hookimpl


@hookimpl
def hubrank_indicators():
    """One column of the table `computing-papers`; a covered place without a row has 0."""
    yield column_indicator(
        name="computing-papers",
        title="Computer-science papers",
        unit_of_measure="papers of the window, divided among institutions",
        table="computing-papers",
        column="papers",
        reading="total",
        absent=0,
        options=PerOptions,
        description="How much research in computing comes from there, which appears at conferences first.",
        references=("CSMetrics, Institutional Publication Metrics for Computer Science",),
    )
