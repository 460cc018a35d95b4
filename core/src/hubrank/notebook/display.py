"""The display of a ranking; its scenario as text."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import field, frozen

from hubrank.i18n import count_text, format_number, gettext, ngettext
from hubrank.infer.assumptions import Assumption
from hubrank.infer.draft import InferredScenario
from hubrank.io.answer import text_table
from hubrank.io.escaping import html_text, strip_control
from hubrank.io.write import add_files
from hubrank.notebook.guesses import plot_hint
from hubrank.plugin.registry import BRINGS, Part, Registry
from hubrank.ranking.ranking import Ranking
from hubrank.results.save import scenario_toml
from hubrank.scenario.plan import Plan
from hubrank.scenario.region import SCENARIO

#: The most units and sentences in a text.
_ROWS, _SENTENCES = 10, 5


def text_of(ranking: Ranking) -> str:
    """The latest edition in fewer than 25 lines, with the notes for readers."""
    at = len(ranking.editions) - 1
    title = gettext("{title}, {edition}", title=ranking.title, edition=ranking.editions[at])
    order, tiers = ranking.order(at), ranking.tier(at)
    first = order[:_ROWS]
    columns = {
        gettext("rank"): [format_number(f"{ranking.ranks[at, unit]:g}") for unit in first],
        gettext("range"): [ranking.range_text(at, int(unit)) for unit in first],
        gettext("unit"): [ranking.names[unit] for unit in first],
        gettext("score"): [ranking.score_text(at, int(unit)) for unit in first],
        gettext("tier"): [tiers[unit] for unit in first],
    }
    frame = pd.DataFrame({name: cells for name, cells in columns.items() if any(cells)})
    sentences = [strip_control(item) for item in _sentences(ranking)[:_SENTENCES]]
    return "\n".join([strip_control(title), _counted(ranking), *text_table(frame, _ROWS, len(order)), *sentences])


def html_of(ranking: Ranking) -> str:
    """The latest edition as a table with intervals and pictures, and the notes for readers; names are escaped."""
    sentences = "".join(f"<li>{html_text(item)}</li>" for item in _sentences(ranking))
    return f"{ranking._repr_html_()}<p>{html_text(_counted(ranking))}</p><ul>{sentences}</ul>"  # its own way


def _counted(ranking: Ranking) -> str:
    units = count_text(len(ranking.order(len(ranking.editions) - 1)), "unit")
    indicators = count_text(len(ranking.plan.ranked), "indicator")
    return gettext("{units} ranked by {indicators}", units=units, indicators=indicators)


def _sentences(ranking: Ranking) -> list[str]:
    """The notes for readers; those that only the user can resolve come first."""
    return [item.text for item in ranking.caveats() if item.edition in (None, ranking.editions[-1])]


@frozen(eq=False)
class Plots:
    """Plots of a ranking: notebooks show `r.plot.range(top=20)`, and `.save("ranges.svg")` writes it.

    Each is drawn by an installed exporter; `dir(r.plot)` lists them.
    """

    ranking: Ranking = field(repr=False)

    def __dir__(self) -> list[str]:
        return list(self._drawn())

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        drawn = self._drawn()
        if name not in drawn:
            hint = plot_hint(name, drawn) if drawn else f"; {BRINGS['report']} draws, which is not installed"
            raise AttributeError(f"plot.{name}: no such plot{hint}")

        def draw(*chosen: Any, **options: Any) -> Any:
            each = [item for one in chosen for item in (one if isinstance(one, list | tuple) else [one])]
            codes = [getattr(item, "code", item) for item in each]  # units of the ranking too: radar(r[:3])
            options = {key: getattr(item, "code", item) for key, item in options.items()}
            function = functools.partial(drawn[name].record.draw, **options)
            return drawn[name].call("draw", self.ranking, *codes, function=function)

        return draw

    def __call__(self, kind: str = "bar", *chosen: str, **options: Any) -> Any:
        """A plot by its name, as in pandas: `r.plot(kind="range")`."""
        return getattr(self, kind)(*chosen, **options)

    @staticmethod
    def _drawn() -> dict[str, Part]:
        exporters = (part for part in Registry.installed() if part.kind == "exporter" and part.record.draw is not None)
        return {part.name.partition("-")[0]: part for part in exporters}

    def __repr__(self) -> str:
        return ", ".join(f"plot.{name}()" for name in self._drawn())


#: The most lines of a text, and the most characters of each.
_LINES, _WIDTH = 20, 100


@frozen(kw_only=True, eq=False)
class ScenarioText:
    """A ranking's scenario: its plan, with its components, and the draft if a table was ranked."""

    plan: Plan = field(repr=False)
    draft: InferredScenario | None = field(default=None, repr=False)

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The assumptions about what a table does not state; none for a scenario that was written by hand."""
        return () if self.draft is None else self.draft.assumed

    def to_toml(self, path: Path | str | None = None) -> str:
        """The TOML that reproduces the ranking.

        Args:
            path: The file to write, if any; for a table, the `data.csv` and `units.csv` that it names come beside it.

        Raises:
            UsageError: One of the files exists, or cannot be written.
        """
        folder = Path() if path is None else Path(path).parent
        files = {SCENARIO: scenario_toml(self.plan, folder)} if self.draft is None else self.draft.files()
        if path is not None:
            add_files(folder, {Path(path).name if name == SCENARIO else name: item for name, item in files.items()})
        return files[SCENARIO].decode()

    def write(self, folder: Path | str) -> Path:
        """Write `scenario.toml` into a folder, and the table beside it if one was ranked.

        Returns:
            The path of `scenario.toml`; `hubrank rank` of it gives the same ranking.

        Raises:
            UsageError: As for `to_toml`.
        """
        self.to_toml(path := Path(folder) / SCENARIO)
        return path

    def __repr__(self) -> str:
        lines = self.to_toml().splitlines()
        shown = [strip_control(f"{item[:_WIDTH]} ..." if len(item) > _WIDTH else item) for item in lines[:_LINES]]
        if (rest := len(lines) - _LINES) > 0:
            shown.append(ngettext(rest, "... and {count} more line", "... and {count} more lines"))
        return "\n".join(shown)
