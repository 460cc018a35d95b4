"""International patent applications."""

from hubrank import PerOptions, column_indicator, hookimpl


@hookimpl
def hubrank_indicators():
    """One column of the table `patents`, applications a year; a place without a figure is missing, not 0."""
    yield column_indicator(
        name="patents",
        title="International patent applications",
        unit_of_measure="PCT applications per year",
        table="patents",
        column="pct",
        reading="latest",
        options=PerOptions,
        description="Inventions from the unit for which protection is sought in several countries.",
        references=("WIPO, Global Innovation Index, science and technology clusters",),
    )
