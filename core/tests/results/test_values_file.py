"""The file of values, as CSV and as Parquet."""

import pandas as pd
import pytest
from hubrank.errors import DataError
from hubrank.ranking import values
from hubrank.results.rank import rank
from hubrank.results.save import write_run

ODD = "unit,year,origin,a,b\nAAA,2024,=UN(),1,1\nBBB,2024,,2,\nCCC,2024,World Bank,4,0.1\n"


def test_parquet_holds_what_the_csv_holds(lab):
    """The same cells, texts as they are: a CSV alone puts a quote before what would be a formula; the same again."""
    lab.write("values.csv", ODD)
    made = lab.rank()
    write_run(made, lab.folder / "plain", values="csv")
    write_run(made, lab.folder / "run", values="parquet")
    write_run(rank(str(lab.folder / "run"), lab.registry()), lab.folder / "again", values="csv")
    assert (lab.folder / "again" / "values.csv").read_bytes() == (lab.folder / "plain" / "values.csv").read_bytes()
    frame = pd.read_parquet(lab.folder / "run" / "values.parquet")
    assert list(frame) == list(made.values())
    assert frame["origin"].astype(str).tolist()[0] == "=UN()"
    for name in ("measured", "normalised"):
        assert frame[name].fillna(-1).tolist() == made.values()[name].fillna(-1).tolist()


@pytest.mark.parametrize("statistics", [True, False, ["origin", "too_old"]])
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_rows_in_other_groups(lab, statistics, rows):
    """However few rows a group has, and whether statistics say that a column has one value in it or none do."""
    from pyarrow import parquet

    lab.write("values.csv", ODD)
    write_run(lab.rank(), lab.folder / "run", values="parquet")
    write_run(rank(str(lab.folder / "run"), lab.registry()), lab.folder / "plain", values="csv")
    file = lab.folder / "run" / "values.parquet"
    parquet.write_table(parquet.read_table(file), file, row_group_size=rows, write_statistics=statistics)
    write_run(rank(str(lab.folder / "run"), lab.registry()), lab.folder / "again", values="csv")
    assert (lab.folder / "again" / "values.csv").read_bytes() == (lab.folder / "plain" / "values.csv").read_bytes()


@pytest.mark.parametrize("statistics", [True, False])
def test_a_column_without_texts(lab, statistics):
    """It is missing, whatever the statistics say."""
    import pyarrow as pa
    from pyarrow import parquet

    write_run(lab.rank(), lab.folder / "run", values="parquet")
    table = parquet.read_table(file := lab.folder / "run" / "values.parquet")
    at = table.column_names.index("origin")
    table = table.set_column(at, "origin", pa.nulls(len(table), pa.string()))
    parquet.write_table(table, file, write_statistics=statistics)
    with pytest.raises(DataError, match="origin: a text is missing"):
        rank(str(lab.folder / "run"), lab.registry())


def test_many_values_are_parquet_unless_csv_is_asked_for(lab, monkeypatch):
    """Above the limit the file is Parquet, and of the two there is only one."""
    monkeypatch.setattr(values, "SHEET_ROWS", 2)
    made = lab.rank()
    write_run(made, lab.folder / "run")
    assert {each.name for each in (lab.folder / "run").glob("values.*")} == {"values.parquet"}
    write_run(made, lab.folder / "run", values="csv")
    assert {each.name for each in (lab.folder / "run").glob("values.*")} == {"values.csv"}
