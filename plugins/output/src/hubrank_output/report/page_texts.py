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
        return marks | {
            key: forms_in_context(f"page:{key}", text["one"], text["other"])
            if isinstance(text, dict)
            else in_context(f"page:{key}", text)
            for key, text in english().items()
        }


@functools.cache
def english() -> Mapping[str, Any]:
    """The English texts by key; one that depends on a number has the forms `one` and `other`."""
    path = resources.files("hubrank_output.report").joinpath("texts/en.json")
    result: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return result


@frozen
class Saying:
    """A text in all languages of the page: its place among them, 0 where empty, and what it is in the opening one."""

    number: int
    text: str

    def __str__(self) -> str:
        return self.text


class Sayings:
    """The texts of a page that opens in the language that is spoken, numbered as they are said."""

    def __init__(self) -> None:
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
        texts = []
        for language in self._languages:
            with use_language(language):
                texts.append(said())
        return self._join(texts)

    def table(self) -> dict[str, list[str | None]]:
        """All texts by language and number; none where it is the English one."""
        english, *others = zip(*self._numbers, strict=True)
        lacking = {
            language: [None if text == usual else text for text, usual in zip(texts, english, strict=True)]
            for language, texts in zip(self._languages[1:], others, strict=True)
        }
        return {self._languages[0]: list(english), **lacking}

    def _join(self, values: Sequence[Any]) -> Any:
        """Values of the same form as one, text by text."""
        first = values[0]
        if isinstance(first, str):
            texts = tuple(strip_control(str(item)) for item in values)
            return Saying(self._numbers.setdefault(texts, len(self._numbers)), texts[self._opening])
        if isinstance(first, Mapping):
            return {key: self._join([item[key] for item in values]) for key in first}
        return [self._join(parts) for parts in zip(*values, strict=True)]
