"""What is counted is what composing every draw gives, with every source of uncertainty."""

import attrs
import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.i18n import current_language, use_language
from hubrank.ranking.ranking import compose, ranks_of
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty import engine, sampling
from hubrank.uncertainty.analysis import analysis_of, run, run_until
from hubrank.uncertainty.outcome import assess, replay
from hubrank.uncertainty.tally import Bins, Tally

EVERYTHING = {
    "weight_uncertainty": 0.3,
    "normalisation": ["min-max", "rank", {"method": "z-score", "mean": 50, "sd": 10, "chance": 2}],
    "treatment": [[], ["log"]],
    "imputation": ["none", "median"],
    "aggregation": {"index": ["arithmetic", "geometric"], "a": ["geometric", "harmonic"]},
    "missing": [{"rule": "renormalise"}, {"rule": "renormalise", "at_least_share": 0.4}],
    "noise": {"a1": 0.05, "b2": {"absolute": 0.01}},
    "exclude": {"indicators": True, "units": ["U0003", "U0007"]},
}

CASES = {
    "weights": {},
    "geometric": {"aggregation": {"method": "geometric"}},
    "gaps": {"gaps": 0.2, "missing": {"rule": "renormalise"}},
    "everything": {"robustness": EVERYTHING, "gaps": 0.15, "missing": {"rule": "renormalise"}},
}


@pytest.mark.parametrize("case", CASES)
def test_one_draw_is_composed_to_the_same_scores(make, case):
    """A draw's scores are those of composing it, to rounding."""
    plan, measurement = make(**CASES[case])
    analysis = analysis_of(plan, (measurement,), closely=False)
    draw = analysis.design.draw(41)
    choice, which = draw.by_setting()[0]
    ready = analysis.ready(choice)

    scores = analysis.scores(ready, draw.part(which))[0]
    replayed = replay(analysis, 41).scores.ravel()

    assert scores == pytest.approx(replayed[ready.cells], rel=1e-12)
    assert np.isnan(replayed).sum() == replayed.size - len(scores)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_block_of_drawn_values_ranks_as_each_draw_alone(make, share):
    """Draws share a scale, and those without an indicator a program; a unit with too few members lacks their mean."""
    missing = {"rule": "renormalise", "at_least_share": share}
    robustness = {"weight_uncertainty": 0.3, "noise": 0.2, "exclude": True}
    plan, measurement = make(gaps=0.15, missing=missing, robustness=robustness)
    analysis = analysis_of(plan, (measurement,), closely=False)
    draws = analysis.block(0).part(slice(0, 80))

    assert draws.panel is not None
    assert any(analysis.ready(choice).fuller is not None for choice, _ in draws.by_setting())
    alone = [replay(analysis, number).ranks for number in range(1, 81)]
    np.testing.assert_array_equal(analysis.ranks(draws), np.stack(alone))


def test_sums_of_ranks_tie_in_each_draw(make):
    """Also where values are drawn in 32 bits, in which sums of thirds differ by their order."""
    robustness = {"error": {"a1": {"relative": 0.1}}, "exclude": True}
    plan, measurement = make(normalisation={"method": "rank"}, robustness=robustness)
    analysis = analysis_of(plan, (measurement,), closely=False)
    alone = np.stack([replay(analysis, number).ranks for number in range(1, 81)])

    assert (np.diff(np.sort(alone, axis=-1)) == 0).any()
    np.testing.assert_array_equal(analysis.ranks(analysis.block(0).part(slice(0, 80))), alone)


def test_more_alternatives_than_an_array_has_dimensions():
    """Draws are grouped by 70 alternatives at once, in the order of these, and keep theirs within a group."""
    choices = np.zeros((70, 5), dtype=np.intp)
    choices[69, [0, 3]], choices[0, 2] = 1, 1
    draws = sampling.Draws(choices=choices, raw=np.zeros((1, 5)))

    assert [which.tolist() for _, which in draws.by_setting()] == [[1, 4], [0, 3], [2]]


