"""Writes a vintage of the almanac: its tables, who made them, what was lost, and what became of each input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from tools.vintage.judging import COLUMNS, Hubs, newest
from tools.vintage.rows import Account, Table

BESIDE_KM = 150.0
NO_PLACE = "no place"
OUTSIDE = "outside every hub"


def files_of(tables: Sequence[Table], origins: str, hubs: Hubs, now: int) -> dict[str, bytes]:
    """The files of a vintage by name: the same bytes for the same tables and origins (who made them, as TOML)."""
    lost = list(losses({table.name: table for table in tables}, hubs, now))
    report = [_account_line(account) for table in tables for account in table.accounts]
    result = {f"{table.name}.csv": _as_csv([list(table.rows), *table.rows.to_numpy().tolist()]) for table in tables}
    result["origins.toml"] = origins
    result["losses.csv"] = _as_csv([list(lost[0]), *(list(line.values()) for line in lost)])
    result["report.csv"] = _as_csv([list(report[0]), *(list(line.values()) for line in report)])
    result["report.json"] = json.dumps(_summary(tables, report), indent=1) + "\n"
    return {name: text.encode() for name, text in result.items()}


def _as_csv(lines: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _account_line(account: Account) -> dict[str, object]:
    return {
        "table": account.table,
        "origin": account.origin,
        "input": account.input,
        "unit_of_measure": account.unit_of_measure,
        "rows": account.rows,
        "rows_placed": account.placed,
        "rows_not_placed": account.rows - account.placed,
        "amount": round(float(account.amount), 2),
        "amount_placed": round(float(account.amount_placed), 2),
        "amount_not_placed": round(float(account.amount - account.amount_placed), 2),
        "remark": account.remark,
    }


def _summary(tables: Sequence[Table], report: list[dict[str, object]]) -> dict[str, object]:
    shape = {}
    for table in tables:
        places = table.rows[["geonames", "lat", "lon"]].drop_duplicates()
        shape[table.name] = {"rows": len(table.rows), "places": len(places)}
    return {"tables": shape, "inputs": report}


def losses(tables: Mapping[str, Table], hubs: Hubs, now: int) -> Iterator[dict[str, object]]:
    """Losses by table and input, and by table and the hub beside which they lie.

    Lines have the table, the input or figure, the reason, the hub beside (the hub of the same country within
    `BESIDE_KM` of the place; else empty), rows (or places), the amount, and its share of the whole.
    """
    for table in tables.values():
        for account in table.accounts:
            amount = account.amount - account.amount_placed
            if account.rows > account.placed:
                rows = account.rows - account.placed
                yield _loss(table.name, account.input, NO_PLACE, "", rows, amount, account.amount)
    for column in COLUMNS:
        if not column.best:
            yield from _outside(tables[column.table], column.name, hubs, now)


def _outside(table: Table, column: str, hubs: Hubs, now: int) -> Iterator[dict[str, object]]:
    rows = newest(table, column, now)
    rows = rows[rows["amount"] > 0]
    whole = float(rows["amount"].sum())
    out = rows[[not hubs.of(place) for place in rows["place"]]]
    nearest = [hubs.beside(place) for place in out["place"]]
    beside = out["amount"].groupby([near.hub if near.km <= BESIDE_KM else "" for near in nearest])
    for hub, amounts in beside:
        yield _loss(table.name, column, OUTSIDE, str(hub), len(amounts), float(amounts.sum()), whole)


def _loss(table: str, of: str, reason: str, beside: str, rows: int, amount: float, whole: float) -> dict[str, object]:
    share = round(100 * amount / whole, 2) if whole else 0.0
    words = {"table": table, "input": of, "reason": reason, "beside_hub": beside}
    return words | {"rows": rows, "amount": round(amount, 2), "per_cent": share}
