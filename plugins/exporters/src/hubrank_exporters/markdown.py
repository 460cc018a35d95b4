"""A ranking as a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank.front import percent

if TYPE_CHECKING:
    from hubrank import Origin, Ranking

#: What Markdown or HTML would read as more than a sign.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$]|^[#+=-]|^\d+(?=[.)]))")


def write(ranking: Ranking, path: Path) -> None:
    """Write the page."""
    path.write_text("\n".join(_page(ranking)) + "\n", encoding="utf-8", newline="\n")


def plain(text: Any) -> str:
    """A text on one line that stands for itself in Markdown."""
    return _SPECIAL.sub(lambda found: _escaped(found[1]), " ".join(str(text).split()))


def _escaped(sign: str) -> str:
    """A backslash before a sign; a number that would begin a list has it after."""
    return f"\\{sign}" if not sign.isdigit() else f"{sign}\\"


def _page(ranking: Ranking) -> Iterator[str]:
    scenario = ranking.plan.scenario
    yield f"# {plain(ranking.title)}"
    for paragraph in scenario.description.split("\n\n"):
        if paragraph.strip():
            yield from ("", plain(paragraph))
    last = len(ranking.editions) - 1
    yield from ("", f"## {ranking.editions[last]}", "", *_ranking(ranking, last))
    yield from ("", "## Weights", "", *_weights(ranking))
    if said := ranking.caveats():
        yield from ("", "## Caveats", "", *(f"- {plain(each)}" for each in said))
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
    return "| " + " | ".join(plain(each) if escape else each for each in cells) + " |"


def _source(origin: Origin) -> str:
    said = f"- {plain(origin.producer)}: {plain(origin.title)}. Licence: {plain(origin.licence)}."
    return f"{said} <{origin.url}>" if re.fullmatch(r"https?://[^\s<>]+", origin.url) else said
