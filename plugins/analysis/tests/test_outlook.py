"""Trends and projections: what is known of made panels, and the error on published ones."""

import json
import os
from pathlib import Path

import hubrank
import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import RankingSettings, UsageError
from hubrank_analysis.convergence import convergence, on_one_scale
from hubrank_analysis.outlook import back_test, back_tested, next_years, outlook, project, walk_of

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data")) / "indices"


def walks(drifts, noise, years=20, seed=5):
    """Scores of units that drift, with noise each year."""
    steps = np.asarray(drifts) + noise * np.random.default_rng(seed).standard_normal((years, len(drifts)))
    return 50 + np.cumsum(steps, axis=0), list(range(2000, 2000 + years))


def test_steady_drifts_are_kept_whole():
    """Without noise, each unit goes on as it went: 1, 2 and 3 a year for five years, no uncertainty."""
    scores, years = walks([1.0, 2.0, 3.0], 0.0)
    walk = walk_of(scores, years)
    made = project(walk, 2019, 2024, RankingSettings(), 100, 0)

    assert walk.trust == pytest.approx(1)
    assert made.score == pytest.approx(scores[-1] + 5 * np.array([1.0, 2.0, 3.0]))
    assert made.rank_low.tolist() == made.rank_high.tolist() == [3, 2, 1]


def test_drifts_that_are_noise_are_drawn_to_the_mean():
    """Units that differ by chance alone keep little of their own drift."""
    scores, years = walks(np.full(2000, 0.5), 1.0)
    walk = walk_of(scores, years)

    assert walk.trust < 0.2
    assert walk.drift.std() < 0.1
    assert walk.drift.mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.long
def test_intervals_hold_what_they_promise_for_random_walks():
    """Of true random walks about nine in ten lie inside the 90 % interval, near and far."""
    scores, years = walks(np.linspace(-1, 1, 60), 1.0, years=30)
    tests = back_test(scores, years, RankingSettings(), least=10, draws=200)

    assert all(0.85 < each.inside_score < 0.96 for each in tests)
    assert all(each.score_error < each.score_error_still for each in tests)


def test_uneven_editions_count_by_their_years():
    """A change of 4 over 4 years and of 1 over 1 is the same drift."""
    scores = np.array([[0.0, 0.0, 0.0], [4.0, 8.0, 12.0], [5.0, 10.0, 15.0]])

    assert walk_of(scores, [2000, 2004, 2005]).drift == pytest.approx([1, 2, 3])


def test_what_a_year_brings_to_all_follows_students_t():
    """All units rose by 1, then by 3: a drift of 2, and sqrt(((1 - 2)^2 + (3 - 2)^2) / (2 - 1)) a year to all.

    Two years ahead that is sqrt(2) sqrt(2 + 2^2 / 2) = 2.83 times Student's t of one degree of freedom, whose 95 %
    quantile is 6.314. One change alone shows nothing of it, nor a drift from chance: no interval.
    """
    scores = np.array([[0.0, 5.0, 9.0], [1.0, 6.0, 10.0], [4.0, 9.0, 13.0]])
    made = project(walk_of(scores, [2000, 2001, 2002]), 2002, 2004, RankingSettings(), 40_000, 0)
    short = project(walk_of(scores[:2], [2000, 2001]), 2001, 2003, RankingSettings(), 100, 0)

    assert made.score == pytest.approx(scores[-1] + 4, abs=0.1)
    assert made.score_high - made.score == pytest.approx(np.full(3, 2 * np.sqrt(2) * 6.314), rel=0.05)
    assert made.rank_low.tolist() == made.rank_high.tolist() == [3, 2, 1]
    assert short.score.tolist() == [3, 8, 12]
    assert np.isnan([short.score_low, short.score_high, short.rank_low, short.rank_high]).all()


def test_convergence_by_hand():
    """From 10, 20, 30 to 20, 25, 30 in 5 years: 2, 1 and 0 a year, a slope of -0.1, untested; the spread halves."""
    found = convergence(np.array([[10.0, 20, 30], [20, 25, 30]]), [2000, 2005])

    assert found.beta == pytest.approx(-0.1)
    assert found.significant is None
    assert found.sigma[1] == pytest.approx(found.sigma[0] / 2)


