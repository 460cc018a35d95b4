"""What is spoilt: the targets, each a strategy of cases."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import tomli_w
from hubrank.contract.registry import Registry
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from .cases import PLUGIN, Case, written
from .edits import BYTE_EDITS, LINE_EDITS, TEXTS, TREE_EDITS, in_bytes, in_lines, in_tree, many
from .plugins import PARTS, SETTINGS

SCENARIO: Mapping[str, Any] = {
    "title": "Five lands",
    "editions": [2023, 2024],
    "units": {"file": "units.csv"},
    "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
    "dimensions": {"life": {}, "work": {"weight": 2}},
    "indicators": {
        "health": {"indicator": "value", "dimension": "life"},
        "income": {"indicator": "value", "dimension": "work"},
    },
    "normalisation": {"method": "min-max"},
    "missing": {"rule": "renormalise"},
    "aggregation": {"method": "arithmetic"},
}

#: More than most scenarios have, for what only such ones reach.
RICH: Mapping[str, Any] = SCENARIO | {
    "description": "All that a scenario may say.",
    "references": ["A book"],
    "window": 2,
    "seed": 3,
    "units": {
        "file": "units.csv",
        "where": {"size": {"at_least": 1}, "country": ["A", "B"]},
        "columns": {"size": "size"},
        "leave_out": [],
    },
    "inputs": {
        "values": {
            "source": "files",
            "window": 2,
            "lag": 0,
            "max_age": 3,
            "options": {"file": "values.csv", "producer": "lands", "licence": "CC0-1.0"},
        }
    },
    "indicators": {
        "health": {"indicator": "value", "dimension": "life", "direction": -1, "weight": 2},
        "income": {"indicator": "value", "dimension": "work", "treatment": ["log"]},
        "share": {"indicator": "ratio", "dimension": "work", "from": ["income", "health"]},
        "pace": {"indicator": "growth", "dimension": "life", "from": ["income"]},
    },
    "selection": {"at_least_share": 0.2, "except": ["AAA"]},
    "imputation": {"method": "group-median", "by": "country"},
    "treatment": [{"method": "winsorise", "points": 1}],
    "normalisation": {"method": "min-max", "low": 1, "high": 100},
    "weighting": {"method": "equal"},
    "missing": {"rule": "renormalise", "at_least_share": 0.3},
    "aggregation": {"method": "geometric"},
    "ranking": {
        "ties": "average",
        "decimals": 2,
        "classes": [{"name": "high", "at_least": 1}, {"name": "low", "at_least": -9}],
        "post_processing": [{"method": "scale", "by": 2}],
    },
    "robustness": {
        "draws": 50,
        "weights": 0.2,
        "aggregation": ["arithmetic"],
    },
}

UNITS = "unit,name,country,size,lat,lon,radius_km\n" + "".join(
    f"{code},{name},{country},{size},{size},{size * 2},50\n"
    for code, name, country, size in (
        ("AAA", "Åland", "A", 1),
        ("BBB", "Beland", "B", 2),
        ("CCC", '"Celand, the first"', "A", 3),
        ("DDD", "Deland", "B", 4),
        ("EEE", "Eland & Sons", "A", 5),
    )
)
VALUES = "unit,year,health,income\n" + "".join(
    f"{code},{year},{at + year % 7},{1000 // (at + 1) + year % 7 * at * at}\n"
    for year in (2022, 2023, 2024)
    for at, code in enumerate(("AAA", "BBB", "CCC", "DDD", "EEE"))
)
FILES = {
    "mine.toml": tomli_w.dumps(SCENARIO).encode(),
    "units.csv": UNITS.encode(),
    "values.csv": VALUES.encode(),
}

RANKS = (
    ("rank", "mine.toml"),
    ("rank", "mine.toml", "--format", "csv"),
    ("rank", "mine.toml", "--format", "json"),
    ("rank", "mine.toml", "--output", "out"),
    ("check", "mine.toml"),
    ("explain", "mine.toml", "AAA"),
)
RANK = st.sampled_from(RANKS)


def started(table: str) -> tuple[str, ...]:
    """The command line that makes a scenario of a table; of all, it takes longest."""
    return ("start", table, "out", "--yes", "--no-report")


@functools.cache
def names() -> tuple[str, ...]:
    """The names of all installed methods."""
    kinds = ("indicator", "imputation", "treatment", "normalisation", "weighting", "aggregator", "rescaling", "source")
    return tuple(name for kind in kinds for name in Registry.installed().parts[kind])


def as_toml(tree: Any) -> bytes:
    """A tree as TOML, whatever is in it."""
    try:
        return tomli_w.dumps(tree).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, AttributeError, RecursionError):
        return json.dumps(tree).encode()


@st.composite
def scenario(draw: Any) -> Case:
    """A scenario's TOML: its tree, then its letters."""
    tree = in_tree(draw(st.sampled_from([SCENARIO, RICH, RICH])), draw(TREE_EDITS), names())
    text = as_toml(tree)
    if draw(st.integers(0, 3)) == 3:
        text = in_bytes(text, draw(BYTE_EDITS))
    return Case(words=draw(RANK), files=FILES | {"mine.toml": text})