@pytest.mark.parametrize(
    "robustness",
    [
        pytest.param({"weight_uncertainty": 0.25}, id="weights"),
        pytest.param(EVERYTHING, id="everything", marks=pytest.mark.long),
    ],
)
def test_cores_and_parts_change_nothing(make, robustness, monkeypatch):
    """One core, three, and five parts added up in another order give the same counts, byte by byte."""
    monkeypatch.setattr(sampling, "BLOCK", 128)
    monkeypatch.setattr(engine, "CLOSER", 256)
    plan, measurement = make(robustness=robustness, gaps=0.1, missing={"rule": "renormalise"})
    analysis = analysis_of(plan, (measurement,))
    draws = 4 * 128 + 77

    whole = run(analysis, draws, cores=1).tally
    threads = run(analysis, draws, cores=3).tally
    parts = analysis.empty()
    for part in (4, 2, 5, 1, 3):
        parts.add(run(analysis, draws, cores=1, shard=(part, 5)).tally)

    for each in attrs.fields(Tally):
        expected = np.asarray(getattr(whole, each.name)).tobytes()
        assert np.asarray(getattr(threads, each.name)).tobytes() == expected
        assert np.asarray(getattr(parts, each.name)).tobytes() == expected


@pytest.mark.usefixtures("bracketed")
def test_threads_speak_the_language_of_the_one_who_asks(make):
    """What is reported while draws are counted, on whichever core."""
    plan, measurement = make()
    analysis = analysis_of(plan, (measurement,))
    told = set()
    with use_language("de"):
        run(
            analysis,
            3 * analysis.design.block_size,
            cores=3,
            progress=lambda what, done=None, of=1.0, unit="": told.add((current_language(), what, unit)),
        )

    assert told == {("de", "drawing", "draws")}


def test_another_seed_gives_other_draws(make):
    """The seed decides the draws."""
    plan, measurement = make()
    first = run(analysis_of(plan, (measurement,)), 500).tally.ranks
    other = run(analysis_of(plan, (measurement,), seed=2), 500).tally.ranks

    assert (first != other).any()


def test_alternatives_are_as_likely_as_said(make):
    """Of three alternatives, one twice as likely, 8,000 draws take a quarter, a quarter and a half."""
    plan, measurement = make(robustness={"normalisation": EVERYTHING["normalisation"]})
    design = analysis_of(plan, (measurement,)).design
    choices = np.concatenate([design.block(at).choices[0] for at in range(2)])

    assert np.bincount(choices) / len(choices) == pytest.approx([0.25, 0.25, 0.5], abs=0.015)


def test_own_method_by_its_bare_name_keeps_its_options(make):
    """`min-max` among the alternatives is the scenario's own from 1 to 100, not the default from 0 to 1."""
    plan, measurement = make(robustness={"normalisation": ["min-max", "rank"]})
    variants = analysis_of(plan, (measurement,)).variants

    assert variants[0,].normalised.min() == 1
    assert variants[0,].normalised.max() == pytest.approx(100)


def test_left_out_unit_is_not_ranked(make):
    """A unit that half of the draws leave out is ranked in the others, and the rest move up."""
    plan, measurement = make(units=5, robustness={"exclude": {"units": ["U0000"]}})
    tally = run(analysis_of(plan, (measurement,)), 2000).tally
    ranked = tally.ranks[0].sum(axis=0)

    assert ranked[0] == pytest.approx(1000, abs=100)
    assert (ranked[1:] == 2000).all()


def test_acceptabilities_are_volumes(make):
    """With 3 weights anywhere, the share of the simplex where each of 3 units leads is its exact area."""
    figures = [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.4, 0.4, 0.4]]]
    plan, measurement = make(
        units=3,
        tree={"a": ["x", "y", "z"]},
        figures=figures,
        normalisation={"method": "goalposts", "goalposts": [0, 1]},
        robustness={"weight_uncertainty": "any"},
    )
    draws = 60_000
    tally = run(analysis_of(plan, (measurement,)), draws).tally

    first = tally.ranks[0, 0] / draws
    # unit 0 leads where w_x > 0.4 and w_x > w_y: of the area 0.36 the quadrangle beyond the diagonal is cut off
    beyond = 0.02
    expected = np.array([0.36 - beyond, 0.36 - beyond, 1 - 2 * (0.36 - beyond)])
    assert first == pytest.approx(expected, abs=4 * np.sqrt(0.25 / draws))


