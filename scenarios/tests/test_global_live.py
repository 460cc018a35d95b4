"""The whole way from nothing to the report: fetched, killed, continued, and the same as if no one had killed it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import hubrank_scenarios
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.testing import conforms, examples
from hubrank_fetching.testing import traces

from .worlds import EXPORT, OPENALEX, serve

SECRET = OPENALEX.SECRET
PAGE = (Path(__file__).parents[1] / "global-live.md").read_text(encoding="utf-8")
#: The page's scenario of the user's, with an export of the user's.
(MINE,) = [each.code for each in examples(PAGE) if each.file == "live.toml"]
STAND_INS = [
    "not available: nobel (laureates); almanac is used instead",
    "not available: openalex (works); almanac is used instead",
    "not available: cbinsights (unicorns); almanac is used instead",
]


@pytest.mark.long
@conforms(hubrank_scenarios)
def test_conformance(check):
    """The scenarios and unit sets keep what the contract promises."""
    check()


@pytest.fixture
def nothing(tmp_path, monkeypatch):
    """A folder, and a cache in which nothing is."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HUBRANK_OPENALEX_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.long
def test_where_nothing_is_fetched(nothing, capsys):
    """The almanac is used instead of all others, as every answer says; the ranks are those of `global`."""
    assert run(["rank", "global-live", "--output", "live"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [each for each in told if each.startswith("not available")] == STAND_INS
    assert json.loads(Path("live/record.json").read_text())["caveats"][:3] == STAND_INS
    assert run(["rank", "global", "--output", "almanac"]) == 0
    live, almanac = (pd.read_csv(f"{name}/values.csv").query("edition == 2025") for name in ("live", "almanac"))
    columns = ["unit", "indicator", "measured"]
    pd.testing.assert_frame_equal(live[columns].reset_index(drop=True), almanac[columns].reset_index(drop=True))

    capsys.readouterr()
    assert run(["check", "global-live"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "works: not completely fetched; almanac is used instead" in told
    assert "unicorns: cbinsights.csv is missing; almanac is used instead" in told
    assert "HUBRANK_OPENALEX_KEY (optional)" in told
    assert run(["fetch", "global-live"]) == 2
    told = capsys.readouterr().out
    assert told.startswith("unicorns: cbinsights.csv is missing; almanac is used instead\n")
    assert "the run ends after 1,000 requests, but about 2,263 are needed; --max-requests 3394 allows them" in told


def killed_or_done(command, folder, environment, texts, until=None):
    """Run a command in a folder; with `until`, kill it as soon as that says so. Gives how it ended."""
    program = Path(sys.executable).with_name("hubrank")
    with subprocess.Popen(
        [program, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        while until is not None and process.poll() is None and not until():
            time.sleep(0.002)
        if until is not None:
            process.send_signal(signal.SIGKILL)
        texts.append(process.communicate()[0])
    return process.returncode


def whole_run(folder, httpserver, *, kill):
    """From nothing to the report, killed in the middle of fetching and of ranking where that is said.

    Returns:
        What it printed, and what the servers were asked.
    """
    folder.mkdir()
    (folder / "live.toml").write_text(MINE)
    (folder / "cbinsights.csv").write_text(EXPORT)
    environment = {**os.environ, "HUBRANK_CACHE": str(folder / "cache"), "HUBRANK_OPENALEX_KEY": SECRET}
    texts, before = [], len(httpserver.log)
    fetch, rank = ["fetch", "live.toml", "--yes"], ["rank", "live.toml", "--output", "run"]
    if kill:
        half = lambda: len(httpserver.log) >= before + 20  # noqa: E731
        assert killed_or_done(fetch, folder, environment, texts, half) == -signal.SIGKILL
        assert len(httpserver.log) < before + 30
    assert killed_or_done(fetch, folder, environment, texts) == 0, texts
    asked = [request.url for request, _ in httpserver.log[before:]]
    if kill:
        cache = folder / "cache"
        several = len(list(cache.iterdir())) + 4  # sums of some inputs are kept by then
        half = lambda: len(list(cache.iterdir())) >= several  # noqa: E731
        assert killed_or_done(rank, folder, environment, texts, half) == -signal.SIGKILL
        assert not (folder / "run").exists()
    assert killed_or_done(rank, folder, environment, texts) == 0, texts
    assert killed_or_done(["report", "run", "--output", "page.html"], folder, environment, texts) == 0, texts
    assert len(httpserver.log) == before + len(asked)
    return texts, asked


def content(folder):
    """What a run left, without the moment of the record."""
    files = {path.name: path.read_bytes() for path in [*(folder / "run").iterdir(), folder / "page.html"]}
    record = json.loads(files.pop("record.json"))
    return {**files, "record": {**record, "created": ""}}


@pytest.mark.long
def test_killed_twice(nothing, httpserver, monkeypatch):
    """Killed and continued, it is to the byte what an undisturbed run is; nothing is asked twice; no key is left."""
    server = serve(httpserver)
    monkeypatch.setenv("HUBRANK_LANGUAGE", "en")
    for name, path in (("OPENALEX", ""), ("NOBEL", "/2.1"), ("WIKIDATA", "/sparql")):
        monkeypatch.setenv(f"HUBRANK_{name}_ADDRESS", httpserver.url_for(path).rstrip("/"))
    calm, asked_calmly = whole_run(nothing / "calm", httpserver, kill=False)
    killed, asked = whole_run(nothing / "killed", httpserver, kill=True)

    assert content(nothing / "calm") == content(nothing / "killed")
    assert set(asked) == set(asked_calmly)
    assert max(Counter(asked_calmly).values()) == 1
    assert len(asked) <= len(asked_calmly) + 1
    caveats = json.loads((nothing / "calm" / "run" / "record.json").read_text())["caveats"]
    assert not [each for each in caveats if "used instead" in each]
    assert {each.headers.get("Authorization") for each in server.asked} == {f"Bearer {SECRET}"}
    assert traces(SECRET, nothing, [*calm, *killed]) == []
    values = pd.read_csv(nothing / "calm" / "run" / "values.csv").query("edition == 2025 and unit == 'tokyo-yokohama'")
    measured = values.set_index("indicator")["measured"]
    assert measured["laureates"] == 1
    assert measured["unicorns"] == 2
