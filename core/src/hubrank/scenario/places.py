"""Which unit a row lies in: by code, by polygon, by distance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.errors import listed
from hubrank.contract.unit_index import UnitIndex
from hubrank.contract.units import SCHEMES
from hubrank.scenario.reach import NOWHERE, Centres, Polygons, sphere

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Mask, Positions
    from hubrank.scenario.reach import Floats, Pairs

Overlap = Literal["nearest", "all", "error"]
Match = Literal["exact", "folded"]


@frozen(kw_only=True, eq=False)
class Located:
    """Rows in their units.

    Attributes:
        row: The positions of the rows that lie in a unit; a row in several stands here once for each.
        unit: The position of its unit.
        nowhere: `(rows,)`; whether a row lies in none.
        folded: `(rows,)`; whether its unit was found by a name that is not the unit's code as it is written.
    """

    row: Positions
    unit: Positions
    nowhere: Mask
    folded: Mask


@frozen(kw_only=True, eq=False)
class Places:
    """All ways to tell which unit a row lies in.

    A row with a code that a unit lists goes there; else to the polygon that holds it; else to the nearest
    centre that reaches it: first among the units of the row's own country, then among those that list its
    country or whose own is unknown. A row without a country may go to any. Of several polygons that hold it, the
    smallest is meant: a city's lies within its region's. Where `overlap` is `all` or `error`, every polygon and every
    circle counts that holds the row and may take rows of its country.

    Attributes:
        codes: For each scheme the unit's position by code.
        polygons: The units' polygons.
        centres: Points with a radius.
        overlap: What happens to a row that several units hold: `error` is refused by whoever asks.
        names: The units by code, name and alias, for rows that name them in other spellings.
        left_out: For each scheme the codes of units that are not ranked.
    """

    codes: Mapping[str, Mapping[str, int]]
    polygons: Polygons
    centres: Centres
    overlap: Overlap
    names: UnitIndex
    left_out: Mapping[str, Collection[str]]

    @property
    def schemes(self) -> tuple[str, ...]:
        """The place columns that a table can be read by; `lat` stands for points."""
        points = ("lat",) if len(self.polygons) or len(self.centres) else ()
        return tuple(scheme for scheme in SCHEMES if self.codes.get(scheme)) + points

    def unmet(self, columns: Collection[str]) -> str:
        """Why none of a table's rows can lie in a unit, of the table's columns; empty where some can."""
        there = place_columns(columns)
        if set(there) & set(self.schemes):
            return ""
        if not there:
            return f"its rows do not give a place; the units can be found by {listed(self.schemes)}"
        return f"its rows give the place by {listed(there)}; the units can be found by {listed(self.schemes)}"

    def locate(self, rows: pd.DataFrame, match: Match = "exact") -> Located:
        """Put rows into units.

        Args:
            rows: Rows with place columns.
            match: How the column `unit` names a unit: `exact` by its code, or `folded` by code, name or alias in any
                spelling.
        """
        found, folded = self._by_codes(rows, match)
        open_ = np.flatnonzero((found == NOWHERE) & has_point(rows))
        if "lat" not in self.schemes or not len(open_):
            return _located(found, folded)
        distinct, kind = distinct_points(rows.iloc[open_])
        if self.overlap == "nearest":
            found[open_] = self.nearest(distinct)[kind]
            return _located(found, folded)
        return _located(found, folded, _repeated(self._holding(distinct), kind, open_))

    def nearest(self, points: pd.DataFrame) -> Positions:
        """The unit of each point (`lat, lon`, perhaps `country`) where one alone may have it, or `NOWHERE`."""
        lat, lon, country = _coordinates(points)
        found = self.polygons.smallest(lat, lon)
        open_ = found == NOWHERE
        found[open_] = self._by_centre(sphere(lat[open_], lon[open_]), None if country is None else country[open_])
        return found

    def _by_codes(self, rows: pd.DataFrame, match: Match) -> tuple[Positions, Mask]:
        """The unit that each row names, and whether it took another spelling to find it."""
        found = np.full(len(rows), NOWHERE, dtype=np.intp)
        folded = np.zeros(len(rows), dtype=bool)
        for scheme in SCHEMES:
            if scheme in rows.columns and self.codes.get(scheme):
                open_ = found == NOWHERE
                found[open_] = self._by_code(scheme, rows.loc[open_, scheme])
            if scheme == "unit" and scheme in rows.columns and match == "folded":
                open_ = found == NOWHERE
                found[open_] = self._by_name(rows.loc[open_, scheme])
                folded = open_ & (found != NOWHERE)
        return found, folded

    def _by_code(self, scheme: str, values: pd.Series) -> Positions:
        import pandas as pd

        codes = self.codes[scheme]
        kind, distinct = pd.factorize(values)
        known = [
            codes[each] if each in codes else codes.get(known_code(codes, scheme, each), NOWHERE) for each in distinct
        ]
        return np.array([*known, NOWHERE], dtype=np.intp)[kind]

    def _by_name(self, values: pd.Series) -> Positions:
        found = {value: self.names.find(code_text(value)) for value in values.dropna().unique()}
        known = {value: at[0] if len(at) == 1 else NOWHERE for value, at in found.items()}
        return values.map(known).fillna(NOWHERE).to_numpy(dtype=np.intp)

    def _holding(self, points: pd.DataFrame) -> Pairs:
        """Every point with every unit that holds it."""
        lat, lon, country = _coordinates(points)
        found = [self.polygons.holding(lat, lon), self.centres.holding(sphere(lat, lon), country)]
        point, unit = (np.concatenate(each) for each in zip(*found, strict=True))
        pairs = np.unique(np.column_stack([point, unit]), axis=0)
        return pairs[:, 0], pairs[:, 1]

    def _by_centre(self, points: Floats, country: np.ndarray[Any, Any] | None) -> Positions:
        found = np.full(len(points), NOWHERE, dtype=np.intp)
        if not len(self.centres) or not len(points):
            return found
        if country is None:
            return self.centres.nearest(points)
        for name in {each for each in country if isinstance(each, str)}:
            there = np.flatnonzero(country == name)
            for keep in (
                self.centres.country == name,
                np.array([name in also for also in self.centres.also]) | (self.centres.country == ""),
            ):
                open_ = there[found[there] == NOWHERE]
                if keep.any() and len(open_):
                    found[open_] = self.centres.chosen(keep).nearest(points[open_])
        nowhere = np.flatnonzero([not isinstance(each, str) for each in country])
        if len(nowhere):
            found[nowhere] = self.centres.nearest(points[nowhere])
        return found


def place_columns(columns: Collection[str]) -> list[str]:
    """Those of a table's columns that say where a row is; `lat` stands for points, and needs `lon` beside it."""
    codes = [scheme for scheme in SCHEMES if scheme in columns]
    return [*codes, "lat"] if {"lat", "lon"} <= set(columns) else codes


