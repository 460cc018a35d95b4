"""`hubrank match-weights` and `hubrank compare`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank import Answer, count_text, format_number, format_percent, gettext, gettext_noop
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, complete_scenarios, ranking_of, write_answer
from hubrank.cli.console import progress
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.safe_input import is_file, is_folder
from hubrank.io.tables import table_kind

if TYPE_CHECKING:
    from hubrank import Ranking, Registry

    from hubrank_analysis.fit.comparison import Comparison, Listing
    from hubrank_analysis.fit.fitting import Fit, Outcome


_WHAT = "A scenario, an edition (NAME@2024), a run folder, or a published list (a table with name and rank)."
#: What `--reading` of both verbs is.
READING = "How the list is written, as options of the source files: 'skip_rows = 2, columns = { rank = \"Rank\" }'."


def compare(
    a: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    b: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    top: Annotated[int, typer.Option(min=1, help="Number of largest differences to show.")] = 10,
    reading: Annotated[str, typer.Option(help=READING)] = "",
) -> None:
    """Compare two rankings: overlap, rank correlations, the largest differences."""
    from hubrank import Registry

    from hubrank_analysis.fit import comparison
    from hubrank_analysis.fit.comparison import reading_of

    registry = Registry.installed()
    lists = {at: name for at, name in enumerate((a, b)) if table_kind(name)}
    listings: dict[int, Listing] = {}
    for at, name in enumerate((a, b)):
        if at not in lists:
            listings[at] = _ranked(name, registry)
    with progress("comparing"):
        for at, name in lists.items():
            listings[at] = comparison.published(Path(name), listings.get(1 - at), reading_of(reading))
        result = comparison.compare(listings[0], listings[1])
    write_answer(_comparison(result, top), "table")


def _ranked(name: str, registry: Registry) -> Listing:
    from hubrank import UsageError
    from hubrank.io.cache import Cache
    from hubrank.results.rank import edition_of, rank

    from hubrank_analysis.fit import comparison

    scenario, at, year = name.rpartition("@")
    if not at or is_file(Path(name)) or is_folder(Path(name)):
        scenario, year = name, ""
    if year and not year.isdecimal():
        raise UsageError(f"{name}: the part after @ must be an edition (year)")
    with progress("loading") as tell:
        ranking = rank(scenario, registry, cache=Cache.default(), progress=tell)
    return comparison.listing_of(ranking, edition_of(ranking, int(year) if year else None))


def compare_rankings(ranking: Ranking, *, other: Ranking, edition: int, with_edition: int) -> Answer:
    """Compare two rankings by the names of their units.

    Args:
        ranking: The one.
        other: The other.
        edition: The position of the edition of the one.
        with_edition: The position of the edition of the other.

    Returns:
        The table `differences`, the largest first, and the `Comparison`.
    """
    from hubrank_analysis.fit import comparison

    result = comparison.compare(comparison.listing_of(ranking, edition), comparison.listing_of(other, with_edition))
    return _comparison(result, 10)


def _comparison(made: Comparison, top: int) -> Answer:
    import pandas as pd

    from hubrank_analysis.fit.comparison import found_in_both, not_matched

    rows = [(item.name, item.first, item.second, item.first - item.second) for item in made.largest(len(made.common))]
    lost = [not_matched(name, codes) for name, codes in made.ambiguous.items()]
    only = ", ".join(made.only_second)
    return Answer(
        title=gettext("{one} and {other}", one=made.first.title, other=made.second.title),
        tables={"differences": pd.DataFrame(rows, columns=["unit", "first", "second", "difference"])},
        notes=(
            found_in_both(made),
            gettext(
                "Spearman {spearman}, Kendall {kendall}",
                spearman=format_number(f"{made.spearman:.3f}"),
                kendall=format_number(f"{made.kendall:.3f}"),
            ),
            *lost,
            *([gettext("only in the second: {names}", names=only)] if only else []),
        ),
        bars="difference",
        record=made,
        page=[*_comparison_page(made, top)],
    )


def _comparison_page(made: Comparison, top: int) -> Iterator[str | ScreenTable]:
    from hubrank_analysis.fit.comparison import found_in_both, not_matched

    yield f"\nA  {escape_markup(_counted(made.first))}"
    yield f"B  {escape_markup(_counted(made.second))}\n"
    yield found_in_both(made)
    yield gettext(
        "Spearman {spearman}, Kendall {kendall} (over the {number} in both)",
        spearman=format_number(f"{made.spearman:.3f}"),
        kendall=format_number(f"{made.kendall:.3f}"),
        number=len(made.common),
    )
    others = gettext(
        "weighted Spearman {spearman}, WS {similarity}, gamma {gamma}",
        spearman=format_number(f"{made.weighted:.3f}"),
        similarity=format_number(f"{made.similarity:.3f}"),
        gamma=format_number(f"{made.gamma:.3f}"),
    )
    yield f"[dim]{others}[/dim]"
    for name, codes in made.ambiguous.items():
        yield escape_markup(not_matched(name, codes))
    if made.only_second:
        yield escape_markup(gettext("only in B: {names}", names=", ".join(made.only_second)))
    columns = (ScreenColumn(gettext("unit"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("A - B"))
    grid = ScreenTable(columns, title=gettext("largest differences"))
    for item in made.largest(top):
        ranks = (f"{item.first:g}", f"{item.second:g}", f"{item.first - item.second:+g}")
        grid.add(escape_markup(item.name), *map(format_number, ranks))
    yield ""
    yield grid


def _counted(listing: Listing) -> str:
    return gettext("{title}: {number} ranked", title=listing.title, number=len(listing.ranks))


#: How much was matched, and which weights are free.
_FREED = {
    "top": gettext_noop("{units} matched, {pairs}, weights of the top dimensions free"),
    "all": gettext_noop("{units} matched, {pairs}, weights of every dimension free"),
}


def fit(
    scenario: ScenarioName,
    published: Annotated[
        Path,
        typer.Option("--list", help="Published list: a table with the columns rank and name, and optionally score."),
    ],
    level: Annotated[
        Literal["top", "all"], typer.Option(help="Fit the top-level weights only, or those of every dimension.")
    ] = "top",
    min_weight: Annotated[
        float, typer.Option(min=0, max=1, help="Lower bound on each weight, as a share of its siblings' sum.")
    ] = 0.0,
    max_weight: Annotated[float, typer.Option(min=0, max=1, help="Upper bound on each weight.")] = 1.0,
    listed_only: Annotated[bool, typer.Option(help="Do not require unlisted units to rank below listed ones.")] = False,
    time_limit: Annotated[
        float, typer.Option(min=0.1, help="Time limit in seconds for the search for fewer reversed pairs.")
    ] = 30.0,
    reading: Annotated[str, typer.Option(help=READING)] = "",
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Find the weights that best reproduce a published ranking."""
    from hubrank.results.rank import edition_of

    from hubrank_analysis.fit import fitting
    from hubrank_analysis.fit.comparison import reading_of
    from hubrank_analysis.fit.fitting import target

    ranking = ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    with progress("fitting weights"):
        listed = target(published, ranking, at, listed_only=listed_only, reading=reading_of(reading))
        result = fitting.fit(ranking, at, listed, level=level, low=min_weight, high=max_weight, seconds=time_limit)
    answer = Answer(
        record=result,
        page=[*_page(result, ranking, at)],
        details=["", _ranks(result, ranking, at)],
        data=lambda: _data(result, ranking, at),
        rows=lambda: _rows(result),
    )
    write_answer(answer, format_)


