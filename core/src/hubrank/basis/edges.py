"""Numbers at the edge of what a computer's number holds: what is left of a sum, what overflows, what weighs nothing.

A number has 53 binary digits and reaches from about 1e-308 to 1.8e308. Beyond, it is infinite or 0; between, a sum of
terms that cancel leaves nothing but the last digits of the terms. Where that can happen it is looked at, and told with
what it happened to; NumPy's own warnings, which know neither unit nor indicator, are silenced just there (`unwarned`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.basis.errors import listed

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask

#: Scores that lie no farther apart than this share of the largest (256 units in its last place) are equal. A sum of n
#: products is off by n + 1 such units of the sum of its terms' sizes at most (Higham, Accuracy and Stability of
#: Numerical Algorithms, 2002, section 3.1), a logarithm and a power by some more: enough for four levels of 60 members.
#: Of 1,000 units with scores at random two come as near by chance once in ten million rankings.
NOISE = 2.0**-44
#: Weights are 0 or between these: draws compute with 32 bits, whose numbers reach from 1e-38 to 3e38.
LEAST_WEIGHT, MOST_WEIGHT = 1e-30, 1e30
#: Beyond this size, or below 1 by it, the numbers of a statistic are scaled first: four of them can be multiplied.
_FAR = 2.0**200
#: No score is larger: ranges, explanations and audits multiply two of them.
MOST_SCORE = 1e150
#: Beyond this size, or below 1 by it, a value is to blame for what a method makes of it, and not the method.
_EXTREME = 1e100


def unwarned() -> np.errstate:
    """Compute without NumPy's warnings; for results that are looked at right after."""
    return np.errstate(all="ignore")


def without_noise(sums: Array, sizes: Callable[[], Array], most: float) -> Array:
    """Sums whose terms cancel as 0: what is left of them are the last digits of the terms.

    The tolerance is that of ties: a sum is 0 if it is no larger than `NOISE` of the sum of its
    terms' sizes, so that 0.1 + 0.2 - 0.3 is.

    Args:
        sums: The sums.
        sizes: Gives the sums of the terms' sizes; asked only where a sum is so small that it could be noise.
        most: What no sum of sizes exceeds.
    """
    small = np.abs(sums) <= NOISE * most
    if not (small & (sums != 0)).any():
        return sums
    return np.where(small & (np.abs(sums) <= NOISE * sizes()), 0.0, sums)


def brought_near(values: Array, axis: int) -> tuple[Array, Array]:
    """Values divided by a power of two, so that squares and fourth powers neither overflow nor vanish.

    Args:
        values: Numbers; gaps stay.
        axis: The axis along which numbers belong together.

    Returns:
        The values, and the exponents by which `numpy.ldexp` brings them back; 0 for all whose size is usual, which
        stay as they are to the last bit.
    """
    size = np.fmax.reduce(np.abs(values), axis=axis, keepdims=True)
    far = (size > _FAR) | ((size < 1 / _FAR) & (size > 0))
    exponent = np.where(far, np.frexp(np.where(far, size, 1.0))[1], 0)
    return np.ldexp(values, -exponent), exponent


def at_scale(statistic: Callable[[Array], Array], values: Array, axis: int) -> Array:
    """A statistic of the values' own dimension, such as a mean, of numbers of any size."""
    near, exponent = brought_near(values, axis)
    with unwarned():
        return np.asarray(np.ldexp(statistic(near), exponent))


def extreme(values: Array) -> bool:
    """Whether there is a value so large or so small that it is to blame for what becomes of it."""
    size = np.abs(values[np.isfinite(values)])
    return bool(((size > _EXTREME) | ((size < 1 / _EXTREME) & (size > 0))).any())


def too_large(scores: Array) -> bool:
    """Whether a score is larger than `MOST_SCORE`; gaps and infinite ones are for others to tell."""
    highest, lowest = np.fmax.reduce(scores, axis=None), np.fmin.reduce(scores, axis=None)
    return bool(highest > MOST_SCORE or lowest < -MOST_SCORE)


@frozen
class Place:
    """Where something is wrong: the first edition in which it is, and its units.

    Attributes:
        units: The units' codes, as a text.
        edition: The year.
        at: The edition's position.
        unit: The position of the first unit.
    """

    units: str
    edition: int
    at: int
    unit: int


def first_place(wrong: Mask, codes: Sequence[str], editions: Sequence[int]) -> Place:
    """The first edition in which something is wrong, `(..., editions, units)`, and the units that it is wrong for."""
    flat = np.asarray(wrong.reshape(-1, *wrong.shape[-2:]).any(axis=0))
    at = int(np.argmax(flat.any(axis=-1)))
    found = np.flatnonzero(flat[at]).tolist()
    return Place(listed([codes[each] for each in found]), editions[at], at, found[0])


def odd_weights(weights: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """The members whose weights cannot be computed with, each with what is wrong.

    Args:
        weights: The finite weights of a dimension by member, 0 or more.

    Yields:
        Names and texts. A weight is too large or too small in itself, or so small beside the largest that it cannot
        tell two scores apart which do not tie (`NOISE`).
    """
    largest = max(weights.values(), default=0.0)
    heaviest = next((name for name, weight in weights.items() if weight == largest), "")
    for name, weight in weights.items():
        if weight > MOST_WEIGHT:
            yield name, f"must be at most {MOST_WEIGHT:g}; got {weight:g}"
        elif 0 < weight < LEAST_WEIGHT:
            told = f"must be 0 or at least {LEAST_WEIGHT:g}; got {weight:g}"
            yield name, told
        elif 0 < weight < NOISE * largest <= NOISE * MOST_WEIGHT:
            yield (
                name,
                f"is {weight:g} beside {largest:g} of '{heaviest}': less than {NOISE:.1g} of it, too little "
                "to tell scores apart; raise it, or set it to 0",
            )
