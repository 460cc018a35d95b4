"""Scores, ranges and moves as texts, the same on every screen and page."""

from __future__ import annotations

import numpy as np

from hubrank.basis.rounding import round_to
from hubrank.scenario.scenario import RankingChoice


def score_text(score: float, choice: RankingChoice) -> str:
    """A score with the scenario's decimals, rounded as it is for the ranks; else with 2, or 3 where it is below 10.

    Args:
        score: The score; a gap has no text.
        choice: The decimals and the rounding.
    """
    if np.isnan(score):
        return ""
    if choice.decimals is None:
        return f"{score:.2f}" if abs(score) >= 10 else f"{score:.3f}"
    rounded = float(round_to(np.array([score]), choice.decimals, choice.rounding)[0])
    return f"{rounded:.{max(choice.decimals, 0)}f}"


def range_text(low: float, high: float) -> str:
    """Both ends of a range of ranks, or the one that they are."""
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def moved_text(before: float, now: float) -> str:
    """How a rank moved: `▲ 2` places up, `▼ 1` down, `=`, `new` where there was none before; nothing without a rank."""
    if np.isnan(now):
        return ""
    if np.isnan(before):
        return "new"
    if before == now:
        return "="
    return f"▲ {before - now:g}" if now < before else f"▼ {now - before:g}"
