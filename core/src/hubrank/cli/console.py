"""Text to terminal, pipe, Markdown; progress; closed output."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import io
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import define, field, frozen

from hubrank.cli.tables import FALLBACK, GAP, arranged, heading, lacked, told_apart, widths, written
from hubrank.errors import HubrankError
from hubrank.i18n import gettext, library_message, listed
from hubrank.io.escaping import escape_markdown, escape_markup, lines, strip_control
from hubrank.io.limits import whole_number
from hubrank.progress import Progress, no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console, RenderableType  # noqa: TID251  # the type alone
    from rich.table import Table
    from rich.text import Text

    from hubrank.io.answer import ScreenTable


class OutputError(HubrankError):
    """Standard output takes nothing more, as on a full disk."""


class ClosedError(OutputError):
    """No one reads standard output any more, as behind `| head -1`; nothing is reported."""

    #: The exit code that a shell sees of a program that a closed pipe ended.
    exit_code: ClassVar[int] = 141


@contextlib.contextmanager
def sent(*, err: bool = False) -> Iterator[None]:
    """Write to standard output, which may raise `OutputError`, or to standard error.

    Output that cannot be written there is lost: there is no other place to report it.
    """
    try:
        yield
    except OSError as error:
        if not err:
            raise refused(error) from error


def refused(error: OSError) -> OutputError:
    """The message if standard output cannot be written."""
    if isinstance(error, BrokenPipeError):
        return ClosedError("")
    return OutputError(f"standard output cannot be written: {library_message(error)}")


def left(code: int) -> int:
    """The exit code of a process, once what its streams hold is written, or thrown away where it cannot be."""
    for stream in [item for item in (sys.__stdout__ or sys.stdout, sys.__stderr__ or sys.stderr) if not item.closed]:
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if stream is not sys.__stderr__ and code in (0, 1):
                code = refused(error).exit_code
    return code


def turned(to: int) -> int | None:
    """Let the descriptor of standard output write to another, or nowhere; what Python has in its buffer leaves before.

    Returns a descriptor of the old one; None if there was none.
    """
    for stream in (sys.stdout, sys.__stdout__):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # full, closed, or none
            stream.flush()  # type: ignore[union-attr]
    try:
        before = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(to, 1)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return before


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Let what libraries in C write past Python to standard output go nowhere, as solvers do now and then."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a descriptor is what is wanted
        before = turned(nowhere.fileno())
        try:
            yield
        finally:
            if (ctypes := sys.modules.get("ctypes")) is not None:  # who writes by C has loaded it, as NumPy does
                with contextlib.suppress(OSError, TypeError, AttributeError):
                    ctypes.CDLL(None).fflush(None)
            if before is not None:
                now = turned(before)
                os.close(before)
                if now is not None:
                    os.close(now)


#: The variable that sets `--width` for every run.
WIDTH = "HUBRANK_WIDTH"

_QUIET = contextvars.ContextVar("quiet", default=False)
_WIDTH = contextvars.ContextVar[int | None]("width", default=None)


@contextlib.contextmanager
def asked(quiet: bool, width: int | None = None) -> Iterator[None]:
    """Run with `--quiet` and `--width` as a command line has them."""
    tokens = _QUIET.set(quiet), _WIDTH.set(width)
    try:
        yield
    finally:
        _QUIET.reset(tokens[0])
        _WIDTH.reset(tokens[1])


def is_quiet() -> bool:
    """Whether only the result should be printed (`--quiet`)."""
    return _QUIET.get()


def width() -> int:
    """The number of cells that a line of standard output has: as asked for, else the terminal's, else 80."""
    return _given() or shutil.get_terminal_size().columns


def _given() -> int | None:
    """The width that `--width` or else the environment gives."""
    return _WIDTH.get() or whole_number(os.environ.get(WIDTH, "")) or None


#: Stands where a line must not break, while it is broken; no text has it.
_JOINT = "\ue000"

