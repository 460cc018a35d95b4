"""Moves of ranks as texts, the same on every screen and page."""

from __future__ import annotations

import numpy as np

from hubrank.basis.language import numeral, worded


def moved_text(before: float, now: float) -> str:
    """How a rank moved: `▲ 2` places up, `▼ 1` down, `=`, `new` where there was none before; nothing without a rank."""
    if np.isnan(now):
        return ""
    if np.isnan(before):
        return worded("new")
    if before == now:
        return "="
    places = numeral(f"{abs(before - now):g}")
    return f"▲ {places}" if now < before else f"▼ {places}"
