"""The options by which most texts of a table are numbers or gaps, for who may assume what its author meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from hubrank.basis.cells import is_gap
from hubrank.basis.doubts import GAP, remedies
from hubrank.basis.numerals import is_gap_in, number_in
from hubrank.basis.reading import Reading

_LISTS = ("footnotes", "na")
#: Texts whose digits alone differ are read by the same options.
_SHAPE = dict.fromkeys(map(ord, "123456789"), "0")
#: Options that settle one after another; a table has seldom more.
_MOST = 8


@frozen
class Guess:
    """How texts are read.

    Attributes:
        reading: The options that read most of them.
        open: A text that two options read otherwise, and these options, where nothing else in the table tells.
    """

    reading: Reading
    open: Mapping[str, tuple[Mapping[str, Any], ...]]


def guessed(texts: Iterable[str], reading: Reading | None = None) -> Guess:
    """The options that texts of numbers ask for; what one text leaves open another may settle.

    `12%` is read as 12. Texts that no option reads are passed over.

    Args:
        texts: Cells of columns of numbers.
        reading: The options that are settled.
    """
    reading = reading or Reading()
    distinct = list({_shape(each): each for each in reversed([*texts])}.values())
    for _ in range(_MOST):
        left = [each for each in distinct if not readable(each, reading)]
        ways = {each: _ways(each, reading) for each in left}
        reading = _with_lists(reading, ways)
        votes = Counter(found[0] for found in ways.values() if len(found) == 1 and found[0])
        if not votes:
            unclear = {each: tuple(map(dict, found)) for each, found in ways.items() if len(found) > 1}
            better = _better(unclear, distinct, reading)
            if better is None:
                return Guess(reading, unclear)
            reading = better
            continue
        reading = attrs.evolve(reading, **dict(votes.most_common(1)[0][0]))
    return Guess(reading, {})


def _shape(text: str) -> str:
    """What is the same for texts whose digits alone differ; digits in brackets are a mark's own."""
    return text if "(" in text or "[" in text else text.translate(_SHAPE)


def readable(text: str, reading: Reading) -> bool:
    """Whether a text is a number or a gap."""
    return is_gap(text) or number_in(text, reading) is not None or is_gap_in(text, reading)


def looks_like_number(text: str) -> bool:
    """Whether some options read a text as a number."""
    return number_in(text, Reading()) is not None or any(each.reads != GAP for each in remedies(text, Reading()))


_Options = tuple[tuple[str, Any], ...]


def _ways(text: str, reading: Reading) -> list[_Options]:
    """The options beside lists by which a text is read; those that change what is settled only where no other does."""
    default = Reading()
    found: dict[_Options, bool] = {}
    for each in remedies(text, reading):
        options = {key: value for key, value in each.options.items() if key not in _LISTS}
        if options.get("percent") != "share":
            changes = any(getattr(reading, key) != getattr(default, key) for key in options)
            found[tuple(sorted(options.items()))] = changes
    kept = [each for each, changes in found.items() if not changes]
    return kept or ([] if all(found.values()) and found else list(found))


def _better(
    unclear: Mapping[str, tuple[Mapping[str, Any], ...]], texts: Sequence[str], reading: Reading
) -> Reading | None:
    """The reading by which more texts are read than by any other that is in question; none where two are as good."""
    ways = {tuple(sorted(way.items())): way for found in unclear.values() for way in found}
    readings = [attrs.evolve(reading, **way) for way in ways.values()]
    counts = [sum(readable(text, each) for text in texts) for each in readings]
    best = [each for each, count in zip(readings, counts, strict=True) if count == max(counts)]
    return best[0] if len(best) == 1 else None


def _with_lists(reading: Reading, ways: Iterable[str]) -> Reading:
    """The reading with the footnote marks and gaps of texts."""
    more: dict[str, Any] = {}
    for key in _LISTS:
        told = (mark for text in ways for each in remedies(text, reading) for mark in each.options.get(key, ()))
        more[key] = tuple(dict.fromkeys([*getattr(reading, key), *told]))
    return attrs.evolve(reading, **more)
