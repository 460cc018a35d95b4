"""Highly cited researchers, of the table `highly-cited`; a covered place without a row has 0."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="highly-cited",
        title="Highly cited researchers",
        unit_of_measure="researchers of universities, counted in each of their fields",
        absent=0,
        options=PerOptions,
        description="Number of the most cited researchers in their fields who name a university of the unit first.",
        references=("Clarivate, Highly Cited Researchers, methodology",),
    ),
)
