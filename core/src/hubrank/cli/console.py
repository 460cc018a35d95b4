"""Text to terminal, pipe, Markdown; progress; closed output."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import io
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TextIO

from attrs import evolve, frozen

from hubrank.cli.tables import FALLBACK, GAP, Widths, arranged, heading, lacked, told_apart, widths, written
from hubrank.errors import HubrankError
from hubrank.i18n import gettext, library_message
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markdown, escape_markup, lines, strip_control
from hubrank.progress import Progress, no_progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType  # noqa: TID251  # the type alone
    from rich.table import Table
    from rich.text import Text


class OutputError(HubrankError):
    """Standard output takes nothing more, as on a full disk."""


class ClosedError(OutputError):
    """Nobody reads standard output any more, as behind `| head -1`; nothing is said of it."""

    #: What a shell sees of a program that a closed pipe ended.
    exit_code: ClassVar[int] = 141


@contextlib.contextmanager
def sent(*, err: bool = False) -> Iterator[None]:
    """Write to a standard stream.

    Args:
        err: To standard error, where what cannot be written is lost: there is nowhere else to say it.

    Raises:
        OutputError: Standard output cannot be written.
    """
    try:
        yield
    except OSError as error:
        if not err:
            raise refused(error) from error


def refused(error: OSError) -> OutputError:
    """What is said where standard output cannot be written."""
    if isinstance(error, BrokenPipeError):
        return ClosedError("")
    return OutputError(f"standard output cannot be written: {library_message(error)}")


def echoed(error: OSError) -> bool:
    """Whether an error is of help, which the command line's library writes to standard output itself."""
    return traceback.extract_tb(error.__traceback__)[-1].name == "echo"


def opened() -> None:
    """Have all standard streams, also where a process was started without, lest a file get their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def left(code: int) -> int:
    """The exit code of a process, once what its streams hold is written, or thrown away where it cannot be.

    Args:
        code: What it would be.
    """
    for stream in [each for each in (sys.__stdout__ or sys.stdout, sys.__stderr__ or sys.stderr) if not each.closed]:
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if stream is not sys.__stderr__ and code in (0, 1):
                code = refused(error).exit_code
    return code


_C: list[Callable[[Any], Any]] = []


def turned(to: int) -> int | None:
    """Let the descriptor of standard output write to another; what Python has in its buffer leaves before.

    Args:
        to: The other descriptor; where it is closed, what is written goes nowhere.

    Returns:
        What `turned_back` wants: a descriptor of what it was; none where there was none.
    """
    _flush_python()
    try:
        kept = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(to, 1)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return kept


def turned_back(kept: int | None) -> None:
    """Let standard output be what it was; what is still in a buffer goes where it was turned to."""
    _flush_python()
    _flush_c()
    if kept is not None:
        os.dup2(kept, 1)
        os.close(kept)


def _flush_python() -> None:
    _flush(sys.stdout)
    if sys.stdout is not sys.__stdout__:
        _flush(sys.__stdout__)


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (OSError, ValueError, AttributeError):  # full, closed, or none
        return


def _flush_c() -> None:
    """Empty C's own buffers, where its library is to be had; who writes by C has loaded `ctypes`, as NumPy does."""
    if not _C and (ctypes := sys.modules.get("ctypes")) is not None:
        with contextlib.suppress(OSError, TypeError, AttributeError):
            _C.append(ctypes.CDLL(None).fflush)
    for flush in _C:
        flush(None)


#: The variable that sets `--width` for every run.
WIDTH = "HUBRANK_WIDTH"

_QUIET = contextvars.ContextVar("quiet", default=False)
_WIDTH = contextvars.ContextVar[int | None]("width", default=None)


@contextlib.contextmanager
def asked(quiet: bool, width: int | None) -> Iterator[None]:
    """Run with `--quiet` and `--width` as a command line has them."""
    token = _WIDTH.set(width)
    try:
        with quieted(quiet):
            yield
    finally:
        _WIDTH.reset(token)


@contextlib.contextmanager
def quieted(wanted: bool) -> Iterator[None]:
    """Run with `--quiet` on or off."""
    token = _QUIET.set(wanted)
    try:
        yield
    finally:
        _QUIET.reset(token)


def is_quiet() -> bool:
    """Whether only the result should be printed (`--quiet`)."""
    return _QUIET.get()


def laid_out() -> bool:
    """Whether tables are laid out for eyes: on a terminal, or where a width or colours are asked for."""
    return sys.stdout.isatty() or _given() is not None or bool(os.environ.get("FORCE_COLOR"))


def width() -> int:
    """How many cells a line of standard output has: as asked for, else the terminal's, else 80."""
    if (given := _given()) is not None:
        return given
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80


