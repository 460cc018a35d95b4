"""Rows in no unit: reasons, account, limits."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from hubrank.errors import Problem, fold_name, nearest, number_of, shorten_list
from hubrank.i18n import ENGLISH, format_number, gettext, gettext_noop, use_language
from hubrank.measurement.measurement import RowsRead
from hubrank.numeric import sums_by
from hubrank.plugin.sources import Window
from hubrank.plugin.units import SCHEMES
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.places import NOWHERE, Match, Places, code_text, has_point, known_code

#: Reasons, in English as files have them. The first five are what a table of the whole world looks like beside units of
#: a part of it.
OUTSIDE = gettext_noop("outside every radius")
OUTSIDE_POLYGONS = gettext_noop("outside every polygon")
OUTSIDE_BOTH = gettext_noop("outside every polygon and radius")
LEFT_OUT = gettext_noop("unit not ranked")
FOREIGN = gettext_noop("inside a radius, of another unit's country")
STRANGE = gettext_noop("inside a radius, country spelled differently")
SPELLING = gettext_noop("other spelling")
AMBIGUOUS = gettext_noop("name of several units")
UNKNOWN = gettext_noop("unknown code")
OTHER_PLACE = gettext_noop("no usable place")
NO_PLACE = gettext_noop("no place")

#: The scheme of a latitude and a longitude.
POINT = gettext_noop("point")

EXPECTED = (OUTSIDE, OUTSIDE_POLYGONS, OUTSIDE_BOTH, LEFT_OUT, FOREIGN)


def why_nowhere(places: Places, rows: pd.DataFrame, match: Match) -> pd.DataFrame:
    """Why rows lie in no unit.

    Args:
        rows: Rows with place columns that lie in no unit, best each of them once.

    Returns:
        `reason, scheme, place, country`, texts, in the rows' order. The scheme is that of the code which is not
        known, `POINT` of a latitude and a longitude, or empty.
    """
    reasons = pd.DataFrame({"reason": NO_PLACE, "scheme": "", "place": ""}, index=rows.index, dtype=object)
    schemes = sorted(
        (scheme for scheme in SCHEMES if scheme in rows.columns), key=lambda item: not places.codes.get(item)
    )
    for scheme in reversed(schemes):  # the first place column that units have decides
        there = (rows[scheme].notna() & (rows[scheme] != "")).to_numpy()
        known = {value: _of_code(places, scheme, value, match) for value in rows.loc[there, scheme].unique()}
        reasons.loc[there, "reason"] = rows.loc[there, scheme].map(known)
        reasons.loc[there, "scheme"] = scheme
        reasons.loc[there, "place"] = rows.loc[there, scheme].map(code_text)
    spelt = reasons["reason"].isin((SPELLING, AMBIGUOUS)).to_numpy()
    pointed = has_point(rows) & ("lat" in places.schemes) & ~spelt
    if pointed.any():
        points = rows[pointed]
        reasons.loc[pointed, "reason"] = _of_points(places, points)
        reasons.loc[pointed, "scheme"] = POINT
        reasons.loc[pointed, "place"] = [  # rounded to about a kilometre: `18.52N 73.86E`
            f"{abs(lat):.2f}{'S' if lat < 0 else 'N'} {abs(lon):.2f}{'W' if lon < 0 else 'E'}"
            for lat, lon in zip(points["lat"], points["lon"], strict=True)
        ]
    country = rows["country"] if "country" in rows.columns else pd.Series(None, index=rows.index, dtype=object)
    return reasons.assign(country=country.astype(object).where(country.notna(), "").map(str))


def meant(places: Places, scheme: str, place: str) -> str:
    """The code that is most like one that no unit has, in another spelling first; empty if none is like it."""
    if scheme == "unit" and (found := places.names.find(place)):
        return ", ".join(places.names.codes[at] for at in found)
    codes = places.codes.get(scheme, {})
    folded = fold_name(place)
    alike = next((code for code in codes if fold_name(code) == folded), None) or nearest(place, codes)
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
    """Points in no unit: within the radius of one of another country, or beyond all."""
    outside = (
        OUTSIDE if not len(places.polygons.unit) else OUTSIDE_BOTH if len(places.centres.unit) else OUTSIDE_POLYGONS
    )
    if "country" not in rows.columns:
        return np.full(len(rows), outside, dtype=object)
    anywhere = places.nearest(rows.drop(columns="country")) != NOWHERE
    known = {*places.centres.country}.union(*places.centres.also)
    # codes of one standard have one form: `DEU` and `FRA`; `Germany` and `deu` have other forms
    forms = {(len(item), item.isupper()) for item in known if item}
    countries = [str(item) for item in rows["country"]]
    foreign = [FOREIGN if item in known or (len(item), item.isupper()) in forms else STRANGE for item in countries]
    return np.where(anywhere, np.array(foreign, dtype=object), outside)


#: The columns that distinguish unassigned places.
KEYS = ("reason", "scheme", "place", "country")
#: The scheme of the row that holds, for a reason, the places that were too many to be kept one by one.
OTHERS = gettext_noop("others")

#: The most places kept one by one, the largest; and the extra ones while counting, so that small ones can grow.
_KEPT, _HELD = 1000, 100_000
#: The most codes, the largest, that are compared with all known ones.
_COMPARED = 50
#: The most places named in an error.
_TOLD = 5
#: Shares below this are reported as such.
_LEAST = 1e-4


def sum_column(amount: str) -> str:
    """The column of the account that holds the sum of an amount."""
    return f"sum_{amount}"


def unmatched_account(columns: Mapping[str, Sequence[Any]], amounts: Collection[str]) -> pd.DataFrame:
    """An account from lists: `reason, scheme, place, country, rows`, sums of amounts, `suggestion` where given."""
    sums = dict.fromkeys((sum_column(name) for name in sorted(amounts)), float)
    kinds: dict[str, Any] = {**dict.fromkeys(KEYS, object), "rows": "int64", **sums, "suggestion": object}
    return pd.DataFrame({name: pd.Series(columns[name], dtype=kinds[name]) for name in kinds if name in columns})


def no_unmatched(amounts: Collection[str]) -> pd.DataFrame:
    """An account without rows."""
    sums = [sum_column(name) for name in amounts]
    return unmatched_account(dict.fromkeys([*KEYS, "rows", *sums, "suggestion"], ()), amounts)


def unmatched_rows(reasons: pd.DataFrame, bound: BoundInput, tally: pd.DataFrame) -> pd.DataFrame:
    """The account of places that lie in no unit, without suggestions.

    Args:
        reasons: Why each of them does, as `why_nowhere` gives it.
        tally: Distinct places with their `rows` and the sum of each amount.
    """
    amounts = sorted(name for name, cls in bound.columns.items() if cls is float)
    return _summed(reasons.assign(**{name: tally[name] for name in ("rows", *map(sum_column, amounts))}))


def merge_accounts(accounts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Merge accounts; small places are combined if there are too many to hold."""
    merged = _summed(pd.concat(accounts, ignore_index=True)) if len(accounts) > 1 else accounts[0]
    return merged if len(merged) <= _HELD else _cut(merged, _HELD // 2)


def close_account(places: Places, account: pd.DataFrame) -> pd.DataFrame:
    """The largest places of an account one by one, those of codes with suggestions, the rest by reason."""
    largest = _cut(account, _KEPT)
    suggestions = np.full(len(largest), "", dtype=object)
    codes = largest["reason"].isin((UNKNOWN, SPELLING, AMBIGUOUS)) & (largest["scheme"] != OTHERS)
    for at in np.flatnonzero(codes)[:_COMPARED]:
        suggestions[at] = meant(places, largest["scheme"].iloc[at], largest["place"].iloc[at])
    return largest.assign(suggestion=suggestions).astype(dict.fromkeys((*KEYS, "suggestion"), object))


def shares(read: RowsRead, account: pd.DataFrame) -> Mapping[str, float]:
    """The share of an input's rows, under an empty name, and of each amount that a part of its account makes up."""
    totals = {name: abs(inside) + abs(outside) for name, (inside, outside) in read.amounts.items()}
    of_amounts = {
        name: abs(float(account[sum_column(name)].sum())) / total
        for name, total in totals.items()
        if 0 < total < math.inf
    }
    return {"": float(account["rows"].sum()) / read.rows, **of_amounts}


def outside_shares(
    years: pd.DataFrame, seen: Window, kind: Literal["flow", "stock"], leave_out: Collection[str]
) -> Mapping[str, float]:
    """The share of each amount that lies outside the units, of the rows that an edition is made of.

    Of a stock, and of a flow of which the newest period counts, these are the rows of the newest year.

    Args:
        years: As `Sums` has them.
        seen: The years that the edition sees.
        leave_out: Amounts that do not add up over places.
    """
    year, where = (years[name].to_numpy() for name in ("year", "outside"))
    first = year[year <= seen.last].max(initial=-math.inf) if seen.ages(kind) else seen.first
    known = np.isnan(year) | (year >= (-math.inf if first is None else first)) & (year <= seen.last)
    result = {}
    for name in years.columns.difference(["year", "outside", *leave_out], sort=False):
        values = years[name].to_numpy()
        outside, inside = (abs(float(np.nansum(values[known & rows]))) for rows in (where, ~where))
        if outside and outside + inside < math.inf:
            result[str(name)] = outside / (outside + inside)
    return result


def over_limit(bound: BoundInput, read: RowsRead) -> Problem | None:
    """The problem of an input that lost more than its `max_unassigned`; None if it did not."""
    limit, lost_shares = bound.choice.max_unassigned, shares(read, read.unassigned)
    if limit is None or max(lost_shares.values()) <= limit:
        return None
    worst = max(lost_shares, key=lambda name: lost_shares[name])
    with use_language(ENGLISH):
        lost, allowed = share_text(lost_shares[worst]), share_text(limit)
    what = (
        f"{lost} of {worst or 'the rows'} is not assigned to a unit, more than the {allowed} allowed; the largest: "
        f"{largest(bound.name, read.unassigned)}"
    )
    return Problem(f"inputs.{bound.name}.max_unassigned", what)


def largest(name: str, account: pd.DataFrame) -> str:
    """The largest places of an input's account in words: `unit 'pne' (unknown code, 1 row; did you mean 'pnq'?)`."""
    texts = []
    for _, row in account.head(_TOLD).iterrows():
        text = f"{row['reason']}, {number_of(int(row['rows']), 'row')}"
        if row["suggestion"]:
            codes = shorten_list([f"'{code}'" for code in row["suggestion"].split(", ")])
            text = f"{text}; did you mean {codes}?"
        place = f"{row['scheme']} '{row['place']}'" if row["place"] else row["scheme"]
        texts.append(f"{place} ({text})" if place else text)
    if (account["reason"] == SPELLING).any():
        texts.append(f'inputs.{name}.match = "folded" reads other spellings')
    return "; ".join(texts)


def share_text(share: float) -> str:
    """A share in per cent, with two significant digits: `2.5 %`, `57 %`; never all or nothing if it is neither."""
    if share and share < _LEAST:
        return gettext("under {number} %", number=format_number("0.01"))
    text = f"{float(f'{100 * share:.2g}'):g}"
    if text == "100" and share < 1:
        return gettext("over {number} %", number="99")
    return gettext("{number} %", number=format_number(text))


def _summed(account: pd.DataFrame) -> pd.DataFrame:
    sums = [name for name in account.columns if name not in KEYS]
    return sums_by(account, list(KEYS), sums)


def _cut(account: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest places, by their rows and sums together, and one row for the others of each reason."""
    sums = account[[name for name in account.columns if name not in KEYS]].abs().astype(float)
    size = (sums / sums.sum().replace(0.0, 1.0)).sum(axis="columns").where(account["scheme"] != OTHERS, -1.0)
    ordered = account.iloc[np.argsort(-size.to_numpy(), kind="stable")].reset_index(drop=True)
    if len(ordered) <= most:
        return ordered
    others = _summed(ordered.iloc[most:].assign(scheme=OTHERS, place="", country=""))
    return pd.concat([ordered.iloc[:most], others], ignore_index=True)
