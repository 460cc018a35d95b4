"""Moves of ranks as texts, the same on every screen and page."""

from __future__ import annotations

import numpy as np


def moved_text(before: float, now: float) -> str:
    """How a rank moved: `▲ 2` places up, `▼ 1` down, `=`, `new` where there was none before; nothing without a rank."""
    if np.isnan(now):
        return ""
    if np.isnan(before):
        return "new"
    if before == now:
        return "="
    return f"▲ {before - now:g}" if now < before else f"▼ {now - before:g}"
