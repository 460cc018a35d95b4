"""Names as people type them."""

from __future__ import annotations

import unicodedata


def name_key(text: str) -> str:
    """What is the same for two spellings of one name: without outer spaces, in any case, whatever Unicode form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).strip()
