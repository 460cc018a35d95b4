"""Names of places: how they are compared, and what code they give."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ə": "a", "ẖ": "h", "þ": "th", "ð": "d"}
)


def folded(name: str) -> str:
    """Returns a name as it is compared: without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_WITHOUT_DECOMPOSITION)
    return "".join(letter for letter in plain if letter.isalnum())


def slug(name: str) -> str:
    """Returns a code for a name: lower-case ASCII words joined by hyphens, apostrophes dropped."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_WITHOUT_DECOMPOSITION)
    kept = "".join(letter for letter in plain if letter not in "'’`" and not unicodedata.combining(letter))
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in kept)
    return "-".join(words.split())


def joined(name: str, aliases: Iterable[str]) -> str:
    """Returns aliases for a CSV cell: each once, in order, without the name itself."""
    return "|".join(dict.fromkeys(alias for alias in aliases if alias and alias != name))


def shared_names(names: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Finds the names that more than one unit bears.

    Args:
        names: All names of each unit, by the unit's code.

    Returns:
        The codes of the units, by the folded name that they share.
    """
    bearers: dict[str, set[str]] = {}
    for unit, own in names.items():
        for name in own:
            bearers.setdefault(folded(name), set()).add(unit)
    return {name: sorted(units) for name, units in bearers.items() if len(units) > 1}
