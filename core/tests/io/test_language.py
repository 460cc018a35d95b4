"""In which language texts are said: as the environment asks, with the marks and plurals of the language."""

import pytest
from hubrank import i18n
from hubrank.i18n import Title, count_text, gettext, known_language, ngettext, requested_language, use_language

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nLanguage: de\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{part} of {whole}"
msgstr "von {whole} sind es {part}"

msgid "{count} unit"
msgid_plural "{count} units"
msgstr[0] "{count} Einheit"
msgstr[1] "{count} Einheiten"
"""

CHINESE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nLanguage: zh\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "{count} unit"
msgid_plural "{count} units"
msgstr[0] "{count} 个单元"
"""


@pytest.fixture(autouse=True)
def two_languages(tmp_path, monkeypatch):
    """Catalogues of German and Chinese, small enough to be seen whole."""
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "zh.po").write_text(CHINESE, encoding="utf-8")
    monkeypatch.setattr(i18n, "_FOLDER", tmp_path)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


def test_a_text_is_said_in_the_language_that_is_spoken_and_values_stand_where_it_wants_them():
    """German has the two values the other way round."""
    assert gettext("{part} of {whole}", part=1, whole=2) == "1 of 2"
    with use_language("de"):
        assert gettext("{part} of {whole}", part=1, whole=2) == "von 2 sind es 1"
    assert gettext("{part} of {whole}", part=1, whole=2) == "1 of 2"


@pytest.mark.parametrize(("number", "said"), [(0, "0 units"), (1, "1 unit"), (1234, "1,234 units")])
def test_a_number_chooses_its_word(number, said):
    """English needs no catalogue."""
    assert count_text(number, "unit") == said
    assert ngettext(number, "{count} unit", "{count} units") == said


@pytest.mark.parametrize(
    ("tag", "number", "said"),
    [("de", 1, "1 Einheit"), ("de", 1234, "1.234 Einheiten"), ("zh", 1, "1 个单元"), ("zh", 1234, "1,234 个单元")],
)
def test_a_number_chooses_its_word_as_the_language_has_it(tag, number, said):
    """German has two forms, Chinese one."""
    with use_language(tag):
        assert count_text(number, "unit") == said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("de", "de"),
        ("de_AT.UTF-8", "de"),
        ("zh_CN.GB18030", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en_GB", "en"),
        ("C", None),
        ("deu", None),
        ("", None),
    ],
)
def test_a_locale_is_found_by_its_language(asked, found):
    """Territory, encoding and script do not matter where the catalogue has none."""
    assert known_language(asked) == found


def test_the_environment_says_what_is_spoken(monkeypatch):
    """The variable of hubrank comes first, and only it must be known."""
    for name in ("HUBRANK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert requested_language() == "en"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert requested_language() == "de"
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    assert requested_language() == "en"
    monkeypatch.setenv("HUBRANK_LANGUAGE", "zh")
    assert requested_language() == "zh"
    monkeypatch.setenv("HUBRANK_LANGUAGE", "tlh")
    with pytest.raises(ValueError, match="tlh"):
        requested_language()


def test_a_title_is_said_by_its_own_texts_and_is_otherwise_its_english_text():
    """A language that a title lacks gets its English text."""
    title = Title.from_toml({"de": "Artikel", "en": "Papers"})
    assert (title, gettext(title)) == ("Papers", "Papers")
    with use_language("de"):
        assert (f"{title}", gettext(title)) == ("Papers", "Artikel")
    with use_language("zh"):
        assert gettext(title) == "Papers"
    assert Title.from_toml("Papers") == "Papers"
    assert Title.from_toml({"zh": "论文"}) == "论文"
