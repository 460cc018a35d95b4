"""Words for counts and shares."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from hubrank.basis.language import numeral, plural, worded


def counted(number: int, word: str) -> str:
    """A number with its word, in the singular for one: `1 unit`, `2 units`.

    Args:
        number: How many there are.
        word: An English word that takes an s, as the catalogues have it: `{count} unit`.
    """
    one = f"{{count}} {word}"
    return plural(number, one, f"{one}s")


def enumerated(names: Sequence[str], most: int = 12) -> str:
    """Names in one line: `a, b, c and 4 more`; `listed` is for errors."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else worded("{names} and {count} more", names=shown, count=len(names) - most)


def joined(texts: Iterable[str]) -> str:
    """Some texts, at least one, as one: `weights and noise`."""
    return functools.reduce(lambda first, second: worded("{first} and {second}", first=first, second=second), texts)


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs, which empty lines part, each in one line."""
    return [" ".join(each.split()) for each in text.split("\n\n") if each.strip()]


def percent(share: float, digits: int = 0, *, signed: bool = False) -> str:
    """A share in per cent, as all texts write it: `64 %`, `-2.5 %`; with `signed`, `+64 %`."""
    number = numeral(f"{100 * share:{'+' if signed else ''}.{digits}f}")
    return worded("{number} %", number=number)


def reason(error: BaseException | str) -> str:
    """What a library or the system says, as a part of our sentence: its first line, neither capital nor full stop."""
    said = error if isinstance(error, str) else (isinstance(error, OSError) and error.strerror) or str(error)
    first = said.strip().partition("\n")[0] or "cannot be read"
    return first[0].lower() + first[1:].rstrip(".")
