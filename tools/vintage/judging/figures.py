"""Figures of hubs, and which of them are far from what the hub's other figures and its country predict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tools.vintage.judging.finding import Finding, finding
from tools.vintage.judging.hubs import Hubs
from tools.vintage.places import Place
from tools.vintage.rows import PLACE_COLUMNS, Table

BOUND = 3.0
PEERS = 8
SHRINK = 3.0
HUBER = 1.345
STEPS = 40
#: The least deviation of a change: of a logarithm, and of a root, whose error is one half where counts are few.
NOISE = {False: 0.05, True: 0.5}


@dataclass(frozen=True)
class Column:
    """A figure to judge.

    Attributes:
        table: Its table.
        name: Its column.
        root: Whether its square root is judged (small counts) rather than its logarithm (amounts).
        best: Whether the largest of a hub's places speaks for it, rather than their sum.
        listed: Whether no row means none, rather than unknown.
    """

    table: str
    name: str
    root: bool = False
    best: bool = False
    listed: bool = True


COLUMNS = (
    Column("universities", "top1000", root=True),
    Column("works", "papers"),
    Column("computing-papers", "papers"),
    Column("conferences", "conferences", root=True),
    Column("patents", "pct", listed=False),
    Column("unicorns", "unicorns", root=True),
    Column("laureates", "laureates", root=True),
    Column("highly-cited", "highly_cited", root=True),
    Column("large-companies", "companies", root=True),
    Column("global-2000", "companies", root=True),
    Column("connectivity", "destinations", root=True, best=True, listed=False),
    Column("economy", "gdp", listed=False),
    Column("population", "population", listed=False),
)


def place_of(row: Mapping[Any, Any]) -> Place:
    """The place of a table's row."""
    geonames = int(row["geonames"] or 0)
    return Place(row["country"], row["place_name"], float(row["lat"]), float(row["lon"]), geonames)


def newest(table: Table, amount: str, now: int) -> pd.DataFrame:
    """A place and its amount a row: the newest of a stock up to now, the sum of a flow or of its newest period.

    Args:
        table: A finished table.
        amount: The column.
        now: The year of today; later ones are projections.

    Returns:
        Columns place (a `Place`) and amount.
    """
    frame = table.rows[table.rows[amount] != ""]
    frame = frame.assign(year=frame["year"].astype(int), amount=frame[amount].astype(float))
    frame = frame[frame["year"] <= now].sort_values("year", kind="stable")
    if "from_year" in frame:  # periods that overlap do not add up
        frame = frame[frame["year"] == frame["year"].max()]
    groups = frame.groupby(PLACE_COLUMNS, sort=False)["amount"]
    found = (groups.sum() if table.name in FLOWS else groups.last()).reset_index()
    places = [place_of(row) for row in found[PLACE_COLUMNS].to_dict("records")]
    return pd.DataFrame({"place": places, "amount": found["amount"]})


FLOWS = {"works", "laureates", "computing-papers", "conferences"}


def by_hub(tables: Mapping[str, Table], hubs: Hubs, columns: Sequence[Column] = COLUMNS, *, now: int) -> pd.DataFrame:
    """Figures of hubs.

    Args:
        tables: Finished tables by name.
        hubs: The hubs.
        columns: What to sum.
        now: The year of today.

    Returns:
        One row a hub, one column each, missing where no row says anything.
    """
    figures = {}
    for column in columns:
        rows = newest(tables[column.table], column.name, now)
        hub = [hubs.of(place) for place in rows["place"]]
        groups = rows["amount"].groupby(hub)
        summed = (groups.max() if column.best else groups.sum()).reindex(hubs.codes)
        figures[f"{column.table}.{column.name}"] = summed.fillna(0.0) if column.listed else summed
    return pd.DataFrame(figures, index=list(hubs.codes))


def judged(figures: pd.DataFrame, countries: Mapping[str, str], columns: Sequence[Column]) -> Iterator[Finding]:
    """Figures far from what is predicted, and zeros where hubs of that size have none.

    A figure's root or logarithm is regressed (Huber) on the mean of the hub's other figures, each in robust
    deviations, and then on its country: the median residual of the country's other hubs, drawn towards 0 where
    they are few. What is left is told where it is beyond `BOUND` robust deviations. A zero is told where all of
    the `PEERS` hubs whose other figures are nearest have more than none.

    Args:
        figures: What `by_hub` returned.
        countries: The country of each hub.
        columns: What the figures are.
    """
    scaled = pd.DataFrame({name: _scaled(figures[name], column) for name, column in _named(columns)})
    for name, column in _named(columns):
        others = scaled[[other for other, each in _named(columns) if each.table != column.table]].mean(axis=1)
        known = scaled[name].notna() & others.notna()
        y, x = scaled.loc[known, name], others[known]
        residual = y - _predicted(x.to_numpy(), y.to_numpy())
        nation = pd.Series([countries[hub] for hub in residual.index], index=residual.index)
        left = residual - _of_country(residual, nation)
        deviation = left / _spread(left.to_numpy())
        for hub in deviation.index[deviation.abs() > BOUND]:
            sign = "high" if deviation[hub] > 0 else "low"
            text = f"{figures.loc[hub, name]:,.5g}, {abs(deviation[hub]):.1f} deviations too {sign}"
            yield finding(sign, column.table, hub, text=f"{hub}: {name} is {text}")
        if column.listed:
            yield from _zeros(figures[name], x, column)


