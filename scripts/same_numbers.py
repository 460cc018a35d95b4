"""Compare every installed scenario's numbers with those of another commit, byte by byte.

`python3 run.py python scripts/same_numbers.py COMMIT` clones the commit into a temporary folder, ranks each scenario
that both have installed in both checkouts, and compares `ranking.csv` and `values.csv`. It prints a line a file, and
leaves with 1 where one differs.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
FILES = ("ranking.csv", "values.csv")


def main(commit: str) -> int:
    """Rank in both checkouts and compare."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "before"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(other)], check=True)
        subprocess.run(["git", "checkout", "-q", commit], cwd=other, check=True)
        names = sorted(set(installed(other)) & set(installed(ROOT)))
        differing = 0
        for name in names:
            before, now = (ranked(checkout, name, Path(folder)) for checkout in (other, ROOT))
            for file in FILES:
                said = difference(before / file, now / file)
                differing += bool(said)
                print(f"{name:<20} {file:<12} {said or 'the same bytes'}")
        print(f"{len(names)} scenarios, {len(names) * len(FILES)} files, {differing} differ from {commit}")
        return 1 if differing else 0


def installed(checkout: Path) -> list[str]:
    """The names of a checkout's scenarios."""
    return [line.split()[0] for line in hubrank(checkout, "list", "scenarios").splitlines() if line.strip()]


def ranked(checkout: Path, name: str, folder: Path) -> Path:
    """The run folder of a scenario."""
    output = folder / f"{checkout.name}-{name}"
    hubrank(checkout, "rank", name, "--output", str(output))
    return output


def hubrank(checkout: Path, *words: str) -> str:
    """What `hubrank` prints in a checkout, with nothing cached."""
    dropped = ("VIRTUAL_ENV", "PYTHONPATH")
    variables = {key: value for key, value in os.environ.items() if key not in dropped}
    command = [sys.executable, "run.py", "hubrank", *words]
    with tempfile.TemporaryDirectory() as cache:
        variables["HUBRANK_CACHE"] = cache
        return subprocess.run(command, cwd=checkout, env=variables, check=True, capture_output=True, text=True).stdout


def difference(before: Path, now: Path) -> str:
    """What differs, in a few words; nothing where the bytes are the same."""
    if before.read_bytes() == now.read_bytes():
        return ""
    old, new = (pd.read_csv(path, dtype=str, keep_default_na=False) for path in (before, now))
    if list(old) != list(new):
        gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        return f"columns: without {gone}, with {come}; the others {'differ' if rows(old, new) else 'are the same'}"
    return rows(old, new) or "other bytes, the same cells"


def rows(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """How many rows differ in the columns that both have."""
    common = [name for name in old if name in new]
    if len(old) != len(new):
        return f"{len(old)} rows before, {len(new)} now"
    differ = (old[common] != new[common]).any(axis="columns")
    return f"{int(differ.sum())} of {len(old)} rows differ" if differ.any() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
