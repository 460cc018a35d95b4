"""Whether units draw together over the editions: their growth by their level, and their spread.

A first score that is too high by an error is followed by less growth, whether or not anything changed. Growth regressed
on it finds that the last catch up where true scores stand still (Friedman, 1992, Do old fallacies ever die?
Journal of Economic Literature 30(4); Quah, 1993, Galton's fallacy and tests of the convergence hypothesis, Scandinavian
Journal of Economics 95(4)). So the level is that of the second edition, read by that of the first, whose error is
another (lagged levels as instruments: Anderson and Hsiao, 1982, Journal of Econometrics 18(1)).
"""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen
from hubrank.io.answer import short_number
from hubrank.plugin import Array, Ranking, ScenarioError, compose, format_number, gettext, ngettext
from hubrank.ranking.intervals import HIGH, held_text

#: Scores of equal values that differ by less than this part of all scores' range are equal.
_EQUAL = 1e-9


@frozen(kw_only=True)
class Convergence:
    """Whether the units' scores draw together.

    Attributes:
        common: Whether the editions' scores are on one scale; else all below is empty.
        beta: The slope of the change of score a year on the level of the score: below 0 the last catch up. Of three
            editions and more by two-stage least squares; of two it holds the error of the first, and is not tested.
        beta_error: Its standard error; NaN if it is not tested.
        significant: Whether it differs from 0 with 90 % confidence; None if it is not tested.
        units: The number of units with all the scores.
        sigma: The standard deviation of the scores of those in each edition: falling where they draw together.

    Source: Barro and Sala-i-Martin (1992), Convergence, Journal of Political Economy 100(2).
    """

    common: bool = True
    beta: float = np.nan
    beta_error: float = np.nan
    significant: bool | None = None
    units: int = 0
    sigma: tuple[float, ...] = ()


def convergence(scores: Array, years: Sequence[int]) -> Convergence:
    """Beta and sigma convergence of scores `(editions, units)` on one scale.

    It is computed for the units with a score in the first two editions and the last; for at least three units, and
    tested with at least four.
    """
    from scipy.stats import t

    start = min(1, len(years) - 2)
    there = ~np.isnan(scores[[0, start, -1]]).any(axis=0)
    sigma, units = tuple(float(np.nanstd(item[there])) if there.any() else np.nan for item in scores), int(there.sum())
    nothing = Convergence(units=units, sigma=sigma)
    if units < 3:
        return nothing
    first, level, last = (item - item.mean() for item in scores[[0, start, -1]][:, there])
    growth, shared = (last - level) / (years[-1] - years[start]), float(first @ level)
    if shared <= _EQUAL * float(np.sqrt((first @ first) * (level @ level))):
        return nothing  # the first edition says nothing about the level
    beta = float(first @ growth) / shared
    if not start or units < 4:
        return evolve(nothing, beta=beta)
    beside = growth - beta * level
    error = float(np.sqrt((beside @ beside) / (units - 2) * (first @ first))) / shared
    return evolve(nothing, beta=beta, beta_error=error, significant=bool(abs(beta) > t.ppf(HIGH, units - 2) * error))


def on_one_scale(ranking: Ranking) -> bool:
    """Whether equal values have equal scores in all editions.

    Half of the units get their values of the first edition in all editions, among others that keep their own; then
    the other half. Where an edition has a scale, weights or steps of its own, their scores differ.
    """
    values = ranking.measurement.values
    units = np.arange(values.shape[1])
    for half in (units[::2], units[1::2]):
        figures = values.copy()
        figures[1:, half] = values[0, half]
        try:
            made = compose(ranking.plan, evolve(ranking.measurement, values=figures)).scores
        except ScenarioError:  # an edition by itself has a constant column
            return False
        spread = np.ptp(made[~np.isnan(made)]) if not np.isnan(made).all() else 0.0
        whole_rows = ~np.isnan(ranking.measured[0, half]).any(axis=1)  # an edition's others may fill in missing values
        known = half[whole_rows] if whole_rows.any() else half
        known = known[~np.isnan(made[:, known]).any(axis=0)]
        if (np.ptp(made[:, known], axis=0) > _EQUAL * spread).any():
            return False
    return True


def convergence_text(found: Convergence) -> str:
    """The lines for a screen: whether units converge, with which confidence, or why this is unknown."""
    head = f"[bold]{gettext('convergence')}[/bold]"
    if not found.common:
        return gettext(
            "{convergence} is not known: each edition has its own scale; set {key} for methods that are fitted "
            "to values, in normalisation, treatment and weighting",
            convergence=head,
            key='fitted_on = "pooled"',
        )
    if np.isnan(found.beta):
        return ""
    if found.significant is None:
        sense = gettext("not tested: with fewer than 3 editions, error in the first looks like catching up")
    elif not found.significant:
        sense = gettext("no tendency with {share} confidence", share=held_text())
    elif found.beta < 0:
        sense = gettext("units at the bottom catch up, with {share} confidence", share=held_text())
    else:
        sense = gettext("units at the top pull away, with {share} confidence", share=held_text())
    beta = format_number(f"{found.beta:+.4f}")
    if not np.isnan(found.beta_error):
        beta = f"{beta} +- {format_number(f'{found.beta_error:.4f}')}"
    return ngettext(
        found.units,
        "{convergence} of {units} unit: beta {beta} per year ({sense}); sigma {first} to {last}",
        "{convergence} of {units} units: beta {beta} per year ({sense}); sigma {first} to {last}",
        convergence=head,
        units=found.units,
        beta=beta,
        sense=sense,
        first=short_number(found.sigma[0]),
        last=short_number(found.sigma[-1]),
    )
