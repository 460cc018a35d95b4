"""Small rankings, made-up scenarios, adversarial texts, examples of pages."""

from __future__ import annotations

import csv
import functools
import io
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from attrs import frozen

from hubrank.io.write import temp_dir
from hubrank.measurement.measurement import Measurement
from hubrank.methods import builtins
from hubrank.methods import derived as indicators
from hubrank.numeric import Array, Texts
from hubrank.plugin.hooks import hookimpl
from hubrank.plugin.registry import Registry
from hubrank.plugin.sources import DataSource, Origin, Table
from hubrank.plugin.units import UnitSet
from hubrank.ranking.ranking import Ranking, compose
from hubrank.results.rank import rank
from hubrank.scenario import files
from hubrank.scenario.load import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolve import resolve


def built_in(*modules: ModuleType | SimpleNamespace) -> Registry:
    """The registry of the core's components and those of these modules, without other installed ones."""
    return Registry.of(indicators, builtins, files, *modules)


UNITS = "unit,name,country,continent\n" + "".join(
    f"U{at},Unit {at},{'AB'[at % 2]},{'East' if at < 3 else 'West'}\n" for at in range(6)
)

SCENARIO = """
title = "Six units"
editions = [2023, 2024]
units = { file = "units.csv" }
dimensions = { ideas = {}, money = { weight = 2 } }
normalisation = { method = "min-max", range = [1, 100] }
missing = { rule = "renormalise", at_least_share = 0.3 }
aggregation = { method = "arithmetic" }

[inputs.values]
source = "files"
options = { file = "values.csv", producer = "the units", licence = "CC0-1.0" }

[indicators]
a = { indicator = "value", dimension = "ideas" }
b = { indicator = "value", dimension = "ideas", weight = 3 }
c = { indicator = "value", dimension = "money" }
d = { indicator = "value", dimension = "money" }
e = { indicator = "value", dimension = "money" }
"""


class Workshop:
    """Plans from a scenario's text, and rankings of a test's own values."""

    def __init__(self, folder: Path) -> None:
        """Write the scenario `six.toml` and its tables into a folder."""
        self.folder = folder
        self.registry = built_in()
        self.plans: dict[str, Plan] = {}
        (folder / "six.toml").write_text(SCENARIO)
        (folder / "units.csv").write_text(UNITS)
        columns = "".join(f"U{at},{year},1,2,3,4,5\n" for at in range(6) for year in (2023, 2024))
        (folder / "values.csv").write_text("unit,year,a,b,c,d,e\n" + columns)

    def plan(self, changes: str = "") -> Plan:
        """The scenario with changes laid over it, bound once."""
        if changes not in self.plans:
            path = self.folder / "mine.toml"
            path.write_text(f'extends = "six.toml"\n{changes}')
            self.plans[changes] = resolve(load(path, self.registry), self.registry)
        return self.plans[changes]

    def flat(self, method: str) -> Plan:
        """One dimension of two indicators, f and g, without changes to the measured values."""
        return self.plan(
            'normalisation = "none"\nexclude = ["money", "ideas"]\n[dimensions]\nall = {}\n'
            '[indicators]\nf = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
            'g = { indicator = "value", dimension = "all", options = { column = "b" } }\n'
            f'[aggregation]\nmethod = "{method}"'
        )

    def rank(self, plan: Plan, values: Array, vintages: Texts | None = None) -> Ranking:
        """Compose values `(editions, units, indicators)`, the units in the order of their codes."""
        texts = np.full(values.shape, "", dtype=object)
        measurement = Measurement(
            indicators=tuple(item.key for item in plan.indicators),
            values=np.asarray(values, dtype=float),
            origins=texts,
            vintages=texts if vintages is None else vintages,
            methods=texts,
            inputs=(),
        )
        return compose(plan, measurement)


