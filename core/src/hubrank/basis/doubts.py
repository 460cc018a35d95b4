"""Cells that are not what they must be: where they stand, what they hold and which option would read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.basis.cells import YEAR, Kind, shown
from hubrank.basis.numerals import plain_numeral, without_marks, year_in

if TYPE_CHECKING:
    from hubrank.basis.reading import Reading

#: How many are shown of what is counted.
MOST = 10
#: How much of a text is shown.
_LONG = 60
#: What a cell is that holds nothing.
GAP = "a gap"
_FIRST = "what the first of them holds"

#: What people write where they have no value, in lower case; punctuation alone is taken for it as well.
_GAP_WORDS = frozenset(
    [
        *("na", "#na", "n.a.", "n.a", "n. a.", "nd", "n.d.", "n/d", "s.d.", "s/d", "k.a.", "k. a.", "keine angabe"),
        *("none", "missing", "unknown", "no data", "not available", "not applicable", "confidential", "c", "x", "z"),
        *("#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!"),
    ]
)
#: A mark behind a number: signs (`=` of a shared rank), raised letters, `a)`, `(e)`, `[b]`, flags such as `p`.
_MARK = re.compile(
    r"(?<=[\d%])\s*(?P<mark>[*\u2020\u2021\u00a7#=]+|[\u00b9\u00b2\u00b3\u2070-\u209f\u1d43-\u1d5b]+|[a-z]\)|\([a-z0-9]{1,3}\)"
    r"|\[[a-z0-9]{1,3}\]|[bcdefnprsuz]{1,2})$"
)


@frozen
class Remedy:
    """Options that read a cell.

    Attributes:
        options: What must be set beyond what is set.
        reads: What the cell is then: a number, or an English text that is marked for the catalogues, such as `GAP`.
    """

    options: Mapping[str, Any]
    reads: str

    def __str__(self) -> str:
        return f"{assigned(self.options)} reads {self.reads}"


@frozen
class Odd:
    """What stands in a cell of a workbook in place of a value.

    Attributes:
        text: In words, such as "a formula without a stored value".
        merged: Whether the cell is merged with another, which shows what they hold.
    """

    text: str
    merged: bool = False


@frozen
class Doubt:
    """A cell that cannot be read.

    Attributes:
        place: Its line, or its sheet and cell.
        column: The column's name in the file.
        value: What it holds.
        kind: What it must hold.
        odd: What a workbook has there in place of a value.
    """

    place: str
    column: str
    value: Any
    kind: Kind
    odd: Odd | None = None

    def told(self, reading: Reading) -> str:
        """The cell, what it is not, and what would read it."""
        what = f"{_held(self.value)} is not {self.kind.called}"
        what = self.odd.text if self.odd else what
        return f"{self.place}, {self.column}: {what}{self._remedied(reading)}"

    def alone(self, reading: Reading) -> str:
        """The only doubtful cell of a file, behind the file's name."""
        said = (
            f"{self.place}: {self.column} must be {self.kind.called}; got "
            f"{self.odd.text if self.odd else _held(self.value)}"
        )
        return f"{said}{self._remedied(reading)}"

    def remedies(self, reading: Reading) -> list[Remedy]:
        """Each way to read the cell."""
        if self.odd and self.odd.merged:
            return [Remedy({"fill_merged": True}, _FIRST)]
        if self.kind is YEAR and (year := year_in(self.value)) is not None:
            return [Remedy({"dates": "year"}, f"{year:g}")]
        if not isinstance(self.value, str) or self.kind is TEXT:
            return []
        return list(remedies(self.value, reading))

    def _remedied(self, reading: Reading) -> str:
        remedies = self.remedies(reading)
        return f"; {' or '.join(map(str, remedies))}" if remedies else ""


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
    if options := options_for(doubts, reading):
        lines.append(f"    options that read them: {'; '.join(options)}")
    head = f"{name}: {len(doubts):,} {'cell' if len(doubts) == 1 else 'cells'} cannot be read"
    return ["\n".join([head, *lines])]


