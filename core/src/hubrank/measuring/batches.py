"""The frames of a source, each when it keeps what its table promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hubrank.basis.cells import NUMBER, YEAR, misfits, read_numbers
from hubrank.basis.errors import Problem, ScenarioError, suggestion
from hubrank.contract.sources import PLACE_COLUMNS, TIME_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.contract.sources import Request
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.places import Places


def batches(part: Bound, bound: BoundInput, places: Places, request: Request) -> Iterator[pd.DataFrame]:
    """What a source gives.

    Args:
        part: The source with its options.
        bound: The input.
        places: Where units lie.
        request: What the source is asked for.

    Yields:
        Frames with the requested columns, with numbers where numbers are declared.

    Raises:
        ScenarioError: A file that the scenario names is wrong, or no row of it can lie in a unit.
        PluginError: The source broke its contract.
    """
    for batch in _handed_over(part, bound, request):
        frame = _checked(part, bound, batch)
        if what := places.unmet(frame.columns):
            raise ScenarioError("", [Problem(part.where, what)])
        yield frame


def _handed_over(part: Bound, bound: BoundInput, request: Request) -> Iterator[pd.DataFrame]:
    """The source's frames; what it raises names it."""
    if request.sample:
        yield part.call(bound.source.sample, "sample", request.table, request.options)
        return
    iterator = iter(part.call(bound.source.read, "read", request))
    end = object()
    while (batch := part.call(next, "read", iterator, end)) is not end:
        yield batch


def _checked(part: Bound, bound: BoundInput, batch: pd.DataFrame) -> pd.DataFrame:
    """The batch, when it keeps what the table promises."""
    import pandas as pd

    if not isinstance(batch, pd.DataFrame):
        raise part.broke(f"read returned {type(batch).__name__}; expected a pandas DataFrame")
    there = list(batch.columns)
    for name in [*bound.columns, *(name for name in PLACE_COLUMNS if name in bound.table.columns)]:
        if name not in there:
            raise part.broke(f"read returned no column '{name}' of table '{bound.table.name}'{suggestion(name, there)}")
        if there.count(name) > 1:
            raise part.broke(f"read returned two columns '{name}' of table '{bound.table.name}'")
    amounts = [name for name, cls in bound.columns.items() if cls is float]
    for name in (*amounts, *(name for name in ("lat", "lon", *TIME_COLUMNS) if name in there)):
        kind = YEAR if name in TIME_COLUMNS else NUMBER
        wrong = misfits(batch[name], read_numbers(batch[name], texts=False), kind)
        if wrong.any():
            refusal = kind.refusal(batch[name].iloc[int(wrong.argmax())])
            raise part.broke(f"read, table '{bound.table.name}': column '{name}' {refusal}")
    return batch.reset_index(drop=True)
