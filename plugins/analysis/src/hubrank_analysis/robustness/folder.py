"""The folder that a robustness run writes, and what its best and worst ranks stand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import gettext
from hubrank.cli.console import progress
from hubrank.io.escaping import csv_bytes
from hubrank.results.save import write_run
from hubrank.uncertainty.outcome import with_intervals

from hubrank_analysis.robustness.bounds import bounds_files, exact_weights
from hubrank_analysis.robustness.sensitivity_tables import sensitivity_files
from hubrank_analysis.robustness.tables import design_table, files_of

if TYPE_CHECKING:
    from hubrank.uncertainty.outcome import Outcome


def write(outcome: Outcome, folder: Path, *, design: bool, seconds: float, pairs: bool) -> str:
    """Write a run's files and all tables; of an interrupted run those that stand on its draws.

    Args:
        outcome: What was counted.
        folder: Where; it is replaced whole or not at all.
        design: Whether `design.csv` is among them.
        seconds: How long exact ranges may take.
        pairs: Whether all pairs of units are compared however many there are.

    Returns:
        What best and worst ranks stand on.
    """
    said = gettext("from the draws; no bounds.csv: interrupted")
    with progress("writing counts") as tell:
        files = files_of(outcome)
        if design:
            files["design.csv"] = csv_bytes(outcome.ranking.marked(design_table(outcome.analysis, outcome.draws)))
        if not outcome.interrupted:
            files |= sensitivity_files(outcome.analysis, outcome.ranking, tell)
            bounds, said = bounds_files(outcome.analysis, outcome.ranking, seconds, tell, pairs=pairs)
            files |= bounds
    with progress("comparing moves") as tell:
        write_run(with_intervals(outcome.ranking, outcome), folder, files, progress=tell)
    return said


def without(outcome: Outcome) -> str:
    """Where no folder is written, and nothing exact worked out: whether it could be."""
    weights, why = exact_weights(outcome.analysis)
    if weights is None:
        return gettext("from the draws; {why}", why=why)
    return gettext("from the draws; --output computes exact ranks or bounds")
