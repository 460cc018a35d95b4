"""International patent applications a year, of the table `patents`; a place without a value is missing, not 0."""

from hubrank.plugin import PerOptions, column_indicator, declare

hubrank_indicators = declare(
    column_indicator(
        name="patents",
        title="International patent applications",
        unit_of_measure="PCT applications per year",
        column="pct",
        options=PerOptions,
        description="Inventions from the unit for which protection is sought in several countries.",
        references=("WIPO, Global Innovation Index, science and technology clusters",),
    ),
    column_indicator(
        name="patents-error",
        title="International patent applications: standard error",
        unit_of_measure="PCT applications per year",
        table="patents",
        column="error",
        direction=-1,
        options=PerOptions,
        description="How far the unit's count may be off: the errors of its places added up, as if fully correlated.",
    ),
)
