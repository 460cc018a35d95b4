"""Connectivity of cities."""

from hubrank import column_indicator, hookimpl


@hookimpl
def hubrank_indicators():
    """One column of the table `connectivity`; of several cities in a unit the best connected speaks for it."""
    yield column_indicator(
        name="connectivity",
        title="Global connectivity",
        unit_of_measure="per cent of the best-connected city",
        table="connectivity",
        column="connectivity",
        reading="latest",
        combine="max",
        description="How closely the place is linked to other cities worldwide.",
        references=("Campante and Yanagizawa-Drott (2018), Long-Range Growth, Quarterly Journal of Economics 133",),
    )
