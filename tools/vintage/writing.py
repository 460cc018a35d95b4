"""Writes a vintage of the almanac: its tables, their producers, the unlocated rows, and the account of each input."""

import json
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from tools.vintage.judging import COLUMNS, Hubs, newest
from tools.vintage.rows import Table

BESIDE_KM = 150.0


def files_of(tables: Sequence[Table], origins: str, hubs: Hubs, now: int) -> dict[str, bytes]:
    """The files of a vintage by name: the same bytes for the same tables and origins (who made them, as TOML)."""
    shape, report = {}, []
    for table in tables:
        places = table.rows[["geonames", "lat", "lon"]].drop_duplicates()
        shape[table.name] = {"rows": len(table.rows), "places": len(places)}
        report += [
            {
                "table": item.table,
                "origin": item.origin,
                "input": item.input,
                "unit_of_measure": item.unit_of_measure,
                "rows": item.rows,
                "rows_placed": item.placed,
                "rows_not_placed": item.rows - item.placed,
                "amount": round(float(item.amount), 2),
                "amount_placed": round(float(item.amount_placed), 2),
                "amount_not_placed": item.amount_lost,
                "remark": item.remark,
            }
            for item in table.accounts
        ]
    lost = list(losses({table.name: table for table in tables}, hubs, now))
    frames = {table.name: table.rows for table in tables}
    frames |= {"losses": pd.DataFrame(lost), "report": pd.DataFrame(report)}
    result = {f"{name}.csv": frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}
    result |= {"origins.toml": origins}
    result["report.json"] = json.dumps({"tables": shape, "inputs": report}, indent=1) + "\n"
    return {name: text.encode() for name, text in result.items()}


def losses(tables: Mapping[str, Table], hubs: Hubs, now: int) -> Iterator[dict[str, object]]:
    """Losses by table and input, and by table and the hub of the country within `BESIDE_KM` beside which they lie."""
    for table in tables.values():
        for account in table.accounts:
            if (rows := account.rows - account.placed) > 0:
                whole = round(float(account.amount), 2)
                yield _loss(table.name, account.input, "no place", "", rows, account.amount_lost, whole)
    for column in COLUMNS:
        rows = newest(tables[column.table], column.name, now)
        rows = rows[rows["amount"] > 0]
        out = rows[[not hubs.of(place) for place in rows["place"]]]
        nearest = [hubs.beside(place) for place in out["place"]]
        for hub, amounts in out["amount"].groupby([hub if km <= BESIDE_KM else "" for hub, km in nearest]):
            amount, whole = float(amounts.sum()), float(rows["amount"].sum())
            yield _loss(column.table, column.name, "outside every hub", str(hub), len(amounts), amount, whole)


def _loss(table: str, of: str, reason: str, beside: str, rows: int, amount: float, whole: float) -> dict[str, object]:
    share = round(100 * amount / whole, 2) if whole else 0.0
    words = {"table": table, "input": of, "reason": reason, "beside_hub": beside}
    return words | {"rows": rows, "amount": round(amount, 2), "per_cent": share}
