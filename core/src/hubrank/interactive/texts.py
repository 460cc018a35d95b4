"""The scenario of a ranking as a text that makes it again."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from hubrank.basis.errors import UsageError
from hubrank.basis.words import printable
from hubrank.drafting.draft import Draft
from hubrank.drafting.records import Assumption
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

    def to_toml(self) -> str:
        """The TOML; of a table it names `data.csv` and `units.csv` beside it, which `write` writes."""
        return scenario_toml(self.plan, Path()).decode() if self.draft is None else self.draft.toml()

    def write(self, folder: Path | str) -> Path:
        """Write `scenario.toml` into a folder, and the table beside it where one was ranked.

        Returns:
            The path of `scenario.toml`; `hubrank rank` of it gives the same ranking.

        Raises:
            UsageError: It is there already, or cannot be written.
        """
        if self.draft is not None:
            return self.draft.write(folder)
        path = Path(folder) / "scenario.toml"
        if path.exists():
            raise UsageError(f"{path}: is there already, and may have been edited; choose another folder")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(scenario_toml(self.plan, path.parent))
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
        return path

    def __repr__(self) -> str:
        lines = [
            printable(each if len(each) <= _WIDTH else f"{each[:_WIDTH]} ...") for each in self.to_toml().splitlines()
        ]
        more = [f"... and {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
        return "\n".join([*lines[:_LINES], *more])
