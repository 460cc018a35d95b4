"""One person's work on one scenario: its steps, its ranking, and ranges that grow while the person goes on."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve
from hubrank.io.cache import Cache
from hubrank.io.write import replace_file
from hubrank.plugin import HubrankError, Problem, Ranking, Registry, ScenarioError, UsageError, gettext
from hubrank.ranking.kept import KeptDraws
from hubrank.results.rank import rank_with_intervals
from hubrank.scenario.load import Loaded, MalformedError, load
from hubrank.scenario.region import SCENARIO
from hubrank.uncertainty.budget import Budget
from hubrank_start.sheet import Sheet
from hubrank_start.tables import Reading

from hubrank_studio.assumed import decided, key_of, read_again, without_line
from hubrank_studio.document import Edit, edited, in_words, parsed
from hubrank_studio.folder import PEOPLE, Folder, Person, Step
from hubrank_studio.original import Original, keep_newest

#: Seconds without a step before draws are made: those of a slider that still moves would hold up its next rank.
_QUIET = 0.25
#: What a listener hears: `state` after a step, `ranges` while they grow, `people` after a person gave weights, and
#: `trying` with how many indicators were tried of how many, while an improvement is looked for.
Listener = Callable[[str], None]
#: The most rankings of steps that are kept for comparing them.
_REMEMBERED = 6

#: What a page does to a session, by what it says; and what it looks at, by the query of an address.
Action = Callable[["Session", Mapping[str, Any]], None]
View = Callable[["Session", Mapping[str, str]], Any]


class SupersededError(Exception):
    """The scenario changed while its ranges were drawn."""


class ConflictError(UsageError):
    """A text that was begun at an earlier step than the current one."""


class Session:
    """A scenario that is worked on.

    Attributes:
        folder: Where it lies.
        step: The current step; None as long as there is nothing to rank.
        ranked: The ranking of the newest step that could be ranked, and its number; None and 0 if there is none of the
            current tables.
        problems: Why the current step cannot be ranked.
        ranges: The ranges so far, `edition`, `unit`, `rank`, `low` and `high`; None before the first.
        draws: How many draws they are from.
        growing: Whether more draws are being made.
        lock: Held while these change, and by who reads several of them.
    """

    def __init__(self, folder: Folder, begin: str = "", source: str = "") -> None:
        """Open a folder as it was left; a new one begins with a scenario's text, or with nothing.

        Args:
            folder: The folder.
            begin: The text.
            source: The table in `original/` of a scenario that lies there and was never opened.
        """
        self.folder = folder
        self.step: Step | None = None
        self.ranked: tuple[Ranking | None, int] = None, 0
        self.problems: tuple[Problem, ...] = ()
        self.ranges: pd.DataFrame | None = None
        self.draws, self.growing = 0, False
        self._drawing: threading.Thread | None = None
        self._originals, self._rankings = dict[str, Original](), dict[int, Ranking]()
        self._hand = ("", 0)  # whose last step can go on, and its number
        self.lock, self._beside, self._listeners = threading.RLock(), threading.Lock(), list[Listener]()
        with self.lock:
            number, text = folder.at, folder.text()
            self.step = folder.step(number) if number else None
            if text is None and begin:
                self._keep(toml=begin, what={"key": "step.begun"})
            elif text is not None and (self.step is None or text != self.step.toml):
                what = {"key": "step.outside" if self.step else "step.opened"}
                self._keep(toml=text, what=what, source=self.step.source if self.step else source)
            elif self.step is not None:
                self._rank()

    @property
    def ranking(self) -> Ranking | None:
        """The ranking of the newest step that could be ranked."""
        return self.ranked[0]

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Have a function hear of steps and ranges."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def take(self, name: str, content: bytes) -> None:
        """Begin again with a table, as one step that can be undone.

        Raises:
            HubrankError: It is no table that can be ranked; nothing changes.
        """
        with self.lock:
            before = self.folder.originals()
            kept = self.folder.keep_original(name, content)
            try:
                files = self._original(kept).files({})
                self.folder.refuse_others(_beside(files))
            except HubrankError:
                if kept not in before:
                    self.folder.original(kept).unlink(missing_ok=True)
                raise
            what = {"key": "step.table", "values": {"file": kept}}
            self._keep(files, toml=files[SCENARIO].decode(), source=kept, answers={}, what=what)

    def edit(self, edits: list[Edit], what: Mapping[str, Any] | None = None, hand: str = "") -> None:
        """Change keys of the scenario.

        Args:
            edits: The changes.
            what: What was done, for the history.
            hand: A name for one movement, such as that of a slider: its edits are one step, as long as no other step
                comes between them.

        Raises:
            UsageError: A key cannot be changed so; nothing changes.
        """
        with self.lock:
            now, reading = self._now, self.reading()
            toml = edited(now.toml, edits)
            if reading is not None:
                toml = edited(toml, decided(reading.draft, parsed(toml), {key_of(edit.path) for edit in edits}))
            values = {"path": ".".join(edits[0].path), "value": "" if len(edits) > 1 else in_words(edits[0].value)}
            goes_on = bool(hand) and self._hand == (hand, now.number) and self.folder.after(now.number) is None
            self._keep(toml=toml, what=what or {"key": "step.edit", "values": values}, goes_on=goes_on)
            self._hand = hand, self._now.number

    def confirm(self, key: str) -> None:
        """Have an assumption be the author's own decision: by its key, or a line that no table explains by its text."""
        with self.lock:
            now, reading = self._now, self.reading()
            table = parsed(now.toml)
            edits = decided(reading.draft, table, {key}) if reading is not None else []
            edits = edits or without_line(table, key)
            self._keep(toml=edited(now.toml, edits), what={"key": "step.confirmed", "values": {"what": key}})

    def write(self, toml: str, base: int) -> None:
        """Replace the text of the scenario; it may be wrong for a while, and is kept nonetheless.

        Raises:
            ConflictError: The current step is not the one that the writer began with; nothing changes.
        """
        with self.lock:
            if self.step is not None and self.step.number != base:
                raise ConflictError(gettext("the scenario changed meanwhile; your text was not saved over it"))
            self._keep(toml=toml, what={"key": "step.text"})

    def answer(self, answers: Mapping[str, str | None]) -> None:
        """Answer questions on how the table is read; None takes an answer back. The author's other changes stay.

        Raises:
            HubrankError: The table cannot be read so; nothing changes.
        """
        with self.lock:
            now = self._now
            if not now.source:
                raise UsageError(gettext("this scenario was not made from a table"))
            original = self._original(now.source)
            new = {key: value for key, value in {**now.answers, **answers}.items() if value is not None}
            before, after = original.read(now.answers), original.read(new, answers.keys())
            if before is None or after is None:
                raise UsageError(gettext("{file} is another tool's file, which asks nothing", file=now.source))
            toml = read_again(now.toml, before.draft, after.draft, answers)
            values = {"key": ", ".join(answers), "value": ", ".join(str(item or "") for item in answers.values())}
            self._keep(after.draft.files(), toml=toml, answers=new, what={"key": "step.answer", "values": values})

    def undo(self) -> None:
        """Go back to the step that the current one was made from; nothing happens at the first."""
        with self.lock:
            if self.step is not None and self.step.before:
                self.go(self.step.before)

    def redo(self) -> None:
        """Go on to the newest step that was made from the current one; nothing happens at a last one."""
        with self.lock:
            if self.step is not None and (after := self.folder.after(self.step.number)) is not None:
                self.go(after)

    def go(self, number: int) -> None:
        """Make an earlier or later step the current one; a `UsageError` if there is none of this number."""
        with self.lock:
            step = self.folder.step(number)
            same = self.step is not None and self.step.tables == step.tables
            files = {} if same or not step.source else self._original(step.source).files(step.answers)
            self.folder.go(step, _beside(files))
            self.step = step
            self._changed(same_tables=same)

    def name(self, number: int, name: str) -> None:
        """Name a step; an empty name takes its name away."""
        with self.lock:
            self.folder.name(number, name)
            if self.step is not None and self.step.number == number:
                self.step = self.folder.step(number)
            self.tell("state")

    def look(self) -> None:
        """Take over what another program wrote into the scenario's file, as a step of its own."""
        with self.lock:
            text = self.folder.text()
            if self.step is not None and text is not None and text != self.step.toml:
                self._keep(toml=text, what={"key": "step.outside"})

    def keep_person(self, person: Person, table: Callable[[], bytes]) -> None:
        """Keep the weights that a person gives, and the table of all people's, which is made once they are kept."""
        with self.lock:
            self.folder.keep_person(person)
            replace_file(self.folder.own(PEOPLE), table())
        self.tell("people")

    def reading(self) -> Reading | None:
        """How the table is read; None if there is no table, or another tool's file."""
        with self.lock:
            now = self.step
            return self._original(now.source).read(now.answers) if now is not None and now.source else None

    def newest(self) -> tuple[Ranking, int]:
        """The ranking of the newest step that could be ranked, and its number; a `UsageError` if there is none yet."""
        ranking, number = self.ranked
        if ranking is None:
            raise UsageError(gettext("there is no ranking yet; drop a table, or open a scenario"))
        return ranking, number

    def settled(self, *, ranges: bool = True) -> Ranking:
        """The ranking of the current step: once all its ranges are drawn, or without waiting for them.

        Raises:
            UsageError: There is none.
            ScenarioError: The current step cannot be ranked, or its ranges cannot be drawn.
        """
        while True:
            if ranges and self._drawing is not None:
                self._drawing.join()
            with self.lock:
                if ranges and self._drawing is not None and self._drawing.is_alive():
                    continue
                if self.problems:
                    raise ScenarioError(self.folder.scenario, self.problems)
                return self.newest()[0]

    def note(self, what: Mapping[str, Any]) -> None:
        """Keep a step that changes nothing but says something, such as why a finding is set aside."""
        with self.lock:
            self._keep(what=what, said=True)

    def superseded(self, number: int) -> bool:
        """Whether a step is no longer the one that is ranked; work beside it stands back while another is ranked."""
        with self.lock:
            return self.ranked[1] != number

    def earlier(self, number: int, *, ranges: bool = False) -> Ranking:
        """The ranking of any step, as it was ranked or else ranked beside the current one.

        Args:
            number: The step's.
            ranges: Whether its ranges are drawn if they are not known; a scenario without uncertainty has none.

        Raises:
            HubrankError: It cannot be ranked.
        """
        if (known := self._known(number, ranges=ranges)) is not None:
            return known
        with self._beside:  # one after the other: the next may be of the same step
            if (known := self._known(number, ranges=ranges)) is None:
                known = self._ranked_beside(self.folder.step(number), ranges=ranges)
                self._remember(number, known)
        return known

    def _known(self, number: int, *, ranges: bool) -> Ranking | None:
        known = self._rankings.get(number)
        return None if known is not None and ranges and known.undrawn else known

    def _ranked_beside(self, step: Step, *, ranges: bool) -> Ranking:
        """Rank a step in a folder or a file of its own within the session's, which is gone afterwards."""
        if wrong := self.folder.outside(step.toml):
            raise ScenarioError(self.folder.scenario, wrong)
        with self.lock:
            now, before = self.step, self.ranking
        same = now is not None and now.tables == step.tables
        tables = {} if same or not step.source else _beside(self._original(step.source).files(step.answers))
        with contextlib.ExitStack() as gone:
            folder = self.folder.path
            if tables:
                folder = Path(gone.enter_context(tempfile.TemporaryDirectory(prefix=".step-", dir=folder)))
            for name, content in tables.items():
                (folder / name).write_bytes(content)
            file = folder / f".step-{step.number}.toml"
            gone.callback(file.unlink, missing_ok=True)
            file.write_text(step.toml, encoding="utf-8")
            before = before if same else None
            ranking = rank_with_intervals(str(file), ranges=ranges, cache=Cache.default(), before=before)
        if same and (self.step is None or self.step.tables != step.tables):  # others lie there meanwhile
            return self._ranked_beside(step, ranges=ranges)
        return ranking

    def _remember(self, number: int, ranking: Ranking) -> None:
        with self.lock:
            keep_newest(self._rankings, number, ranking, _REMEMBERED)

    def whole(self) -> Loaded | MalformedError | None:
        """The scenario as it is now with all that it extends, even if it is wrong; None if it cannot be read."""
        with self.lock:
            if self.step is None or self.folder.outside(self.step.toml):
                return None
            ranking, number = self.ranked
            if ranking is not None and number == self.step.number:
                return ranking.plan.loaded
            try:
                return load(self.folder.file, Registry.installed())
            except MalformedError as error:
                return error
            except HubrankError:
                return None

    @property
    def _now(self) -> Step:
        if self.step is None:
            raise UsageError(gettext("there is no scenario yet; drop a table, or open a scenario"))
        return self.step

    def _original(self, name: str) -> Original:
        return self._originals.setdefault(name, Original(self.folder.original(name)))

    def sheets(self) -> Sequence[Sheet]:
        """The sheets of the table as it was given; none if there is no table."""
        with self.lock:
            now = self.step
            if now is None or not now.source:
                return []
            return next(iter(self._original(now.source).sheets(now.answers.get("encoding", "")).values()), [])

    def _keep(
        self, files: Mapping[str, bytes] | None = None, *, goes_on: bool = False, said: bool = False, **changed: Any
    ) -> None:
        """Keep a step that differs from the current one, or says something, with the tables if they change; rank it.

        One that goes on is kept in the place of the current one.
        """
        old = self.step
        if old is None:
            step = Step(**changed)
        else:
            step = Step(**{"toml": old.toml, "source": old.source, "answers": old.answers} | changed)
            step = evolve(step, before=old.before if goes_on else old.number, name=old.name if goes_on else "")
            if not said and (step.toml, step.tables) == (old.toml, old.tables):
                return
        instead_of = old.number if old is not None and goes_on else 0
        self.step = self.folder.keep(step, _beside(files or {}), instead_of)
        self._changed(same_tables=files is None and old is not None)

    def _changed(self, *, same_tables: bool) -> None:
        if not same_tables:
            self.ranked = None, 0
        self._rank()
        self.tell("state")

    def _rank(self) -> None:
        """Rank the current step at once, without ranges, and have these grow afterwards."""
        now, before = self._now, self.ranking
        self.problems, self.ranges, self.draws, self.growing = (), None, 0, False
        if wrong := self.folder.outside(now.toml):
            self.problems = tuple(wrong)
            return
        try:
            ranking = rank_with_intervals(str(self.folder.file), ranges=False, cache=Cache.default(), before=before)
        except HubrankError as error:
            self.problems = error.problems
            return
        ranking = ranking if before is not None else evolve(ranking, kept_draws=KeptDraws())
        self.ranked = ranking, now.number
        self._remember(now.number, ranking)
        if ranking.plan.uncertainties is not None:
            self.growing = True
            self._drawing = threading.Timer(_QUIET, self._grow, args=(now.number, ranking))
            self._drawing.daemon = True
            self._drawing.start()

    def _grow(self, number: int, ranking: Ranking) -> None:
        """Make the draws of a step, as long as it is the current one."""
        if self._is_past(number):
            return

        def heard(draws: int, _wanted: int | None, ranges: pd.DataFrame) -> None:
            with self.lock:
                if self._is_past(number):
                    raise SupersededError
                self.ranges, self.draws = ranges, draws
            self.tell("ranges")

        try:
            budget = Budget(listener=heard)
            ranged = rank_with_intervals(str(self.folder.file), budget=budget, cache=Cache.default(), before=ranking)
        except SupersededError:
            return
        except HubrankError as error:
            self._grown(number, error.problems)
        except Exception as error:
            self._grown(number, (failure(error),))
            raise
        else:
            self._grown(number, (), ranged)

    def _grown(self, number: int, problems: tuple[Problem, ...], ranged: Ranking | None = None) -> None:
        """Take the ranges of a step, or why there are none, as long as it is the current one."""
        with self.lock:
            if self._is_past(number):
                return
            self.growing, self.problems = False, problems
            if ranged is not None:
                self.ranked = ranged, number
                self._remember(number, ranged)
        self.tell("ranges")

    def _is_past(self, number: int) -> bool:
        return self.step is None or self.step.number != number

    def tell(self, what: str) -> None:
        """Have all listeners hear something."""
        for listener in [*self._listeners]:
            listener(what)


def failure(error: Exception) -> Problem:
    """A mistake of the program's own, as a person reads it; the terminal has the rest."""
    return Problem("", gettext("the studio failed ({kind})", kind=type(error).__name__))


def _beside(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without a scenario's."""
    return {name: content for name, content in files.items() if not name.endswith(".toml")}
