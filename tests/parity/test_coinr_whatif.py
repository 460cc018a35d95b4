"""COINr's comparisons of its example index with others, file by file."""

import numpy as np
import pandas as pd
import pytest
from hubrank_analysis.comparison import compare, listing_of


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("zscore", {"normalisation": 'method = "z-score"\nmean = 10\nsd = 2'}),
        ("noimpute", {"imputation": 'method = "none"', "selection": "at_least_share = 0.9"}),
    ],
)
def test_compared_ranks(coinr, pipeline, file, changes):
    """Ranks before and after another choice, with their difference."""
    expected = coinr(f"100_whatif/compare_nominal_vs_{file}_ranks").dropna()
    before, after = pipeline(), pipeline(changes)
    made = compare(listing_of(before, 0), listing_of(after, 0))
    codes = dict(zip(before.names, before.codes, strict=True))
    shifts = pd.DataFrame(made.ranks, [codes[name] for name in made.names], ["coin.1", "coin.2"])

    theirs = expected.loc[expected.index.isin(shifts.index)]
    assert len(theirs) == np.isfinite(after.ranks[0]).sum()
    np.testing.assert_array_equal(shifts.loc[theirs.index], theirs[["coin.1", "coin.2"]])
    np.testing.assert_array_equal(shifts["coin.1"][theirs.index] - shifts["coin.2"][theirs.index], theirs["Diff"])
    np.testing.assert_array_equal(theirs["Diff"].abs(), theirs["Abs.diff"])


def _variants(coinr, pipeline):
    """The example index and its four variants."""
    meta = coinr("00_input/iMeta", index=None)
    weights = coinr("90_weights/weights_Custom", index="iCode")["Weight"]
    custom = meta.assign(
        Weight=[weights.get(code, weight) for code, weight in zip(meta.iCode, meta.Weight, strict=True)]
    )
    return {
        "Nominal": pipeline(),
        "DropInds": pipeline(meta=meta[~meta.iCode.isin(["LPI", "Forest"])]),
        "ZScore": pipeline({"normalisation": 'method = "z-score"\nmean = 10\nsd = 2'}),
        "Custom": pipeline(meta=custom),
        "NoTreat": pipeline({"treatment": "steps = []"}),
    }


@pytest.mark.long
def test_compared_variants(coinr, pipeline):
    """Ranks of five versions side by side, and their differences from the first."""
    made = {name: pd.Series(each.ranks[0], index=list(each.codes)) for name, each in _variants(coinr, pipeline).items()}
    values, shifts, sizes = (coinr(f"100_whatif/compare_multi_{which}") for which in ("Values", "Diffs", "AbsDiffs"))
    for name, ranks in made.items():
        np.testing.assert_array_equal(ranks[values.index], values[name])
        np.testing.assert_array_equal((ranks - made["Nominal"])[shifts.index], shifts[name])
        np.testing.assert_array_equal((made["Nominal"] - ranks).abs()[sizes.index], sizes[name])


@pytest.mark.long
def test_compared_scores(coinr, pipeline):
    """Scores under custom weights beside the nominal ones."""
    expected = coinr("100_whatif/compare_nominal_vs_wCustom_scores")
    variants = _variants(coinr, pipeline)
    first, second = (pd.Series(variants[name].scores[0], variants[name].codes) for name in ("Nominal", "Custom"))

    np.testing.assert_allclose(first[expected.index], expected["coin.1"], atol=1e-9)
    np.testing.assert_allclose(second[expected.index], expected["coin.2"], atol=1e-9)
    np.testing.assert_allclose((first - second)[expected.index], expected["Diff"], atol=1e-9)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_rank_shifts_of_removals(coinr, level):
    """Differences of ranks without an element are those of the ranks with and without it."""
    shifts, ranks = (coinr(f"100_whatif/remove_L{level}_{which}") for which in ("rankdiffs", "ranks"))

    np.testing.assert_array_equal(ranks[["Nominal"]].to_numpy() - ranks, shifts.loc[ranks.index, ranks.columns])
