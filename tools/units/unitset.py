"""A unit set on its way to two CSV files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from attrs import frozen

from tools.units.names import shared_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UNIT_COLUMNS = ("unit", "name", "aliases", "country", "continent", "subregion", "lat", "lon")
PLACE_COLUMNS = ("unit", "geonames", "country", "lat", "lon", "radius_km", "also_countries")


@frozen(kw_only=True)
class UnitSet:
    """Units and where they lie.

    Attributes:
        name: Name of the set, and of its files.
        unit_columns: Columns of the units.
        units: One row a unit.
        place_columns: Columns of the places.
        places: Any number of rows a unit.
    """

    name: str
    unit_columns: Sequence[str]
    units: Sequence[dict[str, str]]
    place_columns: Sequence[str]
    places: Sequence[dict[str, str]]

    def problems(self) -> list[str]:
        """Returns what is wrong with the names: each may mean one unit only."""
        names = {unit["unit"]: {unit["unit"], unit["name"], *unit["aliases"].split("|")} - {""} for unit in self.units}
        twice = len(self.units) - len(names)
        return [f"{self.name}: {twice} codes stand twice"] * bool(twice) + [
            f"{self.name}: {name}: means {', '.join(units)}" for name, units in shared_names(names).items()
        ]

    def write(self, folder: Path) -> None:
        """Writes `NAME.csv` and `NAME-places.csv`, each whole or not at all."""
        _write(folder / f"{self.name}.csv", self.unit_columns, self.units)
        _write(folder / f"{self.name}-places.csv", self.place_columns, self.places)


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_bytes(text.getvalue().encode())
    unfinished.replace(path)
