"""What a unit set promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.errors import FileProblem, shorten_list
from hubrank.plugin.sources import PLACE_COLUMNS
from hubrank.plugin.units import UnitSet
from hubrank.scenario.places import places
from hubrank.testing.checks.names import check_name
from hubrank.testing.checks.origins import promise_origins
from hubrank.testing.samples import promise

if TYPE_CHECKING:
    import pandas as pd


def check_units(units: UnitSet) -> None:
    """It has one row a unit, each with a code of its own and a name, both texts."""
    frame = units.units()
    for column in ("unit", "name"):
        promise(
            column in frame.columns, f"units has no column '{column}'; available: {shorten_list(list(frame.columns))}"
        )
        texts = [each for each in frame[column] if isinstance(each, str) and each]
        promise(len(texts) == len(frame), f"units has a row with a '{column}' that is not text")
    promise(len(frame), "units is empty")
    twice = sorted(set(frame["unit"][frame["unit"].duplicated()]))
    promise(not twice, f"two units have the code {shorten_list(twice)}")


def check_columns(units: UnitSet) -> None:
    """Countries are ISO 3166-1 alpha-3 codes; latitudes and longitudes are degrees."""
    for frame in (units.units(), units.places()):
        if "country" in frame.columns:
            strange = [each for each in frame["country"].dropna().unique() if not _is_country(each)]
            promise(not strange, f"country must be three capital letters; got {shorten_list(strange)}")
        for column, most in (("lat", 90), ("lon", 180)):
            if column in frame.columns:
                promise((frame[column].dropna().abs() <= most).all(), f"{column} must be degrees up to {most}")


def check_places(units: UnitSet) -> None:
    """Each row of its places names a unit, and says where; no code belongs to two units."""
    frame, spots = units.units(), units.places()
    promise("unit" in spots.columns, f"places has no column 'unit'; available: {shorten_list(list(spots.columns))}")
    strange = sorted(set(spots["unit"]) - set(frame["unit"]))
    promise(not strange, f"places contains unknown units: {shorten_list(strange)}")
    ways = [column for column in (*PLACE_COLUMNS[1:], "polygon") if column in spots.columns]
    promise(ways, f"places has no column that gives a place; available: {shorten_list(list(spots.columns))}")
    nowhere = spots.loc[spots[ways].isna().all(axis="columns"), "unit"]
    promise(not len(nowhere), f"places has rows without a place, for {shorten_list(sorted(set(nowhere)))}")
    countries = frame["country"].tolist() if "country" in frame.columns else [None] * len(frame)
    try:
        places(spots, frame["unit"].tolist(), countries, within_km=50)
    except FileProblem as error:
        promise(False, str(error))


def check_repeatable(units: UnitSet) -> None:
    """It makes the same units in the same order each time."""
    promise(_same(units.units(), units.units()), "units returned different rows when called again")
    promise(_same(units.places(), units.places()), "places returned different rows when called again")


def check_origins(units: UnitSet) -> None:
    """Whoever made the list is named, with the licence."""
    if units.origins:
        promise_origins(units.origins)


CHECKS = (check_name, check_units, check_columns, check_places, check_repeatable, check_origins)


def _is_country(value: object) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isalpha() and value.isupper()


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return bool(one.equals(other))
