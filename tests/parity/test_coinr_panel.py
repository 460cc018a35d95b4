"""COINr's trends of a panel, and the years that imputed values come from, file by file."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods.derived import GrowthOptions, ends, filled, growth
from hubrank.methods.imputation import CarryForwardOptions, carried_from
from hubrank.plugin import Context, Units

YEARS = (2018, 2019, 2020, 2021, 2022)
FULL, GAPS = "00_input/iData_p", "20_impute/iData_p_gaps"
#: The file, its data, and the options of `growth`.
TRENDS = {
    "CAGR_all": (FULL, GrowthOptions(over=4, ends="available")),
    "CAGR_adjdir": (FULL, GrowthOptions(over=4, ends="available")),
    "CAGR_latest3": (FULL, GrowthOptions(newest=3, ends="available")),
    "CAGR_interpall_latest4": (FULL, GrowthOptions(newest=4, ends="available", interpolate=True)),
    "gaps_CAGR": (GAPS, GrowthOptions(over=4, ends="available")),
    "gaps_CAGR_interp_latest3": (GAPS, GrowthOptions(newest=3, ends="available", interpolate=True)),
    "prc_change_all": (FULL, GrowthOptions(over=4, ends="available", rate="least-squares", scale=100)),
}


@pytest.fixture(scope="module")
def series(coinr, asem):
    """Each indicator's values as `(editions, units)`, from a panel."""

    def make(source):
        frame = coinr(source, index=None).set_index(["Time", "uCode"])
        places = pd.MultiIndex.from_product([YEARS, asem.codes])
        panel = frame.reindex(places)[list(asem.indicators)].to_numpy(float).reshape(len(YEARS), len(asem.codes), -1)
        return {code: panel[..., at] for at, code in enumerate(asem.indicators)}

    return make


@pytest.fixture(scope="module")
def years(asem):
    """A context of the five years."""
    return Context(editions=YEARS, units=Units(frame=asem.units), members=(), rng=np.random.default_rng(0))


def theirs(coinr, asem, name):
    """A column of a long table of trends, as one array of units for each indicator."""
    frame = coinr(f"120_panel/trends_{name}", index=None)
    return {code: own.set_index("uCode").reindex(asem.codes) for code, own in frame.groupby("iCode")}


@pytest.mark.parametrize("name", TRENDS)
def test_trends(coinr, asem, series, years, name):
    """Growth up to the last year, wherever it starts above 0; elsewhere COINr's is infinite or means nothing."""
    source, options = TRENDS[name]
    column = "prc_change" if name.startswith("prc") else "CAGR"
    checked = 0
    panel = series(source)
    for code, expected in theirs(coinr, asem, f"{name}_Trends").items():
        values = panel[code]
        ours = growth([values], years, options)[-1]
        other = expected[column].to_numpy(float) * (asem.meta.Direction[code] if name == "CAGR_adjdir" else 1)
        meaningful = np.isfinite(other) & ~np.isnan(ours)
        np.testing.assert_allclose(ours[meaningful], other[meaningful], rtol=1e-9, atol=1e-9)
        checked += meaningful.sum()
        lost = np.isnan(ours) & np.isfinite(other)

        assert not lost.any() or _starts_low(values, years, options, lost)
        assert not (np.isnan(other) & ~np.isnan(ours) & _told(values, years, options)).any()
    assert checked > 2100


def _starts_low(values, context, options, lost):
    """Whether growth starts at 0 or below, or its line does, for the units in question."""
    first, _ = ends(filled(values, context, options), context, len(YEARS) - 1, options)
    start = np.take_along_axis(filled(values, context, options), first[None], axis=0)[0]
    if options.rate == "compound":
        return (start[lost] <= 0).all()
    lines = [np.polyfit(YEARS, values[:, at], 1) for at in np.flatnonzero(lost)]
    return all(np.polyval(line, YEARS[0]) <= 0 for line in lines)


def _told(values, context, options):
    """Whether more than the requested editions lie before the newest value: with just as many COINr gives nothing."""
    first, last = ends(filled(values, context, options), context, len(YEARS) - 1, options)
    return last - (options.newest or 0) + 1 > 0 if options.newest else np.ones(len(first), dtype=bool)


