"""Rows that lie in several units, where the scenario says that this is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import Problem, ScenarioError
from hubrank.basis.language import worded
from hubrank.basis.words import counted, joined

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.places import Located
    from hubrank.scenario.unit_sets import BoundUnits

#: So many sets of units are named.
_TOLD = 5


def refuse_overlap(bound: BoundInput, units: BoundUnits, tally: pd.DataFrame, located: Located) -> None:
    """Refuse places in several units.

    Args:
        bound: The input.
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
        worded(
            "{units} hold {rows}, such as {point}",
            units=codes,
            rows=counted(int(rows.iloc[at].sum()), "row"),
            point=_point(tally, int(at[0])),
        )
        for codes, at in list(held)[:_TOLD]
    )
    if len(held) > _TOLD:
        told = worded("{first} and {number} more", first=told, number=len(held) - _TOLD)
    what = worded(
        "{rows} of {input} lie in several units: {units}; mend the units' places, or set overlap to 'nearest' or 'all'",
        rows=counted(int(rows.iloc[sets.index].sum()), "row"),
        input=f"inputs.{bound.name}",
        units=told,
    )
    raise ScenarioError("", [Problem("units.overlap", what)])


def _point(tally: pd.DataFrame, at: int) -> str:
    lat, lon = tally[["lat", "lon"]].iloc[at]
    return f"lat {lat:.6g}, lon {lon:.6g}"
