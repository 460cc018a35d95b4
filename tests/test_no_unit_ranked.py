"""An edition in which nothing can be ranked is shown as such."""

from hubrank.cli.app import run

FIGURES = "unit,year,a,b\nAAA,2020,1,2\nBBB,2020,2,1\nAAA,2022,3,\nBBB,2022,4,\n"
SCENARIO = """
title = "two units"
editions = [2020, 2022]
[units]
file = "figures.csv"
columns = { unit = "unit" }
allow_duplicates = true
[inputs.values]
source = "files"
max_age = 0
options = { file = "figures.csv" }
[dimensions.all]
[indicators]
a = { indicator = "value", dimension = "all" }
b = { indicator = "value", dimension = "all" }
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
"""


def test_edition_without_ranks(tmp_path, monkeypatch, capsys):
    """The second edition lacks `b` for both units, so none is ranked; it is said, without a traceback."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "figures.csv").write_text(FIGURES)
    (tmp_path / "index.toml").write_text(SCENARIO)

    assert run(["rank", str(tmp_path / "index.toml")]) == 0
    out = capsys.readouterr().out

    assert "0 units ranked" in out
    assert "not ranked: 2 units" in out
