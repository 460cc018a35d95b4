"""`hubrank robustness`: what it answers, and the folder that it writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer
from hubrank import Answer, format_count, format_number, gettext, gettext_noop
from hubrank import format_percent as per_cent
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, complete_units, write_answer
from hubrank.cli.console import console, is_quiet, progress, write_text
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.ranking.intervals import HIGH, LOW, held_text
from hubrank.results.save import write_run
from hubrank.uncertainty.outcome import SURE, assess, with_intervals

from hubrank_analysis.robustness import shards as parts
from hubrank_analysis.robustness.bounds import bounds_files, exact_weights, winner_answer
from hubrank_analysis.robustness.robustness_tables import (
    acceptability_table,
    central_weights_table,
    design_table,
    files_of,
    pairwise_table,
    robustness_table,
    sensitivity_files,
)

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Measurement, Ranking
    from hubrank.uncertainty.outcome import Outcome


#: How wide the intervals' bars are.
_WIDTH = 32
#: How a place is spoken of that is not sure: with two thirds of the draws, with one third, and with less.
_FIRST = (gettext_noop("likely first"), gettext_noop("possibly first"), gettext_noop("unlikely to be first"))
_IN_THE_TOP = (
    gettext_noop("likely in the top {number}"),
    gettext_noop("possibly in the top {number}"),
    gettext_noop("unlikely to be in the top {number}"),
)


def draw(
    ranking: Ranking,
    *,
    measurements: tuple[Measurement, ...],
    draws: int | None = None,
    precision: float | None = None,
    seed: int | None = None,
    cores: int | None = None,
) -> Answer:
    """Draw everything that is doubted, and count the ranks.

    Args:
        ranking: The ranking as the scenario has it.
        measurements: What was measured, for each alternative of the vintage.
        draws: How many; as many as the scenario says by default.
        precision: In their place, the largest standard error of a probability.
        seed: In place of the scenario's.
        cores: How many cores to use; all by default.

    Returns:
        The tables `robustness` (the latest edition first), `acceptability`, `central_weights` and, where pairs are
        counted, `pairwise`; the `Outcome`.

    Raises:
        ScenarioError: The scenario doubts nothing, or its alternatives cannot be had together.
        UsageError: Both draws and a precision are asked for.
    """
    how = parts.checked(parts.Draw(draws=draws, precision=precision, seed=seed, cores=cores), None, None, None)
    with progress("drawing") as tell:
        outcome = assess(ranking, measurements, **attrs.asdict(how), progress=tell)
    if outcome.interrupted:
        raise KeyboardInterrupt
    table = _named_table(outcome).sort_values("edition", ascending=False, kind="stable", ignore_index=True)
    tables = {
        "robustness": table[["rank", "name", *(item for item in table if item not in ("rank", "name"))]],
        "acceptability": acceptability_table(outcome),
        "central_weights": central_weights_table(outcome),
    }
    if outcome.ahead is not None:
        tables["pairwise"] = pairwise_table(outcome)
    return attrs.evolve(_answer(outcome, len(ranking.editions) - 1, 30), tables=tables)


def _answer(outcome: Outcome, at: int, top: int) -> Answer:
    """The answer without its tables, of which the largest take their time."""
    ranking = outcome.ranking
    order = ranking.order(at)[:top]

    def rows() -> pd.DataFrame:
        table = _named_table(outcome)
        return table[table["edition"] == ranking.editions[at]]

    return Answer(
        title=gettext("robustness of {title}: {draws} draws", title=ranking.title, draws=format_count(outcome.draws)),
        notes=(
            gettext(
                "probabilities have a standard error of at most {error}", error=format_number(f"{outcome.error:.4f}")
            ),
            *outcome.composed,
        ),
        record=outcome,
        page=[*_page(outcome, at, order)],
        details=[*_groups(outcome, at, order)],
        data=lambda: {
            "title": ranking.title,
            "edition": ranking.editions[at],
            "draws": outcome.draws,
            "largest_standard_error": outcome.error,
            "units": rows(),
        },
        rows=rows,
    )


def _named_table(outcome: Outcome) -> pd.DataFrame:
    """The rows of `robustness.csv`, with names in a column of their own."""
    table = robustness_table(outcome)
    table.insert(2, "name", table["unit"].map(dict(zip(outcome.ranking.codes, outcome.ranking.names, strict=True))))
    return table


def _page(outcome: Outcome, at: int, order: Any) -> Iterator[str | ScreenTable]:
    ranking = outcome.ranking
    ranging = with_intervals(ranking, outcome)
    low, high, median = outcome.rank(LOW)[at], outcome.rank(HIGH)[at], outcome.rank(0.5)[at]
    mark = 10 if 10 in outcome.marks else outcome.marks[-1]
    reach = outcome.top(mark)[at]
    title = gettext_noop("{title}, {edition}: rank uncertainty")
    title = gettext(title, title=ranking.title, edition=ranking.editions[at])
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    text = gettext_noop("{draws} draws; largest standard error of a probability: {error}")
    text = gettext(text, draws=format_count(outcome.draws), error=format_number(f"{outcome.error:.4f}"))
    for line in (text, *outcome.composed):
        yield f"[dim]{escape_markup(line)}[/dim]"
    yield ""
    worst = float(high[order].max())
    last = format_number(f"{worst:g}")
    scale = ScreenColumn(f"1 {'·' * (_WIDTH - len(last) - 3)} {last}", "bar")
    drawn = ScreenColumn(gettext("{share} interval", share=held_text()))
    first = (ScreenColumn(gettext("rank")), ScreenColumn(gettext("unit"), "name"), drawn, scale)
    message = ScreenColumn(gettext("in words"), "words", leaves=1)
    grid = ScreenTable((*first, ScreenColumn(gettext("top {number}", number=mark)), message))
    for unit in order:
        grid.add(
            format_number(f"{ranking.ranks[at][unit]:g}"),
            escape_markup(ranking.names[unit]),
            ranging.range_text(at, int(unit)),
            f"[cyan]{interval_bar(low[unit], median[unit], high[unit], worst)}[/cyan]",
            percent(reach[unit]),
            escape_markup(verdict(outcome, at, int(unit))),
        )
    yield grid
    for item in ranging.caveats():
        if item.kind == "ranges":
            yield f"\n[dim]{escape_markup(item.text)}[/dim]"


def _groups(outcome: Outcome, at: int, order: Any) -> Iterator[str]:
    """Which of the units that are shown are statistically tied."""
    tied = outcome.tied()
    if tied is None:
        return
    groups: dict[float, list[str]] = {}
    for unit in order:
        groups.setdefault(tied[at][unit], []).append(outcome.ranking.names[unit])
    lines = [", ".join(names) for names in groups.values() if len(names) > 1]
    if lines:
        text = gettext_noop("statistically tied (the first is not ahead of any of the others in {share} of the draws):")
        yield f"\n[dim]{gettext(text, share=per_cent(SURE))}[/dim]"
    for line in lines:
        yield f"[dim]  {escape_markup(line)}[/dim]"


def interval_bar(low: float, median: float, high: float, worst: float, width: int = _WIDTH) -> str:
    """An interval of ranks as a bar from rank 1 to the worst that is shown, its median as a dot."""
    span = max(worst - 1, 1)
    left, middle, right = (round((rank - 1) / span * (width - 1)) for rank in (low, median, high))
    cells = [" "] * left + ["━"] * (right - left + 1)
    cells[middle] = "●"
    return "".join(cells)


def verdict(outcome: Outcome, at: int, unit: int) -> str:
    """In words what a unit's ranks come to: its place or its tier, as far as it is sure."""
    rank = outcome.ranking.ranks[at][unit]
    low, high = outcome.rank(1 - SURE)[at][unit], outcome.rank(SURE)[at][unit]
    if low == high == rank:
        return gettext("surely rank {rank}", rank=format_number(f"{rank:g}"))
    shares = {mark: float(outcome.top(mark)[at][unit]) for mark in outcome.marks}
    sure = next((mark for mark, share in shares.items() if share >= SURE), None)
    open_ = [(mark, share) for mark, share in shares.items() if 1 - SURE < share < SURE]
    text = [gettext("surely in the top {number}", number=sure)] if sure is not None else []
    text += [_likely(*item) for item in open_[-1:]]
    return ", ".join(text) or gettext("surely not in the top {number}", number=max(shares))


