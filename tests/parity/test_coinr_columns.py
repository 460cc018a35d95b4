"""COINr's imputation, treatment and normalisation, file by file."""

import attrs
import numpy as np
import pytest
from hubrank.methods.builtins import IMPUTATIONS, NORMALISATIONS, TREATMENTS
from hubrank.methods.imputation import CarryForwardOptions, GroupOptions, InterpolateOptions, RowOptions
from hubrank.methods.normalisation import (
    GoalpostsOptions,
    MinMaxOptions,
    RankOptions,
    ScaledOptions,
    TargetOptions,
    UnitOptions,
    ZScoreOptions,
)
from hubrank.methods.treatment import SkewKurtosisOptions
from hubrank.plugin import Context, Units
from hubrank.plugin.sources import NoOptions

METHODS = {(kind, each.name): each for kind, all_ in (("i", IMPUTATIONS), ("t", TREATMENTS)) for each in all_}
SCALES = {each.name: each for each in NORMALISATIONS}


def assert_equal(ours, theirs, tolerance=1e-9):
    """Equal relative to the size of the values, with missing values in the same places."""
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("i_mean", "mean", NoOptions()),
        ("i_median", "median", NoOptions()),
        ("i_mean_grp_EurAsia", "group-mean", GroupOptions(by="EurAsia_group")),
        ("i_mean_grp_GDP", "group-mean", GroupOptions(by="GDP_group")),
        ("i_mean_grp_Pop", "group-mean", GroupOptions(by="Pop_group")),
        ("i_median_grp_EurAsia", "group-median", GroupOptions(by="EurAsia_group")),
        ("row_i_mean_group2", "row-mean", RowOptions(level=1)),
        ("row_i_mean_all", "row-mean", RowOptions(level="all")),
        ("row_i_median_group3", "row-median", RowOptions(level=2)),
    ],
)
def test_imputes_like_coinr(coinr, asem, file, name, options):
    """Missing values of the denominated data are filled with COINr's values."""
    values = asem.array(coinr("10_denominate/denominated"))
    filled = METHODS["i", name].apply(values, asem.context, options)

    assert_equal(filled, asem.array(coinr(f"20_impute/{file}")))


@pytest.mark.parametrize(
    ("file", "source", "name", "options"),
    [
        ("panel_latest", "00_input/iData_p", "carry-forward", CarryForwardOptions()),
        ("panel_constant", "00_input/iData_p", "interpolate", InterpolateOptions(line="constant", extend=True)),
        ("panel_linear", "00_input/iData_p", "interpolate", InterpolateOptions(extend=True)),
        ("panel_linear-constant", "00_input/iData_p", "interpolate", InterpolateOptions(extend=True)),
        ("panel_gaps_latest", "20_impute/iData_p_gaps", "carry-forward", CarryForwardOptions()),
        ("panel_gaps_latest_max1", "20_impute/iData_p_gaps", "carry-forward", CarryForwardOptions(at_most_editions=1)),
        (
            "panel_gaps_constant",
            "20_impute/iData_p_gaps",
            "interpolate",
            InterpolateOptions(line="constant", extend=True),
        ),
        ("panel_gaps_linear-constant", "20_impute/iData_p_gaps", "interpolate", InterpolateOptions(extend=True)),
    ],
)
def test_imputes_over_editions_like_coinr(coinr, asem, file, source, name, options):
    """Missing values of the panel are filled with COINr's values of the unit's other years."""
    years = (2018, 2019, 2020, 2021, 2022)
    values, expected = (_panel(asem, coinr(each), years) for each in (source, f"20_impute/{file}"))
    context = Context(editions=years, units=Units(frame=asem.units), members=asem.members, rng=np.random.default_rng(0))
    filled = METHODS["i", name].apply(values, context, options)

    assert_equal(filled, expected)


def _panel(asem, frame, years):
    return np.concatenate([asem.array(frame[frame.Time == year].reindex(asem.codes)) for year in years])


