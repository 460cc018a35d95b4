"""A table as it was given: what is read of it with the user's answers, and what is shown of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen
from hubrank.plugin import FileProblem, Problem, ScenarioError
from hubrank_start.desk import Desk
from hubrank_start.sheet import Sheet
from hubrank_start.tables import Reading, file_problems, files_of, import_of, read_with, sheets_of

#: The answer that says which sheet counts; it is no question of a table's own.
SHEET = "sheet"
#: Readings are kept for going back and forth between a few answers.
_KEPT = 4


@frozen(eq=False)
class Original:
    """A table's file.

    Attributes:
        path: The file.
    """

    path: Path
    _readings: dict[tuple[tuple[str, str], ...], Reading] = field(factory=dict, init=False)

    def sheets(self, encoding: str = "") -> Mapping[str, list[Sheet]]:
        """The sheets by the file's name."""
        return _sheets(self.path, self.path.stat().st_mtime_ns, encoding)

    def read(self, answers: Mapping[str, str]) -> Reading:
        """What is read of it with some answers.

        Raises:
            ScenarioError: It is no table, or the answers do not fit it.
        """
        key = tuple(sorted(answers.items()))
        if key not in self._readings:
            if len(self._readings) >= _KEPT:
                del self._readings[next(iter(self._readings))]
            self._readings[key] = self._read(answers)
        return self._readings[key]

    def _read(self, answers: Mapping[str, str]) -> Reading:
        others = {name: answer for name, answer in answers.items() if name != SHEET}
        desk, name = Desk(answers=others), self.path.name
        with file_problems(name):
            encoding = desk.flag("encoding")
            sheets = self.sheets(encoding)
            if found := import_of(files_of(str(self.path)), sheets):
                words, tool = found
                raise FileProblem(
                    f"is a file of {tool}; hubrank import {words[0]} {name} --output FOLDER creates a scenario from it"
                )
            reading = read_with(sheets, name, desk, answers.get(SHEET))
        if desk.wrong:
            raise ScenarioError(name, [Problem("", item) for item in desk.wrong])
        return reading


@functools.lru_cache(maxsize=2)
def _sheets(path: Path, changed: int, encoding: str) -> Mapping[str, list[Sheet]]:  # noqa: ARG001  # another file then
    with file_problems(path.name):
        return {path.name: sheets_of(path, Desk(answers={"encoding": encoding} if encoding else {}))}
