"""The page in the states that readers leave it in: no error of accessibility, nothing over the edge."""

import re

import numpy as np
import pytest
from hubrank.plugin import compose

STATES = {
    "as it opens": "",
    "weights moved": "#w.index=1_2.5",
    "a unit open": "#open=U10",
    "filtered": "#f.country=FRA&q=land&detail=scores",
    "limited": "#n.score=20_80&n.m.a=_9",
    "two compared": "#unit=U10&unit=U12&open=U10&against=U12",
    "the edition before": "#edition=2023&lang=zh",
    "weights as importance": "#w.index=5_1&mine=1&lang=de",
    "one dimension only": "#w.index=0_1&sort=-published",
    "every indicator": "#detail=measured&unit=U10",
    "editions": "#section=editions&unit=U10",
    "scatter": "#see=scatter&x=m.a&y=rank&unit=U10",
    "heat maps": "#see=correlation_acceptability&kind=spearman",
    "tree": "#see=tree_share",
    "a typing mistake": "#q=Roket+town",
    "a part alone": "#embed=figures&see=distribution",
}


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit, ranking, state, width, scheme):
    """Labels, tables, landmarks and contrast, at a phone's width and a desk's, in light and dark: no violation."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core looks at the page").Axe()
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    page = visit(ranking, fragment=STATES[state], **options)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.wait_for_selector("#uncertainty:not([hidden])", state="attached")
    page.wait_for_selector("#choices li", state="attached")
    found = axe.run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.failed == []


@pytest.mark.long
def test_which_choice_decides_is_what_python_finds(forty, visit):
    """Without a member, the mean move of ranks is that of the scenario that gives it weight 0."""
    published = compose(forty.plan(), forty.measured())
    page = visit(published)
    page.wait_for_selector("#choices li")
    lines = page.locator("#choices li").all_inner_texts()
    means = [float(re.search(r"change by ([\d.]+) on average", line)[1]) for line in lines]
    found = {re.match(r"Without “(.*?)” in", line)[1]: line for line in lines if line.startswith("Without “")}
    keys = {each.title: f"indicators.{each.key}" for each in published.plan.ranked}
    keys |= {node.title: f"dimensions.{node.name}" for node in published.plan.tree}

    assert means == sorted(means, reverse=True)
    assert found
    for title, line in found.items():
        if list(keys).count(title) != 1:
            continue
        other = compose(forty.plan(f"{keys[title]}.weight = 0"), forty.measured())
        moved = np.abs(other.ranks[1] - published.ranks[1])
        both = ~np.isnan(moved)
        assert f"change by {moved[both].mean():.1f} on average and by {moved[both].max():g} at most" in line
        assert f"; {other.names[other.order(1)[0]]} is first." in line
