"""True figures given measured ones that are off by their procedure, by counting and by age.

What figures tell of the true ones is told edition by edition, as of other normal errors (`posterior`), on the scale on
which errors are even. What is drawn goes through all editions: one number a unit for the procedure, and numbers for
vintages that are correlated as far as editions see the same. Indicators that are read of the same figures, such as a
count and its density, take the same numbers, and all densities those of the inhabitants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from hubrank.measurement.aged_errors import AgedErrors
from hubrank.numeric import Array, quiet_numpy
from hubrank.uncertainty.posterior import Normal, picked

Raw = np.ndarray[Any, np.dtype[np.float32]]


@frozen(kw_only=True, eq=False)
class Aged:
    """What all editions' figures tell of the true ones: a row for each spread that is tried.

    Attributes:
        chances: By edition, how likely a spread and those before are together.
        centre: On the even scale, `(editions, spreads, units)`, as the other two.
        mean: How far a standard error of the mean moves a figure.
        size: How far its own error does.
        parts: The shares of the procedure, of the vintage and of the divisor in that error, `(3, editions, units)`.
        new: What a vintage takes of the numbers of the edition before, and of its own, `(2, editions, units)`.
    """

    errors: AgedErrors
    chances: tuple[Array, ...]
    centre: Raw
    mean: Raw
    size: Raw
    parts: Raw
    new: Raw

    @classmethod
    def of(cls, values: Array, errors: AgedErrors, *, around: bool = False) -> Aged:
        """What figures `(editions, units)` tell; or, `around` themselves, how they could have come out."""
        with quiet_numpy():
            even, parts = errors.even(values), np.array(errors.parts(values))
            size = np.sqrt(np.square(parts).sum(axis=0))
            known = np.isfinite(even) & (size > 0)
            tables = [_tables(*row, around=around) for row in zip(even, size, known, strict=True)]
            chances, *rest = zip(*tables, strict=True)
            parts = np.where(known, parts / size, 0.0)
        new = np.array([errors.overlap, np.sqrt(1 - np.square(errors.overlap))])
        centre, mean, spread = (np.array(item, dtype=np.float32) for item in rest)  # all have as many spreads
        return cls(
            errors=errors,
            chances=chances,
            centre=centre,
            mean=mean,
            size=spread,
            parts=parts.astype(np.float32),
            new=new.astype(np.float32),
        )

    def drawn(self, numbers: Raw, rows: Mapping[str, slice], out: Any) -> None:
        """Draw true figures into `(draws, editions, units)`.

        Args:
            numbers: Standard normal ones, `(draws, rows, units and SHARED)`.
            rows: Whose they are, by `rows_of`.
        """
        units = self.centre.shape[-1]
        own, divisor = (numbers[:, rows[name]] if name else None for name in self.errors.read_of)
        assert own is not None  # noqa: S101  # all figures are read of something
        shared = own[:, 0, units:]
        error = own[:, 1:, :units] * self.new[1]
        for at in np.flatnonzero(self.new[0].any(axis=1)):
            error[:, at] += error[:, at - 1] * self.new[0, at]
        error *= self.parts[1]
        if self.parts[0].any():
            error += own[:, :1, :units] * self.parts[0]
        if divisor is not None and self.parts[2].any():  # a larger one makes a figure smaller
            error -= divisor[:, :1, :units] * self.parts[2]
        spread = np.stack([picked(chances, shared[:, 0]) for chances in self.chances], axis=1)
        spread += np.arange(len(self.chances)) * self.centre.shape[1]
        error *= self._picked(self.size, spread)
        error += self._picked(self.centre, spread)
        moved = self._picked(self.mean, spread)
        moved *= shared[:, 1, None, None]
        error += moved
        out[...] = self.errors.uneven(error)

    @staticmethod
    def _picked(table: Raw, spread: Any) -> Any:
        """A table's rows for the spreads of draws and editions, `(draws, editions, units)`."""
        return np.take(table.reshape(-1, table.shape[-1]), spread, axis=0)


def _tables(even: Array, size: Array, known: Any, *, around: bool) -> tuple[Array, Array, Array, Array]:
    """An edition's chances of spreads and, by spread and unit, centres, what a mean moves, and sizes of errors."""
    exact = np.zeros(len(even))
    if around or not known.any():
        return np.ones(1), even[None], exact[None], np.where(known, size, 0.0)[None]
    told = Normal.of(even, size, known, None)
    own = np.square(told.spreads)[:, None]
    kept = own / (own + told.variances)
    centre, mean, spread = (np.tile(item, (len(own), 1)) for item in (even, exact, exact))
    centre[:, known] = kept * told.turned + (1 - kept) * told.means[0][:, None]
    mean[:, known] = (1 - kept) * told.means[1][:, None]
    spread[:, known] = np.sqrt(kept * told.variances)
    return told.chances, centre, mean, spread
