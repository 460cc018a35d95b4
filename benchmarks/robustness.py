"""Re-rankings a second, beside other packages in the same run: `python3 run.py python benchmarks/robustness.py --json`.

142 units x 40 indicators in three levels, weights uniform in a box of each dimension, acceptabilities counted, and the
same by a dozen lines of NumPy; the scenario `global` with its own doubts as installed; 1,860 units x 12 indicators;
100,000 units; all uncertainties of the scenario `global` together. Figures are draws a CPU second, the best of some
rounds, imports left out. Run it on an idle machine: ratios hold, figures do not.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import tomli_w
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.outcome import assess
from surroundings import conclude, machine, parser, uv

PEERS = ("pymcdm", "scikit-criteria", "pysensmcda")
HERE = Path(__file__).parent
#: What C by hand with AVX-512 did in a CPU second on one core of a Zen 4, on the tables of the first case.
_BY_HAND = {"arithmetic": 3_650_000, "mixed": 1_340_000}
LIMITS = {f"{case}_draws_per_cpu_second": n for case, n in _BY_HAND.items()}
ALL_DOUBTS = """
extends = "global"

[robustness]
draws = 10000
weight_uncertainty = 0.25
normalisation = ["min-max", "rank", { method = "z-score", mean = 50, sd = 10 }]
imputation = ["none", "median"]
aggregation = { index = ["arithmetic", "geometric"] }
noise = 0.05
exclude = false
"""


def prepared(units, sizes, aggregation, inner=None):
    """The plan and figures of a scenario of random figures.

    Args:
        units: How many units.
        sizes: How many indicators, sub-dimensions and dimensions.
        aggregation: The method.
        inner: The method of the sub-dimensions, where it is another.
    """
    indicators, subs, dimensions = sizes
    registry = Registry.installed()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = [f"u{at}" for at in range(units)]
        header = ",".join(["unit", "year", *(f"i{at}" for at in range(indicators))])
        rows = [
            f"{code},2024," + ",".join(map(repr, row.tolist()))
            for code, row in zip(codes, rng.lognormal(size=(units, indicators)), strict=True)
        ]
        (folder / "figures.csv").write_text("\n".join([header, *rows]) + "\n")
        (folder / "units.csv").write_text("unit,name\n" + "\n".join(f"{code},{code}" for code in codes) + "\n")
        own = {"aggregation": {"method": inner}} if inner else {}
        table = {
            "title": "Random figures",
            "editions": [2024],
            "units": {"file": "units.csv"},
            "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
            "dimensions": {f"d{at}": {} for at in range(dimensions)}
            | {f"s{at}": {"parent": f"d{at % dimensions}"} | own for at in range(subs)},
            "indicators": {
                f"i{at}": {"indicator": "value", "dimension": f"s{at * subs // indicators}"} for at in range(indicators)
            },
            "normalisation": {"method": "min-max", "range": [1, 100]},
            "aggregation": {"method": aggregation},
            "robustness": {"weight_uncertainty": 0.25},
        }
        (folder / "scenario.toml").write_bytes(tomli_w.dumps(table).encode())
        plan = resolve(load(folder / "scenario.toml", registry), registry)
        return plan, measure(plan)


def rates(plan, measurement, draws, cores=1, rounds=3):
    """Draws a second of CPU and of wall time, the best of some rounds, after one that warms up."""
    analysis = analysis_of(plan, (measurement,), closely=False)
    run(analysis, analysis.design.block_size if len(plan.units.units) < 10_000 else 4, cores=1)
    cpu = wall = 0.0
    for _ in range(rounds):
        started, used = time.perf_counter(), time.process_time()
        run(analysis, draws, cores=cores)
        cpu = max(cpu, draws / (time.process_time() - used))
        wall = max(wall, draws / (time.perf_counter() - started))
    return cpu, wall


def main_case(found, draws):
    """142 units x 40 indicators."""
    trees = {"arithmetic": ("arithmetic", None), "geometric": ("geometric", None), "mixed": ("geometric", "arithmetic")}
    for name, (outer, inner) in trees.items():
        plan, measurement = prepared(142, (40, 10, 3), outer, inner)
        found[f"{name}_draws_per_cpu_second"] = rates(plan, measurement, draws // 10 if name == "mixed" else draws)[0]
    found["draws_per_cpu_second"] = found["arithmetic_draws_per_cpu_second"]


def global_case(found, draws):
    """The scenario `global` with its own doubts, as installed: three editions of 179 units in a draw."""
    registry = Registry.installed()
    plan = resolve(load("global", registry), registry)
    measurement = measure(plan, Cache.default())
    found["global_draws_per_cpu_second"] = rates(plan, measurement, draws)[0]
    sizes = [len(node.members) for node in plan.tree if node.parent is not None]
    groups = [np.repeat(np.arange(len(sizes)), sizes), np.zeros(len(sizes), dtype=int)]
    tables = np.nan_to_num(compose(plan, measurement).normalised).transpose(0, 2, 1)
    found["plain_numpy_global_draws_per_cpu_second"] = plain_numpy(draws // 10, tables, groups)
    found["global_rankings_per_cpu_second"] = found["global_draws_per_cpu_second"] * len(plan.editions)


def plain_numpy(draws, tables, groups, at_a_time=1000):
    """Draws a CPU second by a dozen lines of NumPy, in 64 bits: tables `(columns, units)`, boxes, ranks and counts.

    Args:
        draws: How many draws.
        tables: The normalised values of each edition.
        groups: Of each level, from the columns up, the member of the level above that each belongs to.
        at_a_time: How many draws at a time.
    """
    rng = np.random.default_rng(1)
    counts = [np.zeros((table.shape[1], table.shape[1]), dtype=np.int64) for table in tables]
    used = time.process_time()
    for _ in range(draws // at_a_time):
        weights = np.ones((at_a_time, 1))
        for group in reversed(groups):
            drawn = rng.uniform(0.75, 1.25, (at_a_time, len(group)))
            sums = drawn @ (group[:, None] == np.arange(group.max() + 1))
            weights = weights[:, group] * drawn / sums[:, group]
        for at, table in enumerate(tables):
            order = np.argsort(-(weights @ table), axis=1) + np.arange(0, counts[at].size, len(counts[at]))
            counts[at] += np.bincount(order.ravel(), minlength=counts[at].size).reshape(counts[at].shape)
    return draws / (time.process_time() - used)


def large_cases(found):
    """1,860 units x 12 indicators, and 100,000 units."""
    plan, measurement = prepared(1860, (12, 4, 2), "geometric")
    found["seconds_for_100000_draws_of_1860_units"] = 100_000 / rates(plan, measurement, 20_000, rounds=1)[0]
    plan, measurement = prepared(100_000, (12, 4, 2), "geometric")
    found["draws_per_cpu_second_of_100000_units"] = rates(plan, measurement, 400, rounds=1)[0]
    found["peak_memory_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def uncertainties_case(found):
    """All uncertainties of `global` together."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "uncertainties.toml"
        path.write_text(ALL_DOUBTS)
        registry = Registry.installed()
        plan = resolve(load(path, registry), registry)
    measurement = measure(plan, Cache.default())
    ranking = compose(plan, measurement)
    started, used = time.perf_counter(), time.process_time()
    assess(ranking, (measurement,), closely=False)
    found["seconds_for_all_uncertainties_of_global"] = time.perf_counter() - started
    found["cpu_seconds_for_all_uncertainties_of_global"] = time.process_time() - used


