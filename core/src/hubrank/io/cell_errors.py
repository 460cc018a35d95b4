"""Cells that cannot be read: where, what, which option would."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from attrs import evolve, fields, frozen

from hubrank.io import cells
from hubrank.io.cells import CellFormat, Kind, number_in

#: The most examples shown.
MOST = 10
#: The most letters of a text that are shown.
_LONG = 60
#: The name of an empty cell.
GAP = "a gap"

#: Texts for missing values, in lower case; so is a text of punctuation alone.
_GAP_WORDS = frozenset(
    (
        *("na", "#na", "n.a.", "n.a", "n. a.", "nd", "n.d.", "n/d", "s.d.", "s/d", "k.a.", "k. a.", "keine angabe"),
        *("none", "missing", "unknown", "no data", "not available", "not applicable", "confidential", "c", "x", "z"),
        *("#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!"),
    )
)
#: A mark after a number: signs (`=` of a shared rank), raised letters, `a)`, `(e)`, `[b]`, flags such as `p`.
_MARK = re.compile(
    r"(?<=[\d%])\s*(?P<mark>[*\u2020\u2021\u00a7#=]+|[\u00b9\u00b2\u00b3\u2070-\u209f\u1d43-\u1d5b]+|[a-z]\)|\([a-z0-9]{1,3}\)"
    r"|\[[a-z0-9]{1,3}\]|[bcdefnprsuz]{1,2})$"
)


@frozen
class Fix:
    """Options that are needed to read a cell, and the result: a number, or a text such as `GAP`."""

    options: Mapping[str, Any]
    reads: str

    def __str__(self) -> str:
        return f"{assigned(self.options)} reads {self.reads}"


@frozen
class OddCell:
    """The content of a workbook's cell without a value, and whether it is merged with one that has a value."""

    text: str
    merged: bool = False


@frozen
class CellError:
    """A cell that cannot be read: its place, its content, its required content, and a workbook's substitute."""

    place: str
    column: str
    value: Any
    kind: Kind
    odd: OddCell | None = None

    def describe(self, reading: CellFormat, *, alone: bool) -> str:
        """A cell, why it is wrong, and the options that would read it; the only one of a file, or one of several."""
        held = f'"{self.value[:_LONG]}..."' if isinstance(self.value, str) and len(self.value) > _LONG else ""
        date = f"the date {self.value:%Y-%m-%d}" if hasattr(self.value, "strftime") else ""  # without its midnight
        content = self.odd.text if self.odd else held or date or cells.shown(self.value)
        remedies, called = self.remedies(reading), self.kind.called
        if reading.percent and self.kind is cells.NUMBER and number_in(str(self.value), reading) is not None:
            called += " with %, as in other cells of its column"
        remedy = f"; {' or '.join(map(str, remedies))}" if remedies else ""
        if alone:
            return f"{self.place}: {self.column} must be {called}; got {content}{remedy}"
        what = content if self.odd else f"{content} is not {called}"
        return f"{self.place}, {self.column}: {what}{remedy}"

    def remedies(self, reading: CellFormat) -> list[Fix]:
        """Each way to read the cell."""
        if self.odd and self.odd.merged:
            return [Fix({"fill_merged": True}, "what the first of them holds")]
        if self.kind is cells.YEAR and (year := cells.year_in(self.value)) is not None:
            return [Fix({"dates": "year"}, f"{year:g}")]
        if not isinstance(self.value, str) or self.kind is TEXT:
            return []
        return list(remedies(self.value, reading))


#: The required content of codes and names; only a workbook holds anything else.
TEXT = Kind("a text", lambda values: values == values)


def cell_problem(name: str, doubts: Sequence[CellError], reading: CellFormat) -> list[str]:
    """All unclear cells of a file as one problem: their number, the first ten, and the options for all."""
    if not doubts:
        return []
    if len(doubts) == 1:
        return [f"{name}, {doubts[0].describe(reading, alone=True)}"]
    lines = [f"    {item.describe(reading, alone=False)}" for item in doubts[:MOST]]
    if len(doubts) > MOST:
        lines.append(f"    and {len(doubts) - MOST:,} more")
    if options := _options_for(doubts, reading):
        lines.append(f"    options that read them: {'; '.join(options)}")
    return ["\n".join([f"{name}: {len(doubts):,} cells cannot be read", *lines])]


def _options_for(doubts: Iterable[CellError], reading: CellFormat) -> list[str]:
    """The options that unclear cells need, each once, the lists of one option joined."""
    lists: dict[str, list[str]] = {"footnotes": [*reading.footnotes], "na": [*reading.na]}
    choices: dict[tuple[str, ...], None] = {}
    distinct = {(repr(item.value), item.odd, item.kind): item for item in doubts}
    for item in distinct.values():
        alternatives = []
        for remedy in item.remedies(reading):
            for key, held in lists.items():
                held += [mark for mark in remedy.options.get(key, []) if mark not in held]
            alternatives.append(assigned({key: value for key, value in remedy.options.items() if key not in lists}))
        choices.setdefault(tuple(dict.fromkeys(filter(None, alternatives))))
    settled = {choice[0] for choice in choices if len(choice) == 1}
    usual = [choice for choice in choices if choice and (len(choice) == 1 or not settled & set(choice))]
    longer = {key: held for key, held in lists.items() if len(held) > len(getattr(reading, key))}
    return [*map(" or ".join, usual), *(assigned({key: held}) for key, held in longer.items())]


