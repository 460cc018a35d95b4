"""How work tells how far it is; who listens decides what a person sees of it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done, at its start and now and then."""

    def __call__(self, what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
        """Note how far the work is.

        Args:
            what: What is being done, such as `reading papers`, in the language that is spoken; so is the unit.
            done: How much of it is done, in `unit`; none where nothing but time can be told.
            of: How much there is in all; none where it is not known. A share by default.
            unit: What is counted, in the plural; empty for a share.
        """


def no_progress(what: str, done: float | None = None, of: float | None = 1.0, unit: str = "") -> None:
    """Tell nobody."""
