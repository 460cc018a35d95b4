"""Charts of a ranking: Altair objects for notebooks, SVG and PNG for everything else."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import ENGLISH, Exporter, UsageError, hookimpl, use_language

if TYPE_CHECKING:
    import altair as alt
    from hubrank import Ranking

#: The charts' names with what they show; the first is the one without a name in the file's end.
CHARTS = {
    "ranking": "the top of the ranking, with scores stacked by dimension",
    "map": "a map of the ranked units",
    "editions": "ranks across editions",
    "profiles": "dimension profiles of the top units",
    "ranges": "ranks with uncertainty ranges",
    "rivals": "countries by tier",
}


def charts(ranking: Ranking) -> dict[str, alt.TopLevelMixin]:
    """All charts that a ranking has something for, by name, as Altair objects.

    Args:
        ranking: The ranking; its last edition is shown.
    """
    from hubrank_output.charts.drawing import DRAWINGS

    drawn = {name: draw(ranking) for name, (draw, _) in DRAWINGS.items()}
    return {name: chart for name, chart in drawn.items() if chart is not None}


def write(name: str, kind: str, ranking: Ranking, path: Path) -> None:
    """Write a chart as SVG or PNG.

    Raises:
        UsageError: The ranking has nothing for it.
    """
    from hubrank_output.charts.drawing import DRAWINGS, picture

    draw, needs = DRAWINGS[name]
    chart = draw(ranking)
    if chart is None:
        message = f"{path.name}: the chart '{name}' needs {needs}, which this ranking does not have"
        with use_language(ENGLISH):
            if name == "ranges" and ranking.ranges_note:
                message += f"; ranges: {ranking.ranges_note}"
        raise UsageError(message)
    path.write_bytes(picture(chart, kind))


@hookimpl
def hubrank_exporters() -> Iterator[Exporter]:
    """Each chart as SVG and as PNG."""
    for at, (name, title) in enumerate(CHARTS.items()):
        for kind in ("svg", "png"):
            yield Exporter(
                name=f"{name}-{kind}",
                suffix=f".{kind}" if at == 0 else f".{name}.{kind}",
                write=functools.partial(write, name, kind),
                title=f"{title}, as {kind.upper()}",
            )
