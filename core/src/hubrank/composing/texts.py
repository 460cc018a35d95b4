"""Ranges and moves of ranks as texts, the same on every screen and page."""

from __future__ import annotations

import numpy as np


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
