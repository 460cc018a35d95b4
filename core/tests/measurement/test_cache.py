"""Totals on disk."""

import os
import subprocess
import sys

import pandas as pd
import pytest
from hubrank.io.cache import Cache, key_of
from hubrank.measurement.figures import measure

FRAME = pd.DataFrame({"unit": ["007", "NA"], "place": ["", "x"], "year": [2024, 2023], "x": [0.1, None]})


def test_what_is_put_can_be_had(tmp_path):
    """Rows and what is known of them come back as they were, texts and missing values too."""
    cache = Cache(tmp_path / "deep" / "folder")
    cache.put("key", FRAME, {"rows": 2})
    frame, known = cache.get("key")

    pd.testing.assert_frame_equal(frame, FRAME, check_dtype=False)
    assert known == {"rows": 2}
    assert cache.get("other") is None


def test_columns_with_the_same_texts(tmp_path):
    """They are stored once, and are columns of their own again."""
    cache = Cache(tmp_path)
    for name, place in (("once", FRAME["unit"]), ("twice", ["007", "NAM"])):
        cache.put(name, FRAME.assign(place=place), {})
    once, twice = (cache.get(name)[0] for name in ("once", "twice"))
    once.loc[0, "place"] = "008"

    assert once[["unit", "place"]].to_numpy().tolist() == [["007", "008"], ["NA", "NA"]]
    assert twice["place"].tolist() == ["007", "NAM"]


def test_an_entry_is_named_by_its_content(tmp_path):
    """The same rows twice are one file, other rows another; both verify."""
    cache = Cache(tmp_path)
    cache.put("key", FRAME, {})
    cache.put("key", FRAME, {})
    cache.put("other", FRAME.iloc[:1], {"rows": 1})

    assert len(list(cache.entries())) == 2
    assert cache.broken() == []
    assert cache.about(next(path for path in cache.entries() if path.name.startswith("other"))) == {"rows": 1}


def _cut(content):
    return content[: len(content) // 2]


def _flipped(content):
    at = len(content) // 4
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("spoil", [_cut, _flipped, lambda content: b"", lambda content: b"PAR1 something else PAR1"])
def test_spoilt_entry(tmp_path, spoil):
    """An entry that was cut, changed or overwritten is not read, and reported by `verify`."""
    cache = Cache(tmp_path)
    cache.put("key", FRAME, {"rows": 2})
    (path,) = cache.entries()
    path.write_bytes(spoil(path.read_bytes()))

    assert cache.get("key") is None
    assert cache.broken() == [path]


def test_default_folder(tmp_path, monkeypatch):
    """The cache lies where HUBRANK_CACHE says."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path))

    assert Cache.default().folder == tmp_path


def test_key():
    """A key distinguishes everything that it is made of, in any order of a table's keys."""
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})
    assert len({key_of("a"), key_of("b"), key_of("a", None), key_of(["a"])}) == 4


class Desk:
    """A source that counts how often it was read."""

    def __init__(self):
        self.reads = 0
        self.state = "one"
        self.amount = 1.0

    def read(self, request):
        """One row."""
        self.reads += 1
        yield pd.DataFrame({"unit": ["AAA"], "year": [2024], "papers": [self.amount]})

    def plugin(self, lab):
        """The source as a plugin."""
        return lab.desk(self.read, source={"fingerprint": lambda request: self.state})


SCENARIO = """
[inputs.works]
source = "desk"
[indicators]
papers = { indicator = "value", dimension = "life", inputs = { values = "works" } }
"""


def measured(lab, desk, changes=""):
    """What is measured of AAA with the cache."""
    made = measure(lab.plan(SCENARIO + changes, desk.plugin(lab)), lab.cache)
    return made.values[0, 0, made.indicators.index("papers")]


def test_nothing_is_read_twice(lab):
    """The same scenario measured twice reads a source once, and reports the same."""
    desk = Desk()
    first = measure(lab.plan(SCENARIO, desk.plugin(lab)), lab.cache)
    second = measure(lab.plan(SCENARIO, desk.plugin(lab)), lab.cache)

    assert desk.reads == 1
    assert (first.values == second.values).sum() == (first.values == first.values).sum() > 0
    assert [each.cached for each in second.inputs] == [True, True]
    assert [(each.rows, each.amounts) for each in first.inputs] == [(each.rows, each.amounts) for each in second.inputs]