Shape = Literal["screen", "tabs", "markdown"]


def write_text(text: object, *, err: bool = False, end: str = "\n") -> None:
    """Write a text that is no table; nothing in it steers the terminal."""
    stream = sys.stderr if err else sys.stdout
    with sent(err=err):
        stream.write(lines(f"{text}{end}"))
        stream.flush()


def write_warning(text: str) -> None:
    """Write a message to standard error; on a terminal its lines break between words."""
    from rich.text import Text

    if not sys.stderr.isatty():
        write_text(text, err=True)
        return
    out = terminal(err=True)
    with sent(err=True):
        for line in lines(text).split("\n"):
            for part in _wrapped(out, Text(line), out.width):
                out.print(part, soft_wrap=True)


def console(shape: Shape | None = None) -> Output:
    """Standard output, for lines and tables.

    By default its shape is `screen` on a terminal, or where a width or colours are asked for; else tabs, for a pipe.
    """
    screen = sys.stdout.isatty() or _given() is not None or bool(os.environ.get("FORCE_COLOR"))
    return Output(shape or ("screen" if screen else "tabs"))


def terminal(*, err: bool = False) -> Console:
    """Rich's console on a standard stream, with colours where they are wanted, which lets nothing else steer."""
    from rich.console import Console  # noqa: TID251  # the one place
    from rich.segment import Segment

    class Inert(Console):
        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704  # what is being handled, in place of an exit of Rich's own

        def render(self, renderable: RenderableType, options: Any = None) -> Iterable[Segment]:
            for item in super().render(renderable, options):
                yield item if item.control else Segment(lines(item.text).replace(_JOINT, " "), item.style)

    stream = sys.stderr if err else sys.stdout
    forbidden = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colours = not forbidden and (bool(os.environ.get("FORCE_COLOR")) or stream.isatty())
    return Inert(
        file=stream,
        width=None if err else width(),
        force_terminal=colours or None,
        color_system="auto" if colours else None,
        highlight=False,
        emoji=False,
    )


@contextlib.contextmanager
def writable() -> Iterator[None]:
    """Let standard output and error replace letters that their encodings lack, and report it at the end."""
    kept = [(item, item.errors) for item in (sys.stdout, sys.stderr) if isinstance(item, io.TextIOWrapper)]
    if any(errors == FALLBACK for _, errors in kept):  # a command within a command
        yield
        return
    for stream, _ in kept:
        stream.reconfigure(errors=FALLBACK)
    lacked.clear()
    try:
        yield
    finally:
        if lacked:
            text = f"hubrank: the output's encoding, {sys.stdout.encoding}, lacks some letters; others replace them"
            write_text(f"{text} (PYTHONUTF8=1 writes all)", err=True)
        for stream, errors in kept:
            with contextlib.suppress(ValueError, OSError):  # it was closed, or is full
                stream.reconfigure(errors=errors)


