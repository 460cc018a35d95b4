"""What an installation takes on the disk, in packages and megabytes beyond Python: the core alone, by extra, and all.

`python3 run.py python benchmarks/install.py --json` builds the wheels and installs them, and what they require, into a
fresh environment each, compiled as pip does.
"""

import os
import subprocess
import tempfile
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from surroundings import ROOT, benchmark, program

#: What is installed, by name.
WANTED = {
    "core": ["hubrank"],
    "start_report": ["hubrank-start", "hubrank-output"],
}
#: The most that an installation may take.
LIMITS = {"core_mb": 220, "core_packages": 16, "start_report_mb": 330}


def extras():
    """The core with each of its extras."""
    project = tomllib.loads((ROOT / "core" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name: [f"hubrank[{name}]"] for name in project["optional-dependencies"]}


def installing(wanted, folder):
    """The figures of requirements by name, from wheels that are built for it."""
    build = [program("uv"), "build", "--quiet", "--all-packages", "--wheel", "--out-dir", folder / "wheels"]
    subprocess.run(build, check=True, cwd=ROOT)
    for name, requirements in wanted.items():
        size, packages = installed(requirements, folder / "wheels", folder)
        yield f"{name}_mb", size
        yield f"{name}_packages", packages


def installed(wanted, wheels, folder):
    """The megabytes and the number of packages that a fresh environment has of some requirements."""
    uv, place = program("uv"), folder / "venv"
    subprocess.run([uv, "venv", "--quiet", "--clear", "--no-project", place], check=True)
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--find-links", wheels]
    subprocess.run([*install, "--python", place, *wanted], check=True)
    (site,) = place.glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file() and not path.is_symlink())
    return round(size / 1e6), len(list(distributions(path=[str(site)])))


if __name__ == "__main__":
    with benchmark(__doc__, LIMITS) as (_, figures), tempfile.TemporaryDirectory() as folder:
        for figure, value in installing(WANTED | extras(), Path(folder)):
            figures[figure] = value
            print(f"{figure:<28}{value:>6,}", flush=True)
