"""The frames of a source, each when it keeps what its table promises."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from typing import TYPE_CHECKING, Any

from hubrank.basis.cells import NUMBER, YEAR, Kind, misfits, read_numbers
from hubrank.basis.errors import Problem, ScenarioError, suggestion
from hubrank.contract.sources import PLACE_COLUMNS, TIME_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.contract.sources import Request, Rows
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.places import Places

#: A frame is taken in pieces of so many rows, so that what is made of them on the way stays small.
PIECE = 1_000_000


def handed_over(part: Bound, bound: BoundInput, request: Request) -> Generator[Rows]:
    """A source's frames as it gives them; what it raises names it.

    What is thrown in at a frame, such as an error of the engine that counts it, is thrown on into the source, which
    knows best what it means.
    """
    if request.sample:
        yield part.call(bound.source.sample, "sample", request.table, request.options)
        return
    iterator = part.call(lambda: iter(bound.source.read(request)), "read")
    end = object()
    while (batch := part.call(next, "read", iterator, end)) is not end:
        try:
            yield batch
        except Exception as error:  # noqa: BLE001  # engines raise what they like
            part.call(getattr(iterator, "throw", _raised), "read", error)


def _raised(error: Exception) -> None:
    raise error


def pieces(part: Bound, bound: BoundInput, places: Places, batch: Any) -> Iterator[pd.DataFrame]:
    """A frame in pieces, when it keeps what the table promises: the columns, with numbers where they are declared.

    Args:
        part: The source with its options.
        bound: The input.
        places: Where units lie.
        batch: What the source gave.

    Raises:
        ScenarioError: No row of it can lie in a unit.
        PluginError: The source broke its contract.
    """
    import pandas as pd

    if not isinstance(batch, pd.DataFrame):
        raise part.broke(f"read returned {type(batch).__name__}; expected a pandas DataFrame or a narwhals LazyFrame")
    refuse_columns(part, bound, places, list(batch.columns))
    refuse_no_numbers(part, bound, batch)
    for start in range(0, max(len(batch), 1), PIECE):
        yield batch.iloc[start : start + PIECE].reset_index(drop=True)


def refuse_columns(part: Bound, bound: BoundInput, places: Places, there: list[str]) -> None:
    """Refuse rows that lack a column of their table, or by whose places no unit can be found."""
    once = [bound.table.once] if bound.table.once else []
    for name in [*bound.columns, *once, *(name for name in PLACE_COLUMNS if name in bound.table.columns)]:
        if name not in there:
            told = f"read returned no column '{name}' of table '{bound.table.name}'"
            raise part.broke(told + suggestion(name, there))
        if there.count(name) > 1:
            table = bound.table.name
            raise part.broke(f"read returned two columns '{name}' of table '{table}'")
    if what := places.unmet(there):
        raise ScenarioError("", [Problem(part.where, what)])


def refuse_no_numbers(part: Bound, bound: BoundInput, batch: pd.DataFrame) -> None:
    """Refuse rows with a cell that is neither a gap nor the number that it must be."""
    for name, kind in number_columns(bound, batch.columns):
        wrong = misfits(batch[name], read_numbers(batch[name], texts=False), kind)
        if wrong.any():
            raise no_number(part, bound, name, kind, batch[name].iloc[int(wrong.argmax())])


def number_columns(bound: BoundInput, there: Collection[str]) -> Iterator[tuple[str, Kind]]:
    """The columns that hold numbers, of those that are there, and what they must hold."""
    for name, cls in bound.columns.items():
        if cls is float and name in there:
            yield name, NUMBER
    for name in ("lat", "lon", *TIME_COLUMNS):
        if name in there:
            yield name, YEAR if name in TIME_COLUMNS else NUMBER


def no_number(part: Bound, bound: BoundInput, name: str, kind: Kind, value: Any) -> Exception:
    """The error for a cell that is none."""
    return part.broke(f"read, table '{bound.table.name}': column '{name}' {kind.refusal(value)}")
