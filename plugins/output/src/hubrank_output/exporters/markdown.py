"""A ranking as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from hubrank import format_number, format_percent, gettext
from hubrank.i18n import enumerated
from hubrank.io.escaping import escape_markdown, web_address
from hubrank.ranking.intervals import held_text

from hubrank_output.exporters.export_tables import made_with, titles

if TYPE_CHECKING:
    from hubrank import Ranking, UsedOrigin

#: So many units are named that share a flag.
_NAMED = 20


@frozen
class _Column:
    """A column of a table.

    Attributes:
        head: Its heading.
        cells: Its cells.
        number: Whether they stand right.
    """

    head: str
    cells: Sequence[str]
    number: bool = False


def write(ranking: Ranking, path: Path) -> None:
    """Write the page."""
    path.write_text("\n".join(_page(ranking)) + "\n", encoding="utf-8", newline="\n")


def _page(ranking: Ranking) -> Iterator[str]:
    last = len(ranking.editions) - 1
    yield f"# {escape_markdown(ranking.title)}"
    for paragraph in ranking.description:
        yield from ("", escape_markdown(paragraph))
    yield from ("", f"## {ranking.editions[last]}", "", *_ranking(ranking, last))
    if doubt := ranking.doubt_text(last):
        yield from ("", escape_markdown(doubt))
    sections: tuple[tuple[str, Iterable[str]], ...] = (
        (gettext("Weights"), _weights(ranking)),
        (gettext("Indicators"), _indicators(ranking)),
        (gettext("Flags of values"), _flags(ranking, last)),
        (gettext("Caveats"), _list(ranking.caveats())),
        (gettext("Units not ranked"), _list(_unranked(ranking))),
        (gettext("Method"), _list(f"{step}: {said}" for step, said in ranking.steps())),
        (gettext("Sources"), (_source(each) for each in ranking.origins())),
        (gettext("References"), _list(ranking.plan.scenario.references)),
    )
    for title, lines in sections:
        if made := list(lines):
            yield from ("", f"## {title}", "", *made)
    yield from ("", escape_markdown(gettext("Made with {packages}", packages=made_with(ranking))))


def _ranking(ranking: Ranking, at: int) -> Iterator[str]:
    """The table of an edition, with what the screen and the page have; no column that is empty throughout."""
    dimensions = [node for node in ranking.plan.tree if node.parent is not None]
    tiers = ranking.tier(at)
    order = [int(unit) for unit in ranking.order(at)]
    columns = [_Column(gettext("rank"), [format_number(f"{ranking.ranks[at, unit]:g}") for unit in order], number=True)]
    if ranking.low is not None:
        held = gettext("{share} interval", share=held_text())
        columns.append(_Column(held, [ranking.range_text(at, unit) for unit in order]))
    if at:
        since = gettext("since {edition}", edition=ranking.editions[at - 1])
        columns.append(_Column(since, [ranking.moved_text(at, unit) for unit in order]))
    columns.append(_Column(gettext("name"), [ranking.names[unit] for unit in order]))
    if any(ranking.countries):
        columns.append(_Column(gettext("country"), [ranking.countries[unit] for unit in order]))
    columns.append(_Column(gettext("score"), [ranking.score_text(at, unit) for unit in order], number=True))
    if any(tiers):
        columns.append(_Column(gettext("tier"), [tiers[unit] for unit in order]))
    for node in dimensions:
        scores = [ranking.score_text(at, unit, node.name) for unit in order]
        columns.append(_Column(gettext(node.title), scores, number=True))
    yield from _table(columns)


def _weights(ranking: Ranking) -> Iterator[str]:
    table = ranking.weights()
    called = titles(ranking)
    rows = table[table["edition"] == ranking.editions[-1]].to_dict("records")
    yield from _table(
        [
            _Column(gettext("dimension"), [called[row["dimension"]] for row in rows]),
            _Column(gettext("member"), [called[row["member"]] for row in rows]),
            _Column(gettext("weight"), [format_percent(row["weight"], 1) for row in rows], number=True),
            _Column(gettext("weight in the index"), [format_percent(row["effective"], 1) for row in rows], number=True),
        ]
    )


def _indicators(ranking: Ranking) -> Iterator[str]:
    table = ranking.indicators()
    called = titles(ranking)
    coverage = table[table["edition"] == ranking.editions[-1]].set_index("indicator")["coverage"]
    each = ranking.plan.ranked
    better = [gettext("higher") if one.direction > 0 else gettext("lower") for one in each]
    yield from _table(
        [
            _Column(gettext("indicator"), [called[one.key] for one in each]),
            _Column(gettext("dimension"), [called[str(one.dimension)] for one in each]),
            _Column(gettext("unit of measure"), [one.record.unit_of_measure for one in each]),
            _Column(gettext("better values"), better),
            _Column(gettext("measured for"), [format_percent(coverage[one.key]) for one in each], number=True),
        ]
    )


def _flags(ranking: Ranking, at: int) -> Iterator[str]:
    """The flags of an edition's ranked units: how many share each, and who, in the order of the ranking."""
    place = {int(unit): rank for rank, unit in enumerate(ranking.order(at))}
    flags = ranking.flags()[at]
    shared: dict[tuple[str, str], list[int]] = {}
    for unit in sorted(place):
        for key, flag in zip(ranking.measurement.indicators, flags[unit], strict=True):
            if flag:
                shared.setdefault((key, flag), []).append(unit)
    called = titles(ranking)
    rows = []
    for (key, flag), units in shared.items():
        names = [ranking.names[unit] for unit in sorted(units, key=place.__getitem__)]
        which = gettext("all") if len(units) == len(place) else enumerated(names, _NAMED)
        rows.append((called.get(key, key), flag, f"{len(units)}", which))
    if rows:
        keys, said, counts, which = zip(*rows, strict=True)
        yield from _table(
            [
                _Column(gettext("indicator"), keys),
                _Column(gettext("flag"), said),
                _Column(gettext("units"), counts, number=True),
                _Column(gettext("which"), which),
            ]
        )


