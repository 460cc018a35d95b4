"""Highly cited researchers."""

from hubrank import PerOptions, column_indicator, hookimpl


@hookimpl
def hubrank_indicators():
    """One column of the table `highly-cited`; a covered place without a row has 0."""
    yield column_indicator(
        name="highly-cited",
        title="Highly cited researchers",
        unit_of_measure="researchers, counted in each of their fields",
        table="highly-cited",
        column="highly_cited",
        reading="latest",
        absent=0,
        options=PerOptions,
        description="Number of the most cited researchers in their fields who work in the unit.",
        references=("Clarivate, Highly Cited Researchers, methodology",),
    )