def _given() -> int | None:
    """The width that `--width` or else the environment gives."""
    if (here := _WIDTH.get()) is not None:
        return here
    always = os.environ.get(WIDTH, "")
    return int(always) if always.isdecimal() and int(always) else None


def coloured(stream: TextIO) -> bool:
    """Whether a stream gets colours: a terminal that has them, or any where they are forced; `NO_COLOR` forbids it."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Let what libraries in C write past Python to standard output go nowhere, as solvers do now and then."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a descriptor is what is wanted
        kept = turned(nowhere.fileno())
        try:
            yield
        finally:
            turned_back(kept)


#: Stands where a line must not break, while it is broken; no text has it.
_JOINT = "\ue000"

Shape = Literal["screen", "tabs", "markdown"]


def write_text(text: object, *, err: bool = False, end: str = "\n") -> None:
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


def write_warning(text: str) -> None:
    """Write a message to standard error; on a terminal its lines break between words."""
    from rich.text import Text

    if not sys.stderr.isatty():
        write_text(text, err=True)
        return
    out = terminal(err=True)
    for line in lines(text).split("\n"):
        for each in _wrapped(out, Text(line), out.width):
            with sent(err=True):
                out.print(each, soft_wrap=True)


def console(shape: Shape | None = None) -> Output:
    """Standard output, for lines and tables.

    Args:
        shape: By default as `screen`, laid out for eyes, or with tabs in a pipe.
    """
    return Output(shape or ("screen" if laid_out() else "tabs"))


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
    colours = coloured(stream)
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
            write_text(f"hubrank: {lacking}", err=True)
        for stream, errors in kept:
            with contextlib.suppress(ValueError, OSError):  # it was closed, or is full
                stream.reconfigure(errors=errors)


class Output:
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
            write_text(text.plain)
        else:
            for each in _wrapped(self._console, text, width()):
                self._show(each, soft_wrap=True)

    def _show(self, what: Any, **how: Any) -> None:
        with sent():
            self._console.print(what, **how)

    def table(self, grid: ScreenTable) -> None:
        """Write a table: laid out, with tabs, or as Markdown's."""
        from rich.text import Text

        if grid.title:
            self.print(f"[italic]{escape_markup(grid.title)}[/italic]")
        indent = " " * grid.indent * (self.shape == "screen")
        cells = [
            [Text.from_markup(written(cell), emoji=False) for cell in (indent + row[0], *row[1:])]
            for _, row in grid.rows
        ]
        if self.shape == "screen":
            self._laid_out(grid, cells)
            return
        shown = [at for at, column in enumerate(grid.columns) if column.kind != "bar"]
        texts = [[strip_control(row[at].plain) for at in shown] for row in cells]
        columns = [grid.columns[at] for at in shown]
        texts = (
            [[strip_control(each.name) for each in columns], *texts]
            if grid.headed or self.shape == "markdown"
            else texts
        )
        if self.shape == "tabs":
            write_text("\n".join(_tabbed(columns, texts)))
        else:
            self._mark("\n".join(_piped(columns, texts)))

    def _mark(self, text: str) -> None:
        """Write lines of Markdown, with one empty line where there would be several."""
        for line in text.split("\n"):
            if line or not self._empty:
                write_text(line)
            self._empty = not line

    def _laid_out(self, grid: ScreenTable, cells: list[list[Text]]) -> None:
        names = [written(strip_control(column.name)) if grid.headed else "" for column in grid.columns]
        sizes = [widths(name, [row[at].plain for row in cells]) for at, name in enumerate(names)]
        parts = list(arranged(grid.columns, sizes, width()))
        for at, part in enumerate(parts):
            if at:
                self.print()
            self._show(_rich(grid, cells, part))
        self._absent(grid, sizes, {at for part in parts for at in part})

    def _absent(self, grid: ScreenTable, sizes: list[Widths], shown: set[int]) -> None:
        """Which columns of words or numbers found no room."""
        gone = [each.name for at, each in enumerate(grid.columns) if at not in shown and each.kind != "bar"]
        if gone and not is_quiet():
            needed = sum(each.natural for each in sizes) + GAP * (len(sizes) - 1)
            said = gettext(
                "left out: {columns} (use --width {needed} or --format csv)", columns=", ".join(gone), needed=needed
            )
            self.print(f"[dim]{escape_markup(said)}[/dim]")


