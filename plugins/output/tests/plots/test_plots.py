"""Plots of small rankings: the rows that they draw, and that names stay text."""

import re
import xml.etree.ElementTree as ElementTree

import altair as alt
import hubrank
import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hubrank.plugin import Registry, UsageError
from hubrank.testing import small_ranking
from hubrank_output.plots import drawing, frames
from hubrank_output.plots.saving import draw, picture, write

#: Three towns by a dimension of two indicators and one of one: min-max scores by hand, weights 1/4, 1/4, 1/2.
TOWNS = pd.DataFrame({"town": ["Aber", "Bern", "Cove"], "jobs": [1, 2, 3], "parks": [4, 8, 2], "trains": [0, 5, 10]})


def towns():
    """Cove 25+0+50 = 75, Bern 12.5+25+25 = 62.5, Aber 0+33.3/4 = 8.33."""
    return hubrank.rank(
        TOWNS,
        direction={"jobs": 1, "parks": 1, "trains": 1},
        dimensions={"Life": ["jobs", "parks"], "Ways": ["trains"]},
        weight_uncertainty=0.2,
    )


def rows(chart):
    """All rows of a chart's data, of every layer."""
    return [row for data in chart.to_dict()["datasets"].values() for row in data]


def test_what_an_exporter_draws_is_a_plot_of_the_ranking():
    """Each of the ten, and rivals, is there by its name, and draws what notebooks show and files hold."""
    r = towns()

    assert {"bar", "range", "bump", "radar", "heatmap", "box", "map", "scatter", "tree", "waterfall"} <= set(
        dir(r.plot)
    )
    for name in ("bar", "range", "radar", "heatmap", "box", "scatter", "tree", "waterfall"):
        assert isinstance(getattr(r.plot, name)(), alt.TopLevelMixin)
    assert rows(r.plot(kind="bar")) == rows(r.plot.bar())


def test_a_plot_is_saved_as_svg(tmp_path):
    """Altair's own way to save, and the exporter's by the file's name."""
    towns().plot.range().save(tmp_path / "a.svg")
    write("waterfall", "svg", towns().ranking, tmp_path / "b.svg")

    assert all("Cove" in (tmp_path / name).read_text(encoding="utf-8") for name in ("a.svg", "b.svg"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda plot: plot.pie(), "plot.pie: no such plot"),
        (lambda plot: plot.bars(), "did you mean 'bar'"),
        (lambda plot: plot.bar(tip=2), "plot.bar: there is no option 'tip'; did you mean 'top'"),
        (lambda plot: plot.bar("x", 1, 2), "plot.bar: too many positional arguments; it takes top"),
        (lambda plot: plot.scatter("job"), "job: there is no such figure; did you mean 'jobs'"),
        (lambda plot: plot.waterfall("Ber"), "there is no unit 'Ber'; did you mean 'Bern'"),
        (lambda plot: plot.range(edition=1999), "there is no edition 1999"),
        (lambda plot: plot.spider(), "no such plot; write .plot.radar()"),
        (lambda plot: plot.box_plot(), "no such plot; write .plot.box()"),
        (lambda plot: plot.bar(n=3), "no option 'n'; write top=3"),
        (lambda plot: plot.bar(title="x"), "write .properties(title='x') after it"),
        (lambda plot: plot.radar(units=["Bern"]), "names of units come first"),
        (lambda plot: plot.bar(top=0), "top must be a whole number above 0"),
        (lambda plot: plot.box(by="indicator"), "by must be 'dimensions' or 'indicators'"),
        (lambda plot: plot.map(), "the plot 'map' needs units with lat and lon, or three-letter codes of countries"),
        (lambda plot: plot.bump(), "the plot 'bump' needs two editions"),
    ],
)
def test_what_is_not_there_is_said(asked, said):
    """A wrong plot, option, value, unit or edition, or a ranking that lacks what is drawn."""
    with pytest.raises((UsageError, AttributeError), match=re.escape(said)):
        asked(towns().plot)


def test_units_of_the_ranking_are_drawn_too():
    """A unit of it, or a list of them, stands for names."""
    r = towns()

    assert rows(r.plot.radar(r[:2])) == rows(r.plot.radar("Cove", "Bern"))
    assert rows(r.plot.waterfall(r[2], against=r[0])) == rows(r.plot.waterfall("Aber", against="Cove"))


def test_the_rank_is_a_figure_of_its_axis():
    """Scores to the right, ranks upwards, though the rows have the rank already."""
    chart = towns().plot.scatter("score", "rank")

    assert [(round(row["x"], 1), row["y"]) for row in rows(chart)] == [(75, 1), (62.5, 2), (8.3, 3)]


def test_figures_that_are_not_known_are_not_counted():
    """Dern has no trains: three dots of four units."""
    four = pd.concat([TOWNS, pd.DataFrame({"town": ["Dern"], "jobs": [2], "parks": [5]})])
    chart = hubrank.rank(four, indicators=["jobs", "parks", "trains"]).plot.scatter("trains", "score")

    assert chart.to_dict()["title"]["subtitle"].endswith("3 of 4 ranked")


def test_parts_of_a_bar():
    """The parts sum to the score, in proportion to weight times score."""
    frame = frames.bar(towns().ranking, 0)
    wide = frame.pivot_table(index="name", columns="part", values="length")

    assert wide.loc["Cove"].to_dict() == pytest.approx({"Life": 25, "Ways": 50})
    assert wide.loc["Bern"].to_dict() == pytest.approx({"Life": 37.5, "Ways": 25})
    assert [row["length"] for row in rows(drawing.bar(frame))] == list(frame["length"])


