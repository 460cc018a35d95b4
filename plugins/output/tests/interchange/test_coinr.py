"""COINr's tables become a scenario that ranks at once, and leave again."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import ScenarioError
from hubrank.results.rank import rank
from hubrank_output.interchange.coinr_import import read_coinr
from hubrank_output.interchange.framework import write_framework


@pytest.fixture
def imported(pair, tmp_path):
    """Imports the tables, with changes, and ranks them."""

    def make(**changes):
        write_framework(read_coinr(*pair(**changes), None, 2024), tmp_path / "out")
        return rank(str(tmp_path / "out" / "scenario.toml"))

    return make


def problems(pair, **changes):
    """What an import says is wrong: file, line and text."""
    with pytest.raises(ScenarioError) as caught:
        read_coinr(*pair(**changes), None, 2024)
    return [(each.file, each.line, str(each)) for each in caught.value.problems]


def test_scores_by_hand(imported):
    """Roads per head 10, 5, 20, 5; smoke turned; a missing school's weight redistributed."""
    ranking = imported()

    scores = dict(zip(ranking.codes, ranking.scores[0], strict=True))
    means = {"AAA": (100 / 3 + 2 * 100) / 3, "BBB": 0.0, "CCC": (100 + 2 * 50) / 3, "NA": (0 + 2 * 25) / 3}
    assert scores == pytest.approx(
        {"AAA": means["AAA"] / 4 + 0, "BBB": means["BBB"], "CCC": means["CCC"] / 4 + 75, "NA": means["NA"] / 4 + 37.5}
    )
    assert ranking.plan.scenario.title == "A whole index"
    assert ranking.plan.tree["Means"].title == "The means"
    assert list(ranking.plan.units.units["Region"]) == ["north", "north", "south", "south"]


def test_a_panel_becomes_editions_with_gaps_as_gaps(imported, pair):
    """A year that a unit lacks is a missing value, not the year before."""
    later = "Aland,AAA,north,2021,10,200,5,4\nCeland,CCC,south,2021,40,NA,7,9\nDeland,NA,south,2021,10,70,6,6\n"

    ranking = imported(data=pair.data + later)

    assert ranking.editions == (2020, 2021)
    by_code = dict(zip(ranking.codes, ranking.measured[1], strict=True))
    assert by_code["AAA"].tolist() == [20, 5, 4]
    assert np.isnan(by_code["BBB"]).all()
    assert np.isnan(by_code["CCC"][0])


def test_a_table_without_time_takes_the_year_that_is_said(imported, pair):
    """The edition is that of the caller, and a note says so."""
    data = "\n".join(",".join(line.split(",")[:3] + line.split(",")[4:]) for line in pair.data.splitlines())

    assert imported(data=data).editions == (2024,)
    assert "iData has no column Time" in read_coinr(*pair(data=data), None, 2024).notes[0]


def test_all_mistakes_of_both_tables_at_once(pair):
    """Each with its file, its line and the code."""
    data = pair.data.replace("Celand,CCC,south,2020,40,800", "Celand,AAA,south,2020,40,many").replace("Smoke", "Smok")
    meta = (
        pair.meta.replace("1,Roads,Roads per head,1,1", "1,Roads,Roads per head,2,x")
        .replace(",Ends,Indicator", ",Endz,Indicator")
        .replace("NA,Group", "NA,Grup")
    )

    found = problems(pair, data=data, meta=meta)

    assert ("iMeta.csv", 2, 'Roads.Direction: must be 1 or -1; got "2"') in found
    assert ("iMeta.csv", 2, 'Roads.Weight: must be a number of at least 0; got "x"') in found
    assert ("iMeta.csv", 4, "Schools.Parent: 'Endz' is not a code in iMeta; did you mean 'Ends'?") in found
    assert ("iMeta.csv", 6, "Ends.iCode: has no members; no row has it as its parent") in found
    assert any(
        file == "iMeta.csv" and line == 8 and "Region.Type: must be one of" in text for file, line, text in found
    )
    assert ("iData.csv", 4, "uCode: a second row for AAA, 2020") in found
    assert ("iData.csv", 4, 'Roads: must be a number; got "many"') in found
    assert ("iMeta.csv", 3, "Smoke: iData has no such column; did you mean 'Smok'?") in found
    assert any(file == "iData.csv" and text.startswith("Smok: iMeta has no row for it") for file, _, text in found)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("2,Means,The means", "4,Means,The means", "Roads.Parent: 'Means' is at level 4; a parent is one level up, 2"),
        ("score,NA,Whole,Agg", "score,NA,NA,Agg", "Parent: exactly one aggregate must have no parent"),
        ("1,Smoke,", "1,Roads,", "Roads.iCode: is already in line 2; codes must be unique"),
        ("km,People,", "km,Peopl,", "Roads.Denominator: 'Peopl' is not a code in iMeta; did you mean 'People'?"),
        ("2,Ends,", "2,index,", "index: 'index' is reserved for the root"),
        ("Direction,", "Dir,", "no column 'Direction'"),
    ],
)
def test_mistakes_of_imeta(pair, old, new, what):
    """One at a time."""
    meta = pair.meta.replace(old, new)
    meta = meta.replace(",Ends,Indicator", ",index,Indicator") if "index" in new else meta

    assert any(what in text for _, _, text in problems(pair, meta=meta))


