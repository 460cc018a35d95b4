"""Good examples of every kind of file and command line, spoilt by chance."""

import copy
import io
import json
import re
import zipfile
import zlib

import openpyxl
import tomli
import tomli_w
from hypothesis import strategies as st

#: What something on the way may take for more than it is.
TEXTS = (
    "", " ", "0", "-1", "1e308", "1e-320", "1e400", "nan", "-inf", "9" * 400, "1,5", "1.234,5", "1_000", "٣", "2024",
    "99999", "true", "NA", "#N/A", "AAA", "unit", "year", "=1+1", "\x1b[31mred", "\x00", "\u202egnp.exe", "\ufeff",
    "\u2028", "😀", "x" * 3000, "a.b", 'a"b', "a'b", "a\nb", "a\r\nb", "a\tb", "%s", "{x}", "{", "[bold]", "<script>",
    "&amp;", "..", "../../x.csv", "/dev/null", "/dev/zero", "values.csv", "mine.toml", "http://127.0.0.1:9/x", "*",
    "__class__", "hubrank", "value", "life",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(
        [
            0,
            -1,
            7,
            2024,
            2**63 - 1,
            -(2**63),
            10**30,
            10**400,
            -0.0,
            0.5,
            1e308,
            5e-324,
            float("nan"),
            float("inf"),
            True,
            False,
        ]
    ),
    st.sampled_from(
        [[], {}, [[]], {"": 1}, {"a": {"b": {}}}, [1, "a", [2]], ["a", "a"], {"method": "min-max"}, {"at_least": 3}]
    ),
)

SCENARIO = {
    "title": "Five lands",
    "editions": [2023, 2024],
    "seed": 3,
    "window": 2,
    "units": {"file": "units.csv", "where": {"size": {"at_least": 1}}, "columns": {"size": "size"}, "within_km": 50},
    "inputs": {
        "values": {
            "source": "files",
            "max_age": 3,
            "options": {"file": "values.csv", "producer": "lands", "licence": "CC0-1.0"},
        }
    },
    "dimensions": {"life": {}, "work": {"weight": 2}},
    "indicators": {
        "health": {"indicator": "value", "dimension": "life", "direction": -1, "weight": 2},
        "income": {"indicator": "value", "dimension": "work", "treatment": ["log"]},
        "share": {"indicator": "ratio", "dimension": "work", "from": ["income", "health"]},
        "pace": {"indicator": "growth", "dimension": "life", "from": ["income"]},
    },
    "selection": {"at_least_share": 0.2, "keep": ["AAA"]},
    "imputation": {"method": "group-median", "by": "country"},
    "treatment": [{"method": "winsorise", "points": 1}],
    "normalisation": {"method": "min-max", "range": [1, 100]},
    "missing": {"rule": "renormalise", "at_least_share": 0.3},
    "aggregation": {"method": "geometric"},
    "ranking": {
        "ties": "average",
        "decimals": 2,
        "classes": [{"name": "high", "at_least": 1}, {"name": "low", "at_least": -9}],
        "post_processing": [{"method": "scale", "by": 2}],
    },
    "robustness": {"draws": 50, "weight_uncertainty": 0.2, "aggregation": ["arithmetic"]},
}
UNITS = """unit,name,country,size,lat,lon,radius_km
AAA,Åland,A,1,1,2,50
BBB,Beland,B,2,2,4,50
CCC,"Celand, the first",A,3,3,6,50
DDD,Deland,B,4,4,8,50
EEE,Eland & Sons,A,5,5,10,50
"""
ROWS = [
    (code, year, at + year % 7, 1000 // (at + 1) + year % 7 * at * at)
    for year in (2022, 2023, 2024)
    for at, code in enumerate(("AAA", "BBB", "CCC", "DDD", "EEE"))
]
HEADS = ("unit", "year", "health", "income")
TABLE = f"{','.join(HEADS)}\n" + "".join(f"{','.join(map(str, row))}\n" for row in ROWS)
FILES = {"mine.toml": tomli_w.dumps(SCENARIO).encode(), "units.csv": UNITS.encode(), "values.csv": TABLE.encode()}
DATA = "uName,uCode,Time,People,Roads,Smoke\nAland,AAA,2020,10,100,5\nBeland,BBB,2020,20,100,9\nDeland,NA,2020,9,50,8\n"
META = """Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type
1,Roads,Roads,1,1,km,People,Means,Indicator
1,Smoke,Smoke,-1,2,t,NA,Means,Indicator
2,Means,The means,1,1,score,NA,NA,Aggregate
NA,People,People,NA,NA,NA,NA,NA,Denominator
"""


def _square(at):
    return [[[at, at], [at + 1, at], [at + 1, at + 1], [at, at + 1], [at, at]]]


MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"unit": code, "name": code.title(), "size": at},
            "geometry": {"type": "Polygon", "coordinates": _square(at)},
        }
        for at, code in enumerate(("AAA", "BBB", "CCC"))
    ],
}


