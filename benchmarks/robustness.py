"""Re-rankings a second, beside other packages in the same run: `python3 run.py python benchmarks/robustness.py --json`.

142 units x 40 indicators in three levels, weights uniform in a box of each dimension, acceptabilities counted, and the
same by a dozen lines of NumPy; the scenario `global` as installed, with all uncertainties and with choices alone;
1,860 units x 12 indicators; 100,000 units; more uncertainties of the scenario `global` together. Values are draws a
CPU second, the best of some rounds, imports left out. Run it on an idle machine: ratios hold, values do not.
"""

import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import attrs
import numpy as np
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.outcome import assess
from surroundings import benchmark, lay_out, program

PEERS = ("pymcdm", "scikit-criteria", "pysensmcda")
HERE = Path(__file__).parent
#: What C by hand with AVX-512 did in a CPU second on one core of a Zen 4, on the tables of the first case.
_BY_HAND = {"arithmetic": 3_650_000, "mixed": 1_340_000}
LIMITS = {f"{case}_draws_per_cpu_second": n for case, n in _BY_HAND.items()}
ALL_DOUBTS = """
extends = "global"

[robustness]
weight_uncertainty = 0.25
normalisation = ["min-max", "rank", { method = "z-score", mean = 50, sd = 10 }]
imputation = ["none", "median"]
aggregation = { index = ["arithmetic", "geometric"] }
exclude = false
"""


def prepared(units, sizes, aggregation, inner=None):
    """The plan and values of a scenario of random values, as `lay_out` takes their sizes."""
    registry = Registry.installed()
    settings = {"aggregation": {"method": aggregation}, "robustness": {"weight_uncertainty": 0.25}}
    with tempfile.TemporaryDirectory() as name:
        plan = resolve(load(lay_out(Path(name), units, sizes, inner=inner, **settings), registry), registry)
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


def global_case(found, draws):
    """The installed scenario `global`, five editions of 179 units in a draw: all uncertainties, and choices alone."""
    registry = Registry.installed()
    plan = resolve(load("global", registry), registry)
    measurement = measure(plan, Cache.default())
    found["global_draws_per_cpu_second"] = rates(plan, measurement, draws // 25)[0]
    plan = attrs.evolve(plan, uncertainties=attrs.evolve(plan.uncertainties, errors=()))
    found["global_choices_per_cpu_second"] = rates(plan, measurement, draws)[0]
    sizes = [len(node.members) for node in plan.tree if node.parent is not None]
    groups = [np.repeat(np.arange(len(sizes)), sizes), np.zeros(len(sizes), dtype=int)]
    tables = np.nan_to_num(compose(plan, measurement).normalised).transpose(0, 2, 1)
    found["plain_numpy_global_draws_per_cpu_second"] = plain_numpy(draws // 10, tables, groups)
    found["global_rankings_per_cpu_second"] = found["global_choices_per_cpu_second"] * len(plan.editions)


def drawn_weights(rng, draws, groups):
    """Weights of the columns, uniform in a box of each dimension, `(draws, columns)`; groups as in `plain_numpy`."""
    weights = np.ones((draws, 1))
    for group in reversed(groups):
        drawn = rng.uniform(0.75, 1.25, (draws, len(group)))
        sums = drawn @ (group[:, None] == np.arange(group.max() + 1))
        weights = weights[:, group] * drawn / sums[:, group]
    return weights


def plain_numpy(draws, tables, groups, at_a_time=1000):
    """Draws a CPU second by a dozen lines of NumPy; a group has, by level from the columns up, each one's parent."""
    rng = np.random.default_rng(1)
    counts = [np.zeros((table.shape[1], table.shape[1]), dtype=np.int64) for table in tables]
    used = time.process_time()
    for _ in range(draws // at_a_time):
        weights = drawn_weights(rng, at_a_time, groups)
        for at, table in enumerate(tables):
            order = np.argsort(-(weights @ table), axis=1) + np.arange(0, counts[at].size, len(counts[at]))
            counts[at] += np.bincount(order.ravel(), minlength=counts[at].size).reshape(counts[at].shape)
    return draws / (time.process_time() - used)


def uncertainties_case(found, draws):
    """All uncertainties of `global` together."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "uncertainties.toml"
        path.write_text(ALL_DOUBTS)
        registry = Registry.installed()
        plan = resolve(load(path, registry), registry)
    measurement = measure(plan, Cache.default())
    ranking = compose(plan, measurement)
    started, used = time.perf_counter(), time.process_time()
    assess(ranking, (measurement,), draws=draws, closely=False)
    found["seconds_for_all_uncertainties_of_global"] = time.perf_counter() - started
    found["cpu_seconds_for_all_uncertainties_of_global"] = time.process_time() - used


def peers(found):
    """Each peer in an environment of its own; a peer that cannot be had says so."""
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    alone = [program("uv"), "run", "--quiet", "--no-project", "--with"]
    commands = {name: [*alone, name, "--with", "pymcdm", "python", "peers.py", name] for name in PEERS}
    for name, words in (commands | {"coinr": [program("Rscript"), "coinr.R"]}).items():
        key = f"{name.replace('-', '_')}_draws_per_cpu_second"
        found[key] = None
        if words[0] is not None:
            done = subprocess.run(words, check=False, cwd=HERE, env=variables, capture_output=True, text=True)
            found[key] = None if done.returncode else float(done.stdout.split()[-1])


if __name__ == "__main__":
    draws = {"type": int, "default": 1_000_000, "help": "draws of the first case"}
    no_peers = {"action": "store_true", "help": "leave the other packages out"}
    with benchmark(__doc__, LIMITS, draws=draws, no_peers=no_peers) as (arguments, found):
        found["draws"] = arguments.draws
        trees = {
            "arithmetic": ("arithmetic", None),
            "geometric": ("geometric", None),
            "mixed": ("geometric", "arithmetic"),
        }
        for name, (outer, inner) in trees.items():
            draws = arguments.draws // 10 if name == "mixed" else arguments.draws
            found[f"{name}_draws_per_cpu_second"] = rates(*prepared(142, (40, 10, 3), outer, inner), draws)[0]
        found["draws_per_cpu_second"] = ours = found["arithmetic_draws_per_cpu_second"]
        groups = [np.arange(40) * 10 // 40, np.arange(10) % 3, np.zeros(3, dtype=int)]
        found["plain_numpy_draws_per_cpu_second"] = plain_numpy(
            arguments.draws // 10, np.random.default_rng(1).uniform(size=(1, 40, 142)), groups
        )
        global_case(found, arguments.draws // 4)
        uncertainties_case(found, arguments.draws // 100)
        rate, _ = rates(*prepared(1860, (12, 4, 2), "geometric"), arguments.draws // 50, rounds=1)
        found["seconds_for_100000_draws_of_1860_units"] = 100_000 / rate
        large = prepared(100_000, (12, 4, 2), "geometric")
        found["draws_per_cpu_second_of_100000_units"] = rates(*large, 400, rounds=1)[0]
        found["peak_memory_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if not arguments.no_peers:
            peers(found)
        for name, value in found.items():
            is_peer = any(name.startswith(peer.replace("-", "_")) for peer in (*PEERS, "coinr"))
            text = "not to be had" if value is None else f"{value:,.1f}"
            print(f"{name:<55} {text:>16}" + (f"   1 : {ours / value:,.0f}" if is_peer and value else ""))