def test_two_stages_by_hand():
    """The first scores -2, -1, 1, 2 read the levels -4, 0, 0, 4 of the second: a slope on growth of -6 / 16.

    Growth a year is 1, 2, -2, -1: with the first -2 - 2 - 2 - 2 = -8. What the slope leaves is -1, 2, -2, 1 (with
    levels 1/2 each): a standard error of sqrt(10 / 2) sqrt(10) / 16.
    """
    first, level, growth = (np.array(each, dtype=float) for each in ([-2, -1, 1, 2], [-4, 0, 0, 4], [1, 2, -2, -1]))
    found = convergence(np.stack([first, level, level + 2 * growth]) + 50, [2000, 2001, 2003])

    assert found.beta == pytest.approx(-8 / 16)
    assert found.beta_error == pytest.approx(np.sqrt(10 / 2) * np.sqrt(10) / 16)
    assert found.significant is False


@pytest.mark.parametrize("editions", [3, 6])
def test_error_in_the_first_scores_is_no_catching_up(editions):
    """Of 200 panels whose true scores stand still about a tenth show a tendency, of those that draw together most."""
    rng, years = np.random.default_rng(8), list(range(editions))
    truth = 3 * rng.standard_normal((200, 1, 60))
    noise = rng.standard_normal((200, editions, 60))
    still = [convergence(scores, years).significant for scores in truth + 2 * noise]
    together = [convergence(scores, years) for scores in truth * 0.8 ** np.arange(editions)[:, None] + noise]

    assert np.mean(still) < 0.15
    assert np.mean([found.significant and found.beta < 0 for found in together]) > 0.8


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        ('[normalisation]\nmethod = "min-max"', False),
        ('[normalisation]\nmethod = "min-max"\nfitted_on = "pooled"', True),
        ('[normalisation]\nmethod = "min-max"\nfitted_on = 2023', True),
        ('[normalisation]\nmethod = "z-score"', False),
        ('[normalisation]\nmethod = "min-max"\nfitted_on = "pooled"\n[weighting]\nmethod = "entropy"', False),
        ('[normalisation]\nmethod = "none"', True),
        ('[normalisation]\nmethod = "none"\n[treatment]\nsteps = [{ step = "winsorise", points = 1 }]', False),
        ('[normalisation]\nmethod = "none"\n[dimensions.ideas]\npost_processing = ["min-max"]', False),
    ],
)
def test_scores_are_on_one_scale_where_equal_figures_have_equal_scores(workshop, figures, scale, wanted):
    """Whatever gives an edition a scale of its own: normalisation, treatment, weights, steps."""
    assert on_one_scale(workshop.rank(workshop.plan(scale), figures)) is wanted


def test_a_draft_of_several_years_is_on_one_scale():
    """Also where outliers are treated and weights are learned; the outlier of each year is another."""
    rng = np.random.default_rng(2)
    figures = rng.uniform(1, 9, size=(2, 15, 3))
    figures[0, 3, 0], figures[1, 7, 0] = 300, 500
    frame = pd.DataFrame(figures.reshape(-1, 3), columns=["Income", "Parks", "Trains"])
    frame = frame.assign(unit=[f"U{at}" for at in range(15)] * 2, year=[2022] * 15 + [2023] * 15)
    made = hubrank.rank(frame, weighting="entropy")

    assert {len(each.treatment) for each in made.ranking.plan.indicators} == {0, 1}
    assert on_one_scale(made.ranking)


