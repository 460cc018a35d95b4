"""A ranking as a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank.front import marked_down, percent

from hubrank_exporters.notes import made_with, paragraphs

if TYPE_CHECKING:
    from hubrank import Ranking, UsedOrigin

#: So many units are named that share a flag.
_NAMED = 20


def write(ranking: Ranking, path: Path) -> None:
    """Write the page."""
    path.write_text("\n".join(_page(ranking)) + "\n", encoding="utf-8", newline="\n")


def _page(ranking: Ranking) -> Iterator[str]:
    last = len(ranking.editions) - 1
    yield f"# {marked_down(ranking.title)}"
    for paragraph in paragraphs(ranking):
        yield from ("", marked_down(paragraph))
    yield from ("", f"## {ranking.editions[last]}", "", *_ranking(ranking, last))
    if doubt := ranking.doubt_text(last):
        yield from ("", marked_down(doubt))
    sections: dict[str, Iterable[str]] = {
        "Weights": _weights(ranking),
        "Indicators": _indicators(ranking),
        "Flags of values": _flags(ranking, last),
        "Caveats": _list(ranking.caveats()),
        "Units not ranked": _list(_unranked(ranking)),
        "Method": _list(f"{step}: {said}" for step, said in ranking.steps()),
        "Sources": (_source(each) for each in ranking.origins()),
        "References": _list(ranking.plan.scenario.references),
    }
    for title, lines in sections.items():
        if made := list(lines):
            yield from ("", f"## {title}", "", *made)
    yield from ("", marked_down(f"Made with {made_with(ranking)}"))


def _ranking(ranking: Ranking, at: int) -> Iterator[str]:
    """The table of an edition, with what the screen and the page have; no column that is empty throughout."""
    dimensions = [node for node in ranking.plan.tree if node.parent is not None]
    tiers = ranking.tier(at)
    order = [int(unit) for unit in ranking.order(at)]
    columns: dict[str, Sequence[str]] = {"rank": [f"{ranking.ranks[at, unit]:g}" for unit in order]}
    if ranking.low is not None:
        columns["90 % of draws"] = [ranking.range_text(at, unit) for unit in order]
    if at:
        columns[f"since {ranking.editions[at - 1]}"] = [ranking.moved_text(at, unit) for unit in order]
    columns["name"] = [ranking.names[unit] for unit in order]
    if any(ranking.countries):
        columns["country"] = [ranking.countries[unit] for unit in order]
    columns["score"] = [ranking.score_text(at, unit) for unit in order]
    if any(tiers):
        columns["tier"] = [tiers[unit] for unit in order]
    numbers = {"rank", "score", *(node.title for node in dimensions)}
    heads = [*columns, *(node.title for node in dimensions)]
    scores = [[ranking.score_text(at, unit, node.name) for unit in order] for node in dimensions]
    yield from _table(heads, zip(*columns.values(), *scores, strict=True), numbers)


def _weights(ranking: Ranking) -> Iterator[str]:
    table = ranking.weights()
    titles = {node.name: node.title for node in ranking.plan.tree}
    titles |= {each.key: each.title for each in ranking.plan.ranked}
    rows = [
        [titles[row["dimension"]], titles[row["member"]], percent(row["weight"], 1), percent(row["effective"], 1)]
        for row in table[table["edition"] == ranking.editions[-1]].to_dict("records")
    ]
    yield from _table(["dimension", "member", "weight", "weight in the index"], rows, {"weight", "weight in the index"})


def _indicators(ranking: Ranking) -> Iterator[str]:
    table = ranking.indicators()
    rows = [
        [row["title"], row["dimension"], row["unit_of_measure"], row["better"], percent(row["coverage"])]
        for row in table[table["edition"] == ranking.editions[-1]].to_dict("records")
    ]
    heads = ["indicator", "dimension", "unit of measure", "better values", "measured for"]
    yield from _table(heads, rows, {"measured for"})


def _flags(ranking: Ranking, at: int) -> Iterator[str]:
    """The flags of an edition's ranked units: how many share each, and who, in the order of the ranking."""
    values = ranking.values()
    place = {ranking.codes[unit]: rank for rank, unit in enumerate(ranking.order(at))}
    flagged = values[(values["edition"] == ranking.editions[at]) & (values["flag"] != "") & values["unit"].isin(place)]
    titles = {each.key: each.title for each in ranking.plan.ranked}
    names = dict(zip(ranking.codes, ranking.names, strict=True))
    rows = []
    for (key, flag), units in flagged.groupby(["indicator", "flag"], sort=False)["unit"]:
        first = [names[code] for code in sorted(units, key=place.__getitem__)]
        more = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
        which = "all" if len(first) == len(place) else ", ".join(first[:_NAMED]) + more
        rows.append([titles.get(key, key), flag, f"{len(first)}", which])
    if rows:
        yield from _table(["indicator", "flag", "units", "which"], rows, {"units"})


def _unranked(ranking: Ranking) -> Iterator[str]:
    for row in ranking.unranked().to_dict("records"):
        yield f"{row['edition']}: {row['name']}, {row['why']}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[str]) -> Iterator[str]:
    yield _line(heads)
    yield _line(["---:" if head in numbers else "---" for head in heads], escape=False)
    yield from (_line(row) for row in rows)


def _line(cells: Sequence[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(marked_down(each, begins=False) if escape else each for each in cells) + " |"


def _list(texts: Iterable[object]) -> Iterator[str]:
    yield from (f"- {marked_down(each)}" for each in texts)


def _source(used: UsedOrigin) -> str:
    """Who made it, its licence, where it is, what it gave."""
    origin = used.origin
    dates = [origin.published, f"accessed {origin.accessed}" if origin.accessed else ""]
    dated = f" ({', '.join(filter(None, dates))})" if any(dates) else ""
    said = [
        f"- {marked_down(origin.producer)}: {marked_down(origin.title + dated)}.",
        f"Licence: {marked_down(origin.licence)}{_address(origin.licence_url, ' ')}.",
        *([f"Cite as: {marked_down(origin.citation)}"] if origin.citation else []),
        *([marked_down(origin.note)] if origin.note else []),
        f"Used for {marked_down(used.gave)}.",
    ]
    return " ".join(said) + _address(origin.url, " ")


def _address(text: str, before: str) -> str:
    """An address as a link; nothing where it is none."""
    return f"{before}<{text}>" if re.fullmatch(r"https?://[^\s<>|]+", text) else ""
