"""The one way by which text leaves for a terminal, a pipe or a page of Markdown."""

from __future__ import annotations

import contextlib
import functools
import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from hubrank.basis.harmless import inert, lines, marked_down, plain
from hubrank.basis.language import worded
from hubrank.front import screen
from hubrank.front.layout import GAP, Column, Grid, Widths, arranged, heading, told_apart, widths
from hubrank.front.leaving import sent
from hubrank.front.letters import FALLBACK, lacked, written

if TYPE_CHECKING:
    from rich.console import Console, RenderableType  # noqa: TID251
    from rich.text import Text

#: Stands where a line must not break, while it is broken; no text has it.
_JOINT = "\ue000"

Shape = Literal["screen", "tabs", "markdown"]


def say(text: object, *, err: bool = False, end: str = "\n") -> None:
    """Write a text that is no table.

    Args:
        text: What is said; nothing in it steers the terminal.
        err: To standard error in place of standard output.
        end: What stands behind it.
    """
    stream = sys.stderr if err else sys.stdout
    with sent(err=err):
        stream.write(lines(f"{text}{end}"))
        stream.flush()


def complain(text: str) -> None:
    """Write a message to standard error; on a terminal its lines break between words."""
    from rich.text import Text

    if not sys.stderr.isatty():
        say(text, err=True)
        return
    out = terminal(err=True)
    for line in lines(text).split("\n"):
        for each in _wrapped(out, Text(line), out.width):
            with sent(err=True):
                out.print(each, soft_wrap=True)


def console(shape: Shape | None = None) -> Page:
    """Standard output, for lines and tables.

    Args:
        shape: By default as `screen`, laid out for eyes, or with tabs in a pipe.
    """
    return Page(shape or ("screen" if screen.laid_out() else "tabs"))


def terminal(*, err: bool = False) -> Console:
    """Rich's console on a standard stream, with colours where they are wanted, which lets nothing else steer."""
    from rich.console import Console  # noqa: TID251  # the one place
    from rich.segment import Segment

    class Inert(Console):
        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704  # what is being handled, in place of an exit of Rich's own

        def render(self, renderable: RenderableType, options: Any = None) -> Iterable[Segment]:
            for each in super().render(renderable, options):
                yield each if each.control else Segment(lines(each.text).replace(_JOINT, " "), each.style)

    stream = sys.stderr if err else sys.stdout
    colours = screen.coloured(stream)
    return Inert(
        file=stream,
        width=None if err else screen.width(),
        force_terminal=colours or None,
        color_system="auto" if colours else None,
        highlight=False,
        emoji=False,
    )


@contextlib.contextmanager
def writable() -> Iterator[None]:
    """Let standard output and error write other letters for those that their encodings lack, and say so at the end."""
    kept = [(each, each.errors) for each in (sys.stdout, sys.stderr) if isinstance(each, io.TextIOWrapper)]
    if any(errors == FALLBACK for _, errors in kept):  # a verb within a verb
        yield
        return
    for stream, _ in kept:
        stream.reconfigure(errors=FALLBACK)
    lacked.clear()
    try:
        yield
    finally:
        if lacked:
            lacking = (
                f"the output's encoding, {sys.stdout.encoding}, lacks some letters; others stand for them "
                "(PYTHONUTF8=1 writes all)"
            )
            say(f"hubrank: {lacking}", err=True)
        for stream, errors in kept:
            with contextlib.suppress(ValueError, OSError):  # it was closed, or is full
                stream.reconfigure(errors=errors)


