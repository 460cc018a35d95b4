"""Tables for a screen: what leaves a narrow one, what is shortened, and what never is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, field, frozen

from hubrank.front.letters import shortened

#: Between two columns.
GAP = 2
#: How many cells a text keeps before a column leaves for it, and how many when none can leave any more.
_READABLE, _LEAST = 20, 12


@frozen
class Column:
    """A column of a table.

    Attributes:
        name: Its heading.
        kind: `number` stands right and is always whole; `name` tells the rows apart; `name` and `text` stand left and
            may be shortened in the middle; `words` may take several lines; `bar` is a picture, which only screens show.
        leaves: Its turn to leave where the table is too wide, after the bars; 0 where it stays.
    """

    name: str
    kind: Literal["number", "name", "text", "words", "bar"] = "number"
    leaves: int = 0

    @property
    def elastic(self) -> bool:
        """Whether its cells may be shortened or take several lines."""
        return self.kind in ("name", "text", "words")


@define
class Grid:
    """A table.

    Attributes:
        columns: Its columns.
        title: What stands above it.
        headed: Whether its columns have headings.
        rows: Its rows: how they look, and their cells, as markup.
    """

    columns: Sequence[Column]
    title: str = ""
    headed: bool = True
    rows: list[tuple[str, tuple[str, ...]]] = field(factory=list)

    def add(self, *cells: str, style: str = "") -> None:
        """Add a row.

        Args:
            cells: As many as there are columns; texts from data have been through `plain`.
            style: How the row looks, such as `bold`.
        """
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        self.rows.append((style, cells))


@frozen
class Widths:
    """How wide a column is.

    Attributes:
        natural: Its widest cell, its heading in one line.
        folded: The same, with the heading in lines of a word each.
        word: The longest word of its cells.
    """

    natural: int
    folded: int
    word: int

    def least(self, column: Column, floor: int) -> int:
        """The fewest cells that it takes, when its texts take as few as a floor; words are never cut."""
        least = max(floor, self.word) if column.kind == "words" else floor
        return min(self.folded, least) if column.elastic else self.folded


def widths(heading: str, cells: Sequence[str]) -> Widths:
    """How wide a heading and the cells below it are.

    Args:
        heading: Of the column.
        cells: As they are shown, without markup.
    """
    from rich.cells import cell_len

    widest = max(map(cell_len, cells), default=0)
    words = max(map(cell_len, heading.split(" ")), default=0)
    longest = max((cell_len(word) for cell in set(cells) for word in cell.split(" ")), default=0)
    return Widths(natural=max(widest, cell_len(heading)), folded=max(widest, words), word=longest)


def arranged(columns: Sequence[Column], sizes: Sequence[Widths], room: int) -> Iterator[dict[int, int]]:
    """The columns that a screen shows, each with its width; in several parts where they cannot stand side by side.

    Nothing happens to a table that fits. Else bars leave, headings take several lines, columns leave in their turn,
    and texts are shortened. What is left and still too wide is told in parts, each with the names.

    Args:
        columns: The table's.
        sizes: How wide each is.
        room: The cells of a line.
    """
    shown = list(range(len(columns)))
    if _total([sizes[at].natural for at in shown]) <= room:
        yield {at: sizes[at].natural for at in shown}
        return
    shown = [at for at in shown if columns[at].kind != "bar"]
    if _total([sizes[at].natural for at in shown]) <= room:
        yield {at: sizes[at].natural for at in shown}
        return
    leaving = sorted((at for at in shown if columns[at].leaves), key=lambda at: columns[at].leaves)
    while not _fits(columns, sizes, shown, room, _READABLE) and leaving:
        shown.remove(leaving.pop(0))
    for part in _parts(columns, sizes, shown, room):
        yield _shared_out(columns, sizes, part, room)


def _total(cells: Sequence[int]) -> int:
    return sum(cells) + GAP * (len(cells) - 1)


def _fits(columns: Sequence[Column], sizes: Sequence[Widths], shown: Sequence[int], room: int, floor: int) -> bool:
    return _total([sizes[at].least(columns[at], floor) for at in shown]) <= room


def _parts(columns: Sequence[Column], sizes: Sequence[Widths], shown: Sequence[int], room: int) -> Iterator[list[int]]:
    """The columns in as few parts as there must be, the names in each."""
    if _fits(columns, sizes, shown, room, _LEAST):
        yield list(shown)
        return
    names = [at for at in shown if columns[at].kind == "name"]
    part: list[int] = []
    for at in (at for at in shown if at not in names):
        if part and not _fits(columns, sizes, [*names, *part, at], room, _READABLE):
            yield sorted([*names, *part])
            part = []
        part.append(at)
    yield sorted([*names, *part])


def _shared_out(columns: Sequence[Column], sizes: Sequence[Widths], shown: Sequence[int], room: int) -> dict[int, int]:
    """Each column's width: numbers whole, the rest cell by cell to the narrowest text that is not whole yet."""
    made = {at: sizes[at].least(columns[at], _LEAST) for at in shown}
    short = [at for at in shown if made[at] < sizes[at].folded]
    for _ in range(room - _total(list(made.values()))):
        if not short:
            break
        narrowest = min(short, key=lambda at: made[at])
        made[narrowest] += 1
        if made[narrowest] == sizes[narrowest].folded:
            short.remove(narrowest)
    return made


def heading(name: str, width: int) -> str:
    """A heading in lines of at most so many cells."""
    from rich.cells import cell_len

    lines = [""]
    for word in name.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(shortened(line, width) for line in lines)


def told_apart(texts: Sequence[str], width: int) -> list[str]:
    """Texts in so many cells each; those that would look alike stay whole, and take several lines.

    Args:
        texts: A column's.
        width: Cells; what a text begins with of spaces is kept.
    """
    short = {text: _indented(text, width) for text in dict.fromkeys(texts)}
    alike = Counter(short.values())
    return [short[text] if alike[short[text]] == 1 else text for text in texts]


def _indented(text: str, width: int) -> str:
    bare = text.lstrip()
    indent = text[: len(text) - len(bare)]
    return indent + shortened(bare, max(width - len(indent), 1))
