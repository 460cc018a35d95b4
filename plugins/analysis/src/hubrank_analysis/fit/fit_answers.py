"""The comparison of two rankings as an answer in Python."""

from __future__ import annotations

from hubrank import Answer, Ranking, format_number, gettext

from hubrank_analysis.fit.comparison import compare as compared
from hubrank_analysis.fit.comparison import found_in_both, listing_of, not_matched


def compare(ranking: Ranking, *, other: Ranking, edition: int, with_edition: int) -> Answer:
    """Compare two rankings by the names of their units.

    Args:
        ranking: The one.
        other: The other.
        edition: The position of the edition of the one.
        with_edition: The position of the edition of the other.

    Returns:
        The table `differences`, the largest first, and the `Comparison`.
    """
    import pandas as pd

    made = compared(listing_of(ranking, edition), listing_of(other, with_edition))
    rows = made.largest(len(made.common))
    table = pd.DataFrame(
        {
            "unit": [each.name for each in rows],
            "first": [each.first for each in rows],
            "second": [each.second for each in rows],
            "difference": [each.first - each.second for each in rows],
        }
    )
    lost = [not_matched(name, codes) for name, codes in made.ambiguous.items()]
    if made.only_second:
        lost.append(gettext("only in the second: {names}", names=", ".join(made.only_second)))
    return Answer(
        title=gettext("{one} and {other}", one=made.first.title, other=made.second.title),
        tables={"differences": table},
        notes=(
            found_in_both(made),
            gettext(
                "Spearman {spearman}, Kendall {kendall}",
                spearman=format_number(f"{made.spearman:.3f}"),
                kendall=format_number(f"{made.kendall:.3f}"),
            ),
            *lost,
        ),
        bars="difference",
        record=made,
    )