@pytest.mark.parametrize(
    ("file", "source", "options"),
    [
        ("default_imputed", "30_screen/screened_pipeline", SkewKurtosisOptions()),
        ("default_withNA", "10_denominate/denominated", SkewKurtosisOptions()),
        ("raw_default", "00_input/raw_dset", SkewKurtosisOptions()),
        ("winmax1_imputed", "30_screen/screened_pipeline", SkewKurtosisOptions(at_most=1)),
        ("combine_imputed", "30_screen/screened_pipeline", SkewKurtosisOptions(at_most=1, combine=True)),
        ("winmax0.5thresh_imputed", "30_screen/screened_pipeline", SkewKurtosisOptions(at_most=3, skew=1, kurtosis=2)),
        ("logCTplus_winmax1", "30_screen/screened_pipeline", SkewKurtosisOptions(at_most=1, then="mirrored")),
        (
            "boxcox0.5_winmax1",
            "30_screen/screened_pipeline",
            SkewKurtosisOptions(at_most=1, then="box-cox", exponent=0.5),
        ),
        (
            "qTreat_w2_s1.5_k3",
            "30_screen/screened_pipeline",
            SkewKurtosisOptions(at_most=2, skew=1.5, kurtosis=3),
        ),
    ],
)
def test_treats_like_coinr(coinr, asem, file, source, options):
    """The two-stage rule winsorises and transforms the same indicators to the same values."""
    treated = METHODS["t", "skew-kurtosis"].apply(asem.array(coinr(source)), asem.context, options)

    assert_equal(treated, asem.array(coinr(f"40_treat/{file}_data")))


@pytest.mark.parametrize("data", ["treated", "raw"])
@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("minmax_0_100", "min-max", MinMaxOptions(range=(0, 100))),
        ("minmax_1_100", "min-max", MinMaxOptions(range=(1, 100))),
        ("zscore_0_1", "z-score", ZScoreOptions()),
        ("zscore_10_2", "z-score", ZScoreOptions(mean=10, sd=2)),
        ("rank_min", "rank", RankOptions(ties="min")),
        ("rank_average", "rank", RankOptions(ties="average")),
        ("borda", "borda", RankOptions()),
        ("prank", "percentile-rank", RankOptions()),
        ("dist2max", "distance-to-max", NoOptions()),
        ("dist2ref_DEU", "distance-to-unit", UnitOptions(unit="DEU")),
        ("dist2ref_DEU_cap", "distance-to-unit", UnitOptions(unit="DEU", cap=True)),
        ("none", "none", NoOptions()),
    ],
)
def test_normalises_like_coinr(coinr, asem, data, file, name, options):
    """Treated and raw data come to COINr's scales, raw data with their missing values."""
    source = "40_treat/default_imputed_data" if data == "treated" else "00_input/raw_dset"
    turned = asem.array(coinr(source)) * asem.context.directions
    record = SCALES[name]
    scaled = record.apply(turned, record.fit(turned, asem.context, options), asem.context, options)

    assert_equal(scaled, asem.array(coinr(f"50_normalise/{data}_{file}")))


@pytest.mark.parametrize("data", ["treated", "raw"])
@pytest.mark.parametrize(
    ("file", "low", "high", "factor"), [("scaled_0_100", 0, 100, 100), ("scaled_5_50_1", 5, 50, 1)]
)
def test_scales_like_coinr_where_more_is_better(coinr, asem, data, file, low, high, factor):
    """Indicators whose direction is 1 equal COINr's, which leaves the constants of the others unturned."""
    source = "40_treat/default_imputed_data" if data == "treated" else "00_input/raw_dset"
    upward = asem.context.directions > 0
    options = ScaledOptions(goalposts=(low, high), factor=factor)
    record = SCALES["scaled"]
    values = asem.array(coinr(source))
    scaled = record.apply(values, record.fit(values, asem.context, options), asem.context, options)

    assert_equal(scaled[..., upward], asem.array(coinr(f"50_normalise/{data}_{file}"))[..., upward])


@pytest.mark.parametrize("data", ["treated", "raw"])
@pytest.mark.parametrize(
    ("file", "low", "high", "factor"), [("scaled_0_100", 0, 100, 100), ("scaled_5_50_1", 5, 50, 1)]
)
def test_scales_like_coinr_where_less_is_better(coinr, asem, data, file, low, high, factor):
    """COINr turns the values and not the constants: in a scenario the bounds are then -high and -low."""
    source = "40_treat/default_imputed_data" if data == "treated" else "00_input/raw_dset"
    values, theirs = asem.array(coinr(source)), asem.array(coinr(f"50_normalise/{data}_{file}"))
    options = ScaledOptions(goalposts=(-high, -low), factor=factor)
    for at, member in enumerate(asem.members):
        if member.direction < 0:
            assert_equal(_with_own(SCALES["scaled"], options, values[..., [at]], member), theirs[..., [at]])


