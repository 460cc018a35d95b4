"""Answer: tables, notes, bars; as text and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import Factory, define, field, frozen

from hubrank.errors import UsageError, did_you_mean
from hubrank.i18n import format_count, format_number, gettext, gettext_noop, listed, ngettext
from hubrank.io.escaping import escape_markup, html_text, strip_control

if TYPE_CHECKING:
    import pandas as pd


#: The size of a picture, and the distance of its ends from the frame, in pixels.
_NOTEBOOK_WIDTH, _HEIGHT, _EDGE = 120, 14, 5


def table_html(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """An HTML table, and the number of rows left out; everything but a `Picture` is escaped as text."""
    lines = []
    for kind, cells in (("th", heads), *(("td", row) for row in rows)):
        shown = (item if isinstance(item, Picture) else html_text(item) for item in cells)
        lines.append(f"<tr>{''.join(f'<{kind}>{item}</{kind}>' for item in shown)}</tr>")
    more = f"<p>{gettext('... and {count} more', count=format_count(left))}</p>" if left else ""
    return f"<table><caption>{html_text(title)}</caption>{''.join(lines)}</table>{more}"


class Picture(str):
    """An SVG that is made of numbers and escaped words, so that it needs no escaping."""

    __slots__ = ()


def interval_picture(rank: float, low: float, high: float, last: float, joint: Sequence[float] = ()) -> Picture:
    """A rank as a dot on the line of its interval from `low`, the better end, to `high`; 1 is left, `last` right.

    A thin line behind it is its joint interval, if there is one.
    """
    ends = [rank, low, high, *(item for item in joint if item == item)]  # where it is a number
    texts = dict(
        zip(
            ("rank", "low", "high", "joint_low", "joint_high"),
            (format_number(f"{item:g}") for item in ends),
            strict=False,
        )
    )
    label = gettext_noop("rank {rank}, range {low} to {high}")
    if len(texts) > 3:
        label = gettext_noop("rank {rank}, range {low} to {high}, joint range {joint_low} to {joint_high}")
    places = [_EDGE + (_NOTEBOOK_WIDTH - 2 * _EDGE) * (item - 1) / max(last - 1, 1) for item in ends]
    lines = zip((places[3:], places[1:3]), (1, 4), ("0.6", "0.35"), strict=True)
    drawn = "".join(
        f'<line x1="{x[0]:.1f}" x2="{x[1]:.1f}" y1="{_HEIGHT / 2:g}" y2="{_HEIGHT / 2:g}" stroke="currentColor"'
        f' stroke-width="{width}" stroke-linecap="round" opacity="{opacity}"/>'
        for x, width, opacity in lines
        if x
    )
    return Picture(
        f'<svg width="{_NOTEBOOK_WIDTH}" height="{_HEIGHT}" role="img"'
        f' aria-label="{html_text(gettext(label, **texts))}">{drawn}'
        f'<circle cx="{places[0]:.1f}" cy="{_HEIGHT / 2:g}" r="4" fill="currentColor"/></svg>'
    )


def _bar_picture(value: float, largest: float) -> Picture:
    """A number as a bar from the middle, to the right where it is above 0; that of the largest reaches the edge."""
    middle = _NOTEBOOK_WIDTH / 2
    length = (middle - _EDGE) * min(abs(value) / largest, 1) if largest else 0.0
    x = middle if value >= 0 else middle - length
    return Picture(
        f'<svg width="{_NOTEBOOK_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{format_number(f"{value:+.3g}")}">'
        f'<line x1="{middle:g}" x2="{middle:g}" y1="0" y2="{_HEIGHT}" stroke="currentColor" opacity="0.5"/>'
        f'<rect x="{x:.1f}" y="3" width="{length:.1f}" height="{_HEIGHT - 6}" fill="currentColor" opacity="0.6"/></svg>'
    )


#: The most rows and notes of a text, rows of a notebook, and characters of a cell.
_ROWS, _NOTES, _NOTEBOOK_ROWS, _CELL, _WIDTH = 12, 6, 20, 34, 100
#: Smaller numbers are the noise of computing; from here on numbers have no decimals.
_NOISE, _WHOLE = 1e-12, 10_000


@frozen
class ScreenColumn:
    """A column of a table for people.

    Attributes:
        name: Its heading.
        kind: `number` is aligned right and never shortened; `name` identifies the rows; `name` and `text` are aligned
            left and may be cut in the middle; `words` may take several lines; `bar` is a picture on screens.
        leaves: Its turn to be dropped if the table is too wide, after the bars; 0 to keep it.
    """

    name: str
    kind: Literal["number", "name", "text", "words", "bar"] = "number"
    leaves: int = 0


@define
class ScreenTable:
    """A table for people.

    Attributes:
        columns: Its columns.
        title: The line above it.
        headed: Whether its columns have headings on a screen and in a pipe; in Markdown they always have.
        indent: Its indent on a screen.
        rows: Its rows: how they look, and their cells, as markup.
    """

    columns: Sequence[ScreenColumn]
    title: str = ""
    headed: bool = True
    indent: int = 0
    rows: list[tuple[str, tuple[str, ...]]] = field(factory=list)

    def add(self, *cells: str, style: str = "") -> None:
        """Add a row with one cell per column; texts from data have been through `escape_markup`."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        self.rows.append((style, cells))


