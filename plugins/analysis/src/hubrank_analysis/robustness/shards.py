"""The parts of a robustness run, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from hubrank import UsageError, format_count, gettext
from hubrank.cli.console import is_quiet, write_text
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.outcome import Outcome

from hubrank_analysis.robustness.shard_files import about, read_shards, write_shard

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking
    from hubrank.progress import Progress

    from hubrank_analysis.robustness.asked import Draw


def count(
    ranking: Ranking,
    measurements: tuple[Measurement, ...],
    shard: tuple[int, int],
    folder: Path,
    how: Draw,
    tell: Progress,
) -> None:
    """Count one part and write it into a folder; an interrupted part is not written.

    Args:
        ranking: The ranking as the scenario has it.
        measurements: What was measured, for each alternative of the vintage.
        shard: Which part of how many.
        folder: Where the part is written.
        how: What the command line asks.
        tell: Told what is being done, and how far it is.
    """
    tell("preparing draws")
    analysis = analysis_of(ranking.plan, measurements, seed=how.seed)
    wanted = analysis.wanted(how.draws)
    counted = run(analysis, wanted, cores=how.cores, shard=shard, progress=tell)
    if counted.interrupted:
        write_text("hubrank: interrupted; the part is incomplete and was not written", err=True)
        raise typer.Exit(130)
    path = write_shard(folder, shard[0], counted.tally, about(analysis, wanted, shard[1]))
    if not is_quiet():
        done = format_count(counted.tally.draws)
        write_text(
            gettext("{done} of {wanted} draws counted into {file}", done=done, wanted=format_count(wanted), file=path)
        )


def merged(ranking: Ranking, measurements: tuple[Measurement, ...], folder: Path) -> Outcome:
    """Add up the parts of a folder.

    Raises:
        UsageError: They are not whole, or not of this scenario and these data.
    """
    tally, found = read_shards(folder)
    analysis = analysis_of(ranking.plan, measurements, seed=found.seed)
    if about(analysis, found.draws, found.parts).fingerprint != found.fingerprint:
        raise UsageError(f"{folder}: its parts belong to another scenario or other data")
    return Outcome(ranking=ranking, analysis=analysis, tally=tally)
