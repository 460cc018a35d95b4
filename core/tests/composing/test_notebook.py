"""A ranking shows itself in a notebook."""

from attrs import evolve
from hubrank.testing.small import small_ranking


def test_the_last_edition_is_shown_best_first():
    """Rank, change, name, country and score of each ranked unit."""
    shown = small_ranking()._repr_html_()

    assert "<caption>Five lands, 2024</caption>" in shown
    assert "<tr><td>1</td><td>▲ 1</td><td>Beland</td><td>BBB</td><td>0.889</td></tr>" in shown
    assert shown.index("Beland") < shown.index("Åland") < shown.index("Celand") < shown.index("Deland")


def test_ranges_are_shown_where_there_are_any():
    """With intervals there is one more column."""
    ranking = small_ranking()
    shown = evolve(ranking, low=ranking.ranks, high=ranking.ranks + 1)._repr_html_()

    assert "<th>range</th>" in shown
    assert "<td>1 to 2</td>" in shown


def test_names_are_text():
    """What looks like markup is escaped."""
    shown = small_ranking()._repr_html_()

    assert "Åland, the &quot;first&quot;" in shown