def options_for(doubts: Iterable[Doubt], reading: Reading) -> list[str]:
    """The options that doubtful cells ask for, each once, the lists of one option joined."""
    lists: dict[str, list[str]] = {"footnotes": [*reading.footnotes], "na": [*reading.na]}
    choices: dict[tuple[str, ...], None] = {}
    distinct = {(repr(each.value), each.odd, each.kind): each for each in doubts}
    for each in distinct.values():
        alternatives = []
        for remedy in each.remedies(reading):
            for key, held in lists.items():
                held += [mark for mark in remedy.options.get(key, []) if mark not in held]
            alternatives.append(assigned({key: value for key, value in remedy.options.items() if key not in lists}))
        choices.setdefault(tuple(dict.fromkeys(filter(None, alternatives))))
    settled = {choice[0] for choice in choices if len(choice) == 1}
    kept = [choice for choice in choices if choice and (len(choice) == 1 or not settled & set(choice))]
    longer = {key: held for key, held in lists.items() if len(held) > len(getattr(reading, key))}
    return [*map(" or ".join, kept), *(assigned({key: held}) for key, held in longer.items())]


def assigned(options: Mapping[str, Any]) -> str:
    """Options as a scenario sets them: `decimal = "," and skip_rows = 2`."""
    settings = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()]
    return " and ".join(settings) if settings else ""


def remedies(text: str, reading: Reading) -> Iterator[Remedy]:
    """The least that must be said for a text to be a number, or a gap."""
    core = without_marks(text, reading.footnotes)
    if _is_gap_word(core):
        yield Remedy({"na": [*reading.na, core]}, GAP)
        return
    said: dict[str, Any] = {}
    if found := _MARK.search(core):
        said["footnotes"] = [*reading.footnotes, found["mark"]]
        core = core[: found.start()].rstrip()
    scales: list[tuple[Mapping[str, str], int]] = [({}, 0)]
    if core.endswith("%"):
        core = core[:-1].rstrip()
        scales = [({}, -2 if reading.percent == "share" else 0)]
        if reading.percent is None:
            scales = [({"percent": "points"}, 0), ({"percent": "share"}, -2)]
    for (scale, power), (style, plain) in product(scales, _styles(core, reading)):
        if options := {**said, **scale, **style}:
            yield Remedy(options, f"{float(Decimal(plain).scaleb(power)):.12g}")


def _held(value: Any) -> str:
    """What a cell holds, a long text its beginning; a workbook's date without its midnight."""
    if isinstance(value, str) and len(value) > _LONG:
        value = f"{value[:_LONG]}..."
    return f"the date {value:%Y-%m-%d}" if hasattr(value, "strftime") else shown(value)


def _styles(core: str, reading: Reading) -> list[tuple[dict[str, str], str]]:
    """Styles of numbers that read it with the fewest changes."""
    best: dict[int, list[tuple[dict[str, str], str]]] = {}
    for thousands, decimal in product((reading.thousands, None, ",", ".", " ", "'"), (".", ",")):
        plain = None if decimal == thousands else plain_numeral(core, decimal, thousands)
        if plain is None:
            continue
        said = {"decimal": decimal} if decimal != reading.decimal else {}
        said |= {"thousands": thousands} if thousands and thousands != reading.thousands else {}
        changes = (decimal != reading.decimal) + (thousands != reading.thousands)
        if (said, plain) not in best.setdefault(changes, []):
            best[changes].append((said, plain))
    return best[min(best)] if best else []


def _is_gap_word(text: str) -> bool:
    return (
        text.casefold() in _GAP_WORDS
        or bool(re.fullmatch(r"[(\[][a-z]{1,3}[)\]]", text))
        or (bool(text) and not any(each.isalnum() or each in "%$" for each in text))
    )