def assigned(options: Mapping[str, Any]) -> str:
    """Options as a scenario sets them: `decimal = "," and skip_rows = 2`."""
    return " and ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items())


def remedies(text: str, reading: CellFormat) -> Iterator[Fix]:
    """The fewest options that make a text a number, or a missing value."""
    core = cells.without_marks(text, reading.footnotes)
    nothing = core and not any(item.isalnum() or item in "%$" for item in core)
    if nothing or core.casefold() in _GAP_WORDS or re.fullmatch(r"[(\[][a-z]{1,3}[)\]]", core):
        yield Fix({"na": [*reading.na, core]}, GAP)
        return
    marks: dict[str, Any] = {}
    if match := _MARK.search(core):
        marks["footnotes"] = [*reading.footnotes, match["mark"]]
        core = core[: match.start()].rstrip()
    scales: list[tuple[Mapping[str, str], int]] = [({}, 0)]
    if core.endswith("%"):
        core = core[:-1].rstrip()
        scales = [({}, -2 if reading.percent == "share" else 0)]
        if reading.percent is None:
            scales = [({"percent": "points"}, 0), ({"percent": "share"}, -2)]
    for (scale, power), (style, plain) in product(scales, _styles(core, reading)):
        if options := {**marks, **scale, **style}:
            yield Fix(options, f"{cells.scaled(plain, power):.12g}")


def _styles(core: str, reading: CellFormat) -> list[tuple[dict[str, str], str]]:
    """Styles of numbers that read it with the fewest changes."""
    best: dict[int, list[tuple[dict[str, str], str]]] = {}
    for thousands, decimal in product((reading.thousands, None, ",", ".", " ", "'"), (".", ",")):
        if decimal != thousands and (plain := cells.plain_numeral(core, decimal, thousands)) is not None:
            options = {"decimal": decimal} if decimal != reading.decimal else {}
            options |= {"thousands": thousands} if thousands and thousands != reading.thousands else {}
            styles = best.setdefault((decimal != reading.decimal) + (thousands != reading.thousands), [])
            styles += [] if (options, plain) in styles else [(options, plain)]
    return best[min(best)] if best else []


_LISTS = ("footnotes", "na")
_Options = tuple[tuple[str, Any], ...]
#: Texts whose digits alone differ are read by the same options.
_SHAPE = dict.fromkeys(map(ord, "123456789"), "0")
#: Options that settle one after another; a table has seldom more.
_MOST = 8


@frozen
class Guess:
    """The options that read most texts, and texts that two options read differently, if nothing settles them."""

    reading: CellFormat
    open: Mapping[str, tuple[Mapping[str, Any], ...]]


def guessed(texts: Iterable[str], reading: CellFormat | None = None) -> Guess:
    """The options, beyond those settled, that texts of numbers ask for; what one text leaves open another may settle.

    `12%` is read as 12. Texts that no option reads are passed over.
    """
    reading = reading or CellFormat()
    # digits in brackets are a mark's own
    shapes = {item if "(" in item or "[" in item else item.translate(_SHAPE): item for item in reversed([*texts])}
    distinct = list(shapes.values())
    for _ in range(_MOST):
        ways = {item: _ways(item, reading) for item in distinct if not readable(item, reading)}
        fixes = [item.options for text in ways for item in remedies(text, reading)]
        more: dict[str, Any] = {}
        for key in _LISTS:
            marks = (mark for options in fixes for mark in options.get(key, ()))
            more[key] = tuple(dict.fromkeys((*getattr(reading, key), *marks)))
        reading = evolve(reading, **more)
        votes = Counter(choices[0] for choices in ways.values() if len(choices) == 1 and choices[0])
        if votes:
            reading = evolve(reading, **dict(votes.most_common(1)[0][0]))
            continue
        unclear = {item: choices for item, choices in ways.items() if len(choices) > 1}
        others = {evolve(reading, **dict(way)) for choices in unclear.values() for way in choices}
        counts = {other: sum(readable(text, other) for text in distinct) for other in others}
        best = [other for other, count in counts.items() if count == max(counts.values())]
        if len(best) != 1:
            return Guess(reading, {item: tuple(map(dict, choices)) for item, choices in unclear.items()})
        reading = best[0]
    return Guess(reading, {})


def readable(text: str, reading: CellFormat) -> bool:
    """Whether a text is a number or a missing value."""
    return cells.is_gap(text) or number_in(text, reading) is not None or cells.is_gap_in(text, reading)


def looks_like_number(text: str) -> bool:
    """Whether some options read a text as a number."""
    return number_in(text, CellFormat()) is not None or any(item.reads != GAP for item in remedies(text, CellFormat()))


def _ways(text: str, reading: CellFormat) -> list[_Options]:
    """The options, without lists, that read a text without changing what is settled."""
    settled = {item.name for item in fields(CellFormat) if getattr(reading, item.name) != item.default}
    ways: dict[_Options, None] = {}
    for item in remedies(text, reading):
        options = {key: value for key, value in item.options.items() if key not in _LISTS}
        if options.get("percent") != "share" and not settled & set(options):
            ways[tuple(sorted(options.items()))] = None
    return list(ways)
