"""What places have in common, such as papers or inventions, and which clusters it makes one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank import FileProblem, UsageError
from hubrank.errors import shorten_list
from hubrank.io.cells import NUMBER, CellFormat
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank.scenario.places import EARTH_KM, code_text
from sklearn.neighbors import BallTree

from hubrank_discover.cells import at_cells, radians
from hubrank_discover.density import NOISE, by_amount

if TYPE_CHECKING:
    from hubrank_discover.density import Labels


@frozen(kw_only=True)
class Merging:
    """When two clusters are one.

    Attributes:
        above: The share of a cluster's outward links that must be exceeded by those with its neighbour.
        near_km: How far the nearest cells of neighbours lie apart at most.
    """

    above: float
    near_km: float


@frozen(kw_only=True, eq=False)
class Links:
    """Pairs of cells with what they have in common.

    Attributes:
        frame: `a` and `b`, the cells' positions, and `amount`.
        unknown: The share of the amount whose places the table has not.
    """

    frame: pd.DataFrame
    unknown: float


def links_of(path: Path, points: pd.DataFrame, cells: pd.DataFrame, key: str, size: float) -> Links:
    """The links of a file.

    Args:
        path: With `a`, `b` and `amount`; a pair may stand in it in either order.
        points: The points that it names by their column `key`.
        cells: The cells that they lie in.
        key: The column.
        size: Degrees of a cell.

    Raises:
        UsageError: It has not the columns, a cell is no number, or it names no place of the table.
    """
    frame = _frame(path)
    if (frame["amount"] < 0).any():
        raise UsageError(f"{path.name}: an amount must not be negative; got {frame['amount'].min()}")
    at = _cells_called(points, cells, key, size)
    whole = frame.assign(a=frame["a"].map(at), b=frame["b"].map(at)).dropna(subset="amount")
    known = whole.dropna()
    if not known["amount"].sum() > 0:
        raise UsageError(f"{path.name}: none of its links is between places that the table's column '{key}' names")
    known = known.astype({"a": int, "b": int}).sort_values(["a", "b", "amount"])
    return Links(frame=known, unknown=float(1 - known["amount"].sum() / whole["amount"].sum()))


def _cells_called(points: pd.DataFrame, cells: pd.DataFrame, key: str, size: float) -> dict[str, int]:
    """The position of the cell of each place that has a name.

    Raises:
        UsageError: A name is of several cells.
    """
    number = {spot: at for at, spot in enumerate(zip(cells["lat"], cells["lon"], strict=True))}
    spots = at_cells(points, size)
    at = [number[spot] for spot in zip(spots["lat"], spots["lon"], strict=True)]
    named = pd.DataFrame({"name": points[key].to_numpy(dtype=object), "at": at}).dropna().drop_duplicates()
    named["name"] = named["name"].map(code_text)
    if several := sorted(named.loc[named["name"].duplicated(), "name"].unique()):
        raise UsageError(
            f"the table's column '{key}' has one name for several places, so that links cannot tell them: "
            f"{shorten_list(several)}"
        )
    return dict(zip(named["name"], named["at"], strict=True))


def _frame(path: Path) -> pd.DataFrame:
    """The rows of a file of links.

    Raises:
        UsageError: It has not the columns, or a cell is no number.
    """
    frame, problems = read_with_errors(path, CellFormat(), ReadSpec(texts=["a", "b"], kinds={"amount": NUMBER}))
    if frame is None or problems:
        raise UsageError("\n".join(problems))
    try:
        require(frame, path.name, ["a", "b", "amount"])
    except FileProblem as error:
        raise UsageError("\n".join(error.problems)) from error
    return frame


def merged(labels: Labels, cells: pd.DataFrame, links: Links, merging: Merging) -> Labels:
    """Clusters with neighbours made one that have more than a share of either's outward links in common.

    The pair of the greatest share is merged first, and then all shares are taken anew.

    Args:
        labels: The cluster of each cell.
        cells: The cells.
        links: What they have in common.
        merging: When two are one.
    """
    count = int(labels.max(initial=NOISE)) + 1
    common, near = _common(labels, links, count), _neighbours(labels, cells, merging.near_km, count)
    parent = np.arange(count)
    while True:
        outward = common.sum(axis=1, keepdims=True)[:count]
        share = np.divide(common[:count, :count], outward, out=np.zeros((count, count)), where=outward > 0)
        share = np.where(near, np.maximum(share, share.T), 0.0)
        if not share.size or share.max() <= merging.above:
            return by_amount(np.where(labels == NOISE, NOISE, parent[labels]).astype(np.intp), cells)
        first, second = sorted(np.unravel_index(int(share.argmax()), share.shape))
        for each in (common, near):
            each[first, :] += each[second, :]
            each[:, first] += each[:, second]
            each[second, :] = each[:, second] = 0
            each[first, first] = 0
        parent[parent == second] = first


def _common(labels: Labels, links: Links, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """What clusters have in common with each other and, in the last row and column, with cells of none."""
    made = np.zeros((count + 1, count + 1))
    a, b = (np.where(labels[links.frame[name]] == NOISE, count, labels[links.frame[name]]) for name in ("a", "b"))
    np.add.at(made, (a, b), links.frame["amount"].to_numpy(dtype=float))
    made += made.T
    np.fill_diagonal(made, 0)
    return made


def _neighbours(
    labels: Labels, cells: pd.DataFrame, near_km: float, count: int
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which clusters have cells so near each other."""
    made = np.zeros((count, count), dtype=bool)
    inside = np.flatnonzero(labels != NOISE)
    if not len(inside):
        return made
    spots = radians(cells.iloc[inside])
    for at, near in zip(
        inside, BallTree(spots, metric="haversine").query_radius(spots, near_km / EARTH_KM), strict=True
    ):
        made[labels[at], labels[inside[near]]] = True
    np.fill_diagonal(made, 0)
    return made
