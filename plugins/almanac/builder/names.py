"""Spelling: names of places and institutions brought to one form, so that they can be compared."""

import re
import tomllib
import unicodedata
from pathlib import Path

INPUTS = Path(__file__).parent / "inputs"
ABBREVIATIONS = tomllib.loads((INPUTS / "abbreviations.toml").read_text(encoding="utf-8"))
SMALL_WORDS = "of the and at in for de di da do du des del la le und et a"
SILENT = frozenset(SMALL_WORDS.split())


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


def institution_key(name: str) -> str:
    """A name as citation indexes abbreviate it: `University of Oxford` and `Univ Oxford` are one.

    Args:
        name: An institution's name.

    Returns:
        Its telling words, shortened, in their order.
    """
    words = fold(name).split()
    return " ".join(ABBREVIATIONS.get(word, word) for word in words if word not in SILENT)


def unordered(key: str) -> str:
    """An institution's key without the order of its words, for `Oxford Univ`."""
    return " ".join(sorted(key.split()))
