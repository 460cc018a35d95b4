"""Connectivity in the world city network."""

from hubrank import Indicator, hookimpl


def measure(inputs, units, options):
    """The newest score; of several cities in a unit the best connected speaks for it."""
    return inputs["connectivity"].latest("connectivity", combine="max")


@hookimpl
def hubrank_indicators():
    """One column of the table `connectivity`."""
    yield Indicator(
        name="connectivity",
        title="Global connectivity",
        unit_of_measure="per cent of the best-connected city",
        inputs={"connectivity": {"connectivity": float}},
        measure=measure,
        description="How closely the offices of firms link the place to other cities worldwide.",
        references=("Peter J. Taylor (2001), Specification of the World City Network",),
    )
