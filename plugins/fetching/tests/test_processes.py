"""Runs that are killed, and runs at once: what is fetched is kept once, and the next goes on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hubrank.io.cache import Cache
from hubrank_fetching.session import Session
from werkzeug import Response

from .conftest import SERVICE, page, rows_of

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).with_name("fetch_pages.py")
CURSORS = {"a": ([1, 2], "b"), "b": ([3], "c"), "c": ([4, 5], None)}
ROWS = [1, 2, 3, 4, 5]
DUMP = bytes(300_000)


def started(moment=0, when="before", what="pages"):
    """The fetch in a process of its own."""
    command = [sys.executable, SCRIPT, str(moment), when, what]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def three(trial, monkeypatch):
    """Three pages with five rows."""
    monkeypatch.setenv("HUBRANK_LANGUAGE", "en")
    for cursor, (rows, following) in CURSORS.items():
        handler = trial.expect_request("/v1/rows", query_string={"cursor": cursor, "apikey": "s3cret/k3y+0815"})
        handler.respond_with_data(page(rows, following, total=5), content_type="application/json")
    return trial


@pytest.mark.parametrize(("moment", "when", "kept"), [(1, "before", 0), (2, "before", 1), (2, "after", 2)])
def test_killed(three, tmp_path, moment, when, kept):
    """Whole pages are kept and no halves; the next run asks for the others alone, and has each row once."""
    killed = started(moment, when)
    killed.communicate(timeout=60)
    cache = Cache(tmp_path / "cache")
    there = list(cache.entries())

    assert killed.returncode == -9
    assert (len(there), cache.broken()) == (kept, [])
    session = Session(SERVICE, online=True)
    assert rows_of(session) == ROWS
    assert session.budget.asked == 3 - kept
    left = [path.name for path in (tmp_path / "cache" / "http").iterdir() if path.suffix not in (".reply", ".part")]
    assert left == []


@pytest.fixture
def dump(trial, monkeypatch):
    """A file, and the requests for it: each takes a while."""
    monkeypatch.setenv("HUBRANK_LANGUAGE", "en")
    asked = []

    def answer(request):
        asked.append(request.headers.get("Range"))
        time.sleep(0.3)
        return Response(DUMP, headers={"ETag": '"one"'})

    trial.expect_request("/v1/dump").respond_with_handler(answer)
    return asked


def test_two_processes_at_once_with_a_file(dump, tmp_path):
    """One downloads it, the other waits for it: it is asked for once."""
    both = [started(what="dump"), started(what="dump")]
    assert [each.communicate(timeout=60) for each in both] == [(f"{len(DUMP)}\n", "")] * 2
    assert len(dump) == 1
    assert Cache(tmp_path / "cache").broken() == []


def test_two_processes_at_once(three, tmp_path):
    """Both have all rows, and one sound copy of each page is left."""
    both = [started(), started()]
    told = [each.communicate(timeout=60) for each in both]
    cache = Cache(tmp_path / "cache")

    assert told == [(f"{ROWS}\n", "")] * 2
    assert (len(list(cache.entries())), cache.broken()) == (3, [])
