"""Published indices come out of scenarios as they were published."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hubrank.results.rank import rank

HERE = Path(__file__).parent
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", HERE.parents[2] / "shared" / "data")) / "indices"


@pytest.fixture
def outside(tmp_path):
    """Ranks a scenario of this folder with values that the project does not hold."""

    def ranked(folder, figures, prepare=lambda frame: frame, scenario="scenario.toml"):
        source = REFERENCE / figures
        if not source.is_file():
            pytest.skip(f"there is no {figures} in the folder that HUBRANK_REFERENCE names")
        shutil.copy(HERE / folder / scenario, tmp_path)
        frame = prepare(pd.read_csv(source))
        frame.to_csv(tmp_path / source.name, index=False)
        return rank(str(tmp_path / scenario)), frame

    return ranked


def panel(ranking, values):
    """Scores or ranks by year and unit."""
    frame = pd.DataFrame(values, index=pd.Index(ranking.editions, name="year"), columns=ranking.codes)
    return frame.rename_axis(columns="unit").stack(future_stack=True)


@pytest.mark.long
@pytest.mark.parametrize(
    ("scenario", "figures", "scores", "ranks"),
    [("scenario.toml", "2023-24.csv", 5808, 193), ("scenario-2021-22.toml", "2021-22.csv", 5571, 191)],
)
def test_human_development(scenario, figures, scores, ranks):
    """Every published value of every year is equal at three decimals, and every rank of the latest year."""
    published = pd.read_csv(HERE / "hdi" / figures).set_index(["year", "unit"])
    ranking = rank(str(HERE / "hdi" / scenario))
    ours = panel(ranking, ranking.scores)

    hdi, places = published["hdi"].dropna(), published["hdi_rank"].dropna()

    assert (len(hdi), len(places)) == (scores, ranks)
    assert np.abs(ours.round(3)[hdi.index] - hdi).max() < 1e-9
    assert (panel(ranking, ranking.ranks)[places.index] == places).all()


def test_inequality_adjusted_human_development():
    """All 1,963 published values of the inequality-adjusted index are equal at three decimals."""
    published = pd.read_csv(HERE / "hdi" / "2023-24.csv").set_index(["year", "unit"])["ihdi"].dropna()
    ranking = rank(str(HERE / "hdi" / "inequality.toml"))

    assert len(published) == 1963
    assert np.abs(panel(ranking, ranking.scores).round(3)[published.index] - published).max() < 1e-9


GENDER = {"development.toml": "gdi", "inequality.toml": "gii"}


def gender_published(ranking, figures, column):
    """How many values of a gender index were published, and how far ours are at most from them at three decimals."""
    published = figures.set_index(["year", "iso3"])[column].rename_axis(["year", "unit"]).dropna()
    return len(published), np.abs(panel(ranking, ranking.scores).round(3)[published.index] - published).max()


@pytest.mark.parametrize(("scenario", "values"), [("development.toml", 88), ("inequality.toml", 85)])
def test_ratios_of_women_and_men(scenario, values):
    """Of 24 countries in four years; the indices are ratios of roots of products."""
    figures = pd.read_csv(HERE / "gender" / "hdr2023_24_long.csv")
    ranking = rank(str(HERE / "gender" / scenario))

    assert gender_published(ranking, figures, GENDER[scenario]) == (values, pytest.approx(0, abs=1e-9))


@pytest.mark.long
@pytest.mark.parametrize(("scenario", "values"), [("development.toml", 4710), ("inequality.toml", 4405)])
def test_ratios_of_women_and_men_everywhere(outside, scenario, values):
    """Every published value of every country and year."""
    ranking, figures = outside(
        "gender",
        "undp_hdr/hdr2023_24_long.csv",
        lambda frame: frame[~frame["iso3"].str.startswith("ZZ")],
        scenario,
    )

    assert gender_published(ranking, figures, GENDER[scenario]) == (values, pytest.approx(0, abs=1e-9))


def test_political_rights_with_a_question_that_ended():
    """All 78 published sums of six countries; since 2018 no one lacks what is not asked any more."""
    published = pd.read_csv(HERE / "political-rights" / "figures.csv").set_index(["year", "unit"])["pr"]
    ranking = rank(str(HERE / "political-rights" / "scenario.toml"))
    ended = ranking.values().query("indicator == 'add_a' and edition > 2017")

    assert len(published) == 78
    assert (panel(ranking, ranking.scores)[published.index] == published).all()
    assert ended["measured"].isna().all()
    assert set(ended["flag"]) == {"not part of this edition"}
    assert ranking.caveats() == ()


def test_welsh_deprivation():
    """All 1,909 scores to 1e-8, and all ranks."""
    published = pd.read_csv(HERE / "wales-2019" / "figures.csv")
    ranking = rank(str(HERE / "wales-2019" / "scenario.toml"))

    assert len(published) == 1909
    assert np.abs(ranking.scores[0] - published["score"]).max() < 1e-8
    assert (ranking.ranks[0] == published["rank"]).all()


def test_sustainable_development(outside):
    """All 166 scores to 1e-8, and all ranks; a missing goal takes the mean of the region."""
    ranking, published = outside("sdg-2023", "sdg_index_2023/sdr2023_goal_scores.csv")
    overall = published.set_index("country_code")["overall_score"].loc[list(ranking.codes)]

    assert len(overall) == 166
    assert np.abs(ranking.scores[0] - overall).max() < 1e-8
    assert (ranking.ranks[0] == overall.rank(ascending=False)).all()


def test_environmental_performance(outside):
    """All 180 scores within what inputs of one decimal allow; two ranks differ, by one place."""
    ranking, published = outside("epi-2020", "epi_2020/epi2020_scores.csv")
    shift = np.abs(ranking.ranks[0] - published["EPI_rank"])

    assert len(shift) == 180
    assert np.abs(ranking.scores[0] - published["EPI"]).max() < 0.06
    assert ((shift == 0).sum(), shift.max()) == (178, 1)


def test_scottish_deprivation(outside):
    """All 6,976 ranks; ties share the mean of their places."""
    ranking, published = outside("scotland-2016", "uk_imd/scotland2016_dz_ranks.csv")

    assert len(published) == 6976
    assert (ranking.ranks[0] == published["IMD_rank"]).all()


@pytest.mark.long
def test_world_universities(outside):
    """All published totals of eleven years within 0.09, except one that the source has wrong."""

    def named(frame):
        twice = frame[frame.duplicated(["year", "name"])]["name"]
        apart = frame["name"] + " " + frame["national_rank"].astype(str)
        return frame.assign(unit=frame["name"].where(~frame["name"].isin(twice), apart))

    ranking, published = outside("arwu", "arwu/arwu.csv", named)
    totals = published.set_index(["year", "unit"])["total_published"].dropna()
    error = np.abs(panel(ranking, ranking.scores)[totals.index] - totals)

    assert len(totals) == 1101
    assert error[error > 0.09].index.tolist() == [(2008, "The Johns Hopkins University")]
