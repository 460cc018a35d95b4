"""Scenarios and unit sets: data only."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli
from hubrank.plugin import Origin, Region, ScenarioFile, UnitSet, hookimpl

FOLDER = Path(__file__).parent
UNITS = FOLDER / "units"

#: Regions; each has an entry point of its own. The units of China and India are a part of a set.
china, india = Region(FOLDER / "china"), Region(FOLDER / "india")
european_regions, us_metros = Region(FOLDER / "european-regions"), Region(FOLDER / "us-metros")

_SETS = {
    "hubs": (
        "Functional urban regions covered by rankings of innovation hubs",
        ("geonames", "hubrank", "iso-3166", "m49"),
    ),
    "agglomerations": (
        "Urban agglomerations with at least 300,000 people",
        ("wup", "geonames", "iso-3166", "m49"),
    ),
    "countries": ("Countries and areas of ISO 3166-1", ("iso-3166", "m49", "geonames")),
}


def _read(name: str) -> Any:
    import pandas as pd

    texts = dict.fromkeys(("unit", "name", "aliases", "country", "also_countries", "geonames", "wup"), str)
    return pd.read_csv(UNITS / f"{name}.csv", dtype=texts, keep_default_na=False, na_values=[""])


@hookimpl
def hubrank_unit_sets() -> Iterator[UnitSet]:
    """The unit sets."""
    table = tomli.loads((UNITS / "origins.toml").read_text(encoding="utf-8"))
    for name, (title, origins) in _SETS.items():
        yield UnitSet(
            name=name,
            title=title,
            units=functools.partial(_read, name),
            places=functools.partial(_read, f"{name}-places"),
            origins=tuple(Origin(name=item, **table[item]) for item in origins),
        )


@hookimpl
def hubrank_scenarios() -> Iterator[ScenarioFile]:
    """Every TOML of the folder, named by its file."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield ScenarioFile(name=path.stem, path=path)
