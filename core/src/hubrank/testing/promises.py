"""How a check says that a part did not keep its promise."""

from __future__ import annotations

from typing import Any

import numpy as np


class ContractError(AssertionError):
    """A part that does not do what its kind promises; the message says what it did."""


class RefusedError(ContractError):
    """A part that accepts none of the values that the kit makes, so that nothing is known of it."""


def promise(kept: Any, otherwise: str) -> None:
    """Raise unless a promise was kept.

    Raises:
        ContractError: With what happened instead.
    """
    __tracebackhide__ = True
    if not kept:
        raise ContractError(otherwise)


def promise_alike(found: Any, wanted: Any, otherwise: str, tolerance: float = 1e-6) -> None:
    """Raise unless two arrays hold the same numbers, gaps at the same places.

    The tolerance is what methods that iterate agree with themselves to.
    """
    __tracebackhide__ = True
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    promise(found.shape == wanted.shape, f"{otherwise}: shapes {found.shape} and {wanted.shape}")
    same = np.isclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not same.all():
        at = tuple(int(axis[0]) for axis in np.nonzero(~same))
        raise ContractError(f"{otherwise}: {found[at]:.9g} and {wanted[at]:.9g} at {at}")


def promise_shape(found: Any, shape: tuple[int, ...], who: str) -> None:
    """Raise unless something is an array of numbers of a shape."""
    __tracebackhide__ = True
    promise(isinstance(found, np.ndarray), f"{who} returned {type(found).__name__}; expected an array")
    promise(found.shape == shape, f"{who} returned shape {found.shape}; expected {shape}")
    promise(np.issubdtype(found.dtype, np.number), f"{who} returned {found.dtype}; expected numbers")
