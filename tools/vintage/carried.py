"""The tables of the vintage that is built in, as its builder finished them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hubrank_almanac import DATA, TABLES

from tools.vintage.rows import Account, Table


def carried(folder: Path = DATA) -> dict[str, Table]:
    """The tables by name, in their order, with what became of their inputs' rows.

    Args:
        folder: Where they lie.
    """
    report = pd.read_csv(folder / "report.csv", keep_default_na=False)
    accounts: dict[str, list[Account]] = {table.name: [] for table in TABLES}
    for line in report.to_dict("records"):
        accounts[line["table"]].append(
            Account(
                table=line["table"],
                input=line["input"],
                unit_of_measure=line["unit_of_measure"],
                origin=line["origin"],
                rows=line["rows"],
                placed=line["rows_placed"],
                amount=line["amount"],
                amount_placed=line["amount_placed"],
                remark=line["remark"],
            )
        )
    order = dict.fromkeys(report["table"])  # as the builder wrote them
    return {name: Table(name, _rows(folder, name), accounts[name]) for name in order}


def _rows(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False).astype(object)
