"""For tests of sources: whether a key is left anywhere, in whatever writing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus


def traces(secret: str, folder: Path, texts: Iterable[str] = ()) -> list[str]:
    """Where a key stands: the files below a folder and the texts, by number, that hold it.

    Args:
        secret: The key.
        folder: The folder of all that a test left.
        texts: What it printed, logged or raised.
    """
    writings = {item.encode() for item in _writings(secret)}
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = {**files, **{f"text {at}": text.encode() for at, text in enumerate(texts)}}
    return [name for name, content in found.items() if any(item in content for item in writings)]


def _writings(secret: str) -> tuple[str, ...]:
    packed = base64.b64encode(secret.encode()).decode()
    in_json = json.dumps(secret)[1:-1]
    return (
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        in_json,
        in_json.replace("/", "\\/"),
        packed,
    )
