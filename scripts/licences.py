"""The licence of everything that the members need, and a bill of materials.

`python3 run.py python scripts/licences.py` prints one line per distribution, and rejects those not in `ALLOWED`, since
no one has reviewed them. `--bill FILE` also writes all as CycloneDX, with versions, hashes and licences.
"""

import argparse
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
#: Allowed licences: they only ask users to keep notices, or are of a separate library (LGPL).
ALLOWED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC"),
    *("LGPL-2.1-only", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"),
}
#: The texts of distributions without an expression.
MEANS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache Software License; BSD License": "Apache-2.0 OR BSD-3-Clause",  # python-dateutil: either
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
#: The licence of distributions that give its whole text instead of a name.
READ = {"scikit-criteria": "BSD-3-Clause"}


def needed() -> set[str]:
    """The names of the requirements of the installed members, their extras and their own requirements."""
    members = [item.name for item in importlib.metadata.distributions() if item.name.split("-")[0] == "hubrank"]
    open_ = [Requirement(name) for name in members if name != "hubrank-stranger"]
    found: dict[str, set[str]] = {}
    while open_:
        wanted = open_.pop()
        name = canonicalize_name(wanted.name)
        distribution = importlib.metadata.distribution(name)
        member = name.split("-")[0] == "hubrank"
        extras = {"", *wanted.extras, *(distribution.metadata.get_all("Provides-Extra", []) if member else ())}
        if extras <= found.get(name, set()):
            continue
        found[name] = found.get(name, set()) | extras
        asked = [Requirement(item) for item in distribution.requires or ()]
        open_ += [item for item in asked if not item.marker or any(item.marker.evaluate({"extra": e}) for e in extras)]
    return {name for name in found if name.split("-")[0] != "hubrank"}


def licences(names: set[str]) -> dict[str, tuple[str, str]]:
    """Version and licence of each, in the order of their names; a licence as an expression where it is known."""
    words = [str(Path(sys.executable).parent / "pip-licenses"), "--from=mixed", "--format=json", "--with-system"]
    message = json.loads(subprocess.run(words, capture_output=True, encoding="utf-8", check=True).stdout)
    found = {canonicalize_name(item["Name"]): (item["Version"], item["License"].strip()) for item in message}
    return {
        name: (found[name][0], READ.get(name) or MEANS.get(found[name][1]) or found[name][1]) for name in sorted(names)
    }


def allowed(licence: str) -> bool:
    """Whether an expression is one that may be needed: each part of it, or one of those to choose from."""
    parts = licence.replace("(", "").replace(")", "").split(" AND ")
    return all(any(choice in ALLOWED for choice in part.split(" OR ")) for part in parts)


def bill(found: dict[str, tuple[str, str]]) -> str:
    """The requirements of the members as CycloneDX, by uv, with the licences that it does not know."""
    what = ["--format=cyclonedx1.5", "--all-packages", "--all-extras", "--no-default-groups"]
    words = ["uv", "export", "--quiet", *what]
    result = json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout)
    for component in result["components"]:
        if component["name"] in found:
            component["licenses"] = [{"expression": found[component["name"]][1]}]
    return json.dumps(result, indent=2) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="the licence of everything that the members need")
    parser.add_argument("--bill", type=Path, metavar="FILE", help="write a bill of materials (CycloneDX) there")
    options = parser.parse_args()
    found = licences(needed())
    for name, (version, licence) in found.items():
        print(f"{name} {version}: {licence}")
    if options.bill:
        options.bill.write_text(bill(found), encoding="utf-8")
    refused = [f"{name}: {licence.splitlines()[0]}" for name, (_, licence) in found.items() if not allowed(licence)]
    if refused:
        print("\nnot allowed, or not known:", *refused, sep="\n  ", file=sys.stderr)
    sys.exit(1 if refused else 0)
