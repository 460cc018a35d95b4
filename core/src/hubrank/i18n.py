"""Languages, plurals, numbers and counts in words."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from gettext import GNUTranslations, NullTranslations
from importlib.util import find_spec
from pathlib import Path

#: The language of the code.
ENGLISH = "en"
#: The variable that sets `--language` for every run.
LANGUAGE = "HUBRANK_LANGUAGE"
#: The settings with a user's language, in order of precedence.
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_FOLDER = Path(__file__).resolve().parent / "texts"
_PLACE = re.compile(r"\{(\w+)\}")
#: A Chinese letter, or a mark of its width.
_WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
#: Among these numbers is one of each plural category of whole numbers; the smallest of each comes last.
_MANY = 1_000_000
_EVERY_CATEGORY = (_MANY, *range(200, -1, -1))

_SPOKEN = contextvars.ContextVar("spoken", default=ENGLISH)


class Title(str):
    """A title in the scenario's first language, with its translations.

    As TOML: a text, or `{ en = "Papers", de = "Artikel" }`. Programs read it as the English text.

    Attributes:
        texts: The title by language; empty if the scenario gives only one.
    """

    texts: Mapping[str, str] = {}

    @classmethod
    def from_toml(cls, value: object) -> Title:
        """The title that a scenario gives.

        Raises:
            ValueError: It is neither a text nor a table of texts by language.
        """
        if isinstance(value, str):
            return cls(value)
        if not isinstance(value, Mapping) or not value:
            raise ValueError(f"must be a text, or a table of texts by language; got {value}")
        for tag, text in value.items():
            if not re.fullmatch(r"[a-z]{2,3}(-\w+)*", tag):
                raise ValueError(f"{tag}: is not a language code, such as en or zh")
            if not isinstance(text, str):
                raise ValueError(f"{tag}: must be a text")
        title = cls(value.get(ENGLISH, next(iter(value.values()))))
        title.texts = dict(value)
        return title


def languages() -> tuple[str, ...]:
    """All languages by their BCP 47 tags: English, and, where Babel is installed, those with a catalogue."""
    return (ENGLISH, *sorted(item.stem for item in _FOLDER.glob("*.po"))) if find_spec("babel") else (ENGLISH,)


def language_name(language: str) -> str:
    """The name of one of `languages()`, in its own letters."""
    return catalogue(language).gettext(gettext_noop("English"))


def current_language() -> str:
    """The reader's current language."""
    return _SPOKEN.get()


@contextlib.contextmanager
def use_language(language: str) -> Iterator[None]:
    """Use one of `languages()` for all texts within a `with` block."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def requested_language() -> str:
    """The language of the environment: `HUBRANK_LANGUAGE`, else the computer's if it is available, else English.

    Raises:
        ValueError: `HUBRANK_LANGUAGE` names none of `languages()`.
    """
    if tag := os.environ.get(LANGUAGE, ""):
        if (language := known_language(tag)) is None:
            raise ValueError(tag)
        return language
    locale = next((text for name in _LOCALES if (text := os.environ.get(name, ""))), "")
    return known_language(locale) or ENGLISH


def known_language(tag: str) -> str | None:
    """One of `languages()` for a tag or the name of a locale: `de` for `de_AT.UTF-8`; None if there is none."""
    parts = re.split(r"[.@]", tag)[0].replace("_", "-").lower().split("-")
    if parts[0] == ENGLISH:
        return ENGLISH
    known = {item.lower(): item for item in languages()}
    heads = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((known[head] for head in heads if head in known), None)


def gettext(text: str, /, **values: object) -> str:
    """A text in the reader's language.

    Args:
        text: The English text, or a title; untranslated texts stay English.
        values: The value of each `{name}`; numbers are written by `format_count`, `format_number` ...
    """
    language = _SPOKEN.get()
    if language != ENGLISH and text:
        titles = text.texts if isinstance(text, Title) else {}
        text = titles.get(language, str(text)) if titles else catalogue(language).gettext(text)
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text) if values else str(text)


def ngettext(number: int, one: str, other: str, /, **values: object) -> str:
    """A text that depends on the number in `{count}`, from its English singular and plural."""
    text = one if number == 1 else other
    if _SPOKEN.get() != ENGLISH:
        text = catalogue(_SPOKEN.get()).ngettext(one, other, number)
    values = {"count": format_count(number), **values}
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def category(number: int) -> str:
    """The plural category that a number has in the reader's language, as CLDR names it: `one`, `few`, `other`."""
    if _SPOKEN.get() == ENGLISH:
        return "one" if number == 1 else "other"
    from babel import Locale

    return str(Locale.parse(_SPOKEN.get(), sep="-").plural_form(number))


