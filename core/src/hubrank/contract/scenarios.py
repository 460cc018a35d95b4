"""Scenarios that a plugin provides."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen


@frozen(kw_only=True)
class ScenarioFile:
    """A scenario that can be named without a path, handed over by `hubrank_scenarios`.

    Attributes:
        name: Its name on the command line and in `extends`.
        path: The TOML file.
    """

    name: str
    path: Path
