"""`hubrank version`."""

from __future__ import annotations

from hubrank.basis.version import __version__
from hubrank.front.pages import say


def version() -> None:
    """Print the version."""
    say(__version__)
