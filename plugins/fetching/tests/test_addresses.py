"""Tables at addresses: fetched after consent, read as files are, and refused in one sentence where they cannot be."""

import json
import re
from pathlib import Path

import hubrank
import pandas as pd
import pytest
from hubrank.io.addresses import Copy, path_at
from hubrank.plugin import UsageError
from hubrank.testing.fixtures import run, towns  # noqa: F401  # fixtures
from werkzeug import Response

VALUES = "unit,year,a,b\nx,2023,9,5\ny,2023,2,1\nz,2023,3,2\nx,2024,1,5\ny,2024,2,1\nz,2024,9,2\n"
ADDRESS = "https://data.example/far/values.csv"


@pytest.fixture
def web(httpserver, monkeypatch):
    """A server on this machine in place of data.example: what it has, by path, and the requests that it gets."""
    monkeypatch.setenv("HUBRANK_DATA_EXAMPLE_ADDRESS", httpserver.url_for("/"))
    httpserver.files, httpserver.asked = {"/far/values.csv": VALUES}, []

    def answer(request):
        httpserver.asked.append(request)
        if (text := httpserver.files.get(request.path)) is None:
            return Response(status=404)
        tag = f'"{len(text)}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(text, headers={"ETag": tag}, content_type="text/csv")

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(answer)
    return httpserver


@pytest.fixture
def far(towns):  # noqa: F811
    """The scenario of three towns whose values lie at an address."""
    path = Path(towns)
    path.write_text(path.read_text().replace('"values.csv"', f'"{ADDRESS}"'))
    (path.parent / "values.csv").rename(path.parent / "near.csv")
    return towns


def test_a_scenario_with_an_address(run, far, towns, web, tmp_path):  # noqa: F811
    """Nothing is asked before consent; then the ranking is that of the file, and the run names address and ETag."""
    code, _, error = run("rank", far)
    assert code == 2
    assert f"{ADDRESS}: is an address that is not fetched yet; run `hubrank fetch {ADDRESS}`" in error
    assert run("check", far)[2] == error
    assert run("fetch", far)[2] == "hubrank: nothing is fetched unasked; --yes fetches without asking\n"
    assert web.asked == []

    code, told, error = run("fetch", far, "--yes")
    assert (code, error) == (0, "")
    assert "https://data.example" in told
    assert run("rank", far, "--output", str(tmp_path / "run"))[0] == 0
    assert len(web.asked) == 1

    Path(far).write_text(Path(far).read_text().replace(ADDRESS, "near.csv"))
    assert run("rank", far, "--output", str(tmp_path / "near"))[0] == 0
    for name in ("ranking.csv", "values.csv"):
        kept = (tmp_path / "run" / name).read_text()
        assert kept.replace("values.csv", "near.csv") == (tmp_path / "near" / name).read_text()
    record = json.loads((tmp_path / "run" / "record.json").read_text())
    (origin,) = record["inputs"][0]["origins"]
    assert (origin["url"], origin["note"]) == (ADDRESS, f"ETag {len(VALUES)}")
    assert f'"{ADDRESS}" = "' in (tmp_path / "run" / "scenario.toml").read_text()
    assert run("rank", str(tmp_path / "run" / "scenario.toml"))[0] == 0


def test_refreshed(run, far, web):  # noqa: F811
    """On --refresh the server is asked by ETag, and the copy is replaced only if the file has changed."""
    run("fetch", far, "--yes")
    before = Copy.at(path_at(ADDRESS))
    assert "everything is cached" in run("fetch", far, "--yes")[1]
    run("fetch", far, "--yes", "--refresh")
    assert Copy.at(path_at(ADDRESS)) == before
    assert [item.headers.get("If-None-Match") for item in web.asked] == [None, f'"{len(VALUES)}"']

    web.files["/far/values.csv"] = VALUES + "z,2022,1,1\n"
    run("fetch", far, "--yes", "--refresh")
    assert path_at(ADDRESS).read_text() == VALUES + "z,2022,1,1\n"
    assert Copy.at(path_at(ADDRESS)).version == str(len(VALUES) + 11)


