"""`hubrank robustness`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import attrs
import typer
from hubrank import format_count, gettext, gettext_noop
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, answer, complete_units
from hubrank.cli.console import console, is_quiet, progress, write_text
from hubrank.io.escaping import escape_markup


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
    from hubrank.uncertainty.outcome import assess

    from hubrank_analysis.robustness import asked, folder, screen, winning
    from hubrank_analysis.robustness import shards as parts

    how = asked.checked(
        asked.Draw(draws=draws, precision=precision, seed=seed, cores=cores),
        shards,
        merge,
        output,
    )
    with progress("loading") as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
    at = edition_of(ranking, edition)
    if winner is not None:
        winning.show(ranking, measurements, at, winner, format_)
        return
    with progress("preparing draws") as tell:
        if shards is not None and output is not None:
            parts.count(ranking, measurements, asked.shard_of(shards), output, how, tell)
            return
        if merge is not None:
            tell("adding parts")
            outcome = parts.merged(ranking, measurements, merge)
        else:
            outcome = assess(ranking, measurements, **attrs.asdict(how), progress=tell)
    if outcome.draws:
        answer(
            format_,
            show=lambda out: screen.show(out, outcome, at, top),
            data=lambda: screen.as_json(outcome, at),
            rows=lambda: screen.rows(outcome, at),
        )
        if output is None:
            said = folder.without(outcome)
        else:
            said = folder.write(outcome, output, design=design, seconds=seconds, pairs=pairs)
        if format_ == "table" and not is_quiet():
            out = console()
            out.print("\n" + escape_markup(gettext("best and worst ranks: {basis}", basis=said)))
            if output is not None:
                out.print("\n" + escape_markup(gettext("written to {folder}", folder=output)))
    if outcome.interrupted:
        made = gettext_noop("hubrank: interrupted; results are based on the {draws} draws made so far")
        write_text(gettext(made, draws=format_count(outcome.draws)), err=True)
        raise typer.Exit(130)
