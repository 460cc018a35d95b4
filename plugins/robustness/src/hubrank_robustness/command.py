"""`hubrank robustness`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank.front import console, progress, quiet

if TYPE_CHECKING:
    from hubrank.robustness import Outcome

#: How wide the intervals' bars are.
_WIDTH = 32


def robustness(
    scenario: Annotated[str, typer.Argument(help="An installed scenario's name, a path to a TOML, or a run folder.")],
    draws: Annotated[int | None, typer.Option(min=1, help="How many draws; the scenario's by default.")] = None,
    precision: Annotated[
        float | None, typer.Option(help="Draw until no probability has a larger standard error, e.g. 0.005.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the scenario's.")] = None,
    shards: Annotated[str | None, typer.Option(help="Count one part of the draws, e.g. 1/4, into --output.")] = None,
    merge: Annotated[Path | None, typer.Option(help="Add up the parts that lie in a folder; draw nothing.")] = None,
    output: Annotated[Path | None, typer.Option(help="Leave a folder with all tables.")] = None,
    edition: Annotated[int | None, typer.Option(help="The year to show; the last by default.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many to show.")] = 30,
    engine: Annotated[
        Literal["numpy", "kernel"], typer.Option(help="What counts: NumPy, or the compiled kernel of hubrank[fast].")
    ] = "numpy",
    cores: Annotated[int | None, typer.Option(min=1, help="How many cores to use; all by default.")] = None,
    seconds: Annotated[
        float, typer.Option("--time-limit", min=0, help="Seconds for exact ranges; 0 leaves what pairs of units prove.")
    ] = 60.0,
    winner: Annotated[str | None, typer.Option(help="Print weights under which this unit is first.")] = None,
    design: Annotated[bool, typer.Option("--design", help="Leave design.csv too: what each draw varied.")] = False,
    sample: Annotated[bool, typer.Option(help="Read the sources' samples in their stead.")] = False,
) -> None:
    """Say how sure each rank is, whatever the scenario's doubts would have changed."""
    from hubrank.front import Cache, edition_of, ranked_with_vintages
    from hubrank.robustness import assess

    from hubrank_robustness import sharding, winning

    _check(draws, precision, shards, merge, output)
    with progress() as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
        at = edition_of(ranking, edition)
        if winner is not None:
            winning.show(ranking, measurements, at, winner)
            return
        if shards is not None and output is not None:
            sharding.count(ranking, measurements, shard_of(shards), output, draws, seed, engine, cores, tell)
            return
        if merge is not None:
            outcome = sharding.merged(ranking, measurements, merge, engine)
        else:
            outcome = assess(
                ranking,
                measurements,
                draws=draws,
                precision=precision,
                seed=seed,
                engine=engine,
                cores=cores,
                progress=tell,
            )
    if outcome.draws:
        show(outcome, at, top)
        if output is not None:
            _write(outcome, output, design, seconds)
        elif not quiet():
            typer.echo(f"\nbest and worst ranks: {_without_bounds(outcome)}")
    if outcome.interrupted:
        typer.echo(f"hubrank: interrupted; this stands on the {outcome.draws:,} draws made until then", err=True)
        raise typer.Exit(130)


def _check(
    draws: int | None, precision: float | None, shards: str | None, merge: Path | None, output: Path | None
) -> None:
    from hubrank import UsageError
    from hubrank.front import check_target

    if draws is not None and precision is not None:
        raise UsageError("--draws and --precision stop at different points; give one of them")
    if precision is not None and not 0 < precision < 0.5:
        raise UsageError(f"--precision must lie between 0 and 0.5; got {precision:g}")
    if shards is not None and (output is None or precision is not None or merge is not None):
        raise UsageError("--shards goes with --output, where the part is left, and with --draws alone")
    if output is not None and shards is None:
        check_target(output)


def shard_of(text: str) -> tuple[int, int]:
    """The part and how many there are, from a text such as `1/4`.

    Raises:
        UsageError: It is none.
    """
    from hubrank import UsageError

    found = re.fullmatch(r"(\d+)/(\d+)", text)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= part <= parts:
        raise UsageError(f"--shards must be a part of all parts, such as 1/4; got '{text}'")
    return part, parts


def _write(outcome: Outcome, folder: Path, design: bool, seconds: float) -> None:
    """Leave the folder: a run's files and all tables; of an interrupted run those that stand on its draws."""
    from hubrank.front import csv_bytes, write_run
    from hubrank.robustness import Analysis, with_intervals

    from hubrank_robustness.bounds import bounds_files
    from hubrank_robustness.sensitivity_tables import sensitivity_files
    from hubrank_robustness.tables import design_table, files_of

    files = files_of(outcome)
    if design:
        files["design.csv"] = csv_bytes(design_table(outcome.counter, outcome.draws))
    said = "of the draws; no bounds.csv: interrupted"
    if not outcome.interrupted:
        counter = outcome.counter
        analysis = Analysis(settings=counter.settings, design=counter.design, counter=counter)
        with progress() as tell:
            files |= sensitivity_files(analysis, outcome.ranking, tell)
            bounds, said = bounds_files(analysis, outcome.ranking, seconds, tell)
        files |= bounds
    if not quiet():
        typer.echo(f"\nbest and worst ranks: {said}")
    write_run(with_intervals(outcome.ranking, outcome), folder, files)
    if not quiet():
        typer.echo(f"\nwritten to {folder}")


