"""How a table shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from hubrank.basis.harmless import html_text
from hubrank.basis.language import grouped, numeral, worded

#: The size of a picture, and the distance of its ends from the frame, in pixels.
_WIDTH, _HEIGHT, _EDGE = 120, 14, 5


def table_html(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """An HTML table; every text is text, whatever it says.

    Args:
        title: Stands above it.
        heads: The columns' names.
        rows: The cells' texts; a `Picture` is shown as it is.
        left: How many rows are not shown.
    """
    lines = [_line("th", heads), *(_line("td", row) for row in rows)]
    more = f"<p>{worded('... and {count} more', count=grouped(left))}</p>" if left else ""
    return f"<table><caption>{html_text(title)}</caption>{''.join(lines)}</table>{more}"


class Picture(str):
    """An SVG that is made of numbers and escaped words, so that it needs no escaping."""

    __slots__ = ()


def interval_picture(rank: float, low: float, high: float, last: float) -> Picture:
    """A rank as a dot on the line of its interval, rank 1 to the left.

    Args:
        rank: The rank.
        low: The better end of its interval.
        high: The worse end.
        last: The rank at the right edge.
    """
    x, x1, x2 = (_EDGE + (_WIDTH - 2 * _EDGE) * (each - 1) / max(last - 1, 1) for each in (rank, low, high))
    middle = _HEIGHT / 2
    ends = {"rank": numeral(f"{rank:g}"), "low": numeral(f"{low:g}"), "high": numeral(f"{high:g}")}
    label = html_text(worded("rank {rank}, range {low} to {high}", **ends))
    return Picture(
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{middle:g}" y2="{middle:g}" stroke="currentColor" stroke-width="4"'
        f' stroke-linecap="round" opacity="0.35"/>'
        f'<circle cx="{x:.1f}" cy="{middle:g}" r="4" fill="currentColor"/></svg>'
    )


def bar_picture(value: float, largest: float) -> Picture:
    """A number as a bar from the middle, to the right where it is above 0.

    Args:
        value: The number.
        largest: The number, without its sign, whose bar reaches the edge.
    """
    middle = _WIDTH / 2
    length = (middle - _EDGE) * min(abs(value) / largest, 1) if largest else 0.0
    x = middle if value >= 0 else middle - length
    return Picture(
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{numeral(f"{value:+.3g}")}">'
        f'<line x1="{middle:g}" x2="{middle:g}" y1="0" y2="{_HEIGHT}" stroke="currentColor" opacity="0.5"/>'
        f'<rect x="{x:.1f}" y="3" width="{length:.1f}" height="{_HEIGHT - 6}" fill="currentColor" opacity="0.6"/></svg>'
    )


def _line(kind: str, cells: Sequence[str]) -> str:
    shown = (each if isinstance(each, Picture) else html_text(each) for each in cells)
    return f"<tr>{''.join(f'<{kind}>{each}</{kind}>' for each in shown)}</tr>"
