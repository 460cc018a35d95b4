"""What the page's scripts read, in one text: a head of JSON, the columns of numbers behind it, compressed."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import Any

import numpy as np
from hubrank.io.escaping import json_text

from hubrank_output.report.sayings import Saying

#: Arrays begin where a number of eight bytes may.
_STEP = 8
#: The arrays of JavaScript by NumPy's types.
_KINDS = {"f8": "Float64Array", "f4": "Float32Array", "i4": "Int32Array", "u1": "Uint8Array"}
#: The mid of speed and size: measured values have few digits, normalised ones are as good as random.
_LEVEL = 6


def packed(data: Mapping[str, Any]) -> str:
    """Data with arrays in it as base64 of a gzip stream, the same for the same data.

    The stream's bytes are the head's length (`uint32`, then four bytes of nothing), the head, and the arrays. The head
    is the data as JSON; an array in it is `{"kind", "at", "count"}`: a class of JavaScript, the byte where it begins
    behind the head, and how many numbers it has. Head and arrays each fill whole steps of eight bytes, little-endian.

    Args:
        data: JSON values, sayings, of which the numbers are packed, and arrays of `float64`, `float32`, `int32`
            or `uint8`, of any shape, the last axis fastest.
    """
    arrays: list[bytes] = []
    size = 0

    def reference(value: Any) -> Any:
        nonlocal size
        if isinstance(value, Saying):
            return value.number
        if not isinstance(value, np.ndarray):
            return str(value)
        kind = value.dtype.str[1:]
        arrays.append(_filled(np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes()))
        size += len(arrays[-1])
        return {"kind": _KINDS[kind], "at": size - len(arrays[-1]), "count": value.size}

    text = json_text(data, separators=(",", ":"), allow_nan=False, default=reference)
    head = _filled(text.encode("utf-8"), b" ")
    length = len(head).to_bytes(_STEP, "little")
    stream = gzip.compress(b"".join([length, head, *arrays]), _LEVEL, mtime=0)
    return base64.b64encode(stream).decode("ascii")


def _filled(part: bytes, by: bytes = b"\0") -> bytes:
    """Bytes up to a whole number of steps."""
    return part + by * (-len(part) % _STEP)
