"""JSON-stat 2.0, the form of Eurostat's replies with the least bytes.

It is read here since no library that is kept does: sdmx1 knows SDMX alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubrank_statistics.sdmx.figures import Cells

SHAPE = {"id": [str], "size": [int], "value": (dict, list), "dimension": dict}
TIME = "time"


def cells(reply: Mapping[str, Any]) -> Cells:
    """The cells of a data set that have a value or a flag.

    Values and flags stand at the position that a cell has if all dimensions are walked through, the last the fastest;
    as a list, or as a record of positions where most are empty.

    Raises:
        ValueError: It contradicts itself; with the place.
    """
    import pandas as pd

    names, sizes = reply["id"], reply["size"]
    codes = [_codes(reply, name, size) for name, size in zip(names, sizes, strict=True)]
    values, said = _sparse(reply["value"]), reply.get("status") or {}
    statuses = dict.fromkeys(values, said) if isinstance(said, str) else _sparse(said)
    flat = np.array(sorted({*values, *statuses}), dtype=np.intp)
    if len(flat) and not 0 <= flat[0] <= flat[-1] < np.prod(sizes):
        raise ValueError(f"reply.value.{flat[-1]}")
    at = np.unravel_index(flat, sizes) if len(flat) else [flat] * len(names)
    made = {name: np.array(own, dtype=object)[where] for name, own, where in zip(names, codes, at, strict=True)}
    made |= {"value": [values.get(each, np.nan) for each in flat], "status": [statuses.get(each, "") for each in flat]}
    extension = reply.get("extension", {})
    return Cells(
        frame=pd.DataFrame(made).astype({"value": float}),
        time=TIME,
        said=extension.get("status", {}).get("label", {}),
        labels={name: _category(reply, name).get("label", {}) for name in names},
        title=str(reply.get("label", "")),
        updated=str(reply.get("updated", "")).partition("T")[0],
    )


def _category(reply: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = reply["dimension"][name]["category"]
    return found


def _codes(reply: Mapping[str, Any], name: str, size: int) -> list[str]:
    """The codes of a dimension in their order: of a record of positions, of a list, or of the one label."""
    try:
        category = _category(reply, name)
        index = category.get("index", list(category.get("label", {})))
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
        good = len(codes) == size and (not isinstance(index, dict) or sorted(index.values()) == list(range(size)))
    except (LookupError, TypeError, AttributeError):
        good = False
    if not good:
        raise ValueError(f"reply.dimension.{name}")
    return codes


def _sparse(found: Any) -> dict[int, Any]:
    """What is there by position; gaps of a list are null."""
    if isinstance(found, dict):
        return {int(at): each for at, each in found.items() if each is not None}
    return {at: each for at, each in enumerate(found) if each is not None}
