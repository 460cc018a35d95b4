"""Tables for a screen: what leaves a narrow one, what is shortened, and what never is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, field, frozen

from hubrank.front.letters import shortened

#: Between two columns.
GAP = 2
#: How many cells a text keeps before a column leaves for it, and how many when none can leave any more.
_READABLE, _LEAST = 20, 8


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
    """

    natural: int
    folded: int

    def least(self, column: Column, floor: int) -> int:
        """The fewest cells that it takes, when its texts take as few as a floor."""
        return min(self.folded, floor) if column.elastic else self.folded


def widths(heading: str, cells: Sequence[str]) -> Widths:
    """How wide a heading and the cells below it are.

    Args:
        heading: Of the column.
        cells: As they are shown, without markup.
    """
    from rich.cells import cell_len

    widest = max(map(cell_len, cells), default=0)
    words = max(map(cell_len, heading.split(" ")), default=0)
    return Widths(natural=max(widest, cell_len(heading)), folded=max(widest, words))


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
    """Each column's width: numbers whole, what is left for texts, the narrowest first so that few are shortened."""
    made = {at: sizes[at].folded for at in shown if not columns[at].elastic}
    elastic = sorted((at for at in shown if at not in made), key=lambda at: sizes[at].folded)
    left = room - GAP * (len(shown) - 1) - sum(made.values())
    for turn, at in enumerate(elastic):
        made[at] = max(min(sizes[at].folded, left // (len(elastic) - turn)), min(sizes[at].folded, _LEAST))
        left -= made[at]
    return {at: made[at] for at in shown}


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
