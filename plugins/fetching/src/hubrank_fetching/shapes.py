"""What a reply must look like, as a value of Python: a check before it is kept."""

from __future__ import annotations

from typing import Any

#: A type, a tuple of types of which one holds (None among them), `[shape]` of a list, or `{key: shape}` of a record.
Shape = Any


def misfit(value: object, shape: Shape, where: str = "reply") -> str:
    """The first place where a value is not as a shape says, with what is there; empty where it fits.

    A record may have further keys, since services add some. A truth is no number.
    """
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{where}: {type(value).__name__}"
        for key, inner in shape.items():
            if key not in value:
                return f"{where}.{key}: -"
            if found := misfit(value[key], inner, f"{where}.{key}"):
                return found
        return ""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{where}: {type(value).__name__}"
        return next((said for at, each in enumerate(value) if (said := misfit(each, shape[0], f"{where}[{at}]"))), "")
    kinds = shape if isinstance(shape, tuple) else (shape,)
    return "" if any(_is(value, kind) for kind in kinds) else f"{where}: {type(value).__name__}"


def _is(value: object, kind: type | None) -> bool:
    if kind is None:
        return value is None
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
