"""Weights fitted to a published list: planted ones are recovered, impossible ones are said to be so."""

import json

import numpy as np
import pytest
from hubrank_analysis.fitting import fit, target
from hubrank_analysis.searching import fewest_violations, largest_gaps, same_order, weighted, widest_margin
from hubrank_analysis.weight_posterior import weight_posterior


@pytest.fixture
def many(workshop, tmp_path):
    """Sixty units in three dimensions a, b, c with weights 5, 3, 2, and the list that they give."""
    folder = workshop.folder
    (folder / "sixty.csv").write_text("unit,name\n" + "".join(f"V{at:02},Place {at}\n" for at in range(60)))

    def make(method, weights=(5, 3, 2), inner=""):
        from hubrank.plugin import load, resolve

        dimensions = "".join(
            f"[dimensions.{name}]\nweight = {weight}\n" for name, weight in zip("xyz", weights, strict=True)
        )
        path = folder / "many.toml"
        path.write_text(
            f'extends = "six.toml"\nexclude = ["ideas", "money"]\nunits = {{ file = "sixty.csv" }}\n{dimensions}'
            '[indicators]\np = { indicator = "value", dimension = "x", options = { column = "a" } }\n'
            'q = { indicator = "value", dimension = "y", options = { column = "b" } }\n'
            'r = { indicator = "value", dimension = "z", options = { column = "c" } }\n'
            f'{inner}[aggregation]\nmethod = "{method}"\n'
        )
        return resolve(load(path, workshop.registry), workshop.registry)

    return make


def listing(path, ranking, count=60, edition=0):
    """The first units of a ranking as a published list."""
    order = ranking.order(edition)[:count]
    rows = [f"{at + 1},{ranking.names[unit]},{ranking.scores[edition, unit]}" for at, unit in enumerate(order)]
    path.write_text("rank,name,score\n" + "\n".join(rows) + "\n")
    return path


def figures_of(units=60, columns=3, seed=3):
    """Figures without gaps in two editions."""
    return np.random.default_rng(seed).uniform(1, 50, size=(2, units, columns))


@pytest.mark.parametrize("method", ["arithmetic", "geometric"])
def test_planted_weights_are_recovered(workshop, many, tmp_path, method):
    """From a list of 60 by weights 0.5, 0.3, 0.2, starting from equal weights; the true ones lie in the ranges."""
    figures = figures_of()
    path = listing(tmp_path / "list.csv", workshop.rank(many(method), figures))
    ranking = workshop.rank(many(method, weights=(1, 1, 1)), figures)
    made = fit(ranking, 0, target(path, ranking, 0))

    assert made.reproducible
    assert made.ordinal.weights == pytest.approx([0.5, 0.3, 0.2], abs=0.02)
    assert (made.same_order[:, 0] <= [0.5, 0.3, 0.2]).all()
    assert (made.same_order[:, 1] >= [0.5, 0.3, 0.2]).all()
    assert made.own.violated > 0
    if method == "arithmetic":  # published scores of a weighted sum, on another scale, leave no uncertainty
        assert made.correlation == pytest.approx(1, abs=1e-9)
        assert made.squares.weights == pytest.approx([0.5, 0.3, 0.2], abs=1e-4)


def test_a_top_list_comes_before_the_rest(workshop, many, tmp_path):
    """Of the first 10, each is ahead of the later ones and of all 50 others: 45 + 500 pairs; or of 45 alone."""
    figures = figures_of()
    ranking = workshop.rank(many("arithmetic"), figures)
    path = listing(tmp_path / "list.csv", ranking, count=10)
    whole, alone = target(path, ranking, 0), target(path, ranking, 0, listed_only=True)

    assert len(whole.pairs()[0]) == 545
    assert len(alone.pairs()[0]) == 45
    assert fit(ranking, 0, whole).ordinal.overlap == 10


