"""What a source reads without the network, for comparing requests."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

from hubrank.errors import FileProblem, HubrankError
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Request, Table
from hubrank.testing.closed_network import closed_network
from hubrank.testing.samples import ContractError

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.plugin.sources import Rows

#: Tables with more rows are not compared.
MOST_ROWS = 2_000_000
RESERVED = (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS)


def reading(
    source: DataSource, options: Any, table: Table, columns: tuple[str, ...], year: int | None = None
) -> pd.DataFrame | None:
    """All rows of a table; none where they are not on this machine, or are too many to compare.

    Args:
        source: The source.
        options: Its options.
        table: The table.
        columns: The amounts and texts that are asked for.
        year: The only year that is asked for; all by default.

    Raises:
        ContractError: It raised something else than what a missing network, file or folder raises.
    """
    import pandas as pd

    request = Request(table=table.name, columns=columns, first_year=year, last_year=year, options=options)
    frames, rows = [], 0
    with closed_network() as network:
        try:
            for given in source.read(request):
                frame = _rows(given)
                frames.append(frame)
                rows += len(frame)
                if rows > MOST_ROWS:
                    return None
        except (OSError, HubrankError, FileProblem):
            return None
        except Exception as error:
            if network.asked:
                return None
            raise ContractError(f"read raised {type(error).__name__}: {error}") from error
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*table.columns])


def _rows(given: Rows) -> pd.DataFrame:
    """What was handed over as rows; of a lazy frame no more are fetched than tell that it is too long."""
    import narwhals as nw

    if not isinstance(given, nw.LazyFrame):
        return given
    made: pd.DataFrame = given.head(MOST_ROWS + 1).collect("pyarrow").to_native().to_pandas()
    return made


def written(frame: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """Rows as texts that are equal where the rows are: numbers to 12 digits, gaps empty."""
    return list(zip(*(_texts(frame[column]) for column in columns), strict=True))


def _texts(values: pd.Series) -> list[str]:
    return ["" if gap else _text(value) for value, gap in zip(values, values.isna(), strict=True)]


def _text(value: Any) -> str:
    return f"{float(value):.12g}" if isinstance(value, numbers.Real) else str(value)
