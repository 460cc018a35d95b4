"""No English word is on a screen of another language, but names."""

import pytest
from hubrank.cli.app import run

UNITS = "unit,name,country\nAAA,Aland,XX\nBBB,Beland,XX\nCCC,Celand,YY\n"
SCENARIO = """title = { en = "Three lands", de = "Drei Länder", es = "Tres países", fr = "Trois pays", zh = "三国" }
editions = [2023, 2024]
normalisation = "min-max"
aggregation = "arithmetic"
missing = { rule = "renormalise" }
units.file = "units.csv"
inputs.values = { source = "files", options = { file = "data.csv", producer = "Us", licence = "CC0-1.0" }, max_age = 1 }
robustness = { draws = 50, weight_uncertainty = 0.2 }
[dimensions.one]
title = { en = "Life", de = "Leben", es = "Vida", fr = "Vie", zh = "生活" }
[indicators.a]
indicator = "value"
dimension = "one"
title = { en = "Parks", de = "Grünanlagen", es = "Parques", fr = "Parcs", zh = "公园" }
[indicators.b]
indicator = "value"
dimension = "one"
title = { en = "Pay", de = "Lohn", es = "Sueldo", fr = "Salaire", zh = "工资" }
"""
DATA = (
    "unit,year,a,b\nAAA,2023,3,1\nBBB,2023,1,2\nCCC,2023,2,2\nAAA,2024,1,30\nBBB,2024,2,10\nZZZ,2024,9,9\nCCC,2024,4,\n"
)
NAMES = {"Aland", "Beland", "Celand", "Us", "CC0-1.0", "data.csv", "hubrank", "value", "values"}


@pytest.fixture(scope="module")
def foreign(module_at):
    """`scripts/foreign.py`."""
    return module_at("scripts/foreign.py")


def test_words(foreign):
    """Of a screen with one line left in English; commands, keys and names are none."""
    words = ({"rank", "share", "draws", "the"}, {"rang", "anteil"})
    text = "Rang 1 London\nthe share of draws\n`rank` --rank rank = 1 the-rank\nThe Hague"

    assert foreign.foreign(text, words, {"London", "The Hague"}) == dict.fromkeys(
        ("the", "share", "draws"), "the share of draws"
    )


@pytest.mark.parametrize("language", ["de", "es", "fr", "zh"])
def test_screens(foreign, language, tmp_path, monkeypatch, capsys):
    """Of a scenario whose titles are in all languages, with a missing value, an older value and rows in no unit."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name, text in (("units.csv", UNITS), ("data.csv", DATA), ("s.toml", SCENARIO)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = foreign.vocabulary(language)
    verbs = (
        "rank s.toml",
        "explain s.toml CCC",
        "audit s.toml",
        "robustness s.toml",
        "diff s.toml AAA",
        "check s.toml",
    )
    found = {}
    for command in (*verbs, "rivalry s.toml"):
        assert run([*command.split(), "--language", language]) == 0
        found |= {
            f"{command}: {word}": line for word, line in foreign.foreign(capsys.readouterr().out, words, NAMES).items()
        }

    assert found == {}
