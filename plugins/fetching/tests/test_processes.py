"""Runs that are killed, and runs at once: what is fetched is kept once, and the next goes on."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hubrank.front import Cache
from hubrank_fetching.session import Session

from .conftest import SERVICE, page, rows_of

SCRIPT = Path(__file__).with_name("fetch_pages.py")
CURSORS = {"a": ([1, 2], "b"), "b": ([3], "c"), "c": ([4, 5], None)}
ROWS = [1, 2, 3, 4, 5]


def started(moment=0, when="before"):
    """The fetch in a process of its own."""
    command = [sys.executable, SCRIPT, str(moment), when]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def three(trial, monkeypatch):
    """Three pages with five rows."""
    monkeypatch.setenv("HUBRANK_LANGUAGE", "en")
    for cursor, (rows, following) in CURSORS.items():
        asked = {"cursor": cursor, "apikey": "s3cret/k3y+0815"}
        handler = trial.expect_request("/v1/rows", query_string=asked)
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
    left = [path.name for path in (tmp_path / "cache" / "http").iterdir() if path.suffix != ".reply"]
    assert left == []


def test_two_processes_at_once(three, tmp_path):
    """Both have all rows, and one sound copy of each page is left."""
    both = [started(), started()]
    told = [each.communicate(timeout=60) for each in both]
    cache = Cache(tmp_path / "cache")

    assert told == [(f"{ROWS}\n", "")] * 2
    assert (len(list(cache.entries())), cache.broken()) == (3, [])


def test_nothing_is_printed_of_asking_again(trial):
    """What libraries log of it reaches nobody who did not ask for logs."""
    trial.expect_ordered_request("/v1/rows").respond_with_data("", 500)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([4]), content_type="application/json")

    assert started().communicate(timeout=60) == ("[4]\n", "")


def test_two_threads_at_once(three, tmp_path):
    """The same within a process, with a session each."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(rows_of(Session(SERVICE, online=True)))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    cache = Cache(tmp_path / "cache")

    assert found == [ROWS] * 4
    assert (len(list(cache.entries())), cache.broken()) == (3, [])
