"""A ranking as a Markdown page."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from hubrank.i18n import enumerated, listed
from hubrank.io.escaping import escape_markdown, web_address
from hubrank.plugin import Ranking, UsedOrigin, format_number, format_percent, gettext
from hubrank.ranking.intervals import held_text

from hubrank_output.exporters.export_tables import made_with

#: The most units named for a shared flag.
_NAMED = 20
#: The line below a column's heading: texts are aligned left, numbers right.
_TEXT, _NUMBER = "---", "---:"


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
    if joint := ranking.joint_texts(last):
        yield from ("", *_list(joint))
    unranked = (
        f"{edition}: {ranking.names[unit]}, {ranking.why(at, int(unit))}"
        for at, edition in enumerate(ranking.editions)
        for unit in np.flatnonzero(np.isnan(ranking.ranks[at]))
    )
    sections: tuple[tuple[str, Iterable[str]], ...] = (
        (gettext("Weights"), _weights(ranking)),
        (gettext("Indicators"), _indicators(ranking)),
        (gettext("Flags of values"), _flags(ranking, last)),
        (gettext("Caveats"), _list(ranking.caveats())),
        (gettext("Units not ranked"), _list(unranked)),
        (gettext("Method"), _list(f"{step}: {method}" for step, method in ranking.steps())),
        (gettext("Sources"), map(_source, ranking.origins())),
        (gettext("References"), _list(ranking.plan.scenario.references)),
    )
    for title, lines in sections:
        if content := list(lines):
            yield from ("", f"## {title}", "", *content)
    yield from ("", escape_markdown(gettext("Made with {packages}", packages=made_with(ranking))))


def _ranking(ranking: Ranking, at: int) -> Iterator[str]:
    """The table of an edition, with the columns of the screen and the page; no column that is empty throughout."""
    tiers = ranking.tier(at)
    order = [int(unit) for unit in ranking.order(at)]
    columns = [(gettext("rank"), _NUMBER, [format_number(f"{ranking.ranks[at, unit]:g}") for unit in order])]
    if ranking.low is not None:
        interval = gettext("{share} interval", share=held_text())
        columns.append((interval, _TEXT, [ranking.range_text(at, unit) for unit in order]))
    if at:
        since = gettext("since {edition}", edition=ranking.editions[at - 1])
        columns.append((since, _TEXT, [ranking.moved_text(at, unit) for unit in order]))
    columns.append((gettext("name"), _TEXT, [ranking.names[unit] for unit in order]))
    if any(ranking.countries):
        columns.append((gettext("country"), _TEXT, [ranking.countries[unit] for unit in order]))
    columns.append((gettext("score"), _NUMBER, [ranking.score_text(at, unit) for unit in order]))
    if any(tiers):
        columns.append((gettext("tier"), _TEXT, [tiers[unit] for unit in order]))
    for node in ranking.plan.tree:
        if node.parent is not None:
            scores = [ranking.score_text(at, unit, node.name) for unit in order]
            columns.append((gettext(node.title), _NUMBER, scores))
    return _table(*columns)


def _weights(ranking: Ranking) -> Iterator[str]:
    table, names = ranking.weights(), ranking.plan.titles()
    table = table[table["edition"] == ranking.editions[-1]]
    return _table(
        (gettext("dimension"), _TEXT, table["dimension"].map(names)),
        (gettext("member"), _TEXT, table["member"].map(names)),
        (gettext("weight"), _NUMBER, [format_percent(weight, 1) for weight in table["weight"]]),
        (gettext("weight in the index"), _NUMBER, [format_percent(weight, 1) for weight in table["effective"]]),
    )


def _indicators(ranking: Ranking) -> Iterator[str]:
    table, names, edition = ranking.indicators(), ranking.plan.titles(), ranking.editions[-1]
    indicators = [item for item in ranking.plan.ranked if edition in item.editions]
    coverage = table[table["edition"] == edition].set_index("indicator")["coverage"]
    better = [gettext("higher") if item.direction > 0 else gettext("lower") for item in indicators]
    return _table(
        (gettext("indicator"), _TEXT, [names[item.key] for item in indicators]),
        (gettext("dimension"), _TEXT, [names[str(item.dimension)] for item in indicators]),
        (gettext("unit of measure"), _TEXT, [gettext(item.record.unit_of_measure) for item in indicators]),
        (gettext("better values"), _TEXT, better),
        (gettext("measured for"), _NUMBER, [format_percent(coverage[item.key]) for item in indicators]),
    )


def _flags(ranking: Ranking, at: int) -> Iterator[str]:
    """The flags of an edition's ranked units: the number of units with each, and their names, in order of rank."""
    order = [int(unit) for unit in ranking.order(at)]
    flags, names = ranking.flags()[at], ranking.plan.titles()
    shared: dict[tuple[str, str], set[int]] = {}
    for unit in sorted(order):
        for key, flag in zip(ranking.measurement.indicators, flags[unit], strict=True):
            if flag:
                shared.setdefault((key, flag), set()).add(unit)
    if shared:
        which = [
            gettext("all")
            if len(units) == len(order)
            else enumerated([ranking.names[unit] for unit in order if unit in units], _NAMED)
            for units in shared.values()
        ]
        yield from _table(
            (gettext("indicator"), _TEXT, [names.get(key, key) for key, _ in shared]),
            (gettext("flag"), _TEXT, [flag for _, flag in shared]),
            (gettext("units"), _NUMBER, [f"{len(units)}" for units in shared.values()]),
            (gettext("which"), _TEXT, which),
        )


def _table(*columns: tuple[str, str, Iterable[str]]) -> Iterator[str]:
    heads, rules, cells = zip(*columns, strict=True)
    for row in (heads, *zip(*cells, strict=True)):
        yield "| " + " | ".join(escape_markdown(cell, begins=False) for cell in row) + " |"
        if row is heads:
            yield "| " + " | ".join(rules) + " |"


def _list(texts: Iterable[object]) -> Iterator[str]:
    yield from (f"- {escape_markdown(item)}" for item in texts)


def _source(used: UsedOrigin) -> str:
    origin = used.origin
    accessed = gettext("accessed {date}", date=origin.accessed) if origin.accessed else ""
    dates = listed(filter(None, (origin.published, accessed)))
    links = [f" <{address}>" if web_address(address) else "" for address in (origin.licence_url, origin.url)]
    producer, title = gettext(origin.producer), origin.title + (f" ({dates})" if dates else "")
    sentences = [
        f"- {escape_markdown(producer)}: {escape_markdown(title)}.",
        gettext("Licence: {licence}.", licence=escape_markdown(gettext(origin.licence)) + links[0]),
        *([gettext("Cite as: {citation}", citation=escape_markdown(origin.citation))] if origin.citation else []),
        *([escape_markdown(origin.note)] if origin.note else []),
        gettext("Used for {parts}.", parts=escape_markdown(used.gave)),
    ]
    return " ".join(sentences) + links[1]
