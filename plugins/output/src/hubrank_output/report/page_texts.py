"""What the page says in a language, from the catalogues of hubrank; English stands in `texts/en.json`, key by key."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

from attrs import frozen
from hubrank import current_language, format_number, forms_in_context, gettext, in_context, languages, use_language
from hubrank.io.escaping import strip_control


def texts(language: str) -> dict[str, Any]:
    """All texts of the page in a language: a text a key, or an object of plural forms by CLDR's categories.

    With them go the language's tag, its decimal mark, and how it writes a share in per cent.
    """
    with use_language(language):
        marks = {"language": current_language(), "decimal": format_number("."), "percent": gettext("{number} %")}
        return marks | {key: _said(key, text) for key, text in english().items()}


@functools.cache
def english() -> Mapping[str, Any]:
    """The English texts by key; one that depends on a number has the forms `one` and `other`."""
    made: dict[str, Any] = json.loads(
        resources.files("hubrank_output.report").joinpath("texts/en.json").read_text("utf-8")
    )
    return made


def _said(key: str, text: Any) -> Any:
    """A text in the language that is spoken."""
    context = f"page:{key}"
    if isinstance(text, dict):
        return forms_in_context(context, text["one"], text["other"])
    return in_context(context, text)


@frozen
class Saying:
    """A text in all languages of the page.

    Attributes:
        number: Its place among all texts of the page; 0 where it is empty.
        text: What it is in the language that the page opens in.
    """

    number: int
    text: str

    def __str__(self) -> str:
        return self.text


class Sayings:
    """The texts of a page that opens in the language that is spoken, numbered as they are said."""

    def __init__(self) -> None:
        """Only the empty text, which is number 0."""
        self._languages = languages()
        self._opening = self._languages.index(current_language())
        self._numbers = {("",) * len(self._languages): 0}

    def all(self, said: Callable[[], Any]) -> Any:
        """What a function says in every language.

        Args:
            said: Gives a text, or lists and tables of texts that have the same form in every language.

        Returns:
            The same with a `Saying` in place of each text.
        """
        made = []
        for language in self._languages:
            with use_language(language):
                made.append(said())
        return self._joined(made)

    def table(self) -> dict[str, list[str | None]]:
        """All texts by language and number; none where it is the English one."""
        english, *others = zip(*self._numbers, strict=True)
        lacking = {
            language: [None if text == usual else text for text, usual in zip(texts, english, strict=True)]
            for language, texts in zip(self._languages[1:], others, strict=True)
        }
        return {self._languages[0]: list(english), **lacking}

    def _joined(self, made: Sequence[Any]) -> Any:
        """Values of the same form as one, text by text."""
        first = made[0]
        if isinstance(first, str):
            texts = tuple(strip_control(str(each)) for each in made)
            return Saying(self._numbers.setdefault(texts, len(self._numbers)), texts[self._opening])
        if isinstance(first, Mapping):
            return {key: self._joined([each[key] for each in made]) for key in first}
        return [self._joined(parts) for parts in zip(*made, strict=True)]
