"""Scientific papers: all, the most cited, those with firms, and those with other countries."""

import functools
from typing import Literal

from attrs import field, frozen, validators
from hubrank import Indicator, hookimpl


@frozen
class Options:
    """What a scenario can set.

    Attributes:
        per: Inhabitants that the papers are counted for; none counts them all.
    """

    per: float | None = field(default=None, validator=validators.optional(validators.gt(0)))


@frozen
class TopOptions(Options):
    """What a scenario can set.

    Attributes:
        share: How many per cent of a field and year are the most cited: 10 or 1.
        per: Inhabitants that the papers are counted for; none counts them all.
    """

    share: Literal[10, 1] = 10


def top_inputs(options):
    """The share's column."""
    return {"works": {f"top{options.share}_papers": float}}


def unit_columns(options):
    """`population`, where it is divided by."""
    return () if options.per is None else ("population",)


def papers(inputs, units, options):
    """All papers of the window."""
    return _counted(inputs["works"].total("papers", absent=0), units, options)


def top_papers(inputs, units, options):
    """Those among the most cited."""
    return _counted(inputs["works"].total(f"top{options.share}_papers", absent=0), units, options)


def with_others(column, inputs, units, options):
    """Papers written with firms or with other countries."""
    return _counted(inputs["works"].total(column), units, options)


def _counted(papers, units, options):
    return papers if options.per is None else papers / units["population"] * options.per


@hookimpl
def hubrank_indicators():
    """Columns of the table `works`."""
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
        unit_of_measure="papers in the window among the most cited of their field and year",
        inputs=top_inputs,
        unit_columns=unit_columns,
        measure=top_papers,
        options=TopOptions,
        description="Volume of influential research from the unit.",
        references=references,
    )
    yield Indicator(
        name="industry-papers",
        title="Papers with industry",
        unit_of_measure="papers of the window with an author of a firm",
        inputs={"works": {"industry_papers": float}},
        unit_columns=unit_columns,
        measure=functools.partial(with_others, "industry_papers"),
        options=Options,
        description="How much research universities and firms do together.",
        references=("CWTS Leiden Ranking, indicators: P(industry)",),
    )
    yield Indicator(
        name="international-papers",
        title="International papers",
        unit_of_measure="papers of the window with authors of several countries",
        inputs={"works": {"international_papers": float}},
        unit_columns=unit_columns,
        measure=functools.partial(with_others, "international_papers"),
        options=Options,
        description="How much research is done together with other countries.",
        references=("CWTS Leiden Ranking, indicators: P(int collab)",),
    )
