"""Reference outputs of other programs, and panels made from them."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w
from attrs import frozen
from hubrank.plugin import Context, Member, Units
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import Ranking
from hubrank.results.rank import rank
from hubrank_output.interchange.coinr_import import read_coinr
from hubrank_output.interchange.framework import write_framework

ROOT = Path(__file__).parents[2]
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))


#: The files that the tests have read so far, from the reference's root.
READ: set[str] = set()


@frozen(eq=False)
class Tables:
    """The CSV files of one folder."""

    folder: Path

    def __call__(self, name: str, index: str | None = "uCode") -> pd.DataFrame:
        """One file, by its unit codes; Namibia's code stays a code."""
        READ.add(f"{self.folder.name}/{name}.csv")
        frame = pd.read_csv(self.folder / f"{name}.csv", keep_default_na=False, na_values=["", "NaN"])
        return frame if index is None else frame.set_index(index)


def _tables(folder: str) -> Tables:
    if not (REFERENCE / folder).is_dir():
        pytest.skip(f"the reference data are not there: {folder} in HUBRANK_REFERENCE")
    return Tables(REFERENCE / folder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All is part of the long run; last comes the test that looks at what the others have read.

    Where processes share the tests, one test runs this folder in a process of its own; elsewhere that one is left out.
    """
    ours = {item for item in items if item.path.parent == Path(__file__).parent}
    for item in ours:
        item.add_marker(pytest.mark.long)
    whole = {item for item in ours if item.name == "test_all_in_one_process"}
    shared = "PYTEST_XDIST_WORKER" in os.environ and not config.getoption("keyword")
    left_out = ours - whole if whole and shared else whole
    items[:] = sorted(
        (item for item in items if item not in left_out),
        key=lambda item: "files_read" in getattr(item, "fixturenames", ()),
    )


@pytest.fixture(scope="session")
def files_read(request: pytest.FixtureRequest) -> set[str]:
    """The files that were read, where every module of this folder runs in one process."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("each process reads a part of the files; a long test runs this folder in one")
    folder = Path(__file__).parent
    running = {item.path for item in request.session.items}
    if lacking := sorted(each.name for each in folder.glob("test_*.py") if each not in running):
        pytest.skip(f"only all tests of this folder together read every file; {lacking[0]} does not run")
    return READ


@pytest.fixture(scope="session")
def coinr() -> Tables:
    """COINr's outputs on its example data."""
    return _tables("coinr")


@pytest.fixture(scope="session")
def mcda() -> Tables:
    """Outputs of the Python peers."""
    return _tables("mcda")


@pytest.fixture(scope="session")
def matrix(mcda: Tables) -> pd.DataFrame:
    """The values that the Python peers took: nine currencies and six criteria."""
    return mcda("00_matrix", index="unit")


@pytest.fixture(scope="session")
def directions(mcda: Tables) -> pd.Series:
    """1 or -1 for each criterion."""
    return mcda("00_criteria", index="criterion").direction


@pytest.fixture(scope="session")
def context() -> Callable[..., Context]:
    """Make a context of unit codes and members."""

    def make(codes: Sequence[str], members: Sequence[Member], editions: tuple[int, ...] = (2018,)) -> Context:
        frame = pd.DataFrame({"name": list(codes)}, index=pd.Index(codes, name="unit"))
        return Context(
            editions=editions, units=Units(frame=frame), members=tuple(members), rng=np.random.default_rng(0)
        )

    return make


@frozen(eq=False)
class Asem:
    """The framework of COINr's example: its indicators, in the order of the arrays, and the tree above them."""

    codes: tuple[str, ...]
    units: pd.DataFrame
    indicators: tuple[str, ...]
    meta: pd.DataFrame

    def array(self, frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """A table as `(1, units, indicators)`."""
        return frame.loc[list(self.codes), list(self.indicators)].to_numpy(float)[None]

    @property
    def members(self) -> tuple[Member, ...]:
        """The indicators with their directions and paths."""
        return tuple(
            Member(name=code, direction=int(self.meta.Direction[code]), path=self._path(code))
            for code in self.indicators
        )

    @property
    def context(self) -> Context:
        """The units with their groups, and the members."""
        return Context(
            editions=(2018,), units=Units(frame=self.units), members=self.members, rng=np.random.default_rng(0)
        )

    def _path(self, code: str) -> tuple[str, ...]:
        parent = self.meta.Parent[code]
        return () if pd.isna(parent) else (parent, *self._path(parent))


@pytest.fixture(scope="session")
def asem(coinr: Tables) -> Asem:
    """COINr's example data: 51 countries of Asia and Europe, 49 indicators in 8 pillars."""
    meta = coinr("00_input/iMeta_sorted", index="iCode")
    units = coinr("00_input/iData").sort_index()
    indicators = tuple(meta.index[meta.Type == "Indicator"])
    return Asem(codes=tuple(units.index), units=units, indicators=indicators, meta=meta)


#: The choices of COINr's example pipeline.
PIPELINE = {
    "imputation": 'method = "group-mean"\nby = "EurAsia_group"',
    "treatment": 'steps = ["skew-kurtosis"]',
    "normalisation": 'method = "min-max"\nrange = [0, 100]',
}


@pytest.fixture(scope="session")
def pipeline(coinr: Tables, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ranking]:
    """Rank COINr's example, from its own tables, with other choices than its pipeline's and other metadata."""
    known: dict[str, Ranking] = {}

    def make(changes: dict[str, str] | None = None, meta: pd.DataFrame | None = None) -> Ranking:
        tables = {**PIPELINE, **(changes or {})}
        methods = "".join(f"[{name}]\n{choices}\n" for name, choices in tables.items())
        key = methods if meta is None else methods + meta.to_csv()
        if key not in known:
            folder = tmp_path_factory.mktemp("asem")
            (folder / "methods.toml").write_text(methods, encoding="utf-8")
            all_ = coinr("00_input/iMeta", index=None)
            given = all_ if meta is None else meta
            given.to_csv(folder / "iMeta.csv", index=False)
            data = coinr("00_input/iData", index=None).drop(columns=set(all_.iCode) - set(given.iCode))
            data.to_csv(folder / "iData.csv", index=False)
            write_framework(
                read_coinr(folder / "iData.csv", folder / "iMeta.csv", folder / "methods.toml", 2018), folder / "out"
            )
            known[key] = rank(str(folder / "out" / "scenario.toml"))
        return known[key]

    return make


@pytest.fixture(scope="session")
def registry() -> Registry:
    """What is installed."""
    return Registry.installed()


@pytest.fixture
def ranked(tmp_path: Path, registry: Registry) -> Callable[..., Ranking]:
    """Rank a table of units and criteria, by one dimension of a scenario."""

    def make(
        table: pd.DataFrame,
        directions: pd.Series,
        normalisation: Any,
        aggregation: Any = "arithmetic",
        weights: pd.Series | None = None,
        weighting: Any = None,
    ) -> Ranking:
        table.assign(year=2024).to_csv(tmp_path / "values.csv", index_label="unit")
        pd.DataFrame({"unit": table.index, "name": table.index}).to_csv(tmp_path / "units.csv", index=False)
        scenario: dict[str, Any] = {
            "title": "Peers",
            "editions": [2024],
            "units": {"file": "units.csv"},
            "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
            "dimensions": {"all": {"aggregation": _choice(aggregation)}},
            "indicators": {
                name: {
                    "indicator": "value",
                    "dimension": "all",
                    "direction": int(directions[name]),
                    "weight": 1.0 if weights is None else float(weights[name]),
                }
                for name in table
            },
            "normalisation": _choice(normalisation),
            "aggregation": {"method": "arithmetic"},
        }
        if weighting is not None:
            scenario["dimensions"]["all"]["weighting"] = _choice(weighting)
        (tmp_path / "peers.toml").write_bytes(tomli_w.dumps(scenario).encode())
        return rank(str(tmp_path / "peers.toml"), registry)

    return make


def _choice(choice: Any) -> Any:
    return {"method": choice} if isinstance(choice, str) else choice