SCENARIO = """
title = "Uneven"
editions = [2020, 2021]
imputation = { method = "group-mean", by = "home-region" }
normalisation = "min-max"
aggregation = { method = "geometric", shift = 1 }
missing = { at_least_share = 0.5 }

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv" }

[selection]
keep = ["AAA"]

[dimensions]
deep = { aggregation = "arithmetic", post_processing = ["reverse"] }
deeper = { parent = "deep", weight = 2 }

[indicators]
lone-one = { indicator = "value", dimension = "deep", direction = -1, options = { column = "a" } }
b = { indicator = "value", dimension = "deeper", weight = 3 }
c = { indicator = "value", dimension = "deeper", treatment = ["log"], normalisation = "rank" }

[dimensions.flat]
[indicators.d]
indicator = "value"
dimension = "flat"
"""
VALUES = """unit,year,a,b,c,d
AAA,2020,1.1,3,2,5
BBB,2020,2.7,,4,9
CCC,2020,3.2,8,8,7
DDD,2020,5.9,1,3,1
AAA,2021,1.3,4,2,6
BBB,2021,2.9,5,5,8
CCC,2021,3.1,9,7,
DDD,2021,6.3,2,3,2
"""
UNITS = "unit,name,home-region,people\nAAA,Aland,n,1\nBBB,Beland,n,2\nCCC,Celand,s,3\nDDD,Deland,s,4\n"


@pytest.fixture
def uneven(tmp_path):
    """A scenario whose tree is uneven and whose names R cannot have."""
    for name, text in {"scenario.toml": SCENARIO, "values.csv": VALUES, "units.csv": UNITS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "scenario.toml"


def test_methods_of_a_number_that_toml_does_not_have(pair, tmp_path):
    """The file and the line are named, however many digits it has."""
    (tmp_path / "methods.toml").write_text("[ranking]\ndecimals = 1" + 4_400 * "0")
    with pytest.raises(ScenarioError) as caught:
        read_coinr(*pair(), tmp_path / "methods.toml", 2024)

    assert [(each.file, each.line) for each in caught.value.problems] == [("methods.toml", 2)]


@pytest.mark.long
def test_an_export_comes_back_to_the_same_scores(uneven, tmp_path):
    """Every edition's scores, with names that R can have."""
    assert run(["export", str(uneven), "--output", str(tmp_path / "x.coinr.zip")]) == 0
    assert run(["import", "coinr", str(tmp_path / "x.coinr.zip"), "--output", str(tmp_path / "back")]) == 0

    there, back = rank(str(uneven)), rank(str(tmp_path / "back" / "scenario.toml"))

    np.testing.assert_allclose(back.scores, there.scores, rtol=1e-12)
    assert back.codes == there.codes
    assert np.array_equal(back.ranks, there.ranks)
    assert [each.key for each in back.plan.ranked] == ["lone_one", "b", "c", "d"]


def test_exported_tables_are_such_as_coinr_takes(uneven, tmp_path):
    """Parents one level up, codes that R can have, one row per unit and year."""
    run(["export", str(uneven), "--output", str(tmp_path / "x.coinr.zip")])
    with zipfile.ZipFile(tmp_path / "x.coinr.zip") as archive:
        assert sorted(archive.namelist()) == ["iData.csv", "iMeta.csv", "methods.toml"]
        data, meta = (pd.read_csv(archive.open(f"{name}.csv")) for name in ("iData", "iMeta"))

    levels = dict(zip(meta["iCode"], meta["Level"], strict=True))
    for row in meta[meta["Parent"].notna()].itertuples():
        assert levels[row.Parent] == row.Level + 1
    assert set(data.columns) - {"uName", "uCode", "Time"} == set(meta["iCode"][meta["Type"] != "Aggregate"])
    assert meta.set_index("iCode").loc["home_region", "Type"] == "Group"
    assert data[["uCode", "Time"]].duplicated().sum() == 0
    assert data["lone_one"].tolist() == [1.1, 2.7, 3.2, 5.9, 1.3, 2.9, 3.1, 6.3]


def test_the_command_says_what_to_do_next(pair, tmp_path, capsys):
    """Counts, what was chosen, and the command that ranks."""
    assert run(["import", "coinr", *map(str, pair()), "--output", str(tmp_path / "out")]) == 0

    said = capsys.readouterr().out
    assert "A whole index: 4 units, 3 indicators in 2 dimensions, edition 2020" in said
    assert "normalisation, weighting, missing, aggregation" in said
    assert "hubrank rank" in said


def test_an_index_without_dimensions_ranks(pair, tmp_path):
    """Indicators right below the index lie in one dimension; by min-max Aland gets (0 + 100) / 2."""
    data = "uName,uCode,Roads,Smoke\nAland,AAA,1,5\nBeland,BBB,2,9\nCeland,CCC,3,7\n"
    meta = "Level,iCode,iName,Direction,Weight,Parent,Type\n"
    meta += "1,Roads,Roads,1,1,Whole,Indicator\n1,Smoke,Smoke,-1,1,Whole,Indicator\n2,Whole,Whole,1,1,NA,Aggregate\n"
    write_framework(read_coinr(*pair(data, meta), None, 2020), tmp_path / "flat")
    assert rank(str(tmp_path / "flat" / "scenario.toml")).scores[0].tolist() == [50, 25, 75]
