"""Connectivity of cities."""

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
        description="How closely the place is linked to other cities worldwide.",
        references=("Campante and Yanagizawa-Drott (2018), Long-Range Growth, Quarterly Journal of Economics 133",),
    )
