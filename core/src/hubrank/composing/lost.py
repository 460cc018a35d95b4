"""What a reader is told of rows that lie in no unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.basis.language import grouped, plural, worded
from hubrank.basis.words import counted, enumerated
from hubrank.measuring.lost import KEYS, OTHERS, share_text, shares, sum_column
from hubrank.measuring.measurement import InputReport
from hubrank.scenario.nowhere import EXPECTED, SPELLING

if TYPE_CHECKING:
    import pandas as pd

#: The file of a run that holds the account.
FILE = "lost.csv"


def lost_table(inputs: Sequence[InputReport]) -> pd.DataFrame:
    """One row an input, reason and place: the columns of `lost.csv`.

    `input`, `reason`, `scheme`, `place`, `country`, `rows`, `sum_AMOUNT` for each amount of any input, `suggestion`.
    """
    import pandas as pd

    sums = sorted({name for each in inputs for name in each.lost.columns if name.startswith("sum_")})
    there = [
        pd.concat([pd.Series(each.name, each.lost.index, name="input"), each.lost], axis=1)
        for each in inputs
        if len(each.lost)
    ]
    joined = pd.concat(there, ignore_index=True) if there else pd.DataFrame()
    return joined.reindex(columns=["input", *KEYS, "rows", *sums, "suggestion"])


def lost_by_reason(report: InputReport) -> Mapping[str, Mapping[str, Any]]:
    """For each reason the rows, the sum of each amount, and its share of all that the input gave."""
    made = {}
    for reason, account in report.lost.groupby("reason"):
        sums = {name: float(account[sum_column(name)].sum()) for name in report.amounts}
        found = shares(report.rows, report.amounts, account)
        of_amounts = {name: found[name] for name in report.amounts if name in found}
        made[str(reason)] = {"rows": int(account["rows"].sum()), "amounts": sums, "shares": of_amounts}
    return made


def lost_text(inputs: Sequence[InputReport]) -> str:
    """What is lost, in one line: what may be a mistake first, then what lies outside the units; empty for nothing."""
    mistakes, outside = _losses(inputs, expected=False), _losses(inputs, expected=True)
    told = [_mistakes(mistakes)] if mistakes else []
    told += [_outside(outside)] if outside else []
    return worded("{losses} ({file})", losses="; ".join(told), file=FILE) if told else ""


def folded_text(inputs: Sequence[InputReport]) -> str:
    """Which inputs have rows whose unit was found by another spelling; empty where none has."""
    told = [_rows_of(each, each.folded) for each in inputs if each.folded]
    return worded("unit found by another spelling: {rows}", rows=", ".join(told)) if told else ""


def undated_text(inputs: Sequence[InputReport]) -> str:
    """Which inputs have rows without a year beside rows with one; empty where none has."""
    told = [_rows_of(each, each.undated) for each in inputs if each.undated]
    return worded("without a year, so counted in every edition: {rows}", rows=", ".join(told)) if told else ""


def _rows_of(report: InputReport, number: int) -> str:
    return worded("{rows} of {input}", rows=counted(number, "row"), input=report.name)


def blank_text(blank: Mapping[str, Sequence[str]]) -> str:
    """Which units only an empty cell in a column of `units.where` leaves out; empty where there are none."""
    told = [
        worded(
            "{units} without {column} ({codes})",
            units=counted(len(codes), "unit"),
            column=column,
            codes=enumerated(codes, 3),
        )
        for column, codes in blank.items()
    ]
    return worded("left out by units.where: {units}", units=", ".join(told)) if told else ""


@frozen(kw_only=True, eq=False)
class _Loss:
    """What an input lost for reasons of one kind.

    Attributes:
        report: The input.
        account: The rows of its account.
        amount: The amount of which the largest share is lost; empty where rows have none.
        share: That share, or the rows'.
    """

    report: InputReport
    account: pd.DataFrame
    amount: str
    share: float


def _losses(inputs: Sequence[InputReport], *, expected: bool) -> list[_Loss]:
    """What the inputs lost, the largest share first."""
    made = []
    for each in inputs:
        account = each.lost[each.lost["reason"].isin(EXPECTED) == expected]
        if len(account):
            found = shares(each.rows, each.amounts, account)
            amount = max(sorted(name for name in found if name or len(found) == 1), key=found.__getitem__)
            made.append(_Loss(report=each, account=account, amount=amount, share=found[amount]))
    return sorted(made, key=lambda loss: -loss.share)


def _mistakes(losses: Sequence[_Loss]) -> str:
    """The worst input by its share, rows and largest place, and how many others there are."""
    worst = losses[0]
    rows = counted(int(worst.account["rows"].sum()), "row")
    told = {"share": _part(worst), "rows": rows, "largest": _largest(worst)}
    if len(losses) == 1:
        return worded("in no unit: {share} ({rows}), {largest}", **told)
    return plural(
        len(losses) - 1,
        "in no unit: {share} ({rows}), {largest}; and of {count} other input",
        "in no unit: {share} ({rows}), {largest}; and of {count} other inputs",
        **told,
    )


def _largest(loss: _Loss) -> str:
    """The largest place, and what would read it."""
    first = loss.account.iloc[0]
    place, meant = first["place"], first["suggestion"]
    if first["scheme"] == OTHERS or not place:
        return worded(str(first["reason"]))
    if first["reason"] == SPELLING:
        key = f'inputs.{loss.report.name}.match = "folded"'
        return worded("'{place}'; set {key} to read it as '{meant}'", place=place, key=key, meant=meant)
    if meant:
        return worded("'{place}', did you mean '{meant}'?", place=place, meant=meant)
    return worded("{reason} '{place}'", reason=worded(str(first["reason"])), place=place)


def _outside(losses: Sequence[_Loss]) -> str:
    """The two inputs with the most outside the units, and how many others there are."""
    told = ", ".join(map(_part, losses[:2]))
    if len(losses) <= 2:
        return worded("outside the units: {shares}", shares=told)
    return worded("outside the units: {shares}, {count} more", shares=told, count=grouped(len(losses) - 2))


def _part(loss: _Loss) -> str:
    """A share and what it is of: `2.5 % of startups`, `93 % of pct (patents)`, `6 % of the rows (works)`."""
    told = {"share": share_text(loss.share), "amount": loss.amount, "input": loss.report.name}
    if not loss.amount:
        return worded("{share} of the rows ({input})", **told)
    if loss.amount == loss.report.name:
        return worded("{share} of {amount}", **told)
    return worded("{share} of {amount} ({input})", **told)
