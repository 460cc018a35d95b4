"""Names as people type them."""

from __future__ import annotations

import re
import unicodedata

#: Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
#: Marks above or below a letter are accents; those of lower combining classes, such as a virama, are part of it.
_ACCENT = 200


def is_bare(name: str) -> bool:
    """Whether a name can be written as a bare key of TOML."""
    return re.fullmatch(r"[A-Za-z0-9_-]+", name) is not None


def name_key(text: str) -> str:
    """What is the same for two spellings of one name: without outer spaces, in any case, whatever Unicode form."""
    if text.isascii():
        return text.lower().strip()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def folded_key(text: str) -> str:
    """What is the same for two looser spellings: `name_key` without accents, spaces and punctuation as well.

    A text of punctuation alone keeps it.
    """
    key = name_key(text)
    if key.isascii():
        return key if key.isalnum() else "".join(filter(str.isalnum, key)) or key
    plain = unicodedata.normalize("NFKD", key.translate(_PLAIN))
    kept = [each for each in plain if unicodedata.combining(each) < _ACCENT and unicodedata.category(each)[0] in "LMN"]
    return unicodedata.normalize("NFKC", "".join(kept)) or key