def _unranked(ranking: Ranking) -> Iterator[str]:
    for at, edition in enumerate(ranking.editions):
        for unit in np.flatnonzero(np.isnan(ranking.ranks[at])):
            yield f"{edition}: {ranking.names[unit]}, {ranking.why(at, int(unit))}"


def _table(columns: Sequence[_Column]) -> Iterator[str]:
    yield _line([each.head for each in columns])
    yield _line(["---:" if each.number else "---" for each in columns], escape=False)
    yield from (_line(row) for row in zip(*(each.cells for each in columns), strict=True))


def _line(cells: Sequence[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(escape_markdown(each, begins=False) if escape else each for each in cells) + " |"


def _list(texts: Iterable[object]) -> Iterator[str]:
    yield from (f"- {escape_markdown(each)}" for each in texts)


def _source(used: UsedOrigin) -> str:
    """Who made it, its licence, where it is, what it gave."""
    origin = used.origin
    dates = [origin.published, gettext("accessed {date}", date=origin.accessed) if origin.accessed else ""]
    dated = f" ({', '.join(filter(None, dates))})" if any(dates) else ""
    licence = f"{escape_markdown(origin.licence)}{_address(origin.licence_url, ' ')}"
    said = [
        f"- {escape_markdown(origin.producer)}: {escape_markdown(origin.title + dated)}.",
        gettext("Licence: {licence}.", licence=licence),
        *([gettext("Cite as: {citation}", citation=escape_markdown(origin.citation))] if origin.citation else []),
        *([escape_markdown(origin.note)] if origin.note else []),
        gettext("Used for {parts}.", parts=escape_markdown(used.gave)),
    ]
    return " ".join(said) + _address(origin.url, " ")


def _address(text: str, before: str) -> str:
    """An address as a link; nothing where it is none."""
    return f"{before}<{text}>" if web_address(text) else ""
