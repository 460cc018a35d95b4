"""Progress reports of work; the listener decides what users see of it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called at the start and now and then with a task, such as `reading papers`, in the reader's language.

    `done` is a share, or a number of units (a plural) `of` those in all; either is None if it is unknown.
    """

    def __call__(self, what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
        """Note the progress of the work."""


def no_progress(what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
    """Report to no one."""
