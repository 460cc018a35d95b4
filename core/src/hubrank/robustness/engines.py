"""The engines that count draws: `numpy`, and `kernel` of the extra `fast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.robustness import steps

if TYPE_CHECKING:
    from hubrank.robustness.steps import Steps


def steps_of(engine: str) -> Steps:
    """The steps of an engine.

    Raises:
        UsageError: The kernel is wanted where the extra `fast` is not installed.
    """
    if engine == "kernel":
        from hubrank.robustness import kernel

        return kernel
    return steps
