"""A table as it was given: what is read of it with the user's answers, or what another tool's file says."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen
from hubrank.io.write import temp_dir
from hubrank_output.interchange.coin_tool import read_coin_tool
from hubrank_output.interchange.coinr_import import read_coinr, read_coinr_zip
from hubrank_output.interchange.framework import Framework, write_framework
from hubrank_start.desk import Desk
from hubrank_start.looking import Looked
from hubrank_start.proposing import of_draft
from hubrank_start.sheet import Sheet
from hubrank_start.tables import Reading, file_problems, files_of, import_of, looked_at, read_on, sheets_of

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
    _looked: dict[tuple[tuple[str, str], ...], tuple[Desk, Looked]] = field(factory=dict, init=False)
    _readings: dict[tuple[tuple[str, str], ...], Reading] = field(factory=dict, init=False)

    def sheets(self, encoding: str = "") -> Mapping[str, list[Sheet]]:
        """The sheets by the file's name; none of an archive of another tool."""
        return _sheets(self.path, self.path.stat().st_mtime_ns, encoding)

    def read(self, answers: Mapping[str, str], new: Collection[str] = ()) -> Reading | None:
        """What is read of it with some answers; None if it is another tool's file, which says everything itself.

        Args:
            answers: The answers by key; those that do not fit, such as those about another sheet, are passed over.
            new: Keys of answers that must fit.

        Raises:
            ScenarioError: It is no table, or a new answer does not fit it.
        """
        key = tuple(sorted(answers.items()))
        if key not in self._readings:
            with file_problems(self.path.name):
                if import_of([self.path], self.sheets(answers.get("encoding", ""))):
                    return None
                desk, looked = self._look(tuple(item for item in key if not of_draft(item[0])))
                others = {name: answer for name, answer in answers.items() if name != SHEET}
                desk = desk.with_answers(others, others.keys() - {*new})
                keep_newest(self._readings, key, read_on(looked, self.path.name, desk))
        return self._readings[key]

    def _look(self, key: tuple[tuple[str, str], ...]) -> tuple[Desk, Looked]:
        """The table looked through with the answers that matter for it, and the desk with the questions so far."""
        if key not in self._looked:
            answers = dict(key)
            sheet, desk = answers.pop(SHEET, None), Desk(answers=answers)
            sheets = self.sheets(desk.flag("encoding"))
            keep_newest(self._looked, key, (desk, looked_at(sheets, self.path.name, desk, sheet)))
        return self._looked[key]

    def files(self, answers: Mapping[str, str]) -> dict[str, bytes]:
        """The scenario that is made of it with some answers, and its tables, by name.

        Raises:
            ScenarioError: As for `read`.
        """
        reading = self.read(answers)
        return _imported(self.path) if reading is None else reading.draft.files()


def keep_newest(kept: dict[Any, Any], key: Any, value: Any, most: int = _KEPT) -> None:
    """Keep one more value, and only the newest few."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > most:
        del kept[next(iter(kept))]


def _imported(path: Path) -> dict[str, bytes]:
    """The files of a scenario as another tool's file has it."""
    words, _tool = import_of([path], _sheets(path, path.stat().st_mtime_ns, "")) or ((), "")
    kind, first, *others = words
    with temp_dir() as folder:
        write_framework(_framework(kind, Path(first), *map(Path, others)), folder / "made")
        return {item.name: item.read_bytes() for item in (folder / "made").iterdir()}


def _framework(kind: str, first: Path, meta: Path | None = None) -> Framework:
    year = datetime.datetime.now(datetime.UTC).year
    if kind == "coin-tool":
        return read_coin_tool(first, year)
    return read_coinr_zip(first, year) if meta is None else read_coinr(first, meta, None, year)


@functools.lru_cache(maxsize=2)
def _sheets(path: Path, changed: int, encoding: str) -> Mapping[str, list[Sheet]]:  # noqa: ARG001  # another file then
    with file_problems(path.name):
        files_of(str(path))
        if path.suffix.lower() == ".zip":
            return {}
        return {path.name: sheets_of(path, Desk(answers={"encoding": encoding} if encoding else {}))}
