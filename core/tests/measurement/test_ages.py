"""How old a value may be, and what is said of one that is of another year than its edition."""

import numpy as np
import pandas as pd
import pytest
from hubrank.errors import DataError, ScenarioError
from hubrank.plugin import Coverage, Indicator

OLD = "unit,year,a,b\nAAA,2015,1,1\nBBB,2019,2,2\nBBB,2020,2,2\nCCC,2020,3,3\n"
IN_2020 = "editions = [2020]\n[inputs.values]\n"


def flags(lab, changes="", *plugins, key="a"):
    """The flag of each unit's value of an indicator in the last edition."""
    table = lab.rank(changes, *plugins).values()
    last = table[(table["edition"] == table["edition"].max()) & (table["indicator"] == key)]
    return dict(zip(last["unit"], last["flag"], strict=True))


@pytest.mark.parametrize(
    ("changes", "value", "flag"),
    [
        ("", None, "screened out; 2015 is older than max_age = 0 allows"),
        ("max_age = 4", None, "screened out; 2015 is older than max_age = 4 allows"),
        ("max_age = 5", 1.0, "carried from 2015"),
        ('max_age = "any"', 1.0, "carried from 2015"),
        ("lag = 1\nmax_age = 4", 1.0, "carried from 2015"),
        ("lag = 1\nmax_age = 3", None, "screened out; 2015 is older than max_age = 3 allows"),
        ("lag = 5", 1.0, ""),
    ],
)
def test_a_stock_of_five_years_ago(lab, changes, value, flag):
    """In 2020 the level of 2015 is five years old, four where the newest year asked for is 2019, and none for 2015."""
    lab.write("values.csv", OLD)
    found = lab.values(IN_2020 + changes)["AAA"]

    assert (None if np.isnan(found) else found) == value
    assert flags(lab, IN_2020 + changes)["AAA"] == flag


