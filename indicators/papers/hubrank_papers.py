"""Scientific papers, and those among the most cited."""

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        per: Inhabitants that the papers are counted for; none counts them all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def papers(inputs, units, options):
    """All papers of the window."""
    return _counted(inputs["works"].total("papers", absent=0), units, options)


def top_papers(inputs, units, options):
    """Those among the most cited."""
    return _counted(inputs["works"].total("top10_papers", absent=0), units, options)


def _counted(papers, units, options):
    return papers if options.per is None else papers / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """Two columns of the table `works`."""
    references = ("CWTS Leiden Ranking, indicators: P and P(top 10%)",)
    yield Indicator(
        name="papers",
        title="Scientific papers",
        unit_of_measure="papers in the window",
        inputs={"works": {"papers": float}},
        unit_columns=unit_columns,
        measure=papers,
        options=Options,
        description="Volume of published research from the unit.",
        references=references,
    )
    yield Indicator(
        name="top-papers",
        title="Highly cited papers",
        unit_of_measure="papers in the window among the 10 % most cited of their field and year",
        inputs={"works": {"top10_papers": float}},
        unit_columns=unit_columns,
        measure=top_papers,
        options=Options,
        description="Volume of influential research from the unit.",
        references=references,
    )
