"""Parts of a robustness run, of which one is damaged in its bytes, its counts or what it says of itself."""

import functools
import io
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import tomli_w
from hubrank.cli.app import run
from hubrank.plugin import HubrankError, Measurement, Ranking
from hubrank.results.rank import ranked_with_vintages
from hubrank_analysis.robustness import _merged
from hubrank_analysis.robustness_tables import tables_of
from hypothesis import strategies as st

from tests.fuzz.trees import folder

DRAWS = 40
#: The parts of a run, of which the first is damaged.
NAMES = ("counts-1-of-2.npz", "counts-2-of-2.npz")
VALUES = (None, True, -1, 0, 3, 1.5, 2**63, -(2**63), 10**400, "", "x", [], {}, [1], {"a": 1}, "\ud800", float("nan"))


@functools.cache
def whole() -> tuple[Ranking, tuple[Measurement, ...], Path, dict[str, bytes]]:
    """A ranking with what it is measured by, the folder of its parts, and these as they should be."""
    home = folder() / "parts"
    home.mkdir()
    (home / "units.csv").write_text("unit,name\n" + "".join(f"{code},{code}\n" for code in "ABC"))
    (home / "values.csv").write_text(
        "unit,year,x,y\nA,2023,1,3\nB,2023,2,2\nC,2023,4,1\nA,2024,2,3\nB,2024,2,1\nC,2024,1,1\n"
    )
    scenario = {
        "title": "By chance",
        "editions": [2023, 2024],
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
        "dimensions": {"all": {}},
        "indicators": {name: {"indicator": "value", "dimension": "all"} for name in "xy"},
        "normalisation": "min-max",
        "aggregation": "arithmetic",
        "robustness": {"draws": DRAWS, "weight_uncertainty": 0.5},
    }
    path = home / "scenario.toml"
    path.write_text(tomli_w.dumps(scenario))
    with mock.patch.dict(os.environ, {"HUBRANK_CACHE": str(home / "cache")}):
        for part in "12":
            assert (
                run(["robustness", str(path), "--shards", f"{part}/2", "--output", str(home / "counts"), "--quiet"])
                == 0
            )
        ranking, measurements = ranked_with_vintages(str(path))
    return ranking, measurements, home / "counts", {name: (home / "counts" / name).read_bytes() for name in NAMES}


@functools.cache
def arrays() -> dict[str, np.ndarray]:
    """What the first part holds."""
    with np.load(io.BytesIO(whole()[3][NAMES[0]])) as held:
        return {name: held[name] for name in held.files}


#: Ways to change an array of counts.
CHANGES = {
    "halves": lambda array: array * 0.5,
    "texts": lambda array: array.astype(str),
    "truths": lambda array: array.astype(bool),
    "small": lambda array: array.astype(np.int8),
    "negative": lambda array: array - 1,
    "huge": lambda array: array * 0 + 2**62,
    "cut": lambda array: array[:1] if array.ndim else array[None],
    "more": lambda array: np.stack([array, array]),
    "flat": lambda array: array.ravel(),
    "nothing": lambda array: array[:0] if array.ndim else np.array(0),
    "complex": lambda array: array * 1j,
    "dates": lambda array: array.astype("datetime64[s]"),
}


def cases() -> st.SearchStrategy[Any]:
    """A kind of damage with its details."""
    names = st.sampled_from(sorted(arrays()))
    keys = st.sampled_from([*json.loads(str(arrays()["about"])), "", "draws"])
    place = st.integers(0, len(whole()[3][NAMES[0]]) - 1)
    return st.one_of(
        st.tuples(st.just("bytes"), place, st.integers(0, 40), st.binary(max_size=4)),
        st.tuples(st.just("count"), names, st.sampled_from(sorted(CHANGES)), st.just(0)),
        st.tuples(st.just("without"), names, st.just(0), st.just(0)),
        st.tuples(st.just("says"), keys, st.sampled_from(VALUES), st.booleans()),
        st.tuples(st.just("about"), st.sampled_from(VALUES), st.just(0), st.just(0)),
    )


def damaged(kind: str, what: Any, how: Any, more: Any) -> bytes:
    """The first part, damaged."""
    if kind == "bytes":
        good = whole()[3][NAMES[0]]
        return good[:what] + more + good[what + how :]
    held: dict[str, Any] = dict(arrays())
    about = json.loads(str(held["about"]))
    if kind == "count":
        held[what] = CHANGES[how](held[what]) if what != "about" else np.array(how)
    elif kind == "without":
        del held[what]
    elif kind == "about":
        held["about"] = np.array(json.dumps(what))
    else:
        about[what] = how
        if more:
            del about[what]
        held["about"] = np.array(json.dumps(about))
    made = io.BytesIO()
    np.savez(made, **held)
    return made.getvalue()


def check(case: tuple[str, Any, Any, Any]) -> None:
    """A damaged part is rejected, unless what it says and counts is whole."""
    ranking, measurements, place, good = whole()
    for name, content in good.items():
        (place / name).write_bytes(content)
    (place / NAMES[0]).write_bytes(damaged(*case))
    try:
        with np.errstate(all="raise"):
            outcome = _merged(ranking, measurements, place)
    except HubrankError as error:
        assert "counts" in str(error)
        return
    assert outcome.tally.draws == DRAWS
    assert tables_of(outcome)
