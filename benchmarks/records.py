"""Counting records where they lie, beside the same count in bare DuckDB SQL and bare polars on the same file.

Made rows in Parquet, 25 million a file: a place (the code of one of 142 hubs or of none, or a point near one), a year,
an amount, and a column of texts that no one asks for. With `--count full` and `fractional-institution` about three
rows name one record, which counts once in a unit, or is divided among its units. hubrank ranks a scenario whose input
is the source `records`, with an empty cache and its memory as installed (2 GB for DuckDB). Each way runs in a process
of its own, all of which counts, imports included; of `--rounds` rounds, in turns, the one with the least CPU time does.
`counting_ratio_to_duckdb` leaves out imports, and for hubrank finding what is installed and reading the scenario.

What hubrank adds to bare SQL, and why, is in docs/records/decisions/0017-counting-beside-sql.md.

`python3 run.py python benchmarks/records.py --json`
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: The most that counting may take beside bare SQL on the same file, and of memory.
LIMITS = {"ratio_to_duckdb": 1.3, "peak_gb": 3.0}
HUBS, CODES, FIRST, LAST = 142, 150, 2015, 2024
WAYS = ("hubrank_duckdb", "hubrank_polars", "duckdb", "polars")
#: Views of the records, and the sums by unit and year.
VIEWS = {
    "once": "SELECT DISTINCT record, unit, year FROM records WHERE year BETWEEN 2015 AND 2024",
    "shares": "SELECT unit, year, 1 / count(*) OVER (PARTITION BY record, year) AS share FROM once",
}
SQL = {
    "rows": "SELECT unit, year, sum(papers) AS papers FROM records WHERE year BETWEEN 2015 AND 2024 GROUP BY ALL",
    "full": "SELECT unit, year, count(*) AS papers FROM once GROUP BY ALL",
    "fractional-institution": "SELECT unit, year, sum(share) AS papers FROM shares GROUP BY ALL",
}
#: The same as options of the source.
OPTIONS = {
    "rows": 'amounts = ["papers"]',
    "full": 'count = "full", record = "record"',
    "fractional-institution": 'count = "fractional-institution", record = "record", affiliation = "unit"',
}
SCENARIO = """
title = "Records"
editions = [2024]
window = 10
units = { file = "hubs.csv" }
inputs = { works = { source = "records", options = { file = "records", OPTIONS, engine = "ENGINE" } } }
dimensions = { all = {} }
normalisation = { method = "min-max" }
aggregation = { method = "arithmetic" }
[indicators.papers]
indicator = "value"
dimension = "all"
inputs = { values = "works" }
options = { column = "COLUMN" }
"""
A_FILE, A_BATCH = 25_000_000, 1_000_000


def make(folder: Path, rows: int, places: str, count: str = "rows") -> None:
    """Write the hubs, the scenario and the records."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-50, 60, HUBS), rng.uniform(-170, 170, HUBS)
    reach = places == "points"
    head = "unit,name,lat,lon,radius_km" if reach else "unit,name"
    hubs = [f"H{at:03},H{at:03}" + (f",{lat[at]:.4f},{lon[at]:.4f},50" if reach else "") for at in range(HUBS)]
    (folder / "hubs.csv").write_text("\n".join([head, *hubs]) + "\n")
    for engine in ("duckdb", "polars"):
        text = SCENARIO.replace("ENGINE", engine).replace("OPTIONS", OPTIONS[count])
        (folder / f"{engine}.toml").write_text(text.replace("COLUMN", "papers" if count == "rows" else "count"))
    (folder / "records").mkdir()
    codes = pa.array([f"H{at:03}" for at in range(CODES)])
    texts = pa.array([f"a title of a paper that nobody asks for {at}" for at in range(1000)])
    for first in range(0, rows, A_FILE):
        with contextlib.ExitStack() as opened:
            writer = None
            for start in range(first, min(first + A_FILE, rows), A_BATCH):
                hub = rng.integers(0, CODES, size := min(A_BATCH, rows - start))
                where = {"unit": pa.DictionaryArray.from_arrays(hub.astype("int16"), codes)}
                if reach:
                    near = np.minimum(hub, HUBS - 1)
                    where = {"lat": lat[near] + rng.normal(0, 0.4, size), "lon": lon[near] + rng.normal(0, 0.4, size)}
                if count != "rows":
                    where["record"] = rng.integers(0, rows // 3, size)
                rest = {
                    "year": rng.integers(FIRST - 5, LAST + 1, size).astype("int16"),
                    "papers": rng.integers(1, 9, size) / 8,
                    "title": pa.DictionaryArray.from_arrays(rng.integers(0, 1000, size).astype("int16"), texts),
                }
                table = pa.table(where | rest)
                kinds = [(item.name, getattr(item.type, "value_type", item.type)) for item in table.schema]
                table = table.cast(pa.schema(kinds))  # texts as they are, without a dictionary
                if writer is None:
                    file = folder / "records" / f"part-{first // A_FILE:03}.parquet"
                    writer = opened.enter_context(pq.ParquetWriter(file, table.schema))
                writer.write_table(table)


def by_hubrank(folder: Path, engine: str) -> tuple[float, float]:
    """The amounts of all hubs, as `hubrank rank` has them, and the CPU time at which the counting began."""
    import numpy as np
    from hubrank.io.cache import Cache
    from hubrank.measurement.figures import measure
    from hubrank.plugin.registry import Registry
    from hubrank.results.rank import compose, plan_of

    plan = plan_of(str(folder / f"{engine}.toml"), Registry.installed(), sample=False)
    began = time.process_time()
    with tempfile.TemporaryDirectory() as empty:
        ranking = compose(plan, measure(plan, Cache(Path(empty))))
    return float(np.nansum(ranking.measurement.values)), began  # a hub without rows has no value


def by_duckdb(folder: Path, count: str) -> tuple[float, float]:
    """The same by SQL; the sums by unit and year come back."""
    import duckdb
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401

    began = time.process_time()
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    connection.read_parquet(str(folder / "records" / "*.parquet")).create_view("records")
    for name, query in VIEWS.items() if count != "rows" else ():
        connection.sql(query).create_view(name)
    result = connection.sql(SQL[count]).to_arrow_table().to_pandas()
    return float(result[result["unit"] < f"H{HUBS:03}"]["papers"].sum()), began


def by_polars(folder: Path) -> tuple[float, float]:
    """The same by polars."""
    import polars

    began = time.process_time()
    frame = polars.scan_parquet(folder / "records" / "*.parquet")
    frame = frame.filter(polars.col("year").is_between(FIRST, LAST))
    result = frame.group_by("unit", "year").agg(polars.col("papers").sum()).collect(engine="streaming")
    return float(result.filter(polars.col("unit") < f"H{HUBS:03}")["papers"].sum()), began


def run(way: str, folder: Path, count: str) -> None:
    """One way, in this process: its sum, CPU seconds of all of it and of counting, and peak memory, as JSON."""
    engine = way.removeprefix("hubrank_")
    if way != engine:
        total, began = by_hubrank(folder, engine)
    else:
        total, began = by_polars(folder) if way == "polars" else by_duckdb(folder, count)
    end = time.process_time()
    # `getrusage` would report the parent's peak if that is more.
    (peak,) = (item for item in Path("/proc/self/status").read_text().splitlines() if item.startswith("VmHWM"))
    print(json.dumps([total, end, int(peak.split()[1]) * 1024 / 1e9, end - began]))


def compared(folder: Path, rows: int, rounds: int, places: str, count: str = "rows") -> dict[str, float]:
    """All ways in turns, as ratios."""
    ways = WAYS[:2] if places == "points" else WAYS if count == "rows" else WAYS[:3]
    found = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            command = [sys.executable, __file__, "--way", way, str(folder), count]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{way}: {done.stderr.strip().splitlines()[-1]}")
            found[way].append(json.loads(done.stdout.splitlines()[-1]))
    totals = {way: {item[0] for item in results} for way, results in found.items()}
    if len({round(item, 3) for items in totals.values() for item in items}) > 1 or totals[WAYS[0]] != totals[WAYS[1]]:
        sys.exit(f"the ways do not agree: {totals}")
    seconds, counting = ({way: min(item[at] for item in found[way]) for way in ways} for at in (1, 3))
    peak = {way: max(item[2] for item in found[way]) for way in ways}
    for way in ways:
        print(f"{way:15} {seconds[way]:8.2f} CPU s {peak[way]:6.2f} GB {rows / seconds[way]:14,.0f} rows/CPU s")
    result = {f"{way}_cpu_seconds": seconds[way] for way in ways} | {f"{way}_gb": peak[way] for way in ways}
    if places == "codes":
        result["ratio_to_duckdb"] = seconds["hubrank_duckdb"] / seconds["duckdb"]
        result["counting_ratio_to_duckdb"] = counting["hubrank_duckdb"] / counting["duckdb"]
    if "polars" in ways:
        result["ratio_to_polars"] = seconds["hubrank_polars"] / seconds["polars"]
    result["peak_gb"] = max(peak[way] for way in ways if way.startswith("hubrank"))
    result["rows_per_cpu_second"] = rows / seconds["hubrank_duckdb"]
    return {name: float(f"{value:.4g}") for name, value in result.items()}


def main() -> None:
    """Make the rows, count them each way, print."""
    from surroundings import benchmark  # here, as it imports pandas, which a way may not need

    places = {"choices": ["codes", "points"], "default": "codes"}
    count = {"choices": list(SQL), "default": "rows"}
    with benchmark(__doc__, LIMITS, rows=20_000_000, places=places, count=count, rounds=3) as (asked, figures):
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), asked.rows, asked.places, asked.count)
            found = compared(Path(name), asked.rows, asked.rounds, asked.places, asked.count)
            figures.update(found, rows=asked.rows)
        print(f"{asked.rows:,} rows by {asked.places}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        run(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        main()
