"""The search: by every name that a unit has, in any script, and by names that are nearly right."""

import pytest
from hubrank.plugin import compose

UNITS = """unit,name,aliases,country
munich,Munich,München|慕尼黑|Monaco di Baviera,DEU
beijing,Beijing,北京|Пекин|Peking,CHN
moscow,Moscow,Москва|Moskau,RUS
koln,Köln,Cologne,DEU
aarhus,Ørsted By,,DNK
shanghai,Shanghai,上海,CHN
shantou,Shantou,汕头,CHN
u1,Land 1,,FRA
u2,Land 2,,FRA
"""
SCENARIO = """
title = "Towns"
editions = [2024]
units = { file = "towns.csv" }
normalisation = "min-max"
aggregation = "arithmetic"

[inputs.values]
source = "files"
options = { file = "figures.csv" }

[dimensions]
all = { title = "All" }

[indicators]
a = { indicator = "value", dimension = "all" }
"""


@pytest.fixture(scope="module")
def page(visit_once, forty):
    """Nine towns, which are ranked in the order of their list."""
    rows = [line.split(",")[0] for line in UNITS.splitlines()[1:]]
    (forty.folder / "towns.csv").write_text(UNITS, encoding="utf-8")
    values = "\n".join(f"{code},2024,{90 - at}" for at, code in enumerate(rows))
    (forty.folder / "figures.csv").write_text(f"unit,year,a\n{values}\n", encoding="utf-8")
    plan = forty.plan_of(SCENARIO)
    return visit_once(compose(plan, forty.measured(plan)))


def found(page, query):
    """The names that are listed for a query."""
    page.fill("#search", query)
    return page.locator("#ranking-table tbody .unit").all_inner_texts()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("北京", "Beijing"),
        ("Пекин", "Beijing"),
        ("москва", "Moscow"),
        ("München", "Munich"),
        ("Munchen", "Munich"),
        ("Muenchen", "Munich"),
        ("慕尼黑", "Munich"),
        ("monaco di b", "Munich"),
        ("Koeln", "Köln"),
        ("koln", "Köln"),
        ("orsted", "Ørsted By"),
        ("Oersted", "Ørsted By"),
        ("Danemark", "Ørsted By"),
        ("Россия", "Moscow"),
        ("俄罗斯", "Moscow"),
        ("Danmark", "Ørsted By"),
        ("デンマーク", "Ørsted By"),
        ("Δανία", "Ørsted By"),
    ],
)
def test_every_name_in_every_script_is_found(page, query, name):
    """Other names, other scripts, letters without accents or written as two, countries in many languages."""
    assert found(page, query) == ([name] if name else [])
    assert page.inner_text("#near") == ""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Shangai", ["Shanghai"]),
        ("Mosocw", ["Moscow"]),
        ("Bejing", ["Beijing"]),
        ("Muncih", ["Munich"]),
        ("shagnhia", ["Shanghai"]),
        ("Bej", []),
        ("Xqzwkj", []),
        ("Land 3", []),
    ],
)
def test_similar_spellings_are_found_and_reported(page, query, names):
    """One wrong letter in four, two in seven, never in numbers; it is said that nothing is called so."""
    assert found(page, query) == names
    said = f"No unit is called “{query}”. Did you mean {', '.join(names)}?" if names else ""
    assert page.inner_text("#near") == said
    assert page.inner_text("#said").startswith(said)
