"""The account of rows that lie in no unit: by reason and place, with their sums, bounded in memory."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.errors import Problem, listed, number_of
from hubrank.basis.language import ENGLISH, marked, numeral, speaking, worded
from hubrank.contract.sources import PLACE_COLUMNS
from hubrank.measuring.adding import sums_by
from hubrank.scenario.nowhere import AMBIGUOUS, SPELLING, UNKNOWN, meant, why_nowhere

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.places import Places

#: What tells one lost place from another.
KEYS = ("reason", "scheme", "place", "country")
#: The scheme of the row that holds, for a reason, the places that were too many to be kept one by one.
OTHERS = marked("others")

#: So many places are kept one by one, the largest; while counting, so many more that small ones can still grow.
_KEPT, _HELD = 1000, 100_000
#: So many codes, the largest, are compared with all that are known.
_COMPARED = 50
#: So many places are named in an error.
_TOLD = 5
#: Shares below it are told as such.
_LEAST = 1e-4


def sum_column(amount: str) -> str:
    """The column of the account that holds the sum of an amount."""
    return f"sum_{amount}"


def account_of(kept: Mapping[str, Sequence[Any]], amounts: Collection[str]) -> pd.DataFrame:
    """An account from lists: `reason, scheme, place, country, rows`, a sum for each amount, `suggestion`."""
    import pandas as pd

    sums = dict.fromkeys((sum_column(name) for name in sorted(amounts)), float)
    kinds: dict[str, Any] = {**dict.fromkeys(KEYS, object), "rows": "int64", **sums, "suggestion": object}
    return pd.DataFrame({name: pd.Series(kept[name], dtype=kind) for name, kind in kinds.items()})


def nothing_lost(amounts: Collection[str]) -> pd.DataFrame:
    """An account without rows."""
    return account_of(defaultdict(list), amounts)


def lost_rows(places: Places, bound: BoundInput, tally: pd.DataFrame) -> pd.DataFrame:
    """The account of places that lie in no unit, without suggestions.

    Args:
        places: Where units lie.
        bound: The input.
        tally: Distinct places with their `rows` and the sum of each amount.
    """
    sums = [sum_column(name) for name in sorted(name for name, cls in bound.columns.items() if cls is float)]
    if not len(tally):
        return nothing_lost([name for name, cls in bound.columns.items() if cls is float]).drop(columns="suggestion")
    columns = [name for name in PLACE_COLUMNS if name in tally.columns]
    told = why_nowhere(places, tally[columns], bound.choice.match)
    return _summed(told.assign(**{name: tally[name] for name in ("rows", *sums)}))


def merged(accounts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several accounts as one; what is small is put together when there are too many places to hold."""
    import pandas as pd

    there = [each for each in accounts if len(each)]
    made = _summed(pd.concat(there, ignore_index=True)) if len(there) > 1 else (there or accounts)[0]
    return made if len(made) <= _HELD else _cut(made, _HELD // 2)


def closed(places: Places, account: pd.DataFrame) -> pd.DataFrame:
    """The largest places of an account one by one, those of codes with what they may have meant, the rest by reason."""
    made = _cut(account, _KEPT) if len(account) else account
    suggestions = np.full(len(made), "", dtype=object)
    asked = np.flatnonzero(made["reason"].isin((UNKNOWN, SPELLING, AMBIGUOUS)) & (made["scheme"] != OTHERS))
    for at in asked[:_COMPARED]:
        suggestions[at] = meant(places, made["scheme"].iloc[at], made["place"].iloc[at])
    return made.assign(suggestion=suggestions).astype(dict.fromkeys((*KEYS, "suggestion"), object))


def shares(rows: int, amounts: Mapping[str, tuple[float, float]], account: pd.DataFrame) -> Mapping[str, float]:
    """The share of the rows, under an empty name, and of each amount that an account, or a part of one, makes up.

    Args:
        rows: How many rows the source gave.
        amounts: For each amount the sum inside and outside the units.
        account: The account.
    """
    whole = {name: abs(inside) + abs(outside) for name, (inside, outside) in amounts.items()}
    found = {
        name: abs(float(account[sum_column(name)].sum())) / total
        for name, total in whole.items()
        if 0 < total < math.inf
    }
    return {"": float(account["rows"].sum()) / rows, **found}


def over_limit(
    bound: BoundInput, rows: int, amounts: Mapping[str, tuple[float, float]], account: pd.DataFrame
) -> Problem | None:
    """The problem of an input that lost more than its `max_lost`; none where it did not."""
    limit, lost_shares = bound.choice.max_lost, shares(rows, amounts, account)
    if limit is None or max(lost_shares.values()) <= limit:
        return None
    worst = max(lost_shares, key=lambda name: lost_shares[name])
    with speaking(ENGLISH):
        lost, allowed = share_text(lost_shares[worst]), share_text(limit)
    told = (
        f"{lost} of {worst or 'the rows'} lies in no unit, more than the {allowed} allowed; the largest: "
        f"{largest(bound.name, account)}"
    )
    return Problem(f"inputs.{bound.name}.max_lost", told)


def largest(name: str, account: pd.DataFrame) -> str:
    """The largest places of an input's account in words: `unit 'pne' (unknown code, 1 row; did you mean 'pnq'?)`."""
    told = "; ".join(_place_text(row) for _, row in account.head(_TOLD).iterrows())
    spelt = (account["reason"] == SPELLING).any()
    key = f'inputs.{name}.match = "folded"'
    return f"{told}; {key} reads other spellings" if spelt else told


def _place_text(row: pd.Series) -> str:
    scheme = row["scheme"]
    what = f"{scheme} '{row['place']}'" if row["place"] else scheme
    reason, rows = row["reason"], number_of(int(row["rows"]), "row")
    told = f"{reason}, {rows}"
    if row["suggestion"]:
        codes = listed([f"'{code}'" for code in row["suggestion"].split(", ")])
        told = f"{reason}, {rows}; did you mean {codes}?"
    return f"{what} ({told})" if what else told


def share_text(share: float) -> str:
    """A share in per cent, with two figures that count: `2.5 %`, `57 %`; never a whole or a nothing that is none."""
    if share and share < _LEAST:
        return worded("under {number} %", number=numeral("0.01"))
    text = f"{float(f'{100 * share:.2g}'):g}"
    if text == "100" and share < 1:
        return worded("over {number} %", number="99")
    return worded("{number} %", number=numeral(text))


def _summed(account: pd.DataFrame) -> pd.DataFrame:
    sums = [name for name in account.columns if name not in KEYS]
    return sums_by(account, list(KEYS), sums)


def _cut(account: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest places, by their rows and sums together, and one row for the others of each reason."""
    sums = account[[name for name in account.columns if name not in KEYS]].abs().astype(float)
    size = (sums / sums.sum().replace(0.0, 1.0)).sum(axis="columns").where(account["scheme"] != OTHERS, -1.0)
    ordered = account.iloc[np.argsort(-size.to_numpy(), kind="stable")]
    kept, rest = ordered.iloc[:most], ordered.iloc[most:]
    if not len(rest):
        return ordered.reset_index(drop=True)
    import pandas as pd

    rest = _summed(rest.assign(scheme=OTHERS, place="", country=""))
    return pd.concat([kept, rest], ignore_index=True)
