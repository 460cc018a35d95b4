"""Gross domestic product, and by head: two readings of the table `economy`."""

from hubrank.plugin import Indicator, column_indicator, declare

REFERENCES = ("European Commission and others (2009), System of National Accounts 2008",)


def gdp_per_head(inputs, units, options):
    """Output and people of the same rows, so that numerator and denominator have one year and one boundary."""
    output = inputs["economy"].latest("gdp", beside=("population",))
    people = inputs["economy"].latest("population", beside=("gdp",))
    return output * 1_000_000 / people.where(people > 0)


hubrank_indicators = declare(
    column_indicator(
        name="gdp",
        title="Gross domestic product",
        unit_of_measure="million US dollars at purchasing power parity",
        table="economy",
        description="Total economic output of the unit.",
        references=REFERENCES,
    ),
    Indicator(
        name="gdp-per-head",
        title="Gross domestic product per head",
        unit_of_measure="US dollars at purchasing power parity per head",
        inputs={"economy": {"gdp": float, "population": float}},
        measure=gdp_per_head,
        description="Economic output per inhabitant.",
        references=REFERENCES,
    ),
)
