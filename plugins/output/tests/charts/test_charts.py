"""Charts of small rankings: what is in them, and that names stay text."""

import xml.etree.ElementTree as ElementTree

import altair as alt
import numpy as np
import pytest
from attrs import evolve
from hubrank.testing import small_ranking
from hubrank_output.charts import charts, picture


def values(chart):
    """The rows of a chart's data."""
    return next(iter(chart.to_dict()["datasets"].values()))


def test_charts_are_altair_objects():
    """Only what the ranking has something for is drawn."""
    made = charts(small_ranking())

    assert list(made) == ["ranking", "editions", "profiles", "rivals"]
    assert all(isinstance(chart, alt.TopLevelMixin) for chart in made.values())


def test_the_parts_of_a_bar_are_as_long_as_the_score():
    """The parts of each unit sum to its score, in proportion to weight times score."""
    rows = values(charts(small_ranking())["ranking"])
    beland = {row["part"]: row["length"] for row in rows if row["name"] == "Beland"}

    assert sum(beland.values()) == pytest.approx(8 / 9)
    assert beland["industry"] == pytest.approx(2 / 3 * 1)
    assert beland["research"] == pytest.approx(1 / 3 * 2 / 3)


def test_ranges_and_ranks_are_drawn_where_they_are():
    """With intervals there is one more chart, with the last edition's figures."""
    ranking = small_ranking()
    ranking = evolve(ranking, low=ranking.ranks - 0.5, high=ranking.ranks + 1)
    assert values(charts(ranking)["ranges"])[0] == {"name": "Beland", "rank": 1.0, "low": 0.5, "high": 2.0}


def test_a_rank_outside_its_range_is_marked():
    """Beland's rank 1 lies outside 2 to 3: its name and the text above the chart say so; the others' do not."""
    ranking = small_ranking()
    low = np.where(ranking.ranks == 1, 2, ranking.ranks)
    chart = charts(evolve(ranking, low=low, high=low + 1))["ranges"]

    assert [row["name"] for row in values(chart) if row["name"].endswith("*")] == ["Beland *"]
    assert chart.to_dict()["title"]["subtitle"] == "2024, range of 90 % of draws; * marks ranks outside their own range"


def test_names_are_text_in_svg():
    """Angle brackets of a name come out as text of the picture, not as elements."""
    ranking = small_ranking()
    units = ranking.plan.units.units
    frame = units.frame.assign(name=["<script>alert(1)</script>", "]]>&amp;", "🚀", "مدينة", "W" * 200])
    plan = evolve(ranking.plan, units=evolve(ranking.plan.units, units=evolve(units, frame=frame)))
    svg = picture(charts(evolve(ranking, plan=plan))["ranking"], "svg").decode()
    root = ElementTree.fromstring(svg)  # noqa: S314  # made a line above

    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert any("<script>" in (each.text or "") for each in root.iter())


def test_a_tier_holds_the_ranks_up_to_its_end():
    """Tiers of 1 and 3 among four ranked: one, two, and one further down."""
    rows = values(charts(small_ranking())["rivals"])
    counts = {tier: sum(row["units"] for row in rows if row["tier"] == tier) for tier in {row["tier"] for row in rows}}

    assert counts == {"top 1": 1, "top 3": 2, "below": 1}
    assert np.isfinite(list(counts.values())).all()
