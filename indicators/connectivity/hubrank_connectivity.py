"""Connectivity of cities, of the table `connectivity`; of several in a unit the best connected speaks for it."""

from hubrank import column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="connectivity",
        title="Global connectivity",
        unit_of_measure="per cent of the best-connected city",
        combine="max",
        description="How closely the place is linked to other cities worldwide.",
        references=("Campante and Yanagizawa-Drott (2018), Long-Range Growth, Quarterly Journal of Economics 133",),
    ),
)