def _likely(mark: int, share: float) -> str:
    """How likely a unit is among the first so many."""
    at = 0 if share >= 2 / 3 else 1 if share >= 1 / 3 else 2
    return gettext(_FIRST[at]) if mark == 1 else gettext(_IN_THE_TOP[at], number=mark)


def percent(share: float) -> str:
    """A probability for people: nothing is said to be certain that was only drawn."""
    if share != share:  # not a number
        return "-"
    if 0.995 <= share < 1:
        return f"> {per_cent(0.99)}"
    if 0 < share < 0.005:
        return f"< {per_cent(0.01)}"
    return per_cent(share)


def _write(outcome: Outcome, folder: Path, *, design: bool, seconds: float, pairs: bool) -> str:
    """Write a run's files and all tables, of an interrupted run those of its draws; what the extreme ranks rest on."""
    text = gettext("from the draws; no bounds.csv: interrupted")
    with progress("writing counts") as tell:
        files = files_of(outcome)
        if design:
            files["design.csv"] = csv_bytes(outcome.ranking.marked(design_table(outcome.analysis, outcome.draws)))
        if not outcome.interrupted:
            files |= sensitivity_files(outcome.analysis, outcome.ranking, tell)
            bounds, text = bounds_files(outcome.analysis, outcome.ranking, seconds, tell, pairs=pairs)
            files |= bounds
    with progress("comparing moves") as tell:
        write_run(with_intervals(outcome.ranking, outcome), folder, files, progress=tell)
    return text


