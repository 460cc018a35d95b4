"""What a reader of a ranking should know."""

import pytest
from attrs import evolve
from hubrank.ranking.notices import WIDTH
from hubrank.ranking.ranking import compose

VALUES = "unit,year,a,b\nAAA,2024,1,\nBBB,2024,,10\nCCC,2024,4,20\nCCC,2023,1,1\n"
CHANGES = """
editions = [2023, 2024]
[indicators]
b = { imputation = { method = "fill" } }
[missing]
rule = "renormalise"
"""


def told(ranking):
    """The kind and the sentence of each, with its edition."""
    return [(each.kind, str(each)) for each in ranking.caveats()]


def test_caveats(lab):
    """Those of all editions first, then edition by edition, each with its kind.

    In 2023 only CCC is measured; in 2024 AAA's b is filled, BBB lacks a.
    """
    lab.write("values.csv", VALUES)
    ranking = lab.rank(CHANGES)
    (report,) = ranking.measurement.inputs
    measurement = evolve(ranking.measurement, inputs=(evolve(report, sample=True),))

    assert told(compose(ranking.plan, measurement)) == [
        ("sample", "based on the sources' samples, not on their full data"),
        ("unranked", "2023, not ranked: 2 units"),
        ("imputed", "2024, imputed: b for 1 unit"),
        ("missing", "2024, missing, weight redistributed: a for 1 unit"),
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('["a", "b"]', "2 assumptions were made; the scenario gives the reasons"),
        ('["a"]', "1 assumption was made; the scenario gives the reason"),
    ],
)
def test_what_was_assumed_is_counted(lab, lines, said):
    """Of a scenario that was made of a table."""
    assert said in [str(each) for each in lab.rank(f"assumed = {lines}").caveats()]


def test_what_should_be_checked_comes_first(lab):
    """A line each, before the sum of what was assumed."""
    said = [str(each) for each in lab.rank('check = ["direction of a"]\nassumed = ["b"]').caveats()]

    assert said[:2] == ["please check: direction of a", "1 assumption was made; the scenario gives the reason"]


def test_carried_and_left_out(lab):
    """In 2020 A has b of 2018, B and C theirs of 2017 and 2019; the a of A, of 2018, may not be carried.

    The years are the oldest and the newest; all units count that lack a value for its age.
    """
    lab.write(
        "values.csv",
        "unit,year,a,b\nAAA,2018,1,1\nBBB,2020,2,\nBBB,2017,1,2\nCCC,2020,3,\nCCC,2019,5,3\n",
    )
    changes = 'editions = [2020]\nmissing.rule = "renormalise"\n[indicators.b]\nmax_age = 3'

    assert told(lab.rank(changes)) == [
        ("carried", "2020, older values used: b of 2017-19 (3 units)"),
        ("too-old", "2020, left out, older than max_age: a of 2018 (1 unit)"),
        ("missing", "2020, missing, weight redistributed: a for 1 unit"),
    ]


def test_a_unit_without_a_rank_lacks_what_is_too_old(lab):
    """The case `carried`: A's only value is of 2015. Its reason names the year and the key that would let it in."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2015,1,1\nBBB,2020,2,2\nCCC,2020,3,3\n")
    ranking = lab.rank('editions = [2020]\nexclude = ["b"]')

    assert told(ranking) == [
        ("too-old", "2020, left out, older than max_age: a of 2015 (1 unit)"),
        ("unranked", "2020, not ranked: 1 unit"),
    ]
    assert ranking.unranked()["why"].tolist() == ["no measured values; a: 2015 is older than max_age = 0 allows"]


def test_look_ahead_is_reported_where_it_happens(lab):
    """The first vintage is 2024, which 2022 sees and 2024 has of its own."""
    ranking = lab.rank("editions = [2022, 2024]\n[inputs.values]\nlook_ahead = true")

    assert told(ranking) == [("look-ahead", "2022, newer values used (look_ahead): a of 2024 (3 units), b of 2024 (3)")]


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("1", ["after 2023"]),
        ("4", ["before 2022 and after 2023"]),
        ('"all"', ["after 2023"]),
        ("1\nlag = 1", []),
        ('"newest"\nmax_age = 1', []),
    ],
)
def test_years_that_a_table_does_not_cover(lab, window, said):
    """The table covers 2022 and 2023; the sum for 2024 reaches past them. The newest period has an age instead."""
    lab.write("values.csv", "unit,year,a,b\n" + "".join(f"{u},{y},1,2\n" for u in ("AAA", "BBB") for y in (2023, 2024)))
    options = 'options = { file = "values.csv", kind = "flow", covers = { first = 2022, last = 2023 } }'
    ranking = lab.rank(f"[inputs.values]\n{options}\nwindow = {window}")

    found = [each.text for each in ranking.caveats() if each.kind == "uncovered"]
    assert found == [f"not covered: values {each}" for each in said]


def test_a_sentence_is_a_line(lab):
    """Twelve indicators are carried: the farthest from the edition stands first, and the rest are counted."""
    keys = [f"an-indicator-{at}" for at in range(12)]
    rows = "".join(f"{u},{y},1,{','.join('1' * 12)}\n" for u, y in (("AAA", 2020), ("BBB", 2022), ("CCC", 2024)))
    lab.write("values.csv", f"unit,year,a,{','.join(keys)}\n{rows}")
    choices = "".join(f'{key} = {{ indicator = "value", dimension = "life" }}\n' for key in keys)
    ranking = lab.rank(f'exclude = ["b"]\n[inputs.values]\nmax_age = 4\n[indicators]\n{choices}')
    (carried,) = ranking.caveats()

    assert carried.text == "older values used: a of 2020-22 (2 units); 12 more"
    assert len(carried.text) <= WIDTH == 80
