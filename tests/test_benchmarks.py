"""The README's benchmarks run as they stand, here at a size at which their figures mean nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = {
    "compose.py": ("--units", "300", "--editions", "1"),
    "robustness.py": ("--draws", "4096", "--no-peers"),
    "startup.py": ("--runs", "1"),
}


@pytest.mark.long
@pytest.mark.parametrize("script", SMALL)
def test_benchmark_prints_its_figures(script):
    """The last line is an object of figures, each a number or a group of numbers."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / script), "--json", *SMALL[script]],
        env={**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures
    assert all(isinstance(each, int | float | dict) for each in figures.values())
