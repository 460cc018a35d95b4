"""Ways to spoil a good example: its bytes, its lines, or the tree of values that it is written from.

Every edit is made of whole numbers, so that hypothesis makes a failing one small.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

#: Texts that something on the way may take for more than a text.
TEXTS = (
    "", " ", "x", "0", "-0", "1", "-1", "1e308", "-1e308", "1e-320", "1e400", "nan", "inf", "-inf", "9" * 400, "1,5",
    "1.234,5", "1_000", "٣", "½", "2024", "0000", "99999", "true", "None", "NA", "#N/A", "--", "AAA", "unit", "year",
    "=1+1", "@SUM(A1)", "\x1b[31mred", "\x00", "\x07", "\u202egnp.exe", "\ufeff", "\u2028", "😀", "e\u0301", "ß", "İ",
    "x" * 3000, "a b", "a.b", "a,b", 'a"b', "a'b", "a\nb", "a\r\nb", "a\tb", "a;b", "a|b", "%s", "{0}", "{x}", "{",
    "[bold]", "[/]", "<script>", "&amp;", "$(ls)", "..", "../../x.csv", ".", "/dev/null", "/dev/zero",
    "/proc/self/mem", "units.csv", "values.csv", "mine.toml", "http://127.0.0.1:9/x", "values.csv\x00", "*", "con",
    "__class__", "hubrank", "value", "life",
)  # fmt: skip

#: Values of other kinds, for formats that have kinds.
VALUES: tuple[Any, ...] = (
    0, 1, -1, 2, 7, 100, 2024, 2**31, 2**63 - 1, -(2**63), 10**30, 0.0, -0.0, 0.5, 1.5, -2.5, 1e308, -1e308, 5e-324,
    float("nan"), float("inf"), float("-inf"), True, False, [], {}, [[]], [{}], {"": 1}, {"a": {"b": {}}},
    [1, "a", [2]], ["a", "a"], [0], [1, 2, 3], {"method": "min-max"}, {"method": "goalposts"}, {"file": "values.csv"},
    {"at_least": 3}, {"a": -1.0, "b": 2},
)  # fmt: skip

_PLACE = st.integers(0, 999)


def many(kinds: int, values: int, at_most: int = 3) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    """A few edits: which kind, two places, and which value."""
    one = st.tuples(st.integers(0, kinds - 1), _PLACE, _PLACE, st.integers(0, values - 1))
    return st.lists(one, min_size=1, max_size=at_most)


def in_bytes(content: bytes, edits: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Bytes turned, cut off, taken out, doubled, or put in."""
    made = bytearray(content)
    for kind, first, second, value in edits:
        at = first * len(made) // 1000
        to = min(len(made), at + 1 + second // 20)
        if kind == 0 and made:
            made[at] ^= 1 << value % 8
        elif kind == 1:
            del made[at:to]
        elif kind == 2:
            made[at:at] = made[at:to]
        elif kind == 3:
            del made[at:]
        else:
            made[at:at] = _bytes(TEXTS[value % len(TEXTS)]) if value % 2 else bytes([value % 256])
    return bytes(made)


BYTE_EDITS = many(5, 256, 2)


def in_lines(text: str, edits: Iterable[tuple[int, int, int, int]], mark: str = ",") -> bytes:
    """Lines doubled, taken out or moved, and cells between marks replaced, doubled, or taken out."""
    lines = [line.split(mark) for line in text.splitlines()]
    for kind, first, second, value in edits:
        if not lines:
            break
        at = first % len(lines)
        cells = lines[at]
        cell = second % max(1, len(cells))
        _edit_line(lines, cells, kind, at, cell, second, value)
    return _bytes("\n".join(mark.join(line) for line in lines) + "\n")


LINE_EDITS = many(9, len(TEXTS), 3)


def _edit_line(
    lines: list[list[str]], cells: list[str], kind: int, at: int, cell: int, second: int, value: int
) -> None:
    if kind >= 5:
        cells[cell : cell + 1] = [TEXTS[value]]
    elif kind == 4:
        cells[cell : cell + 1] = []
    elif kind == 3:
        cells[cell:cell] = cells[cell : cell + 1] * (1 + value)
    elif kind == 2:
        lines.insert(second % len(lines), lines.pop(at))
    elif kind == 1:
        lines[at : at + 1] = [list(cells) for _ in range(1 + value)]
    else:
        del lines[at]


def in_tree(tree: Any, edits: Iterable[tuple[int, int, int, int]], words: Sequence[str] = ()) -> Any:
    """Values of a tree of tables and lists replaced, removed, doubled, moved, renamed, or put into tables.

    Args:
        tree: What JSON or TOML has; it is not changed.
        edits: Which edits.
        words: Texts that mean something where the tree is read, such as names of methods.
    """
    made = copy.deepcopy(tree)
    every = (*VALUES, *TEXTS, *words)
    for kind, first, second, value in edits:
        spots = list(_spots(made))
        if not spots:
            break
        holder, key = spots[first * len(spots) // 1000]
        _edit_spot(spots, holder, key, kind, second, every[value % len(every)])
    return made


TREE_EDITS = many(9, 1000, 2)


def _spots(tree: Any) -> Iterable[tuple[Any, Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _spots(tree[key])


def _edit_spot(spots: list[tuple[Any, Any]], holder: Any, key: Any, kind: int, second: int, value: Any) -> None:
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[f"{value}"[:50] if second % 2 else f"{key}x"] = holder.pop(key)
    elif kind == 1:
        holder.append(copy.deepcopy(holder[key]))
    elif kind == 2:
        other, there = spots[second % len(spots)]
        holder[key] = copy.deepcopy(other[there])
    elif kind == 3:
        for _ in range(1 + second % 150):
            holder[key] = {"a": holder[key]} if second % 2 else [holder[key]]
    elif kind == 4 and isinstance(holder[key], dict):
        holder[key][f"{value}"[:50]] = copy.deepcopy(value)
    else:
        holder[key] = copy.deepcopy(value)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