def _rich(grid: ScreenTable, cells: list[list[Text]], part: dict[int, int]) -> RenderableType:
    """A part of a table as Rich lays it out."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim", show_header=grid.headed)
    heads = {at: heading(written(strip_control(grid.columns[at].name)), width) for at, width in part.items()}
    tall = max((each.count("\n") for each in heads.values()), default=0)
    for at, width in part.items():
        head = "\n" * (tall - heads[at].count("\n")) + heads[at]
        justify: Literal["left", "right"] = "right" if grid.columns[at].kind == "number" else "left"
        table.add_column(Text(head, justify=justify), width=width, overflow="fold")
    fitted = [_fitted([row[at] for row in cells], grid.columns[at], width) for at, width in part.items()]
    for (style, _), row in zip(grid.rows, zip(*fitted, strict=True), strict=True):
        table.add_row(*row, style=style or None)
    return table


def _fitted(cells: list[Text], column: ScreenColumn, width: int) -> list[Text]:
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


def _tabbed(columns: list[ScreenColumn], rows: list[list[str]]) -> Iterable[str]:
    for row in rows:
        yield "\t".join(
            cell.strip() if column.kind == "number" else cell.rstrip()
            for cell, column in zip(row, columns, strict=True)
        )


def _piped(columns: list[ScreenColumn], rows: list[list[str]]) -> Iterable[str]:
    yield ""
    for at, row in enumerate(rows):
        yield f"| {' | '.join(escape_markdown(cell, begins=False) for cell in row)} |"
        if not at:
            yield f"| {' | '.join('---:' if column.kind == 'number' else '---' for column in columns)} |"
    yield ""


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


#: Nothing is shown of what takes fewer seconds than this.
PATIENCE = 2.0


@contextlib.contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show on standard error how far the work below is, once it takes over 2 s; only on a terminal, unless `--quiet`.

    The bar has a thread of its own, so that work which tells nothing is seen to take its time. Nothing may be written
    to standard output meanwhile.

    Args:
        what: What is being done, until the work tells more; in the language that is spoken.
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


@frozen(kw_only=True)
class Stage:
    """How far something is that counts from a start to an end.

    Attributes:
        what: What is being done.
        done: How much is done; none where nothing but time can be told.
        of: How much there is in all; none where it is not known.
        unit: What is counted; empty for shares.
        began: When it began, in seconds.
        first: How much was done then.
        told: When it was last heard of.
    """

    what: str
    done: float | None = None
    of: float | None = 1.0
    unit: str = ""
    began: float
    first: float = 0.0
    told: float

    def next(self, what: str, done: float | None, of: float | None, unit: str, now: float) -> Stage:
        """The stage as it is told to be now: the same further on, or a new one where it counts from the start again."""
        same = done is not None and self.done is not None and unit == self.unit and done >= self.done
        if same or (done is self.done is None and what == self.what):
            return evolve(self, what=what, done=done, of=of, told=now)
        return Stage(what=what, done=done, of=of, unit=unit, began=now, first=done or 0.0, told=now)

    def said(self, now: float) -> str:
        """How much is done, the rate and the time left, as far as they are known; else the time it has taken."""
        rate = (self.done or 0.0) - self.first
        rate = rate / (self.told - self.began) if self.told > self.began else 0.0
        parts = []
        if self.done is not None:
            parts.append(f"{100 * self.done / self.of:.0f} %" if self.of else self._done())
        if rate > 0:
            parts.append(self._rate(rate))
        if rate > 0 and self.of and self.done is not None:
            left = (self.of - self.done) / rate - (now - self.told)
            return ", ".join([*parts, f"{_clock(left)} left"])
        return ", ".join([*parts, _clock(now - self.began)])

    def _done(self) -> str:
        return f"{self.done or 0:,.0f} {self.unit}"

    def _rate(self, rate: float) -> str:
        return f"{_rate(rate)} {self.unit}/s" if self.unit else f"{_rate(100 * rate / (self.of or 1))} %/s"


class _Bar:
    """A line on standard error, drawn by a thread once patience is over, and gone when the work is done."""

    def __init__(self, what: str) -> None:
        now = time.monotonic()
        self.stage = Stage(what=what, began=now, told=now)
        self.timer = threading.Timer(PATIENCE, self._open)
        self.timer.daemon = True
        self._live: Any = None
        self._closed = False
        self._lock = threading.Lock()

    def tell(self, what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
        """Note how far the work is."""
        self.stage = self.stage.next(what, done, of, unit, time.monotonic())

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
        row.add_row(what, bar, Text(stage.said(time.monotonic()), no_wrap=True))
        return row


def _rate(each_second: float) -> str:
    """A rate, to two digits where it is small."""
    return f"{each_second:,.0f}" if each_second >= 10 else f"{each_second:.2g}"


def _clock(seconds: float) -> str:
    """A time as people read it: 0:07, 12:30, 1:02:03."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
