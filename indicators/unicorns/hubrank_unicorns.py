"""Private companies valued at a billion US dollars or more."""

from hubrank import PerOptions, column_indicator, hookimpl


@hookimpl
def hubrank_indicators():
    """Two columns of the table `unicorns`; a covered place without a company has 0."""
    yield column_indicator(
        name="unicorns",
        title="Unicorns",
        unit_of_measure="private companies valued at a billion US dollars or more",
        table="unicorns",
        column="unicorns",
        reading="latest",
        absent=0,
        options=PerOptions,
        description="Young firms in the unit that investors expect to lead a market.",
        references=("Aileen Lee (2013), Welcome to the Unicorn Club",),
    )
    yield column_indicator(
        name="unicorn-valuation",
        title="Valuation of unicorns",
        unit_of_measure="billion US dollars",
        table="unicorns",
        column="valuation",
        reading="latest",
        absent=0,
        options=PerOptions,
        description="Combined value that investors assign to these firms.",
    )