_SCENARIO = """
title = "Five lands"
editions = [2023, 2024]
units = { set = "lands" }
inputs = { figures = { source = "figures" } }
dimensions = { research = {}, industry = { weight = 2 } }
normalisation = "min-max"
aggregation = "arithmetic"
missing = { rule = "renormalise" }
ranking = { tiers = [1, 3] }

[indicators]
papers = { indicator = "value", dimension = "research", inputs = { values = "figures" } }
prizes = { indicator = "value", dimension = "research", inputs = { values = "figures" } }
firms = { indicator = "value", dimension = "industry", inputs = { values = "figures" } }
"""

_LANDS = """unit|name|year|papers|prizes|firms
AAA|Åland, the "first"|2023|9|2|40
BBB|Beland|2023|7|1|30
CCC|Celand|2023|7|1|30
DDD|Deland|2023|1||5
EEE|Eland & Sons||||
AAA|Åland, the "first"|2024|8|3|35
BBB|Beland|2024|9|1|45
CCC|Celand|2024|6|2|20
DDD|Deland|2024|2|0|6
"""


@functools.cache
def small_ranking() -> Ranking:
    """Five countries in two editions, with a tie, a missing value, an unranked country and odd names."""
    figures = pd.read_csv(io.StringIO(_LANDS), sep="|", quoting=csv.QUOTE_NONE)
    lands = figures.drop_duplicates("unit")[["unit", "name"]].assign(country=lambda frame: frame["unit"])
    figures = figures.dropna(subset="year").astype({"year": int}).drop(columns="name")
    units = UnitSet(name="lands", title="Five lands", units=lambda: lands, places=lambda: lands)
    named = {"unit": "code", "year": "of the value", "papers": "papers", "prizes": "prizes", "firms": "firms"}
    source = DataSource(
        name="figures",
        title="Figures of five lands",
        read=lambda _: iter([figures]),
        sample=lambda *_: figures,
        tables=(Table(name="figures", kind="stock", columns=named, origin="made"),),
        origins=(Origin(name="made", producer="hubrank", title="Made figures", licence="CC0-1.0"),),
    )
    plugin = SimpleNamespace(
        __name__="small", hubrank_unit_sets=hookimpl(lambda: [units]), hubrank_data_sources=hookimpl(lambda: [source])
    )
    with temp_dir() as folder:
        path = Path(folder) / "lands.toml"
        path.write_text(_SCENARIO, encoding="utf-8")
        return rank(str(path), built_in(plugin))


#: Two dimensions, of two and of three indicators.
TREE: Mapping[str, Sequence[str]] = {"a": ("a1", "a2"), "b": ("b1", "b2", "b3")}


def write_random_scenario(
    folder: Path,
    units: int = 12,
    tree: Mapping[str, Sequence[str]] = TREE,
    editions: Sequence[int] = (2024,),
    gaps: float = 0.0,
    seed: int = 0,
    figures: Any = None,
    **tables: Any,
) -> Path:
    """Write a scenario with its values.

    Args:
        folder: The folder for its files.
        units: The number of units; they are `U0000`, `U0001` ...
        tree: The indicators of each dimension; those of "" are outside the tree.
        editions: The years.
        gaps: The share of values that are missing.
        seed: The seed of the values.
        figures: Values by edition, unit and indicator, instead of random ones.
        tables: Tables of the scenario; those of dimensions and indicators are laid over the tree's own.

    Returns:
        The path of its TOML.
    """
    rng = np.random.default_rng(seed)
    names = [name for members in tree.values() for name in members]
    lines = [",".join(["unit", "year", *names])]
    for row, year in enumerate(editions):
        for at in range(units):
            values = rng.lognormal(size=len(names)) if figures is None else figures[row][at]
            cells = ["" if rng.random() < gaps else repr(float(value)) for value in values]
            lines.append(",".join([f"U{at:04}", str(year), *cells]))
    (folder / "units.csv").write_text("unit,name\n" + "".join(f"U{at:04},U{at:04}\n" for at in range(units)))
    (folder / "figures.csv").write_text("\n".join(lines) + "\n")
    table: dict[str, Any] = {
        "title": "Random figures",
        "editions": list(editions),
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
        "dimensions": {dimension: {} for dimension in tree if dimension},
        "indicators": {
            name: {"indicator": "value"} | ({"dimension": dimension} if dimension else {})
            for dimension, members in tree.items()
            for name in members
        },
        "normalisation": {"method": "min-max", "range": [1, 100]},
        "aggregation": {"method": "arithmetic"},
        "robustness": {"weight_uncertainty": 0.25, "draws": 2000},
    }
    for key, value in tables.items():
        if key in ("dimensions", "indicators"):
            for name, item in value.items():
                table[key][name] = {**table[key].get(name, {}), **item}
        else:
            table[key] = value
    path = folder / "scenario.toml"
    path.write_bytes(tomli_w.dumps(table).encode())
    return path