def _workbook():
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in [HEADS, *ROWS]:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _zip(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


RANKS = [f"rank mine.toml{options}" for options in ("", " --format json", " --output out")]
RANKS += ["check mine.toml", "explain mine.toml AAA"]
WITH_MAP = SCENARIO | {"units": {"file": "map.geojson"}}
WITH_BOOK = SCENARIO | {"inputs": {"values": {"source": "files", "options": {"file": "values.xlsx"}}}}
#: By target: the files, which of them are spoilt, and the command lines.
TARGETS = {
    "scenario": (FILES, ["mine.toml"], RANKS),
    "table": (
        FILES,
        ["values.csv", "units.csv"],
        [*RANKS, "start values.csv out --yes --no-report", "compare mine.toml values.csv"],
    ),
    "polygon": (
        FILES | {"mine.toml": tomli_w.dumps(WITH_MAP).encode(), "map.geojson": json.dumps(MAP).encode()},
        ["map.geojson"],
        [*RANKS, "start map.geojson out --yes --no-report"],
    ),
    "json": (
        {"values.json": json.dumps([dict(zip(HEADS, row, strict=True)) for row in ROWS]).encode()},
        ["values.json"],
        ["start values.json out --yes --no-report"],
    ),
    "workbook": (
        FILES | {"mine.toml": tomli_w.dumps(WITH_BOOK).encode(), "values.xlsx": _workbook()},
        ["values.xlsx"],
        [*RANKS, "start values.xlsx out --yes --no-report"],
    ),
    "archive": (
        {
            "x.coinr.zip": _zip({"iData.csv": DATA, "iMeta.csv": META}),
            "iData.csv": DATA.encode(),
            "iMeta.csv": META.encode(),
        },
        ["x.coinr.zip", "iData.csv", "iMeta.csv"],
        ["import coinr x.coinr.zip --output out", "import coinr iData.csv iMeta.csv --output out"],
    ),
    "run-folder": (FILES, [], ["rank run", "rank run --output run", "explain run AAA", "compare run mine.toml"]),
}
#: Lines that are right, of which words are spoilt.
LINES = (
    "rank mine.toml --top 3 --edition 2024 --format csv", "rank mine.toml --within country --width 40",
    "rank mine.toml --replay 3", "rank mine.toml --output out --values-format parquet --quiet",
    "export mine.toml --output out.md", "export mine.toml --output out.xlsx", "explain mine.toml AAA --format json",
    "change mine.toml AAA", "whatif mine.toml EEE --rank 1", "robustness mine.toml --draws 20",
    "rivalry mine.toml A B", "balance mine.toml life work", "outlook mine.toml --format markdown", "audit mine.toml",
    "compare mine.toml mine.toml@2023 --top 2", "list indicators --format csv", "show value", "cache list", "version",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(sorted({word for line in LINES for word in line.split()})),
    st.sampled_from(["--help", "--limit", "cells=1", "--sample", "--language", "de", "mine.toml@x", "--", "-h", "--x"]),
)


def in_tree(draw, tree):
    """A tree of tables and lists with a value replaced, removed, doubled or renamed."""
    made = copy.deepcopy(tree)
    spots, todo = [], [made]
    while todo:
        here = todo.pop()
        for key in list(here) if isinstance(here, dict) else range(len(here)):
            spots.append((here, key))
            todo += [here[key]] if isinstance(here[key], dict | list) else []
    if not spots:
        return made
    here, key = draw(st.sampled_from(spots))
    way = draw(st.sampled_from(["replace", "replace", "remove", "name", "wrap"]))
    if way == "remove":
        del here[key]
    elif way == "name" and isinstance(here, dict):
        here[draw(st.sampled_from(TEXTS))] = here.pop(key)
    else:
        here[key] = [here[key]] if way == "wrap" else draw(VALUES)
    return made


def in_lines(draw, text, marks):
    """Lines doubled, removed or moved, or a cell between marks replaced."""
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    way = draw(st.sampled_from(["cell", "cell", "remove", "double", "last"]))
    cells = re.split(f"([{marks}])", lines[at])
    cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(TEXTS))
    lines[at : at + 1] = {"cell": ["".join(cells)], "remove": [], "double": [lines[at]] * 2, "last": []}[way]
    return "\n".join(lines)


def in_bytes(draw, content):
    """Bytes cut off, taken out, doubled, turned or put in."""
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    to = at + draw(st.integers(1, 50))
    odd = draw(st.one_of(st.binary(max_size=4), st.sampled_from(TEXTS).map(lambda text: text.encode())))
    middle = draw(st.sampled_from([b"", content[at:to] * 2, bytes(255 - each for each in content[at:to]), odd]))
    return content[:at] + middle + (b"" if draw(st.booleans()) and draw(st.booleans()) else content[to:])


def spoilt(draw, name, content):
    """A file with one to three edits of its kind; of bytes where an edit before left none of its kind."""
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(["kind", "kind", "kind", "bytes"]))
        try:
            if way == "bytes":
                content = in_bytes(draw, content)
            elif name.endswith(".toml"):
                content = tomli_w.dumps(in_tree(draw, tomli.loads(content.decode()))).encode()
            elif name.endswith("json"):
                content = json.dumps(in_tree(draw, json.loads(content))).encode()
            elif name.endswith((".xlsx", ".zip")):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    files = {each: archive.read(each) for each in archive.namelist()}
                chosen = draw(st.sampled_from(sorted(files)))
                content = _zip(files | {chosen: in_lines(draw, files[chosen].decode(), '"<,').encode()})
            else:
                content = in_lines(draw, content.decode(), ",").encode()
        except (ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            content = in_bytes(draw, content)
    return content


@st.composite
def cases(draw, target, files):
    """A command line and files, of which one is spoilt."""
    if target == "command-line":
        words = draw(st.sampled_from(LINES)).split()
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(words)))
            words[at : at + draw(st.integers(0, 1))] = draw(st.lists(WORDS, max_size=1))
        return [word for word in words if word not in ("-", "--debug")], files
    _, some, lines = TARGETS[target]
    name = draw(st.sampled_from(some or sorted(each for each in files if each.startswith("run/"))))
    return draw(st.sampled_from(lines)).split(), files | {name: spoilt(draw, name, files[name])}
