"""The arithmetic of a mean, in one record for drawing, explaining and writing formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask


@frozen(kw_only=True)
class Form:
    """A weighted mean of powers: scores enter a weighted sum by a rising function, and its inverse makes the score.

    A score enters as its distance `score + shift` (`counted_from - score + shift` where it is counted down) to the
    power, or as that distance's logarithm where the power is 0; with its sign changed where that would turn the order
    round. Members of weight 0 do not enter. The weights are those that the aggregator takes: shares or raw.

    Attributes:
        power: 1 the arithmetic mean, 0 the geometric, -1 the harmonic, 2 the quadratic.
        shift: What is added to every score before, and taken off the mean.
        counted_from: A mark that scores are counted down from, and the mean with them.
        at_zero: What becomes of a unit with a distance of 0 or below under a power of 0 or below: an error
            (`refuse`); the limit `zero`, and an error below it; or no score (`missing`). Under a power above 0 other
            than 1 a distance below 0 is an error.
    """

    power: float = 1.0
    shift: float = 0.0
    counted_from: float | None = field(default=None)
    at_zero: Literal["refuse", "zero", "missing"] = "refuse"

    @counted_from.validator
    def _alone(self, _: object, value: float | None) -> None:
        if self.linear and (self.shift or value is not None):
            raise ValueError("shift and counted_from have no effect on an arithmetic mean; remove them")

    @property
    def linear(self) -> bool:
        """Whether the score is a weighted sum of the scores themselves."""
        return self.power == 1

    @property
    def logarithmic(self) -> bool:
        """Whether it is a weighted sum of logarithms that rise with the scores."""
        return self.power == 0 and self.counted_from is None

    def takes(self, scores: Array) -> Mask:
        """Which scores lie where the mean is defined; gaps do not."""
        import numpy as np

        if self.linear:
            return ~np.isnan(scores)
        distance = self._distance(scores)
        return distance > 0 if self.power <= 0 else distance >= 0

    def enter(self, scores: Array, out: Array | None = None) -> Array:
        """Scores as they are summed; gaps stay, and what the mean does not take is not finite.

        Args:
            scores: The scores.
            out: Where they may be written, such as the scores themselves; in new arrays by default.
        """
        import numpy as np

        if self.linear:
            return scores
        distance = self._distance(scores, out)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.power == 0:
                entered = np.log(distance, out=out)
            else:
                entered = np.where(distance >= 0, distance, np.nan) ** self.power
        return np.negative(entered, out=out) if self._turned else np.asarray(entered)

    def leave(self, sums: Array) -> Array:
        """Weighted sums as scores."""
        import numpy as np

        if self.linear:
            return sums
        entered = -sums if self._turned else sums
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            distance = np.exp(entered) if self.power == 0 else entered ** (1 / self.power)
        if self.counted_from is not None:
            return np.asarray(self.counted_from - (distance - self.shift))
        return np.asarray(distance - self.shift)

    def slope(self, scores: Array) -> Array:
        """How fast what enters rises with a score."""
        import numpy as np

        if self.linear:
            return np.ones(np.shape(scores))
        distance = self._distance(scores)
        return np.asarray(1 / distance if self.power == 0 else abs(self.power) * distance ** (self.power - 1))

    @property
    def _turned(self) -> bool:
        return (self.power < 0) != (self.counted_from is not None)

    def _distance(self, scores: Array, out: Array | None = None) -> Array:
        import numpy as np

        if self.counted_from is not None:
            return np.asarray(np.add(np.subtract(self.counted_from, scores, out=out), self.shift, out=out))
        return np.asarray(np.add(scores, self.shift, out=out)) if self.shift else scores
