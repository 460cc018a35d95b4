"""Composing at scale, beside the same arithmetic in plain NumPy.

100,000 units x 40 indicators x 5 editions, min-max, arithmetic means over three levels; then 33,755 units x 40
indicators as a scenario, from a CSV to ranking.csv.

`python3 run.py python benchmarks/compose.py --json`
"""

import functools
import os
import shutil
import subprocess
import tempfile
import time
import tracemalloc
import types
from pathlib import Path

import numpy as np
import pandas as pd
from hubrank import UnitSet, hookimpl
from hubrank.measurement.measurement import Measurement
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.testing import built_in
from surroundings import conclude, machine, parser

INDICATORS, GROUPS, DIMENSIONS = 40, 10, 3


def scenario(units: str, editions: list[int], source: str) -> str:
    """A scenario of 40 indicators in 10 sub-dimensions of 3 dimensions."""
    lines = [
        'title = "synthetic"',
        f"editions = {editions}",
        f"[units]\n{units}",
        f"[inputs.values]\n{source}",
        '[normalisation]\nmethod = "min-max"',
        '[aggregation]\nmethod = "arithmetic"',
    ]
    lines += [f"[dimensions.d{at}]" for at in range(DIMENSIONS)]
    lines += [f'[dimensions.g{at}]\nparent = "d{at % DIMENSIONS}"' for at in range(GROUPS)]
    lines += [
        f'[indicators.i{at:02}]\nindicator = "value"\ndimension = "g{at // 4}"\nweight = {1 + at % 3}'
        for at in range(INDICATORS)
    ]
    return "\n".join(lines) + "\n"


def plain(values: np.ndarray) -> np.ndarray:
    """The same arithmetic in NumPy and nothing else: the scores."""
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    normalised = (values - low) / (high - low)
    weights = np.array([1.0 + at % 3 for at in range(INDICATORS)])
    groups = []
    for at in range(GROUPS):
        own = weights[4 * at : 4 * at + 4]
        groups.append(normalised[:, :, 4 * at : 4 * at + 4] @ (own / own.sum()))
    dimensions = [np.mean(groups[at::DIMENSIONS], axis=0) for at in range(DIMENSIONS)]
    return np.mean(dimensions, axis=0)


def synthetic(units: int) -> types.ModuleType:
    """A plugin with a unit set of so many units."""
    codes = [f"u{at:06}" for at in range(units)]
    frame = functools.partial(pd.DataFrame, {"unit": codes, "name": codes})

    @hookimpl
    def hubrank_unit_sets():
        yield UnitSet(name="synthetic", title="synthetic", units=frame, places=frame)

    module = types.ModuleType("synthetic")
    module.hubrank_unit_sets = hubrank_unit_sets
    return module


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
    rng = np.random.default_rng(1)
    values = rng.lognormal(size=(editions, units, INDICATORS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.toml"
        years = list(range(2020, 2020 + editions))
        path.write_text(scenario('set = "synthetic"', years, 'source = "files"\noptions = { file = "none.csv" }'))
        registry = built_in(synthetic(units))
        plan = resolve(load(path, registry), registry)
    texts = np.broadcast_to(np.array("", dtype=object), values.shape)
    measurement = Measurement(
        indicators=tuple(item.key for item in plan.indicators),
        values=values,
        origins=texts,
        vintages=texts,
        methods=texts,
        inputs=(),
    )
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
    rng = np.random.default_rng(2)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        frame = pd.DataFrame(rng.lognormal(size=(units, INDICATORS)), columns=[f"i{at:02}" for at in range(INDICATORS)])
        frame.insert(0, "unit", [f"u{at:06}" for at in range(units)])
        frame.to_csv(base / "values.csv", index=False)
        text = scenario(
            'file = "values.csv"', [2025], 'source = "files"\noptions = { file = "values.csv", year = 2025 }'
        )
        (base / "big.toml").write_text(text)
        program = shutil.which("hubrank")
        if program is None:
            raise SystemExit("hubrank is not on the PATH; start this with python3 run.py")
        start = time.perf_counter()
        subprocess.run(
            [program, "rank", str(base / "big.toml"), "--output", str(base / "run"), "--quiet"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HUBRANK_CACHE": str(base / "cache")},
        )
        seconds = time.perf_counter() - start
        if len((base / "run" / "ranking.csv").read_text().splitlines()) != units + 1:
            raise SystemExit("ranking.csv does not hold every unit")
    return round(seconds, 2)


def main() -> None:
    """Run both and print the figures."""
    options = parser(__doc__)
    options.add_argument("--units", type=int, default=100_000)
    options.add_argument("--editions", type=int, default=5)
    arguments = options.parse_args()
    ran_on = machine()
    figures = composing(arguments.units, arguments.editions)
    figures["seconds_33755"] = from_csv(33_755)
    for name, value in figures.items():
        print(f"{name:<16} {value}")
    conclude(figures, ran_on, as_json=arguments.json)


if __name__ == "__main__":
    main()
