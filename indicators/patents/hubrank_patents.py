"""International patent applications."""

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        per: Inhabitants that the applications are counted for; none counts them all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def measure(inputs, units, options):
    """Applications a year, as the newest vintage says; a place without a figure is missing, not 0."""
    applications = inputs["patents"].latest("pct")
    return applications if options.per is None else applications / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """One column of the table `patents`."""
    yield Indicator(
        name="patents",
        title="International patent applications",
        unit_of_measure="PCT applications per year",
        inputs={"patents": {"pct": float}},
        unit_columns=unit_columns,
        measure=measure,
        options=Options,
        description="Inventions from the unit for which protection is sought in several countries.",
        references=("WIPO, Global Innovation Index, science and technology clusters",),
    )