@define(slots=False)
class Output:
    """Lines and tables on their way out.

    Lines of a terminal break between words. In a pipe a line stays one line, and a table has tabs between its cells.
    """

    shape: Shape
    _empty: bool = field(default=True, init=False)

    @functools.cached_property
    def _console(self) -> Console:
        return terminal()

    def print(self, text: str = "") -> None:
        """Write a line of markup, or several; texts from data have been through `escape_markup`."""
        from rich.text import Text

        for line in Text.from_markup(written(text), emoji=False).split("\n", allow_blank=True):
            if self.shape == "markdown":
                self._mark(_marked(line))
            elif self.shape == "tabs":
                write_text(line.plain)
            else:
                for part in _wrapped(self._console, line, width()):
                    self._show(part, soft_wrap=True)

    def _show(self, what: Any, **how: Any) -> None:
        with sent():
            self._console.print(what, **how)

    def table(self, table: ScreenTable) -> None:
        """Write a table: laid out, with tabs, or as Markdown's."""
        from rich.text import Text

        if table.title:
            self.print(f"[italic]{escape_markup(table.title)}[/italic]")
        indent = " " * table.indent * (self.shape == "screen")
        rows = [(indent + cells[0], *cells[1:]) for _, cells in table.rows]
        cells = [[Text.from_markup(written(cell), emoji=False) for cell in row] for row in rows]
        if self.shape == "screen":
            self._lay_out(table, cells)
            return
        shown = {at: column for at, column in enumerate(table.columns) if column.kind != "bar"}
        texts = [[strip_control(row[at].plain) for at in shown] for row in cells]
        if table.headed or self.shape == "markdown":
            texts.insert(0, [strip_control(column.name) for column in shown.values()])
        numbers = [column.kind == "number" for column in shown.values()]
        if self.shape == "markdown":
            lines = [f"| {' | '.join(escape_markdown(cell, begins=False) for cell in row)} |" for row in texts]
            lines.insert(1, f"| {' | '.join('---:' if number else '---' for number in numbers)} |")
            self._mark("\n".join(["", *lines, ""]))
            return
        lines = [
            "\t".join(cell.strip() if number else cell.rstrip() for cell, number in zip(row, numbers, strict=True))
            for row in texts
        ]
        write_text("\n".join(lines))

    def _mark(self, text: str) -> None:
        """Write lines of Markdown, with one empty line where there would be several."""
        for line in text.split("\n"):
            if line or not self._empty:
                write_text(line)
            self._empty = not line

    def _lay_out(self, table: ScreenTable, cells: list[list[Text]]) -> None:
        names = [written(strip_control(column.name)) if table.headed else "" for column in table.columns]
        sizes = [widths(name, [row[at].plain for row in cells]) for at, name in enumerate(names)]
        parts = list(arranged(table.columns, sizes, width()))
        for at, part in enumerate(parts):
            if at:
                self.print()
            self._show(_rich(table, cells, part))
        shown = {at for part in parts for at in part}
        gone = [item.name for at, item in enumerate(table.columns) if item.kind != "bar" and at not in shown]
        if gone and not is_quiet():
            needed = sum(item.natural for item in sizes) + GAP * (len(sizes) - 1)
            text = gettext(
                "not shown: {columns} (use --width {needed} or --format csv)", columns=listed(gone), needed=needed
            )
            self.print(f"[dim]{escape_markup(text)}[/dim]")


def _rich(table: ScreenTable, cells: list[list[Text]], part: dict[int, int]) -> Table:
    """A part of a table as Rich lays it out; a number keeps its suffix."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="dim", show_header=table.headed)
    heads = {at: heading(written(strip_control(table.columns[at].name)), width) for at, width in part.items()}
    tall = max((item.count("\n") for item in heads.values()), default=0)
    for at, width in part.items():
        head, kind = "\n" * (tall - heads[at].count("\n")) + heads[at], table.columns[at].kind
        justify: Literal["left", "right"] = "right" if kind == "number" else "left"
        grid.add_column(Text(head, justify=justify), width=width, overflow="fold")
        column = [row[at] for row in cells]
        texts = told_apart([item.plain for item in column], width) if kind in ("name", "text") else []
        for place, cell in enumerate(column):
            if kind == "number":
                cell.pad_left(width - cell.cell_len)
            elif kind != "bar":
                cell.plain = _joined(cell.plain) if kind == "words" else texts[place]
    for (style, _), row in zip(table.rows, cells, strict=True):
        grid.add_row(*(row[at] for at in part), style=style or None)
    return grid


def _joined(text: str) -> str:
    """A text that does not break before a percent sign."""
    return re.sub(r"(?<=\d) (?=%)", _JOINT, text)


def _wrapped(console: Console, text: Text, width: int) -> Iterable[Text]:
    """Wrap a line; later lines are indented further, or to the words of an item."""
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


def _marked(text: Text) -> str:
    """A line as Markdown, its bold beginning bold."""
    bare = text.plain.strip()
    if not bare:
        return ""
    if bare.startswith("- "):
        return f"- {escape_markdown(bare[2:])}"
    bold = next((span.end for span in text.spans if "bold" in str(span.style) and not span.start), 0)
    head, rest = escape_markdown(text.plain[:bold]), escape_markdown(text.plain[bold:])
    return f"**{head}** {rest}".rstrip() + "\n" if head else rest + "\n"


#: Work that takes fewer seconds than this shows no progress.
PATIENCE = 2.0


@contextlib.contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show the progress of the work on standard error once it takes over 2 s; only on a terminal, unless `--quiet`.

    The bar has a thread of its own, so silent work shows its time too. Nothing else may be written to standard output.
    """
    if is_quiet() or not sys.stderr.isatty():
        yield no_progress
        return
    bar = _Bar(what)
    bar.timer.start()
    try:
        yield bar.tell
    finally:
        bar.close()


