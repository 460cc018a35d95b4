"""COINr's example index comes out of the import of its tables: results, weights, what-ifs, panels."""

import numpy as np
import pytest
from hubrank.ranking.ranking import ranks_of
from hubrank.results.rank import rank
from hubrank_analysis.comparison import compare, listing_of
from hubrank_audit.influence import ranking_without
from hubrank_audit.statistics import correlations
from hubrank_output.interchange.coinr_import import read_coinr
from hubrank_output.interchange.framework import write_framework

PIPELINE = """
[imputation]
method = "group-mean"
by = "EurAsia_group"

[treatment]
steps = ["skew-kurtosis"]

[normalisation]
method = "min-max"
range = [0, 100]
"""
OTHER = {
    "zscore10_2": PIPELINE.replace('"min-max"\nrange = [0, 100]', '"z-score"\nmean = 10\nsd = 2'),
    "notreat": PIPELINE.replace('steps = ["skew-kurtosis"]', "steps = []"),
    "noimpute": PIPELINE.replace('"group-mean"\nby = "EurAsia_group"', '"none"')
    + "[selection]\nat_least_share = 0.9\n",
}


@pytest.fixture(scope="module")
def ranking(coinr, tmp_path_factory):
    """COINr's example pipeline, from its tables."""
    return imported(coinr, tmp_path_factory.mktemp("asem"), PIPELINE)


def imported(coinr, folder, methods, **files):
    """Rank what is imported from COINr's tables with methods of ours."""
    (folder / "methods.toml").write_text(methods, encoding="utf-8")
    data, meta = (coinr.folder / "00_input" / f"{name}.csv" for name in ("iData", "iMeta"))
    framework = read_coinr(files.get("data", data), files.get("meta", meta), folder / "methods.toml", 2018)
    write_framework(framework, folder / "out")
    return rank(str(folder / "out" / "scenario.toml"))


def test_the_pipeline_comes_out_of_the_import(coinr, ranking):
    """Scores of every node and all ranks of COINr's example index."""
    expected = coinr("60_aggregate/pipeline_Aggregated").loc[list(ranking.codes)]
    ranks = coinr("70_results/rank_df_all").loc[list(ranking.codes)]
    for name, node in ranking.nodes.items():
        theirs = "Index" if name == "index" else name

        np.testing.assert_allclose(node.scores[0], expected[theirs], atol=1e-9)
        assert list(ranks_of(node.scores[0], ranking.plan.scenario.ranking)) == list(ranks[theirs])


def test_results_tables(coinr, ranking):
    """The order and numbers of get_results."""
    scores, ranks = coinr("70_results/results_Aggs_scores"), coinr("70_results/results_Summ_ranks")
    table = ranking.table().set_index("unit")

    assert list(table.index) == list(ranks.index)
    assert list(table["rank"]) == list(ranks["Index"])
    names = [name for name in scores.columns if name in table.columns]
    assert len(names) == 10
    np.testing.assert_allclose(table[["score", *names]], scores.loc[table.index, ["Index", *names]], atol=1e-9)


def test_unit_summaries(coinr, ranking):
    """Scores and ranks of every node for a unit."""
    for code in ("AUT", "CHN", "IND", "NOR"):
        expected = coinr(f"70_results/unit_summary_{code}", index="Code")
        at = ranking.codes.index(code)
        for name, node in ranking.nodes.items():
            row = expected.loc["Index" if name == "index" else name]

            assert node.scores[0, at] == pytest.approx(row["Score"], abs=1e-9)
            assert ranks_of(node.scores[0], ranking.plan.scenario.ranking)[at] == row["Rank"]


@pytest.mark.parametrize("which", ["Original", "Custom"])
def test_effective_weights(coinr, tmp_path, which):
    """Weights within their parent times the parent's effective weight."""
    expected = coinr(f"90_weights/eff_weights_{which}", index="iCode")
    meta = coinr("00_input/iMeta", index=None)
    meta["Weight"] = [
        expected["Weight"].get(code, weight) for code, weight in zip(meta.iCode, meta.Weight, strict=True)
    ]
    meta.to_csv(tmp_path / "iMeta.csv", index=False)

    made = imported(coinr, tmp_path, PIPELINE, meta=tmp_path / "iMeta.csv").weights().set_index("member")["effective"]

    theirs = expected["EffWeight"].drop("Index")
    np.testing.assert_allclose(made[theirs.index], theirs, atol=1e-12)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_if_an_element_is_removed(coinr, ranking, level):
    """Scores, ranks and mean shifts of remove_elements."""
    scores, ranks = coinr(f"100_whatif/remove_L{level}_scores"), coinr(f"100_whatif/remove_L{level}_ranks")
    shifts = coinr(f"100_whatif/remove_L{level}_meanabsdiff", index="removed")["MeanAbsDiff"]
    codes = list(ranking.codes)
    for name in scores.columns.drop("Nominal"):
        without = ranking_without(ranking, name)
        made, moved = without.scores, without.ranks

        np.testing.assert_allclose(made[0], scores.loc[codes, name], atol=1e-9)
        assert list(moved[0]) == list(ranks.loc[codes, name])
        assert np.abs(moved - ranking.ranks).mean() == pytest.approx(shifts[name], abs=1e-9)


