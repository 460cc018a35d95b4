"""What Python says on the page, in all its languages: each text once, by its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen
from hubrank import current_language, languages, use_language
from hubrank.io.escaping import strip_control


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
