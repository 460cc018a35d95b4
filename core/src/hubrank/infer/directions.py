"""Whether more of an indicator is better, by its name."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import tomli
from attrs import frozen

from hubrank.i18n import gettext
from hubrank.infer.assumptions import without_accents

#: What words are made of.
_WORD = re.compile(r"[^\W_]+")


@frozen
class Judgement:
    """What a name says of an indicator's direction.

    Attributes:
        direction: 1 where more is better, -1 where less is; 0 where the name does not tell.
        why: The reason, in one line.
    """

    direction: Literal[1, -1, 0]
    why: str


def direction_of(name: str, unit_of_measure: str = "") -> Judgement:
    """Whether more of an indicator is better, by its name in English, German, French or Spanish."""
    direction, word = _by_words(f"{name} {unit_of_measure}")
    if not direction:
        return Judgement(0, gettext("the name gives no clue"))
    return Judgement(direction, gettext('its name contains "{word}"', word=word))


@functools.cache
def _words() -> Mapping[str, list[str]]:
    return tomli.loads(Path(__file__).with_name("directions.toml").read_text(encoding="utf-8"))


def _by_words(name: str) -> tuple[Literal[1, -1, 0], str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)  # aName is two words
    text = " ".join(_WORD.findall(without_accents(parted).casefold()))
    within = (word for part in _words()["lower_within"] for word in text.split() if part in word)
    direction: Literal[1, -1] = 1
    if found := _word_like("lower", text) or next(within, ""):
        if _word_like("turning", text):
            return 0, ""
        direction = -1
    found = found or _word_like("higher", text)
    words = list(_WORD.finditer(parted))
    if not found or len(words) != text.count(" ") + 1:
        return direction if found else 0, found
    first = text[: text.index(found)].count(" ")
    return direction, parted[words[first].start() : words[first + found.count(" ")].end()]


def _word_like(kind: str, text: str) -> str:
    """The first word of a text that begins like one of a kind, whole; empty where there is none."""
    found = re.search(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, _words()[kind]))})[a-z0-9]*", text)
    return found[0] if found else ""
