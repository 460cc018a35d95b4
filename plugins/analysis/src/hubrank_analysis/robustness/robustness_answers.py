"""The robustness of a ranking as an answer in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank import Answer, Ranking, format_count, format_number, gettext
from hubrank.cli.console import progress
from hubrank.uncertainty.outcome import assess

from hubrank_analysis.robustness.robustness_tables import (
    acceptability_table,
    central_weights_table,
    pairwise_table,
    robustness_table,
)
from hubrank_analysis.robustness.shards import Draw, checked

if TYPE_CHECKING:
    from hubrank import Measurement


def robustness(
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
    how = {"draws": draws, "precision": precision, "seed": seed, "cores": cores}
    checked(Draw(**how), None, None, None)
    with progress("drawing") as tell:
        outcome = assess(ranking, measurements, **how, progress=tell)
    if outcome.interrupted:
        raise KeyboardInterrupt
    table = robustness_table(outcome)
    names = dict(zip(ranking.codes, ranking.names, strict=True))
    table.insert(1, "name", table["unit"].map(names))
    table = table.sort_values("edition", ascending=False, kind="stable", ignore_index=True)
    tables = {
        "robustness": table[["rank", "name", *(each for each in table if each not in ("rank", "name"))]],
        "acceptability": acceptability_table(outcome),
        "central_weights": central_weights_table(outcome),
    }
    if outcome.ahead is not None:
        tables["pairwise"] = pairwise_table(outcome)
    return Answer(
        title=gettext("robustness of {title}: {draws} draws", title=ranking.title, draws=format_count(outcome.draws)),
        tables=tables,
        notes=(
            gettext(
                "probabilities have a standard error of at most {error}", error=format_number(f"{outcome.error:.4f}")
            ),
            *outcome.composed,
        ),
        record=outcome,
    )
