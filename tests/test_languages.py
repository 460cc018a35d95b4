"""The catalogues of all languages, and that nothing is said past them."""

import re
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hubrank.cli.app import run

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "core" / "src" / "hubrank" / "texts"

#: Places of values, and what looks like markup of a screen or a page.
PLACE = re.compile(r"\{\w+\}")
MARKUP = re.compile(r"\[/?[a-z ]+\]|</?\w+>")
#: Numbers by which the forms of a language are distinguished.
NUMBERS = (*range(201), 1_000_000)


@pytest.fixture(scope="module")
def texts(module_at):
    """`scripts/texts.py`."""
    return module_at("scripts/texts.py")


def forms_of(text):
    """A text's forms, one or several."""
    return (text,) if isinstance(text, str) else tuple(text)


def for_one(catalogue):
    """The positions of the forms that stand for exactly one."""
    chosen = c2py(catalogue.plural_expr)
    numbers = {form: [number for number in NUMBERS if chosen(number) == form] for form in range(catalogue.num_plurals)}
    return {form for form, found in numbers.items() if found == [1]}


def faults_of(message, said, ones):
    """What is wrong with one translation."""
    english, forms = forms_of(message), forms_of(said)
    if not all(forms) or not forms:
        yield f"{english[-1]!r} is not translated"
        return
    for at, form in enumerate(forms):
        lacking = set(PLACE.findall(english[-1])) ^ set(PLACE.findall(form))
        if lacking - ({"{count}"} if len(english) == 2 and at in ones else set()):
            yield f"{form!r} has other places than {english[-1]!r}: {sorted(lacking)}"
        if set(MARKUP.findall(form)) != set(MARKUP.findall(english[-1])):
            yield f"{form!r} has other markup than {english[-1]!r}"
        if form.strip(" \t\n") != form and english[-1].strip() == english[-1]:
            yield f"{form!r} has blanks at an end"


def faults(catalogue, wanted):
    """What is wrong with a language's catalogue, of all texts that are wanted, each with its context."""
    ones = for_one(catalogue)
    keys = {(forms_of(text)[0], context): text for text, context in wanted}
    for (head, context), text in keys.items():
        message = catalogue.get(head, context)
        if message is None:
            yield f"{head!r} is missing"
        else:
            yield from faults_of(text if isinstance(text, tuple) else message.id, message.string, ones)
    there = [(forms_of(each.id)[0], each.context) for each in catalogue if each.id]
    gone = [head for head, context in there if (head, context) not in keys]
    yield from (f"{head!r} is said no more" for head in [*gone, *(str(each) for each in catalogue.obsolete)])


def read(language):
    """The catalogue of a language."""
    with (TEXTS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def test_catalogues(texts):
    """Each text is translated in each language, with its places and without markup; none is obsolete."""
    wanted = [(each.text, each.context) for each in texts.all_texts()]

    for path in TEXTS.glob("*.po"):
        assert list(faults(read(path.stem), wanted)) == [], path.stem


#: What is said untranslated: names, keys and codes of the scenario below, columns of rows, a unit of measure.
NAMES = {
    *("Aland", "Beland", "Celand", "AAA", "BBB", "CCC", "XX", "YY", "lands", "toml", "csv", "values", "pay", "parks"),
    *("An", "office", "CC", "index", "life", "ranking", "hubrank"),
    *("place", "from", "year", "origin", "vintage", "method"),
    *("the", "column", "own"),
    # the audit's rules
    *("balance", "component", "consistency", "coverage", "explained", "few", "off", "one", "outliers", "redundant"),
    *("silent", "trade", "zeros", "data", "check"),
}
LANDS = """
title = "Two lands"
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = "min-max"
aggregation = "arithmetic"
robustness = { weight_uncertainty = 0.25 }
missing = { rule = "renormalise" }
dimensions.life = { title = "Living" }
indicators.parks = { indicator = "value", dimension = "life", title = "Parks" }
indicators.pay = { indicator = "value", dimension = "life", title = "Pay" }
inputs.values = { source = "files", options = { file = "values.csv", producer = "An office", licence = "CC0-1.0" } }
"""
VALUES = """unit,year,parks,pay
AAA,2023,1,2
BBB,2023,2,5
AAA,2024,1,4
BBB,2024,2,5
CCC,2024,2,
"""


def bare(text):
    """The words of a text that are in no brackets."""
    return re.findall(r"[^\W\d_]{2,}", re.sub(r"⟦[^⟧]*⟧", " ", text))


@pytest.fixture
def lands(tmp_path, monkeypatch):
    """The path of a small scenario, in a folder of its own."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("unit,name,country\nAAA,Aland,XX\nBBB,Beland,XX\nCCC,Celand,YY\n")
    (tmp_path / "values.csv").write_text(VALUES)
    (tmp_path / "lands.toml").write_text(LANDS)
    return "lands.toml"


@pytest.mark.long
@pytest.mark.parametrize(
    "verb",
    [
        "rank lands.toml",
        "explain lands.toml AAA --against BBB --indicator pay",
        "whatif lands.toml CCC --rank 1",
        "robustness lands.toml --draws 100",
        "audit lands.toml",
    ],
)
def test_nothing_is_said_past_the_catalogue(bracketed, lands, capsys, verb):
    """All that commands say is looked up, but names and keys."""
    assert run([*verb.split(), "--language", "de"]) == 0
    assert set(bare("".join(capsys.readouterr()))) <= NAMES


@pytest.mark.long
@pytest.mark.parametrize(
    "verb",
    [
        "rank lands.toml --edition 1999",
        "rank lands.toml --within sides",
        "explain lands.toml Atlantis",
        "explain lands.toml CCC --edition 2023",
        "list unitsets",
        "shwo arithmetic",
        "rank lands.toml --tops 3",
        "rank lands.toml --top few",
    ],
)
def test_errors_are_reported_in_english(bracketed, lands, capsys, verb):
    """Whatever is spoken, and with the reasons that they repeat."""
    assert run([*verb.split(), "--language", "de"]) == 2
    german = capsys.readouterr().err
    run(verb.split())

    assert german == capsys.readouterr().err


@pytest.mark.parametrize("verb", ["rank", "cache"])
def test_help_is_english(bracketed, capsys, verb):
    """All of it, in every language."""
    run([verb, "--help", "--language", "de"])

    assert "⟦" not in capsys.readouterr().out