def test_a_file_of_the_same_size_and_time(lab):
    """What counts are a file's bytes: an edit that keeps size and time is noticed."""
    plan = lab.plan()
    path = lab.folder / "values.csv"
    first, kept = measure(plan, lab.cache).values[0, 0, 0], path.stat()
    path.write_text(path.read_text().replace("AAA,2024,1", "AAA,2024,7"))
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    assert (path.stat().st_size, path.stat().st_mtime_ns) == (kept.st_size, kept.st_mtime_ns)
    assert (first, measure(plan, lab.cache).values[0, 0, 0]) == (1.0, 7.0)


def test_a_file_that_changes_while_it_is_read(lab):
    """Rows are not kept under the bytes of before: the next run reads again."""
    desk = Desk()
    read = desk.read

    def changing(request):
        yield from read(request)
        desk.state = "two"

    desk.read = changing
    measured(lab, desk)
    assert "works" not in [lab.cache.about(path)["table"] for path in lab.cache.entries()]
    measured(lab, desk)
    assert desk.reads == 2


PLUGIN = """
import pandas as pd
from pathlib import Path
from hubrank.plugin import DataSource, Origin, Table, hookimpl


def read(request):
    amount = float((Path(__file__).parent / "amount.txt").read_text())
    yield pd.DataFrame({"unit": ["AAA"], "year": [2024], "papers": [amount * 1]})


@hookimpl
def hubrank_data_sources():
    yield DataSource(
        name="desk",
        title="A desk",
        read=read,
        sample=lambda table, options: next(read(None)),
        tables=(Table(name="works", kind="flow", columns={"unit": "", "year": "", "papers": ""}),),
        origins=(Origin(name="desk", producer="A desk", title="Slips", licence="CC0-1.0"),),
        fingerprint=lambda request: (Path(__file__).parent / "amount.txt").read_text(),
    )
"""
MEASURE = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
import hubrank_mine
from hubrank.plugin.registry import Registry
from hubrank.scenario import files
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.methods import builtins, derived
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve

registry = Registry.of(derived, builtins, files, hubrank_mine)
made = measure(resolve(load(Path(sys.argv[1]) / "mine.toml", registry), registry), Cache(Path(sys.argv[1]) / "cache"))
works = next(each for each in made.inputs if each.name == "works")
print(made.values[0, 0, made.indicators.index("papers")], works.cached)
"""


@pytest.mark.long
def test_a_plugin_under_development(lab):
    """Its version stays, its code or what it fingerprints changes: what was kept is not served."""
    package = lab.folder / "hubrank_mine"
    package.mkdir()
    (package / "__init__.py").write_text(PLUGIN)
    (package / "amount.txt").write_text("1")
    methods = 'normalisation = "none"\naggregation = "arithmetic"\n'
    lab.write("base.toml", (lab.folder / "base.toml").read_text().split("[normalisation]")[0])
    lab.write("mine.toml", f'extends = "base.toml"\n{methods}{SCENARIO}')

    def run():
        command = [sys.executable, "-B", "-c", MEASURE, str(lab.folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert (run(), run()) == (["1.0", "False"], ["1.0", "True"])
    (package / "__init__.py").write_text(PLUGIN.replace("amount * 1", "amount * 2"))
    assert (run(), run()) == (["2.0", "False"], ["2.0", "True"])
    (package / "amount.txt").write_text("5")
    assert (run(), run()) == (["10.0", "False"], ["10.0", "True"])


WRITER = """
import sys
from pathlib import Path
import pandas as pd
from hubrank.io.cache import Cache

cache = Cache(Path(sys.argv[1]))
for at in range(20):
    cache.put(f"key{at}", pd.DataFrame({"year": [at]}), {"at": at})
    assert cache.get(f"key{at}")[1] == {"at": at}
"""


@pytest.mark.long
def test_two_processes_share_it(tmp_path):
    """Processes that write the same entries at the same time leave sound ones."""
    processes = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) for _ in range(2)]
    cache = Cache(tmp_path)

    assert [process.wait() for process in processes] == [0, 0]
    assert len(list(cache.entries())) == 20
    assert cache.broken() == []
    assert len(list(tmp_path.iterdir())) == 20
