"""Texts that break careless exits, and a scenario that has them wherever a text may stand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

#: What each is, and the text; files of UTF-8 hold all of them.
HOSTILE = {
    "script": "<script>window.hacked = 1</script>",
    "end of script": "</script><img src=x onerror='window.hacked = 2'>",
    "comment": "<!-- a -->",
    "attribute": '" onmouseover="window.hacked = 3" \'',
    "style": "</style><style>body{display:none}",
    "title": "</title><script>window.hacked = 4</script>",
    "entity": "&amp;&#x3c;b&#x3e;&nbsp",
    "rich": "[red]Zell[/red][/]",
    "emoji code": ":rocket:",
    "formula": '=HYPERLINK("http://example.org","x")',
    "formula behind blanks": "  \u00a0=1+1",
    "formula behind a tab": "\t=1+1",
    "formula behind a return": "\r=1+1",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "wide formula": "＝1+1",
    "colour": "Red\x1b[31mTown",
    "screen": "\x1b[2J\x1b[H",
    "hyperlink": "\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "window title": "\x1b]0;owned\x07",
    "C1": "C\x9b31mOne\x9d8;;x\x9c",
    "backspace": "abc\x08\x08\x7fdef",
    "override": "Turned\u202eabc\u2066def\u2069",
    "zero width": "ze\u200bro\ufeff\u2060\u00adwidth",
    "tags": "a\U000e0041\U000e007fb",
    "combining": "Z" + "\u0300\u0489\u0315" * 40,
    "long": "W" * 40_000,
    "lines": "one\ntwo\r\nthree\x0bfour\x85five",
    "separators": "a\u2028b\u2029c",
    "no characters": "a\ufffeb\uffffc\ufdd0d",
    "joined emoji": "👩‍🚀 🇩🇪 👍🏽",
    "path": "../../etc/passwd\\..\\x:y",
    "device": "CON",
    "dots": "./..",
    "braces": "{title} {0.__class__} {{ 7 * 7 }} {% raw %}",
    "percent": "%s %d %(name)s %n",
    "shell": "$(touch hacked) `touch hacked`; rm -rf . &",
    "query": "'; DROP TABLE units; --",
    "toml": "\"\"\"\n[robustness]\ndraws = 1\n# '''",
    "table": "a | b \\| c",
    "markdown": "![x](http://example.org/x.png) [y](javascript:alert(1)) `z` **b** ~~s~~",
    "heading": "# Heading",
    "list": "1. one",
    "rule": "---",
    "address": "<javascript:alert(1)>",
    "constructor": "constructor",
    "prototype": "__proto__",
    "method": "toString",
    "quotes": "a\"b'c`d\\",
    "escaped for a workbook": "_x0041_",
    "question": "\x1b[6n\x1b[cask\x9b6n",
    "other screen": "\x1b[?1049h\x1b[?25l\x1b(0other",
}
_EDITIONS = (2023, 2024)


def write_hostile(folder: Path) -> Path:
    """Write a scenario whose every name, code, title, origin and file name is hostile, and its files.

    Args:
        folder: Where they are written.

    Returns:
        The scenario's path.
    """
    import tomli_w

    texts = list(HOSTILE.values())
    short = [each for each in texts if len(each) < 1000]
    rows = [[f"{text[:100]}{at}", text, texts[-1 - at % 30][:100]] for at, text in enumerate(texts)]
    _write(folder / "units.csv", [["unit", "name", "country"], *rows])
    values: list[list[Any]] = [["unit", "year", *(f"c{at}" for at in range(len(short)))]]
    for year in _EDITIONS:
        for at, (code, *_) in enumerate(rows):
            numbers = [((at + 3) * (column + 5) * (year - 2000)) % 97 + 0.5 for column in range(len(short))]
            values.append(
                [code, year, *("" if (at + column) % 11 == 0 else each for column, each in enumerate(numbers))]
            )
    name = "values \u202e\x1b[31m<b>'{x}%s.csv"
    _write(folder / name, values)
    path = folder / "hostile.toml"
    path.write_text(tomli_w.dumps(_table(short, name)), encoding="utf-8")
    return path


def _table(texts: list[str], name: str) -> dict[str, Any]:
    said = "=1+1 " + " ".join(texts)
    dimensions = [f"{each} dimension" for each in texts[:6]]
    origin = {
        **dict.fromkeys(("title", "producer", "licence"), said),
        "url": "javascript:alert(1)",
    }
    return {
        "title": said,
        "description": said,
        "editions": list(_EDITIONS),
        "limits": {"name_letters": 50_000},
        "units": {"file": "units.csv"},
        "assumed": texts,
        "normalisation": "min-max",
        "imputation": "none",
        "missing": {"rule": "renormalise"},
        "aggregation": "arithmetic",
        "inputs": {"values": {"source": "files", "options": {"file": name, **origin}}},
        "dimensions": {each: {"title": texts[-1 - at] or each} for at, each in enumerate(dimensions)},
        "indicators": {
            f"{text}-{at}": {
                "indicator": "value",
                "title": text,
                "dimension": dimensions[at % len(dimensions)],
                "options": {"column": f"c{at}"},
            }
            for at, text in enumerate(texts)
        },
        "ranking": {"tiers": [3, 10]},
        "robustness": {"draws": 64, "weights": "any"},
    }


def _write(path: Path, rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