@st.composite
def units(draw: Any) -> Case:
    """The file of a scenario's units, and how it is read."""
    how = draw(
        st.sampled_from([{}, {"distinct": True}, {"within_km": 100}, {"places": "units.csv"}, {"overlap": "error"}])
    )
    tree = dict(SCENARIO) | {"units": {"file": "units.csv"} | how}
    table = spoilt_table(draw, UNITS)
    return Case(words=draw(RANK), files=FILES | {"mine.toml": as_toml(tree), "units.csv": table})


def spoilt_table(draw: Any, text: str) -> bytes:
    """A table in CSV, its cells or its bytes spoilt, in an encoding of some kind."""
    made = in_lines(text, draw(LINE_EDITS))
    coding = draw(st.integers(0, 9))
    if coding in (7, 8):
        made = made.decode("utf-8", "replace").encode("utf-16" if coding == 7 else "latin-1", "replace")
    return in_bytes(made, draw(BYTE_EDITS)) if coding == 9 else made


TABLE = st.sampled_from(
    [
        *RANKS,
        started("values.csv"),
        ("compare", "mine.toml", "values.csv"),
        ("fit", "mine.toml", "--to", "values.csv"),
    ]
)


@st.composite
def table(draw: Any) -> Case:
    """A table of figures, in a scenario or on its own."""
    return Case(words=draw(TABLE), files=FILES | {"values.csv": spoilt_table(draw, VALUES)})


def workbook_of(rows: Any) -> bytes:
    """A workbook with rows, as far as a workbook can have them."""
    book = openpyxl.Workbook()
    for at, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        for column, value in enumerate(row if isinstance(row, list) else [row], start=1):
            try:
                book.active.cell(at, column, value)
            except (ValueError, IllegalCharacterError):
                book.active.cell(at, column, "?")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_parts(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip whose files are changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return made.getvalue()


ROWS = [
    [float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split(",")]
    for line in VALUES.splitlines()
]
BOOK = workbook_of(ROWS)


@st.composite
def spoilt_zip(draw: Any, content: bytes) -> bytes:
    """A zip whose bytes, or one of whose files, are spoilt."""
    if draw(st.booleans()):
        return in_bytes(content, draw(BYTE_EDITS))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        chosen = draw(st.sampled_from(sorted(file.namelist())))
    tags = draw(st.booleans())
    edits = draw(LINE_EDITS if tags else BYTE_EDITS)

    def change(name: str, old: bytes) -> bytes:
        if name != chosen:
            return old
        return in_lines(old.decode().replace("><", ">\n<"), edits, '"') if tags else in_bytes(old, edits)

    return with_parts(content, change)


@st.composite
def workbook(draw: Any) -> Case:
    """A workbook: its cells, its files, or its bytes."""
    made = draw(spoilt_zip(BOOK)) if draw(st.booleans()) else workbook_of(in_tree(ROWS, draw(TREE_EDITS)))
    tree = dict(SCENARIO) | {"inputs": {"values": {"source": "files", "options": {"file": "values.xlsx"}}}}
    words = draw(st.sampled_from([*RANKS, started("values.xlsx"), started("values.xlsx")]))
    return Case(words=words, files=FILES | {"mine.toml": as_toml(tree), "values.xlsx": made})


def square(at: float) -> dict[str, Any]:
    """A square of one degree."""
    ring = [[at, at], [at + 1, at], [at + 1, at + 1], [at, at + 1], [at, at]]
    return {"type": "Polygon", "coordinates": [ring]}


MAP: Mapping[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"unit": code, "name": code.title(), "size": at}, "geometry": square(at)}
        for at, code in enumerate(("AAA", "BBB", "CCC"))
    ]
    + [
        {
            "type": "Feature",
            "properties": {"unit": "DDD", "name": None},
            "geometry": {"type": "MultiPolygon", "coordinates": [square(7)["coordinates"], square(9)["coordinates"]]},
        }
    ],
}
POINTS = "lat,lon,year,health,income\n" + "".join(
    f"{at + 0.5},{at + 0.5},{year},{at},{at * 2}\n" for year in (2023, 2024) for at in (0, 1, 2, 7, 30)
)


