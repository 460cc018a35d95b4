"""A source in parts: what an ended run has summed is taken, and the sums are those of a run that no one ended."""

import json

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.plugin import DataSource, Origin, Table
from hubrank.progress import no_progress

SCENARIO = """
[inputs.works]
source = "desk"
[indicators]
papers = { indicator = "value", dimension = "life", inputs = { values = "works" }, options = { column = "papers" } }
"""
COLUMNS = {"unit": "the unit's code", "year": "of the count", "papers": "papers", "record": "its name"}
#: Tenths and thirds, whose sums depend on the order; a place that is none, a gap, a row without a year, an empty part.
SLIPS = [
    {"unit": ["AAA", "BBB", "XXX"], "year": [2024, 2024, 2023], "papers": [0.1, 1 / 3, 0.7], "record": ["a", "b", "c"]},
    {"unit": ["AAA", None], "year": [2024, 2024], "papers": [0.2, 0.7], "record": ["d", "e"]},
    {"unit": [], "year": [], "papers": [], "record": []},
    {
        "unit": ["CCC", "AAA", "AAA"],
        "year": [2024, None, 2024],
        "papers": [4.0, np.nan, 0.3],
        "record": ["f", "g", "g"],
    },
]


class Desk:
    """A source whose slips come in parts, and that fails at the parts that it is asked to fail at."""

    def __init__(self, slips=SLIPS, count_distinct="", lazy=False):
        """Nothing was read."""
        self.slips, self.count_distinct, self.lazy = slips, count_distinct, lazy
        self.read_parts, self.fails_at = [], None

    def read(self, request):
        """The slips of a part, or all one after the other."""
        self.read_parts.append(request.part)
        if request.part is not None and request.part == self.fails_at:
            raise OSError("the drawer is stuck")
        for each in self.slips if request.part is None else [self.slips[request.part]]:
            kinds = {"unit": object, "year": float, "papers": float, "record": object}
            frame = pd.DataFrame(each).astype(kinds)
            yield nw.from_native(pa.Table.from_pandas(frame)).lazy("duckdb") if self.lazy else frame

    def fingerprint(self, request):
        """The slips that the request is of, and nothing of where they stand."""
        return json.dumps(self.slips if request.part is None else self.slips[request.part])

    def plugin(self, lab):
        """The desk as a plugin."""
        names = [*COLUMNS] if self.count_distinct else [name for name in COLUMNS if name != "record"]
        table = Table(
            name="works",
            kind="flow",
            columns={each: COLUMNS[each] for each in names},
            count_distinct=self.count_distinct,
        )
        source = DataSource(
            name="desk",
            title="A desk",
            read=self.read,
            sample=lambda table, options: pd.DataFrame(SLIPS[0]),
            tables=(table,),
            origins=(Origin(name="desk", producer="A desk", title="Slips", licence="CC0-1.0"),),
            fingerprint=self.fingerprint,
            parts=lambda request: len(self.slips),
        )
        return lab.plugin("desk", data_sources=[source])


def measured(lab, desk, cache, progress=no_progress):
    """What is measured, and the report on the desk's slips."""
    made = measure(lab.plan(SCENARIO, desk.plugin(lab)), cache, progress)
    return made, next(each for each in made.inputs if each.name == "works")


def as_bytes(made, report):
    """All that parts decide: values with where and when they are from, counts, sums, and the account of lost rows."""
    texts = [np.asarray(each[:]).tolist() for each in (made.origins, made.vintages, made.methods)]
    numbers = [report.rows, report.rows_without_unit, report.folded, report.undated, dict(report.amounts)]
    return made.values.tobytes(), json.dumps([texts, numbers, report.unassigned.to_dict("list")])


@pytest.mark.parametrize(("fails_at", "lazy", "held"), [(1, False, 100), (3, True, 100), (3, True, 4), (3, True, 0)])
def test_an_ended_run_continues_with_the_parts_left(lab, monkeypatch, tmp_path, lazy, fails_at, held):
    """Whatever part it ended at: only the others are read, and all is the same to the last bit."""
    monkeypatch.setattr("hubrank.measurement.sums._HELD", held)
    whole = as_bytes(*measured(lab, Desk(lazy=lazy), Cache(tmp_path / "whole")))
    desk, cache = Desk(lazy=lazy), Cache(tmp_path / "ended")
    desk.fails_at = fails_at
    with pytest.raises(Exception, match="the drawer is stuck"):
        measured(lab, desk, cache)
    desk.read_parts, desk.fails_at = [], None

    made, report = measured(lab, desk, cache)

    assert desk.read_parts == list(range(fails_at, len(SLIPS)))
    assert (report.resumed, report.parts) == (fails_at, len(SLIPS))
    assert as_bytes(made, report) == whole


@pytest.mark.parametrize(("lazy", "held"), [(False, 100), (True, 100), (True, 4), (True, 0)])
def test_parts_by_hand(lab, monkeypatch, tmp_path, lazy, held):
    """AAA has 0.1, 0.2 and 0.3, BBB a third, CCC 4; two of eight rows lie nowhere; of the others one lacks a year.

    Of a lazy frame the row of 2023, which lies nowhere, is not read.
    """
    monkeypatch.setattr("hubrank.measurement.sums._HELD", held)
    made, report = measured(lab, Desk(lazy=lazy), Cache(tmp_path))

    papers = made.values[0, :, made.indicators.index("papers")]
    assert papers[:3] == pytest.approx([0.6, 1 / 3, 4.0])
    assert (report.rows, report.rows_without_unit, report.undated) == ((7, 1, 1) if lazy else (8, 2, 1))
    assert report.amounts["papers"] == pytest.approx((0.6 + 1 / 3 + 4.0, 0.7 if lazy else 1.4))


@pytest.mark.parametrize("lazy", [False, True])
def test_a_column_named_like_a_count_of_rows_counts_none(lab, tmp_path, lazy):
    """The source's own columns may have any names."""
    slips = [{**slip, "hubrank_rows": [5] * len(slip["unit"])} for slip in SLIPS]
    plain = measured(lab, Desk(lazy=lazy), Cache(tmp_path / "plain"))

    assert as_bytes(*measured(lab, Desk(slips, lazy=lazy), Cache(tmp_path / "named"))) == as_bytes(*plain)


def test_a_part_that_is_added_or_changes_is_the_only_one_read(lab, tmp_path):
    """The others are known by what they hold, wherever they stand."""
    cache = Cache(tmp_path)
    measured(lab, Desk(), cache)
    added = {"unit": ["BBB"], "year": [2024], "papers": [8.0], "record": ["z"]}

    desk = Desk([added, *SLIPS])
    made, report = measured(lab, desk, cache)

    assert desk.read_parts == [0]
    assert (report.resumed, report.parts) == (4, 5)
    assert made.values[0, 1, made.indicators.index("papers")] == pytest.approx(8 + 1 / 3)


def test_what_counts_once_counts_once_in_its_part(lab, tmp_path):
    """Record g has two rows in AAA, of two years; the largest of each counts, in units and years."""
    made, report = measured(lab, Desk(count_distinct="record"), Cache(tmp_path))

    assert made.values[0, 0, made.indicators.index("papers")] == pytest.approx(0.6)
    assert report.rows == 8
