"""Shared parts of benchmarks: scenarios of random values, and the facts reported with their numbers."""

import argparse
import contextlib
import datetime
import json
import os
import platform
import shutil
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import tomli_w

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "benchmarks" / "measured.toml"


@contextlib.contextmanager
def benchmark(text, limits=None, **options):
    """A benchmark's arguments and its values, to be filled; the machine and shares of limits are printed at the end.

    Options are defaults, or what argparse takes. A limit is of a cost the most that it may be, of a rate what the
    machine could do at best. With `--json` one JSON object of everything comes last; `--keep` writes the values into
    `measured.toml`, which the pages that quote them are tested by.
    """
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--keep", action="store_true", help="keep the figures in measured.toml, in place of older ones")
    for name, option in options.items():
        settings = option if isinstance(option, dict) else {"type": type(option), "default": option}
        parser.add_argument(f"--{name.replace('_', '-')}", **settings)
    arguments, ran_on, figures = parser.parse_args(), machine(), {}
    yield arguments, figures
    limits = {name: limit for name, limit in (limits or {}).items() if figures.get(name) is not None}
    shares = {name: round(figures[name] / limit, 3) for name, limit in limits.items()}
    for name, share in shares.items():
        print(f"{name}: {100 * share:.0f} % of {limits[name]:,}")
    print(f"on {ran_on['cpu']}, {ran_on['cores']} cores, load {ran_on['load_at_start']} at the start")
    if arguments.json:
        print(json.dumps({**figures, "share_of_limit": shares, "machine": ran_on}))
    if arguments.keep:
        text = MEASURED.read_text(encoding="utf-8")
        kept = tomllib.loads(text)
        known = {name: value for name, value in figures.items() if value is not None}
        kept |= {Path(sys.argv[0]).name: {"date": datetime.date.today(), "cpu": ran_on["cpu"], **known}}
        MEASURED.write_text(f"{text.splitlines()[0]}\n\n{tomli_w.dumps(kept)}", encoding="utf-8")


def lay_out(folder, units, sizes, *, editions=(2024,), kind="csv", gaps=0, places=False, inner=None, **settings):
    """Write a scenario of random values with its tables, and give its path.

    Sizes are of indicators, sub-dimensions (or 0) and dimensions; `kind` is `csv`, `parquet` or None if no values
    are needed; `gaps` the share that is missing; `inner` the aggregation of the lowest level, where it is another;
    `settings` stand over the scenario's own keys.
    """
    indicators, subs, dimensions = sizes
    rng = np.random.default_rng(1)
    names = [f"i{at:02}" for at in range(indicators)]
    codes = pd.Series([f"u{at:06}" for at in range(units)])
    if kind:
        figures = pd.DataFrame(rng.lognormal(size=(units * len(editions), indicators)).round(6), columns=names)
        figures = figures.mask(rng.random(figures.shape) < gaps) if gaps else figures
        figures.insert(0, "unit", np.tile(codes, len(editions)))
        figures.insert(1, "year", np.repeat(list(editions), units))
        write = figures.to_parquet if kind == "parquet" else figures.to_csv
        write(folder / f"figures.{kind}", index=False)
    frame = pd.DataFrame({"unit": codes, "name": codes})
    if places:
        frame["country"] = np.resize(["USA", "CHN"], units)
        frame["lat"], frame["lon"] = rng.uniform((-50, -170), (70, 170), (units, 2)).round(4).T
    frame.to_csv(folder / "units.csv", index=False)
    lowest = {"aggregation": {"method": inner}} if inner else {}
    dims = {f"d{at}": {} if subs else lowest for at in range(dimensions)}
    parents = [f"s{at * subs // indicators}" if subs else f"d{at % dimensions}" for at in range(indicators)]
    table = {
        "title": "Random figures",
        "editions": list(editions),
        "units": {"file": "units.csv"} | ({"within_km": 1} if places else {}),
        "inputs": {"values": {"source": "files", "options": {"file": f"figures.{kind or 'csv'}"}}},
        "dimensions": dims | {f"s{at}": {"parent": f"d{at % dimensions}"} | lowest for at in range(subs)},
        "indicators": {
            name: {"indicator": "value", "dimension": parent} for name, parent in zip(names, parents, strict=True)
        },
        "normalisation": {"method": "min-max", "range": [1, 100]},
        "aggregation": {"method": "arithmetic"},
    }
    path = folder / "scenario.toml"
    path.write_bytes(tomli_w.dumps(table | settings).encode())
    return path


def machine():
    """The processor's model, how many cores this process may use, and the load of the last minute, with no work yet."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = models[0] if models else platform.processor() or platform.machine()
    return {"cpu": cpu, "cores": cores, "load_at_start": load}


def program(name):
    """The path of a program, or of the uv that run.py has fetched; leaves if there is no `hubrank`."""
    local = ROOT / ".tool" / ("Scripts" if os.name == "nt" else "bin")
    result = shutil.which(name) or shutil.which(name, path=str(local))
    if result is None and name == "hubrank":
        raise SystemExit("hubrank is not on the PATH; start this with python3 run.py")
    return result