def _rows(made: Fit) -> list[dict[str, Any]]:
    """A row a weight, with what each way of fitting makes of it."""
    ways = {"own": made.own, "fewest_reversals": made.ordinal, "least_squares": made.squares}
    return [
        {"dimension": node, "member": member, **{name: item.weights[at] for name, item in ways.items()}}
        for at, (node, member) in enumerate(made.names)
    ]


def _data(made: Fit, ranking: Ranking, at: int) -> dict[str, Any]:
    codes = ranking.codes

    def outcome(item: Outcome) -> dict[str, Any]:
        return {
            "weights": [
                {"dimension": node, "member": member, "weight": weight}
                for (node, member), weight in zip(made.names, item.weights, strict=True)
            ],
            "violated": item.violated,
            "spearman": item.spearman,
            "kendall": item.kendall,
            "overlap": item.overlap,
        }

    return {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "to": made.target.title,
        "matched": len(made.target.units),
        "unmatched": made.target.unmatched,
        "ambiguous": made.target.ambiguous,
        "pairs": made.pairs,
        "level": made.level,
        "reproducible": made.reproducible,
        "violated_lower_bound": made.at_least,
        "proven": made.exact,
        "own": outcome(made.own),
        "ordinal": outcome(made.ordinal),
        "least_squares": outcome(made.squares) | {"correlation": made.correlation},
        "impossible": [
            {"better": codes[better], "worse": codes[worse], "dominated": dominated}
            for (better, worse), dominated in zip(made.impossible, made.dominated, strict=True)
        ],
        "ranges": None if made.ranges is None else made.ranges.tolist(),
    }


