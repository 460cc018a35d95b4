"""UnitSet, Units, finding a unit by name."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from attrs import Factory, frozen

from hubrank.errors import UsageError, casefold_name, did_you_mean, fold_name, shorten_list
from hubrank.io.escaping import csv_text
from hubrank.plugin.sources import Origin

if TYPE_CHECKING:
    import pandas as pd


@frozen(eq=False)
class CodePositions(Mapping[str, int]):
    """The position of each code, by a table that is made when it is used."""

    codes: Sequence[str]

    @functools.cached_property
    def _table(self) -> dict[str, int]:
        return dict(zip(self.codes, range(len(self.codes)), strict=True))

    def __getitem__(self, code: str) -> int:
        return self._table[code]

    def __contains__(self, code: object) -> bool:
        return code in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


class Level(NamedTuple):
    """Units by keys of one kind: of each key the first unit, and all units, in order, of a key that several share."""

    first: dict[str, int]
    shared: dict[str, dict[int, None]]

    def get(self, key: str) -> tuple[int, ...]:
        """The positions of a key's units."""
        if key in self.shared:
            return tuple(self.shared[key])
        return (self.first[key],) if key in self.first else ()


@frozen(kw_only=True, eq=False)
class UnitIndex:
    """Units by code, by name and by alias, each by its key: `name_key` by default.

    The order is: the exact code, then a code, a name and an alias in any spelling. Keys that two units share at the
    first of these levels are ambiguous. Of many units few are ever asked for, so each level is made when it is used.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    aliases: Sequence[Sequence[str]]
    key: Callable[[str], str] = casefold_name
    written: Mapping[str, int] = Factory(lambda self: CodePositions(self.codes), takes_self=True)

    @functools.cached_property
    def by_code(self) -> Level:
        """The units by code, in any spelling."""
        return self._level(enumerate(self.codes))

    @functools.cached_property
    def by_name(self) -> Level:
        """The units by name."""
        return self._level(enumerate(self.names))

    @functools.cached_property
    def by_alias(self) -> Level:
        """The units by alias."""
        return self._level((at, text) for at, texts in enumerate(self.aliases) for text in texts)

    def _level(self, spellings: Iterable[tuple[int, str]]) -> Level:
        key, level = self.key, Level({}, {})
        for at, spelling in spellings:
            if spelling and (text := key(spelling)) and (first := level.first.setdefault(text, at)) != at:
                level.shared.setdefault(text, {first: None})[at] = None
        return level

    def find(self, text: str) -> tuple[int, ...]:
        """The positions of the units that a text names, as plain text or CSV: none, one, or several that share it."""
        for spelling in dict.fromkeys((text, csv_text(text))):
            at = bisect.bisect_left(self.codes, spelling)
            if self.codes[at : at + 1] == (spelling,):  # codes in order, as those of a unit set are
                return (at,)
            if spelling in self.written:
                return (self.written[spelling],)
            key = self.key(spelling)
            if positions := self.by_code.get(key) or self.by_name.get(key) or self.by_alias.get(key):
                return positions
        return ()

    def position(self, text: str) -> int:
        """The position of the unit that a text names.

        Raises:
            UsageError: There is none, or more than one.
        """
        if not isinstance(text, str):
            raise UsageError(f"a unit is found by its code, name or alias, a text; got {text!r:.60}")
        positions = self.find(text)
        if not positions:
            hint = did_you_mean(text, (*self.codes, *self.names))
            raise UsageError(f"there is no unit '{text}'{hint}")
        if len(positions) > 1:
            shared = shorten_list([self.codes[at] for at in positions])
            raise UsageError(f"'{text}' is the name of {len(positions):,} units: {shared}")
        return positions[0]

    def keys(self) -> Level:
        """All levels as one."""
        every = Level({}, {})
        for level in (self.by_alias, self.by_name, self.by_code):
            for key in every.shared.keys() & level.first.keys():
                del every.shared[key]
            every.first.update(level.first)
            every.shared.update(level.shared)
        return every

    def alike(self) -> tuple[tuple[int, int], ...]:
        """The positions of each two units that share a code or a name, one's name and another's code included."""
        codes, names = self.by_code, self.by_name
        shared = (sorted({*codes.get(key), *names.get(key)}) for key in {**codes.first, **names.first})
        return tuple(dict.fromkeys(itertools.chain.from_iterable(map(itertools.pairwise, shared))))


#: The place columns and schemes: each name has one meaning, in tables and in unit sets.
SCHEMES = ("unit", "geonames", "ror", "nuts", "subdivision", "country")


class MissingColumnError(Exception):
    """A unit column that the unit set does not have."""


@frozen(kw_only=True)
class UnitSet:
    """Units that a scenario can rank, yielded by `hubrank_unit_sets`.

    Attributes:
        name: The name in `units.set`.
        title: A description in a few words.
        units: Returns a frame with one row per unit: `unit` (the code) and `name`; if known, `aliases` (separated by
            `|`), `country` (ISO 3166-1 alpha-3), `continent`, `lat`, `lon`, and columns that indicators divide by
            (`population`, `area`).
        places: Returns a frame with any number of rows per unit: `unit` and, in each row, one location: a code in a
            column named after the scheme (`geonames`, `ror`, `nuts`, `subdivision`, `country`), or `lat`, `lon` and, if
            it differs from the scenario's `within_km`, `radius_km`, or a `polygon` (the text of a GeoJSON geometry).
            `also_countries` (separated by `|`) names countries other than the unit's own whose rows may be assigned to
            it.
        origins: The producer of the list.
    """

    name: str
    title: str
    units: Callable[[], pd.DataFrame]
    places: Callable[[], pd.DataFrame]
    origins: tuple[Origin, ...] = ()


@frozen(kw_only=True, eq=False)
class Units:
    """The units of a ranking in their fixed order, as passed to plugins.

    Attributes:
        frame: One row per unit, indexed by code: `name` and the other columns of the unit set. Each access returns a
            frame of its own, which pandas copies on writing, since all plugins share the units.
    """

    _frame: pd.DataFrame

    @property
    def frame(self) -> pd.DataFrame:
        """One row per unit, indexed by code."""
        return self._frame.copy(deep=False)

    def __len__(self) -> int:
        return len(self._frame)

    @functools.cached_property
    def codes(self) -> tuple[str, ...]:
        """The units' codes, in order."""
        return tuple(self._frame.index.to_numpy())

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The units' names, in order."""
        return tuple(self["name"].to_numpy())

    @functools.cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each code."""
        return CodePositions(self.codes)

    @functools.cached_property
    def by_name(self) -> UnitIndex:
        """The units by code, name and alias."""
        return self._by(casefold_name)

    @functools.cached_property
    def by_folded_name(self) -> UnitIndex:
        """The units by code, name and alias, ignoring case, accents, spaces and punctuation."""
        return self._by(fold_name)

    def _by(self, key: Callable[[str], str]) -> UnitIndex:
        aliases: Sequence[Sequence[str]] = [()] * len(self)
        if "aliases" in self:
            aliases = [item.split("|") if isinstance(item, str) else [] for item in self["aliases"]]
        return UnitIndex(codes=self.codes, names=self.names, aliases=aliases, key=key, written=self.positions)

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
