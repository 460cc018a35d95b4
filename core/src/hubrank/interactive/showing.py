"""How a ranking shows itself: as a short text, and in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.basis.harmless import html_text, inert
from hubrank.basis.language import numeral, worded
from hubrank.basis.words import counted
from hubrank.composing.ranking import Ranking
from hubrank.drafting.draft import Draft
from hubrank.questions.answers import text_table

if TYPE_CHECKING:
    import pandas as pd

#: A text shows so many units and so many sentences.
_ROWS, _SENTENCES = 10, 5


def text_of(ranking: Ranking, draft: Draft | None) -> str:
    """The latest edition in fewer than 25 lines.

    Args:
        ranking: The ranking.
        draft: What was made of a table, where one was ranked.
    """
    lines = [inert(_title(ranking)), _counted(ranking)]
    lines += text_table(_first(ranking), _ROWS, _ranked(ranking))
    said = [inert(each) for each in _sentences(ranking, draft)]
    return "\n".join([*lines, *said[:_SENTENCES]])


def html_of(ranking: Ranking, draft: Draft | None) -> str:
    """The latest edition as a table with ranges and pictures, and what a reader should know; names are escaped.

    Args:
        ranking: The ranking.
        draft: What was made of a table, where one was ranked.
    """
    said = "".join(f"<li>{html_text(each)}</li>" for each in _sentences(ranking, draft))
    return f"{ranking._repr_html_()}<p>{html_text(_counted(ranking))}</p><ul>{said}</ul>"  # its own way


def _ranked(ranking: Ranking) -> int:
    return len(ranking.order(len(ranking.editions) - 1))


def _counted(ranking: Ranking) -> str:
    units, indicators = counted(_ranked(ranking), "unit"), counted(len(ranking.plan.ranked), "indicator")
    return worded("{units} ranked by {indicators}", units=units, indicators=indicators)


def _title(ranking: Ranking) -> str:
    return worded("{title}, {edition}", title=ranking.title, edition=ranking.editions[-1])


def _first(ranking: Ranking) -> pd.DataFrame:
    """The first rows and the columns that a text shows."""
    import pandas as pd

    at = len(ranking.editions) - 1
    first, tiers = ranking.order(at)[:_ROWS], ranking.tier(at)
    columns = {
        worded("rank"): [numeral(f"{ranking.ranks[at, unit]:g}") for unit in first],
        worded("range"): [ranking.range_text(at, int(unit)) for unit in first],
        worded("unit"): [ranking.names[unit] for unit in first],
        worded("score"): [ranking.score_text(at, int(unit)) for unit in first],
        worded("tier"): [tiers[unit] for unit in first],
    }
    return pd.DataFrame({name: cells for name, cells in columns.items() if any(cells)})


def _sentences(ranking: Ranking, draft: Draft | None) -> list[str]:
    """What only the user can know and nobody said, then what a reader should know."""
    asked = () if draft is None else draft.asked
    about = [each.text for each in ranking.caveats() if each.edition in (None, ranking.editions[-1])]
    return [*(worded("assumed: {choice}", choice=each) for each in asked), *about]
