"""Titles by language: what merging, runs and changes of a plan leave of them, and by which a part is found."""

import pickle

import pytest
from hubrank import Indicator
from hubrank.basis import language
from hubrank.basis.errors import ScenarioError, UsageError
from hubrank.basis.language import Title, speaking, worded
from hubrank.runs.scenario_file import scenario_toml
from hubrank.scenario import changes
from hubrank.scenario.loading import load

TITLES = """
title = { en = "Three lands", de = "Drei Länder" }
[dimensions]
life = { title = { de = "Leben", en = "Life" } }
[indicators]
a = { title = { zh = "论文", en = "Papers" } }
b = { title = "Prices" }
"""

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nLanguage: de\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Health"
msgstr "Gesundheit"
"""


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue of German with one title."""
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr(language, "_FOLDER", tmp_path)
    language.catalogue.cache_clear()
    yield
    language.catalogue.cache_clear()


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
    with speaking("de"):
        assert [worded(each) for each in (plan.tree.root.title, a.title)] == ["Drei Länder", "Papers"]


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ('title = "Mine"', ("Mine", {})),
        ('title = { fr = "À moi" }', ("À moi", {"fr": "À moi"})),
        ('title.es = "Mío"\ntitle.en = "Mine"', ("Mine", {"es": "Mío", "en": "Mine"})),
        ("window = 3", ("Three lands", {"en": "Three lands", "de": "Drei Länder"})),
    ],
)
def test_another_title_takes_no_language_of_what_it_replaces(lab, changed, title):
    """A translation of another title would be a wrong one."""
    lab.write("middle.toml", f'extends = "base.toml"\n{TITLES}')

    assert texts(lab.load(f'extends = "middle.toml"\n{changed}', extends=False).scenario.title) == title


def test_what_is_like_another_has_its_title_or_its_own(lab):
    """C has the title of A in both languages, D its own alone."""
    like = 'c = { like = "a", options = { column = "a" } }\nd = { like = "c", title = { fr = "Articles" } }'
    said = lab.load(TITLES + like).scenario.indicators

    assert texts(said["c"].title) == ("Papers", {"zh": "论文", "en": "Papers"})
    assert texts(said["d"].title) == ("Articles", {"fr": "Articles"})


def test_a_dimension_or_input_named_title_is_no_title(lab):
    """Its table merges as others do: the input keeps its source, the dimension its weight."""
    lab.write(
        "middle.toml",
        'extends = "base.toml"\n[inputs.title]\nsource = "files"\noptions = { file = "values.csv" }\n'
        '[dimensions.title]\nweight = 2\n[indicators]\nb = { dimension = "title" }',
    )
    changed = "[inputs.title]\nlag = 1\n[dimensions.title]\ntitle = { en = 'The title' }"
    said = lab.load(f'extends = "middle.toml"\n{changed}', extends=False).scenario

    assert (said.inputs["title"].source, said.inputs["title"].lag) == ("files", 1)
    assert (said.dimensions["title"].weight, said.dimensions["title"].title) == (2, "The title")


def test_a_run_leaves_all_languages(lab):
    """The scenario of a run folder is read again with the same titles."""
    plan = lab.plan(TITLES)
    again = load(lab.write("scenario.toml", scenario_toml(plan, lab.folder)), lab.registry()).scenario

    assert texts(again.title) == texts(plan.scenario.title)
    assert texts(again.dimensions["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(again.indicators["a"].title) == ("Papers", {"zh": "论文", "en": "Papers"})


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: changes.with_scenario(plan, seed=3),
        lambda plan: changes.without_member("b", plan),
        lambda plan: changes.normalised(
            plan.scenario.normalisation, plan.ranked[0].normalisation, changes.reseeded(1, plan)
        ),
    ],
    ids=["scenario", "member", "normalisation"],
)
def test_a_changed_plan_has_the_same_titles(lab, change):
    """Drawn variants are of the same ranking."""
    changed = change(lab.plan(TITLES))

    assert texts(changed.scenario.title) == ("Three lands", {"en": "Three lands", "de": "Drei Länder"})
    assert texts(changed.tree["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(changed.ranked[0].title) == ("Papers", {"zh": "论文", "en": "Papers"})


def test_a_title_reaches_other_processes_whole():
    """Draws are spread over processes."""
    assert texts(pickle.loads(pickle.dumps(Title("Life", {"de": "Leben"})))) == ("Life", {"de": "Leben"})  # noqa: S301


@pytest.mark.parametrize(
    ("text", "key"),
    [("papers", "a"), ("论文", "a"), ("LEBEN", "life"), ("Life", "life"), ("drei länder", "index")],
)
def test_a_part_is_found_by_its_title_in_any_language(lab, text, key):
    """Whatever language is spoken."""
    assert lab.plan(TITLES).key(text) == key


def test_a_translation_that_two_share_is_ambiguous(lab):
    """A title in one language is not better than one in another."""
    plan = lab.plan('[indicators]\na = { title = { en = "Papers", de = "Preise" } }\nb = { title = "preise" }')

    with pytest.raises(UsageError, match=r"^'Preise' is the title of 2: a, b; name one by its key$"):
        plan.key("Preise")


def test_an_installed_title_is_found_in_the_languages_that_hubrank_speaks(lab, german):
    """The indicator's own title is English; the catalogue has its German."""
    health = Indicator(
        name="health", title="Health", unit_of_measure="-", inputs={"values": {"a": float}}, measure=lambda *_: None
    )
    plan = lab.plan('[indicators]\nhealth = { dimension = "life" }', lab.plugin("mine", indicators=[health]))

    assert plan.key("gesundheit") == "health"
    assert plan.key("health") == "health"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3", "2  title: must be a text, or a table of texts by language; got 3"),
        ("title = {}", "2  title: must be a text, or a table of texts by language; got {}"),
        ('title = { en = "x", german = "y" }', "2  title.german: is no language, such as en or zh"),
        ('title.en = "x"\ntitle.EN = "y"', "3  title.EN: is no language, such as en or zh"),
        ('title = { "in English" = "x" }', "2  title: in English: is no language, such as en or zh"),
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