def _page(made: Fit, ranking: Ranking, at: int) -> Iterator[str | ScreenTable]:
    from hubrank_analysis.fit.comparison import not_matched

    target = made.target
    title = gettext(
        "{ranking} {edition}, fitted to {list}",
        ranking=ranking.title,
        edition=ranking.editions[at],
        list=target.title,
    )
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    units, pairs = count_text(len(target.units), "unit"), count_text(made.pairs, "ordered pair")
    yield gettext(_FREED[made.level], units=units, pairs=pairs)
    if target.unmatched:
        text = gettext("not found: {names}", names=", ".join(target.unmatched))
        yield f"[yellow]{escape_markup(text)}[/yellow]"
    for name, codes in target.ambiguous.items():
        yield f"[yellow]{escape_markup(not_matched(name, codes))}[/yellow]"
    yield f"\n{_verdict(made)}\n"
    yield _outcomes(made)
    yield from _weights(made)
    yield from _impossible(made, ranking)


def _verdict(made: Fit) -> str:
    if made.reproducible:
        return f"[green]{gettext('reproduced: these weights order every pair as published')}[/green]"
    if made.exact:
        best = gettext_noop("the best weights reverse {reversed} of {pairs} pairs (proven optimal)")
    elif made.at_least:
        best = gettext_noop("the best weights reverse {reversed} of {pairs} pairs (proven lower bound: {least})")
    else:
        best = gettext_noop(
            "the best weights reverse {reversed} of {pairs} pairs (heuristic search, not proven optimal)"
        )
    text = gettext(best, reversed=made.ordinal.violated, pairs=made.pairs, least=made.at_least)
    if made.exact or made.at_least:
        return f"[red]{gettext('no weights reproduce it')}[/red]; {text}"
    return f"[yellow]{gettext('not reproduced')}[/yellow]; {text}"


def _outcomes(made: Fit) -> ScreenTable:
    count = len(made.target.units)
    numbers = (
        gettext("reversed pairs"),
        gettext("Spearman"),
        gettext("Kendall"),
        gettext("in the top {number}", number=count),
    )
    grid = ScreenTable((ScreenColumn(gettext("weights"), "name"), *map(ScreenColumn, numbers)))
    for name, item in (
        (gettext("scenario"), made.own),
        (gettext("fewest reversals"), made.ordinal),
        (gettext("least squares"), made.squares),
    ):
        overlap = gettext("{part} of {whole}", part=item.overlap, whole=count)
        correlations = (format_number(f"{item.spearman:.3f}"), format_number(f"{item.kendall:.3f}"))
        grid.add(name, str(item.violated), *correlations, overlap)
    return grid


def _weights(made: Fit) -> Iterator[str | ScreenTable]:
    numbers = [*_ways(), *([] if made.ranges is None else [gettext("feasible range")])]
    grid = ScreenTable(
        (
            ScreenColumn(gettext("member"), "name"),
            ScreenColumn(gettext("of"), "text", leaves=1),
            *map(ScreenColumn, numbers),
        )
    )
    for at, (node, member) in enumerate(made.names):
        cells = [format_percent(item.weights[at], 1) for item in (made.own, made.ordinal, made.squares)]
        if made.ranges is not None:
            least, most = (format_percent(item, 1) for item in made.ranges[at])
            cells.append(gettext("{least} to {most}", least=least, most=most))
        grid.add(escape_markup(member), escape_markup(node), *cells)
    yield ""
    yield grid
    if made.ranges is not None:
        text = gettext("feasible range: every pair that the fewest-reversals weights order correctly stays so")
        yield f"[dim]{text}[/dim]"


def _ways() -> tuple[str, str, str]:
    """The headings of the scenario's own weights and of the two ways of fitting."""
    return gettext("own"), gettext("fewest reversals"), gettext("least squares")


def _impossible(made: Fit, ranking: Ranking, most: int = 10) -> Iterator[str]:
    if not made.impossible:
        return
    text = gettext(
        "no weights order {pairs} as published ({dominated} because of dominance)",
        pairs=count_text(len(made.impossible), "pair"),
        dominated=sum(made.dominated),
    )
    yield f"\n[bold]{text}[/bold]"
    for better, worse in made.impossible[:most]:
        pair = gettext("{better} ahead of {worse}", better=ranking.names[better], worse=ranking.names[worse])
        yield f"  {escape_markup(pair)}"
    if len(made.impossible) > most:
        more = gettext("... and {number} more (--format json)", number=len(made.impossible) - most)
        yield f"  [dim]{more}[/dim]"


def _ranks(made: Fit, ranking: Ranking, at: int) -> ScreenTable:
    """The list with the ranks that each choice of weights gives its units."""
    grid = ScreenTable(
        (ScreenColumn(gettext("published")), ScreenColumn(gettext("unit"), "name"), *map(ScreenColumn, _ways()))
    )
    outcomes = (made.own, made.ordinal, made.squares)
    for unit, rank in zip(made.target.units, made.target.ranks, strict=True):
        ranks = (format_number(f"{item.ranking.ranks[at, unit]:g}") for item in outcomes)
        grid.add(format_number(f"{rank:g}"), escape_markup(ranking.names[unit]), *ranks)
    return grid
