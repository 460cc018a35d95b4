"""Ordinal scales: which texts are levels of one, and how they are ordered."""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from hubrank.errors import shorten_list, without_accents
from hubrank.io.cell_errors import guessed
from hubrank.io.cells import is_gap
from hubrank.plugin import FileProblem

#: The scales by name, as `scales.toml` lists them.
_SCALES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("scales.toml").read_text(encoding="utf-8")
)
#: The level of each text, from 1, by scale.
_LEVELS: Mapping[str, Mapping[str, int]] = {
    name: {text.rstrip("."): at for at, texts in enumerate(table["levels"], start=1) for text in texts}
    for name, table in _SCALES.items()
}
#: Texts that mean no answer, and those that alone mean yes.
_UNKNOWN, _TICKS = _LEVELS["unknown"], _LEVELS["ticks"]
#: A text with a number before or after it: `5 = very good`, `agree (4)`.
_NUMBERED = re.compile(
    r"\(?\d{1,2}\)?\s*+[-=:.)]?\s*+(?=[^\W\d])(?P<text>.{2,})|(?P<before>.{2,}?)(?<!\s)\s*+\(\d{1,2}\)"
)
#: A text with a remark in brackets after it: `AA+ (stable)`.
_REMARKED = re.compile(r"(?P<text>.+?)(?<!\s)\s*+\([^\d()]++\)")
_NUMBER = re.compile(r"-?[\d.,]+")
_POINTS = re.compile(
    r"(?P<points>\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von|aus|sur|de|sobre)\s*(?P<most>\d{1,3})(?:\s\w+)?"
)
_STARS = re.compile(r"(?P<full>[★⭐✭✮*]{0,10})(?P<half>(?:1\u20442)?)[☆✩]{0,10}")
_PRICES = re.compile(r"([$€£¥])\1{0,4}")
_COUNTED = re.compile(r"(?P<points>\d(?:[.,]\d)?)\s*-?(?:stars?|sterne?|etoiles?|estrellas?|星级?|★|⭐)")
#: The least share of a column's texts on its scale; a scale that does not distinguish units does not count.
_MOSTLY, _LEAST = 0.8, 2
#: No scale has more levels that are written in different ways.
_MANY = 60


@frozen(kw_only=True)
class Scale:
    """A scale of a column.

    Attributes:
        name: Its name in `scales.toml`; `points`, `prices` and `stars` have numbers of their own.
        values: The level of each cell, None if it is on none.
        texts: A text of each level, as it first occurs in the column.
        better: Whether the highest level is the best for any subject.
        sure: Whether its texts are unlikely to be names of groups.
    """

    name: str
    values: Sequence[float | None]
    texts: Mapping[float, str]
    better: bool
    sure: bool

    @property
    def counts(self) -> bool:
        """Whether its values are numbers themselves, not ranks in an order."""
        return self.name in ("points", "prices", "stars")


def together(name: str, scales: Sequence[Scale | None]) -> Scale | None:
    """One scale of columns that are joined, with the texts of all; a `FileProblem` where they are on several."""
    if len({None if item is None else item.name for item in scales}) > 1:
        cells = shorten_list([f'"{text}"' for item in scales if item for text in item.texts.values()])
        raise FileProblem(f"{name}: its years or sheets are on different scales ({cells}); write them on one")
    texts = {value: text for item in scales[::-1] if item for value, text in item.texts.items()}
    return scales[0] and evolve(scales[0], texts=texts)