def has_point(rows: pd.DataFrame) -> Mask:
    """Which rows have a latitude and a longitude."""
    if not {"lat", "lon"} <= set(rows.columns):
        return np.zeros(len(rows), dtype=bool)
    there: Mask = rows["lat"].notna().to_numpy() & rows["lon"].notna().to_numpy()
    return there


def distinct_points(rows: pd.DataFrame) -> tuple[pd.DataFrame, Positions]:
    """The distinct points of rows, with their countries, and which of them each row has."""
    columns = ["lat", "lon", *(["country"] if "country" in rows.columns else [])]
    kind, first = kinds_of([rows[name] for name in columns])
    return rows[columns].iloc[first], kind


def kinds_of(columns: Sequence[pd.Series]) -> tuple[Positions, Positions]:
    """Which of the distinct rows each row is, in the order of their first, and where each of these stands first.

    A gap is a value like others. Columns must be equally long, and at least one.
    """
    import pandas as pd

    kind, several = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        own, values = pd.factorize(column)
        if several * (len(values) + 1) > np.iinfo(np.int64).max:
            kind, distinct = pd.factorize(kind)
            several = len(distinct)
        kind, several = kind * (len(values) + 1) + own + 1, several * (len(values) + 1)
    kind, distinct = pd.factorize(kind)
    first = np.empty(len(distinct), dtype=np.intp)
    first[kind[::-1]] = np.arange(len(kind) - 1, -1, -1)
    return kind.astype(np.intp), first


def code_text(value: Any) -> str:
    """A code as text; a whole number that came as a float without its `.0`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def known_code(codes: Collection[str], scheme: str, value: Any) -> str:
    """The code of those known that a row's code means: itself or, of NUTS, the longest that begins it; else empty."""
    text = code_text(value)
    if scheme == "nuts":
        while text and text not in codes:
            text = text[:-1]
    return text if text in codes else ""


def _located(found: Positions, folded: Mask, several: Pairs | None = None) -> Located:
    """Rows in the units that were found for them, and those in several."""
    row = np.flatnonzero(found != NOWHERE)
    unit = found[row]
    if several is not None:
        row, unit = np.concatenate([row, several[0]]), np.concatenate([unit, several[1]])
        order = np.argsort(row, kind="stable")
        row, unit = row[order], unit[order]
    nowhere = np.ones(len(found), dtype=bool)
    nowhere[row] = False
    return Located(row=row, unit=unit, nowhere=nowhere, folded=folded)


def _repeated(pairs: Pairs, kind: Positions, rows: Positions) -> Pairs:
    """Pairs of distinct points and units as pairs of rows and units."""
    import pandas as pd

    points = pd.DataFrame({"kind": pairs[0], "unit": pairs[1]})
    merged = pd.DataFrame({"kind": kind, "row": rows}).merge(points, on="kind", how="inner")
    return merged["row"].to_numpy(dtype=np.intp), merged["unit"].to_numpy(dtype=np.intp)


def _coordinates(points: pd.DataFrame) -> tuple[Floats, Floats, np.ndarray[Any, Any] | None]:
    country = points["country"].to_numpy(dtype=object) if "country" in points.columns else None
    return points["lat"].to_numpy(dtype=float), points["lon"].to_numpy(dtype=float), country
