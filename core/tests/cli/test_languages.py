"""The language that the command line speaks."""

import io
import sys
from pathlib import Path

import pytest
from hubrank import i18n
from hubrank.cli.app import run as run_words

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
CONTRACT = "contract {number}, Python {python}, {platform}"
GERMAN = {"English": "Deutsch", CONTRACT: CONTRACT.replace("contract", "Vertrag")}
CHINESE = {"English": "中文", CONTRACT: CONTRACT.replace("contract", "合同")}


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


@pytest.mark.parametrize(
    "words", [("--language", "de", "version"), ("version", "--language=de"), ("version", "--language", "de_AT")]
)
def test_anywhere_in_the_line(run, spoken, words):
    """Before the command, after it, and at the end; a locale's name is as good as a language's."""
    code, out, err = run(*words)

    assert (code, err) == (0, "")
    assert "Vertrag" in out


@pytest.mark.parametrize(
    "words", [("rank", "--help"), ("cache", "prun"), ("list", "unitset"), ("rank", "global", "--top", "x")]
)
def test_help_and_mistakes_are_english(run, bracketed, words):
    """Typed names are explained in English, and errors in them reported in English, in every language."""
    english = run(*words)

    assert run(*words, "--language", "de") == english


def test_commands_are_listed_in_the_language(run):
    """The headings and what each command does."""
    _, out, _ = run("--help", "--language", "fr")

    assert "Expliquer le score d’une unité par ses" in out
    assert "Explain" not in out.partition("--help")[2]


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
def test_environment(run, spoken, monkeypatch, variables, contract):
    """The computer's language where there is a catalogue of it; hubrank's own variable is stronger."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code, out, err = run("version")

    assert (code, err) == (0, "")
    assert contract in out


@pytest.mark.parametrize(("encoding", "speaks"), [("ascii", False), ("cp1252", False), ("utf-8", True)])
def test_letters_that_cannot_be_written(spoken, capsys, monkeypatch, encoding, speaks):
    """English, and a word about it, where an encoding lacks the language's letters."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    code = run_words(["version", "--language", "zh"])
    stream.flush()
    out = stream.buffer.getvalue().decode(encoding)

    assert code == 0
    assert ("合同" in out, "contract" in out) == (speaks, not speaks)
    said = "hubrank: the output's encoding cannot write the language zh; English is used\n"
    assert capsys.readouterr().err == ("" if speaks else said)


def test_german_letters_in_ascii(spoken, capsys, monkeypatch):
    """A language whose name can be written is spoken; for its other letters stand those that there are."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    assert run_words(["version", "--language", "de"]) == 0
    assert b"Vertrag" in stream.buffer.getvalue()


def test_numbers(run, spoken, lands):
    """With the language's marks: Celand leads in what it has, so that its score is 1; years as they are."""
    _, out, _ = run("rank", lands, "--language", "de")
    rows = [line.split() for line in out.splitlines()]

    assert ["Celand", "CCC", "1,000"] in [row[2:5] for row in rows]
    assert "Drei Länder, 2024" in out


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize(
    "verb",
    [
        ("rank", "lands.toml"),
        ("explain", "lands.toml", "AAA"),
        ("explain", "lands.toml", "AAA", "--indicator", "b"),
        ("list",),
        ("show", "arithmetic"),
        ("show", "global"),
    ],
)
def test_programs_read_english(run, bracketed, lands, verb, form):
    """The same bytes in every language."""
    english = run(*verb, "--format", form)
    german = run(*verb, "--format", form, "--language", "de")

    assert english[0] == 0
    assert german == english


def test_names_in_chinese(run, lands):
    """The first alias of Chinese letters alone; a name of several places stays, and so do files."""
    units = "unit,name,country,aliases\nAAA,Aland,AAA,Alandia|アーランド|阿兰\nBBB,Be-Land,BBB,贝\nCCC,Celand,CCC,\n"
    Path("units.csv").write_text(units, encoding="utf-8")

    chinese, english = (run("rank", lands, "--language", language)[1] for language in ("zh", "en"))
    assert [name in chinese for name in ("阿兰", "Aland", "Be-Land", "贝", "Celand")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert "阿兰" not in english + run("rank", lands, "--language", "zh", "--format", "csv")[1]