def test_no_convergence_without_one_scale(make, run, tmp_path, monkeypatch):
    """The spread halves, which min-max of each edition hides; the screen says what to set, and finds it where it is."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    figures = [[[10.0, 10], [20, 20], [30, 30], [40, 40]], [[17.0, 17], [22, 22], [28, 28], [33, 33]]]
    panel = {"units": 4, "editions": (2023, 2024), "tree": {"a": ["x", "y"]}, "figures": figures}
    shown = []
    for scale in ({"method": "min-max"}, {"method": "min-max", "fitted_on": "pooled"}):
        make(**panel, normalisation=scale)
        shown.append(" ".join(run("outlook", str(tmp_path / "scenario.toml"))[1].split()))

    assert "convergence is not known: each edition has its own scale" in shown[0]
    assert "beta" not in shown[0]
    assert "not tested: with fewer than 3 editions" in shown[1]
    assert "no intervals: a single change cannot separate drift from chance" in shown[1]


def test_next_editions_are_as_far_apart_as_the_last():
    """Every second year, and the year after if there is one edition."""
    assert next_years([2018, 2020, 2022], 2) == (2024, 2026)
    assert next_years([2024], 1) == (2025,)


def test_growth_is_compound_and_knows_when_nothing_is_known(workshop, figures):
    """From 20 to 30 in a year is 50 %; of an equal value of one vintage nothing is known."""
    figures[:, 0, 0] = [20, 30]
    figures[:, 1, 1] = 7
    vintages = np.full(figures.shape, "2020", dtype=object)
    made = outlook(workshop.rank(workshop.plan(), figures, vintages), [2025], draws=50)

    assert made.growth[0].yearly[0] == pytest.approx(0.5)
    assert np.isnan(made.growth[1].yearly[1])
    assert made.growth[1].same == 1


def test_a_panel_that_is_too_short_is_refused(workshop, figures):
    """Two editions can be projected, not back-tested; a year behind is no outlook."""
    ranking = workshop.rank(workshop.plan(), figures)

    with pytest.raises(UsageError, match="has 2 editions; a back-test needs at least 4"):
        back_tested(ranking)
    with pytest.raises(UsageError, match="2024 is not after the last edition, 2024"):
        outlook(ranking, [2024])


def test_no_convergence_is_reported_for_two_units(make, run, tmp_path, monkeypatch):
    """Of three units one has no first score: there is no slope."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    nan = float("nan")
    figures = [[[nan, nan], [3, 1], [2, 5]], [[2.0, 2], [3, 3], [1, 5]]]
    make(units=3, editions=(2023, 2024), tree={"a": ["x", "y"]}, figures=figures, missing={"rule": "renormalise"})
    code, out, _ = run("outlook", str(tmp_path / "scenario.toml"))

    assert code == 0
    assert "outlook from 2 editions" in out
    assert "nan" not in out


@pytest.mark.long
def test_the_command_marks_its_answer_as_a_projection(run, towns):
    """In both forms."""
    _, table, _ = run("outlook", towns)
    _, out, _ = run("outlook", towns, "--editions", "2", "--format", "json")
    made = json.loads(out)

    assert "a projection of past changes, not a forecast" in table
    assert "projection" in made
    assert {each["edition"] for each in made["projected"]} == {2025, 2026}


def test_rows_that_top_leaves_out_are_reported(run, towns):
    """One of three towns, in each of two editions."""
    _, table, _ = run("outlook", towns, "--editions", "2", "--top", "1")
    _, out, _ = run("outlook", towns, "--editions", "2", "--top", "1", "--format", "json")

    assert "... and 2 more (--top 3)" in table
    assert (len(json.loads(out)["projected"]), json.loads(out)["left_out"]) == (2, 4)


@pytest.mark.long
def test_back_test_on_the_human_development_index():
    """33 years: scores a year ahead by a third better than standing still, ranks no worse, nine in ten inside."""
    path = REFERENCE / "undp_hdr/hdr2023_24_long.csv"
    if not path.is_file():
        pytest.skip(f"there is no {path.name} in the folder that HUBRANK_REFERENCE names")
    frame = pd.read_csv(path).drop_duplicates(["year", "iso3"]).dropna(subset=["hdi"])
    table = frame.pivot(index="year", columns="iso3", values="hdi")
    scores, years = table.to_numpy(dtype=float), [int(year) for year in table.index]
    near = back_test(scores, years, RankingSettings(), furthest=1, draws=200)[0]

    assert len(years) == 33
    assert near.score_error < 0.75 * near.score_error_still
    assert near.rank_error < near.rank_error_still
    assert near.inside > 0.85
