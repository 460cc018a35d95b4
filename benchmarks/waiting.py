"""What a user waits for, each figure beside its peer where there is one: `python3 run.py python benchmarks/waiting.py`.

Commands of the installed scenario `global`; one weight of it changed in Python, and a thousand at once; frames; draws
of many units; composing; counting; a run of a million units, and what is asked of it; the size of an installation.
Values are CPU seconds of the least of some runs, gigabytes of memory, megabytes of an installation, and ratios to the
peer in the same run. Results are compared with the peer's, or with the same computed anew: a difference ends the run.
"""

import itertools
import sys
import tempfile
from pathlib import Path

import compose
import hubrank
import install
import numpy as np
import pandas as pd
import records
import robustness
import size
import startup
from surroundings import benchmark, lay_out, program

#: The most that each may be.
LIMITS = {
    **startup.LIMITS,
    **install.LIMITS,
    "weights_cpu_seconds": 0.02,
    "weights_1000_draws_cpu_seconds": 0.08,
    "sweep_1000_cpu_seconds": 3,
    "sweep_ratio_to_numpy": 1,
    "frame_200_cpu_seconds": 0.2,
    "frame_2000_cpu_seconds": 0.5,
    "frame_35000_cpu_seconds": 2.5,
    "robustness_33755_cpu_seconds": 6,
    "robustness_33755_peak_gb": 1,
    "draws_ratio_to_numpy": 0.333,
    "compose_ratio_to_numpy": 2.5,
    "rows_ratio_to_duckdb": 1.2,
    "full_ratio_to_duckdb": 1.5,
    "fractional_ratio_to_duckdb": 1,
    "large_rank_cpu_seconds": 10,
    "large_explain_cpu_seconds": 2,
    "large_export_cpu_seconds": 4,
    "large_compare_cpu_seconds": 10,
}


def agree(what, ours, theirs, tolerance=0.0):
    """End the run if two results differ by more than a share of the peer's."""
    if not np.allclose(ours, theirs, rtol=tolerance, atol=0, equal_nan=True):
        sys.exit(f"{what}: the results differ")


def used_by(folder, few, *words):
    """The CPU seconds of a command of hubrank, with an empty cache each time, and its peak in GB."""
    used = [size.measured([program("hubrank"), *words], folder) for _ in range(1 if few else 3)]
    if not all(used):
        sys.exit(f"hubrank {' '.join(words)} failed")
    return min(seconds for seconds, _ in used), max(peak for _, peak in used)


def starts(folder, few):
    """Commands as whole processes, after one that fills the cache."""
    for name in ("list", "help", "rank"):  # the index of parts is made by the first
        ((_clock, used),) = startup.best_of([program("hubrank")], startup.COMMANDS[name], 1 if few else 5, str(folder))
        yield f"{name}_cpu_seconds", used


def weights(_folder, few):
    """One weight of `global`, another in each run: scores and ranks alone, and with 1,000 draws."""
    ranked = hubrank.rank("global", draws=1000)
    changes = ({"research": weight} for weight in itertools.count(2))
    runs = 1 if few else 5
    alone, seconds = compose.timed(lambda: ranked.with_(weights=next(changes), ranges=False), runs=runs)
    yield "weights_cpu_seconds", seconds
    anew = hubrank.rank("global", weights={"research": 1 + runs}, ranges=False)
    agree("weights", alone.scores, anew.scores)
    drawn, seconds = compose.timed(lambda: ranked.with_(weights=next(changes), draws=1000), runs=runs)
    yield "weights_1000_draws_cpu_seconds", seconds
    anew = hubrank.rank("global", weights={"research": 1 + 2 * runs}, draws=1000)
    agree("weights with draws", drawn.table()[["score", "low", "high"]], anew.table()[["score", "low", "high"]])