def test_a_gap_in_the_newest_row(lab):
    """A's row of 2020 has no a, so that only that of 2019 is left; b has its own. The gap says so and is missing."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2019,7,1\nAAA,2020,,4\nBBB,2020,2,2\nCCC,2020,3,3\n")
    changes = 'editions = [2020]\nmissing.rule = "renormalise"\n'

    assert flags(lab, changes)["AAA"] == "missing; 2019 is older than max_age = 0 allows"
    assert flags(lab, changes, key="b")["AAA"] == ""


def test_the_share_of_the_weight_by_age(lab):
    """Of 2020, a has values of 2015, 2019 and 2020, b the same; three units and two indicators of a half each."""
    lab.write("values.csv", OLD.replace("BBB,2020,2,2\n", ""))
    ranking = lab.rank(IN_2020 + "max_age = 5")

    assert ranking.weight_by_age(0) == pytest.approx({0: 1 / 3, 1: 1 / 3, 5: 1 / 3})
    assert set(ranking.indicators()["oldest"]) == {2015} and set(ranking.indicators()["newest"]) == {2020}
    assert lab.rank(IN_2020 + "lag = 5").weight_by_age(0) == {5: 1}


PLACES = {"ror": ["P", "Q", "P", "R"], "unit": ["AAA", "AAA", "AAA", "BBB"], "year": [2018, 2020, 2017, 2020]}


def at_the_desk(lab, rows, changes="", **fields):
    """A plan's text and plugin: the lab's a, read of a source of our own."""
    text = f'editions = [2020]\nexclude = ["b"]\n[inputs.values]\nsource = "desk"\n{changes}\n'
    lab.write("base.toml", (lab.folder / "base.toml").read_text().replace('options = { file = "values.csv" }\n', ""))
    frame = pd.DataFrame(rows)
    return text, lab.desk(lambda request: iter([frame]), tuple(frame), **{"name": "values", "kind": "stock", **fields})


@pytest.mark.parametrize(
    ("every", "value", "flag"),
    [(1, None, "screened out; 2018 is older than max_age = 0 allows"), (3, 12.0, "carried from 2018")],
)
def test_places_of_different_years(lab, every, value, flag):
    """P has 4 in 2018 and Q has 8 in 2020: 12 of both, carried from 2018, or a gap; never the 8 of Q alone."""
    rows = {**PLACES, "a": [4.0, 8.0, 2.0, 16.0]}
    text, plugin = at_the_desk(lab, rows, every=every)
    found = lab.values(text, plugin)

    assert (None if np.isnan(found["AAA"]) else found["AAA"]) == value
    assert flags(lab, text, plugin)["AAA"] == flag
    assert (found["BBB"], flags(lab, text, plugin)["BBB"]) == (16.0, "")


@pytest.mark.parametrize(("every", "age", "allowed"), [(5, "", 4), (5, "max_age = 1", 1), (1, 'max_age = "any"', None)])
def test_a_scenario_comes_before_the_rhythm_of_a_table(lab, every, age, allowed):
    """A table of every fifth year lets values be four years old, unless the scenario says differently."""
    text, plugin = at_the_desk(lab, {**PLACES, "a": [4.0, 8.0, 2.0, 16.0]}, age, every=every)

    assert lab.plan(text, plugin).inputs["values"].max_age() == allowed


def test_rows_without_a_year_never_age(lab):
    """They stand for every edition, and nothing is said of them."""
    lab.write("values.csv", "unit,year,a,b\nAAA,,1,1\nBBB,2020,2,2\nCCC,2020,3,3\n")

    assert lab.values("editions = [2020]")["AAA"] == 1
    assert flags(lab, "editions = [2020]")["AAA"] == ""


FLOW = 'editions = [2022]\n[inputs.values]\nwindow = "newest"\noptions = { file = "values.csv", kind = "flow" }\n'


def test_the_newest_period_of_a_flow_may_be_old(lab):
    """The period 2018-2020 ends two years before 2022: a gap of all, which is refused, or carried from 2020."""
    lab.write("values.csv", "unit,from_year,year,a,b\nAAA,2018,2020,1,1\nBBB,2018,2020,2,2\nCCC,2018,2020,4,4\n")

    with pytest.raises(DataError, match="in any edition: the newest is of 2020, older than max_age allows"):
        lab.measure(FLOW)
    assert lab.values(f"{FLOW}max_age = 2") == {"AAA": 1, "BBB": 2, "CCC": 4}
    assert set(flags(lab, f"{FLOW}max_age = 2").values()) == {"carried from 2020"}


def test_no_row_is_as_old_as_the_list(lab):
    """A list of 2018 without A says 0 for it, in 2020 carried from 2018; where that is too old 0 can mean nothing."""
    rows = {"unit": ["BBB", "CCC"], "year": [2018, 2018], "a": [2.0, 4.0]}
    text, plugin = at_the_desk(lab, rows, covers=Coverage(first=2016, last=2018), every=3)
    text += "[indicators.a.options]\nabsent = 0\n"

    assert lab.values(text, plugin)["AAA"] == 0
    assert set(flags(lab, text, plugin).values()) == {"carried from 2018"}
    with pytest.raises(ScenarioError, match=r"indicators\.a\.options\.absent: has no effect"):
        lab.measure(text.replace('"desk"\n', '"desk"\nmax_age = 1\n'), plugin)


@pytest.mark.parametrize("more", ["", "max_age = 5"])
def test_no_row_in_a_complete_year_ends_an_older_one(lab, more):
    """A list that is complete for 2020 has A with 7 in 2018 alone: in 2020 it is 0, as for those without rows."""
    rows = {"unit": ["AAA", "BBB"], "year": [2018, 2020], "a": [7.0, 2.0]}
    text, plugin = at_the_desk(lab, rows, covers=Coverage(first=2016, last=2020))
    found = lab.values(text + f"[indicators.a]\n{more}\n[indicators.a.options]\nabsent = 0\n", plugin)

    assert (found["AAA"], found["BBB"], found["CCC"]) == (0, 2, 0)


def test_an_indicator_may_say_how_old_its_values_may_be(lab):
    """The b of A may be five years old, its a may not, though both are of one input."""
    lab.write("values.csv", OLD)
    changes = 'editions = [2020]\nmissing.rule = "renormalise"\n[indicators.b]\nmax_age = 5'

    assert flags(lab, changes)["AAA"] == "missing; 2015 is older than max_age = 0 allows"
    assert flags(lab, changes, key="b")["AAA"] == "carried from 2015"


SHARE = '[indicators.share]\nindicator = "ratio"\nfrom = ["a", "b"]\ndimension = "life"\n'


def test_what_is_made_from_others_is_as_old_as_they_are(lab):
    """A quotient with an a of 2018 and a b of 2020 is carried from 2018; without the a it says which a is too old."""
    lab.write("more.csv", "unit,year,a\nAAA,2018,6\nBBB,2020,8\nCCC,2020,9\n")
    lab.write("values.csv", "unit,year,a,b\nAAA,2020,1,2\nBBB,2020,2,2\nCCC,2020,3,3\n")
    more = '[inputs.more]\nsource = "files"\noptions.file = "more.csv"\n'
    text = (
        f'editions = [2020]\nmissing.rule = "renormalise"\n{more}{{}}\n[indicators.a]\ninputs.values = "more"\n{SHARE}'
    )

    assert flags(lab, text.format("max_age = 2"), key="share") == {"AAA": "carried from 2018", "BBB": "", "CCC": ""}
    assert flags(lab, text.format(""), key="share")["AAA"] == "missing; 2018 is older than max_age = 0 allows"


def test_a_column_of_the_units_may_be_carried(lab):
    """12 over the 4 people of 2018: carried from 2018 with both vintages; what reads no people is not."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2020,12,1\nBBB,2020,1,1\nCCC,2020,1,1\n")
    lab.write("people.csv", "unit,year,people\nAAA,2018,4\nBBB,2020,5\nCCC,2020,5\n")
    head = Indicator(
        name="head",
        title="A head",
        unit_of_measure="-",
        inputs={"values": {"a": float}},
        measure=lambda inputs, units, options: inputs["values"].latest("a") / units["people"],
        unit_columns=("people",),
    )
    text = (
        'editions = [2020]\nunits = { file = "units.csv", from_inputs = { people = "census" } }\n'
        '[inputs.census]\nsource = "files"\noptions = { file = "people.csv" }\nmax_age = 2\n'
        '[indicators.head]\ndimension = "life"\n'
    )
    mine = lab.plugin("mine", indicators=[head])
    table = lab.rank(text, mine).values().set_index(["unit", "indicator"])

    assert table.loc[("AAA", "head"), "measured"] == 3
    assert table.loc[("AAA", "head"), ["flag", "vintage"]].tolist() == ["carried from 2018", "2018 + 2020"]
    assert table.loc[("AAA", "a"), "flag"] == ""


@pytest.mark.parametrize(
    ("changes", "edition", "flag"),
    [
        ("", 2024, "newer than the edition: 2026"),
        ("", 2026, ""),
        ("lag = 1", 2026, "newer than its lag allows: 2026"),
        ("lag = 1", 2027, ""),
        ('treatment.steps = ["log10"]', 2024, "newer than the edition: 2026, treated by log10"),
    ],
)
def test_what_looks_ahead_says_so(lab, changes, edition, flag):
    """The first vintage is 2026: newer than 2024, and in 2026 newer than a lag of a year allows."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2026,8,1\nBBB,2026,9,2\nCCC,2026,10,4\n")
    treated, rest = (changes, "") if "steps" in changes else ("", changes)

    found = flags(lab, f"editions = [{edition}]\n{treated}\n[inputs.values]\nlook_ahead = true\n{rest}")
    assert set(found.values()) == {flag}
