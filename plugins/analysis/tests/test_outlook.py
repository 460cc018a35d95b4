"""Trends and projections: what is known of made panels, and the error on published ones."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hubrank import RankingSettings, UsageError
from hubrank_analysis.outlook import back_test, back_tested, convergence, next_years, outlook, project, walk_of

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


def test_convergence_by_hand():
    """From 10, 20, 30 to 20, 25, 30 in 5 years: 2, 1 and 0 a year, a slope of -0.1; the spread halves."""
    found = convergence(np.array([[10.0, 20, 30], [20, 25, 30]]), [2000, 2005])

    assert found.beta == pytest.approx(-0.1)
    assert found.sigma[1] == pytest.approx(found.sigma[0] / 2)


def test_next_editions_are_as_far_apart_as_the_last():
    """Every second year, and the year after where there is one edition."""
    assert next_years([2018, 2020, 2022], 2) == (2024, 2026)
    assert next_years([2024], 1) == (2025,)


def test_growth_is_compound_and_knows_when_nothing_is_known(workshop, figures):
    """From 20 to 30 in a year is 50 %; of an equal figure of one vintage nothing is known."""
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


def test_no_convergence_is_told_of_two_units(make, run, tmp_path, monkeypatch):
    """Of three units one has no first score: there is no slope to tell."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    nan = float("nan")
    figures = [[[nan, nan], [3, 1], [2, 5]], [[2.0, 2], [3, 3], [1, 5]]]
    make(units=3, editions=(2023, 2024), tree={"a": ["x", "y"]}, figures=figures, missing={"rule": "renormalise"})
    code, out, _ = run("outlook", str(tmp_path / "scenario.toml"))

    assert code == 0
    assert "outlook from 2 editions" in out
    assert "nan" not in out


@pytest.mark.long
def test_the_command_marks_what_it_tells_as_a_projection(run, towns):
    """In both forms."""
    _, table, _ = run("outlook", towns)
    _, out, _ = run("outlook", towns, "--editions", "2", "--format", "json")
    made = json.loads(out)

    assert "a projection of past changes, not a forecast" in table
    assert "projection" in made
    assert {each["edition"] for each in made["projected"]} == {2025, 2026}


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
