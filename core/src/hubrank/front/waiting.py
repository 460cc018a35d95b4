"""What a person sees who waits: a bar with rate and time left."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from hubrank.basis.harmless import inert
from hubrank.basis.progress import Progress, no_progress
from hubrank.front.pages import terminal
from hubrank.front.screen import quiet

if TYPE_CHECKING:
    from rich.table import Table

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
    if quiet() or not sys.stderr.isatty():
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
        what = Text(inert(stage.what), no_wrap=True, overflow="ellipsis")
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
