"""Measuring an indicator on rows written in a test."""

import types

import pytest
from hubrank.plugin import Coverage, Indicator, hookimpl
from hubrank.testing import UnfitError, measured


def plugin(**measures):
    """A module with an indicator for each function; each reads the input `top-works`."""

    @hookimpl
    def hubrank_indicators():
        for name, measure in measures.items():
            yield Indicator(
                name=name,
                title=name,
                unit_of_measure="papers",
                inputs={"top-works": {"papers": float, "kind": str}},
                unit_columns=("area",) if name == "dense" else (),
                measure=measure,
            )

    made = types.ModuleType("plugin")
    made.hubrank_indicators = hubrank_indicators
    return made


def papers(inputs, units, options):
    """Papers, 0 if the table covers the unit."""
    return inputs["top-works"].value("papers", absent=0)


UNITS = {"AAA": {"area": 10}, "BBB": {"area": 5}}
ROWS = [("AAA", 2019, 5.0, "book"), ("AAA", 2020, 3.0, "book"), ("AAA", 2020, 1.0, "article")]


def test_flow_is_summed_over_the_window():
    """3 + 1 of 2020 and 5 of 2019 are 9 in two years; where nothing is covered, no row is missing."""
    values = measured(plugin(papers=papers), edition=2020, window=2, units=UNITS, top_works=ROWS)

    assert values.to_dict() == pytest.approx({"AAA": 9.0, "BBB": float("nan")}, nan_ok=True)


def test_stock_of_a_table_that_covers():
    """The newest of a stock is 3 + 1; inside what the table covers, no row is 0."""
    tables = {"top-works": {"kind": "stock", "covers": Coverage(first=2000, last=2020)}}
    values = measured(plugin(papers=papers), edition=2022, units=UNITS, tables=tables, top_works=ROWS)

    assert values.to_dict() == {"AAA": 4.0, "BBB": 0.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"works": ROWS}, "indicator 'papers': has no input 'works'; did you mean 'top_works'?"),
        (
            {"top_works": [("AAA", 2020, 3.0)]},
            "top-works: a row must be (unit, year, papers, kind); got ('AAA', 2020, 3.0)",
        ),
        ({"top_works": [("AAB", 2020, 3.0, "")]}, "top-works: 'AAB' is not a unit; did you mean 'AAA'?"),
        ({"options": {"per": 1}}, "papers.options.per: unknown key; none are available"),
        ({"tables": {"works": {}}}, "tables: indicator 'papers' has no input 'works'; did you mean 'top-works'?"),
        ({"tables": {"top-works": {"name": "x"}}}, "tables.top-works: 'name' cannot be set; available: covers, kind"),
        ({"indicator": "paper"}, "plugin: has no indicator 'paper'; did you mean 'papers'?"),
    ],
)
def test_refused(given, message):
    """An error in a test is said with what there is instead."""
    with pytest.raises(UnfitError) as refused:
        measured(plugin(papers=papers), edition=2020, units=UNITS, **given)

    assert str(refused.value) == message
