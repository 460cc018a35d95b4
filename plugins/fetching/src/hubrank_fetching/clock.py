"""The time, asked for in one place, so that tests need not wait for it."""

from __future__ import annotations

import time


def passed() -> float:
    """Seconds since some moment; they never go back."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def today() -> float:
    """Seconds since 1970, as this machine believes."""
    return time.time()
