"""Large research facilities."""

from hubrank import Indicator, hookimpl


def measure(inputs, units, options):
    """The newest list's count; a covered place without one has 0."""
    return inputs["facilities"].latest("facilities", absent=0)


@hookimpl
def hubrank_indicators():
    """One column of the table `facilities`."""
    yield Indicator(
        name="facilities",
        title="Large research facilities",
        unit_of_measure="facilities in use",
        inputs={"facilities": {"facilities": float}},
        measure=measure,
        description="How many instruments are there that researchers of the world come to use.",
        references=("ESFRI (2021), Roadmap 2021: Strategy Report on Research Infrastructures",),
    )
