"""Every claim with a probability, held against simulations: all of `benchmarks/coverage_*.py`, one after the other.

`python3 run.py python benchmarks/coverage.py [PART ...]` prints their tables; a part is the name behind `coverage_`.
All are seeded. Alone, most take options: how often to simulate, how many draws.
"""

import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    scripts = {
        path.stem.removeprefix("coverage_"): path for path in sorted(Path(__file__).parent.glob("coverage_*.py"))
    }
    if unknown := [name for name in sys.argv[1:] if name not in scripts]:
        sys.exit(f"there is no part {', '.join(unknown)}; there are {', '.join(scripts)}")
    for part in sys.argv[1:] or scripts:
        started = time.perf_counter()
        print(f"== {part}", flush=True)
        if code := subprocess.run([sys.executable, scripts[part]], check=False).returncode:
            sys.exit(code)
        print(f"({time.perf_counter() - started:.0f} s)\n", flush=True)
