"""A unit that lacks too many members is not among those that the others are compared with: by hand."""

import hubrank
import pytest
from hubrank.plugin import Registry

SCENARIO = """
title = "Three lands"
editions = [2024]
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "figures.csv" } }
normalisation = "none"
aggregation = "arithmetic"
[dimensions.both]
aggregation = "topsis"
missing = { rule = "renormalise", at_least_share = 0.9 }
[indicators]
x = { indicator = "value", dimension = "both" }
y = { indicator = "value", dimension = "both" }
"""


def test_topsis_without_the_unit_of_one_gap(tmp_path):
    """Of A and B alone the ideal is (5, 1), the worst (3, 0), and each column weighs a half.

    A = (3, 1) lies 2 / 2 from the ideal and 1 / 2 from the worst; for B = (5, 0) it is the other way. The 12 of C would
    change both if C stood among them.
    """
    (tmp_path / "units.csv").write_text("unit,name\nA,Aland\nB,Beland\nC,Celand\n")
    (tmp_path / "figures.csv").write_text("unit,year,x,y\nA,2024,3,1\nB,2024,5,0\nC,2024,12,\n")
    (tmp_path / "three.toml").write_text(SCENARIO)

    ranked = hubrank.rank(tmp_path / "three.toml")

    scores = ranked.table().set_index("unit")["score"]
    assert scores["A"] == pytest.approx(1 / 3)
    assert scores["B"] == pytest.approx(2 / 3)
    assert ranked.unranked()["unit"].tolist() == ["C"]


COMPARING = (
    *("topsis", "vikor", "spotis", "copras", "wroclaw", "promethee", "kemeny", "schulze", "copeland", "borda"),
    "benefit-of-the-doubt",
)


@pytest.mark.parametrize("method", COMPARING)
def test_who_lacks_too_much_is_not_compared_with(tmp_path, method):
    """The others' scores are to the last bit those without it, though its only value is beyond all of theirs."""
    lines = ["A,2024,3,1", "B,2024,5,2", "C,2024,4,5", "D,2024,12,"]
    (tmp_path / "three.toml").write_text(SCENARIO.replace('"topsis"', f'"{method}"'))
    scores = []
    for there in (4, 3):
        (tmp_path / "units.csv").write_text("unit,name\n" + "".join(f"{line[0]},{line[0]}\n" for line in lines[:there]))
        (tmp_path / "figures.csv").write_text("\n".join(["unit,year,x,y", *lines[:there]]) + "\n")
        scores.append(hubrank.rank(tmp_path / "three.toml").table().set_index("unit")["score"].dropna())

    assert scores[0].to_dict() == scores[1].to_dict()
    assert sorted(scores[0].index) == ["A", "B", "C"]


ON_ONE_SCALE = """
title = "Level units"
editions = [2024]
units = {{ file = "units.csv" }}
inputs.values = {{ source = "files", options = {{ file = "figures.csv" }} }}
normalisation = "none"
missing = {{ rule = "renormalise" }}
aggregation = {{ {method} }}
[dimensions.all]
[indicators]
a = {{ indicator = "value", dimension = "all", weight = {weights[0]} }}
b = {{ indicator = "value", dimension = "all", weight = {weights[1]} }}
c = {{ indicator = "value", dimension = "all", weight = {weights[2]} }}
d = {{ indicator = "value", dimension = "all", weight = {weights[3]} }}
"""
#: What each unit has of a, b, c and d; "-" is a missing value.
LEVEL = {
    "Low": "20 20 20 20",
    "Less": "45 45 45 45",
    "Same": "50 50 50 50",
    "SameInPart": "50 50 - -",
    "More": "55 55 55 55",
    "MoreInPart": "- 55 55 -",
    "High": "80 80 80 80",
}
AGGREGATORS = Registry.installed().names("aggregator")
#: Options that have no default.
NEEDED = {
    "generalised-mean": "p = 2",
    "owa": "orness = 0.2",
    **dict.fromkeys(
        ("pymcdm-balanced-spotis", "pymcdm-ervd", "skcriteria-ervd"), "point = { a = 40, b = 40, c = 40, d = 40 }"
    ),
}
#: Those that add or multiply what is there, with weights as they stand.
ADDING = ("sum", "product")
REFUSING = ("copras", "factor", *(name for name in AGGREGATORS if name.startswith(("pymcdm-", "skcriteria-"))))


@pytest.mark.parametrize("weights", [(1, 1, 1, 1), (1, 2, 3, 5)])
@pytest.mark.parametrize("name", AGGREGATORS)
def test_a_gap_is_no_merit_and_no_fault(tmp_path, name, weights):
    """Of units that are equally good in all that they have, a gap makes none better or worse; or gaps are refused."""
    (tmp_path / "units.csv").write_text("unit,name\n" + "".join(f"{unit},{unit}\n" for unit in LEVEL))
    rows = [",".join((unit, "2024", *row.replace("-", "").split(" "))) for unit, row in LEVEL.items()]
    (tmp_path / "figures.csv").write_text("\n".join(["unit,year,a,b,c,d", *rows]) + "\n")
    method = f'method = "{name}"' + (f", {NEEDED[name]}" if name in NEEDED else "")
    (tmp_path / "level.toml").write_text(ON_ONE_SCALE.format(method=method, weights=weights))

    if name in REFUSING:
        with pytest.raises(hubrank.ScenarioError, match="needs every member of every unit; impute"):
            hubrank.rank(tmp_path / "level.toml")
        return
    score = hubrank.rank(tmp_path / "level.toml").table().set_index("unit")["score"]
    if name in ADDING:
        assert score["SameInPart"] < score["Same"]
        return
    assert score["SameInPart"] == pytest.approx(score["Same"], rel=1e-12)
    assert score["MoreInPart"] == pytest.approx(score["More"], rel=1e-12)
    assert score["High"] >= score["More"] > score["Same"] > score["Less"] > score["Low"]
