"""The page ranks as the core does, whatever the weights and methods."""

import itertools

import numpy as np
import pytest
from hubrank.plugin import compose, measure

VIEWS = 8
#: Methods of two dimensions of a page.
METHODS = [
    ('"arithmetic"', '"geometric"'),
    ('{ method = "geometric", shift = 0.5 }', '{ method = "geometric", counted_from = 101 }'),
    ('"harmonic"', '{ method = "generalised-mean", p = 2 }'),
    ('{ method = "generalised-mean", p = -2 }', '{ method = "generalised-mean", p = 0 }'),
    ('"sum"', '"product"'),
    ('"minimum"', '"maximum"'),
]
CHANGES = {
    "steps": """
        dimensions.research.post_processing = ["reverse", { step = "scale", by = 2 }, { step = "shift", by = 1 }]
        dimensions.people.post_processing = [{ step = "power", exponent = 0.5 }, { step = "cap", low = 2, high = 9 }]
        dimensions.industry.post_processing = [{ step = "min-max", range = [1, 10] }]
        dimensions.industry.parent_uses = "raw"
        ranking.post_processing = ["best-100", { step = "round", decimals = 1, mode = "half-up" }]
    """,
    "reciprocal": 'dimensions.people.post_processing = [{ step = "shift", by = 1 }, "reciprocal"]',
    "half-even": 'ranking.post_processing = [{ step = "round", decimals = 0, mode = "half-even" }]',
    "reversed around": 'ranking.post_processing = [{ step = "reverse", around = 100 }]\nranking.best = "lowest"',
    "dense": 'ranking.decimals = 0\nranking.ties = "dense"',
    "average": 'ranking.decimals = 0\nranking.ties = "average"\nranking.rounding = "half-up"',
    "max": 'ranking.decimals = 0\nranking.ties = "max"',
    "refused": 'missing = { rule = "unranked" }',
    "by edition": 'weighting = "entropy"',
}


def in_page(page):
    """What the page ranks."""
    rows = page.evaluate("window.hubrank.ranking()")
    return [row["unit"] for row in rows], [row["rank"] for row in rows], np.array([row["score"] for row in rows])


def same(page, ranking, edition):
    """The page's ranking is the core's: the same order, the same ranks, scores within 1e-12."""
    units, ranks, scores = in_page(page)
    order = ranking.order(edition)
    assert units == [ranking.codes[unit] for unit in order]
    assert ranks == ranking.ranks[edition][order].tolist()
    np.testing.assert_allclose(scores, ranking.scores[edition][order], rtol=1e-12, atol=1e-12)


@pytest.mark.long
def test_random_weights_rank_as_in_python(forty, page):
    """Many random weights of every dimension, under both aggregations, give the order and the scores of the core."""
    rng = np.random.default_rng(11)
    measured = forty.measured()
    for root, below in itertools.product(["arithmetic", "geometric"], repeat=2):
        changed = "\n".join(f'dimensions.{name}.aggregation = "{below}"' for name in ("research", "people", "industry"))
        plan = forty.plan(f'aggregation = "{root}"\n{changed}')
        methods = {"index": root, "research": below, "people": below, "industry": below}
        for _ in range(VIEWS):
            weights = {node.name: np.round(rng.uniform(0, 3, len(node.members)), 2) for node in plan.tree}
            weights["people"][0] = 0.0 if rng.random() < 0.3 else weights["people"][0]
            ranking = compose(plan, measured, lambda node, *_, own=weights: own[node.name].reshape(1, 1, -1))
            page.evaluate(
                "([weights, methods]) => window.hubrank.rerank(weights, methods)",
                [{name: own.tolist() for name, own in weights.items()}, methods],
            )

            same(page, ranking, 1)


@pytest.mark.long
@pytest.mark.parametrize(("industry", "people"), METHODS)
def test_every_method_that_the_page_knows(forty, visit, industry, people):
    """A published method stays itself when weights move."""
    plan = forty.plan(f"dimensions.industry.aggregation = {industry}\ndimensions.people.aggregation = {people}")
    measured = forty.measured()
    page = visit(compose(plan, measured))
    own = {"industry": [1, 2, 0.5], "people": [1, 1.5]}
    page.evaluate("own => window.hubrank.rerank(own)", own)

    def given(node, *_):
        return np.array(own.get(node.name, [member.weight for member in node.members])).reshape(1, 1, -1)

    same(page, compose(plan, measured, given), 1)