def test_what_if_indicators_are_dropped(coinr, tmp_path):
    """change_ind: without two indicators, all steps repeated."""
    expected = coinr("100_whatif/drop_LPI_Forest_Aggregated")
    data, meta = coinr("00_input/iData", index=None), coinr("00_input/iMeta", index=None)
    data.drop(columns=["LPI", "Forest"]).to_csv(tmp_path / "iData.csv", index=False)
    meta[~meta["iCode"].isin(["LPI", "Forest"])].to_csv(tmp_path / "iMeta.csv", index=False)

    made = imported(coinr, tmp_path, PIPELINE, data=tmp_path / "iData.csv", meta=tmp_path / "iMeta.csv")

    for name, node in made.nodes.items():
        theirs = expected.loc[list(made.codes), "Index" if name == "index" else name]
        np.testing.assert_allclose(node.scores[0], theirs, atol=1e-9)


@pytest.mark.parametrize("name", OTHER)
def test_what_if_a_method_is_another(coinr, tmp_path, name):
    """Other normalisation, no treatment, no imputation with screening."""
    expected = coinr(f"100_whatif/{name}_Aggregated")

    made = imported(coinr, tmp_path, OTHER[name])

    ranked = [code for code, score in zip(made.codes, made.scores[0], strict=True) if not np.isnan(score)]
    assert sorted(ranked) == sorted(expected.index)
    positions = [made.codes.index(code) for code in expected.index]
    for node_name, node in made.nodes.items():
        theirs = expected["Index" if node_name == "index" else node_name]
        np.testing.assert_allclose(node.scores[0, positions], theirs, atol=1e-9)


def test_compared_with_another_normalisation(coinr, ranking, tmp_path):
    """Rank differences of compare_coins."""
    expected = coinr("100_whatif/compare_nominal_vs_zscore_ranks")
    other = imported(coinr, tmp_path, OTHER["zscore10_2"])

    made = compare(listing_of(ranking, 0), listing_of(other, 0))

    names = dict(zip(ranking.names, ranking.codes, strict=True))
    shifts = {names[name]: first - second for name, (first, second) in zip(made.names, made.ranks, strict=True)}
    assert shifts == expected["Diff"].to_dict()


@pytest.mark.long
@pytest.mark.parametrize(("over", "name"), [("pooled", "pipeline"), ("edition", "pipeline_localnorm")])
def test_panels_come_out_of_the_import(coinr, tmp_path, over, name):
    """The example purse: treated year by year, scaled over all years together or year by year."""
    expected = coinr(f"120_panel/{name}_Aggregated", index=None).set_index(["Time", "uCode"])
    coinr("00_input/iMeta", index=None).drop(columns="Denominator").to_csv(tmp_path / "iMeta.csv", index=False)
    methods = PIPELINE.replace('"group-mean"\nby = "EurAsia_group"', '"none"') + f'fitted_on = "{over}"\n'
    methods += "[selection]\nat_least_share = 0.9\n"
    data = coinr.folder / "00_input" / "iData_p.csv"

    made = imported(coinr, tmp_path, methods, data=data, meta=tmp_path / "iMeta.csv")

    table = made.table().set_index(["edition", "unit"])
    assert sorted(table.index) == sorted(expected.index)
    for theirs, ours in {"Index": "score", "Conn": "Conn", "Social": "Social"}.items():
        np.testing.assert_allclose(table[ours], expected.loc[table.index, theirs], atol=1e-9)


def test_scores_correlate_with_those_of_other_weights(coinr, ranking, tmp_path):
    """Custom weights, and compare_coins_corr of two versions."""
    expected = coinr("100_whatif/wCustom_Aggregated")
    weights = coinr("90_weights/weights_Custom", index="iCode")["Weight"]
    meta = coinr("00_input/iMeta", index=None)
    meta["Weight"] = [weights.get(code, weight) for code, weight in zip(meta.iCode, meta.Weight, strict=True)]
    meta.to_csv(tmp_path / "iMeta.csv", index=False)

    made = imported(coinr, tmp_path, PIPELINE, meta=tmp_path / "iMeta.csv")

    np.testing.assert_allclose(made.scores[0], expected.loc[list(made.codes), "Index"], atol=1e-9)
    compared = coinr("100_whatif/compare_corr_scores", index="iCode")["Correlation"]
    for name, theirs in compared.items():
        pair = [each.nodes["index" if name == "Index" else name].scores[0] for each in (ranking, made)]
        assert correlations(np.column_stack(pair)).r[0, 1] == pytest.approx(theirs, abs=1e-9)
