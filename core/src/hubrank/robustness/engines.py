"""The engines that count draws: `numpy`, and `kernel` of the extra `fast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.basis.errors import UsageError
from hubrank.basis.language import worded
from hubrank.robustness import steps

if TYPE_CHECKING:
    from hubrank.robustness.steps import Steps


def steps_of(engine: str) -> Steps:
    """The steps of an engine.

    Raises:
        UsageError: The kernel is wanted where the extra `fast` is not installed.
    """
    if engine == "kernel":
        try:
            from hubrank.robustness import kernel
        except ImportError as error:
            raise UsageError(
                worded("the compiled kernel requires numba; install hubrank[fast], or use the engine numpy")
            ) from error
        return kernel
    return steps
