"""Questions and notes for the user: answered by flags and in the terminal, or with the defaults."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define, field, frozen
from hubrank.errors import casefold_name, fold_name
from hubrank.infer.forms import NO, YES, direction_in
from hubrank.plugin import gettext, gettext_noop

#: Answers to whether higher is better.
DIRECTIONS = {"1": "yes", "-1": "no"}
#: Answers that are words; others are names in the table.
_ANSWERS = (
    *(gettext_noop("yes"), gettext_noop("no"), gettext_noop("read"), gettext_noop("leave out"), gettext_noop("mean")),
    *(gettext_noop("first"), gettext_noop("last"), gettext_noop("apart")),
    *(gettext_noop("decimal"), gettext_noop("thousands"), gettext_noop("day"), gettext_noop("month")),
    *(gettext_noop("dimensions"), gettext_noop("years"), gettext_noop("groups"), gettext_noop("one")),
)


@frozen(kw_only=True)
class Question:
    """A question that the file leaves open: `--set KEY=ANSWER` answers it; `why` is the reason of the default.

    `options` are the possible answers, any text if there are none; `about` is the question in a few words.
    """

    key: str
    text: str
    default: str
    why: str
    options: tuple[str, ...] = ()
    about: str = Factory(lambda self: self.text.rstrip("?"), takes_self=True)

    def shown(self, answer: str) -> str:
        """An answer in words."""
        word = DIRECTIONS.get(answer, answer)
        return gettext(word) if word in _ANSWERS and self.key != "unit" else answer

    def accepted(self, answer: str) -> str | None:
        """The option that an answer means, in English or as it is shown; None if it is no answer.

        Yes and no are `y`, `n`, and the words of five languages.
        """
        if not self.options:
            return answer.strip() or None
        if self.options == (*DIRECTIONS,):
            way = direction_in(answer)
            return None if way is None else str(way)
        words = {"yes": YES, "no": NO}
        known = {word: item for item in self.options if item in words for word in words[item]}
        known |= {casefold_name(text): item for item in reversed(self.options) for text in (self.shown(item), item)}
        return known.get(casefold_name(answer))

    def explained(self) -> str:
        """The effect of an answer."""
        if self.options == (*DIRECTIONS,):
            return gettext("higher: the unit with the most gets the most points; lower: the one with the least does")
        return gettext("{why}; --set {key}=... answers it too", why=self.why, key=self.key)


@define
class Desk:
    """Answers questions and keeps all assumptions.

    Attributes:
        answers: The answers of flags, by key; `used` are those that a question had, `wrong` those that it rejects.
        asked: The questions for which a default was taken; `given` are those that had an answer.
        notes: Observations and actions: the subject, the action, and the reason.
    """

    answers: Mapping[str, str]
    asked: list[Question] = field(factory=list)
    given: list[Question] = field(factory=list)
    notes: list[tuple[str, str, str]] = field(factory=list)
    used: set[str] = field(factory=set)
    wrong: list[str] = field(factory=list)

    def ask(self, question: Question) -> str:
        """The answer: of a flag or a user, or the default."""
        key = self.answer_to(question.key)
        if key is None:
            if all(item.key != question.key for item in self.asked):
                self.asked.append(question)
            return question.default
        self.used.add(key)
        if all(item.key != question.key for item in self.given):
            self.given.append(question)
        answer = question.accepted(self.answers[key])
        if answer is None:
            wanted = f"one of {', '.join(question.options)}" if question.options else "a text"
            self.wrong.append(f"{question.key}={self.answers[key]}: must be {wanted}")
            answer = question.default
        self.tell(question.about, question.shown(answer), gettext("your answer"))
        return answer

    def answer_to(self, key: str) -> str | None:
        """The key under which an answer to a question is there, however it is spelt; None if there is none."""
        alike = (item for item in self.answers if fold_name(item) == fold_name(key))
        return key if key in self.answers else next(alike, None)

    def flag(self, key: str) -> str:
        """A flag's answer to something that is never asked; empty if there is none."""
        self.used |= {key} & self.answers.keys()
        return self.answers.get(key, "")

    def pass_on(self, desk: Desk) -> None:
        """Copy all questions and notes to another desk."""
        desk.asked += [item for item in self.asked if all(item.key != other.key for other in desk.asked)]
        desk.used |= self.used
        desk.wrong += [item for item in self.wrong if item not in desk.wrong]
        for note in self.notes:
            if note not in desk.notes:
                desk.tell(*note)

    def tell(self, what: str, shown: str, why: str) -> None:
        """Keep an observation or action: the subject, the action, and the reason; in one line for one reason."""
        at = next((at for at, note in enumerate(self.notes) if (note[0], note[2]) == (what, why)), None)
        if at is None:
            self.notes.append((what, shown, why))
        elif shown not in self.notes[at][1].split(", "):
            self.notes[at] = (what, f"{self.notes[at][1]}, {shown}", why)
