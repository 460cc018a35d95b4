"""Questions and notes for the user: answered by flags and in the terminal, or with the defaults."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import Factory, define, evolve, field, frozen
from hubrank.errors import casefold_name, fold_name
from hubrank.infer.forms import NO, YES, direction_in
from hubrank.plugin import gettext, gettext_noop

from hubrank_start.marks import Marks

#: Answers to whether higher is better.
DIRECTIONS = {"1": "yes", "-1": "no"}
#: Answers that are words; others are names in the table.
_ANSWERS = (
    *(gettext_noop("yes"), gettext_noop("no"), gettext_noop("read"), gettext_noop("leave out"), gettext_noop("mean")),
    *(gettext_noop("first"), gettext_noop("last"), gettext_noop("apart")),
    *(gettext_noop("decimal"), gettext_noop("thousands"), gettext_noop("day"), gettext_noop("month")),
    *(gettext_noop("dimensions"), gettext_noop("years"), gettext_noop("groups"), gettext_noop("one")),
    *(gettext_noop("year"), gettext_noop("name"), gettext_noop("group")),
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
        answers: The answers of flags, by key; `used` are those that a question had.
        questions: All questions, in their order; `asked` are those for which a default was taken.
        notes: Observations and actions: the subject, the action, and the reason.
        wrong: What is wrong with answers, by key; a default is taken for these.
        lenient: Keys of answers that are passed over where they do not fit, such as those about another sheet.
        marks: What the rows and columns of sheets are, by the sheets' names.
    """

    answers: Mapping[str, str]
    asked: list[Question] = field(factory=list)
    questions: list[Question] = field(factory=list)
    notes: list[tuple[str, str, str]] = field(factory=list)
    used: set[str] = field(factory=set)
    wrong: dict[str, str] = field(factory=dict)
    lenient: Collection[str] = ()
    marks: dict[str, Marks] = field(factory=dict)

    def ask(self, question: Question) -> str:
        """The answer: of a flag or a user, or the default."""
        key = self.answer_to(question.key)
        self._keep(question, self.questions)
        answer = None if key is None else question.accepted(self.answers[key])
        if key is not None:
            self.used.add(key)
        if key is not None and answer is None:
            wanted = f"one of {', '.join(question.options)}" if question.options else "a text"
            self.wrong.setdefault(key, f"{question.key}={self.answers[key]}: must be {wanted}")
        if answer is None:
            self._keep(question, self.asked)
            return question.default
        self.tell(question.about, question.shown(answer), gettext("your answer"))
        return answer

    @staticmethod
    def _keep(question: Question, kept: list[Question]) -> None:
        if all(item.key != question.key for item in kept):
            kept.append(question)

    def answer_to(self, key: str) -> str | None:
        """The key under which an answer to a question is there, however it is spelt; None if there is none."""
        alike = (item for item in self.answers if fold_name(item) == fold_name(key))
        return key if key in self.answers else next(alike, None)

    def flag(self, key: str) -> str:
        """A flag's answer to something that is never asked; empty if there is none."""
        self.used |= {key} & self.answers.keys()
        return self.answers.get(key, "")

    def row_of(self, name: str) -> str:
        """Whether the rows of a name are to count as units: `yes` or `no`; empty without an answer."""
        key = f"row.{name}"
        if not any(item.startswith("row.") for item in self.answers) or self.answer_to(key) is None:
            return ""
        about = gettext("{name} as a unit", name=name)
        text = gettext("{name}: does the row count as a unit?", name=name)
        return self.ask(
            Question(key=key, text=text, default="yes", why=gettext("your answer"), options=("yes", "no"), about=about)
        )

    def marks_of(self, sheet: str) -> Marks:
        """The marks of a sheet, which is empty at first."""
        return self.marks.setdefault(sheet, Marks())

    def with_answers(self, answers: Mapping[str, str], lenient: Collection[str]) -> Desk:
        """A desk of its own that has come as far, with answers that matter only from here on."""
        kept = {"asked": [*self.asked], "questions": [*self.questions], "notes": [*self.notes]}
        return evolve(self, answers=answers, lenient=lenient, used={*self.used}, wrong={**self.wrong}, **kept)

    def pass_on(self, desk: Desk) -> None:
        """Copy all questions and notes to another desk."""
        for kept, others in ((desk.asked, self.asked), (desk.questions, self.questions)):
            for item in others:
                self._keep(item, kept)
        desk.used |= self.used
        desk.wrong |= self.wrong
        desk.marks |= self.marks
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
