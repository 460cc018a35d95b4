"""Rows and units that the kit makes for an indicator from what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import evolve, frozen

from hubrank.contract.indicators import Indicator
from hubrank.contract.records import Records, SummedRowsError
from hubrank.contract.sources import Covers, Table
from hubrank.contract.units import MissingColumnError, Units
from hubrank.contract.window import Window
from hubrank.testing.measuring import records_of
from hubrank.testing.promises import ContractError

if TYPE_CHECKING:
    import pandas as pd

CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
YEARS = (2016, 2017, 2018, 2019, 2020)
WINDOW = Window(first=2018, last=2020)


@frozen(kw_only=True, eq=False)
class Made:
    """What an indicator is handed in a check.

    Attributes:
        units: Six units with a name and the columns that the indicator declares; the last lacks these.
        rows: For each input rows with exactly the columns that it declares; the last unit has none.
        kind: Whether they are rows of flows or of stocks.
        batch: How many rows an iteration gives at a time.
    """

    units: Units
    rows: Mapping[str, pd.DataFrame]
    kind: Literal["flow", "stock"]
    batch: int = 100_000

    def with_rows(self, change: Any) -> Made:
        """The same with `change(frame)` in place of each input's rows."""
        return evolve(self, rows={name: change(frame) for name, frame in self.rows.items()})


def made_for(indicator: Indicator, options: Any) -> Iterator[Made]:
    """Flows and stocks for an indicator, the same each time."""
    rng = np.random.default_rng(1)
    units = _units(indicator.unit_columns_for(options), rng)
    rows = {name: _rows(columns, options, rng) for name, columns in indicator.inputs_for(options).items()}
    yield Made(units=units, rows=rows, kind="flow")
    yield Made(units=units, rows=rows, kind="stock")


def extremes_of(made: Made) -> dict[str, Made]:
    """What is rare and allowed, made of what is usual: by what is rare about it."""
    first = made.units.frame.index[:1]
    columns = [str(name) for name in made.units.frame.columns if name != "name"]
    alike = made.units.frame.assign(**{name: made.units.frame[name].iloc[0] for name in columns})
    return {
        "one unit": evolve(
            made.with_rows(lambda frame: frame[frame["unit"].isin(first)].reset_index(drop=True)),
            units=Units(frame=made.units.frame.loc[first]),
        ),
        "huge amounts": made.with_rows(lambda frame: with_amounts(frame, lambda each: each * 1e12)),
        "negative amounts": made.with_rows(lambda frame: with_amounts(frame, lambda each: -each)),
        "amounts of 0": made.with_rows(lambda frame: with_amounts(frame, lambda each: each * 0)),
        "no amount known": made.with_rows(lambda frame: with_amounts(frame, lambda each: each * np.nan)),
        "units that are all alike": evolve(made, units=Units(frame=alike)),
    }


def with_amounts(frame: pd.DataFrame, change: Any) -> pd.DataFrame:
    """Rows with other amounts."""
    return frame.assign(**{name: change(frame[name]) for name in frame.columns if frame[name].dtype == float})


def measure(indicator: Indicator, options: Any, made: Made) -> pd.Series:
    """What the indicator measures.

    Raises:
        ContractError: It reads an input, a column or single rows that it does not declare.
    """
    return measured_with(indicator, options, made)[0]


def measured_with(indicator: Indicator, options: Any, made: Made) -> tuple[pd.Series, Mapping[str, Records]]:
    """The same, with the records of its inputs, which know what of them was used."""
    assert indicator.measure is not None  # noqa: S101  # the kit asks derived ones otherwise
    whole = Units(frame=made.units.frame.assign(country="AAA"))
    records = {
        name: records_of(
            frame.copy(),
            table=Table(
                name=name,
                kind=made.kind,
                columns=dict.fromkeys(["unit", "year", *columns], "made"),
                covers=Covers(first=YEARS[0], last=YEARS[-1]),
            ),
            window=WINDOW,
            units=whole,
            apart=name in indicator.rows,
            batch=made.batch,
        )
        for (name, columns), frame in zip(indicator.inputs_for(options).items(), made.rows.values(), strict=True)
    }
    try:
        return _plain(indicator.measure(records, made.units, options)), records
    except SummedRowsError as error:
        raise ContractError(str(error)) from error
    except MissingColumnError as error:
        raise ContractError(f"reads the unit column '{error}', which unit_columns does not declare") from error
    except KeyError as error:
        raise ContractError(f"reads {error}, which inputs does not declare") from error


def _plain(values: Any) -> Any:
    """Numbers as the core takes them: what pandas marks as lacking is NaN; everything else as it is."""
    import pandas as pd

    is_numbers = isinstance(values, pd.Series) and pd.api.types.is_extension_array_dtype(values)
    return values.astype(float) if is_numbers and pd.api.types.is_numeric_dtype(values) else values


def _units(columns: tuple[str, ...], rng: np.random.Generator) -> Units:
    import pandas as pd

    frame = pd.DataFrame({"name": [f"Unit {code}" for code in CODES]}, index=pd.Index(CODES, name="unit"))
    for column in columns:
        if column in ("country", "continent", "aliases"):
            frame[column] = ["AAA", "AAA", "BBB", "BBB", "CCC", None]
        else:
            frame[column] = [*rng.uniform(10, 80, len(CODES) - 1), np.nan]
    return Units(frame=frame)


def _rows(columns: Mapping[str, type], options: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Two places in each unit but the last, five years, some amounts 0 and some missing."""
    import pandas as pd

    where = [(unit, place, year) for unit in CODES[:-1] for place in ("1", "2") for year in YEARS]
    made: dict[str, Any] = {
        "unit": [unit for unit, _, _ in where],
        "place": [unit + place for unit, place, _ in where],
        "from_year": np.array([year for _, _, year in where], dtype="int32"),
        "year": np.array([year for _, _, year in where], dtype="int32"),
    }
    texts = [*_texts_of(options), "one", "other"]
    for name, cls in columns.items():
        if cls is float:
            amounts = rng.integers(1, 1000, len(where)).astype(float)
            amounts[rng.random(len(where)) < 0.1] = 0
            amounts[rng.random(len(where)) < 0.1] = np.nan
            made[name] = amounts
        else:
            made[name] = [texts[at % len(texts)] for at in range(len(where))]
    provenance = {"origin": "made", "vintage": [str(year) for _, _, year in where], "method": ""}
    return pd.DataFrame({**made, **provenance})


def _texts_of(options: Any) -> list[str]:
    """Texts that the options name, since rows are told apart by them."""
    values = attrs.astuple(options) if attrs.has(type(options)) else ()
    flat = [each for value in values for each in (value if isinstance(value, tuple | list) else (value,))]
    return [each for each in flat if isinstance(each, str)]
