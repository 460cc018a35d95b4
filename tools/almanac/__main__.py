"""Builds the almanac's tables from raw lists: `python -m tools.almanac`."""

import argparse
import sys
from pathlib import Path

from tools.almanac import air, companies, inhabitants, outcomes, patents, research, spending, universities
from tools.almanac.sources import Gazetteer, Institutions, Sources
from tools.raw import REFERENCE, ROOT
from tools.vintage.decisions import unsettled
from tools.vintage.judging import Hubs, judge
from tools.vintage.writing import files_of

HERE = Path(__file__).resolve().parent
#: The year up to which values are judged.
NOW = 2026
BUILDERS = (
    *(universities.universities, universities.university_papers, universities.highly_cited),
    *(research.works, research.robotics_papers, research.conferences, research.facilities),
    *(patents.patents, companies.unicorns, research.laureates),
    *(companies.listed_companies, air.connectivity, inhabitants.inhabitants),
    *(outcomes.economy, outcomes.nature_index, outcomes.cloud_regions),
    *(universities.leading_universities, universities.students),
    spending.research_spending,
)


def main() -> int:
    """Build every table; 1 where a finding is unsigned (nothing is written), 4 if there are no raw tables."""
    parser = argparse.ArgumentParser(prog="tools.almanac", description="Build the almanac's tables from raw lists.")
    parser.add_argument("--raw", type=Path, default=REFERENCE / "almanac", help="folder of the raw tables")
    parser.add_argument("--more", type=Path, default=None, help="folder of the further tables; `more` beside --raw")
    parser.add_argument("--output", type=Path, default=ROOT / "plugins/almanac/src/hubrank_almanac/data")
    parser.add_argument("--units", type=Path, default=ROOT / "scenarios/src/hubrank_scenarios/units")
    parser.add_argument("--decisions", type=Path, default=HERE / "decisions.toml", help="what was decided by hand")
    parser.add_argument("--findings", action="store_true", help="print all that the judge finds")
    parser.add_argument("--lost", action="store_true", help="print what has no place")
    arguments = parser.parse_args()
    if not (arguments.raw / "SOURCES.md").exists():
        sys.stderr.write(f"{arguments.raw}: no raw tables; name their folder with --raw\n")
        return 4
    more = arguments.more or arguments.raw.parent / "more"
    gazetteer = Gazetteer(arguments.raw)
    since = arguments.raw.parent / "since-2019"
    sources = Sources(arguments.raw, more, since, gazetteer, Institutions(arguments.raw, gazetteer))
    tables = []
    for builder in BUILDERS:
        gazetteer.table = builder.__name__
        tables.append(builder(sources))
    hubs = Hubs(arguments.units)
    by_name, by_hand = {table.name: table for table in tables}, sources.institutions.by_hand
    findings = judge(by_name, hubs, names=gazetteer, by_hand=by_hand, now=NOW)
    if arguments.findings:
        sys.stdout.writelines(f"{found.id}: {found.text}\n" for found in findings)
    if lines := unsettled(findings, arguments.decisions):
        sys.stderr.write("\n".join(lines) + f"\n{len(lines)} to decide in {arguments.decisions.name}\n")
        return 1
    origins = (HERE / "origins.toml").read_text(encoding="utf-8")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(tables, origins, hubs, NOW).items():
        part = arguments.output / f"{name}.part"
        part.write_bytes(content)
        part.replace(arguments.output / name)
    if arguments.lost:
        for table in tables:
            for account in table.accounts:
                sys.stdout.write(f"{account.table}, {account.input}: {'; '.join(account.lost) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
