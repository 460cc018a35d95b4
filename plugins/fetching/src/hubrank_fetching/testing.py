"""For tests of sources: search for leaked keys in any notation."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus


def traces(secret: str, folder: Path, texts: Iterable[str] = ()) -> list[str]:
    """The places of a key: the files below a test's folder, and the numbers of its output texts, that contain it."""
    packed, in_json = base64.b64encode(secret.encode()).decode(), json.dumps(secret)[1:-1]
    quoted = (quote(secret), quote(secret, safe=""), quote_plus(secret), in_json, in_json.replace("/", "\\/"))
    writings = {item.encode() for item in (secret, packed, *quoted)}
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = {**files, **{f"text {at}": text.encode() for at, text in enumerate(texts)}}
    return [name for name, content in found.items() if any(item in content for item in writings)]