def test_a_table_alone(run, web, monkeypatch, tmp_path):  # noqa: F811
    """An address is a table for fetch, then for Python and for start; before it is refused as an address."""
    monkeypatch.chdir(tmp_path)
    refusal = f"{ADDRESS}: is an address that is not fetched yet; run `hubrank fetch {ADDRESS}`"
    with pytest.raises(UsageError) as raised:
        hubrank.rank(ADDRESS, direction={"a": 1, "b": 1})
    assert str(raised.value) == refusal
    assert run("start", ADDRESS) == (2, "", f"hubrank: {refusal}\n")

    assert run("fetch", ADDRESS, "--yes")[0] == 0
    ranked = hubrank.rank(ADDRESS, direction={"a": 1, "b": 1})
    near = hubrank.rank(pd.read_csv(path_at(ADDRESS)), direction={"a": 1, "b": 1})
    pd.testing.assert_frame_equal(ranked.table(), near.table())
    assert run("start", ADDRESS, "--yes")[0] == 0
    assert (tmp_path / "values" / "original" / "values.csv").read_text() == VALUES


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://h.example/x.csv", "is an address that is not read; hubrank fetches https://, s3:// and gs://"),
        ("http://h.example/x.csv", "is an address that is not read; hubrank fetches https://, s3:// and gs://"),
        ("https://h.example:99999/x.csv", "'h.example:99999' is no host or bucket"),
        ("https://[::1/x.csv", "'[::1' is no host or bucket"),
        ("https://h. example/x.csv", "'h. example' is no host or bucket"),
        ("https://h.example/x.csv#7", "has #7, which names a snapshot; only delta+s3, delta+gs, delta+file, ice"),
        ("s3://bucket", "names no file; name every folder on the way, and the file"),
        ("s3://bucket/../x.csv", "names no file; name every folder on the way, and the file"),
        (
            "https://h.example/*.csv",
            "is a pattern that is not read; name a file, or in s3:// and gs:// one folder with *",
        ),
    ],
)
def test_refused(run, far, address, said):  # noqa: F811
    """What is no address of a table is refused wherever a path could be, as an address."""
    said = f"{address.partition('#')[0]}: {said}"
    assert said in run("fetch", address)[2]
    assert said in run("rank", address)[2]
    assert said in run("start", address)[2]
    with pytest.raises(UsageError, match=re.escape(said)):
        hubrank.rank(address)
    Path(far).write_text(Path(far).read_text().replace(ADDRESS, address))
    assert f"inputs.values.options.file: {said}" in run("rank", far)[2]


@pytest.mark.parametrize("words", [["compare"], ["start", "near.csv", "--weights"]])
def test_not_read_here(run, far, monkeypatch, words):  # noqa: F811
    """Where an address is not read, it is not said that a file is missing."""
    monkeypatch.chdir(Path(far).parent)
    Path("towns.toml").write_text(Path(far).read_text().replace(ADDRESS, "near.csv"))
    words = [*words, "towns.toml"] if words == ["compare"] else words
    said = "values.csv: is at an address, which is not read here; download the file and name that"
    assert said in run(*words, ADDRESS)[2]


@pytest.mark.parametrize("words", [["rank"], ["export", "x.csv"], ["report", "x.html"]])
def test_not_written(run, far, monkeypatch, words):  # noqa: F811
    """What is to be written to an address is not written into a local folder of that name."""
    monkeypatch.chdir(Path(far).parent)
    verb, *file = words
    target = "/".join(["s3://bucket", *(file or ["run"])])
    code, _, said = run(verb, far, "--output", target)

    assert (code, "would be at an address, where nothing is written; name a local path" in said) == (2, True)
    assert not Path("s3:").exists()


SECRET = "s3cret-k3y-0815"  # noqa: S105  # a made-up one


@pytest.mark.parametrize("address", [f"https://me:{SECRET}@h.example/x.csv", f"https://h.example/x.csv?sig={SECRET}"])
def test_credentials_in_an_address(run, far, address, tmp_path):  # noqa: F811
    """They are refused without being repeated, and nothing holds them."""
    Path(far).write_text(Path(far).read_text().replace(ADDRESS, address))
    for words in (["rank", far], ["fetch", far, "--yes"], ["rank", address], ["fetch", address], ["start", address]):
        code, told, error = run(*words)
        assert (code, told) == (2, "")
        assert "https://h.example/x.csv: has a credential in it, which would be recorded" in error
        assert SECRET not in error
    Path(far).unlink()


@pytest.mark.parametrize(
    ("status", "said"), [(404, "has no file /far/values.csv"), (403, "gives not everyone /far/values.csv")]
)
def test_a_server_that_refuses(run, httpserver, monkeypatch, status, said):  # noqa: F811
    """One sentence says what is wrong; nothing is kept."""
    monkeypatch.setenv("HUBRANK_DATA_EXAMPLE_ADDRESS", httpserver.url_for("/"))
    httpserver.expect_request("/far/values.csv").respond_with_data("", status=status)
    end = "; check the address, or download the file and name it; what is fetched is kept"
    assert run("fetch", ADDRESS, "--yes")[2] == f"hubrank: data.example: {said}{end}\n"
    assert not path_at(ADDRESS).exists()


def test_no_answer(run, monkeypatch, naps):  # noqa: F811
    """An address that does not answer is told so."""
    monkeypatch.setenv("HUBRANK_DATA_EXAMPLE_ADDRESS", "http://127.0.0.1:9")
    code, _, error = run("fetch", ADDRESS, "--yes")
    assert (code, error.partition(";")[0]) == (4, "hubrank: data.example: cannot be reached")


def test_cleaned(run, web):  # noqa: F811
    """The cache lists the file by its address, checks it, and deletes the copy with it."""
    run("fetch", ADDRESS, "--yes")
    assert "/far/values.csv" in run("cache", "list")[1]
    assert run("cache", "verify")[1] == "1 valid, 0 broken\n"
    run("cache", "clean")
    assert not path_at(ADDRESS).exists()
    assert "is an address that is not fetched yet" in run("start", ADDRESS)[2]
