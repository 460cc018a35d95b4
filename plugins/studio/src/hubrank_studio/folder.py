"""The folder of a studio: the scenario and its tables, the tables as they were given, and the history of all steps."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from hubrank.io.write import replace_file
from hubrank.plugin import Problem, Registry, UsageError, gettext
from hubrank.scenario.load import with_files
from hubrank.scenario.region import SCENARIO

HISTORY, ORIGINAL, RUN, PEOPLE = "history.sqlite", "original", "run", "people.csv"
_TABLES = """
create table if not exists steps (
    number integer primary key autoincrement, before integer, made text, what text, name text, toml text, source text,
    answers text
);
create table if not exists place (one integer primary key check (one = 1), number integer);
create table if not exists link (one integer primary key check (one = 1), token text);
create table if not exists people (
    number integer primary key, secret text unique, name text, said text, from_file integer, left_out integer
);
"""
#: The columns of JSON.
_JSON = ("what", "answers", "said")
#: The most letters of a name, and the most steps that are listed without one.
_LONGEST_NAME, _LISTED = 80, 200


@frozen(kw_only=True)
class Step:
    """One state of the scenario, and how it came about.

    Attributes:
        number: From 1, never used again; 0 before it is kept.
        before: The step that it was made from; 0 for the first.
        made: When, in UTC.
        what: What was done, as `{"key": ..., "values": {...}}` of the page's texts.
        name: The user's name for it; empty if it has none.
        toml: The scenario's text.
        source: The table's file in `original/`; empty if there is none.
        answers: The user's answers about reading the table, by key.
    """

    number: int = 0
    before: int = 0
    made: str = field(factory=lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"))
    what: Mapping[str, Any]
    name: str = ""
    toml: str
    source: str = ""
    answers: Mapping[str, str] = field(factory=dict)

    @property
    def tables(self) -> tuple[str, Mapping[str, str]]:
        """What the tables beside the scenario depend on."""
        return self.source, self.answers


@frozen(kw_only=True)
class Person:
    """The weights that one person gives.

    Attributes:
        number: From 1; 0 before it is kept.
        secret: What this person alone knows, to come back by; empty if the weights came in a file.
        name: Their name; empty if they gave none.
        said: By dimension, `{"points": {member: points}}` or `{"pairs": {member: {member: times}}}`.
        from_file: Whether they came in a file.
        left_out: Whether the owner leaves them out.
    """

    number: int = 0
    secret: str = field(default="", converter=lambda secret: secret or "")
    name: str = ""
    said: Mapping[str, Mapping[str, Any]]
    from_file: bool = field(default=False, converter=bool)
    left_out: bool = field(default=False, converter=bool)


@frozen
class Folder:
    """Where a studio reads and writes, and nowhere else.

    Attributes:
        path: The folder.
        scenario: The name of the scenario's file in it.
        confined: Whether the scenario may name nothing outside it, because others than its owner write it.
    """

    path: Path
    scenario: str = SCENARIO
    confined: bool = False

    @property
    def file(self) -> Path:
        """The scenario's file."""
        return self.path / self.scenario

    def own(self, name: str) -> Path:
        """A file or folder of this scenario: those that lie beside each other have one each."""
        return self.path / (name if self.scenario == SCENARIO else f"{self.file.stem}-{name}")

    def text(self) -> str | None:
        """The scenario's text as it lies there; None if there is none yet.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            return self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(gettext("{file} cannot be read: {why}", file=self.scenario, why=str(error))) from error

    def outside(self, toml: str) -> list[Problem]:
        """What a scenario names outside the folder: none but installed scenarios, if it is confined.

        A scenario that is no TOML has no names, and is reported elsewhere.
        """
        if not self.confined:
            return []
        try:
            table = tomllib.loads(toml)
        except tomllib.TOMLDecodeError:
            return []
        found: list[str] = []
        with_files(table, lambda path: found.append(path) or path)
        wrong = [Problem("", f"{path}: lies outside the folder") for path in found if path != file_name(path)]
        extends = table.get("extends")
        if extends is not None and extends not in Registry.installed().names("scenario"):
            wrong.append(Problem("extends", "must be an installed scenario here"))
        if "region" in table:
            wrong.append(Problem("region", "cannot be had here"))
        inputs = table.get("inputs")
        for name, item in inputs.items() if isinstance(inputs, dict) else ():
            if isinstance(item, dict) and item.get("source", "files") != "files":
                wrong.append(Problem(f"inputs.{name}.source", "must be files here"))
        return wrong

    def original(self, name: str) -> Path:
        """Where a table that was given lies, by the last part of its name without signs that files may not have."""
        return self.path / ORIGINAL / file_name(name)

    def originals(self) -> set[str]:
        """The names of all tables that were given."""
        place = self.path / ORIGINAL
        return {path.name for path in place.iterdir()} if place.is_dir() else set()

    def keep_original(self, name: str, content: bytes) -> str:
        """Keep a table that was given; the name it is kept under, another one if there is another table of this."""
        wanted = file_name(name)
        stem, dot, suffix = wanted.partition(".")
        for number in range(1, 10_000):
            path = self.original(wanted if number == 1 else f"{stem}-{number}{dot}{suffix}")
            if not path.exists():
                replace_file(path, content)
            elif path.read_bytes() != content:
                continue
            return path.name
        raise UsageError(gettext("{file}: there are too many tables of this name", file=wanted))

    def refuse_others(self, files: Mapping[str, bytes]) -> None:
        """Raise a `UsageError` if tables that no step has made would be replaced: they could not be had back.

        Args:
            files: The tables that would be written, by name.
        """
        ours = any(item["source"] for item in self.steps())
        for name, content in files.items():
            if not ours and (self.path / name).is_file() and (self.path / name).read_bytes() != content:
                what = gettext("{file} lies here already and would be replaced; open the table by itself", file=name)
                raise UsageError(what)

    def steps(self) -> list[dict[str, Any]]:
        """The newest steps and all that have a name, in the order in which they were made, without their texts."""
        return self._done(
            "select number, before, made, what, name, source from steps where name <> '' or number in "
            "(select number from steps order by number desc limit ?) order by number",
            _LISTED,
        )

    def after(self, number: int) -> int | None:
        """The newest step that was made from another one; None if there is none."""
        newest: int | None = self._done("select max(number) as number from steps where before = ?", number)[0]["number"]
        return newest

    def way(self, number: int) -> list[Mapping[str, Any]]:
        """What was done on the way to a step, from it back to the first."""
        rows = self._done(
            "with recursive way(before, what) as (select before, what from steps where number = ? union all "
            "select steps.before, steps.what from steps join way on number = way.before) select what from way",
            number,
        )
        return [row["what"] for row in rows]

    def step(self, number: int) -> Step:
        """A step by its number; a `UsageError` if there is none."""
        for row in self._done("select * from steps where number = ?", number):
            return Step(**row)
        raise UsageError(gettext("there is no step {number}", number=number))

    @property
    def at(self) -> int:
        """The number of the step that the scenario's file is of; 0 if there is none."""
        return next((row["number"] for row in self._done("select number from place")), 0)

    def keep(self, step: Step, files: Mapping[str, bytes], instead_of: int = 0) -> Step:
        """Write a new step's files and the step; it is the current one from then on.

        Args:
            step: The step; its number is given here.
            files: The tables beside the scenario, by name.
            instead_of: The number of a step that goes.
        """
        self._write(step, files)
        with self._history() as history:
            history.execute("delete from steps where number = ?", (instead_of,))
            what, answers = (json.dumps(item, ensure_ascii=False) for item in (step.what, dict(step.answers)))
            row = (step.before, step.made, what, step.name, step.toml, step.source, answers)
            number = history.execute(
                "insert into steps (before, made, what, name, toml, source, answers) values (?, ?, ?, ?, ?, ?, ?)", row
            ).lastrowid
            history.execute("replace into place values (1, ?)", (number,))
        return evolve(step, number=number)

    def go(self, step: Step, files: Mapping[str, bytes]) -> None:
        """Make an earlier step the current one."""
        self._write(step, files)
        self._done("replace into place values (1, ?)", step.number)

    def name(self, number: int, name: str) -> None:
        """Give a step a name."""
        self.step(number)
        self._done("update steps set name = ? where number = ?", name[:_LONGEST_NAME], number)

    @property
    def link(self) -> str:
        """The token of the link on which people are asked; empty if there is none."""
        return next((row["token"] for row in self._done("select token from link")), "")

    def set_link(self, token: str) -> None:
        """Ask people on another link; the one before opens nothing from then on."""
        self._done("replace into link values (1, ?)", token)

    def people(self) -> list[Person]:
        """All who gave weights, in the order in which they first did."""
        return [Person(**row) for row in self._done("select * from people order by number")]

    def keep_person(self, person: Person) -> None:
        """Keep what a person says, in place of what they said before."""
        said = json.dumps(dict(person.said), ensure_ascii=False)
        name = person.name.strip()[:_LONGEST_NAME]
        row = (person.number or None, person.secret or None, name, said, person.from_file, person.left_out)
        self._done("replace into people values (?, ?, ?, ?, ?, ?)", *row)

    def _write(self, step: Step, files: Mapping[str, bytes]) -> None:
        for name, content in (files | {self.scenario: step.toml.encode()}).items():
            path = self.path / name
            if not path.is_file() or path.read_bytes() != content:
                replace_file(path, content)

    def _done(self, command: str, *values: Any) -> list[dict[str, Any]]:
        """The rows that a command of SQL gives, by column; those of JSON as their values."""
        with self._history() as history:
            history.row_factory = sqlite3.Row
            rows = history.execute(command, values).fetchall()
        return [{key: json.loads(item) if key in _JSON else item for key, item in dict(row).items()} for row in rows]

    @contextlib.contextmanager
    def _history(self) -> Iterator[sqlite3.Connection]:
        """The history, kept whole: a step is there or it is not, whatever happens meanwhile."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self.own(HISTORY), timeout=30)) as history, history:
                history.executescript(_TABLES)
                yield history
        except (OSError, sqlite3.Error) as error:
            why = gettext("{file} cannot be used: {why}", file=str(self.own(HISTORY)), why=str(error))
            raise UsageError(why) from error


def file_name(name: str) -> str:
    """A name that a file of any system can have, without a folder: that of a table from a browser.

    It keeps letters of any script; it never begins with a dot.
    """
    last = re.split(r"[/\\]", name)[-1]
    clean = re.sub(r"[^\w.\- ()]", "_", last).strip(" .")[-_LONGEST_NAME:].lstrip(" .")
    reserved = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", clean)
    return f"_{clean}" if reserved or not clean else clean
