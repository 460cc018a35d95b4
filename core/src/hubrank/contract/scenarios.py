"""Scenarios that a plugin brings."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen


@frozen(kw_only=True)
class ScenarioFile:
    """A scenario that can be named without a path, handed over by `hubrank_scenarios`.

    Attributes:
        name: What the command line and `extends` say.
        path: The TOML file.
    """

    name: str
    path: Path