def bar_of(share: float, width: int = 20) -> str:
    """A bar of eighths of a cell, `share` of `width` long."""
    full, rest = divmod(round(max(0.0, min(1.0, share)) * width * 8), 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def short_number(value: float, digits: int = 4) -> str:
    """A number for people: thousands apart, no more digits than it needs."""
    if value != value:  # not a number
        return "-"
    return format_number(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}")


@frozen(kw_only=True, eq=False)
class Answer:
    """The answer of a command, for all readers: people on a screen, programs, and Python.

    Attributes:
        title: The question and its subject.
        tables: Tables by name for Python, the main one first.
        notes: Sentences that belong to them.
        bars: The main table's column that a notebook shows as bars too; with `rank`, `low` and `high` it shows
            intervals.
        record: The source of the tables, for advanced use.
        page: Lines of markup and tables for a screen or Markdown; by default the title, the main table and the notes.
        details: Shown after them, unless `--quiet` is given.
        data: Returns all of the answer for JSON; by default the title and the tables.
        rows: Returns the table for CSV, a frame or records; by default the main table.
        about: Returns the notes on the ranking for readers of the data: `Ranking.about`.
        left_out: The number of rows that `data`, `rows` and the page leave out.
    """

    title: str = ""
    tables: Mapping[str, pd.DataFrame] = field(factory=dict)
    notes: tuple[str, ...] = ()
    bars: str = ""
    record: Any = field(default=None, repr=False)
    page: Sequence[str | ScreenTable] = field()
    details: Sequence[str | ScreenTable] = ()
    data: Callable[[], Any] = Factory(lambda self: lambda: {"title": self.title, **self.tables}, takes_self=True)
    rows: Callable[[], pd.DataFrame | Iterable[Mapping[str, Any]]] = Factory(lambda self: self.table, takes_self=True)
    about: Callable[[], Mapping[str, Any]] = dict
    left_out: int = 0

    @page.default
    def _page(self) -> Sequence[str | ScreenTable]:
        main = [block for frame in [*self.tables.values()][:1] for block in frame_blocks(frame)]
        return [f"[bold]{escape_markup(self.title)}[/bold]", *main, *map(escape_markup, self.notes)]

    def envelope(self) -> Any:
        """The content of JSON: the data, the number of rows left out, and the notes for readers."""
        data, about = self.data(), self.about()
        return {**data, **({"left_out": self.left_out} if self.left_out else {}), **about} if about else data

    def table(self, name: str | None = None) -> pd.DataFrame:
        """A table by name, the main one by default.

        Raises:
            UsageError: There is none of that name.
        """
        if name is None:
            return next(iter(self.tables.values()))
        if name not in self.tables:
            raise UsageError(f"there is no table '{name}'{did_you_mean(name, self.tables)}")
        return self.tables[name]

    def __repr__(self) -> str:
        lines = [strip_control(self.title), *text_table(self.table(), _ROWS)]
        lines += map(strip_control, self.notes[:_NOTES])
        if (more := len(self.notes) - _NOTES) > 0:
            lines.append(ngettext(more, "... and {count} more note", "... and {count} more notes"))
        if others := list(self.tables)[1:]:
            lines.append(strip_control(gettext("further tables: {names}", names=listed(others))))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        frame = self.table()
        first = frame.head(_NOTEBOOK_ROWS)
        rows = [[_cell(item) for item in row] for row in first.itertuples(index=False, name=None)]
        heads = [str(item) for item in frame]
        if pictures := _pictures(first, self.bars):
            heads, rows = [*heads, ""], [[*row, picture] for row, picture in zip(rows, pictures, strict=True)]
        shown = table_html(self.title, heads, rows, max(0, len(frame) - _NOTEBOOK_ROWS))
        return shown + "".join(f"<p>{html_text(item)}</p>" for item in self.notes)


def _pictures(frame: pd.DataFrame, bars: str) -> list[str]:
    """A picture a row: of its range, or of its number in the column of bars; None if the table has neither."""
    if bars in frame:
        largest = float(frame[bars].abs().max())
        return ["" if item != item else _bar_picture(float(item), largest) for item in frame[bars]]
    if not {"rank", "low", "high"} <= set(frame):
        return []
    ends = ["low", "high", *(name for name in ("joint_low", "joint_high") if name in frame)]
    last = float(frame[ends].max().max())
    cells = frame[["rank", *ends]].astype(float).itertuples(index=False, name=None)
    return [
        "" if rank != rank or low != low else interval_picture(rank, low, high, last, joint)
        for rank, low, high, *joint in cells
    ]


def frame_blocks(frame: pd.DataFrame, title: str = "", most: int = 20) -> list[str | ScreenTable]:
    """A frame as a table for people, and the number of rows left out; the first column identifies the rows."""
    columns = []
    for at, name in enumerate(map(str, frame)):
        number = frame.dtypes.iloc[at].kind in "iuf"
        column = ScreenColumn(name) if number else ScreenColumn(name, "text", len(frame.columns) - at)
        columns.append(column if at else ScreenColumn(name, "name"))
    table = ScreenTable(columns, title=title)
    for row in frame.head(most).itertuples(index=False):
        table.add(*(escape_markup(short_number(cell) if isinstance(cell, float) else cell) for cell in row))
    return [table, *(f"[dim]{text}[/dim]" for text in _more(len(frame) - most))]


def _more(rows: int) -> list[str]:
    return [ngettext(rows, "... and {count} more row", "... and {count} more rows")] if rows > 0 else []


def text_table(frame: pd.DataFrame, most: int, rows_in_all: int | None = None) -> list[str]:
    """A table as lines of text, with as many columns as fit; names are shortened, numbers never.

    It shows `most` rows of those in all, of which the frame may have the first only.
    """
    heads = [str(item) for item in frame]
    shown: list[list[str]] = []
    width, half = 0, (_CELL - 3) // 2
    for at, head in enumerate(heads):
        cells = [strip_control(item) for item in (head, *map(_cell, frame.iloc[:most, at]))]
        cells = [item if len(item) <= _CELL else f"{item[:half]}...{item[-half:]}" for item in cells]
        longest = max(map(len, cells))
        width += longest + 2
        if width > _WIDTH and shown:
            break
        right = at > 0 and all(item.lstrip("+-")[:1].isdigit() or not item for item in cells[1:])
        shown.append([item.rjust(longest) if right else item.ljust(longest) for item in cells])
    lines = ["  ".join(cells).rstrip() for cells in zip(*shown, strict=True)]
    if left := heads[len(shown) :]:
        names = ", ".join(left[:6]) + (" ..." if len(left) > 6 else "")
        lines.append(strip_control(gettext("... and columns {names}", names=names)))
    return lines + _more((len(frame) if rows_in_all is None else rows_in_all) - most)


def _cell(value: Any) -> str:
    """A cell for people: four digits, all digits of a whole number, missing values empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool) or not hasattr(value, "__float__") or isinstance(value, str):
        return str(value)
    number = float(value)
    if abs(number) < _NOISE:
        return "0"
    return format_number(f"{number:,.0f}" if abs(number) >= _WHOLE else f"{number:.4g}")
