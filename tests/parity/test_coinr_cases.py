"""COINr's functions on small vectors, case by case."""

import json

import attrs
import numpy as np
import pytest
from hubrank.methods.aggregation import GeneralisedOptions, ShiftOptions, preferences
from hubrank.methods.builtins import AGGREGATORS, NORMALISATIONS
from hubrank.methods.imputation import GroupOptions, group_mean, group_median, mean, median
from hubrank.methods.normalisation import (
    GoalpostsOptions,
    MinMaxOptions,
    RankOptions,
    ScaledOptions,
    TargetOptions,
    UnitOptions,
    ZScoreOptions,
)
from hubrank.methods.toolkit import kurtosis, skewness
from hubrank.methods.treatment import (
    BoxCoxOptions,
    FromLowestOptions,
    SkewKurtosisOptions,
    box_cox,
    log_from_lowest,
    skew_kurtosis,
)
from hubrank.plugin import Member, MethodError
from hubrank.plugin.sources import NoOptions

MEANS = {each.name: each for each in AGGREGATORS}
SCALES = {each.name: each for each in NORMALISATIONS}


@pytest.fixture(scope="module")
def cases(coinr):
    """Every case, by the function that it is of."""
    by_function = {}
    for line in (coinr.folder / "130_units" / "unit_cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        by_function.setdefault(case["fn"][0], []).append(case)
    return by_function


def column(numbers):
    """Numbers as one member of `(1, units, 1)`."""
    return np.array(_numbers(numbers), dtype=float)[None, :, None]


def _numbers(numbers):
    return [np.nan if each in ("NA", "NaN") else float(each) for each in numbers]


def _one(case, key, default):
    value = case["args"].get(key)
    return default if value is None else value[0]


def _is_flat(case):
    known = {each for each in case["args"]["x"] if each != "NA"}
    return len(known) == 1


def assert_equal(ours, theirs):
    """Equal to the 15 digits that are given."""
    np.testing.assert_allclose(np.ravel(ours), _numbers(theirs), rtol=1e-9, atol=1e-9)


def _scaled(context, name, options, case):
    values = column(case["args"]["x"])
    direction = int(_one(case, "direction", 1))
    record = SCALES[name]
    if direction < 0:
        for level in record.levels:
            given = getattr(options, level)
            turned = tuple(-each for each in reversed(given)) if isinstance(given, tuple) else -given
            options = attrs.evolve(options, **{level: turned})
        values = -values
    given = context([f"U{at}" for at in range(values.shape[1])], [Member(name="x")])
    return record.apply(values, record.fit(values, given, options), given, options)


def _min_max(case):
    low, high = case["args"].get("l_u", [0, 100])
    return "min-max", MinMaxOptions(range=(low, high))


def _z_score(case):
    middle, sd = case["args"].get("m_sd", [0, 1])
    return "z-score", ZScoreOptions(mean=middle, sd=sd)


def _goalposts(case):
    low, high, top = case["args"]["gposts"]
    cap = bool(_one(case, "trunc2posts", True))
    return "goalposts", GoalpostsOptions(goalposts=(low, high), range=(0.0, float(top)), cap=cap)


NORMALISED = {
    "n_minmax": _min_max,
    "n_zscore": _z_score,
    "n_goalposts": _goalposts,
    "n_scaled": lambda _: ("scaled", ScaledOptions(goalposts=(0, 100), factor=100)),
    "n_dist2max": lambda _: ("distance-to-max", NoOptions()),
    "n_rank": lambda _: ("rank", RankOptions()),
    "n_borda": lambda _: ("borda", RankOptions()),
    "n_prank": lambda case: ("percentile-rank", RankOptions(ties=_one(case, "ties.method", "min"))),
    "n_dist2targ": lambda case: (
        "distance-to-target",
        TargetOptions(target=_one(case, "targ", 0), cap=bool(_one(case, "cap_max", False))),
    ),
    "n_dist2ref": lambda case: (
        "distance-to-unit",
        UnitOptions(unit=f"U{_one(case, 'iref', 1) - 1}", cap=bool(_one(case, "cap_max", False))),
    ),
}


@pytest.mark.parametrize("function", list(NORMALISED))
def test_normalises_like_coinr(cases, context, function):
    """Equal wherever COINr gives a number; an error where the reference is no better than the worst."""
    compared = 0
    for case in cases[function]:
        if _is_flat(case) and function not in ("n_rank", "n_borda", "n_scaled", "n_goalposts"):
            continue
        name, options = NORMALISED[function](case)
        try:
            ours = _scaled(context, name, options, case)
        except MethodError as error:
            assert "no better than the worst" in str(error) or "has no value" in str(error)
            continue
        assert_equal(ours, case["out"])
        compared += 1

    assert compared >= 3


@pytest.mark.parametrize(
    ("function", "ours"),
    [("skew", skewness), ("kurt", kurtosis)],
)
def test_shows_the_shape_like_coinr(cases, function, ours):
    """Skewness and excess kurtosis, corrected for the size of the sample."""
    for case in cases[function]:
        assert_equal(ours(column(case["args"]["x"])), case["out"])


@pytest.mark.parametrize(
    ("function", "options"),
    [
        ("log_CT", FromLowestOptions()),
        ("log_CT_plus", FromLowestOptions(mirror=True)),
        ("log_CT_orig", FromLowestOptions(plus=1)),
    ],
)
def test_takes_logarithms_like_coinr(cases, function, options):
    """The logarithm of the distance from the least value."""
    for case in cases[function]:
        assert_equal(log_from_lowest(column(case["args"]["x"]), None, options), case["out"]["x"])


def test_takes_powers_like_coinr(cases, context):
    """Box-Cox with a given exponent, from 1 on."""
    compared = 0
    for case in cases["boxcox"]:
        values = column(case["args"]["x"])
        exponent = float(case["args"]["lambda"][0])
        options = BoxCoxOptions(exponent=exponent, from_one=bool(np.nanmin(values) <= 0))
        if "out" in case:
            assert_equal(box_cox(values, None, options), case["out"])
            compared += 1

    assert compared >= 20


def test_winsorises_like_coinr(cases):
    """As many values as are needed, at most as many as are allowed, equal values together."""
    compared = 0
    for case in cases["winsorise"]:
        if "force_win" in case["args"]:
            continue
        options = SkewKurtosisOptions(
            at_most=_one(case, "winmax", 5) if case["args"].get("winmax", [5]) else 99,
            skew=_one(case, "skew_thresh", 2.0),
            kurtosis=_one(case, "kurt_thresh", 3.5),
            then="none",
        )
        assert_equal(skew_kurtosis(column(case["args"]["x"]), None, options), case["out"]["x"])
        compared += 1

    assert compared == 45


def test_treats_like_coinr(cases):
    """Both stages."""
    for case in cases["Treat"]:
        options = SkewKurtosisOptions(at_most=_one({"args": case["args"]["f1_para"]}, "winmax", 5))
        assert_equal(skew_kurtosis(column(case["args"]["x"]), None, options), case["out"]["x"])


@pytest.mark.parametrize(
    ("function", "name", "options"),
    [
        ("a_amean", "arithmetic", lambda _: NoOptions()),
        ("a_gmean", "geometric", lambda _: ShiftOptions()),
        ("a_hmean", "harmonic", lambda _: ShiftOptions()),
        ("a_genmean", "generalised-mean", lambda case: GeneralisedOptions(p=case["args"]["p"][0])),
    ],
)
def test_takes_means_like_coinr(cases, context, function, name, options):
    """Means over the members that are there; rejected are only scores of 0 or less that have a weight."""
    compared = 0
    for case in cases[function]:
        scores = np.array(_numbers(case["args"]["x"]))[None, None]
        there = ~np.isnan(scores)
        weights = np.where(there, case["args"]["w"], 0.0)
        if not weights.sum() or (function == "a_genmean" and not there.all()) or case["args"].get("p") == [0]:
            continue
        given = context(["U"], [Member(name=f"m{at}") for at in range(scores.shape[-1])])
        try:
            ours = MEANS[name].apply(np.where(there, scores, 1.0), weights / weights.sum(), given, options(case))
        except MethodError:
            assert (scores[weights > 0] <= 0).any()
            continue
        if "error" in case or case["out"] == ["NaN"]:
            assert (scores[weights == 0] <= 0).any()
            continue
        assert_equal(ours, case["out"])
        compared += 1

    assert compared >= 10


def test_compares_like_coinr(cases):
    """Outranking matrices and Copeland's scores."""
    for case in cases["outrankMatrix"]:
        if "note" in case:
            continue
        scores, weights = _matrix(case)
        theirs = np.array(case["out"]["OutRankMatrix"], dtype=float)
        np.testing.assert_allclose(np.nan_to_num(preferences(scores, weights))[0], theirs, atol=1e-9)
    for case in cases["a_copeland"]:
        if "out" in case and "NA" not in json.dumps(case["args"]):
            scores, weights = _matrix(case)
            assert_equal(MEANS["copeland"].apply(scores, weights, None, NoOptions()), case["out"])


def _matrix(case):
    columns = case["args"]["X"]
    scores = np.array([columns[name] for name in columns], dtype=float).T[None]
    return scores, np.array(case["args"].get("w") or [1] * len(columns), dtype=float)[None, None]


@pytest.mark.parametrize(
    ("function", "ours"),
    [
        ("i_mean", mean),
        ("i_median", median),
        ("i_mean_grp", group_mean),
        ("i_median_grp", group_median),
    ],
)
def test_imputes_like_coinr(cases, context, function, ours):
    """Columns and groups."""
    for case in cases[function]:
        values = column(case["args"]["x"])
        given = context([f"U{at}" for at in range(values.shape[1])], [Member(name="x")])
        options = NoOptions()
        if "f" in case["args"]:
            grouped = given.units.frame.assign(group=case["args"]["f"])
            given = attrs.evolve(given, units=attrs.evolve(given.units, frame=grouped))
            options = GroupOptions(by="group")
        assert_equal(ours(values, given, options), case["out"])
