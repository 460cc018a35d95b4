"""Snapshots of Delta and Iceberg, on this disk and in a bucket: the rows of the named one, and no deleted ones."""

import json
import sys

import pandas as pd
import pyarrow as pa
import pytest
from hubrank.io.addresses import Copy, path_at
from hubrank.testing.fixtures import run  # noqa: F401  # a fixture

from .test_buckets import SECRET, USER, bucket, counts, scenario, server  # noqa: F401  # fixtures

FIRST = pa.table({"institution": ["r1", "r2", "r1"], "year": pa.array([2023, 2024, 2024], pa.int64())})
SECOND = pa.table({"institution": ["r2", "r9"], "year": pa.array([2024, 2024], pa.int64())})


def delta(place, **options):
    """A table of Delta with three snapshots: its address, and their numbers."""
    from deltalake import DeltaTable, write_deltalake

    write_deltalake(place, FIRST, partition_by=["year"], **options)
    write_deltalake(place, SECOND, mode="append", **options)
    DeltaTable(place, **options).delete("institution = 'r9'")
    return place, ["0", "1", "2"]


def iceberg(place, **options):
    """A table of Iceberg with three snapshots: the address of its metadata, and their IDs."""
    from pyiceberg.catalog.memory import InMemoryCatalog

    catalog = InMemoryCatalog("tests", warehouse=place, **options)
    catalog.create_namespace("all")
    table = catalog.create_table("all.works", schema=FIRST.schema)
    table.append(FIRST)
    table.append(SECOND)
    table.delete("institution = 'r9'")
    return table.metadata_location, [str(item.snapshot_id) for item in table.metadata.snapshots]


MAKE = {"delta": delta, "iceberg": iceberg}


@pytest.fixture(params=MAKE)
def near(request, tmp_path):
    """A table on this disk: its address, and its snapshots."""
    (tmp_path / "tables").mkdir()
    address, ids = MAKE[request.param](f"file://{tmp_path}/tables/works")
    return f"{request.param}+{address}", ids


def rows(address):
    """The institutions and years of a copy."""
    return sorted(pd.read_parquet(path_at(address)).itertuples(index=False, name=None))


def of(*tables):
    """Those of tables."""
    return sorted(tuple(row.values()) for table in tables for row in table.to_pylist())


def test_the_newest(run, near):  # noqa: F811
    """Its rows are there without those that were deleted, and its ID is known."""
    address, ids = near
    assert run("fetch", address, "--yes")[0] == 0
    assert rows(address) == of(FIRST, SECOND.slice(0, 1))
    assert Copy.at(path_at(address)).text == f"snapshot {ids[-1]}"


def test_an_older_one(run, near):  # noqa: F811
    """The one that is named is read, whatever came later."""
    address, ids = near
    assert run("fetch", f"{address}#{ids[0]}", "--yes")[0] == 0
    assert rows(f"{address}#{ids[0]}") == of(FIRST)


@pytest.mark.parametrize(
    ("named", "said"),
    [("77", "snapshot 77 is gone; the newest is {newest}, which the address without # reads"), ("x", "a snapshot is")],
)
def test_gone(run, near, named, said):  # noqa: F811
    """A snapshot that is gone is told with the newest."""
    address, ids = near
    error = run("fetch", f"{address}#{named}", "--yes")[2]
    assert said.format(newest=ids[-1]) in error
    assert error.count("\n") == 1
    assert Copy.at(path_at(f"{address}#{named}")) is None


@pytest.mark.parametrize("kind", MAKE)
def test_no_table(run, tmp_path, kind):  # noqa: F811
    """A folder that holds no table is told so in one sentence."""
    code, _, error = run("fetch", f"{kind}+file://{tmp_path}/none", "--yes")
    assert (code, error.count("\n")) == (4, 1)
    assert f"{kind}+file://{tmp_path}/none: is " in error


def test_without_its_library(run, monkeypatch):  # noqa: F811
    """What brings it is told."""
    monkeypatch.setitem(sys.modules, "deltalake", None)
    said = 'delta+file:///tables requires deltalake: pip install "hubrank-fetching[delta]"'
    assert run("fetch", "delta+file:///tables", "--yes")[2] == f"hubrank: {said}\n"


@pytest.mark.long
@pytest.mark.parametrize("kind", MAKE)
def test_in_a_bucket(run, bucket, scenario, server, kind, tmp_path):  # noqa: F811
    """It is counted as files are; the run names the snapshot, and none of the credentials."""
    known = {"AWS_ENDPOINT_URL": server, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1"}
    known |= {"AWS_ACCESS_KEY_ID": USER, "AWS_SECRET_ACCESS_KEY": SECRET}
    of_iceberg = {"s3.endpoint": server, "s3.access-key-id": USER, "s3.secret-access-key": SECRET}
    of_iceberg |= {"s3.region": "us-east-1", "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"}
    options = {"storage_options": known} if kind == "delta" else of_iceberg
    address, ids = MAKE[kind]("s3://works-bucket/tables", **options)
    text = scenario.read_text().replace("s3://works-bucket/works/*.parquet", f"{kind}+{address}#{ids[1]}")
    scenario.write_text(text.replace(", year = false", ""))

    assert run("fetch", str(scenario), "--yes")[0] == 0
    assert run("rank", str(scenario), "--output", str(tmp_path / "run"))[0] == 0
    record = json.loads((tmp_path / "run" / "record.json").read_text())
    assert record["inputs"][0]["origins"][0]["note"] == f"snapshot {ids[1]}"
    assert counts(run, scenario) == {"x": 2, "y": 2}
    folder = address.partition("/metadata/")[0]
    scenario.write_text(text.replace(f"{kind}+{address}#{ids[1]}", folder))
    said = f"has snapshots, and files that the newest one is without; {kind}+{folder} reads a snapshot"
    assert said in run("fetch", str(scenario), "--yes")[2]


def test_a_folder_with_snapshots(run, near, scenario):  # noqa: F811
    """Its files are not counted as if they were all of one table."""
    folder = near[0].partition("file://")[2].partition("/metadata/")[0]
    scenario.write_text(scenario.read_text().replace("s3://works-bucket/works/*.parquet", folder))
    kind = near[0].partition("+")[0]
    said = f"works: has snapshots, and files that the newest one is without; {kind}+file://{folder} reads a snapshot"
    assert said in run("rank", str(scenario))[2]
