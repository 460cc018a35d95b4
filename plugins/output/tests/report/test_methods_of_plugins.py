"""A plugin's aggregator on the page: it moves by its script, or stands as it was composed and says why."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hubrank.plugin import Aggregator, Form, compose, hookimpl
from hubrank.testing import examples

README = (Path(__file__).parents[4] / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
SCRIPT = "(scores, weights) => scores.reduce((sum, each, at) => sum + each * weights[at], 0)"
OWN = {"index": [1, 4], "research": [2, 1], "people": [1, 1.5], "industry": [1, 2, 0.5]}


def bringing(**records):
    """A plugin with these records by hook."""
    module = ModuleType("stranger")
    for kind, found in records.items():
        setattr(module, f"hubrank_{kind}", hookimpl(lambda found=found: [found], specname=f"hubrank_{kind}"))
    return module


def mean(**declared):
    """A plugin with the arithmetic mean under another name."""
    apply = lambda scores, weights, context, options: (scores * weights).sum(axis=-1)  # noqa: E731
    return bringing(aggregators=Aggregator(name="stranger", apply=apply, **declared))


def from_the_readme():
    """The aggregator that the page for authors of plugins shows."""
    code = next(each.code for each in examples(README) if each.file == "hubrank_mean_and_worst.py")
    module = ModuleType("hubrank_mean_and_worst")
    exec(code, vars(module))  # noqa: S102  # the repository's own example
    return module


def weigh(node, *_):
    """The weights that a reader chose."""
    return np.array(OWN[node.name], dtype=float).reshape(1, 1, -1)


def moved(page):
    """The scores of the last edition by unit under the weights that a reader chose."""
    page.evaluate("own => window.hubrank.rerank(own)", OWN)
    return {each["unit"]: each["score"] for each in page.evaluate("window.hubrank.ranking()")}


def composed(ranking):
    """The same, composed by the core."""
    return {ranking.codes[unit]: pytest.approx(ranking.scores[1, unit], rel=1e-12) for unit in ranking.order(1)}


def notes(page):
    """What the page says of weights that cannot be moved."""
    return page.locator("#weights .standing").all_inner_texts()


@pytest.mark.parametrize(
    ("plugin", "method"),
    [
        (from_the_readme(), '{ method = "mean-and-worst", share = 0.3 }'),
        (mean(script=SCRIPT), '"stranger"'),
        (mean(form=Form()), '"stranger"'),
    ],
    ids=["readme", "script", "form"],
)
def test_it_moves_as_the_core_composes(forty, visit, plugin, method):
    """With its script, or the mean that it declares, other weights give the core's scores, missing values included."""
    plan = forty.plan(f"dimensions.industry.aggregation = {method}\naggregation = {method}", plugin)
    measured = forty.measured()
    page = visit(compose(plan, measured))

    assert notes(page) == []
    assert moved(page) == composed(compose(plan, measured, weigh))
    assert page.failed == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({}, "its method stranger has no script for the page"),
        ({"script": "(scores) => scores["}, "the script of its method stranger could not be loaded"),
        (
            {"script": "(scores) => scores[0]"},
            "the script of its method stranger does not reproduce the published scores",
        ),
        ({"script": "(scores) => scores.nothing()"}, "the script of its method stranger fails: "),
    ],
    ids=["none", "broken", "wrong", "failing"],
)
def test_it_stands_as_composed_and_says_why(forty, visit, declared, why):
    """The dimension keeps its scores, its sentence says so, and all other weights can be moved."""
    plan = forty.plan('dimensions.industry.aggregation = "stranger"', mean(**declared))
    measured = forty.measured()
    page = visit(compose(plan, measured))
    (note,) = notes(page)
    own = {**OWN, "industry": [1, 1, 0.5]}
    wanted = compose(plan, measured, lambda node, *_: np.array(own[node.name], dtype=float).reshape(1, 1, -1))

    assert note.startswith(f"The weights of “Industry” cannot be changed here because {why}")
    assert note.endswith(". Its published scores are shown.")
    assert page.locator("#weights input[data-node=industry]").count() == 0
    assert moved(page) == composed(wanted)


@pytest.mark.long
def test_a_script_is_code_and_ends_no_element(forty, visit):
    """Text in a script that looks like the end of its element, or a comment, stays text of the script."""
    script = f"(scores, weights) => '</script><!-- <script>'.length === 22 ? ({SCRIPT})(scores, weights) : NaN"
    page = visit(compose(forty.plan('aggregation = "stranger"', mean(script=script)), forty.measured()))

    assert notes(page) == []
    assert page.failed == []
    assert page.locator("#weights input").count() > 0


@pytest.mark.long
def test_a_unit_that_lacks_no_member_has_a_score_whatever_count_is_asked_for(forty, visit):
    """People has two members and its rule asks for three: who has both is ranked, on the page as in the core.

    A member of weight 0 that is missing is not lacking either: under 1 and 0 the page ranks who has the first alone.
    """
    rule = 'dimensions.people.missing = { rule = "renormalise", at_least_count = 3 }\nmissing = { rule = "unranked" }'
    measured = forty.measured()
    page = visit(compose(forty.plan(rule), measured))
    own = {**OWN, "people": [1, 0]}
    page.evaluate("own => window.hubrank.rerank(own)", own)
    shown = {each["unit"]: each["score"] for each in page.evaluate("window.hubrank.ranking()")}
    wanted = compose(
        forty.plan(rule), measured, lambda node, *_: np.array(own[node.name], dtype=float).reshape(1, 1, -1)
    )

    assert len(shown) > 20
    assert shown == composed(wanted)
