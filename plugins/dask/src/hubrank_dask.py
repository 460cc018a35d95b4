"""Robustness counted on a Dask cluster, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from distributed import Client, Future
    from hubrank.robustness import Analysis, Tally


def count(client: Client, analysis: Analysis, draws: int, parts: int) -> Tally:
    """Count draws on a cluster.

    Args:
        client: Connected to the cluster.
        analysis: What is counted; it is sent to every worker once.
        draws: How many draws.
        parts: How many parts they are counted in, each on one core.

    Returns:
        The counts, equal to those of counting here.
    """
    total = analysis.empty()
    for future in submitted(client, analysis, draws, parts):
        total.add(future.result())
    return total


def submitted(client: Client, analysis: Analysis, draws: int, parts: int) -> list[Future]:
    """Send all parts to the cluster; a future of the counts of each, in order."""
    sent = client.scatter(analysis, broadcast=True)
    return [client.submit(_count_part, sent, draws, (part, parts), pure=False) for part in range(1, parts + 1)]


def _count_part(analysis: Analysis, draws: int, shard: tuple[int, int]) -> Tally:
    from hubrank.robustness import run

    return run(analysis, draws, cores=1, shard=shard).tally


def command(
    scenario: Annotated[str, typer.Argument(help="An installed scenario's name, a path to a TOML, or a run folder.")],
    output: Annotated[Path, typer.Option(help="The folder that the parts are left in.")],
    parts: Annotated[int, typer.Option(min=1, help="How many parts.")] = 16,
    draws: Annotated[int | None, typer.Option(min=1, help="How many draws; the scenario's by default.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the scenario's.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="The cluster's address; a local one by default.")] = None,
) -> None:
    """Count a scenario's draws on a cluster and leave the parts for `hubrank robustness --merge`."""
    from distributed import Client
    from hubrank.front import Cache, ranked_with_vintages
    from hubrank.robustness import analysis_of
    from hubrank_robustness.shards import about, write_shard

    ranking, measurements = ranked_with_vintages(scenario, cache=Cache.default())
    analysis = analysis_of(ranking.plan, measurements, seed=seed)
    wanted = analysis.design.doubts.choice.draws if draws is None else draws
    what = about(analysis, wanted, parts)
    with Client(scheduler) if scheduler else Client(threads_per_worker=1) as client:
        for part, future in enumerate(submitted(client, analysis, wanted, parts), start=1):
            path = write_shard(output, part, future.result(), what)
            typer.echo(f"{path.name}")


def main() -> None:
    """Run the command line; a mistake that hubrank names is said without a traceback."""
    from hubrank import HubrankError

    try:
        typer.run(command)
    except HubrankError as error:
        typer.echo(f"hubrank-dask: {error}", err=True)
        raise SystemExit(error.exit_code) from error
