"""How a ranking shows itself in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubrank.ranking import Ranking

#: How many rows are shown.
ROWS = 20


def ranking_html(ranking: Ranking) -> str:
    """The last edition's first rows as an HTML table; names are text, whatever they are.

    Args:
        ranking: The ranking.
    """
    at = len(ranking.editions) - 1
    order = ranking.order(at)
    heads = ["rank", "range", f"since {ranking.editions[at - 1]}", "name", "country", "score"]
    shown = [True, ranking.low is not None, at > 0, True, any(ranking.countries), True]
    lines = [_line("th", heads, shown)]
    for unit in order[:ROWS]:
        cells = [
            f"{ranking.ranks[at, unit]:g}",
            ""
            if ranking.low is None or ranking.high is None
            else _range(ranking.low[at, unit], ranking.high[at, unit]),
            _moved(ranking.ranks[at - 1, unit], ranking.ranks[at, unit]),
            ranking.names[unit],
            ranking.countries[unit],
            f"{ranking.scores[at, unit]:.4g}",
        ]
        lines.append(_line("td", cells, shown))
    title = f"{ranking.plan.scenario.title}, {ranking.editions[at]}"
    more = f"<p>... and {len(order) - ROWS} more</p>" if len(order) > ROWS else ""
    return f"<table><caption>{escape(title)}</caption>{''.join(lines)}</table>{more}"


def _line(kind: str, cells: list[str], shown: list[bool]) -> str:
    made = "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell, there in zip(cells, shown, strict=True) if there)
    return f"<tr>{made}</tr>"


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _moved(before: float, now: float) -> str:
    if before != before:  # was not ranked
        return "new"
    return "=" if before == now else f"{before - now:+g}"
