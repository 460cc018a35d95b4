"""Cells that are not what they must be: where they stand, what they hold and which option would read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.basis.cells import YEAR, Kind, shown
from hubrank.basis.numerals import plain_numeral, without_marks, year_in

if TYPE_CHECKING:
    from hubrank.basis.reading import Reading

#: How many are shown of what is counted.
MOST = 10

#: What people write where they have no value, in lower case; punctuation alone is taken for it as well.
_GAP_WORDS = frozenset(
    [
        *("na", "#na", "n.a.", "n.a", "n. a.", "nd", "n.d.", "n/d", "s.d.", "s/d", "k.a.", "k. a.", "keine angabe"),
        *("none", "missing", "unknown", "no data", "not available", "not applicable", "confidential", "c", "x", "z"),
        *("#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!"),
    ]
)
#: A mark behind a number: signs, raised letters and digits, `a)`, `(e)`, `[b]`, the flags of statistical offices.
_MARK = re.compile(
    r"(?<=[\d%])\s*(?P<mark>[*\u2020\u2021\u00a7#]+|[\u00b9\u00b2\u00b3\u2070-\u209f\u1d43-\u1d5b]+|[a-z]\)|\([a-z0-9]{1,3}\)"
    r"|\[[a-z0-9]{1,3}\]|[bcdefnprsuz]{1,2})$"
)


@frozen
class Doubt:
    """A cell that cannot be read.

    Attributes:
        place: Its line, or its sheet and cell.
        column: The column's name in the file.
        value: What it holds.
        kind: What it must hold.
        odd: What a workbook has there in place of a value, such as "a formula without a value".
    """

    place: str
    column: str
    value: Any
    kind: Kind
    odd: str = ""

    def told(self, reading: Reading) -> str:
        """The cell, what it is not, and what would read it."""
        held = self.odd or shown(self.value)
        remedy = " or ".join(f"{what} reads {value}" for what, value in self.remedies(reading))
        verb = "is" if self.odd and self.kind is TEXT else f"is not {self.kind.called}"
        return f"{self.place}, {self.column}: {held}{'' if verb == 'is' else f' {verb}'}{remedy and f'; {remedy}'}"

    def alone(self, reading: Reading) -> str:
        """The only doubtful cell of a file, behind the file's name."""
        held = f"must be {self.kind.called}; got {self.odd}" if self.odd else self.kind.refusal(self.value)
        remedy = " or ".join(f"{what} reads {value}" for what, value in self.remedies(reading))
        return f"{self.place}: {self.column} {held}{remedy and f'; {remedy}'}"

    def remedies(self, reading: Reading) -> list[tuple[str, str]]:
        """Options that would read the cell, each with what they read."""
        if self.odd.startswith("merged"):
            return [("fill_merged = true", "the value of the first")]
        if self.kind is YEAR and (year := year_in(self.value)) is not None:
            return [('dates = "year"', f"{year:g}")]
        if not isinstance(self.value, str) or self.kind is TEXT:
            return []
        return list(_remedies(self.value, reading))


#: What codes and names must be; only a workbook holds something else.
TEXT = Kind("a text", lambda values: values == values)


def told(name: str, doubts: Sequence[Doubt], reading: Reading) -> list[str]:
    """All doubtful cells of a file as one problem: their number, the first ten, and the options for all."""
    if not doubts:
        return []
    if len(doubts) == 1:
        return [f"{name}, {doubts[0].alone(reading)}"]
    lines = [f"    {each.told(reading)}" for each in doubts[:MOST]]
    if len(doubts) > MOST:
        lines.append(f"    and {len(doubts) - MOST:,} more")
    options = options_for(doubts, reading)
    lines += [f"    options that read them: {'; '.join(options)}"] if options else []
    return ["\n".join([f"{name}: {len(doubts):,} cells cannot be read", *lines])]


def options_for(doubts: Iterable[Doubt], reading: Reading) -> list[str]:
    """The options that doubtful cells ask for, each once, the lists of one option joined."""
    single: dict[str, None] = {}
    lists: dict[str, list[str]] = {"footnotes": list(reading.footnotes), "na": list(reading.na)}
    before = {key: len(each) for key, each in lists.items()}
    seen = {(repr(each.value), each.odd[:6], each.kind.called): each for each in doubts}
    for each in seen.values():
        alternatives: list[str] = []
        for what, _ in each.remedies(reading):
            rest = []
            for part in what.split(" and "):
                key, _, said = part.partition(" = ")
                if key in lists:
                    lists[key] += [mark for mark in _quoted(said) if mark not in lists[key]]
                else:
                    rest.append(part)
            alternatives += [" and ".join(rest)] if rest else []
        if alternatives:
            single.setdefault(" or ".join(dict.fromkeys(alternatives)))
    return [*single, *(f"{key} = {_list(each)}" for key, each in lists.items() if len(each) > before[key])]


def _remedies(text: str, reading: Reading) -> Iterator[tuple[str, str]]:
    """The least that must be said for a text to be a number, or a gap."""
    core = without_marks(text, reading.footnotes)
    if _is_gap_word(core):
        yield f"na = {_list([*reading.na, core])}", "a gap"
        return
    said = []
    if found := _MARK.search(core):
        said.append(f"footnotes = {_list([*reading.footnotes, found['mark']])}")
        core = core[: found.start()].rstrip()
    scales = [("", 0)]
    if core.endswith("%"):
        core = core[:-1].rstrip()
        if reading.percent is None:
            scales = [('percent = "points"', 0), ('percent = "share"', -2)]
        else:
            scales = [("", -2 if reading.percent == "share" else 0)]
    for (scale, power), (style, plain) in product(scales, _styles(core, reading)):
        what = [*said, *([scale] if scale else []), *style]
        if what:
            yield " and ".join(what), f"{float(f'{plain}e{power}') if 'e' not in plain.lower() else float(plain):.12g}"


def _styles(core: str, reading: Reading) -> list[tuple[list[str], str]]:
    """Styles of numbers that read it with the fewest changes."""
    best: dict[int, list[tuple[list[str], str]]] = {}
    for thousands, decimal in product((reading.thousands, None, ",", ".", " ", "'"), (".", ",")):
        plain = None if decimal == thousands else plain_numeral(core, decimal, thousands)
        if plain is None:
            continue
        said = [f'decimal = "{decimal}"'] if decimal != reading.decimal else []
        said += [f'thousands = "{thousands}"'] if thousands != reading.thousands and thousands else []
        changes = (decimal != reading.decimal) + (thousands != reading.thousands)
        if (said, plain) not in best.setdefault(changes, []):
            best[changes].append((said, plain))
    return best[min(best)] if best else []


def _is_gap_word(text: str) -> bool:
    return text.casefold() in _GAP_WORDS or (bool(text) and not any(each.isalnum() or each in "%$" for each in text))


def _list(marks: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{mark}"' for mark in marks) + "]"


def _quoted(said: str) -> list[str]:
    return re.findall(r'"([^"]*)"', said)
