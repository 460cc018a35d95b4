"""Measuring an indicator on rows written in a test."""

import types

import pytest
from hubrank import Covers, Indicator, hookimpl
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
    """Papers, 0 where the table covers the unit."""
    return inputs["top-works"].value("papers", absent=0)


UNITS = {"AAA": {"area": 10}, "BBB": {"area": 5}}
ROWS = [("AAA", 2019, 5.0, "book"), ("AAA", 2020, 3.0, "book"), ("AAA", 2020, 1.0, "article")]


def test_flow_is_summed_over_the_window():
    """3 + 1 of 2020 and 5 of 2019 are 9 in two years; where nothing is covered, no row is missing."""
    values = measured(plugin(papers=papers), edition=2020, window=2, units=UNITS, top_works=ROWS)

    assert values.to_dict() == pytest.approx({"AAA": 9.0, "BBB": float("nan")}, nan_ok=True)


def test_stock_of_a_table_that_covers():
    """The newest of a stock is 3 + 1; inside what the table covers, no row is 0."""
    tables = {"top-works": {"kind": "stock", "covers": Covers(first=2000, last=2020)}}
    values = measured(plugin(papers=papers), edition=2022, units=UNITS, tables=tables, top_works=ROWS)

    assert values.to_dict() == {"AAA": 4.0, "BBB": 0.0}


def test_period_counts_where_it_lies_inside_the_window():
    """A row of 2016-2019 counts in a window of four years, not in one of three."""
    rows = [("AAA", (2016, 2019), 5.0, "book")]
    whole, part = (
        measured(plugin(papers=papers), edition=2019, window=years, units={"AAA": {}}, top_works=rows)
        for years in (4, 3)
    )

    assert (whole["AAA"], part.isna()["AAA"]) == (5.0, True)


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
    """A mistake in a test is said with what there is instead."""
    with pytest.raises(UnfitError) as refused:
        measured(plugin(papers=papers), edition=2020, units=UNITS, **given)

    assert str(refused.value) == message


def test_several_indicators_need_a_name():
    """Of several indicators one must be named."""
    with pytest.raises(UnfitError, match="plugin: specify which indicator; available: books, papers"):
        measured(plugin(papers=papers, books=papers), edition=2020, units=UNITS)


def test_unit_column_that_is_not_given():
    """A unit column that the indicator needs must be given."""
    with pytest.raises(UnfitError, match="indicator 'dense': needs the unit column 'area'; available: name"):
        measured(plugin(dense=papers), edition=2020, units={"AAA": {}})