@frozen
class _Stage:
    """The progress of a task that counts from a start to an end; no amount if only the time is known."""

    what: str
    done: float | None
    of: float | None
    unit: str
    began: float
    done_then: float
    told: float

    def text(self, now: float) -> str:
        """The amount done, the rate and the time left, as far as they are known; else the elapsed time."""
        done = self.done or 0.0
        rate = (done - self.done_then) / (self.told - self.began) if self.told > self.began else 0.0
        parts = []
        if self.done is not None:
            parts.append(f"{100 * done / self.of:.0f} %" if self.of else f"{done:,.0f} {self.unit}")
        if rate > 0:
            speed = rate if self.unit else 100 * rate / (self.of or 1)
            parts.append(f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}")
            parts[-1] += f" {self.unit or '%'}/s"
        if rate > 0 and self.of:
            parts.append(f"{_clock((self.of - done) / rate - (now - self.told))} left")
        else:
            parts.append(_clock(now - self.began))
        return listed(parts)


class _Bar:
    """A line on standard error, drawn by a thread once patience is over, and gone when the work is done."""

    def __init__(self, what: str) -> None:
        now = time.monotonic()
        self.stage = _Stage(what, None, 1.0, "", now, 0.0, now)
        self.timer = threading.Timer(PATIENCE, self._open)
        self.timer.daemon = True
        self._live: Any = None
        self._closed = False
        self._lock = threading.Lock()

    def tell(self, what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
        """Note the progress of the work; counting from the start again begins a new stage."""
        last, now = self.stage, time.monotonic()
        if done is None or last.done is None:
            same = done is last.done and what == last.what
        else:
            same = unit == last.unit and done >= last.done
        since = (last.began, last.done_then) if same else (now, done or 0.0)
        self.stage = _Stage(what, done, of, last.unit if same else unit, *since, now)

    def close(self) -> None:
        """Take the line away, or never show it."""
        self.timer.cancel()
        with self._lock:
            self._closed = True
            if self._live is not None:
                self._live.stop()

    def _open(self) -> None:
        from rich.live import Live

        with self._lock:
            if not self._closed:
                self._live = Live(
                    get_renderable=self._row, console=terminal(err=True), transient=True, redirect_stdout=False
                )
                self._live.start()

    def _row(self) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        stage = self.stage
        known = stage.done is not None and stage.of is not None
        bar = ProgressBar(total=stage.of or 1.0, completed=stage.done or 0.0, width=20, pulse=not known)
        row = Table.grid(padding=(0, 1))
        what = Text(strip_control(stage.what), no_wrap=True, overflow="ellipsis")
        row.add_row(what, bar, Text(stage.text(time.monotonic()), no_wrap=True))
        return row


def _clock(seconds: float) -> str:
    """A time as people read it: 0:07, 12:30, 1:02:03."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def show_page(page: Path) -> None:
    """Open a page in the browser if a user sits at a terminal; else print its address."""
    import webbrowser

    if not (sys.stdout.isatty() and webbrowser.open(page.resolve().as_uri())):
        write_text(gettext("report: {file}", file=page))
