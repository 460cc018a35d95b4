"""SDMX-CSV with or without labels, the form of the OECD's replies with the least bytes.

pandas reads it: sdmx1 wants the words of the standard in small letters and the whole structure beforehand, and refuses
the OECD's own replies.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hubrank_statistics.sdmx.figures import Cells
from hubrank_statistics.sdmx.messages import Structure

if TYPE_CHECKING:
    import pandas as pd

_VALUE, _STATUS, _POWER = "OBS_VALUE", "OBS_STATUS", "UNIT_MULT"
#: The status of a value of which nothing is said.
_USUAL = "A"
_MISSING = ("", "NaN")


def cells(content: bytes, structure: Structure) -> Cells:
    """The rows of a reply, with values in whole units: those in thousands are multiplied.

    Columns are chosen by the codes of dimensions; the label of a code stands in the column behind it, if at all.

    Raises:
        ValueError: It has another form; with the place.
    """
    import pandas as pd

    text = content.decode("utf-8-sig")
    head = next(csv.reader(io.StringIO(text)), [])
    wanted = [*structure.dimensions, structure.time, _VALUE]
    if lacking := [name for name in wanted if name not in head]:
        raise ValueError(f"{lacking[0]}: -")
    frame = pd.read_csv(
        io.StringIO(text), header=0, names=range(len(head)), dtype=str, index_col=False, keep_default_na=False
    )
    column = {name: frame[head.index(name)] for name in (*wanted, _STATUS, _POWER) if name in head}
    numbers = pd.to_numeric(column[_VALUE].where(~column[_VALUE].isin(_MISSING)))
    power = pd.to_numeric(column[_POWER].replace("", "0")) if _POWER in column else 0
    status = column.get(_STATUS, "")
    made = {name: column[name] for name in wanted[:-1]} | {"value": numbers * 10.0**power, "status": status}
    return Cells(
        frame=pd.DataFrame(made),
        time=structure.time,
        said={_USUAL: "", "": ""} | {key: text for key, text in _labels(frame, head, _STATUS).items() if key != _USUAL},
        labels={name: _labels(frame, head, name) for name in structure.dimensions},
        title=structure.title,
        updated=f"version {structure.version}",
    )


def _labels(frame: pd.DataFrame, head: Sequence[str], name: str) -> dict[str, str]:
    """The words of a column's codes; none in a reply without labels."""
    at = head.index(name) if name in head else len(head)
    if at + 1 >= len(head) or head[at + 1].isupper():
        return {}
    pairs = frame[[at, at + 1]].drop_duplicates(at)
    return dict(zip(pairs[at], pairs[at + 1], strict=True))
