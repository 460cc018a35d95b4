"""Files of buckets of a server on this machine: patterns, folders, ETags, rights, and credentials kept to itself."""

import json
import logging
import re
import socket

import boto3
import pandas as pd
import pytest
from hubrank.io.addresses import Copy, path_at
from hubrank.testing.fixtures import run  # noqa: F401  # a fixture
from hubrank_fetching import buckets
from hubrank_fetching.testing import traces
from werkzeug import Response

USER, SECRET = "A_USER_OF_TESTS", "s3cret/k3y+of+tests+0815"
SCENARIO = """
title = "Works"
editions = [2024]
window = 2
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", places = "places.csv" }
[inputs.works]
source = "records"
options = { file = "s3://works-bucket/works/*.parquet", columns = { ror = "institution" }, year = false }
[dimensions.all]
[indicators.works]
indicator = "value"
dimension = "all"
inputs = { values = "works" }
options = { column = "count" }
"""


@pytest.fixture(scope="module")
def server():
    """The address of a server of buckets."""
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(server, monkeypatch, caplog, tmp_path):
    """A client of the bucket, two files in it; no trace of the credentials is left by a test."""
    caplog.set_level(logging.CRITICAL, "botocore")  # the client of the tests, which must know them
    caplog.set_level(logging.CRITICAL, "werkzeug")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", USER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="works-bucket")
    for name, rors in {"works/a.parquet": ["r1", "r2"], "works/b.parquet": ["r1"], "works/c.csv": ["r9"]}.items():
        put(client, name, rors)
    yield client
    for item in client.list_objects_v2(Bucket="works-bucket").get("Contents", ()):
        client.delete_object(Bucket="works-bucket", Key=item["Key"])
    for text in (USER, SECRET):
        assert traces(text, tmp_path, [caplog.handler.format(item) for item in caplog.get_records("call")]) == []


def put(client, name, rors):
    """Put a table of institutions under a name."""
    frame = pd.DataFrame({"institution": rors})
    body = frame.to_parquet() if name.endswith(".parquet") else frame.to_csv(index=False).encode()
    client.put_object(Bucket="works-bucket", Key=name, Body=body)


@pytest.fixture
def scenario(tmp_path):
    """A scenario that counts works in the bucket."""
    (tmp_path / "units.csv").write_text("unit,name,country\nx,Xanten,AA\ny,Ypern,BB\n")
    (tmp_path / "places.csv").write_text("unit,ror\nx,r1\ny,r2\n")
    path = tmp_path / "works.toml"
    path.write_text(SCENARIO)
    return path


def counts(run, scenario):  # noqa: F811
    """The counted works by unit."""
    code, told, error = run("rank", str(scenario), "--format", "json")
    assert (code, error) == (0, "")
    return {item["unit"]: item["score"] for item in json.loads(told)["ranking"]}


def test_counted(run, bucket, scenario):  # noqa: F811
    """All files that the pattern names are counted, and no other; the run has the address and a version."""
    assert "is an address that is not fetched yet" in run("rank", str(scenario))[2]
    assert run("fetch", str(scenario), "--yes")[0] == 0
    assert counts(run, scenario) == {"x": 2, "y": 1}


def test_refreshed(run, bucket, scenario, monkeypatch):  # noqa: F811
    """A file that is added is the only one that is read; one that is gone is gone from the copy."""
    run("fetch", str(scenario), "--yes")
    put(bucket, "works/d.parquet", ["r2"])
    bucket.delete_object(Bucket="works-bucket", Key="works/b.parquet")
    code, told, _ = run("fetch", str(scenario), "--yes", "--refresh")
    size = bucket.head_object(Bucket="works-bucket", Key="works/d.parquet")["ContentLength"]
    assert (code, f"fetched {size:,} bytes with 2 requests" in told) == (0, True)
    assert counts(run, scenario) == {"x": 1, "y": 2}


def test_a_folder(run, bucket, scenario):  # noqa: F811
    """It is read with the partitions that its folders name."""
    put(bucket, "parts/year=2023/a.parquet", ["r1"])
    put(bucket, "parts/year=2024/a.parquet", ["r1", "r2"])
    put(bucket, "parts/year=2020/a.parquet", ["r1", "r2"])
    text = scenario.read_text().replace("works/*.parquet", "parts").replace(", year = false", "")
    scenario.write_text(text)
    run("fetch", str(scenario), "--yes")
    assert counts(run, scenario) == {"x": 2, "y": 1}


