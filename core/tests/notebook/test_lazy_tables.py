"""Lazy tables: the ranking is that of the collected table, and columns that cannot matter are not computed."""

import duckdb
import hubrank
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

TOWNS = pd.DataFrame(
    {
        "Town": ["Aberg", "Bedorf", "Ceville", "Dehaven"],
        "Year": [2024.0, 2024.0, 2024.0, 2024.0],
        "Income": [1.0, 2.0, 3.0, 5.0],
        "Lat": [50.0, 51.0, 52.0, 53.0],
        "Green": [3.0, 4.0, 9.0, 1.0],
        "Lon": [5.0, 6.0, 7.0, 8.0],
    }
)
CHOSEN = {"indicators": ["Income", "Green"], "direction": {"Income": 1, "Green": 1}}


def of_polars(frame):
    """A plan with a column that cannot be computed."""
    return pl.from_pandas(frame).lazy().with_columns(Broken=pl.col("Town").cast(pl.Float64))


def of_duckdb(frame):
    """A relation with one."""
    return duckdb.connect().from_df(frame).project("*, CAST(Town AS DOUBLE) AS Broken")


def of_ibis(frame):
    """A table with one."""
    table = ibis.memtable(pa.Table.from_pandas(frame))
    return table.mutate(Broken=table.Town.cast("float64"))


class Dataset(ds.InMemoryDataset):
    """A dataset of pyarrow that has one."""

    def to_table(self, columns=None, **more):
        """The columns, of which that is none."""
        assert "Broken" not in columns
        return super().to_table(columns=columns, **more)


@pytest.mark.parametrize(
    "lazy", [of_polars, of_duckdb, of_ibis, lambda frame: Dataset(pa.Table.from_pandas(frame.assign(Broken=0.5)))]
)
def test_a_lazy_table(lazy):
    """It is ranked as the table of pandas is; a column left out is asked for once it is an indicator."""
    made = hubrank.draft(lazy(TOWNS), **CHOSEN)
    near = hubrank.draft(TOWNS, **CHOSEN)
    assert made.editions == (2024,)
    assert (made.toml(), made.year, len(made.units.columns)) == (near.toml(), None, 4)
    pd.testing.assert_frame_equal(made.figures, near.figures)
    pd.testing.assert_frame_equal(made.units, near.units)
    assert made.answered("weights.Income", 3).toml() == near.answered("weights.Income", 3).toml()
    with pytest.raises(Exception, match=r"Broken|onver"):
        made.with_(indicators=["Income", "Broken"])
    with pytest.raises(hubrank.HubrankError, match="no column 'Incom'; did you mean 'Income'"):
        hubrank.draft(lazy(TOWNS), indicators=["Incom", "Green"])
    assert hubrank.draft(lazy(TOWNS), exclude=["Broken", "Green"]).indicators[0].column == "Income"


@pytest.mark.parametrize(
    ("lazy", "said"),
    [
        (lambda: of_polars(TOWNS), "InvalidOperationError: conversion from `str` to `f64` failed in column 'Town'"),
        (lambda: pl.scan_parquet("absent.parquet"), "FileNotFoundError: No such file or directory"),
        (lambda: ibis.table({"Town": "string", "Income": "int"}), "IbisError: Expression contains unbound tables"),
    ],
)
def test_a_lazy_table_that_cannot_be_computed(lazy, said):
    """What its engine says, in one sentence."""
    with pytest.raises(hubrank.UsageError) as caught:
        hubrank.rank(lazy())

    assert str(caught.value).startswith(f"frame: cannot be read: {said}")
    assert "\n" not in str(caught.value)
