"""A small ranking that the kit makes, for what needs a whole one."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hubrank.basis.files import temporary
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.origins import Origin
from hubrank.contract.sources import DataSource, Request, Table
from hubrank.contract.units import UnitSet
from hubrank.runs.running import rank
from hubrank.testing.workshops import built_in

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.composing.ranking import Ranking

_SCENARIO = """
title = "Five lands"
editions = [2023, 2024]
units = { set = "lands" }
inputs = { figures = { source = "figures" } }
dimensions = { research = {}, industry = { weight = 2 } }
normalisation = "min-max"
aggregation = "arithmetic"
missing = { rule = "renormalise" }
ranking = { tiers = [1, 3] }

[indicators]
papers = { indicator = "value", dimension = "research", inputs = { values = "figures" } }
prizes = { indicator = "value", dimension = "research", inputs = { values = "figures" } }
firms = { indicator = "value", dimension = "industry", inputs = { values = "figures" } }
"""

_NAMES = {"AAA": 'Åland, the "first"', "BBB": "Beland", "CCC": "Celand", "DDD": "Deland", "EEE": "Eland & Sons"}


@functools.cache
def small_ranking() -> Ranking:
    """Five lands in two editions: two dimensions, a tie, a gap, an unranked land, names with odd characters."""
    with temporary() as folder:
        path = Path(folder) / "lands.toml"
        path.write_text(_SCENARIO, encoding="utf-8")
        return rank(str(path), built_in(_plugin()))


def _plugin() -> Any:
    """The units and the source, as a plugin brings them."""
    return SimpleNamespace(
        __name__="small", hubrank_unit_sets=hubrank_unit_sets, hubrank_data_sources=hubrank_data_sources
    )


@hookimpl
def hubrank_unit_sets() -> Iterator[UnitSet]:
    """Five lands."""
    yield UnitSet(name="lands", title="Five lands", units=_units, places=_units)


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """Their figures."""
    columns = {"unit": "code", "year": "of the figure", "papers": "papers", "prizes": "prizes", "firms": "firms"}
    yield DataSource(
        name="figures",
        title="Figures of five lands",
        read=_read,
        sample=_rows,
        tables=(Table(name="figures", kind="stock", columns=columns, origin="made"),),
        origins=(Origin(name="made", producer="hubrank", title="Made figures", licence="CC0-1.0"),),
    )


def _units() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"unit": list(_NAMES), "name": list(_NAMES.values()), "country": list(_NAMES)})


def _read(request: Request) -> Iterator[pd.DataFrame]:
    yield _rows(request.table, request.options)


def _rows(table: str, options: Any) -> pd.DataFrame:  # noqa: ARG001  # there is one table
    import pandas as pd

    nan = float("nan")
    figures = {
        ("AAA", 2023): (9, 2, 40),
        ("BBB", 2023): (7, 1, 30),
        ("CCC", 2023): (7, 1, 30),
        ("DDD", 2023): (1, nan, 5),
        ("AAA", 2024): (8, 3, 35),
        ("BBB", 2024): (9, 1, 45),
        ("CCC", 2024): (6, 2, 20),
        ("DDD", 2024): (2, 0, 6),
    }
    rows = [(unit, year, *values) for (unit, year), values in figures.items()]
    return pd.DataFrame(rows, columns=["unit", "year", "papers", "prizes", "firms"])