def in_context(context: str, text: str, /) -> str:
    """A text of a context, such as a key of the report's page, in the reader's language."""
    return catalogue(_SPOKEN.get()).pgettext(context, text)


def forms_in_context(context: str, one: str, other: str, /) -> dict[str, str]:
    """All forms of a text that depends on a number, in the reader's language, to choose one later.

    Returns:
        The forms by CLDR's categories, named as by `Intl.PluralRules` of browsers; `other` exists in every language,
        and replaces missing categories.
    """
    texts = catalogue(_SPOKEN.get())
    forms = {category(item): texts.npgettext(context, one, other, item) for item in _EVERY_CATEGORY}
    usual = forms.setdefault("other", texts.npgettext(context, one, other, _MANY))
    return {name: text for name, text in forms.items() if name == "other" or text != usual}


def gettext_noop(text: str) -> str:
    """Return the text unchanged: marks a constant for the catalogues, to be translated where it is shown."""
    return text


def format_count(number: int) -> str:
    """A whole number with separators of thousands."""
    return format_number(f"{number:,}")


def format_number(text: str) -> str:
    """A number, written as in English (`1,234.5`), with the marks of the reader's language."""
    return text if _SPOKEN.get() == ENGLISH else text.translate(_marks(_SPOKEN.get()))


def territory(code: str) -> str:
    """The name of a country in the reader's language, by its two letters of ISO 3166-1; empty in English."""
    if _SPOKEN.get() == ENGLISH:
        return ""
    from babel import Locale

    return str(Locale.parse(_SPOKEN.get(), sep="-").territories.get(code, ""))


#: Names of the UN's standard (M49) for parts of the world with another English name in CLDR, by code.
_AREAS = {
    "South-eastern Asia": "035",
    "Australia and New Zealand": "053",
    "Latin America and the Caribbean": "419",
    "Micronesia": "057",
}


def area(name: str) -> str:
    """A continent or subregion in the reader's language, by its English name; that where it is not known."""
    return territory(_areas().get(name, "")) or gettext(name)


@functools.cache
def _areas() -> dict[str, str]:
    from babel import Locale

    english = Locale.parse("en").territories
    return {name: code for code, name in english.items() if code.isdigit()} | _AREAS


@functools.cache
def _marks(language: str) -> dict[int, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return str.maketrans({".": get_decimal_symbol(language), ",": get_group_symbol(language)})


@functools.cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; one that lacks everything for English."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with _FOLDER.joinpath(f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)


def count_text(number: int, word: str) -> str:
    """A number with its English word that takes an s, as the catalogues have it: `1 unit`, `2 units`."""
    one, more = f"{{count}} {word}", f"{{count}} {word}s"
    return ngettext(number, one, more)


def enumerated(names: Sequence[str], most: int = 12) -> str:
    """Names in one line: `a, b, c and 4 more`; `shorten_list` is for errors."""
    shown = listed(names[:most])
    if len(names) <= most:
        return shown
    return gettext("{names} and {count} more", names=shown, count=format_count(len(names) - most))


def listed(names: Iterable[str]) -> str:
    """All names in one line: `a, b, c`."""
    return gettext(", ").join(names)


def with_reason(choice: str, reason: str) -> str:
    """A choice with its reason or a comment in brackets: `min-max (the most common one)`."""
    return gettext("{choice} ({reason})", choice=choice, reason=reason)


def clauses(texts: Iterable[str]) -> str:
    """Sentences, or parts of one, in one line: `one; two`."""
    return gettext("; ").join(texts)


def joined(texts: Iterable[str]) -> str:
    """Some texts, at least one, as one: `weights and noise`."""
    return functools.reduce(lambda first, second: gettext("{first} and {second}", first=first, second=second), texts)


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs, which empty lines part, each in one line, without blanks between Chinese letters."""
    lines = [" ".join(item.split()) for item in text.split("\n\n") if item.strip()]
    return [re.sub(rf"(?<={_WIDE}) (?={_WIDE})", "", item) for item in lines]


def format_percent(share: float, digits: int = 0, *, signed: bool = False) -> str:
    """A share in per cent, as all texts write it: `64 %`, `-2.5 %`; with `signed`, `+64 %`."""
    number = format_number(f"{100 * share:{'+' if signed else ''}.{digits}f}")
    return gettext("{number} %", number=number)


def library_message(error: BaseException | str) -> str:
    """A message of a library or the system as a part of our sentence: its first line, without capital and full stop."""
    text = error if isinstance(error, str) else (isinstance(error, OSError) and error.strerror) or str(error)
    first = text.strip().partition("\n")[0] or "cannot be read"
    return first[0].lower() + first[1:].rstrip(".")
