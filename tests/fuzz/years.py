"""Which year's rows stand for an edition: coverage, absent rows, ages, lags and windows, by a rule said plainly."""

import functools
import math
import random
from collections.abc import Sequence
from typing import Any

import pandas as pd
import tomli_w
from attrs import frozen
from hubrank.measurement.measurement import window
from hubrank.plugin.registry import Registry
from hubrank.scenario.load import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolve import resolve
from hubrank.testing.samples import records_of
from hypothesis import strategies as st

from tests.fuzz.trees import folder

UNITS = ("A", "B", "C")
FIRST, LAST = 2018, 2024
EDITIONS = (2022, 2024)

#: A row: the unit's position, the year, and the value, None if the cell is empty.
Row = tuple[int, int, int | None]


@frozen
class Reading:
    """How an input of one column is read; none is what a scenario does not say."""

    kind: str
    window: int | str | None
    lag: int
    max_age: int | str | None
    covers: tuple[int, int] | None
    absent: int | None

    @property
    def ages(self) -> bool:
        """Whether a value may be used instead of a newer one."""
        return self.kind == "stock" or self.window == "newest"

    def due(self, edition: int) -> int:
        """The newest year that an edition sees."""
        return edition - self.lag

    def oldest(self, edition: int) -> float:
        """The oldest year that may stand for an edition."""
        return -math.inf if self.max_age == "any" else self.due(edition) - int(self.max_age or 0)

    def fills(self, edition: int) -> bool:
        """Whether no row is an answer in an edition: the table is complete for a year that it can see."""
        if self.absent is None or self.covers is None:
            return False
        start = self.oldest(edition) if self.ages else self.due(edition) - (self.window or 1) + 1
        return self.covers[0] <= self.due(edition) and self.covers[1] >= start


def by_hand(reading: Reading, rows: Sequence[Row], unit: int, edition: int) -> float | None:
    """The value of a unit in an edition; none is a missing value."""
    due, seen = reading.due(edition), [row for row in rows if row[1] <= reading.due(edition)]
    newest = max((year for _, year, _ in seen), default=-math.inf)
    own = [(year, value) for at, year, value in seen if at == unit and value is not None]
    if reading.window == "newest":
        own = [(year, value) for year, value in own if year == newest]
    elif reading.kind == "flow":
        own = [(year, value) for year, value in own if year > due - (reading.window or 1)]
    elif reading.fills(edition):  # a later year that is complete ends what was there before
        own = [(year, value) for year, value in own if year >= min(reading.covers[1], newest)]
    if not own:
        return reading.absent if reading.fills(edition) else None
    last = max(year for year, _ in own)
    if reading.ages and last < reading.oldest(edition):
        return None
    return sum(value for year, value in own if reading.kind == "flow" or year == last)


@functools.cache
def plans() -> list[tuple[Reading, Plan]]:
    """Ways to read with their plans."""
    chance, home = random.Random(3), folder() / "years"  # noqa: S311  # no secrets
    home.mkdir()
    (home / "units.csv").write_text("unit,name\nA,A\nB,B\nC,C\n")
    made: list[tuple[Reading, Plan]] = []
    for _ in range(150):
        kind = chance.choice(["stock", "stock", "flow"])
        covers = chance.choice([None, *([tuple(sorted(chance.choices(range(FIRST, LAST + 2), k=2)))] * 4)])
        reading = Reading(
            kind=kind,
            window=chance.choice([None, 1, 2, 4, "newest"]) if kind == "flow" else None,
            lag=chance.choice([0, 0, 1, 2]),
            max_age=chance.choice([None, 0, 1, 3, "any"]),
            covers=covers,
            absent=0 if covers and chance.random() < 0.8 else None,
        )
        options: dict[str, Any] = {"file": "values.csv", "kind": kind}
        if covers:
            options["covers"] = {"first": covers[0], "last": covers[1]}
        said = {"window": reading.window, "lag": reading.lag, "max_age": reading.max_age}
        scenario = {
            "title": "By chance",
            "editions": list(EDITIONS),
            "units": {"file": "units.csv"},
            "inputs": {"values": {"source": "files", "options": options}},
            "dimensions": {"all": {}},
            "indicators": {"a": {"indicator": "value", "dimension": "all"}},
            "normalisation": "none",
            "aggregation": "arithmetic",
        }
        scenario["inputs"]["values"] |= {name: item for name, item in said.items() if item is not None}
        if reading.absent is not None:
            scenario["indicators"]["a"]["options"] = {"absent": reading.absent}
        (home / "scenario.toml").write_text(tomli_w.dumps(scenario))
        (home / "values.csv").write_text("unit,year,a\nA,2022,1\n")
        registry = Registry.installed()
        made.append((reading, resolve(load(home / "scenario.toml", registry), registry)))
    return made


def cases() -> st.SearchStrategy[Any]:
    """A way to read, and rows of each unit and year at most one."""
    row = st.tuples(st.integers(0, 2), st.integers(FIRST, LAST + 1), st.sampled_from([1, 2, 5, 7, None]))
    return st.tuples(
        st.integers(0, len(plans()) - 1), st.lists(row, min_size=1, max_size=8, unique_by=lambda row: row[:2])
    )


def check(case: tuple[int, list[Row]]) -> None:
    """Each value is that of the rule."""
    at, rows = case
    reading, plan = plans()[at]
    bound, units = plan.inputs["values"], plan.units.units
    summed = pd.DataFrame(
        {
            "unit": [UNITS[unit] for unit, _, _ in rows],
            "place": [UNITS[unit] for unit, _, _ in rows],
            "from_year": [year for _, year, _ in rows],
            "year": [year for _, year, _ in rows],
            "a": [math.nan if value is None else float(value) for _, _, value in rows],
            "origin": "values.csv",
            "vintage": [str(year) for _, year, _ in rows],
            "method": "",
        }
    )
    for edition in EDITIONS:
        seen = window(plan, bound, edition, indicator=plan.indicators[0])
        records = records_of(summed, table=bound.table, window=seen, units=units, edition=edition)
        found = records.value("a", math.nan if reading.absent is None else reading.absent).tolist()
        expected = [by_hand(reading, rows, unit, edition) for unit in range(len(UNITS))]
        assert [None if math.isnan(value) else value for value in found] == expected, (reading, edition)
