"""A unit's profile: what it says of stages, ranks, peers, and rows."""

import json

import numpy as np
import pytest
from attrs import evolve
from hubrank.explain.profile import nearest, profile
from hubrank.plugin import Origin
from hubrank.ranking.ranking import compose
from hubrank.testing.made_up import small_ranking


def test_figures_bring_the_lead(workshop, figures):
    """The values and what stands beside them sum to the score less the mean."""
    ranking = workshop.rank(workshop.plan('[aggregation]\nmethod = "geometric"'), figures)
    made = profile(ranking, 0, 1)
    mean = ranking.scores[0].mean()

    assert sum(each.contribution for each in made.figures) + sum(made.rest.values()) == pytest.approx(
        made.lead, abs=1e-9
    )
    assert made.lead == pytest.approx(ranking.scores[0, 1] - mean, abs=1e-9)


def test_a_value_is_shown_stage_by_stage(workshop):
    """Unit 3 has the largest a: 60 of 10 to 60 is 100 on a scale of 1 to 100, its rank 1, its weight 1/12."""
    values = np.broadcast_to(np.array([10, 20, 30, 60, 40, 50.0])[:, None], (2, 6, 5))
    figure = profile(workshop.rank(workshop.plan(), values), 0, 3).figures[0]

    assert (figure.key, figure.measured, figure.normalised, figure.rank) == ("a", 60, 100, 1)
    assert figure.weight == pytest.approx(1 / 12)


def test_strengths_follow_the_better_end(workshop, figures):
    """Where the lowest score is best, what lowers it is a strength."""
    ranking = workshop.rank(workshop.plan('[ranking]\nbest = "lowest"'), figures)
    made = profile(ranking, 0, 4)

    assert all(each.contribution < 0 for each in made.strengths)
    assert all(each.contribution > 0 for each in made.weaknesses)


def test_the_nearest_in_profile_is_the_twin(workshop, figures):
    """A unit with the same values is at no distance; the unit itself is not its own peer."""
    figures[1, 5] = figures[1, 0]
    found = nearest(workshop.rank(workshop.plan(), figures), 1, 0, most=3)

    assert (found[0].unit, found[0].distance) == (5, 0)
    assert [each.unit for each in found].count(0) == 0


@pytest.mark.parametrize("gap", [np.nan, 20])
def test_distances_of_blocks_of_units(workshop, figures, monkeypatch, gap):
    """The root of the weighted mean of squared differences, by the spread of all units, however many are in a block."""
    monkeypatch.setattr("hubrank.explain.profile._BLOCK", 4)
    ranking = workshop.rank(workshop.plan(), np.where(np.isnan(figures), gap, figures))
    values = np.ma.masked_invalid(ranking.normalised[0])
    weights = [each.weight for each in profile(ranking, 0, 0).figures]
    wanted = np.sqrt(np.ma.average(((values - values[0]) / values.std(axis=0)) ** 2, axis=1, weights=weights))
    found = nearest(ranking, 0, 0)

    assert [each.unit for each in found] == np.argsort(wanted)[1:].tolist()
    assert [each.distance for each in found] == pytest.approx(np.sort(wanted)[1:].tolist())


def test_origins_carry_their_licence():
    """Those of the values, each once."""
    made = profile(small_ranking(), 1, 0)

    assert [(each.origin.name, each.origin.licence) for each in made.origins()] == [("made", "CC0-1.0")]


def test_what_an_origin_does_not_state_is_said_in_the_language(run, towns):
    """A file of one's own has no producer and no licence."""
    _, out, _ = run("explain", towns, "x", "--language", "fr")

    assert "values.csv: non indiqué, values.csv; non indiqué" in out


def test_origins_of_the_units_and_of_each_licence():
    """The units' origin is there; of two of one name both are, not the last alone."""
    ranking = small_ranking()
    (report,) = ranking.measurement.inputs
    (made,) = report.origins
    other = {**made, "licence": "CC-BY-4.0"}
    units = evolve(ranking.plan.units, origins=(Origin(name="atlas", producer="A", title="Places", licence="ODbL"),))
    inputs = (report, evolve(report, name="more", origins=(other,)))
    changed = compose(evolve(ranking.plan, units=units), evolve(ranking.measurement, inputs=inputs))
    found = profile(changed, 1, 0)

    assert [each.origin.licence for each in found.origins()] == ["CC0-1.0", "CC-BY-4.0", "ODbL"]
    assert [each.origin.licence for each in found.origins(found.figure("papers"))] == ["CC0-1.0", "CC-BY-4.0", "ODbL"]


class TestCommand:
    """`hubrank explain`, run on a scenario of a folder."""

    def test_json_holds_the_lead_and_its_parts(self, run, towns):
        """Zell (100, 25) against Xanten (0, 100) leads by 12.5: 50 of a less 37.5 of b."""
        code, out, _ = run("explain", towns, "Zell", "--against", "x", "--format", "json")
        made = json.loads(out)

        assert code == 0
        assert made["lead"] == pytest.approx(0.125)
        assert [each["contribution"] for each in made["indicators"]] == pytest.approx([0.5, -0.375])

    def test_a_person_reads_names_and_rows(self, run, towns):
        """The table names the indicators; one indicator shows its row."""
        _, table, _ = run("explain", towns, "Zell")
        _, detail, _ = run("explain", towns, "Zell", "--indicator", "b")

        assert "Zell" in table
        assert "strengths" in table
        assert "input values" in detail

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["Zel"], "there is no unit 'Zel'; did you mean 'Zell'?"),
            (["Zell", "--edition", "2022"], "there is no edition 2022; did you mean '202"),
            (["Zell", "--indicator", "q"], "there is no indicator 'q'; available: a, b"),
        ],
    )
    def test_what_is_not_there_is_said(self, run, towns, words, said):
        """With what there is instead, and exit code 2."""
        code, _, errors = run("explain", towns, *words)

        assert code == 2
        assert said in errors

    @pytest.mark.usefixtures("towns")
    def test_an_indicator_of_other_editions_is_left_out(self, run, tmp_path):
        """And rejected where it is asked for alone."""
        ended = tmp_path / "ended.toml"
        ended.write_text('extends = "towns.toml"\n[indicators.b.editions]\nlast = 2023\n')
        _, out, _ = run("explain", str(ended), "Zell", "--format", "json")
        code, _, errors = run("explain", str(ended), "Zell", "--indicator", "b")

        assert [each["key"] for each in json.loads(out)["indicators"]] == ["a"]
        assert (code, errors) == (2, "hubrank: 'b' is not part of edition 2024\n")
