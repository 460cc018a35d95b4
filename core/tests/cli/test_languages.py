"""The language that the command line speaks."""

import io
import sys

import pytest
from hubrank import i18n
from hubrank.cli.app import run

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
CONTRACT = "contract {number}, Python {python}, {platform}"
GERMAN = {"English": "Deutsch", CONTRACT: CONTRACT.replace("contract", "Vertrag")}
CHINESE = {"English": "中文", CONTRACT: CONTRACT.replace("contract", "合同")}
LANDS = """
title = { en = "Two lands", de = "Zwei Länder" }
editions = [2024]
units = { file = "units.csv" }
normalisation = "min-max"
aggregation = "arithmetic"
missing = { rule = "renormalise" }
dimensions.life = {}
indicators.parks = { indicator = "value", dimension = "life", title = "Parks" }
indicators.pay = { indicator = "value", dimension = "life", title = "Pay" }
inputs.values = { source = "files", options = { file = "values.csv", producer = "An office", licence = "CC0-1.0" } }
"""


def catalogue_of(texts):
    """The file of a catalogue."""
    return HEAD + "".join(f'\nmsgid "{text}"\nmsgstr "{said}"\n' for text, said in texts.items())


@pytest.fixture
def spoken(tmp_path, monkeypatch):
    """German and Chinese catalogues of a few texts; the environment says nothing."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "de.po").write_text(catalogue_of(GERMAN), encoding="utf-8")
    (folder / "zh.po").write_text(catalogue_of(CHINESE), encoding="utf-8")
    monkeypatch.setattr(i18n, "_FOLDER", folder)
    for name in ("HUBRANK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


@pytest.fixture
def lands(tmp_path, monkeypatch):
    """The path of a small scenario whose title is told in two languages."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("unit,name\nAAA,Aland\nBBB,Beland\n")
    (tmp_path / "values.csv").write_text("unit,year,parks,pay\nAAA,2024,1,4\nBBB,2024,2,5\n")
    (tmp_path / "lands.toml").write_text(LANDS, encoding="utf-8")
    return "lands.toml"


def outcome(capsys, *words):
    """The exit code and what was printed."""
    code = run(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize(
    "words", [("--language", "de", "version"), ("version", "--language=de"), ("version", "--language", "de_AT")]
)
def test_anywhere_in_the_line(spoken, capsys, words):
    """Before the verb, after it, and at the end; a locale's name is as good as a language's."""
    code, out, err = outcome(capsys, *words)

    assert (code, err) == (0, "")
    assert "Vertrag" in out


@pytest.mark.parametrize(
    "words", [("--help",), ("rank", "--help"), ("cache", "prun"), ("list", "unitset"), ("rank", "global", "--top", "x")]
)
def test_help_and_mistakes_are_english(bracketed, capsys, words):
    """What is typed is explained in English, and what is wrong with it told so, in every language."""
    english = outcome(capsys, *words)

    assert outcome(capsys, *words, "--language", "de") == english


@pytest.mark.parametrize(
    ("variables", "contract"),
    [
        ({"LANG": "de_DE.UTF-8"}, "Vertrag"),
        ({"LANG": "C"}, "contract"),
        ({"LANG": "tlh_QO.UTF-8"}, "contract"),
        ({}, "contract"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "contract"),
        ({"LC_MESSAGES": "de_CH", "LANG": "en_GB.UTF-8"}, "Vertrag"),
        ({"HUBRANK_LANGUAGE": "en", "LANG": "de_DE.UTF-8"}, "contract"),
        ({"HUBRANK_LANGUAGE": "de", "LANG": "C"}, "Vertrag"),
    ],
)
def test_environment(spoken, capsys, monkeypatch, variables, contract):
    """The computer's language where there is a catalogue of it; hubrank's own variable is stronger."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code, out, err = outcome(capsys, "version")

    assert (code, err) == (0, "")
    assert contract in out


@pytest.mark.parametrize(("encoding", "speaks"), [("ascii", False), ("cp1252", False), ("utf-8", True)])
def test_letters_that_cannot_be_written(spoken, capsys, monkeypatch, encoding, speaks):
    """English, and a word about it, where an encoding lacks the language's letters."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    code = run(["version", "--language", "zh"])
    stream.flush()
    out = stream.buffer.getvalue().decode(encoding)

    assert code == 0
    assert ("合同" in out, "contract" in out) == (speaks, not speaks)
    said = "hubrank: the output's encoding cannot write the language zh; English is spoken\n"
    assert capsys.readouterr().err == ("" if speaks else said)


def test_german_letters_in_ascii(spoken, capsys, monkeypatch):
    """A language whose name can be written is spoken; for its other letters stand those that there are."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    assert run(["version", "--language", "de"]) == 0
    assert b"Vertrag" in stream.buffer.getvalue()


def test_numbers(spoken, lands, capsys):
    """With the language's marks: Beland leads in both, so that its score is 1; years as they are."""
    _, out, _ = outcome(capsys, "rank", lands, "--language", "de")
    rows = [line.split() for line in out.splitlines()]

    assert ["1", "Beland", "1,000"] in [row[:3] for row in rows]
    assert "Zwei Länder, 2024" in out


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize(
    "verb",
    [
        ("rank", "lands.toml"),
        ("explain", "lands.toml", "AAA"),
        ("explain", "lands.toml", "AAA", "--indicator", "pay"),
        ("list",),
        ("show", "arithmetic"),
        ("show", "global"),
    ],
)
def test_programs_read_english(bracketed, lands, capsys, verb, form):
    """The same bytes in every language."""
    english = outcome(capsys, *verb, "--format", form)
    german = outcome(capsys, *verb, "--format", form, "--language", "de")

    assert english[0] == 0
    assert german == english
