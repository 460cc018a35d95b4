"""True values given measured values with errors of procedure, counting and age.

The posterior of true values is computed edition by edition on the scale with constant errors, as for other normal
errors (`posterior`), but true values vary around the prediction from the unit's other indicators (Fay and Herriot
1979): with one common mean, twenty indicators would each shrink a large hub, and intervals be too wide.

Draws are shared by all editions: one number per unit for the procedure, and numbers for vintages, correlated as far as
editions use the same vintage. Indicators from the same values, such as a count and its density, use the same numbers,
and all densities those of the inhabitants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from hubrank.measurement.aged_errors import AgedErrors
from hubrank.numeric import Array, Mask, quiet_numpy
from hubrank.uncertainty.posterior import chosen, cumulated, special, tried_spreads

Raw = np.ndarray[Any, np.dtype[np.float32]]


def others_of(normalised: Array, at: int) -> Array:
    """The average of each unit's other indicators, `(editions, units)`, from normalised values of all."""
    others = np.delete(normalised, at, axis=-1)
    there = ~np.isnan(others)
    mean = np.where(there, others, 0.0).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)
    return np.asarray(np.where(there.any(axis=-1), mean, mean.mean(axis=-1, keepdims=True)))


@frozen(kw_only=True, eq=False)
class Aged:
    """The posterior of true values in all editions: a row for each spread on a grid.

    Attributes:
        chances: By edition, the joint probability of a spread and those before.
        centre: On the scale of constant errors, `(editions, spreads, units)`, as the other.
        size: The standard errors.
        parts: The shares of the procedure, of the vintage and of the divisor in them, `(3, editions, units)`.
        new: The factors of a vintage for the numbers of the edition before, and for its own, `(2, editions, units)`.
    """

    errors: AgedErrors
    chances: tuple[Array, ...]
    centre: Raw
    size: Raw
    parts: Raw
    new: Raw

    @classmethod
    def of(cls, values: Array, errors: AgedErrors, others: Array | None) -> Aged:
        """The posterior given values `(editions, units)`.

        Args:
            others: The result of `others_of`; without it, possible values around the measured ones.
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
        """Draw true values into `(draws, editions, units)`.

        Args:
            numbers: Standard normal ones, `(draws, rows, units and SHARED)`.
            rows: Whose they are, by `rows_of`.
        """
        units = self.centre.shape[-1]
        own, divisor = (numbers[:, rows[name]] if name else None for name in self.errors.read_of)
        assert own is not None  # noqa: S101  # all values are read of something
        error = own[:, 1:, :units] * self.new[1]
        for at in np.flatnonzero(self.new[0].any(axis=1)):
            error[:, at] += error[:, at - 1] * self.new[0, at]
        error *= self.parts[1]
        if self.parts[0].any():
            error += own[:, :1, :units] * self.parts[0]
        if divisor is not None and self.parts[2].any():  # a larger one makes a value smaller
            error -= divisor[:, :1, :units] * self.parts[2]
        share = special.ndtr(own[:, 0, units])
        spread = np.stack([chosen(chances, share) for chances in self.chances], axis=1)
        spread += np.arange(len(self.chances)) * self.centre.shape[1]
        error *= np.take(self.size.reshape(-1, units), spread, axis=0)
        error += np.take(self.centre.reshape(-1, units), spread, axis=0)
        out[...] = self.errors.uneven(error)


def _tables(even: Array, size: Array, known: Mask, others: Array) -> tuple[Array, Array, Array]:
    """An edition's probabilities of spreads and, by spread and unit, the mean and error of true values.

    The uncertainty of the line through the other indicators is added to each unit's own variance.
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
