"""The parts of a robustness run, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from hubrank.front import quiet

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking
    from hubrank.front import Progress
    from hubrank.robustness import Outcome


def count(
    ranking: Ranking,
    measurements: tuple[Measurement, ...],
    shard: tuple[int, int],
    folder: Path,
    draws: int | None,
    seed: int | None,
    engine: str,
    cores: int | None,
    tell: Progress,
) -> None:
    """Count one part and leave it in a folder; an interrupted part is not left."""
    from hubrank.robustness import analysis_of, run

    from hubrank_robustness.shards import about, write_shard

    analysis = analysis_of(ranking.plan, measurements, seed=seed, engine=engine)
    wanted = analysis.design.doubts.choice.draws if draws is None else draws
    counted = run(analysis, wanted, cores=cores, shard=shard, progress=tell)
    if counted.interrupted:
        typer.echo("hubrank: interrupted; the part is not whole and was not left", err=True)
        raise typer.Exit(130)
    path = write_shard(folder, shard[0], counted.tally, about(analysis, wanted, shard[1]))
    if not quiet():
        typer.echo(f"{counted.tally.draws:,} of {wanted:,} draws counted into {path}")


def merged(ranking: Ranking, measurements: tuple[Measurement, ...], folder: Path, engine: str) -> Outcome:
    """Add up the parts of a folder.

    Raises:
        UsageError: They are not whole, or not of this scenario and these data.
    """
    from hubrank import UsageError
    from hubrank.robustness import Outcome, analysis_of

    from hubrank_robustness.shards import about, read_shards

    tally, found = read_shards(folder)
    analysis = analysis_of(ranking.plan, measurements, seed=found.seed, engine=engine)
    if about(analysis, found.draws, found.parts).fingerprint != found.fingerprint:
        raise UsageError(f"{folder}: its parts are of another scenario, or of other data")
    return Outcome(ranking=ranking, counter=analysis.counter, tally=tally)