def robustness(
    scenario: ScenarioName,
    draws: Annotated[int | None, typer.Option(min=1, help="Number of draws; by default as in the scenario.")] = None,
    precision: Annotated[
        float | None, typer.Option(help="Draw until all probabilities have at most this standard error, e.g. 0.005.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed; by default as in the scenario.")] = None,
    shards: Annotated[
        str | None, typer.Option(help="Count one part of the draws, e.g. 1/4, and write it to --output.")
    ] = None,
    merge: Annotated[Path | None, typer.Option(help="Combine the parts in this folder instead of drawing.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the run and all tables to this folder.")] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    top: Annotated[int, typer.Option(min=1, help="Number of units to show.")] = 30,
    cores: Annotated[int | None, typer.Option(min=1, help="Number of cores to use; all by default.")] = None,
    seconds: Annotated[
        float,
        typer.Option(
            "--time-limit", min=0, help="Time limit in seconds for exact ranges; 0 computes pairwise bounds only."
        ),
    ] = 60.0,
    winner: Annotated[
        str | None,
        typer.Option(help="Only show weights under which this unit ranks first.", autocompletion=complete_units),
    ] = None,
    design: Annotated[
        bool, typer.Option("--design", help="Also write design.csv, the values that each draw used.")
    ] = False,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Compare all pairs of units for exact ranges, also of more than 4,096.")
    ] = False,
    sample: Sample = False,
) -> None:
    """Show how robust each rank is to the scenario's uncertainties."""
    from hubrank.io.cache import Cache
    from hubrank.results.rank import edition_of, ranked_with_vintages

    how = parts.checked(
        parts.Draw(draws=draws, precision=precision, seed=seed, cores=cores),
        shards,
        merge,
        output,
    )
    with progress("loading") as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
    at = edition_of(ranking, edition)
    if winner is not None:
        write_answer(winner_answer(ranking, measurements, at, winner), format_)
        return
    with progress("preparing draws") as tell:
        if shards is not None and output is not None:
            parts.count(ranking, measurements, parts.shard_of(shards), output, how, tell)
            return
        if merge is not None:
            tell("adding parts")
            outcome = parts.merged(ranking, measurements, merge)
        else:
            outcome = assess(ranking, measurements, **attrs.asdict(how), progress=tell)
    if outcome.draws:
        write_answer(_answer(outcome, at, top), format_)
        if output is not None:
            basis = _write(outcome, output, design=design, seconds=seconds, pairs=pairs)
        elif why := exact_weights(outcome.analysis)[1]:
            basis = gettext("from the draws; {why}", why=why)
        else:
            basis = gettext("from the draws; --output computes exact ranks or bounds")
        if format_ == "table" and not is_quiet():
            out = console()
            out.print("\n" + escape_markup(gettext("best and worst ranks: {basis}", basis=basis)))
            if output is not None:
                out.print("\n" + escape_markup(gettext("written to {folder}", folder=output)))
    if outcome.interrupted:
        result = gettext_noop("hubrank: interrupted; results are based on the {draws} draws made so far")
        write_text(gettext(result, draws=format_count(outcome.draws)), err=True)
        raise typer.Exit(130)
