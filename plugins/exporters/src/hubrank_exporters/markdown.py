"""A ranking as a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank.front import marked_down, percent

if TYPE_CHECKING:
    from hubrank import Origin, Ranking


def write(ranking: Ranking, path: Path) -> None:
    """Write the page."""
    path.write_text("\n".join(_page(ranking)) + "\n", encoding="utf-8", newline="\n")


def _page(ranking: Ranking) -> Iterator[str]:
    scenario = ranking.plan.scenario
    yield f"# {marked_down(ranking.title)}"
    for paragraph in scenario.description.split("\n\n"):
        if paragraph.strip():
            yield from ("", marked_down(paragraph))
    last = len(ranking.editions) - 1
    yield from ("", f"## {ranking.editions[last]}", "", *_ranking(ranking, last))
    yield from ("", "## Weights", "", *_weights(ranking))
    if said := ranking.caveats():
        yield from ("", "## Caveats", "", *(f"- {marked_down(each)}" for each in said))
    if found := ranking.origins():
        yield from ("", "## Sources", "", *(_source(each.origin) for each in found))


def _ranking(ranking: Ranking, at: int) -> Iterator[str]:
    dimensions = [node for node in ranking.plan.tree if node.parent is not None]
    ranged = ranking.low is not None
    heads = ["rank", *(["range"] if ranged else []), "name", "country", "score"]
    heads += [node.title for node in dimensions]
    texts = {"range", "name", "country"}
    yield _line(heads)
    yield _line(["---" if head in texts else "---:" for head in heads], escape=False)
    for unit in ranking.order(at):
        cells = [f"{ranking.ranks[at, unit]:g}", *([ranking.range_text(at, unit)] if ranged else [])]
        cells += [ranking.names[unit], ranking.countries[unit], ranking.score_text(at, unit)]
        yield _line([*cells, *(ranking.score_text(at, unit, node.name) for node in dimensions)])


def _weights(ranking: Ranking) -> Iterator[str]:
    table = ranking.weights()
    titles = {node.name: node.title for node in ranking.plan.tree}
    titles |= {each.key: each.title for each in ranking.plan.ranked}
    yield _line(["dimension", "member", "weight", "weight in the index"])
    yield _line(["---", "---", "---:", "---:"], escape=False)
    for row in table[table["edition"] == ranking.editions[-1]].to_dict("records"):
        shares = [percent(row[name], 1) for name in ("weight", "effective")]
        yield _line([titles[row["dimension"]], titles[row["member"]], *shares])


def _line(cells: Sequence[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(marked_down(each, begins=False) if escape else each for each in cells) + " |"


def _source(origin: Origin) -> str:
    said = f"- {marked_down(origin.producer)}: {marked_down(origin.title)}. Licence: {marked_down(origin.licence)}."
    return f"{said} <{origin.url}>" if re.fullmatch(r"https?://[^\s<>]+", origin.url) else said
