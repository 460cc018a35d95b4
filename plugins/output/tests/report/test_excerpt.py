"""A page of very many units: the best of them, and a word on the rest."""

import numpy as np
import pytest
from hubrank_output.report import excerpt
from hubrank_output.report.pages import report


@pytest.fixture
def few(monkeypatch):
    """Pages have twelve units at most."""
    monkeypatch.setattr(excerpt, "MOST", 12)


@pytest.mark.usefixtures("few")
def test_the_best_of_the_last_edition_keep_their_numbers(ranking):
    """Of forty units twelve, with the ranks and values that they have among all, in both editions."""
    units = excerpt.on_page(ranking)
    part = excerpt.of_units(ranking, units)

    assert set(units) == set(ranking.order(1)[:12])
    assert part.codes == tuple(ranking.codes[unit] for unit in units)
    assert part.names == tuple(ranking.names[unit] for unit in units)
    for stage in ("ranks", "scores", "measured", "treated", "normalised"):
        np.testing.assert_array_equal(getattr(part, stage), getattr(ranking, stage)[:, units])
    for name, node in ranking.nodes.items():
        np.testing.assert_array_equal(part.nodes[name].scores, node.scores[:, units])
        np.testing.assert_array_equal(part.nodes[name].members, node.members[:, units])
    assert (part.measurement.origins[:] == ranking.measurement.origins[:, units]).all()


@pytest.mark.usefixtures("few")
def test_the_page_says_what_it_leaves_out(ranking):
    """How many there are, and the scores of the others; a page of all units says nothing of the kind."""
    part = excerpt.of_units(ranking, excerpt.on_page(ranking))
    others = ranking.scores[1][ranking.order(1)[12:]]
    told = f"scores from {others.min():.3f} to {others.max():.2f}, on average {others.mean():.2f} ("

    said = excerpt.rest_text(ranking, part)

    assert said.startswith(f"This page has the 12 best of {len(ranking.codes)} units in 2024. ")
    assert f"The other {len(others)} ranked units have {told}" in said
    assert 'id="rest"' in report(ranking)
    assert excerpt.rest_text(ranking, ranking) == ""


def test_a_page_of_all_units_has_no_rest(ranking):
    """Nothing is left out of forty units."""
    assert len(excerpt.on_page(ranking)) == 40
    assert 'id="rest"' not in report(ranking)


@pytest.mark.usefixtures("few")
def test_it_opens_with_the_published_ranks(visit, ranking):
    """The twelve best, in the order and with the ranks of the ranking."""
    page = visit(ranking)
    found = page.evaluate("window.hubrank.ranking()")
    order = ranking.order(1)[:12]

    assert [each["unit"] for each in found] == [ranking.codes[unit] for unit in order]
    assert [each["rank"] for each in found] == ranking.ranks[1][order].tolist()
    assert page.failed == []
