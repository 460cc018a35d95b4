"""Files and folders are whole or not there, and nothing that is not ours is touched."""

import errno
import os
import stat
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hubrank.io import write
from hubrank.io.cache import Cache
from hubrank.io.write import add_files, is_there, replace_file, replace_folder, steadily
from hubrank.plugin import UsageError


def names(folder):
    """What lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def forked(work):
    """Do something in a process of its own that ends without tidying up; how it ended."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001  # the exit code shows it
            os._exit(1)
        os._exit(0)
    return child


def test_a_file_is_made_and_replaced(tmp_path):
    """Folders above it are made, a link stays a link, and what may read it stays."""
    path = tmp_path / "new" / "far" / "page.html"
    replace_file(path, b"one")
    path.chmod(0o600)
    (tmp_path / "link.html").symlink_to(path)
    replace_file(tmp_path / "link.html", lambda made: made.write_bytes(made.name.encode()))

    assert path.read_bytes() == b"page.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / "link.html").is_symlink()
    assert names(path.parent) == ["page.html"]


def test_a_folder_is_made_and_replaced(tmp_path):
    """What it held before is gone; what may enter it is as the process makes folders."""
    replace_folder(tmp_path / "run", {"a": b"1", "b": b"2"})
    replace_folder(tmp_path / "run", {"b": lambda path: path.write_bytes(b"3")})
    usual = tmp_path / "usual"
    usual.mkdir()

    assert {each.name: each.read_bytes() for each in (tmp_path / "run").iterdir()} == {"b": b"3"}
    assert (tmp_path / "run").stat().st_mode == usual.stat().st_mode
    assert names(tmp_path) == ["run", "usual"]


def test_the_old_folder_is_back_where_the_new_one_cannot_be_put(tmp_path, monkeypatch):
    """An error between the two renames leaves what was there, and nothing beside it."""
    replace_folder(tmp_path / "run", {"a": b"1"})
    rename = Path.rename

    def fails(self, target):
        if self.parent.suffix == ".part":
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(UsageError, match="run: cannot be written: permission denied"):
        replace_folder(tmp_path / "run", {"a": b"2"})

    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "a").read_bytes() == b"1"


def test_planted_links_and_folders_are_left_alone(tmp_path):
    """No one's files move or go, though links and folders are called as hubrank calls its own; nor does a read tidy."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.doc").write_text("ten years of work")
    planted = tmp_path / "checkout" / "http"
    planted.mkdir(parents=True)
    for folder in (planted, planted.parent):
        (folder / ".hubrank-abcdefgh.part").symlink_to(mine)
        (folder / ".hubrank-ijklmnop.part").mkdir()
        for name in ("old", "add", "new", "gone"):
            (folder / ".hubrank-ijklmnop.part" / name).symlink_to(mine)
    (planted / "key.arriving").symlink_to(mine)
    (planted / "third.arriving").mkdir()
    (planted / "third.arriving" / "data").symlink_to(mine / "thesis.doc")
    (planted / "other.reply").symlink_to(mine / "thesis.doc")
    (planted.parent / "sales-2024.parquet").write_text("not an entry")

    cache = Cache(planted.parent)
    replace_folder(planted.parent / "run", {"a": b"1"})
    replace_file(planted.parent / "page", b"1")
    cache.keep_reply("other", b"hello", "")
    before = sorted(planted.parent.rglob("*"))
    assert not is_there(planted.parent / "thesis.doc")
    for key in ("key", "third"):
        with pytest.raises(UsageError, match="is a link"), cache.arriving(key, lambda: None):
            pass
    cache.prune()

    assert (mine / "thesis.doc").read_text() == "ten years of work"
    assert names(mine) == ["thesis.doc"]
    assert set(before) - set(planted.parent.rglob("*")) == {planted / "other.reply"}


def test_added_files(tmp_path, monkeypatch):
    """Others stay; of several none is left where one cannot be placed, and none is overwritten."""
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="mine: exists, and may have been edited"):
        add_files(tmp_path, {"new": b"", "mine": b""})
    add_files(tmp_path, {"scenario.toml": b"1", "data.csv": b"2"})
    rename = Path.rename

    def fails(self, target):
        if target.name == "first":
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(UsageError, match="cannot be written: no space left on device"):
        add_files(tmp_path, {"first": b"", "second": b""})

    assert names(tmp_path) == ["data.csv", "mine", "scenario.toml"]


def write_again_and_again(run, letter, until):
    """Replace a folder in a tight loop."""
    while time.monotonic() < until:
        replace_folder(run, dict.fromkeys("abc", letter * 1000))


@pytest.mark.parametrize("seconds", [0.3, pytest.param(3, marks=pytest.mark.long)])
def test_two_writers_and_a_reader(tmp_path, seconds):
    """Both end well, the result is one of the two, and a reader never sees it mixed."""
    run = tmp_path / "run"
    replace_folder(run, dict.fromkeys("abc", b"x" * 1000))
    until = time.monotonic() + seconds
    children = [forked(lambda letter=letter: write_again_and_again(run, letter, until)) for letter in (b"x", b"y")]
    seen = set()
    while time.monotonic() < until:
        seen.add(steadily(run, lambda: b"".join((run / name).read_bytes() for name in "abc")))
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert ends == [0, 0]
    assert seen <= {b"x" * 3000, b"y" * 3000}
    assert names(tmp_path) == ["run"]


def test_the_disk_is_full_only_at_the_end(tmp_path, monkeypatch):
    """The old file is whole, and nothing is left, where fsync finds no room."""
    replace_file(tmp_path / "page", b"old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write.os, "fsync", full)
    with pytest.raises(UsageError, match="page: cannot be written: no space left on device"):
        replace_file(tmp_path / "page", b"new")

    assert (tmp_path / "page").read_bytes() == b"old"
    assert names(tmp_path) == ["page"]


def test_rows_of_the_cache_come_back(tmp_path):
    """Whole numbers, decimals to the last bit, texts and gaps."""
    rows = pd.DataFrame(
        {
            "unit": ["a", "ü\n", "", None],
            "whole": [1, -(2**62), 3, 4],
            "x": [0.1, np.nan, -0.0, 5e-324],
            "some": pd.array([1, None, 3, 4], dtype="Int64"),
            "coded": pd.Categorical(["y", "x", "y", None]),
            "true": [True, False, True, True],
        }
    )
    cache = Cache(tmp_path)
    cache.put("key", rows, {"table": "=1", "at": [1, 2.5]})
    found, about = cache.get("key") or pytest.fail("nothing is kept")
    (entry,) = cache.entries()

    assert about == {"table": "=1", "at": [1, 2.5]} == cache.about(entry)
    for name in ("whole", "x", "true"):
        assert found[name].to_numpy().tobytes() == rows[name].to_numpy().tobytes()
    assert found["some"].fillna(-1).tolist() == [1, -1, 3, 4]
    assert found["unit"].fillna("-").tolist() == ["a", "ü\n", "", "-"]
    assert found["coded"].fillna("-").tolist() == ["y", "x", "y", "-"]
