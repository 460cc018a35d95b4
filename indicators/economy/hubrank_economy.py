"""Gross domestic product, and by head."""

from hubrank import Indicator, hookimpl


def gdp(inputs, units, options):
    """The newest output of each place, summed."""
    return inputs["economy"].latest("gdp")


def gdp_per_head(inputs, units, options):
    """Output and people of the same rows, so that numerator and denominator have one year and one boundary."""
    output = inputs["economy"].latest("gdp", beside=("population",))
    people = inputs["economy"].latest("population", beside=("gdp",))
    return output * 1_000_000 / people.where(people > 0)


@hookimpl
def hubrank_indicators():
    """Two readings of the table `economy`."""
    yield Indicator(
        name="gdp",
        title="Gross domestic product",
        unit_of_measure="million US dollars at purchasing power parity",
        inputs={"economy": {"gdp": float}},
        measure=gdp,
        description="Total economic output of the unit.",
        references=("European Commission and others (2009), System of National Accounts 2008",),
    )
    yield Indicator(
        name="gdp-per-head",
        title="Gross domestic product per head",
        unit_of_measure="US dollars at purchasing power parity per head",
        inputs={"economy": {"gdp": float, "population": float}},
        measure=gdp_per_head,
        description="Economic output per inhabitant.",
        references=("European Commission and others (2009), System of National Accounts 2008",),
    )