@pytest.mark.parametrize(
    ("file", "name", "make"),
    [
        ("n_minmax", "min-max", lambda row: MinMaxOptions(range=(row.minmax_lower, row.minmax_upper))),
        ("n_zscore", "z-score", lambda row: ZScoreOptions(mean=row.zscore_mean, sd=row.zscore_sd)),
        (
            "n_scaled",
            "scaled",
            lambda row: ScaledOptions(goalposts=(row.scaled_lower, row.scaled_upper), factor=row.scale_factor),
        ),
        ("n_dist2targ", "distance-to-target", lambda row: TargetOptions(target=row.Target)),
        ("n_dist2targ_nocap", "distance-to-target", lambda row: TargetOptions(target=row.Target, cap=False)),
        ("n_goalposts", "goalposts", lambda row: GoalpostsOptions(goalposts=(row.goalpost_lower, row.goalpost_upper))),
        (
            "n_goalposts_nocap",
            "goalposts",
            lambda row: GoalpostsOptions(
                goalposts=(row.goalpost_lower, row.goalpost_upper), cap=False, range=(0.0, 100.0)
            ),
        ),
    ],
)
def test_normalises_each_indicator_by_its_own_parameters(coinr, asem, file, name, make):
    """Ranges, targets and goalposts of each indicator, turned where less is better, give COINr's scores."""
    parameters = coinr("50_normalise/iMeta_params", index="iCode")
    raw = asem.array(coinr("00_input/raw_dset"))
    scaled = np.concatenate(
        [
            _with_own(SCALES[name], make(parameters.loc[member.name]), raw[..., [at]], member)
            for at, member in enumerate(asem.members)
        ],
        axis=-1,
    )

    assert_equal(scaled, asem.array(coinr(f"50_normalise/raw_iMeta_{file}")))


def _with_own(record, options, values, member):
    """One indicator, its values and levels turned as the core turns them."""
    if member.direction < 0:
        for level in record.levels:
            given = getattr(options, level)
            turned = tuple(-each for each in reversed(given)) if isinstance(given, tuple) else -given
            options = attrs.evolve(options, **{level: turned})
    turned = values * member.direction
    return record.apply(turned, record.fit(turned, None, options), None, options)


YEARS = (2018, 2019, 2020, 2021, 2022)


@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("gaps_imputed_i_mean_per_year", "mean", NoOptions()),
        ("gaps_imputed_latest", "carry-forward", CarryForwardOptions()),
    ],
)
def test_imputes_a_panel_like_coinr(coinr, asem, file, name, options):
    """Each year for itself, or from the unit's earlier years."""
    values = _panel(asem, coinr("20_impute/iData_p_gaps"), YEARS)
    filled = METHODS["i", name].apply(values, _years(asem), options)

    assert_equal(filled, _panel(asem, coinr(f"120_panel/{file}"), YEARS))


def test_treats_a_panel_like_coinr(coinr, asem):
    """Each year for itself."""
    values = _panel(asem, coinr("120_panel/pipeline_Screened"), YEARS)
    treated = METHODS["t", "skew-kurtosis"].apply(values, _years(asem), SkewKurtosisOptions())

    assert_equal(treated, _panel(asem, coinr("120_panel/pipeline_Treated"), YEARS))


@pytest.mark.parametrize(("file", "pooled"), [("pipeline_Normalised", True), ("pipeline_localnorm_Normalised", False)])
def test_normalises_a_panel_like_coinr(coinr, asem, file, pooled):
    """All years on one scale, or each on its own."""
    turned = _panel(asem, coinr("120_panel/pipeline_Treated"), YEARS) * asem.context.directions
    reference = turned.reshape(1, -1, turned.shape[-1]) if pooled else turned
    record, options = SCALES["min-max"], MinMaxOptions(range=(0, 100))
    scaled = record.apply(turned, record.fit(reference, _years(asem), options), _years(asem), options)

    assert_equal(scaled, _panel(asem, coinr(f"120_panel/{file}"), YEARS))


def _years(asem):
    return attrs.evolve(asem.context, editions=YEARS)
