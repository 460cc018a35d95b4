"""Spelling: names of places and institutions brought to one form, so that they can be compared."""

import tomllib
from pathlib import Path

from tools.vintage.names import fold

INPUTS = Path(__file__).parent / "inputs"
ABBREVIATIONS = tomllib.loads((INPUTS / "abbreviations.toml").read_text(encoding="utf-8"))
SMALL_WORDS = "of the and at in for de di da do du des del la le und et a"
SILENT = frozenset(SMALL_WORDS.split())


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