#: Hostile texts by their description; all can be written to UTF-8 files.
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


def write_hostile(folder: Path) -> Path:
    """Write a scenario with hostile names, codes, titles, origins and file names, and its files; return its path."""
    texts = list(HOSTILE.values())
    short = [item for item in texts if len(item) < 1000]
    rows = [[f"{text[:100]}{at}", text, texts[-1 - at % 30][:100]] for at, text in enumerate(texts)]
    values: list[list[Any]] = [["unit", "year", *(f"c{at}" for at in range(len(short)))]]
    for year in (2023, 2024):
        for at, (code, *_) in enumerate(rows):
            numbers = [((at + 3) * (column + 5) * (year - 2000)) % 97 + 0.5 for column in range(len(short))]
            cells = ["" if (at + column) % 11 == 0 else item for column, item in enumerate(numbers)]
            values.append([code, year, *cells])
    name = "values \u202e\x1b[31m<b>'{x}%s.csv"
    for file, lines in (("units.csv", [["unit", "name", "country"], *rows]), (name, values)):
        with (folder / file).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(lines)
    given = "=1+1 " + " ".join(short)
    dimensions = [f"{item} dimension" for item in short[:6]]
    origin = {**dict.fromkeys(("title", "producer", "licence"), given), "url": "javascript:alert(1)"}
    table = {
        "title": given,
        "description": given,
        "editions": [2023, 2024],
        "limits": {"name_letters": 50_000},
        "units": {"file": "units.csv"},
        "check": short[:3],
        "assumed": short,
        "normalisation": "min-max",
        "imputation": "none",
        "missing": {"rule": "renormalise"},
        "aggregation": "arithmetic",
        "inputs": {"values": {"source": "files", "options": {"file": name, **origin}}},
        "dimensions": {item: {"title": short[-1 - at] or item} for at, item in enumerate(dimensions)},
        "indicators": {
            f"{text}-{at}": {
                "indicator": "value",
                "title": text,
                "dimension": dimensions[at % len(dimensions)],
                "options": {"column": f"c{at}"},
            }
            for at, text in enumerate(short)
        },
        "ranking": {"tiers": [3, 10]},
        "robustness": {"draws": 64, "weight_uncertainty": "any"},
    }
    path = folder / "hostile.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[a-z]+)(?: (?P<file>\S+))?\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@frozen(kw_only=True)
class Example:
    """A fenced block.

    Attributes:
        file: The file that the fence names after the language, or nothing.
        language: The first word after the fence.
        code: Its content, without the fence's indentation.
    """

    file: str
    language: str
    code: str


def examples(text: str, section: str = "") -> tuple[Example, ...]:
    """The fenced blocks of a text, in their order.

    Args:
        text: The text, such as a README.
        section: The second-level heading above the blocks; empty for the whole text.
    """
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return tuple(
        Example(file=match["file"] or "", language=match["language"], code=textwrap.dedent(match["code"]))
        for match in _FENCE.finditer(text)
    )
