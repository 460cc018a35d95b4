"""The scenario of a ranking as a text that makes it again."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from hubrank.basis.files import add_files
from hubrank.basis.harmless import inert
from hubrank.basis.language import plural
from hubrank.drafting.draft import Draft
from hubrank.drafting.records import SCENARIO, Assumption
from hubrank.runs.scenario_file import scenario_toml
from hubrank.scenario.plan import Plan

#: A text shows so many lines, and so much of each.
_LINES, _WIDTH = 20, 100


@frozen(kw_only=True, eq=False)
class ScenarioText:
    """A ranking's scenario.

    Attributes:
        plan: The scenario with its parts.
        draft: What was made of a table, where one was ranked.
    """

    plan: Plan = field(repr=False)
    draft: Draft | None = field(default=None, repr=False)

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """What was assumed, since the table does not say it; nothing of a scenario that was written."""
        return () if self.draft is None else self.draft.assumed

    def to_toml(self, path: Path | str | None = None) -> str:
        """The TOML that makes the ranking again.

        Args:
            path: Where it is written, if anywhere. Of a table `data.csv` and `units.csv`, which it names, are written
                beside it.

        Raises:
            UsageError: One of the files is there already, or cannot be written.
        """
        if path is not None:
            self._write(Path(path))
        if self.draft is not None:
            return self.draft.toml()
        return scenario_toml(self.plan, Path() if path is None else Path(path).parent).decode()

    def write(self, folder: Path | str) -> Path:
        """Write `scenario.toml` into a folder, and the table beside it where one was ranked.

        Returns:
            The path of `scenario.toml`; `hubrank rank` of it gives the same ranking.

        Raises:
            UsageError: One of the files is there already, or cannot be written.
        """
        path = Path(folder) / SCENARIO
        self._write(path)
        return path

    def _write(self, path: Path) -> None:
        if self.draft is None:
            files = {path.name: scenario_toml(self.plan, path.parent)}
        else:
            files = {path.name if name == SCENARIO else name: each for name, each in self.draft.files().items()}
        add_files(path.parent, files)

    def __repr__(self) -> str:
        lines = [inert(each if len(each) <= _WIDTH else f"{each[:_WIDTH]} ...") for each in self.to_toml().splitlines()]
        rest = len(lines) - _LINES
        more = [plural(rest, "... and {count} more line", "... and {count} more lines")] if rest > 0 else []
        return "\n".join([*lines[:_LINES], *more])
