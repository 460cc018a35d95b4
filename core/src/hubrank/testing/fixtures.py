"""Fixtures for the tests of commands and questions; a `conftest.py` imports those that it wants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hubrank.measurement.figures import measure
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import Array
from hubrank.plugin.registry import Registry
from hubrank.scenario.load import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolve import resolve
from hubrank.testing.made_up import Workshop, write_random_scenario


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A folder with the scenario `six.toml`."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def figures() -> Array:
    """Values of six units in two editions, all different, two of them missing."""
    values: Array = np.random.default_rng(7).uniform(1, 50, size=(2, 6, 5))
    values[0, 1, 0] = values[1, 2, 3] = np.nan
    return values


@pytest.fixture
def towns(tmp_path: Path) -> str:
    """A scenario's path: three towns with two values in two editions; in the second Zell is first."""
    (tmp_path / "units.csv").write_text("unit,name,country\nx,Xanten,AA\ny,Ypern,BB\nz,Zell,BB\n")
    rows = "x,2023,9,5\ny,2023,2,1\nz,2023,3,2\nx,2024,1,5\ny,2024,2,1\nz,2024,9,2\n"
    (tmp_path / "values.csv").write_text("unit,year,a,b\n" + rows)
    path = tmp_path / "towns.toml"
    path.write_text(
        'title = "Towns"\neditions = [2023, 2024]\nunits = { file = "units.csv" }\naggregation = "arithmetic"\n'
        'normalisation = "min-max"\n[inputs]\nvalues = { source = "files", options = { file = "values.csv" } }\n'
        '[dimensions]\nall = {}\n[indicators]\na = { indicator = "value", dimension = "all" }\n'
        'b = { indicator = "value", dimension = "all" }\n'
    )
    return str(path)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Run a command line; its exit code, output and errors."""
    from hubrank.cli.app import run as run_words

    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def call(*words: str) -> tuple[int, str, str]:
        code = run_words(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Everything that is installed."""
    return Registry.installed()


@pytest.fixture
def make(tmp_path: Path, registry: Registry) -> Callable[..., tuple[Plan, Measurement]]:
    """Makes a plan and its measurement of what `write_random_scenario` writes into `tmp_path`."""

    def made(*words: Any, **tables: Any) -> tuple[Plan, Measurement]:
        plan = resolve(load(write_random_scenario(tmp_path, *words, **tables), registry), registry)
        return plan, measure(plan)

    return made
