"""What is ranked."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.basis.names import folded_key
from hubrank.contract.origins import Origin
from hubrank.contract.unit_index import UnitIndex

if TYPE_CHECKING:
    import pandas as pd

#: The place columns and schemes: each name has one meaning, in tables and in unit sets.
SCHEMES = ("unit", "geonames", "ror", "nuts", "subdivision", "country")


class MissingColumnError(Exception):
    """A unit column that the unit set does not have."""


@frozen(kw_only=True)
class UnitSet:
    """Units that a scenario can rank, handed over by `hubrank_unit_sets`.

    Attributes:
        name: What a scenario writes in `units.set`.
        title: What they are, in a few words.
        units: Makes a frame with one row a unit: `unit` (the code) and `name`; as far as known `aliases`
            (separated by `|`), `country` (ISO 3166-1 alpha-3), `continent`, `lat`, `lon`, and columns that
            indicators divide by (`population`, `area`).
        places: Makes a frame with any number of rows a unit: `unit` and, in each row, one way to say where:
            a code in a column of the scheme's name (`geonames`, `ror`, `nuts`, `subdivision`, `country`), or
            `lat`, `lon` and, where it is not the scenario's `within_km`, `radius_km`, or a `polygon` (the
            text of a GeoJSON geometry). `also_countries` (separated by `|`) names countries other than the
            unit's own whose rows may come to it.
        origins: Who made the list.
    """

    name: str
    title: str
    units: Callable[[], pd.DataFrame]
    places: Callable[[], pd.DataFrame]
    origins: tuple[Origin, ...] = ()


@frozen(kw_only=True, eq=False)
class Units:
    """The units of a ranking in their fixed order, as handed to plugins.

    Attributes:
        frame: One row a unit, indexed by code; `name` and whatever else the unit set has. Each time it is a frame of
            its own, which pandas copies where it is written to, since all plugins are handed the same units.
    """

    _frame: pd.DataFrame

    @property
    def frame(self) -> pd.DataFrame:
        """One row a unit, indexed by code."""
        return self._frame.copy(deep=False)

    def __len__(self) -> int:
        return len(self._frame)

    @functools.cached_property
    def codes(self) -> tuple[str, ...]:
        """The units' codes, in order."""
        return tuple(self._frame.index)

    @functools.cached_property
    def by_name(self) -> UnitIndex:
        """The units by code, name and alias."""
        return UnitIndex.of(self.codes, tuple(self["name"]), self._aliases)

    @functools.cached_property
    def by_folded_name(self) -> UnitIndex:
        """The units by code, name and alias, whatever their accents, spaces and punctuation."""
        return UnitIndex.of(self.codes, tuple(self["name"]), self._aliases, folded_key)

    @property
    def _aliases(self) -> list[list[str]]:
        aliases = self["aliases"] if "aliases" in self else [""] * len(self)
        return [each.split("|") if isinstance(each, str) else [] for each in aliases]

    def __getitem__(self, column: str) -> pd.Series:
        """One column, by unit.

        Raises:
            MissingColumnError: The unit set has no such column.
        """
        if column not in self._frame.columns:
            raise MissingColumnError(column)
        return self._frame[column]

    def __contains__(self, column: str) -> bool:
        return column in self._frame.columns
