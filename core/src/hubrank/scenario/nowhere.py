"""Why a row lies in no unit, and what its code may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.errors import nearest
from hubrank.basis.language import marked
from hubrank.basis.names import folded_key
from hubrank.contract.units import SCHEMES
from hubrank.scenario.places import Match, Places, code_text, has_point, known_code
from hubrank.scenario.reach import NOWHERE

if TYPE_CHECKING:
    import pandas as pd

#: Reasons, in English as files have them. The first five are what a table of the whole world looks like beside units of
#: a part of it.
OUTSIDE = marked("outside every radius")
OUTSIDE_POLYGONS = marked("outside every polygon")
OUTSIDE_BOTH = marked("outside every polygon and radius")
LEFT_OUT = marked("unit not ranked")
FOREIGN = marked("in reach, of another unit's country")
STRANGE = marked("in reach, country written unlike the units'")
SPELLING = marked("other spelling")
AMBIGUOUS = marked("name of several units")
UNKNOWN = marked("unknown code")
OTHER_PLACE = marked("no place that units have")
NO_PLACE = marked("no place")

#: The scheme of a latitude and a longitude.
POINT = marked("point")

EXPECTED = (OUTSIDE, OUTSIDE_POLYGONS, OUTSIDE_BOTH, LEFT_OUT, FOREIGN)


def why_nowhere(places: Places, rows: pd.DataFrame, match: Match) -> pd.DataFrame:
    """Why rows lie in no unit.

    Args:
        places: Where units lie.
        rows: Rows with place columns that lie in no unit, best each of them once.
        match: How the column `unit` names a unit.

    Returns:
        `reason, scheme, place, country`, texts, in the rows' order. The scheme is that of the code which is not
        known, `POINT` of a latitude and a longitude, or empty.
    """
    import pandas as pd

    told = pd.DataFrame({"reason": NO_PLACE, "scheme": "", "place": ""}, index=rows.index, dtype=object)
    in_use = [scheme for scheme in SCHEMES if scheme in rows.columns and places.codes.get(scheme)]
    other = [scheme for scheme in SCHEMES if scheme in rows.columns and scheme not in in_use]
    for scheme in (*reversed(other), *reversed(in_use)):
        there = rows[scheme].notna().to_numpy()
        known = {value: _of_code(places, scheme, value, match) for value in rows.loc[there, scheme].unique()}
        told.loc[there, "reason"] = rows.loc[there, scheme].map(known)
        told.loc[there, "scheme"] = scheme
        told.loc[there, "place"] = rows.loc[there, scheme].map(code_text)
    spelt = told["reason"].isin((SPELLING, AMBIGUOUS)).to_numpy()
    pointed = has_point(rows) & ("lat" in places.schemes) & ~spelt
    if pointed.any():
        told.loc[pointed, "reason"] = _of_points(places, rows[pointed])
        told.loc[pointed, "scheme"] = POINT
        told.loc[pointed, "place"] = _points(rows[pointed])
    country = rows["country"] if "country" in rows.columns else pd.Series(None, index=rows.index, dtype=object)
    return told.assign(country=country.astype(object).where(country.notna(), "").map(str))


def meant(places: Places, scheme: str, place: str) -> str:
    """The code that is most like one that no unit has, in another spelling first; empty where none is like it."""
    if scheme == "unit":
        found = places.names.find(place)
        if found:
            return ", ".join(places.names.codes[at] for at in found)
    codes = places.codes.get(scheme, {})
    folded = folded_key(place)
    alike = next((code for code in codes if folded_key(code) == folded), None) or nearest(place, codes)
    if alike or scheme != "unit":
        return alike or ""
    named = dict(zip(places.names.names, places.names.codes, strict=True))
    return named.get(nearest(place, named) or "", "")


def _of_code(places: Places, scheme: str, value: Any, match: Match) -> str:
    if known_code(places.left_out.get(scheme, ()), scheme, value):
        return LEFT_OUT
    if not places.codes.get(scheme):
        return OTHER_PLACE
    if scheme == "unit" and (found := places.names.find(code_text(value))):
        return AMBIGUOUS if len(found) > 1 else SPELLING if match == "exact" else UNKNOWN
    return UNKNOWN


def _of_points(places: Places, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Points that no unit takes: in reach of one of another country, or beyond all."""
    outside = OUTSIDE if not len(places.polygons) else OUTSIDE_BOTH if len(places.centres) else OUTSIDE_POLYGONS
    if "country" not in rows.columns:
        return np.full(len(rows), outside, dtype=object)
    anywhere = places.nearest(rows.drop(columns="country")) != NOWHERE
    known = {*places.centres.country}.union(*places.centres.also)
    forms = {_form(each) for each in known if each}
    foreign = [FOREIGN if each in known or _form(each) in forms else STRANGE for each in rows["country"]]
    return np.where(anywhere, np.array(foreign, dtype=object), outside)


def _form(country: Any) -> tuple[int, bool]:
    """What codes of one standard share: `DEU` and `FRA` are alike, `Germany` and `deu` are of other forms."""
    return len(str(country)), str(country).isupper()


def _points(rows: pd.DataFrame) -> list[str]:
    """Points in words, rounded to about a kilometre: `18.52N 73.86E`."""
    return [
        f"{abs(lat):.2f}{'S' if lat < 0 else 'N'} {abs(lon):.2f}{'W' if lon < 0 else 'E'}"
        for lat, lon in zip(rows["lat"], rows["lon"], strict=True)
    ]