def plain_sweep(ranking, sets):
    """The table of a sweep by a dozen lines of NumPy: means of members that are there, in two levels; ranks."""
    (*dimensions, root) = ranking.plan.tree
    means = []
    for node in dimensions:
        members = ranking.nodes[node.name].members.reshape(-1, len(node.members))
        there, given = ~np.isnan(members), sets[[member.name for member in node.members]].to_numpy().T
        enough = node.missing.enough(there.sum(axis=1), len(node.members))
        with np.errstate(invalid="ignore"):
            means.append(np.where(enough[:, None], np.nan_to_num(members) @ given / (there @ given), np.nan))
    there, given = ~np.isnan(means), sets[[node.name for node in dimensions]].to_numpy().T[:, None]
    with np.errstate(invalid="ignore"):
        scores = (np.nan_to_num(means) * given).sum(axis=0) / (there * given).sum(axis=0)
    scores[~root.missing.enough(there.sum(axis=0), len(dimensions))] = np.nan
    scores = scores.T.reshape(len(sets), *ranking.scores.shape)
    order = np.argsort(-scores, axis=-1)
    columns = np.broadcast_arrays(
        np.array(sets.index)[:, None, None],
        np.array(ranking.editions)[:, None],
        np.array(ranking.codes)[order],
        np.arange(1.0, scores.shape[-1] + 1),
        np.take_along_axis(scores, order, axis=-1),
    )
    names = ("set", "edition", "unit", "rank", "score")
    return pd.DataFrame({name: item.ravel() for name, item in zip(names, columns, strict=True)}).dropna()


def sweeps(folder, few):
    """`global` under 1,000 sets of weights: as a command that writes a CSV, and in Python beside NumPy."""
    ranked, number = hubrank.rank("global", ranges=False), 10 if few else 1000
    members = [member.name for node in ranked.ranking.plan.tree for member in node.members]
    drawn = np.random.default_rng(1).uniform(0.5, 1.5, (number, len(members))).round(6)
    sets = pd.DataFrame(drawn, columns=members, index=pd.Index([f"s{at:04}" for at in range(number)], name="set"))
    sets.to_csv(folder / "weights.csv")
    words = ["sweep", "global", str(folder / "weights.csv"), "--output", str(folder / "swept.csv")]
    ((_clock, seconds),) = startup.best_of([program("hubrank")], words, 1 if few else 3, str(folder / "cache"))
    yield f"sweep_{number}_cpu_seconds", seconds
    ours, seconds = compose.timed(lambda: ranked.sweep(sets.reset_index()).table(), runs=1 if few else 3)
    theirs, plain_seconds = compose.timed(plain_sweep, ranked.ranking, sets, runs=1 if few else 3)
    yield "sweep_numpy_cpu_seconds", plain_seconds
    yield "sweep_ratio_to_numpy", seconds / plain_seconds
    for found in (ours, pd.read_csv(folder / "swept.csv")):
        both = found.merge(theirs, on=["set", "edition", "unit"], how="outer", suffixes=("", "_there"))
        agree("sweep", both[["score", "rank"]], both[["score_there", "rank_there"]], 1e-12)


def frames(_folder, few):
    """Made frames, ranked with ranges as a user who gives a frame and nothing else gets them."""
    rng = np.random.default_rng(1)
    for many, indicators in ((200, 10), (2_000, 20), (35_000, 20)):
        units = many // 10 if few else many
        frame = pd.DataFrame(rng.lognormal(size=(units, indicators)).round(6)).add_prefix("i")
        frame.insert(0, "unit", [f"u{at:06}" for at in range(units)])
        ranked, seconds = compose.timed(hubrank.rank, frame, runs=1 if few else 3)
        yield f"frame_{units}_cpu_seconds", seconds
        agree("frame", ranked.scores, hubrank.rank(frame, ranges=False).scores)


def draws_of_a_run(folder, few):
    """`robustness` of a file with 1,000 draws."""
    units = 500 if few else 33_755
    lay_out(folder, units, size.SIZES, kind="parquet", robustness={"weight_uncertainty": 0.25, "draws": 1000})
    seconds, peak = used_by(
        folder, few, "robustness", "scenario.toml", "--output", "robust", "--cores", "1", "--time-limit", "0"
    )
    yield f"robustness_{units}_cpu_seconds", seconds
    yield f"robustness_{units}_peak_gb", peak
    used_by(folder, True, "rank", "scenario.toml", "--output", "run")
    ours, anew = (pd.read_csv(folder / name / "ranking.csv")["score"] for name in ("robust", "run"))
    agree("robustness", ours, anew)


def plain_ranges(draws, table, groups):
    """The ends of the middle 90 % of each unit's ranks in draws, by a dozen lines of NumPy."""
    rng = np.random.default_rng(1)
    ranks = np.empty((draws, table.shape[1]), dtype=np.int32)
    for at, weights in enumerate(robustness.drawn_weights(rng, draws, groups)):
        ranks[at, np.argsort(-(weights @ table))] = np.arange(1, table.shape[1] + 1)
    return np.quantile(ranks, [0.05, 0.95], axis=0, method="inverted_cdf")


