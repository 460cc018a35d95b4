"""The catalogue of the page's texts: complete, and without texts that nobody shows."""

import json
import re
from importlib import resources

import pytest
from hubrank_report import pages

ROOT = resources.files("hubrank_report")
#: Keys that are put together: what stands before the part that varies.
MADE = ("nav.", "detail.", "filter.", "groups.", "spread.", "choices.", "undefined.", "ranges.", "reach.")


def used():
    """The keys that scripts and templates name."""
    texts = [each.read_text() for part in ("scripts", "templates") for each in (ROOT / part).iterdir()]
    return {key for text in texts for key in re.findall(r"[\"'`]([a-z]+(?:\.[a-zA-Z]+)?)[\"'`]", text)}


def test_every_text_is_shown_and_none_is_missing():
    """What is named is in the catalogue, and what is in the catalogue is named."""
    catalogue = pages.texts()
    texts = [each.read_text() for part in ("scripts", "templates") for each in (ROOT / part).iterdir()]
    named = {key for text in texts for key in re.findall(r"\b(?:words|t)\(\s*\"([^\"~]+)\"[,)\s]", text)}

    assert {key for key in named if not key.endswith(".")} <= set(catalogue)
    assert {key for key in catalogue if key not in used() and not key.startswith(MADE)} == {"language"}


def test_the_template_fills_texts():
    """A number chooses the plural form, a name stands where its braces are, and braces in a value stay as they are."""
    catalogue = {"n": {"one": "{count} unit", "other": "{count} units"}, "x": "{name} of {name}"}

    assert pages.words(catalogue, "n", count=1) == "1 unit"
    assert pages.words(catalogue, "n", count=1234) == "1,234 units"
    assert pages.words(catalogue, "x", name="{count}") == "{count} of {count}"


@pytest.mark.parametrize("name", [each.name for each in (ROOT / "texts").iterdir()])
def test_a_catalogue_says_all_that_the_english_says(name):
    """The same keys, and in each text the same names in braces."""
    english = json.loads((ROOT / "texts" / "en.json").read_text(encoding="utf-8"))
    other = json.loads((ROOT / "texts" / name).read_text(encoding="utf-8"))

    def holes(text):
        return set(re.findall(r"\{(\w+)\}", json.dumps(text)))

    assert set(other) == set(english)
    assert {key for key in english if holes(english[key]) != holes(other[key])} == set()