def test_every_dimension_can_be_free(workshop, tmp_path, figures):
    """Planted in a geometric mean of arithmetic means; the search finds weights that order all six."""
    figures = np.nan_to_num(figures, nan=20.0)
    mixed = '[dimensions]\nideas = { aggregation = "arithmetic" }\nmoney = { aggregation = "arithmetic" }\n'
    geometric = '[aggregation]\nmethod = "geometric"\n'
    planted = workshop.plan(f"{mixed}{geometric}[indicators]\na = {{ weight = 9 }}\nd = {{ weight = 7 }}\n")
    path = listing(tmp_path / "list.csv", workshop.rank(planted, figures))
    ranking = workshop.rank(workshop.plan(mixed + geometric), figures)
    made = fit(ranking, 0, target(path, ranking, 0), level="all")

    assert made.reproducible
    assert len(made.names) == 7


def test_an_impossible_pair_is_named(workshop, many, tmp_path):
    """Place 1 is worse than Place 2 everywhere, yet the list puts it ahead."""
    figures = figures_of()
    figures[0, 1], figures[0, 2] = 10, 40
    ranking = workshop.rank(many("arithmetic"), figures)
    path = tmp_path / "list.csv"
    path.write_text("rank,name\n1,Place 1\n2,Place 2\n3,Place 3\n")
    made = fit(ranking, 0, target(path, ranking, 0, listed_only=True))

    assert not made.reproducible
    assert (1, 2) in made.impossible
    assert made.dominated[made.impossible.index((1, 2))]
    assert made.at_least >= 1


def test_the_slope_of_scores_is_that_of_small_steps(workshop, figures):
    """In a geometric mean of arithmetic means, with gaps."""
    mixed = '[dimensions]\nideas = { aggregation = "arithmetic" }\nmoney = { aggregation = "arithmetic" }\n'
    ranking = workshop.rank(workshop.plan(mixed + '[aggregation]\nmethod = "geometric"\n'), figures)
    model = weighted(ranking, 0, np.arange(6), "all", ())
    weights = model.own_weights()
    step = 1e-6
    steps = [
        (model.scores(weights + step * row)[0] - model.scores(weights - step * row)[0]) / 2 / step
        for row in np.eye(len(weights))
    ]

    assert model.scores(weights)[0] == pytest.approx(np.log(ranking.scores[0]))
    assert model.scores(weights)[1] == pytest.approx(np.array(steps).T, abs=1e-6)


def test_the_fewest_violated_pairs_are_proven():
    """Of a >= b, b >= a and a >= c one must fall: weights (1, 0) against (0, 1) on two members."""
    gaps = np.array([[1.0, -1.0], [-1.0, 1.0], [2.0, -1.0]])
    weights, at_least, exact = fewest_violations(gaps, 0, 1, 10)

    assert (int((gaps @ weights <= 0).sum()), at_least, exact) == (1, 1, True)


def test_the_largest_gap_fills_the_best_members_first():
    """Of gaps 3, 1, -2 with weights from 0.1 to 0.6: 0.6 * 3 + 0.3 * 1 - 0.1 * 2."""
    assert largest_gaps(np.array([[1.0, 3.0, -2.0]]), 0.1, 0.6) == pytest.approx([1.9])


def test_margins_and_ranges_of_two_members():
    """w1 > w2 and 2 w2 > w1 leave w1 between 1/2 and 2/3; the widest margin makes both gaps equal, at w1 = 3/5."""
    gaps = np.array([[1.0, -1.0], [-1.0, 2.0]])
    weights = widest_margin(gaps, 0, 1)

    assert weights == pytest.approx([3 / 5, 2 / 5])
    assert same_order(gaps, weights, 0, 1) == pytest.approx(np.array([[1 / 2, 2 / 3], [1 / 3, 1 / 2]]))


@pytest.mark.long
def test_the_posterior_of_weights_is_that_of_its_integral():
    """Of two members and four units: Plackett-Luce over a grid of weights and of the scores' share in the variance."""
    entered = np.array([[70.0, 20.0], [40.0, 60.0], [50.0, 10.0], [5.0, 30.0]])
    weights, share = np.meshgrid(np.linspace(0.0005, 0.9995, 1000), np.linspace(0.0005, 0.9995, 1000), indexing="ij")
    scores = weights[..., None] * entered[:, 0] + (1 - weights[..., None]) * entered[:, 1]
    placed = scores / scores.std(axis=-1, keepdims=True) * np.sqrt(share / (1 - share))[..., None] * np.pi / np.sqrt(6)
    likely = np.ones(weights.shape)
    for at in range(3):
        likely /= np.exp(placed[..., at:] - placed[..., at, None]).sum(axis=-1)
    over_weights = likely.sum(axis=1) / likely.sum()
    made = weight_posterior(entered, np.array([1, 2, 3, 4]))

    assert made.means[0] == pytest.approx((weights[:, 0] * over_weights).sum(), abs=0.02)
    below = np.interp(made.intervals[0], weights[:, 0], np.cumsum(over_weights))
    assert np.diff(below) == pytest.approx(0.95, abs=0.02)


