"""Rankings of many units on the command line: `python3 run.py python benchmarks/size.py --json`.

33,755 and 100,000 units x 40 indicators of one edition from Parquet, and `--editions 5` for a panel: `hubrank rank
--output`, `hubrank robustness --output` with 1,000 draws, `hubrank compare` with a run folder, and `hubrank report`.
Beside them polars reads the same file and sorts it by a column, with one thread. Values are CPU seconds and the peak
of memory of each process; every command starts with an empty cache.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from surroundings import benchmark, lay_out, program

SIZES = 40, 0, 4
#: The most that commands may take.
LIMITS = {"rank_100000_peak_gb": 1.0, "robustness_33755_cpu_seconds": 60, "robustness_33755_peak_gb": 1.5}
POLARS = """
import sys, polars
path = sys.argv[1]
read = polars.read_parquet if path.endswith("parquet") else polars.read_csv
read(path).sort("i00", descending=True)
"""
CHILD = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=2).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def measured(words, folder):
    """The CPU seconds and the peak in GB of a process; None if it failed."""
    with tempfile.TemporaryDirectory() as cache:
        variables = {**os.environ, "HUBRANK_CACHE": cache, "POLARS_MAX_THREADS": "1"}
        words = [sys.executable, "-c", CHILD, *map(str, words)]
        done = subprocess.run(words, check=False, cwd=folder, env=variables, capture_output=True, text=True)
    code, seconds, kilobytes = done.stdout.split()
    if int(code):
        print(done.stderr[-500:], file=sys.stderr)
        return None
    return float(seconds), float(kilobytes) / 1e6


def cases(folder, kind):
    """Each command with its words."""
    hubrank = program("hubrank")
    yield "rank", [hubrank, "rank", "scenario.toml", "--output", "run"]
    yield "compare", [hubrank, "compare", "scenario.toml", "run"]
    yield "robustness", [hubrank, "robustness", "doubts.toml", "--output", "robust", "--cores", "1"]
    yield "report", [hubrank, "report", "run", "--output", "page.html"]
    if uv := program("uv"):
        alone = [uv, "run", "--quiet", "--no-project", "--with", "polars", "python", "-c"]
        subprocess.run([*alone, "import polars"], check=False, cwd=folder, capture_output=True)
        yield "polars", [*alone, POLARS, folder / f"figures.{kind}"]


if __name__ == "__main__":
    units = {"type": int, "nargs": "+", "default": [33_755, 100_000]}
    kind = {"choices": ["parquet", "csv"], "default": "parquet"}
    only = {"nargs": "+", "help": "only these commands"}
    with benchmark(__doc__, LIMITS, units=units, editions=1, kind=kind, only=only) as (arguments, found):
        found |= {"indicators": SIZES[0], "editions": arguments.editions}
        for units in arguments.units:
            with tempfile.TemporaryDirectory() as name:
                folder, editions = Path(name), range(2020, 2020 + arguments.editions)
                lay_out(folder, units, SIZES, editions=editions, kind=arguments.kind)
                doubts = 'extends = "scenario.toml"\nrobustness = { weight_uncertainty = 0.25, draws = 1000 }\n'
                (folder / "doubts.toml").write_text(doubts)
                for case, words in cases(folder, arguments.kind):
                    if arguments.only and case not in arguments.only:
                        continue
                    used = measured(words, folder)
                    found[f"{case}_{units}_cpu_seconds"], found[f"{case}_{units}_peak_gb"] = used or (None, None)
                    message = f"{used[0]:8.2f} CPU s {used[1]:6.2f} GB" if used else "failed"
                    print(f"{case:<12}{units:>9,} units  {message}")
