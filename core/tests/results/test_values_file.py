"""The file of values, as CSV and as Parquet."""

import pandas as pd
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


def test_many_values_are_parquet_unless_csv_is_asked_for(lab, monkeypatch):
    """Above the limit the file is Parquet, and of the two there is only one."""
    monkeypatch.setattr(values, "SHEET_ROWS", 2)
    made = lab.rank()
    write_run(made, lab.folder / "run")
    assert {each.name for each in (lab.folder / "run").glob("values.*")} == {"values.parquet"}
    write_run(made, lab.folder / "run", values="csv")
    assert {each.name for each in (lab.folder / "run").glob("values.*")} == {"values.csv"}
