"""True figures given measured ones that are off by their procedure, by counting and by age.

What figures tell of the true ones is told edition by edition on the scale on which errors are even, as of other normal
errors (`posterior`) but that true figures vary about what a unit's other indicators let expect (Fay and Herriot 1979):
with a common mean for all, twenty indicators would each draw a large hub towards the middle, and ranges be too wide.

What is drawn goes through all editions: one number a unit for the procedure, and numbers for vintages that are
correlated as far as editions see the same. Indicators that are read of the same figures, such as a count and its
density, take the same numbers, and all densities those of the inhabitants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from scipy.special import ndtr

from hubrank.measurement.aged_errors import AgedErrors
from hubrank.numeric import Array, Mask, quiet_numpy
from hubrank.uncertainty.posterior import chosen, cumulated, tried_spreads

Raw = np.ndarray[Any, np.dtype[np.float32]]


def others_of(normalised: Array, at: int) -> Array:
    """What each unit comes to in all other indicators, `(editions, units)`, of normalised values of all."""
    others = np.delete(normalised, at, axis=-1)
    there = ~np.isnan(others)
    mean = np.where(there, others, 0.0).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)
    return np.asarray(np.where(there.any(axis=-1), mean, mean.mean(axis=-1, keepdims=True)))


@frozen(kw_only=True, eq=False)
class Aged:
    """What all editions' figures tell of the true ones: a row for each spread that is tried.

    Attributes:
        chances: By edition, how likely a spread and those before are together.
        centre: On the even scale, `(editions, spreads, units)`, as the other.
        size: The standard errors.
        parts: The shares of the procedure, of the vintage and of the divisor in them, `(3, editions, units)`.
        new: What a vintage takes of the numbers of the edition before, and of its own, `(2, editions, units)`.
    """

    errors: AgedErrors
    chances: tuple[Array, ...]
    centre: Raw
    size: Raw
    parts: Raw
    new: Raw

    @classmethod
    def of(cls, values: Array, errors: AgedErrors, others: Array | None) -> Aged:
        """What figures `(editions, units)` tell.

        Args:
            others: What `others_of` tells; without it, how figures could have come out around themselves.
        """
        with quiet_numpy():
            even, parts = errors.even(values), np.array(errors.parts(values))
            size = np.sqrt(np.square(parts).sum(axis=0))
            known = np.isfinite(even) & (size > 0)
            parts = np.where(known, parts / size, 0.0)
        size = np.where(known, size, 0.0)
        rows = zip(even, size, known, others if others is not None else even, strict=True)
        tables = [_tables(*row) if others is not None else (np.ones(1), row[0][None], row[1][None]) for row in rows]
        chances, *given = zip(*tables, strict=True)
        vintages = [errors.overlap, np.sqrt(1 - np.square(errors.overlap))]
        centre, spread, shares, new = (np.array(item, dtype=np.float32) for item in (*given, parts, vintages))
        return cls(errors=errors, chances=chances, centre=centre, size=spread, parts=shares, new=new)

    def drawn(self, numbers: Raw, rows: Mapping[str, slice], out: Any) -> None:
        """Draw true figures into `(draws, editions, units)`.

        Args:
            numbers: Standard normal ones, `(draws, rows, units and SHARED)`.
            rows: Whose they are, by `rows_of`.
        """
        units = self.centre.shape[-1]
        own, divisor = (numbers[:, rows[name]] if name else None for name in self.errors.read_of)
        assert own is not None  # noqa: S101  # all figures are read of something
        error = own[:, 1:, :units] * self.new[1]
        for at in np.flatnonzero(self.new[0].any(axis=1)):
            error[:, at] += error[:, at - 1] * self.new[0, at]
        error *= self.parts[1]
        if self.parts[0].any():
            error += own[:, :1, :units] * self.parts[0]
        if divisor is not None and self.parts[2].any():  # a larger one makes a figure smaller
            error -= divisor[:, :1, :units] * self.parts[2]
        share = ndtr(own[:, 0, units])
        spread = np.stack([chosen(chances, share) for chances in self.chances], axis=1)
        spread += np.arange(len(self.chances)) * self.centre.shape[1]
        error *= np.take(self.size.reshape(-1, units), spread, axis=0)
        error += np.take(self.centre.reshape(-1, units), spread, axis=0)
        out[...] = self.errors.uneven(error)


def _tables(even: Array, size: Array, known: Mask, others: Array) -> tuple[Array, Array, Array]:
    """An edition's chances of spreads and, by spread and unit, where true figures lie and how far they are off.

    What is not known of the line through the other indicators is added to each unit's own variance.
    """
    steps, spreads = tried_spreads(even[known], np.square(size[known]))
    centre, spread = np.tile(even, (len(spreads), 1)), np.zeros((len(spreads), len(even)))
    if not known.any():
        return cumulated(np.log(steps)), centre, spread
    line = np.stack([np.ones(int(known.sum())), others[known] - others[known].mean()], axis=1)
    line = line if np.ptp(line[:, 1]) > 0 and len(line) > 2 else line[:, :1]
    own, variances = np.square(spreads)[:, None], np.square(size[known])
    weights = 1 / (own + variances)
    exact = np.einsum("ui,su,uj->sij", line, weights, line)
    doubt = np.linalg.inv(exact)
    through = np.einsum("sij,uj,su,u->si", doubt, line, weights, even[known]) @ line.T
    left = (weights * np.square(even[known] - through)).sum(axis=1)
    fit = 0.5 * (np.log(weights).sum(axis=1) - np.linalg.slogdet(exact)[1] - left)
    kept = own / (own + variances)
    centre[:, known] = kept * even[known] + (1 - kept) * through
    spread[:, known] = np.sqrt(kept * variances + np.square(1 - kept) * np.einsum("ui,sij,uj->su", line, doubt, line))
    return cumulated(fit + np.log(steps)), centre, spread