def scale_of(cells: Sequence[Any]) -> Scale | None:
    """The scale that nearly all texts of a column are on; None if there is none, or one text is on several."""
    if len(set(cells)) > _MANY or all(cell is None or _NUMBER.fullmatch(str(cell)) for cell in cells):
        return None
    texts = [None if cell is None else folded(str(cell)) for cell in cells]
    listed = {name: levels for name, levels in _LEVELS.items() if name not in ("ticks", "unknown")}
    alone = len(set(texts)) == 1 and sum(texts[0] in levels for levels in listed.values()) == 1
    for name, levels in listed.items():
        values = [_level(levels, text) for text in texts]
        if _fits(values, texts) or (alone and texts[0] in levels and not is_dash(texts[0])):
            weak = _SCALES[name].get("weak", ())
            sure = any(text not in weak for text, value in zip(texts, values, strict=True) if value)
            return _scale(name, values, cells, better=_SCALES[name].get("better", False), sure=sure)
    for name, read in (("stars", _stars_in), ("prices", _prices_in), ("points", _points_in)):
        numbers = [None if text is None else read(text) for text in texts]
        if _fits(numbers, texts) and len({_most(text) for text in texts if text}) == 1:
            return _scale(name, numbers, cells, better=name == "stars", sure=True)
    if all(text is None or is_dash(text) or text in _TICKS for text in texts) and len(set(texts)) > 1:
        return _scale("ticks", [_TICKS.get(text or "", 0) for text in texts], cells, better=False, sure=True)
    return None


def ordered(cells: Sequence[Any], order: str) -> Scale | None:
    """The scale with a given order: `low<middle<high`; None if it lacks a text of the column."""
    levels = {text: at for at, text in enumerate(levels_in(order), start=1)}
    values = [None if cell is None else levels.get(folded(str(cell))) for cell in cells]
    complete = all(cell is None or value or is_dash(str(cell)) for cell, value in zip(cells, values, strict=True))
    return _scale("own", values, cells, better=True, sure=True) if complete and len(levels) >= _LEAST else None


def levels_in(order: str) -> list[str]:
    """The levels of an order from the lowest, whichever way it is written."""
    parts = [folded(part) for part in re.split("[<>]", order)]
    return parts[::-1] if ">" in order else parts


@functools.lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """A text as `scales.toml` writes it."""
    bare = without_accents(re.sub(r"[\u2010-\u2015\u2212]", "-", text.casefold())).replace("\ufe0f", "")
    return " ".join(bare.replace("\u2019", "'").split()).rstrip(".!") or bare


def is_level(cell: Any) -> bool:
    """Whether a cell is on some scale."""
    text = folded(cell) if isinstance(cell, str) else ""
    return bool(text) and any(text in levels for levels in _LEVELS.values())


def is_dash(text: str) -> bool:
    """Whether a text only says that nothing stands there."""
    bare = text.strip("-–—.? ")
    return not bare or folded(text) in _UNKNOWN or is_gap(text) or bool(guessed([text]).reading.na)


def _scale(name: str, values: Sequence[float | None], cells: Sequence[Any], *, better: bool, sure: bool) -> Scale:
    texts: dict[float, str] = {}
    for value, cell in zip(values, cells, strict=True):
        if value is not None:
            texts.setdefault(float(value), "" if cell is None else str(cell))
    values = [None if value is None else float(value) for value in values]
    return Scale(name=name, values=values, texts=texts, better=better, sure=sure)


def _level(levels: Mapping[str, int], text: str | None) -> int | None:
    if text is None or text in levels:
        return levels.get(text or "")
    found = _NUMBERED.fullmatch(text) or _REMARKED.fullmatch(text)
    return next((levels[part] for part in found.groups() if part in levels), None) if found else None


def _fits(values: Sequence[float | None], texts: Sequence[str | None]) -> bool:
    """Whether nearly all texts that say something have a value, and these differ."""
    held = [value for value in values if value is not None]
    if len(set(held)) < _LEAST:
        return False
    others = [text for text, value in zip(texts, values, strict=True) if value is None and text and not is_dash(text)]
    return len(held) >= _MOSTLY * (len(held) + len(others))


def _stars_in(text: str) -> float | None:
    if found := _COUNTED.fullmatch(text):
        return float(found["points"].replace(",", "."))
    found = _STARS.fullmatch(text)
    return len(found["full"]) + 0.5 * bool(found["half"]) if found and text else None


def _prices_in(text: str) -> float | None:
    return float(len(text)) if _PRICES.fullmatch(text) else None


def _points_in(text: str) -> float | None:
    found = _POINTS.fullmatch(text)
    return float(found["points"].replace(",", ".")) if found and float(found["most"]) > 1 else None


def _most(text: str) -> str | None:
    """The subject of points."""
    found = _POINTS.fullmatch(text)
    return found["most"] if found else None
