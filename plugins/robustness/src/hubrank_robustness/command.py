"""`hubrank robustness`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from hubrank.front import progress, quiet


def robustness(
    scenario: Annotated[str, typer.Argument(help="An installed scenario's name, a path to a TOML, or a run folder.")],
    draws: Annotated[int | None, typer.Option(min=1, help="How many draws; the scenario's by default.")] = None,
    precision: Annotated[
        float | None, typer.Option(help="Draw until no probability has a larger standard error, e.g. 0.005.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the scenario's.")] = None,
    count_with: Annotated[
        str | None, typer.Option(metavar="NAME[:ADDRESS]", help="Who counts the draws, e.g. dask; here by default.")
    ] = None,
    shards: Annotated[str | None, typer.Option(help="Count one part of the draws, e.g. 1/4, into --output.")] = None,
    merge: Annotated[Path | None, typer.Option(help="Add up the parts that lie in a folder; draw nothing.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write a folder with all tables.")] = None,
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
    design: Annotated[bool, typer.Option("--design", help="Write design.csv too: what each draw varied.")] = False,
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
) -> None:
    """Say how sure each rank is, whatever the scenario's uncertainties would have changed."""
    from hubrank.front import Cache, edition_of, ranked_with_vintages

    from hubrank_robustness import asked, drawing, folder, screen, winning
    from hubrank_robustness import shards as parts

    how = asked.checked(
        asked.Draw(draws=draws, precision=precision, seed=seed, engine=engine, cores=cores, count_with=count_with),
        shards,
        merge,
        output,
    )
    with progress() as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
        at = edition_of(ranking, edition)
        if winner is not None:
            winning.show(ranking, measurements, at, winner)
            return
        if shards is not None and output is not None:
            parts.count(ranking, measurements, asked.shard_of(shards), output, how, tell)
            return
        if merge is not None:
            outcome = parts.merged(ranking, measurements, merge, engine)
        else:
            outcome = drawing.drawn(ranking, measurements, how, tell)
    if outcome.draws:
        screen.show(outcome, at, top)
        if output is not None:
            folder.write(outcome, output, design=design, seconds=seconds)
        elif not quiet():
            typer.echo(f"\nbest and worst ranks: {folder.without(outcome)}")
    if outcome.interrupted:
        typer.echo(f"hubrank: interrupted; this stands on the {outcome.draws:,} draws made until then", err=True)
        raise typer.Exit(130)