def _zeros(figures: pd.Series, size: pd.Series, column: Column) -> Iterator[Finding]:
    for hub in size.index[figures[size.index] == 0]:
        nearest = (size.drop(hub) - size[hub]).abs().sort_values(kind="stable").index[:PEERS]
        if (figures[nearest] > 0).all():
            peers = ", ".join(f"{peer} {figures[peer]:,.4g}" for peer in nearest[:4])
            yield finding("none", column.table, hub, text=f"{hub}: none in {column.table}; hubs of its size: {peers}")


def absent(figures: pd.DataFrame, countries: Mapping[str, str], columns: Sequence[Column]) -> Iterator[Finding]:
    """Hubs without a row in a table that is no complete list, country by country."""
    for name, column in _named(columns):
        if not column.listed:
            missing = [hub for hub in figures.index if pd.isna(figures.loc[hub, name])]
            for country in sorted({countries[hub] for hub in missing}):
                there = ", ".join(hub for hub in missing if countries[hub] == country)
                yield finding("absent", column.table, country, text=f"{column.table} has no row for {there}")


def moved(before: pd.DataFrame, after: pd.DataFrame, columns: Sequence[Column]) -> Iterator[Finding]:
    """Figures that went another way than those of other hubs, from one vintage to the next.

    The change of a figure's root or logarithm, less the median change of all hubs, is told where it is beyond `BOUND`
    robust deviations; a deviation is at least `NOISE`, so that a laureate more is no finding.

    Args:
        before: What `by_hub` returned of the vintage before.
        after: What it returned of the next one.
        columns: The figures that are compared.
    """
    for name, column in _named(columns):
        change = (_form(after[name], column) - _form(before[name], column)).dropna()
        if change.empty:
            continue
        left = change - change.median()
        spread = max(_deviation(left.to_numpy()), NOISE[column.root])
        for hub in left.index[left.abs() > BOUND * spread]:
            numbers = f"was {before.loc[hub, name]:,.5g} and is {after.loc[hub, name]:,.5g}"
            text = f"{hub}: {name} {numbers}, {abs(left[hub]) / spread:.1f} deviations from the change of all"
            yield finding("moved", column.table, hub, text=text)


def _named(columns: Sequence[Column]) -> list[tuple[str, Column]]:
    return [(f"{column.table}.{column.name}", column) for column in columns]


def _form(figures: pd.Series, column: Column) -> pd.Series:
    form: pd.Series = np.sqrt(figures) if column.root else np.log1p(figures)
    return form


def _scaled(figures: pd.Series, column: Column) -> pd.Series:
    form = _form(figures, column)
    scaled: pd.Series = (form - form.median()) / (_spread(form.dropna().to_numpy()) or 1.0)
    return scaled


def _spread(values: np.ndarray) -> float:
    """A robust standard deviation; the usual one where most values are equal."""
    return _deviation(values) or float(np.std(values)) or 1.0


def _deviation(values: np.ndarray) -> float:
    """A robust standard deviation: 1.4826 times the median distance from the median."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def _predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Huber's regression of y on x, by weighted least squares again and again."""
    design = np.column_stack([np.ones_like(x), x])
    weights = np.ones_like(y)
    fit = np.zeros_like(y)
    for _ in range(STEPS):
        root = np.sqrt(weights)
        fit = design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
        far = np.abs(y - fit) / (HUBER * _spread(y - fit))
        weights = 1 / np.maximum(far, 1.0)
    return fit


def _of_country(residual: pd.Series, nation: pd.Series) -> pd.Series:
    """For each hub the median residual of its country's other hubs, times n / (n + SHRINK)."""
    effects = []
    for hub in residual.index:
        others = residual[(nation == nation[hub]) & (residual.index != hub)]
        effects.append(float(others.median()) * len(others) / (len(others) + SHRINK) if len(others) else 0.0)
    return pd.Series(effects, index=residual.index)
