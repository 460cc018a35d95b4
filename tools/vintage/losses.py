"""What was lost on the way: rows without a place, and places in no hub."""

from collections.abc import Iterator, Mapping

from tools.vintage.judging.figures import COLUMNS, newest
from tools.vintage.judging.hubs import Hubs
from tools.vintage.rows import Table

BESIDE_KM = 150.0
NO_PLACE = "no place"
OUTSIDE = "outside every hub"


def losses(tables: Mapping[str, Table], hubs: Hubs, now: int) -> Iterator[dict[str, object]]:
    """Losses by table and input, and by table and the hub beside which they lie.

    Args:
        tables: Finished tables by name.
        hubs: The hubs of the default unit set.
        now: The year of today.

    Yields:
        Lines with the table, the input or figure, the reason, the hub beside (the hub of the same country within
        `BESIDE_KM` of the place; else empty), rows (or places), the amount, and its share of the whole.
    """
    for table in tables.values():
        for account in table.accounts:
            amount = account.amount - account.amount_placed
            if account.rows > account.placed:
                rows = account.rows - account.placed
                yield _line(table.name, account.input, NO_PLACE, "", rows, amount, account.amount)
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
        yield _line(table.name, column, OUTSIDE, str(hub), len(amounts), float(amounts.sum()), whole)


def _line(table: str, of: str, reason: str, beside: str, rows: int, amount: float, whole: float) -> dict[str, object]:
    share = round(100 * amount / whole, 2) if whole else 0.0
    words = {"table": table, "input": of, "reason": reason, "beside_hub": beside}
    return words | {"rows": rows, "amount": round(amount, 2), "per_cent": share}