@pytest.mark.long
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
def test_steps_ties_and_gaps_are_those_of_the_scenario(forty, visit, changes):
    """Steps after a mean, rounding, ties, missing values and weights by edition come out as in the core."""
    ranking = compose(forty.plan("\n".join(line.strip() for line in changes.splitlines())), forty.measured())
    page = visit(ranking)
    root = ranking.nodes["index"].weights.reshape(-1, 2)[-1].tolist()
    page.evaluate("root => window.hubrank.rerank({ index: root })", root)

    same(page, ranking, 1)


def test_no_weight_counts_in_an_edition_that_a_member_is_not_part_of(forty, visit):
    """Not even one that a reader gives it; and no one lacks it."""
    plan = forty.plan("indicators.b.editions = { last = 2023 }\nmissing.rule = 'unranked'")
    ranking = compose(plan, measure(plan))
    page = visit(ranking)
    page.evaluate("window.hubrank.rerank({ people: [1, 3] })")

    same(page, ranking, 1)


def test_a_method_that_the_page_does_not_know_is_not_imitated(forty, visit):
    """A weighted median cannot be moved: there are no sliders, and the published ranking is shown."""
    ranking = compose(forty.plan('aggregation = "median"'), forty.measured())
    page = visit(ranking)

    assert page.locator("#weights input").count() == 0
    same(page, ranking, 1)


def test_what_has_no_answer_is_said_and_changes_nothing(forty, visit):
    """A geometric mean that meets 0 is rejected, and so are weights that are all 0."""
    ranking = compose(forty.plan("normalisation = { method = 'min-max', range = [0, 1] }"), forty.measured())
    page = visit(ranking)
    refused = page.evaluate("window.hubrank.rerank({}, { people: 'geometric' })")
    nothing = page.evaluate("window.hubrank.rerank({ index: [0, 0] })")

    assert "not above 0" in refused
    assert "must be above 0" in nothing
    same(page, ranking, 1)


@pytest.mark.long
def test_ranges_are_those_of_the_core_for_the_same_uncertainty(forty, visit):
    """Weights up and down by 25 %: the page's ranges lie within one place of the core's, and are the same twice."""
    from hubrank.uncertainty.outcome import assess, with_intervals

    plan = forty.plan("[robustness]\ndraws = 20000\nweight_uncertainty = 0.25")
    measured = forty.measured()
    ranking = compose(plan, measured)
    wanted = with_intervals(ranking, assess(ranking, (measured,), closely=False))
    drawn = []
    for _ in range(2):
        page = visit(ranking)
        page.wait_for_selector("text=draws made in this page")
        drawn.append(page.evaluate("window.hubrank.intervals()"))
    there = ~np.isnan(ranking.ranks[1])
    low = np.array([np.nan if each is None else each for each in drawn[0]["low"]], dtype=float)
    high = np.array([np.nan if each is None else each for each in drawn[0]["high"]], dtype=float)

    assert drawn[0]["low"][:5] == drawn[1]["low"][:5]
    assert np.abs(low - wanted.low[1])[there].max() <= 1
    assert np.abs(high - wanted.high[1])[there].max() <= 1


def test_a_shared_rank_between_two_places_stays_a_half(forty, visit):
    """Every score rounds to 0 thousands: all share the mean of the places 1 to n, published, shown and in draws."""
    ranking = compose(forty.plan('ranking = { decimals = -3, ties = "average" }'), forty.measured())
    count = int((~np.isnan(ranking.ranks[1])).sum())
    page = visit(ranking)
    page.wait_for_selector("text=draws made in this page")
    ends = page.evaluate("window.hubrank.intervals()")
    cells = page.locator("#ranking-table tbody tr").first.locator("td").all_inner_texts()

    assert count % 2 == 0
    assert in_page(page)[1] == [(1 + count) / 2] * count
    assert {each for each in ends["low"] + ends["high"] if each == each} == {(1 + count) / 2}
    assert cells[1:3] == [f"{(1 + count) / 2:g}"] * 2
