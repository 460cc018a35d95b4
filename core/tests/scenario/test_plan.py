"""A plan: its parts by name, their titles, and what is left without some."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError, UsageError
from hubrank.i18n import Title, gettext, use_language
from hubrank.measurement.figures import measure
from hubrank.ranking.ranking import compose
from hubrank.results.save import scenario_toml
from hubrank.scenario.load import load
from hubrank.scenario.resolve import without_member

CHANGES = """
[dimensions]
soil = { parent = "life", title = "Soil and water" }
[indicators]
a = { title = "Papers" }
b = { title = "Twice", dimension = "soil" }
c = { indicator = "value", options = { column = "b" }, title = "twice", dimension = "soil" }
"""


@pytest.mark.parametrize(
    ("text", "kinds", "key"),
    [
        ("a", (), "a"),
        (" A ", ("indicator",), "a"),
        ("papers", ("indicator",), "a"),
        ("\uff30apers", ("indicator",), "a"),
        ("SOIL AND WATER", ("dimension",), "soil"),
        ("soil", (), "soil"),
        ("index", ("dimension",), "index"),
    ],
)
def test_key(lab, text, kinds, key):
    """By key or title, in any case, with spaces around, in any Unicode form: a full-width P is a P."""
    assert lab.plan(CHANGES).key(text, *kinds) == key


@pytest.mark.parametrize(
    ("text", "kinds", "message"),
    [
        ("paper", ("indicator",), "there is no indicator 'paper'; available: a, b, c"),
        ("soil", ("indicator",), "there is no indicator 'soil'; available: a, b, c"),
        ("lif", (), "there is no indicator or dimension 'lif'; did you mean 'life'?"),
        ("Twice", (), "'Twice' is the title of 2: b, c; name one by its key"),
    ],
)
def test_no_key(lab, text, kinds, message):
    """What is not there is rejected with what is; a title of two with both."""
    with pytest.raises(UsageError) as caught:
        lab.plan(CHANGES).key(text, *kinds)

    assert str(caught.value) == message


TITLES = """
title = { en = "Three lands", de = "Drei Länder" }
[dimensions]
life = { title = { de = "Leben", en = "Life" } }
[indicators]
a = { title = { zh = "论文", en = "Papers" } }
b = { title = "Prices" }
"""


def texts(title):
    """A title with its texts; none of one that is not by language."""
    return str(title), dict(title.texts) if isinstance(title, Title) else None


def test_a_plan_has_titles_in_all_languages(lab):
    """A title is English where it is a text; what the scenario gave as a text alone has no other languages."""
    plan = lab.plan(TITLES)
    a, b = plan.ranked

    assert texts(plan.tree.root.title) == ("Three lands", {"en": "Three lands", "de": "Drei Länder"})
    assert texts(plan.tree["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(a.title) == ("Papers", {"zh": "论文", "en": "Papers"})
    assert texts(b.title) == ("Prices", {})
    with use_language("de"):
        assert [gettext(each) for each in (plan.tree.root.title, a.title)] == ["Drei Länder", "Papers"]


def test_a_run_leaves_all_languages(lab):
    """The scenario of a run folder is read again with the same titles."""
    plan = lab.plan(TITLES)
    again = load(lab.write("scenario.toml", scenario_toml(plan, lab.folder)), lab.registry()).scenario

    assert texts(again.title) == texts(plan.scenario.title)
    assert texts(again.dimensions["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(again.indicators["a"].title) == ("Papers", {"zh": "论文", "en": "Papers"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3", "2  title: must be a text, or a table of texts by language; got 3"),
        ("title = {}", "2  title: must be a text, or a table of texts by language; got {}"),
        ('title = { en = "x", german = "y" }', "2  title.german: is not a language code, such as en or zh"),
        ('title.en = "x"\ntitle.EN = "y"', "3  title.EN: is not a language code, such as en or zh"),
        ('title = { "in English" = "x" }', "2  title: in English: is not a language code, such as en or zh"),
        ('[title]\nen = "x"\nde = 4', "4  title.de: must be a text"),
        ("[dimensions]\nlife = { title = { de = [] } }", "3  dimensions.life.title.de: must be a text"),
        ("[indicators.a]\ntitle.zh = true", "3  indicators.a.title.zh: must be a text"),
    ],
)
def test_a_wrong_title_is_one_problem_with_its_line(lab, text, said):
    """What is said begins with the key, the language within it."""
    with pytest.raises(ScenarioError) as caught:
        lab.load(text)

    assert str(caught.value) == f"mine.toml: 1 problem\n  {said}"


VALUES = "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,\nCCC,2024,,20\n"
SCREENED = """
[selection]
at_least_share = 1
"""
DEEP = """
[dimensions]
soil = { parent = "life" }
water = { parent = "soil" }
[indicators]
b = { dimension = "water" }
c = { indicator = "value", options = { column = "b" }, dimension = "soil", weight = 0 }
"""


def test_screening_is_repeated(lab):
    """BBB lacks only b: with b it is screened out, without b it is ranked, as in a scenario without b."""
    lab.write("values.csv", VALUES)
    plan = lab.plan(SCREENED)
    measurement = measure(plan)
    made = compose(without_member("b", plan), measurement)
    base = (lab.folder / "base.toml").read_text()
    lab.write("base.toml", base.replace('b = { indicator = "value", dimension = "life" }\n', ""))
    anew = lab.rank(SCREENED)

    np.testing.assert_array_equal(compose(plan, measurement).ranks, [[1, np.nan, np.nan]])
    np.testing.assert_array_equal(made.ranks, [[2, 1, np.nan]])
    np.testing.assert_array_equal(made.scores, anew.scores)
    np.testing.assert_array_equal(made.considered, anew.considered)


def test_a_dimension_goes_with_its_last_member_that_weighs(lab):
    """Without water only c is left in soil, of weight 0, so soil goes too; life keeps a."""
    plan = without_member("water", lab.plan(DEEP))

    assert [(node.name, [each.name for each in node.members]) for node in plan.tree] == [
        ("life", ["a"]),
        ("index", ["life"]),
    ]
    assert [each.key for each in plan.ranked] == ["a"]
    assert [each.leaves for node in plan.tree for each in node.members] == [1, 1]


@pytest.mark.parametrize("name", ["life", "index"])
def test_nothing_is_left(lab, name):
    """Without the only dimension no indicator is ranked, and composing says so."""
    plan = lab.plan(DEEP)
    empty = without_member(name, plan)

    assert empty.ranked == ()
    with pytest.raises(ScenarioError, match="indicators: no indicators left to rank by"):
        compose(empty, measure(plan))