def draws_of_many(_folder, few):
    """Draws of the weights of 100,000 units."""
    units, draws = (1_000, 64) if few else (100_000, 400)
    plan, measurement = robustness.prepared(units, (12, 4, 2), "arithmetic")
    ranking = robustness.compose(plan, measurement)
    table = np.ascontiguousarray(ranking.normalised[0].T)
    agree("draws", ranking.scores[0], table.mean(axis=0), 1e-12)
    groups = [np.arange(12) // 3, np.arange(4) % 2, np.zeros(2, dtype=int)]
    _, seconds = compose.timed(plain_ranges, draws, table, groups, runs=1)
    rate, _wall = robustness.rates(plan, measurement, draws, rounds=1)
    yield "draws_per_cpu_second", rate
    yield "draws_numpy_per_cpu_second", draws / seconds
    yield "draws_ratio_to_numpy", draws / rate / seconds


def composing(_folder, few):
    """Composing 100,000 units x 40 indicators x 5 editions."""
    found = compose.composing(1_000 if few else 100_000, 5)
    yield "compose_cpu_seconds", found["compose_seconds"]
    yield "compose_numpy_cpu_seconds", found["numpy_seconds"]
    yield "compose_ratio_to_numpy", found["ratio_to_numpy"]


def counting(folder, few):
    """Rows of 100 million, and records of 10 million rows in full and fractionally."""
    for name, count, many in (
        ("rows", "rows", 100_000_000),
        ("full", "full", 10_000_000),
        ("fractional", "fractional-institution", 10_000_000),
    ):
        rows = 10_000 if few else many
        (place := folder / name).mkdir()
        records.make(place, rows, "codes", count)
        found = records.compared(place, rows, 1 if few else 3, "codes", count)
        yield f"{name}_cpu_seconds", found["hubrank_duckdb_cpu_seconds"]
        yield f"{name}_duckdb_cpu_seconds", found["duckdb_cpu_seconds"]
        yield f"{name}_ratio_to_duckdb", found["ratio_to_duckdb"]


def large(folder, few):
    """A run of 1,000,000 units x 10 indicators, and what is asked of it."""
    lay_out(folder, 5_000 if few else 1_000_000, (10, 0, 2), kind="parquet")
    commands = {
        "rank": ("rank", "scenario.toml", "--output", "run"),
        "explain": ("explain", "run", "u000001"),
        "export": ("export", "run", "--output", "run.parquet"),
        "compare": ("compare", "run", "run"),
    }
    for name, words in commands.items():
        seconds, peak = used_by(folder, few, *words)
        yield f"large_{name}_cpu_seconds", seconds
        yield f"large_{name}_peak_gb", peak
    figures = pd.read_parquet(folder / "figures.parquet").set_index("unit").drop(columns="year")
    normalised = 1 + 99 * (figures - figures.min()) / (figures.max() - figures.min())
    ours = pd.read_parquet(folder / "run.parquet").set_index("unit")["score"]
    agree("large", ours, normalised.mean(axis=1).reindex(ours.index), 1e-12)


def installing(folder, _few):
    """The megabytes and packages of an installation."""
    return install.installing(install.WANTED, folder)


FIGURES = {
    "starts": starts,
    "weights": weights,
    "sweep": sweeps,
    "frames": frames,
    "robustness": draws_of_a_run,
    "draws": draws_of_many,
    "compose": composing,
    "records": counting,
    "large": large,
    "install": installing,
}

if __name__ == "__main__":
    only = {"nargs": "+", "choices": list(FIGURES), "help": "only these"}
    quick = {"action": "store_true", "help": "a size at which values mean nothing, without install"}
    with benchmark(__doc__, LIMITS, only=only, quick=quick) as (asked, figures):
        for name in asked.only or [item for item in FIGURES if not (asked.quick and item == "install")]:
            with tempfile.TemporaryDirectory() as folder:
                for figure, value in FIGURES[name](Path(folder), asked.quick):
                    figures[figure] = round(value, 3)
                    print(f"{figure:<34} {value:>10,.3f}", flush=True)