def test_a_list_of_few_units_determines_little():
    """Three units say almost nothing of five weights; a hundred without errors say nearly all."""
    rng = np.random.default_rng(1)
    weights = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    made = {}
    for units in (3, 100):
        members = rng.uniform(0, 100, (units, 5))
        made[units] = weight_posterior(members[np.argsort(-members @ weights)], np.arange(1, units + 1))

    assert made[3].undetermined.all()
    assert not made[100].undetermined.any()
    assert made[100].means == pytest.approx(weights, abs=0.01)
    assert (made[100].intervals[:, 0] <= weights).all()
    assert (made[100].intervals[:, 1] >= weights).all()


def test_bounds_and_units_that_share_a_rank_are_heeded():
    """Weights between 0.3 and 0.7; two units that are both first say nothing of each other, gaps share their weight."""
    entered = np.array([[90.0, 10.0], [10.0, 90.0], [5.0, np.nan]])
    made = weight_posterior(entered, np.array([1, 1, 3]), 0.3, 0.7)

    assert made.means == pytest.approx([0.5, 0.5], abs=0.02)
    assert made.intervals.min() >= 0.3
    assert made.intervals.max() <= 0.7


class TestCommand:
    """`hubrank match-weights`, run on the towns."""

    def test_json_has_weights_and_the_resulting_list(self, run, towns, tmp_path):
        """In 2024 Zell is first by a, Xanten by b: with Xanten first, b must weigh more."""
        (tmp_path / "list.csv").write_text("rank,name\n1,Xanten\n2,Zell\n3,Ypern\n")
        (tmp_path / "two.toml").write_text(
            'extends = "towns.toml"\n[dimensions]\nother = {}\n[indicators]\nb = { dimension = "other" }\n'
        )
        _, out, _ = run(
            "match-weights", str(tmp_path / "two.toml"), "--list", str(tmp_path / "list.csv"), "--format", "json"
        )
        made = json.loads(out)

        assert made["reproducible"]
        assert made["ordinal"]["violated"] == 0
        assert made["ordinal"]["weights"][1]["weight"] > 0.5
        assert [(each["member"], each["undetermined"]) for each in made["determined"]] == [
            ("all", True),
            ("other", True),
        ]

    def test_a_person_reads_the_verdict(self, run, towns, tmp_path):
        """Ypern cannot be first: it is nowhere better than Zell."""
        (tmp_path / "list.csv").write_text("rank,name\n1,Ypern\n2,Zell\n3,Xanten\n4,Atlantis\n")
        _, out, _ = run("match-weights", towns, "--list", str(tmp_path / "list.csv"))

        assert "no weights reproduce it" in out
        assert "Ypern ahead of Zell" in out
        assert "not found: Atlantis" in out

    @pytest.mark.parametrize(
        ("rows", "reading", "said"),
        [
            ("1,Atlantis\n2,Zell", (), "1 of its names match ranked units; at least 3 are needed; not found: Atlantis"),
            ("1,Xanten\n2,\n3,Ypern\n4,Zell", (), "no name in 'name' for rank 2"),
            ("1,Xanten", ("--reading", f"header = {'1' * 5000}"), "--reading: must be TOML"),
        ],
    )
    def test_lists_that_are_refused(self, run, towns, tmp_path, rows, reading, said):
        """Of unknown units, without a name, and with an invalid number in the options of the list."""
        (tmp_path / "list.csv").write_text(f"rank,name\n{rows}\n")
        code, _, errors = run("match-weights", towns, "--list", str(tmp_path / "list.csv"), *reading)

        assert code == 2
        assert said in errors
