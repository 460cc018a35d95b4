"""The catalogues of all languages, and that nothing is said past them."""

import re
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hubrank.cli.main import run

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "core" / "src" / "hubrank" / "texts"

#: Places of values, and what looks like markup of a screen or a page.
PLACE = re.compile(r"\{\w+\}")
MARKUP = re.compile(r"\[/?[a-z ]+\]|</?\w+>")
#: Numbers by which the forms of a language are told apart.
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
    """What is wrong with a catalogue.

    Args:
        catalogue: A language's.
        wanted: All texts, each with its context.
    """
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


@pytest.mark.parametrize("language", [pytest.param(path.stem, id=path.stem) for path in sorted(TEXTS.glob("*.po"))])
def test_catalogue(texts, language):
    """Each text is translated, with its places and without markup; none is obsolete; the file is up to date."""
    wanted = [(each.text, each.context) for each in texts.all_texts()]

    assert list(faults(read(language), wanted)) == []
    assert texts.written(texts.updated(language)) == (TEXTS / f"{language}.po").read_bytes()


ROWS = ("{count} row of {file}", "{count} rows of {file}")


@pytest.mark.parametrize(
    ("locale", "said", "found"),
    [
        ("de", ("eine Zeile von {file}", "{count} Zeilen von {file}"), []),
        ("de", ("{count} Zeile von {file}", "Zeilen von {file}"), ["'Zeilen von {file}' has other places"]),
        ("de", ("eine Zeile", "{count} Zeilen von {file}"), ["'eine Zeile' has other places"]),
        ("de", ("{count} Zeile von {file}", ""), ["'{count} rows of {file}' is not translated"]),
        # In French the first form stands for 0 too, in Chinese the only one for all numbers.
        ("fr", ("une ligne de {file}", "{count} lignes de {file}"), ["'une ligne de {file}' has other places"]),
        ("zh", ("{file} 中的行",), ["'{file} 中的行' has other places"]),
        ("zh", ("{file} 中的 {count} 行",), []),
        (
            "de",
            ("[b]eine[/b] Zeile von {file}", "{count} Zeilen von {file}"),
            ["'[b]eine[/b] Zeile von {file}' has other"],
        ),
        ("de", ("eine Zeile von {file} ", "{count} Zeilen von {file}"), ["'eine Zeile von {file} ' has blanks"]),
    ],
)
def test_faults_of_a_catalogue(locale, said, found):
    """What the test above would find."""
    catalogue = Catalog(locale=locale)
    catalogue.add(ROWS, said)

    made = list(faults(catalogue, [(ROWS, None)]))
    assert len(made) == len(found)
    assert all(fault.startswith(begun) for fault, begun in zip(made, found, strict=True))


def test_texts_that_are_missing_or_gone():
    """A text of a context is another one."""
    catalogue = Catalog(locale="de")
    catalogue.add("rank", "Rang")

    assert list(faults(catalogue, [("rank", "page:rank")])) == ["'rank' is missing", "'rank' is said no more"]


def test_texts_of_code(texts):
    """Literals in the order of the code, each choice of several, and the two forms of a count."""
    code = """
NAME = gettext_noop("a name")
def f(n, more, title):
    gettext(f"no {gettext('first')}" if more else title)
    return [gettext("one " "text"), ngettext(n, "{count} row", "{count} rows"), count_text(n, "unit"), gettext(title),
        gettext("above" if more else "below")]
"""
    with pytest.raises(ValueError, match=r"^here\.py, line 4: a text is said whole"):
        list(texts.in_code(code, "here.py"))
    found = [each.text for each in texts.in_code(code.replace("f\"no {gettext('first')}\"", "title"), "here.py")]

    assert found == [
        "a name",
        "one text",
        ("{count} row", "{count} rows"),
        ("{count} unit", "{count} units"),
        "above",
        "below",
    ]


def test_what_a_catalogue_has(texts):
    """Texts of code and of installed parts, none of help; no path of the computer that wrote it, and no text twice."""
    made = texts.updated("pt")
    found = {forms_of(each.id)[0] for each in made if each.id}
    written = texts.written(made).decode()

    assert found >= {
        "{count} unit",  # code
        "A column, unchanged",  # an indicator
    }
    assert not found & {"Rank the units of a scenario.", "Number of units to show."}  # help
    assert str(ROOT) not in written
    assert str(Path.home()) not in written
    assert texts.written(texts.updated("pt")).decode() == written


#: What is said untranslated: names, keys and codes of the scenario below, columns of rows, a unit of measure.
NAMES = {
    *("Aland", "Beland", "Celand", "AAA", "BBB", "CCC", "XX", "YY", "lands", "toml", "csv", "values", "pay", "parks"),
    *("An", "office", "CC", "index", "life", "ranking", "hubrank"),
    *("place", "from", "year", "origin", "vintage", "method"),
    *("the", "column", "own"),
    # the audit's rules
    *("balance", "component", "consistency", "coverage", "explained", "few", "off", "one", "outliers", "redundant"),
    *("silent", "trade", "zeros"),
}
LANDS = """
title = "Two lands"
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = "min-max"
aggregation = "arithmetic"
robustness = { weights = 0.25 }
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
    """The words of a text that stand in no brackets."""
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


def said_past_the_catalogue(capsys, *words):
    """The words that a verb says untranslated."""
    code = run([*words, "--language", "de"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return sorted(set(bare(printed.out + printed.err)) - NAMES)


@pytest.mark.long
@pytest.mark.parametrize(
    "verb",
    [
        "rank lands.toml",
        "check lands.toml",
        "explain lands.toml AAA",
        "explain lands.toml AAA --against BBB --indicator pay",
        "change lands.toml",
        "change lands.toml AAA",
        "whatif lands.toml CCC --rank 1",
        "robustness lands.toml --draws 100",
        "audit lands.toml",
        "balance lands.toml index",
        "export lands.toml --output ranking.csv",
    ],
)
def test_nothing_is_said_past_the_catalogue(bracketed, lands, capsys, verb):
    """All that verbs say is looked up, but names and keys."""
    assert said_past_the_catalogue(capsys, *verb.split()) == []


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
def test_mistakes_are_told_in_english(bracketed, lands, capsys, verb):
    """Whatever is spoken, and with the reasons that they repeat."""
    code = run([*verb.split(), "--language", "de"])
    german = capsys.readouterr().err
    run(verb.split())

    assert code == 2
    assert german == capsys.readouterr().err


@pytest.mark.parametrize("verb", ["rank", "cache"])
def test_help_is_english(bracketed, capsys, verb):
    """All of it, in every language."""
    run([verb, "--help", "--language", "de"])

    assert "⟦" not in capsys.readouterr().out


@pytest.mark.long
def test_parts_are_told_from_the_catalogue(bracketed, capsys):
    """Of lists the names of parts and distributions alone stand outside; of a method its references too."""
    run(["list", "--format", "json"])
    parts = set(re.findall(r'"(?:name|distribution)": "([^"]*)"', capsys.readouterr().out))
    run(["list", "indicators", "--language", "de"])
    listed = bare(capsys.readouterr().out)

    assert set(listed) <= {word for part in parts for word in bare(part)}
    run(["show", "scale", "--language", "de"])
    reference = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step"
    told = capsys.readouterr().out.partition("options:")[0]
    assert set(bare(told)) <= {"scale", "hubrank", "by", *bare(reference)}
