"""Which units rows lie in, for who asks before they are summed; several are refused where that is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import Problem, ScenarioError, number_of
from hubrank.basis.words import joined

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.places import Located, Match
    from hubrank.scenario.unit_sets import BoundUnits

#: So many sets of units are named.
_TOLD = 5


def units_of_rows(name: str, match: Match, units: BoundUnits, rows: pd.DataFrame) -> pd.DataFrame:
    """The units that rows lie in.

    Args:
        name: The input's.
        match: How its column `unit` names a unit.
        units: The units.
        rows: Rows with place columns.

    Returns:
        `row`, the position of a row that lies in a unit, and `unit`, that unit's code; a row in several stands here
        once for each.

    Raises:
        ScenarioError: A row lies in several units, and the scenario says that this is an error.
    """
    import pandas as pd

    located = units.places.locate(rows, match)
    if units.places.overlap == "error":
        refuse_overlap(name, units, rows.assign(rows=1).reset_index(drop=True), located)
    codes = np.array(units.units.codes, dtype=object)
    return pd.DataFrame({"row": located.row, "unit": codes[located.unit]})


def refuse_overlap(name: str, units: BoundUnits, tally: pd.DataFrame, located: Located) -> None:
    """Refuse places in several units.

    Args:
        name: The input's.
        units: The units.
        tally: Distinct places with their `rows`.
        located: Their units.

    Raises:
        ScenarioError: There are such rows; it names the units and for each set of them one row.
    """
    import pandas as pd

    codes = np.array(units.units.codes, dtype=object)
    pairs = pd.DataFrame({"place": located.row, "unit": codes[located.unit]})
    pairs = pairs[pairs["place"].duplicated(keep=False)]
    if not len(pairs):
        return
    rows = tally["rows"]
    sets = pairs.groupby("place")["unit"].agg(lambda each: joined([f"'{code}'" for code in sorted(each)]))
    held = sets.groupby(sets).groups.items()
    told = "; ".join(
        f"{codes} hold {number_of(int(rows.iloc[at].sum()), 'row')}, such as {_point(tally, int(at[0]))}"
        for codes, at in list(held)[:_TOLD]
    )
    if len(held) > _TOLD:
        told = f"{told} and {len(held) - _TOLD} more"
    what = (
        f"{number_of(int(rows.iloc[sets.index].sum()), 'row')} of inputs.{name} lie in several units: {told}; "
        "mend the units' places, or set overlap to 'nearest' or 'all'"
    )
    raise ScenarioError("", [Problem("units.overlap", what)])


def _point(tally: pd.DataFrame, at: int) -> str:
    lat, lon = tally[["lat", "lon"]].iloc[at]
    return f"lat {lat:.6g}, lon {lon:.6g}"
