"""How work tells how far it is; who listens decides what a person sees of it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done, such as `reading papers`, in the language that is spoken, at its start and now and then.

    `done` is a share, or a number of units (a plural) `of` those in all; either is none where it is not known.
    """

    def __call__(self, what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
        """Note how far the work is."""


def no_progress(what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
    """Tell nobody."""
