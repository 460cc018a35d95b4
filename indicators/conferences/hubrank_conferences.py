"""Ranked conferences held in a place, of the table `conferences`; a covered place without a row has 0."""

from attrs import frozen
from hubrank.plugin import column_indicator, declare


@frozen
class Options:
    """Options of the indicator.

    Attributes:
        top: Whether only conferences of the highest rank count.
    """

    top: bool = False


hubrank_indicators = declare(
    column_indicator(
        name="conferences",
        title="Scientific conferences",
        unit_of_measure="conferences held in the window",
        column=lambda options: "top_conferences" if options.top else "conferences",
        reading="total",
        absent=0,
        options=Options,
        description="How often researchers from elsewhere meet there.",
        references=("Bathelt, Malmberg and Maskell (2004), Clusters and knowledge, on temporary proximity",),
    ),
)