def peers(found):
    """Each peer in an environment of its own; a peer that cannot be had says so."""
    program = uv()
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    for name in PEERS:
        key = f"{name.replace('-', '_')}_draws_per_cpu_second"
        alone = ["run", "--quiet", "--no-project", "--with", name, "--with", "pymcdm"]
        found[key] = last_number(program, [*alone, "python", "peers.py", name], variables)
    found["coinr_draws_per_cpu_second"] = last_number(shutil.which("Rscript"), ["coinr.R"], variables)


def last_number(program, words, variables):
    """The number that a program prints last; none where there is no program or it fails."""
    if program is None:
        return None
    words = [program, *words]
    done = subprocess.run(words, check=False, cwd=HERE, env=variables, capture_output=True, text=True)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def main():
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=1_000_000, help="draws of the first case")
    options.add_argument("--no-peers", action="store_true", help="leave the other packages out")
    arguments = options.parse_args()
    ran_on = machine()
    found = {"draws": arguments.draws}
    main_case(found, arguments.draws)
    groups = [np.arange(40) * 10 // 40, np.arange(10) % 3, np.zeros(3, dtype=int)]
    found["plain_numpy_draws_per_cpu_second"] = plain_numpy(
        100_000, np.random.default_rng(1).uniform(size=(1, 40, 142)), groups
    )
    global_case(found, arguments.draws // 4)
    uncertainties_case(found)
    large_cases(found)
    if not arguments.no_peers:
        peers(found)
    ours = found["draws_per_cpu_second"]
    for name, value in found.items():
        is_peer = any(name.startswith(peer.replace("-", "_")) for peer in (*PEERS, "coinr"))
        text = "not to be had" if value is None else f"{value:,.1f}"
        print(f"{name:<55} {text:>16}" + (f"   1 : {ours / value:,.0f}" if is_peer and value else ""))
    conclude(found, ran_on, LIMITS, as_json=arguments.json)


if __name__ == "__main__":
    main()
