"""Builds the almanac's tables from raw lists: `python -m tools.almanac`."""

import argparse
import os
import sys
from pathlib import Path

from tools.almanac import (
    computing_papers,
    conferences,
    connectivity,
    economy,
    facilities,
    global_2000,
    highly_cited,
    large_companies,
    laureates,
    patents,
    population,
    unicorns,
    universities,
    works,
)
from tools.almanac.gazetteer import Gazetteer
from tools.almanac.institutions import Institutions
from tools.almanac.sources import Sources
from tools.vintage.judging.decisions import unsettled
from tools.vintage.judging.hubs import Hubs
from tools.vintage.judging.judge import judge
from tools.vintage.rows import Table
from tools.vintage.writing import files_of

HERE = Path(__file__).resolve().parent
#: The year up to which figures are judged.
NOW = 2026
BUILDERS = (
    universities,
    works,
    computing_papers,
    conferences,
    facilities,
    patents,
    unicorns,
    laureates,
    highly_cited,
    large_companies,
    global_2000,
    connectivity,
    economy,
    population,
)


def main() -> int:
    """Build every table.

    Returns:
        0; 1 where a finding is unsigned, then nothing is written; 4 where there are no raw tables.
    """
    arguments = _arguments()
    if not (arguments.raw / "SOURCES.md").exists():
        sys.stderr.write(f"{arguments.raw}: no raw tables; name their folder with --raw\n")
        return 4
    gazetteer = Gazetteer(arguments.raw)
    sources = Sources(arguments.raw, arguments.more, gazetteer, Institutions(arguments.raw, gazetteer))
    tables = []
    for builder in BUILDERS:
        gazetteer.table = builder.__name__.rpartition(".")[2]
        tables.append(builder.build(sources))
    hubs = Hubs(arguments.units)
    findings = judge(
        {table.name: table for table in tables},
        hubs,
        names=gazetteer,
        by_hand=sources.institutions.by_hand,
        now=NOW,
    )
    if arguments.findings:
        sys.stdout.writelines(f"{found.id}: {found.text}\n" for found in findings)
    if lines := unsettled(findings, arguments.decisions):
        sys.stderr.write("\n".join(lines) + f"\n{len(lines)} to decide in {arguments.decisions.name}\n")
        return 1
    origins = (HERE / "origins.toml").read_text(encoding="utf-8")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(tables, origins, hubs, NOW).items():
        _write_whole(arguments.output / name, content)
    if arguments.lost:
        _print_lost(tables)
    return 0


def _arguments() -> argparse.Namespace:
    project = HERE.parents[1]
    reference = Path(os.environ.get("HUBRANK_REFERENCE", project.parent / "shared/data"))
    parser = argparse.ArgumentParser(prog="tools.almanac", description="Build the almanac's tables from raw lists.")
    parser.add_argument("--raw", type=Path, default=reference / "almanac", help="folder of the raw tables")
    parser.add_argument("--more", type=Path, default=None, help="folder of the further tables; `more` beside --raw")
    parser.add_argument("--output", type=Path, default=project / "plugins/almanac/src/hubrank_almanac/data")
    parser.add_argument("--units", type=Path, default=project / "scenarios/src/hubrank_scenarios/units")
    parser.add_argument("--decisions", type=Path, default=HERE / "decisions.toml", help="what was decided by hand")
    parser.add_argument("--findings", action="store_true", help="print all that the judge finds")
    parser.add_argument("--lost", action="store_true", help="print what has no place")
    arguments = parser.parse_args()
    arguments.more = arguments.more or arguments.raw.parent / "more"
    return arguments


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    temporary.replace(path)


def _print_lost(tables: list[Table]) -> None:
    for table in tables:
        for account in table.accounts:
            sys.stdout.write(f"{account.table}, {account.input}: {'; '.join(account.lost) or 'none'}\n")


if __name__ == "__main__":
    sys.exit(main())
