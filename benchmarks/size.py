"""Rankings of many units on the command line: `python3 run.py python benchmarks/size.py --json`.

33,755 and 100,000 units x 40 indicators of one edition from Parquet, and `--editions 5` for a panel: `hubrank rank
--output`, `hubrank robustness --output` with 1,000 draws, `hubrank compare` with a run folder, and `hubrank report`.
Beside them polars reads the same file and sorts it by a column, with one thread. Figures are CPU seconds and the peak
of memory of each process; every command starts with an empty cache.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import tomli_w
from surroundings import conclude, machine, parser, uv

INDICATORS, DIMENSIONS = 40, 4
#: The most that commands may take.
LIMITS = {
    "rank_100000_peak_gb": 1.0,
    "robustness_33755_cpu_seconds": 60,
    "robustness_33755_peak_gb": 1.5,
}
POLARS = """
import sys, polars
path = sys.argv[1]
read = polars.read_parquet if path.endswith("parquet") else polars.read_csv
read(path).sort("i0", descending=True)
"""


def prepare(folder, units, editions, kind):
    """A scenario of random figures and its file."""
    rng = np.random.default_rng(1)
    codes = np.array([f"u{at:06d}" for at in range(units)])
    years = list(range(2020, 2020 + editions))
    columns = {"unit": np.tile(codes, editions), "year": np.repeat(years, units)}
    columns |= {f"i{at}": rng.lognormal(size=units * editions).round(6) for at in range(INDICATORS)}
    write = pq.write_table if kind == "parquet" else pc.write_csv
    write(pa.table(columns), folder / f"figures.{kind}")
    pc.write_csv(pa.table({"unit": codes, "name": codes}), folder / "units.csv")
    table = {
        "title": "Random figures",
        "editions": years,
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": f"figures.{kind}"}}},
        "dimensions": {f"d{at}": {} for at in range(DIMENSIONS)},
        "indicators": {
            f"i{at}": {"indicator": "value", "dimension": f"d{at % DIMENSIONS}"} for at in range(INDICATORS)
        },
        "normalisation": {"method": "min-max", "range": [1, 100]},
        "aggregation": {"method": "arithmetic"},
    }
    (folder / "plain.toml").write_bytes(tomli_w.dumps(table).encode())
    doubts = {"robustness": {"weight_uncertainty": 0.25, "draws": 1000}}
    (folder / "doubts.toml").write_bytes(tomli_w.dumps(table | doubts).encode())


def measured(words, folder, **variables):
    """The CPU seconds and the peak in GB of a process; none where it failed."""
    child = (
        "import os, resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stdout=2).returncode; "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as cache:
        variables = {**os.environ, "HUBRANK_CACHE": cache, **variables}
        words = [sys.executable, "-c", child, *map(str, words)]
        done = subprocess.run(words, check=False, cwd=folder, env=variables, capture_output=True, text=True)
    code, seconds, kilobytes = done.stdout.split()
    if int(code):
        print(done.stderr[-500:], file=sys.stderr)
        return None
    return float(seconds), float(kilobytes) / 1e6


def cases(folder, kind):
    """Each command with its words."""
    hubrank = shutil.which("hubrank", path=str(Path(sys.executable).parent))
    program = uv()
    yield "rank", [hubrank, "rank", "plain.toml", "--output", "run"]
    yield "compare", [hubrank, "compare", "plain.toml", "run"]
    yield "robustness", [hubrank, "robustness", "doubts.toml", "--output", "robust", "--cores", "1"]
    yield "report", [hubrank, "report", "run", "--output", "page.html"]
    if program is not None:
        alone = [program, "run", "--quiet", "--no-project", "--with", "polars", "python", "-c"]
        subprocess.run([*alone, "import polars"], check=False, cwd=folder, capture_output=True)
        yield "polars", [*alone, POLARS, folder / f"figures.{kind}"]


def main():
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--units", type=int, nargs="+", default=[33_755, 100_000])
    options.add_argument("--editions", type=int, default=1)
    options.add_argument("--kind", choices=["parquet", "csv"], default="parquet")
    options.add_argument("--only", nargs="+", help="only these commands")
    arguments = options.parse_args()
    ran_on = machine()
    found = {"indicators": INDICATORS, "editions": arguments.editions}
    for units in arguments.units:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            prepare(folder, units, arguments.editions, arguments.kind)
            for case, words in cases(folder, arguments.kind):
                if arguments.only and case not in arguments.only:
                    continue
                used = measured(words, folder, POLARS_MAX_THREADS="1")
                found[f"{case}_{units}_cpu_seconds"], found[f"{case}_{units}_peak_gb"] = used or (None, None)
                print(
                    f"{case:<12}{units:>9,} units  "
                    + ("failed" if used is None else f"{used[0]:8.2f} CPU s {used[1]:6.2f} GB")
                )
    conclude(found, ran_on, LIMITS, as_json=arguments.json)


if __name__ == "__main__":
    main()
