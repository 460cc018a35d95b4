"""Writes a vintage of the almanac: its tables, who made them, what was lost, and what became of each input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from tools.vintage.judging.hubs import Hubs
from tools.vintage.losses import losses
from tools.vintage.rows import Account, Table


def files_of(tables: Sequence[Table], origins: str, hubs: Hubs, now: int) -> dict[str, bytes]:
    """The files of a vintage by name: the same bytes for the same tables.

    Args:
        tables: Finished tables, in their order.
        origins: Who made them, as TOML.
        hubs: The hubs of the default unit set.
        now: The year of today.
    """
    lost = list(losses({table.name: table for table in tables}, hubs, now))
    report = [_line(account) for table in tables for account in table.accounts]
    made = {f"{table.name}.csv": _as_csv([list(table.rows), *table.rows.to_numpy().tolist()]) for table in tables}
    made["origins.toml"] = origins
    made["losses.csv"] = _as_csv([list(lost[0]), *(list(line.values()) for line in lost)])
    made["report.csv"] = _as_csv([list(report[0]), *(list(line.values()) for line in report)])
    made["report.json"] = json.dumps(_summary(tables, report), indent=1) + "\n"
    return {name: text.encode() for name, text in made.items()}


def _as_csv(lines: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _line(account: Account) -> dict[str, object]:
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
