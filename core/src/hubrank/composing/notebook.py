"""How a table shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def table_html(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """An HTML table; every text is text, whatever it says.

    Args:
        title: Stands above it.
        heads: The columns' names.
        rows: The cells' texts.
        left: How many rows are not shown.
    """
    lines = [_line("th", heads), *(_line("td", row) for row in rows)]
    more = f"<p>... and {left} more</p>" if left else ""
    return f"<table><caption>{escape(title)}</caption>{''.join(lines)}</table>{more}"


def _line(kind: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{kind}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"
