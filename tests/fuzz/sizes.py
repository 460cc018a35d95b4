"""Sizes one below, at and one above what arrays, keys and small numbers have room for; all else is tiny."""

import functools
import math
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from hubrank.measurement.figures import _derive, _Panel
from hubrank.measurement.measurement import CodedTexts
from hubrank.methods.ranks import places, ranks
from hubrank.numeric import order_of
from hubrank.plugin.registry import Registry
from hubrank.scenario.load import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolve import resolve
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty.sampling import Draws
from hubrank.uncertainty.tally import Bins, tied_places
from hypothesis import strategies as st

from tests.fuzz.trees import folder

#: Dimensions of an array, operands of a function, a byte: 32, 64, 128, 256; two bytes: 65,536.
FEW = sorted({1, 2, 3, *(power + by for power in (32, 64, 128) for by in (-1, 0, 1))})
MANY = sorted({*FEW, 255, 256, 257})
TWO_BYTES = (65_535, 65_536, 65_537)
UNITS = (1, 2, 3, 255, 256, 257, Bins.EXACT - 1, Bins.EXACT, Bins.EXACT + 1)


@functools.cache
def deriving(columns: int, editions: int) -> Plan:
    """A plan with the sum of this many indicators, the last of the plan's."""
    home = folder() / "sizes"
    home.mkdir(exist_ok=True)
    (home / "units.csv").write_text("unit,name\nA,A\nB,B\n")
    names = [f"i{at:03}" for at in range(columns)]
    (home / "values.csv").write_text(f"unit,year,{','.join(names)}\n")
    scenario = {
        "title": "By chance",
        "editions": [2020 + at for at in range(editions)],
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
        "dimensions": {"all": {}},
        "indicators": {
            **{name: {"indicator": "value", "dimension": "all"} for name in names},
            "sum": {"indicator": "sum", "dimension": "all", "from": names},
        },
        "normalisation": "none",
        "aggregation": "arithmetic",
    }
    (home / "scenario.toml").write_text(tomli_w.dumps(scenario))
    return resolve(load(home / "scenario.toml", Registry.installed()), Registry.installed())


def check_derived(columns: int, editions: int, gap: int, carried: int) -> None:
    """The sum of columns of two units, one with a gap, in all editions; its origins are those of all, each once."""
    plan = deriving(columns, editions)
    shape = (editions, 2, columns + 1)
    values = np.ones(shape)
    values[-1, 0, gap % columns] = np.nan
    texts = {name: CodedTexts.empty(shape) for name in ("origins", "vintages", "methods")}
    for column in range(columns):
        texts["origins"][:, :, column] = f"o{column % 3}"
    years = {name: np.full(shape, np.nan) for name in ("carried", "ahead", "too_old")}
    years["carried"][:, 1, carried % columns] = 2019
    panel = _Panel(values, texts, years)
    at = [item.key for item in plan.indicators].index("sum")
    _derive(plan, plan.indicators[at], panel, at)

    expected = np.full((editions, 2), float(columns))
    expected[-1, 0] = np.nan
    np.testing.assert_array_equal(panel.values[:, :, at], expected)
    origins = " + ".join(f"o{item}" for item in range(min(columns, 3)))
    assert panel.texts["origins"][:, 1, at].tolist() == [origins] * editions
    assert panel.texts["origins"][-1, 0, at] == ""
    assert (panel.years["carried"][:, 1, at] == 2019).all()


def check_settings(sources: int, draws: list[int]) -> None:
    """Draws by their combinations of alternatives, of very many sources: each draw in the group of those like it."""
    choices = np.array([[item >> at % 8 & 1 for item in draws] for at in range(sources)])
    found = Draws(choices=choices, raw=np.ones((1, len(draws)))).by_setting()
    groups = {tuple(choices[:, at].tolist()): None for at in range(len(draws))}
    assert {setting for setting, _ in found} == set(groups)
    assert sorted(int(at) for _, which in found for at in which) == list(range(len(draws)))
    assert all((choices[:, at] == setting).all() for setting, which in found for at in which)


def check_places(units: int, ties: str, best: str, tiers: int, seed: int) -> None:
    """Each unit of a draw is counted in the bin of ranks that its rank lies in, by sorting alone."""
    choice = RankingSettings(ties=ties, best=best, tiers=tuple(range(21, 21 + tiers)))
    scores = np.random.default_rng(seed).integers(0, max(units // 2, 2), (1, units)).astype(float)
    bins = Bins.of(units, choice)
    expected = ranks(scores, ties, best)
    if len(bins.low) == units * (2 if ties == "average" else 1) - (ties == "average"):
        found = tied_places(scores, choice)
    else:
        found = bins.bands(scores, choice)
    floor = np.floor(expected[0]) if bins.banded else expected[0]
    assert (bins.low[found[0].astype(np.intp)] <= floor).all()
    assert (bins.high[found[0].astype(np.intp)] >= floor).all()
    distinct = scores + np.arange(units) / (2 * units)
    np.testing.assert_array_equal(places(distinct, best) + 1, ranks(distinct, "min", best))


def check_texts(count: int, more: int) -> None:
    """As many texts as there are cells, then some more: each cell keeps its own."""
    coded = CodedTexts.empty((count + more,))
    coded[np.arange(count)] = np.array([f"t{at}" for at in range(count)], dtype=object)
    coded[np.arange(count, count + more)] = np.array([f"m{at}" for at in range(more)], dtype=object)
    assert coded[0] == "t0"
    assert coded[count - 1] == f"t{count - 1}"
    assert coded[np.arange(count, count + more)].tolist() == [f"m{at}" for at in range(more)]


def check_keys(columns: int, rows: list[int]) -> None:
    """The order of rows by very many columns, whose combinations exceed what a number counts, is that of tuples."""
    frame = pd.DataFrame({f"c{at}": [(row >> at % 8) % 4 for row in rows] for at in range(columns)})
    order, new = order_of(frame, list(frame.columns))
    tuples = list(frame.itertuples(index=False, name=None))
    assert order.tolist() == sorted(range(len(rows)), key=lambda at: tuples[at])
    assert new.sum() == len(set(tuples))


CHECKS = {
    "derived": check_derived,
    "settings": check_settings,
    "places": check_places,
    "texts": check_texts,
    "keys": check_keys,
}


def cases() -> st.SearchStrategy[Any]:
    """What has a size, and its size with the rest."""
    byte = st.integers(0, 255)
    some = st.lists(byte, min_size=1, max_size=6)
    editions = st.integers(1, 3)
    derived = editions.flatmap(
        lambda count: st.tuples(
            st.just("derived"),
            st.sampled_from([math.ceil(item / count) for item in FEW[:-3]]),
            st.just(count),
            byte,
            byte,
        )
    )
    places = st.tuples(
        st.just("places"),
        st.sampled_from(UNITS),
        st.sampled_from(["min", "max", "average", "dense"]),
        st.sampled_from(["highest", "lowest"]),
        st.sampled_from([0, 1, 100, 150, 200, 256, 300]),
        byte,
    )
    return st.one_of(
        derived,
        st.tuples(st.just("settings"), st.sampled_from(MANY), some),
        places,
        st.tuples(st.just("texts"), st.sampled_from((*MANY, *MANY, *MANY, *TWO_BYTES)), st.integers(0, 3)),
        st.tuples(st.just("keys"), st.sampled_from(FEW), some),
    )


def check(case: tuple[Any, ...]) -> None:
    """What it says of its kind."""
    kind, *rest = case
    CHECKS[kind](*rest)
