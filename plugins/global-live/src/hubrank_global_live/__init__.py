"""The scenario `global-live`: hubs of the world by figures that are fetched and files of the user: data only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hubrank import ScenarioFile, hookimpl


@hookimpl
def hubrank_scenarios() -> Iterator[ScenarioFile]:
    """The scenario."""
    yield ScenarioFile(name="global-live", path=Path(__file__).parent / "global-live.toml")