@st.composite
def polygon(draw: Any) -> Case:
    """A file of polygons, as units or as their places."""
    text = json.dumps(in_tree(MAP, draw(TREE_EDITS))).encode()
    if draw(st.integers(0, 4)) == 4:
        text = in_bytes(text, draw(BYTE_EDITS))
    where = draw(st.sampled_from([{"file": "map.geojson"}, {"file": "units.csv", "places": "map.geojson"}]))
    files = {"mine.toml": as_toml(dict(SCENARIO) | {"units": where}), "values.csv": POINTS.encode()}
    words = draw(st.sampled_from([*RANKS, started("map.geojson")]))
    return Case(words=words, files=FILES | files | {"map.geojson": text})


DATA = (
    "uName,uCode,Region,Time,People,Roads,Smoke\nAland,AAA,north,2020,10,100,5\nBeland,BBB,north,2020,20,100,9\n"
    "Celand,CCC,south,2020,40,800,7\nDeland,NA,south,2020,10,50,8\n"
)
META = (
    "Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type\n1,Roads,Roads,1,1,km,People,Means,Indicator\n"
    "1,Smoke,Smoke,-1,2,t,NA,Means,Indicator\n2,Means,The means,1,1,score,NA,NA,Aggregate\n"
    "NA,Region,Region,NA,NA,NA,NA,NA,Group\nNA,People,People,NA,NA,NA,NA,NA,Denominator\n"
)
MEANS = 'normalisation = { method = "min-max" }\naggregation = { method = "arithmetic" }\n'
TOOL: Mapping[str, Mapping[str, Any]] = {
    "Database": {
        **{
            f"{column}{row}": value
            for column, values in {
                "E": [1, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Roads", "ind.01"],
                "F": [3, -1, 2, 12, "Index", "si.01", "p.01", "sp.01", "Smoke", "ind.02"],
            }.items()
            for row, value in enumerate(values, start=7)
        },
        **{
            f"{column}{row}": value
            for row, values in enumerate([("Aland", "AAA", 4, 5), ("Beland", "BBB", 9, 7), ("Celand", "CCC", 0, 2)], 17)
            for column, value in zip("BCEF", values, strict=True)
        },
    },
    "Framework": {
        "C4": "Code",
        "D4": "Dimension/indicator",
        "E4": "Weight",
        "H4": "Name",
        **{
            f"{column}{row}": value
            for row, values in enumerate(
                [
                    ("ind.01", 1, "Roads"),
                    ("sp.01", 1, "all"),
                    ("p.01", 2, "Means"),
                    ("si.01", 1, "all"),
                    ("Index", 1, "All"),
                ],
                5,
            )
            for column, value in zip("CEH", values, strict=True)
        },
    },
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tool_of(sheets: Any) -> bytes:
    """A workbook of sheets with cells, as far as a workbook can have them."""
    book = openpyxl.Workbook()
    for title, cells in sheets.items():
        sheet = book.create_sheet("".join(each for each in title if each.isalnum())[:31] or "x")
        for address, value in (cells if isinstance(cells, dict) else {"A1": cells}).items():
            try:
                sheet[address] = value
            except (ValueError, LookupError, AttributeError, TypeError, IllegalCharacterError):
                sheet["A1"] = "?"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


PAIR = {"iData.csv": DATA.encode(), "iMeta.csv": META.encode(), "methods.toml": MEANS.encode()}
TOOL_BOOK = tool_of(TOOL)


@st.composite
def archive(draw: Any) -> Case:
    """What another tool wrote: two tables of COINr, their zip, or a workbook of the COIN Tool."""
    kind = draw(st.integers(0, 4))
    if kind == 0:
        files = PAIR | {"iData.csv": spoilt_table(draw, DATA), "iMeta.csv": spoilt_table(draw, META)}
        return Case(words=("import", "coinr", "iData.csv", "iMeta.csv", "--output", "out"), files=files)
    if kind == 1:
        content = draw(spoilt_zip(zipped(PAIR)))
    elif kind == 2:
        content = zipped({name: spoilt_table(draw, text.decode()) for name, text in PAIR.items()})
    else:
        content = draw(spoilt_zip(TOOL_BOOK)) if kind == 3 else tool_of(in_tree(TOOL, draw(TREE_EDITS)))
        return Case(words=("import", "coin-tool", "tool.xlsx", "--output", "out"), files={"tool.xlsx": content})
    return Case(words=("import", "coinr", "x.coinr.zip", "--output", "out"), files={"x.coinr.zip": content})


@functools.cache
def run_folder() -> Mapping[str, bytes]:
    """The files of a run of the good scenario."""
    case = Case(words=("rank", "mine.toml", "--output", "run"), files=FILES)
    return written(case, "run")


@st.composite
def folder(draw: Any) -> Case:
    """A run folder: its record, its scenario, its values, or any other of its files."""
    files = dict(run_folder())
    name = draw(st.sampled_from(sorted({"record.json", "scenario.toml", "values.csv"} | set(files))))
    old = files.get(name, b"")
    kind = draw(st.integers(0, 5))
    if kind == 0:
        files[name] = in_bytes(old, draw(BYTE_EDITS))
    elif kind == 1:
        files.pop(name, None)
    elif name == "record.json":
        files[name] = json.dumps(in_tree(json.loads(old), draw(TREE_EDITS))).encode()
    else:
        files[name] = in_lines(old.decode(), draw(LINE_EDITS), "=" if name.endswith(".toml") else ",")
    words = draw(
        st.sampled_from(
            [
                ("rank", "run"),
                ("rank", "run", "--format", "json"),
                ("rank", "run", "--output", "run"),
                ("explain", "run", "AAA"),
                ("compare", "run", "mine.toml"),
                ("change", "run", "mine.toml"),
                ("open", "run"),
            ]
        )
    )
    return Case(words=words, files=FILES | {f"run/{each}": content for each, content in files.items()})


#: A region of the same lands, its scenario ranked by the folder's name.
REGION: Mapping[str, Any] = {
    "name": "lands",
    "title": {"en": "Five lands", "de": "Fünf Länder"},
    "scenario": "scenario.toml",
    "units": {"file": "units.csv", "within_km": 50, "origins": ["office"]},
    "origins": {
        "office": {"producer": "Office", "title": "Lands", "licence": "CC0-1.0", "url": "https://lands.example"}
    },
    "tables": {
        "values": {
            "file": "values.csv",
            "origin": "office",
            "kind": "stock",
            "every": 1,
            "covers": {"first": 2022, "last": 2024},
            "columns": {"unit": "code", "year": "year", "health": "points", "income": "euros"},
            "options": {"delimiter": ",", "where": {"year": [2023, 2024]}},
        }
    },
}


@st.composite
def region(draw: Any) -> Case:
    """A region's `region.toml`, or one of its tables."""
    scenario = {key: each for key, each in SCENARIO.items() if key != "units"}
    files = {
        "lands/region.toml": as_toml(REGION),
        "lands/scenario.toml": as_toml(scenario | {"inputs": {"values": {"source": "lands"}}}),
        "lands/units.csv": UNITS.encode(),
        "lands/values.csv": VALUES.encode(),
    }
    kind = draw(st.integers(0, 5))
    if kind < 4:
        files["lands/region.toml"] = as_toml(in_tree(REGION, draw(TREE_EDITS), ("hubs", "../mine.toml", "values.csv")))
    elif kind == 4:
        files["lands/region.toml"] = in_bytes(files["lands/region.toml"], draw(BYTE_EDITS))
    else:
        files["lands/values.csv"] = spoilt_table(draw, VALUES)
    words = draw(st.sampled_from([("rank", "lands"), ("check", "lands"), ("rank", "lands", "--output", "out")]))
    return Case(words=words, files=FILES | files)


#: What a plugin's functions give back, and what stands in its records, in place of the right thing.
ODD = (
    "None", "1", "-1", "0.5", "float('nan')", "''", "'x'", "b'x'", "[]", "[1]", "{}", "()", "object()", "type",
    "print", "lambda: 1", "np.zeros(0)", "np.zeros((1, 5, 2))", "np.full((1, 5), np.inf)",
    "np.full((2, 5, 2), np.nan)", "np.array('x')", "np.arange(5)", "np.array([object()] * 5)",
    "np.ones((1, 5), dtype=complex)", "np.ones((2, 5, 1), dtype=bool)", "pd.Series(dtype=float)",
    "pd.Series([1.0], index=['AAA'])", "pd.Series([1.0, 2.0], index=['AAA', 'AAA'])",
    "pd.Series(['a'], index=['AAA'])", "pd.DataFrame()", "pd.DataFrame({'unit': ['AAA', None]})",
    "pd.DataFrame({'unit': [1, 2]})", "pd.DataFrame({'x': [[1]]})", "1 / 0", "next(iter(()))", "[][1]", "sys.exit(3)",
    "print('said by the plugin')", "warnings.warn('told', UserWarning)", "'x' * 10**6", "{'x': {'health': int}}",
    "{'values': {'health': float}}", "('values',)", "Exception", "NotImplemented", "...", "iter([1])", "pd.NaT",
    "np.float32(1)", "'\\x1b[31mred'", "'\\ud800'", "'a\\nb'",
    "pd.Series(1e308, index=['AAA', 'BBB', 'CCC', 'DDD', 'EEE'])",
)  # fmt: skip


@st.composite
def plugin(draw: Any) -> Case:
    """A plugin whose records have wrong fields, and whose functions give odd things."""
    kind = draw(st.sampled_from(sorted(PARTS)))
    fields = dict(PARTS[kind])
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.sampled_from(sorted(fields)))
        odd = draw(st.sampled_from(ODD))
        given = draw(st.sampled_from(["{}", "lambda *_: {}", "lambda *_: {}", "lambda *_: {}"]))
        fields[at] = given.format(odd)
    words = draw(RANK)
    settings = SETTINGS[kind]
    text = as_toml(in_tree(SCENARIO, ()) | settings)
    return Case(words=words, files=FILES | {"mine.toml": text, PLUGIN: code(kind, fields)}, codes=(0, 1, 2, 3, 4))


def code(kind: str, fields: Mapping[str, str]) -> bytes:
    """A plugin's module."""
    hook, record = kind.split()
    given = ", ".join(f"{name}={value}" for name, value in fields.items())
    return (
        "import sys\nimport warnings\nimport numpy as np\nimport pandas as pd\nimport hubrank\n"
        f"from hubrank import hookimpl\n\n\n@hookimpl\ndef {hook}():\n    yield hubrank.{record}({given})\n"
    ).encode("utf-8", "surrogatepass")


WORDS = (
    "mine.toml", "rich.toml", "units.csv", "values.csv", "mine.toml@2024", "mine.toml@", "mine.toml@x", "AAA", "BBB",
    "Åland", "health", "life", "--help", "--format", "json", "csv", "markdown", "table", "--top", "--edition", "2024",
    "2023", "--output", "out", "out.csv", "out.md", "out.xlsx", "out.json", "out.zip", "--draw", "--values",
    "parquet", "--within", "country", "size", "--quiet", "--debug", "--width", "80", "--language", "de", "--limit",
    "cells=1", "units=2", "--sample", "--reading", "skip_rows = 1", "--year", "--yes", "--no-report", "--set",
    "direction.health=-1", "--weights", "eq", "--sheet", "-", "--", "-h", "--x",
)  # fmt: skip


#: Lines that are right, of the verbs that rank or read what is ranked.
LINES = (
    "rank mine.toml --top 3 --edition 2024 --format csv",
    "rank mine.toml --within country --width 40",
    "rank rich.toml --draw 3",
    "rank mine.toml --output out --values parquet --quiet",
    "export mine.toml --output out.md",
    "export mine.toml --output out.ranking.csv",
    "export rich.toml --output out.xlsx",
    "explain rich.toml AAA --format json",
    "change mine.toml AAA",
    "whatif mine.toml EEE --rank 1",
    "robustness rich.toml --draws 20",
    "rivalry mine.toml A B",
    "balance rich.toml life work",
    "outlook mine.toml --format markdown",
    "audit mine.toml",
    "compare mine.toml mine.toml@2023 --top 2",
    "check rich.toml",
    "list indicators --format csv",
    "show value",
    "cache list",
    "version",
)


@st.composite
def command_line(draw: Any) -> Case:
    """A right line with words replaced, left out, put in or doubled."""
    words = draw(st.sampled_from(LINES)).split()
    some = (*WORDS, *WORDS, *TEXTS)
    for kind, at, _, value in draw(many(5, len(some), 2)):
        place = at % (len(words) + 1)
        words[place : place + (kind < 3)] = [] if kind == 0 else [some[value]]
    files = FILES | {"rich.toml": as_toml(RICH)}
    return Case(words=tuple(word for word in words if word not in ("-", "--debug")), files=files)


TARGETS: Mapping[str, st.SearchStrategy[Case]] = {
    "scenario": scenario(),
    "unit-set": units(),
    "table": table(),
    "workbook": workbook(),
    "polygon": polygon(),
    "archive": archive(),
    "run-folder": folder(),
    "region": region(),
    "plugin-record": plugin(),
    "command-line": command_line(),
}
