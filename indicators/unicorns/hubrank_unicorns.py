"""Private companies worth a billion US dollars or more, of the table `unicorns`; a covered place without one has 0."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="unicorns",
        title="Unicorns",
        unit_of_measure="private companies valued at a billion US dollars or more",
        absent=0,
        options=PerOptions,
        description="Young firms in the unit that investors expect to lead a market.",
        references=("Aileen Lee (2013), Welcome to the Unicorn Club",),
    ),
    column_indicator(
        name="unicorn-valuation",
        title="Valuation of unicorns",
        unit_of_measure="billion US dollars",
        table="unicorns",
        column="valuation",
        absent=0,
        options=PerOptions,
        description="Combined value that investors assign to these firms.",
    ),
)
