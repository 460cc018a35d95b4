"""Composing at scale, beside the same arithmetic in plain NumPy.

100,000 units x 40 indicators x 5 editions, min-max, arithmetic means over three levels; then 33,755 units x 40
indicators as a scenario, from a CSV to ranking.csv.

`python3 run.py python benchmarks/compose.py --json`
"""

import os
import subprocess
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
from hubrank.measurement.measurement import Measurement
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.testing import built_in
from surroundings import benchmark, lay_out, program

INDICATORS, GROUPS, DIMENSIONS = SIZES = 40, 10, 3


def plain(values: np.ndarray) -> np.ndarray:
    """The same arithmetic in NumPy and nothing else: the scores."""
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    normalised = 1 + 99 * (values - low) / (high - low)
    of_group = INDICATORS // GROUPS
    shares = np.full(of_group, 1 / of_group)
    groups = [normalised[:, :, at : at + of_group] @ shares for at in range(0, INDICATORS, of_group)]
    return np.mean([np.mean(groups[at::DIMENSIONS], axis=0) for at in range(DIMENSIONS)], axis=0)


def timed(function, *arguments, runs: int = 3):
    """The result and the shortest CPU time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        result = function(*arguments)
        times.append(time.process_time() - start)
    return result, min(times)


def composing(units: int, editions: int) -> dict[str, float]:
    """Ratios of time and memory."""
    values = np.random.default_rng(1).lognormal(size=(editions, units, INDICATORS))
    with tempfile.TemporaryDirectory() as folder:
        path = lay_out(Path(folder), units, SIZES, editions=range(2020, 2020 + editions), kind=None)
        plan = resolve(load(path, registry := built_in()), registry)
    texts = np.broadcast_to(np.array("", dtype=object), values.shape)
    names = tuple(item.key for item in plan.indicators)
    measurement = Measurement(indicators=names, values=values, origins=texts, vintages=texts, methods=texts, inputs=())
    expected, numpy_seconds = timed(plain, values)
    ranking, seconds = timed(compose, plan, measurement)
    if not np.allclose(ranking.scores, expected, rtol=1e-12, atol=0):
        raise SystemExit("the scores differ from NumPy's")
    del ranking
    tracemalloc.start()
    compose(plan, measurement)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "numpy_seconds": round(numpy_seconds, 3),
        "compose_seconds": round(seconds, 3),
        "ratio_to_numpy": round(seconds / numpy_seconds, 2),
        "memory_ratio": round((peak + values.nbytes) / values.nbytes, 2),
    }


def from_csv(units: int) -> float:
    """Seconds from a CSV to ranking.csv by the command line, with an empty cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [program("hubrank"), "rank", lay_out(folder, units, SIZES), "--output", folder / "run", "--quiet"]
        variables = {**os.environ, "HUBRANK_CACHE": str(folder / "cache")}
        start = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=variables)
        seconds = time.perf_counter() - start
        if len((folder / "run" / "ranking.csv").read_text().splitlines()) != units + 1:
            raise SystemExit("ranking.csv does not hold every unit")
    return round(seconds, 2)


if __name__ == "__main__":
    with benchmark(__doc__, units=100_000, editions=5) as (arguments, figures):
        figures.update(composing(arguments.units, arguments.editions))
        figures["seconds_33755"] = from_csv(33_755)
        for name, value in figures.items():
            print(f"{name:<16} {value}")
