"""What a scenario says of absent rows has an effect, or an error says what is missing."""

import pytest
from hubrank.plugin import ScenarioError

GAPS = "unit,year,a,b\nAAA,2024,1,1\nBBB,2024,,1\nCCC,2024,3,1\n"
ABSENT = "[indicators.a.options]\nabsent = 0\n"


def problems(lab, changes, *plugins):
    """The problems of a scenario."""
    with pytest.raises(ScenarioError) as caught:
        lab.measure(changes, *plugins)
    return [str(each) for each in caught.value.problems]


def covering(first, last, more=""):
    """The input with covers."""
    return (
        f'[inputs.values]\n{more}\noptions = {{ file = "values.csv", covers = {{ first = {first}, last = {last} }} }}\n'
    )


def test_a_table_that_does_not_say_what_it_covers(lab):
    """`absent = 0` would do nothing: the error says which key is missing. With it BBB has 0."""
    lab.write("values.csv", GAPS)

    assert problems(lab, ABSENT) == [
        "indicators.a.options.absent: has no effect: input 'values' does not say what it is complete for; "
        "set inputs.values.options.covers = { first = YEAR, last = YEAR }"
    ]
    assert lab.values(ABSENT + covering(2020, 2024)) == {"AAA": 1.0, "BBB": 0.0, "CCC": 3.0}


def test_a_source_that_has_no_covers(lab):
    """Where the scenario cannot say it, the error does not ask for it."""
    papers = (
        '[inputs.works]\nsource = "desk"\n[indicators.papers]\nindicator = "value"\ndimension = "life"\n'
        'inputs = { values = "works" }\noptions = { absent = 0 }\n'
    )

    assert problems(lab, papers, lab.desk(lambda request: [])) == [
        "indicators.papers.options.absent: has no effect: input 'works' does not say what it is complete for; "
        "remove absent, since the source 'desk' has no covers for table 'works'"
    ]