@pytest.mark.parametrize("name", ["CAGR_latest3", "CAGR_interpall_latest4", "gaps_CAGR_interp_latest3"])
def test_points_of_trends(coinr, asem, series, years, name):
    """The years and the values that the newest editions' trends are taken of, where there are two values."""
    source, options = TRENDS[name]
    times, points = (theirs(coinr, asem, f"{name}_{which}") for which in ("x", "y"))
    for code, values in series(source).items():
        made = filled(values, years, options)
        first, last = ends(made, years, len(YEARS) - 1, options)
        at = last - options.newest + 1 + np.arange(options.newest)[:, None]
        known = times[code].iloc[:, 1:].notna().all(axis=1).to_numpy() & (first < last)
        taken = np.take_along_axis(made, np.maximum(at, 0), axis=0)

        np.testing.assert_array_equal(np.array(YEARS)[at].T[known], times[code].iloc[:, 1:].to_numpy(float)[known])
        measured = points[code].iloc[:, 1:].to_numpy(float)
        there = ~np.isnan(measured) & known[:, None]
        np.testing.assert_allclose(taken.T[there], measured[there], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["CAGR_all", "gaps_CAGR"])
def test_years_that_trends_span(coinr, asem, series, years, name):
    """The first and the last year with a value, where there are two."""
    source, options = TRENDS[name]
    panel = series(source)
    for code, expected in theirs(coinr, asem, f"{name}_Trends").items():
        first, last = ends(panel[code], years, len(YEARS) - 1, options)
        spans = first < last

        np.testing.assert_array_equal(spans, expected.t_first.notna())
        np.testing.assert_array_equal(np.array(YEARS)[first[spans]], expected.t_first[spans].astype(int))
        np.testing.assert_array_equal(np.array(YEARS)[last[spans]], expected.t_latest[spans].astype(int))


def test_growth_of_some_years_alone(coinr, asem, series, years):
    """From 2019 to 2021, which COINr takes of 2018 to 2020: its values are ours of that time."""
    expected = theirs(coinr, asem, "CAGR_2019_2021_QUESTIONABLE_Trends")["Bord"].CAGR.to_numpy(float)
    values = series(FULL)["Bord"]
    right = growth([values], years, GrowthOptions(over=2))
    by_hand = np.sqrt(values[3] / np.where(values[1] > 0, values[1], np.nan)) - 1
    finite = np.isfinite(expected) & ~np.isnan(right[2])

    np.testing.assert_allclose(expected[finite], right[2][finite], rtol=1e-9)
    known = ~np.isnan(by_hand)
    np.testing.assert_allclose(right[3][known], by_hand[known], rtol=1e-9)
    assert not np.allclose(right[2][finite], right[3][finite], equal_nan=True)


@pytest.mark.parametrize(
    ("file", "source", "options"),
    [
        ("panel_latest", FULL, CarryForwardOptions()),
        ("panel_gaps_latest", GAPS, CarryForwardOptions()),
        ("panel_gaps_latest_max1", GAPS, CarryForwardOptions(at_most_editions=1)),
    ],
)
def test_years_of_imputed_values(coinr, asem, series, years, file, source, options):
    """The year that every value of a filled panel is of."""
    expected = coinr(f"20_impute/{file}_DataT", index=None).set_index(["Time", "uCode"])
    places = pd.MultiIndex.from_product([YEARS, asem.codes])
    for code, values in series(source).items():
        made = carried_from(values[..., None], years, options)[..., 0]

        np.testing.assert_array_equal(made.ravel(), expected[code].reindex(places).to_numpy(float))


def test_panel_as_it_is(coinr, series, asem):
    """The panel's raw values, and which of its units the screening leaves each year."""
    given = series(FULL)
    for code, values in series("120_panel/raw").items():
        np.testing.assert_array_equal(values, given[code])
    raw = coinr("120_panel/raw", index=None).set_index(["Time", "uCode"])[list(asem.indicators)]
    screened = coinr("120_panel/pipeline_Screened", index=None).set_index(["Time", "uCode"])

    kept = raw[raw.notna().mean(axis=1) >= 0.9]
    pd.testing.assert_frame_equal(screened[kept.columns].sort_index(), kept.sort_index())