def test_tables_are_what_is_drawn():
    """Ranges, scores and normalised values are those of the tables, row by row."""
    r = towns()
    table, values = r.table().set_index("name"), r.values()
    ranges = frames.range_(r.ranking, 0).set_index("name")
    cells = frames.heatmap(r.ranking, 0).set_index(["name", "part"])["score"]
    profiles = frames.radar(r.ranking, 0, "Bern").set_index("part")

    for key in ("rank", "low", "high", "joint_low", "joint_high"):
        assert list(ranges[key]) == list(table[key])
    for row in values.itertuples():
        assert cells[r[row.unit].name, row.indicator] == pytest.approx(row.normalised)
    assert profiles["score"].to_dict() == pytest.approx({"Life": 75, "Ways": 50})
    assert profiles["radius"].to_dict() == pytest.approx({"Life": 0.75, "Ways": 0.5})


def test_quartiles_of_a_box():
    """Ways scores 0, 50 and 100: quartiles 25, 50, 75."""
    frame = frames.box(towns().ranking, 0, top=1).set_index("part")

    assert frame.loc["Ways", ["least", "lower", "median", "upper", "most"]].tolist() == [0, 25, 50, 75, 100]
    assert frame.loc["Ways", ["name", "score"]].tolist() == ["Cove", 100]


def test_steps_of_a_waterfall():
    """From the mean, 48.61, Cove has 12.5 by jobs, -11.11 by parks and 25 by trains."""
    frame = frames.waterfall(towns().ranking, 0, "Cove")

    assert list(frame["part"]) == ["mean", "trains", "jobs", "parks", "Cove"]
    assert list(frame["amount"]) == pytest.approx([48.611, 25, 12.5, -11.111, 75], abs=1e-3)
    assert list(frame["end"]) == pytest.approx([48.611, 73.611, 86.111, 75, 75], abs=1e-3)
    assert frames.waterfall(towns().ranking, 0, "Cove", "Bern")["amount"].iloc[0] == pytest.approx(62.5)


def test_shares_of_a_tree():
    """Each dimension weighs a half; the indicators lie beside it."""
    frame = frames.tree(towns().ranking, 0)

    assert frame.to_dict("list") == {
        "part": ["Life", "jobs", "parks", "Ways", "trains"],
        "depth": [1, 2, 2, 1, 2],
        "start": [0, 0, 0.25, 0.5, 0.5],
        "end": [0.5, 0.25, 0.5, 1, 1],
        "effective": [0.5, 0.25, 0.25, 0.5, 0.5],
    }


def test_a_scatter_has_the_measured_values():
    """By key or title; indicators as measured, beside the rank."""
    frame = frames.scatter(towns().ranking, 0, "parks", "score")

    assert frame["parks"].tolist() == [2, 8, 4]
    assert frame["score"].tolist() == pytest.approx([75, 62.5, 100 / 12])


def test_countries_are_shapes_where_there_are_no_places():
    """A country is found by its code, and drawn as the number that the atlas has."""
    r = hubrank.rank(pd.DataFrame({"country": ["DEU", "FRA", "JPN"], "gdp": [3, 2, 1]}), direction={"gdp": 1})
    frame = frames.map_(r.ranking, 0)

    assert dict(zip(frame["id"], frame["rank"], strict=True)) == {"276": 1, "250": 2, "392": 3}
    assert {row["id"] for row in rows(drawing.map_(frame))} == {"276", "250", "392"}


def test_editions_of_a_bump():
    """Ranks of all editions, of the first of the last."""
    ranking = small_ranking()
    frame = frames.bump(ranking, 1, top=2)

    assert frame["edition"].tolist() == ["2023", "2023", "2024", "2024"]
    assert frame["rank"].tolist()[2:] == sorted(ranking.ranks[1][~np.isnan(ranking.ranks[1])])[:2]


def test_a_rank_outside_its_range_is_marked():
    """Beland's rank 1 lies outside 2 to 3: its name and the text above the plot say so; the others' do not."""
    ranking = small_ranking()
    low = np.where(ranking.ranks == 1, 2, ranking.ranks)
    chart = draw("range", evolve(ranking, low=low, high=low + 1))

    assert [row["name"] for row in rows(chart) if row["name"].endswith("*")] == ["Beland *"]
    assert chart.to_dict()["title"]["subtitle"] == "2024, 90 % interval; * marks ranks outside their own range"


def test_names_are_text_in_svg():
    """Angle brackets of a name come out as text of the picture, not as elements."""
    ranking = small_ranking()
    units = ranking.plan.units.units
    frame = units.frame.assign(name=["<script>alert(1)</script>", "]]>&amp;", "🚀", "مدينة", "W" * 200])
    plan = evolve(ranking.plan, units=evolve(ranking.plan.units, units=evolve(units, frame=frame)))
    svg = picture(draw("bar", evolve(ranking, plan=plan)), "svg").decode()
    root = ElementTree.fromstring(svg)  # noqa: S314  # made a line above

    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert any("<script>" in (each.text or "") for each in root.iter())


def test_a_tier_holds_the_ranks_up_to_its_end():
    """Tiers of 1 and 3 among four ranked: one, two, and one further down."""
    frame = frames.rivals(small_ranking(), 1)

    assert frame.groupby("tier")["units"].sum().to_dict() == {"top 1": 1, "top 3": 2, "below": 1}


def test_every_plot_is_installed_by_its_name():
    """The names of files and of Python are the same."""
    names = {part.name for part in Registry.installed() if part.kind == "exporter" and part.record.draw}

    assert names == {f"{name}-{kind}" for name in dir(towns().plot) for kind in ("svg", "png")}