def _without_bounds(outcome: Outcome) -> str:
    """Where no folder is left, and nothing exact worked out: whether it could be."""
    from hubrank.robustness import Analysis

    from hubrank_robustness.bounds import exact_weights

    counter = outcome.counter
    weights, why = exact_weights(Analysis(settings=counter.settings, design=counter.design, counter=counter))
    return f"of the draws; {why}" if weights is None else "of the draws; --output works out exact ones or bounds"


def show(outcome: Outcome, at: int, top: int) -> None:
    """The table that a person reads."""
    from hubrank.robustness import HIGH, LOW
    from rich.markup import escape
    from rich.table import Table

    ranking = outcome.ranking
    out = console()
    order = ranking.order(at)[:top]
    low, high, median = outcome.rank(LOW)[at], outcome.rank(HIGH)[at], outcome.rank(0.5)[at]
    mark = 10 if 10 in outcome.marks else outcome.marks[-1]
    reach = outcome.top(mark)[at]
    out.print(f"\n[bold]{escape(ranking.plan.scenario.title)}, {ranking.editions[at]}: how sure each rank is[/bold]")
    said = f"{outcome.draws:,} draws; no probability is off by more than {outcome.error:.4f} (standard error)"
    for line in (said, *outcome.composed):
        out.print(f"[dim]{escape(line)}[/dim]")
    out.print()
    worst = float(high[order].max())
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rank", justify="right")
    table.add_column("unit", no_wrap=True)
    table.add_column("90 % of draws", justify="right", no_wrap=True)
    table.add_column(f"1 {'·' * (_WIDTH - len(f'{worst:g}') - 3)} {worst:g}", no_wrap=True)
    table.add_column(f"top {mark}", justify="right")
    table.add_column("", no_wrap=True)
    for unit in order:
        table.add_row(
            f"{ranking.ranks[at][unit]:g}",
            escape(ranking.names[unit]),
            f"{low[unit]:g}" if low[unit] == high[unit] else f"{low[unit]:g} to {high[unit]:g}",
            f"[cyan]{interval_bar(low[unit], median[unit], high[unit], worst)}[/cyan]",
            percent(reach[unit]),
            escape(verdict(outcome, at, int(unit))),
        )
    out.print(table)
    if not quiet():
        _groups(outcome, at, order)


def _groups(outcome: Outcome, at: int, order: Any) -> None:
    """Which of the units that are shown are statistically tied."""
    from rich.markup import escape

    tied = outcome.tied()
    if tied is None:
        return
    groups: dict[float, list[str]] = {}
    for unit in order:
        groups.setdefault(tied[at][unit], []).append(outcome.ranking.names[unit])
    out = console()
    lines = [", ".join(names) for names in groups.values() if len(names) > 1]
    if lines:
        out.print("\n[dim]statistically tied (the first is ahead of none of the others in 95 % of the draws):[/dim]")
    for line in lines:
        out.print(f"[dim]  {escape(line)}[/dim]")


def interval_bar(low: float, median: float, high: float, worst: float, width: int = _WIDTH) -> str:
    """An interval of ranks as a bar from rank 1 to the worst that is shown, its median as a dot."""
    span = max(worst - 1, 1)
    left, middle, right = (round((rank - 1) / span * (width - 1)) for rank in (low, median, high))
    cells = [" "] * left + ["━"] * (right - left + 1)
    cells[middle] = "●"
    return "".join(cells)


def verdict(outcome: Outcome, at: int, unit: int) -> str:
    """In words what a unit's ranks come to: its place or its tier, as far as it is sure."""
    from hubrank.robustness import SURE

    rank = outcome.ranking.ranks[at][unit]
    low, high = outcome.rank(1 - SURE)[at][unit], outcome.rank(SURE)[at][unit]
    if low == high == rank:
        return f"surely {rank:g}"
    shares = {mark: float(outcome.top(mark)[at][unit]) for mark in outcome.marks}
    sure = next((mark for mark, share in shares.items() if share >= SURE), None)
    open_ = [(mark, share) for mark, share in shares.items() if 1 - SURE < share < SURE]
    said = f"surely in the top {sure}" if sure is not None else ""
    if open_:
        mark, share = open_[-1]
        name = "first" if mark == 1 else f"in the top {mark}"
        word = "likely" if share >= 2 / 3 else "perhaps" if share >= 1 / 3 else "hardly"
        said += f"{', ' if said else ''}{word} {name}"
    return said or f"surely not in the top {max(shares)}"


def percent(share: float) -> str:
    """A probability for people: nothing is said to be certain that was only drawn."""
    if share != share:  # not a number
        return "-"
    if 0.995 <= share < 1:
        return "> 99 %"
    if 0 < share < 0.005:
        return "< 1 %"
    return f"{share:.0%}".replace("%", " %")
