"""Draws of a hubrank ranking counted on a Dask cluster, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hubrank import DrawCounter, UsageError, hookimpl, worded

if TYPE_CHECKING:
    from distributed import Client
    from hubrank.robustness import Analysis, Tally

#: Parts for each core of the cluster, so that no core waits long for the slowest.
PARTS_PER_CORE = 4
#: Seconds to wait for a scheduler, and for its first worker.
PATIENCE = 30


@hookimpl
def hubrank_draw_counters() -> Iterable[DrawCounter]:
    """The cluster."""
    yield DrawCounter(name="dask", title="on a Dask cluster; by default a local one that uses all cores", count=count)


def count(analysis: Analysis, draws: int, address: str) -> Tally:
    """Count draws on a cluster.

    Args:
        analysis: What is counted; it is sent to every worker once.
        draws: How many draws.
        address: The scheduler's, such as `tcp://host:8786`; a cluster of this machine's cores where it is empty.

    Returns:
        The counts, equal to those of counting here.

    Raises:
        UsageError: There is no scheduler at the address, or it has no workers.
    """
    with _connected(address) as client:
        return count_on(client, analysis, draws)


def count_on(client: Client, analysis: Analysis, draws: int) -> Tally:
    """Count draws on the cluster that a client is connected to.

    Args:
        client: Connected to the cluster.
        analysis: What is counted.
        draws: How many draws.
    """
    from distributed import as_completed

    parts = parts_for(sum(client.ncores().values()), -(-draws // analysis.design.block_size))
    sent = client.scatter(analysis, broadcast=True)
    jobs = [client.submit(_count_part, sent, draws, (part, parts), pure=False) for part in range(1, parts + 1)]
    total = analysis.empty()
    for _job, tally in as_completed(jobs, with_results=True):
        total.add(tally)
    return total


def parts_for(cores: int, blocks: int) -> int:
    """In how many parts draws are counted: a few for each core, and none without a block of draws."""
    return max(1, min(cores * PARTS_PER_CORE, blocks))


def _count_part(analysis: Analysis, draws: int, shard: tuple[int, int]) -> Tally:
    from hubrank.robustness import run

    return run(analysis, draws, cores=1, shard=shard).tally


def _connected(address: str) -> Client:
    from distributed import Client

    if not address:
        return Client(threads_per_worker=1, dashboard_address=None)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        told = worded("no Dask scheduler answers at '{address}': {problem}", address=address, problem=error)
        raise UsageError(told) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise UsageError(worded("the Dask scheduler at '{address}' has no workers", address=address)) from error
    return client
