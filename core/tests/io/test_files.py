"""Files and folders are whole or not there, and what killed writers left is put back or removed."""

import errno
import os
import signal
import stat
import tempfile
import time
from pathlib import Path

import pytest
from hubrank import UsageError
from hubrank.io import write
from hubrank.io.write import (
    Workplace,
    add_files,
    is_there,
    leftovers,
    process_temp_dir,
    replace_file,
    replace_folder,
    steadily,
    temp_dir,
    tidy,
    write_error,
)
from hubrank.results.save import check_target


def names(folder):
    """What lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def forked(work):
    """Do something in a process of its own that ends without tidying up; how it ended."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001  # the exit code tells
            os._exit(1)
        os._exit(0)
    return child


def killed(work):
    """Do something in a process that is killed right after."""
    os.waitpid(forked(lambda: (work(), os.kill(os.getpid(), signal.SIGKILL))), 0)


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


@pytest.mark.parametrize("how", ["reader", "writer", "check"])
def test_killed_between_two_steps(tmp_path, how):
    """What was moved aside is back when the next reader, writer or check comes."""
    run = tmp_path / "run"
    replace_folder(run, {"record.json": b"{}", "scenario.toml": b""})

    def half():
        place = Workplace(tmp_path)
        (place.folder / "old").mkdir()
        run.rename(place.folder / "old" / "run")

    killed(half)
    assert not run.exists()
    assert len(leftovers(tmp_path)) == 1

    {
        "reader": lambda: is_there(run),
        "writer": lambda: replace_folder(tmp_path / "other", {}),
        "check": lambda: check_target(run),
    }[how]()

    assert names(run) == ["record.json", "scenario.toml"]
    assert leftovers(tmp_path) == []


def test_a_running_writer_is_not_touched(tmp_path):
    """Its workplace stays however old; it goes once the writer is killed."""
    ready, told_ready = os.pipe()

    def work():
        place = Workplace(tmp_path)
        (place.new / "half").write_bytes(b"x")
        os.utime(place.folder, (0, 0))
        os.write(told_ready, b"x")
        time.sleep(60)

    child = forked(work)
    os.read(ready, 1)
    tidy(tmp_path)
    running = leftovers(tmp_path)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    tidy(tmp_path)

    assert len(running) == 1
    assert names(tmp_path) == []


def test_nothing_else_is_removed(tmp_path):
    """Folders of people stay, also such as are called alike or hold something else."""
    for name in ("hubrank-results", ".hubrank-abcdefgh", "hubrank-abcdefgh.party"):
        (tmp_path / name).mkdir()
    (tmp_path / "hubrank-abcdefgh.part").mkdir()
    (tmp_path / "hubrank-abcdefgh.part" / "thesis.doc").write_text("ten years of work")
    (tmp_path / "hubrank-ijklmnop.part").write_text("a file")
    (tmp_path / "hubrank-qrstuvwx.part").symlink_to(tmp_path / "hubrank-results")
    before = names(tmp_path)
    tidy(tmp_path)

    assert names(tmp_path) == before
    assert names(tmp_path / "hubrank-abcdefgh.part") == ["thesis.doc"]


def test_temporary_folders(tmp_path, monkeypatch):
    """They go at the end; those of killed processes when the next is made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed(lambda: temp_dir().__enter__())
    killed(process_temp_dir)
    left = len(leftovers(tmp_path))
    with temp_dir() as folder:
        (folder / "x").write_bytes(b"x")
        during = leftovers(tmp_path)

    assert left == 1  # the second has removed the first's
    assert during == [folder.parent]
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "no space left on device; free some, or choose another place"),
        (errno.EROFS, "read-only file system; choose another place"),
        (errno.EACCES, "permission denied; choose another place"),
        (errno.ENAMETOOLONG, "file name too long; choose a shorter one"),
        (errno.EIO, "input/output error"),
    ],
)
def test_reasons(number, said):
    """What the system says, and what to do; also where a library hands the error over in one of its own."""
    for raised in (OSError(number, os.strerror(number)), RuntimeError(OSError(number, os.strerror(number)))):
        with pytest.raises(UsageError) as caught, write_error(Path("there")):
            raise raised
        assert str(caught.value) == f"there: cannot be written: {said}"


def test_what_fails_leaves_no_folders(tmp_path):
    """Folders that were made for it go again; what was inside is called by its own place."""

    def fail(path):
        replace_folder(path, {"x": lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))})

    with pytest.raises(UsageError, match=rf"^{tmp_path}/a/b/run/inner: cannot be written: no space left on device"):
        replace_folder(tmp_path / "a" / "b" / "run", {"inner": fail})

    assert names(tmp_path) == []


def test_added_files(tmp_path, monkeypatch):
    """Others stay; of several none is left where one cannot be placed, and none is overwritten."""
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="mine: is there already, and may have been edited"):
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


def test_read_again_where_it_was_replaced(tmp_path):
    """What is read of a folder is of one writer, and an error of a folder that stays is an error."""
    replace_folder(tmp_path / "run", {"a": b"1", "b": b"1"})
    reads = []

    def read():
        first = (tmp_path / "run" / "a").read_bytes()
        if not reads:
            replace_folder(tmp_path / "run", {"a": b"2", "b": b"2"})
        reads.append(first + (tmp_path / "run" / "b").read_bytes())
        return reads[-1]

    assert steadily(tmp_path / "run", read) == b"22"
    assert reads == [b"12", b"22"]
    with pytest.raises(FileNotFoundError):
        steadily(tmp_path / "run", (tmp_path / "run" / "c").read_bytes)


def write_again_and_again(run, letter, until):
    """Replace a folder in a tight loop."""
    while time.monotonic() < until:
        replace_folder(run, dict.fromkeys("abc", letter * 1000))


@pytest.mark.parametrize("seconds", [0.7, pytest.param(3, marks=pytest.mark.long)])
def test_two_writers_and_a_reader(tmp_path, seconds):
    """Both end well, the result is one of the two, and a reader never sees it absent or mixed."""
    run = tmp_path / "run"
    replace_folder(run, dict.fromkeys("abc", b"x" * 1000))
    until = time.monotonic() + seconds
    children = [forked(lambda letter=letter: write_again_and_again(run, letter, until)) for letter in (b"x", b"y")]
    absent, seen = 0, set()
    while time.monotonic() < until:
        absent += not run.exists()
        seen.add(steadily(run, lambda: b"".join((run / name).read_bytes() for name in "abc")))
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert ends == [0, 0]
    assert absent == 0
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