class Page:
    """Lines and tables on their way out.

    Lines of a terminal break between words. In a pipe a line stays one line, and a table has tabs between its cells.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._empty = True

    @functools.cached_property
    def _console(self) -> Console:
        return terminal()

    @property
    def pictures(self) -> bool:
        """Whether bars are shown."""
        return self.shape == "screen"

    def print(self, *said: Any) -> None:
        """Write a line of markup, or anything that Rich can render; texts from data have been through `plain`."""
        from rich.text import Text

        for each in said or ("",):
            if not isinstance(each, str):
                self._show(each)
                continue
            text = Text.from_markup(written(each), emoji=False)
            for line in text.split("\n", allow_blank=True):
                self._line(line)

    def _line(self, text: Text) -> None:
        if self.shape == "markdown":
            self._mark(_marked(text))
        elif self.shape == "tabs":
            say(text.plain)
        else:
            for each in _wrapped(self._console, text, screen.width()):
                self._show(each, soft_wrap=True)

    def _show(self, what: Any, **how: Any) -> None:
        with sent():
            self._console.print(what, **how)

    def table(self, grid: Grid) -> None:
        """Write a table: laid out, with tabs, or as Markdown's."""
        from rich.text import Text

        if grid.title:
            self.print(f"[italic]{plain(grid.title)}[/italic]")
        cells = [[Text.from_markup(written(cell), emoji=False) for cell in row] for _, row in grid.rows]
        if self.shape == "screen":
            self._laid_out(grid, cells)
            return
        shown = [at for at, column in enumerate(grid.columns) if column.kind != "bar"]
        texts = [[inert(row[at].plain) for at in shown] for row in cells]
        columns = [grid.columns[at] for at in shown]
        texts = [[inert(each.name) for each in columns], *texts] if grid.headed else texts
        if self.shape == "tabs":
            say("\n".join(_tabbed(columns, texts)))
        else:
            self._mark("\n".join(_piped(columns, texts)))

    def _mark(self, text: str) -> None:
        """Write lines of Markdown, with one empty line where there would be several."""
        for line in text.split("\n"):
            if line or not self._empty:
                say(line)
            self._empty = not line

    def _laid_out(self, grid: Grid, cells: list[list[Text]]) -> None:
        names = [written(inert(column.name)) if grid.headed else "" for column in grid.columns]
        sizes = [widths(name, [row[at].plain for row in cells]) for at, name in enumerate(names)]
        parts = list(arranged(grid.columns, sizes, screen.width()))
        for at, part in enumerate(parts):
            if at:
                self.print()
            self._show(_rich(grid, cells, part))
        self._absent(grid, sizes, {at for part in parts for at in part})

    def _absent(self, grid: Grid, sizes: list[Widths], shown: set[int]) -> None:
        """Which columns of words or numbers found no room."""
        gone = [each.name for at, each in enumerate(grid.columns) if at not in shown and each.kind != "bar"]
        if gone and not screen.quiet():
            needed = sum(each.natural for each in sizes) + GAP * (len(sizes) - 1)
            said = worded(
                "left out: {columns} (use --width {needed} or --format csv)", columns=", ".join(gone), needed=needed
            )
            self.print(f"[dim]{plain(said)}[/dim]")


def _rich(grid: Grid, cells: list[list[Text]], part: dict[int, int]) -> RenderableType:
    """A part of a table as Rich lays it out."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim", show_header=grid.headed)
    heads = {at: heading(written(inert(grid.columns[at].name)), width) for at, width in part.items()}
    tall = max((each.count("\n") for each in heads.values()), default=0)
    for at, width in part.items():
        head = "\n" * (tall - heads[at].count("\n")) + heads[at]
        justify: Literal["left", "right"] = "right" if grid.columns[at].kind == "number" else "left"
        table.add_column(Text(head, justify=justify), width=width, overflow="fold")
    fitted = [_fitted([row[at] for row in cells], grid.columns[at], width) for at, width in part.items()]
    for (style, _), row in zip(grid.rows, zip(*fitted, strict=True), strict=True):
        table.add_row(*row, style=style or None)
    return table


def _fitted(cells: list[Text], column: Column, width: int) -> list[Text]:
    """A column's cells in its width; a number keeps what stands behind it."""
    if column.kind == "number":
        for each in cells:
            each.pad_left(width - each.cell_len)
    if column.kind == "words":
        for each in cells:
            each.plain = _joined(each.plain)
    if column.kind in ("name", "text"):
        for each, text in zip(cells, told_apart([each.plain for each in cells], width), strict=True):
            each.plain = text
    return cells


def _joined(text: str) -> str:
    """A text that does not break before a percent sign."""
    return re.sub(r"(?<=\d) (?=%)", _JOINT, text)


def _wrapped(console: Console, text: Text, width: int) -> Iterable[Text]:
    """A line in as many as it needs; those below the first begin further in, or where the words of an item do."""
    found = re.match(r"\s*(- )?", text.plain)
    indent = found.end() if found else 0
    hanging = " " * (indent if found and found[1] else indent + 2)
    first, body = text[:indent], text[indent:]
    if text.cell_len <= width or not body.plain:
        yield text
        return
    body.plain = _joined(body.plain)
    for at, line in enumerate(body.wrap(console, max(width - len(hanging), 8))):
        line.rstrip()
        yield (first if not at else text.blank_copy(hanging)) + line


def _tabbed(columns: list[Column], rows: list[list[str]]) -> Iterable[str]:
    for row in rows:
        yield "\t".join(
            cell.strip() if column.kind == "number" else cell.rstrip()
            for cell, column in zip(row, columns, strict=True)
        )


def _piped(columns: list[Column], rows: list[list[str]]) -> Iterable[str]:
    yield ""
    for at, row in enumerate(rows):
        yield f"| {' | '.join(marked_down(cell, begins=False) for cell in row)} |"
        if not at:
            yield f"| {' | '.join('---:' if column.kind == 'number' else '---' for column in columns)} |"
    yield ""


def _marked(text: Text) -> str:
    """A line as Markdown, its bold beginning bold."""
    bare = text.plain.strip()
    if not bare:
        return ""
    if bare.startswith("- "):
        return f"- {marked_down(bare[2:])}"
    bold = next((span.end for span in text.spans if "bold" in str(span.style) and not span.start), 0)
    head, rest = marked_down(text.plain[:bold]), marked_down(text.plain[bold:])
    return f"**{head}** {rest}".rstrip() + "\n" if head else rest + "\n"