def test_precision_is_reached(make):
    """Draws stop when the error is small enough, at the same number whatever the cores."""
    plan, measurement = make()
    analysis = analysis_of(plan, (measurement,))

    def error(tally):
        share = tally.ranks[0, 0] / tally.draws
        return float(np.sqrt(share * (1 - share) / tally.draws).max())

    one = run_until(analysis, lambda tally: error(tally) / 0.002, most=10**7, cores=1).tally
    two = run_until(analysis, lambda tally: error(tally) / 0.002, most=10**7, cores=2).tally

    assert error(one) <= 0.002
    assert one.draws == two.draws < 10**6
    assert (one.ranks == two.ranks).all()


def test_impossible_combination_says_which(make):
    """A z-score around 0 cannot go with a geometric mean: the message names both and the line."""
    plan, measurement = make(
        robustness={"normalisation": ["min-max", "z-score"], "aggregation": ["arithmetic", "geometric"]}
    )
    with pytest.raises(ScenarioError, match=r"normalisation z-score, aggregation geometric: .*not above 0"):
        assess(compose(plan, measurement), (measurement,))


@pytest.mark.long
def test_many_units_are_counted_in_bands(make, monkeypatch):
    """5,000 units are counted in bands, that of each of the first 20 ranks nearly as counting every rank does."""
    plan, measurement = make(units=5000, tree={"a": ["x", "y"]})
    ranking = compose(plan, measurement)
    banded = assess(ranking, (measurement,), draws=300)
    monkeypatch.setattr(Bins, "EXACT", 10_000)
    exact = assess(ranking, (measurement,), draws=300)
    median = exact.rank(0.5)

    assert banded.bins.low[:20].tolist() == list(range(1, 21))
    assert len(banded.bins.low) < 120
    assert (banded.tally.ranks.sum(axis=1) == 300).all()
    assert np.abs(banded.tally.ranks[0, :20] - exact.tally.ranks[0, :20]).sum() < 0.05 * 20 * 300
    assert np.abs(banded.rank(0.5) / median - 1).max() < 0.07


@pytest.mark.parametrize("decimals", [None, 0])
def test_more_bands_than_a_byte_counts(decimals):
    """With 300 tiers of 5,000 units each unit is counted in the band that its rank lies in, the last ones too."""
    choice = RankingSettings(tiers=tuple(range(100, 400)), decimals=decimals)
    bins = Bins.of(5000, choice)
    found = bins.bands(-np.arange(5000.0)[None], choice)[0]

    assert len(bins.high) > 256
    assert (bins.low[found] <= np.arange(5000) + 1).all()
    assert (bins.high[found] >= np.arange(5000) + 1).all()


@pytest.mark.parametrize("cores", [1, 2])
def test_progress_counts_draws(make, cores):
    """Of 10,000 draws each piece is reported, not only each block of 4,096, and the last is the ten-thousandth."""
    plan, measurement = make(units=200, robustness={"weight_uncertainty": 0.4})
    told = []
    analysis = analysis_of(plan, (measurement,), closely=False)
    run(analysis, 10_000, cores=cores, progress=lambda *said: told.append(said))

    assert {(what, of, unit) for what, _, of, unit in told} == {("drawing", 10_000, "draws")}
    assert [done for _, done, _, _ in told] == sorted(done for _, done, _, _ in told)
    assert told[-1][1] == 10_000
    assert len(told) > 3


@pytest.mark.parametrize("ties", ["min", "max"])
@pytest.mark.parametrize("best", ["highest", "lowest"])
@pytest.mark.parametrize("kind", ["spread", "ties", "rounding noise", "outlier", "same", "far tail", "huge"])
def test_bands_of_many_units_are_those_of_their_ranks(kind, best, ties):
    """A band is that of the rank that sorting gives, whatever the scores' spread and ties."""
    rng = np.random.default_rng(7)
    normal = rng.normal(size=(2, 5001))
    scores = {
        "spread": normal,
        "ties": np.round(normal, 1),
        "rounding noise": np.round(normal, 2) * (1 + rng.choice([0, 2e-16], size=normal.shape)),
        "outlier": np.where(np.arange(5001) == 9, 1e6, normal),
        "same": np.full(normal.shape, 5.0),
        "far tail": np.exp(2 * normal),
        "huge": 1e150 * np.round(normal, 2),
    }[kind]
    choice = RankingSettings(ties=ties, best=best)
    bins = Bins.of(5001, choice)

    assert np.array_equal(bins.bands(scores, choice), np.searchsorted(bins.high, ranks_of(scores, choice)))
