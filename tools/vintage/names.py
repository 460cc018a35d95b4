"""Spelling: names brought to one form, so that they can be compared."""

from __future__ import annotations

import re
import unicodedata


def fold(name: str) -> str:
    """Lower case, no accents, words and figures only.

    Args:
        name: Any spelling.

    Returns:
        Its words, parted by single blanks.
    """
    plain = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain.replace("đ", "d").replace("ı", "i").replace("æ", "ae"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "").replace("’", "")).split())
