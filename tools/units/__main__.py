"""Builds the unit sets from GeoNames, the United Nations' list, ISO 3166-1 and the TOML files here.

Run it as `python -m tools.units [--raw DIR] [--output DIR]`.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tools.units import sets

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))


def main() -> int:
    """Reads the raw tables, builds the three sets, and writes them where every name means one unit."""
    parser = argparse.ArgumentParser(prog="tools.units", description="build the unit sets")
    parser.add_argument("--raw", type=Path, default=REFERENCE / "almanac", help="folder of the raw tables")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "scenarios/src/hubrank_scenarios/units", help="folder to write"
    )
    options = parser.parse_args()
    if not (options.raw / "gazetteer").is_dir():
        parser.error(f"--raw: {options.raw}: has no folder 'gazetteer'")

    cities = sets.read_cities(options.raw)
    regions = sets.read_regions()
    nations = sets.countries(sets.read_toml("countries.toml"), cities, sets.read_capitals(options.raw), regions)
    result = [
        sets.hubs(sets.read_toml("hubs.toml"), cities, regions),
        sets.agglomerations(
            sets.read_csv(options.raw / "gazetteer/un_wup2018_urban_agglomerations_over_300k.csv"),
            sets.read_toml("agglomerations.toml"),
            cities,
            regions,
            {unit["unit"]: unit["name"] for unit in nations.units},
        ),
        nations,
    ]
    problems = [problem for unit_set in result for problem in unit_set.problems()]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    for unit_set in result:
        unit_set.write(options.output)
        print(f"{unit_set.name}: {len(unit_set.units)} units, {len(unit_set.places)} places")
    return 0


if __name__ == "__main__":
    sys.exit(main())
