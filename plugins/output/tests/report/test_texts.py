"""The catalogue of the page's texts: complete, and without texts that no one shows."""

import json
import re
from importlib import resources

import pytest
from hubrank.plugin import languages, use_language
from hubrank_output.report import pages

ROOT = resources.files("hubrank_output.report")
#: Keys that are put together: what stands before the part that varies.
MADE = ("nav.", "detail.", "filter.", "groups.", "spread.", "choices.", "undefined.", "ranges.", "reach.", "mean.")
MADE += ("better.", "limits.", "ages.", "preset.")
MADE += ("scatter.", "distribution.", "correlation.", "acceptability.", "tree.")


def used():
    """The keys that scripts and templates name."""
    texts = [each.read_text() for part in ("scripts", "templates") for each in (ROOT / part).iterdir()]
    return {key for text in texts for key in re.findall(r"[\"'`]([a-z]+(?:\.[a-zA-Z]+)?)[\"'`]", text)}


def test_every_text_is_shown_and_none_is_missing():
    """What is named is in the catalogue, and what is in the catalogue is named."""
    catalogue = pages.english()
    texts = [each.read_text() for part in ("scripts", "templates") for each in (ROOT / part).iterdir()]
    named = {
        key for text in texts for key in re.findall(r"\b(?:words|t|label|plain|spoken)\(\s*\"([^\"~]+)\"[,)\s]", text)
    }

    assert {key for key in named if not key.endswith(".")} <= {*catalogue, "percent"}
    assert {key for key in catalogue if key not in used() and not key.startswith(MADE)} == set()


def test_the_template_fills_texts():
    """A number chooses the plural form, a name stands where its braces are, and braces in a value stay as they are."""
    catalogue = {"n": {"one": "{count} unit", "other": "{count} units"}, "x": "{name} of {name}"}

    assert pages.words(catalogue, "n", count=1) == "1 unit"
    assert pages.words(catalogue, "n", count=1234) == "1,234 units"
    assert pages.words(catalogue, "x", name="{count}") == "{count} of {count}"


def test_the_template_writes_numbers_as_the_language_does():
    """German puts a point between thousands and a comma before decimals; French counts 0 as one, with narrow spaces."""
    said = {each: pages.texts(each) for each in ("de", "fr", "zh")}

    with use_language("de"):
        assert pages.words(said["de"], "lead.units", count=1234) == "1.234 Einheiten in der Rangliste, nach"
        assert pages.words(said["de"], "percent", number="12.5") == "12,5 %"
    with use_language("fr"):
        assert pages.words(said["fr"], "lead.units", count=1234) == "1\u202f234 unités classées selon"
        assert pages.words(said["fr"], "lead.indicators", count=0) == "0 indicateur"
    with use_language("zh"):
        assert pages.words(said["zh"], "lead.indicators", count=1) == "1 个指标"
        assert pages.words(said["zh"], "percent", number="12.5") == "12.5%"


#: The plural forms of each language by CLDR 45; the form of French and Spanish for whole millions is the usual one.
PLURALS = {"zh": {"other"}}
USUAL = {"one", "other"}
#: Words that are the same in English and in the language.
ALIKE = {
    "de": {"Name", "Dimension", "Subregion", "Median", "Top {tier}", "."},
    "fr": {"Dimension", "top {tier}", "Composition", "Score", "Source", "Notes", "Continent", "continents", "Place"}
    | {"composition", "score {score}", "{title}, score", "."},
    "es": {"."},
}
#: Texts of names and numbers only.
BARE = {"{number} %", "{name} ({rank})", "{name}: {x} {a}, {y} {b}", "{title}: {score}"}


@pytest.mark.parametrize("language", sorted({*languages()} - {"en"}))
def test_a_catalogue_says_all_that_the_english_says(language):
    """The same keys; in each text the same names in braces, as plain or as plural; and nothing left in English."""
    english, other = pages.texts("en"), pages.texts(language)

    def holes(text):
        return set(re.findall(r"\{(\w+)\}", json.dumps(text)))

    def forms(text):
        return set(text) if isinstance(text, dict) else None

    assert other["language"] == language
    assert list(other) == list(english)
    assert {key for key in english if holes(english[key]) != holes(other[key])} == set()
    plural = {key for key in english if isinstance(english[key], dict)}
    assert {key for key in other if isinstance(other[key], dict)} == plural
    assert {key for key in plural if forms(other[key]) != PLURALS.get(language, USUAL)} == set()
    left = {english[key] for key in english if other[key] == english[key] and key != "decimal"}
    assert left - BARE <= ALIKE.get(language, set())
