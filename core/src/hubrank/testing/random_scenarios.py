"""Scenarios of random figures, of any size and with any uncertainties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

#: Two dimensions, of two and of three indicators.
TREE: Mapping[str, Sequence[str]] = {"a": ("a1", "a2"), "b": ("b1", "b2", "b3")}


def write_random_scenario(
    folder: Path,
    units: int = 12,
    tree: Mapping[str, Sequence[str]] = TREE,
    editions: Sequence[int] = (2024,),
    gaps: float = 0.0,
    seed: int = 0,
    figures: Any = None,
    **tables: Any,
) -> Path:
    """Write a scenario with its figures.

    Args:
        folder: Where its files are written.
        units: How many units; they are `U0000`, `U0001` ...
        tree: The indicators of each dimension; those of "" lie outside the tree.
        editions: The years.
        gaps: The share of values that are missing.
        seed: Other figures for another seed.
        figures: Figures by edition, unit and indicator, in place of random ones.
        tables: Tables of the scenario; those of dimensions and indicators are laid over the tree's own.

    Returns:
        The path of its TOML.
    """
    rng = np.random.default_rng(seed)
    codes = [f"U{at:04}" for at in range(units)]
    names = [name for members in tree.values() for name in members]
    lines = [",".join(["unit", "year", *names])]
    for row, year in enumerate(editions):
        for at, code in enumerate(codes):
            values = rng.lognormal(size=len(names)) if figures is None else figures[row][at]
            cells = ["" if rng.random() < gaps else repr(float(value)) for value in values]
            lines.append(",".join([code, str(year), *cells]))
    (folder / "units.csv").write_text("unit,name\n" + "\n".join(f"{code},{code}" for code in codes) + "\n")
    (folder / "figures.csv").write_text("\n".join(lines) + "\n")
    indicators = {
        name: {"indicator": "value"} | ({"dimension": dimension} if dimension else {})
        for dimension, members in tree.items()
        for name in members
    }
    table: dict[str, Any] = {
        "title": "Random figures",
        "editions": list(editions),
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
        "dimensions": {dimension: {} for dimension in tree if dimension},
        "indicators": indicators,
        "normalisation": {"method": "min-max", "low": 1, "high": 100},
        "aggregation": {"method": "arithmetic"},
        "robustness": {"weights": 0.25, "draws": 2000},
    }
    for key, value in tables.items():
        if key in ("dimensions", "indicators"):
            for name, each in value.items():
                table[key][name] = {**table[key].get(name, {}), **each}
        else:
            table[key] = value
    path = folder / "scenario.toml"
    path.write_bytes(tomli_w.dumps(table).encode())
    return path