def test_gone_on_with(run, bucket, scenario, monkeypatch):  # noqa: F811
    """What came before an interruption is not asked for again, and a pattern is not read in part."""
    monkeypatch.setattr(buckets, "_PIECE", 100)
    took = []

    class Cut:
        """A file that is cut off when 200 bytes of the second one have come."""

        def __init__(self, stream):
            self.stream = stream

        def seek(self, start):
            self.stream.seek(start)

        def read(self, number):
            took.append(self.stream.tell())
            if took == [*range(0, size, 100), 0, 100, 200]:
                raise OSError("AWS Error NETWORK_CONNECTION during GetObject operation: curlCode: 56")
            return self.stream.read(number)

    size = bucket.head_object(Bucket="works-bucket", Key="works/a.parquet")["ContentLength"]
    pieces = buckets.Bucket._pieces
    monkeypatch.setattr(buckets.Bucket, "_pieces", lambda self, stream, *more: pieces(self, Cut(stream), *more))
    code, _, error = run("fetch", str(scenario), "--yes")
    assert (code, error.partition(";")[0]) == (4, "hubrank: s3://works-bucket/works/*.parquet: cannot be reached")
    assert "is an address that is not fetched yet" in run("rank", str(scenario))[2]
    took.clear()
    run("fetch", str(scenario), "--yes")
    assert took[0] == 200
    assert counts(run, scenario) == {"x": 2, "y": 1}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://works-bucket/works/none.parquet", "s3://works-bucket/works/none.parquet: there is no such file"),
        ("s3://works-bucket/none/*.parquet", "s3://works-bucket/none/*.parquet: there is no such file"),
        ("s3://no-such-bucket/works/*.parquet", "s3://no-such-bucket/works/*.parquet: is not there"),
    ],
)
def test_nothing_there(run, bucket, address, said):  # noqa: F811
    """One sentence says what is not there, and nothing is kept."""
    assert run("fetch", address, "--yes")[2] == f"hubrank: {said}; check the address; what is fetched is kept\n"
    assert Copy.at(path_at(address)) is None


@pytest.mark.parametrize("user", [USER, None])
def test_no_rights(run, httpserver, monkeypatch, tmp_path, user, caplog):  # noqa: F811
    """A bucket that refuses names the variables of the credentials, and shows none."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", httpserver.url_for("").rstrip("/"))
    for name, text in (("AWS_ACCESS_KEY_ID", user), ("AWS_SECRET_ACCESS_KEY", user and SECRET)):
        monkeypatch.setenv(name, text) if text else monkeypatch.delenv(name, raising=False)
    denied = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>'
    httpserver.expect_request(re.compile(".*")).respond_with_data(denied, status=403, content_type="application/xml")
    code, _, error = run("fetch", "s3://works-bucket/works/a.parquet", "--yes")
    who = "this user" if user else "everyone"
    what = f"gives {who} no right to read it; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of a user who has it"
    assert (code, error) == (4, f"hubrank: s3://works-bucket/works/a.parquet: {what}; what is fetched is kept\n")
    assert traces(SECRET, tmp_path, [*caplog.messages, error]) == []


@pytest.mark.parametrize("address", ["s3://works-bucket/a.csv", "gs://works-bucket/a.csv"])
def test_no_answer(run, monkeypatch, address):  # noqa: F811
    """A server that does not answer is told so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", nowhere)
    monkeypatch.setenv("CLOUD_STORAGE_EMULATOR_ENDPOINT", nowhere)
    monkeypatch.setattr(buckets, "_RETRIES", 1)
    code, _, error = run("fetch", address, "--yes")
    assert (code, error.partition(";")[0]) == (4, f"hubrank: {address}: cannot be reached")


def test_a_bucket_of_google(run, httpserver, monkeypatch):  # noqa: F811
    """Its files are read as those of others are, with their ETag."""
    monkeypatch.setenv("CLOUD_STORAGE_EMULATOR_ENDPOINT", httpserver.url_for("").rstrip("/"))
    body = b"unit,year,a\nx,2024,1\n"
    about = {"kind": "storage#object", "bucket": "works-bucket", "name": "a.csv", "size": str(len(body))}
    about |= {"etag": "CAE=", "generation": "17", "timeCreated": "2026-11-25T10:00:00Z"}

    def answer(request):
        if request.args.get("alt") == "media" or not request.path.startswith("/storage/v1/"):
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", "")) or ["", "0", ""]
            start, end = int(found[1]), min(int(found[2] or len(body) - 1), len(body) - 1)
            place = {"Content-Range": f"bytes {start}-{end}/{len(body)}", "x-goog-generation": "17"}
            return Response(body[start : end + 1], 206 if found[0] else 200, headers=place)
        return Response(json.dumps(about), content_type="application/json")

    httpserver.expect_request(re.compile(".*a.csv")).respond_with_handler(answer)
    assert run("fetch", "gs://works-bucket/a.csv", "--yes")[::2] == (0, "")
    assert path_at("gs://works-bucket/a.csv").read_bytes() == body
    assert Copy.at(path_at("gs://works-bucket/a.csv")).text == "ETag CAE="
