"""Builds the almanac's tables from raw lists: `python plugins/almanac/builder`."""

import argparse
import csv
import io
import json
import os
import sys
from pathlib import Path

import computing_papers
import conferences
import connectivity
import economy
import facilities
import global_2000
import highly_cited
import large_companies
import laureates
import patents
import population
import unicorns
import universities
import works
from gazetteer import Gazetteer
from institutions import Institutions
from judging.decisions import unsettled
from judging.hubs import Hubs
from judging.judge import judge
from losses import losses
from rows import Account, Table, write_whole
from sources import Sources

HERE = Path(__file__).resolve().parent
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
        gazetteer.table = builder.__name__
        tables.append(builder.build(sources))
    hubs = Hubs(arguments.units)
    findings = judge({table.name: table for table in tables}, sources, hubs)
    if arguments.findings:
        sys.stdout.writelines(f"{found.id}: {found.text}\n" for found in findings)
    if lines := unsettled(findings, arguments.decisions):
        sys.stderr.write("\n".join(lines) + f"\n{len(lines)} to decide in {arguments.decisions.name}\n")
        return 1
    arguments.output.mkdir(parents=True, exist_ok=True)
    for table in tables:
        lines = [list(table.rows), *table.rows.to_numpy().tolist()]
        write_whole(arguments.output / f"{table.name}.csv", _as_csv(lines))
    write_whole(arguments.output / "origins.toml", (HERE / "origins.toml").read_text(encoding="utf-8"))
    lost = list(losses({table.name: table for table in tables}, hubs))
    write_whole(arguments.output / "losses.csv", _as_csv([list(lost[0]), *(list(line.values()) for line in lost)]))
    report = [_line(account) for table in tables for account in table.accounts]
    lines = [list(report[0]), *(list(line.values()) for line in report)]
    write_whole(arguments.output / "report.csv", _as_csv(lines))
    write_whole(arguments.output / "report.json", json.dumps(_summary(tables, report), indent=1) + "\n")
    if arguments.lost:
        _print_lost(tables)
    return 0


def _arguments() -> argparse.Namespace:
    project = HERE.parents[2]
    reference = Path(os.environ.get("HUBRANK_REFERENCE", project.parent / "shared/data"))
    parser = argparse.ArgumentParser(prog="builder", description="Build the almanac's tables from raw lists.")
    parser.add_argument("--raw", type=Path, default=reference / "almanac", help="folder of the raw tables")
    parser.add_argument("--more", type=Path, default=None, help="folder of the further tables; `more` beside --raw")
    parser.add_argument("--output", type=Path, default=HERE.parent / "src/hubrank_almanac/data")
    parser.add_argument("--units", type=Path, default=project / "scenarios/src/hubrank_scenarios/units")
    parser.add_argument("--decisions", type=Path, default=HERE / "decisions.toml", help="what was decided by hand")
    parser.add_argument("--findings", action="store_true", help="print all that the judge finds")
    parser.add_argument("--lost", action="store_true", help="print what has no place")
    arguments = parser.parse_args()
    arguments.more = arguments.more or arguments.raw.parent / "more"
    return arguments


def _as_csv(lines: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _line(account: Account) -> dict[str, object]:
    return {
        "table": account.table,
        "origin": account.origin,
        "input": account.input,
        "unit_of_measure": account.unit_of_measure,
        "rows": account.rows,
        "rows_placed": account.placed,
        "rows_not_placed": account.rows - account.placed,
        "amount": round(float(account.amount), 2),
        "amount_placed": round(float(account.amount_placed), 2),
        "amount_not_placed": round(float(account.amount - account.amount_placed), 2),
        "remark": account.remark,
    }


def _summary(tables: list[Table], report: list[dict[str, object]]) -> dict[str, object]:
    shape = {}
    for table in tables:
        places = table.rows[["geonames", "lat", "lon"]].drop_duplicates()
        shape[table.name] = {"rows": len(table.rows), "places": len(places)}
    return {"tables": shape, "inputs": report}


def _print_lost(tables: list[Table]) -> None:
    for table in tables:
        for account in table.accounts:
            sys.stdout.write(f"{account.table}, {account.input}: {'; '.join(account.lost) or 'none'}\n")


if __name__ == "__main__":
    sys.exit(main())
